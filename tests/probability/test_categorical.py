"""Features with finitely many values: posteriors against mpmath, proofs, formulas that do not grow, refusals."""

from fractions import Fraction
from itertools import product

import mpmath
import numpy as np
import pytest
import sympy

import symadv as sa


def flips(d, m=0, *, chance=None, tie_rule="every", name="flips"):
    """Random signs that agree with the label with a probability, and normal features around it."""
    p = sa.parameter("p", between=(0, 1)) if chance is None else sa.exact(chance)
    laws = {
        y: [sa.Repeated(sa.Categorical({y: p, -y: 1 - p}), d), *([sa.Repeated(sa.Normal(y, 2), m)] if m else [])]
        for y in (-1, 1)
    }
    return sa.Distribution(
        name=name,
        features=tuple(f"x{i + 1}" for i in range(d + m)),
        labels=(-1, 1),
        prior={-1: "1/3", 1: "2/3"},
        components=[
            sa.Component(
                sa.Product(sa.Grid((-1, 1), d), *([sa.Whole(m)] if m else [])),
                {y: sa.Independent(*own) for y, own in laws.items()},
            )
        ],
        tie_rule=tie_rule,
    )


def three_valued(d):
    """Two labels with different laws on {0, 1, 3}, and a third one that never is 3."""
    chances = {0: ("1/2", "1/4", "1/4"), 1: ("1/8", "1/8", "3/4"), 2: ("1/3", "2/3", "0")}
    laws = {
        y: sa.Categorical({v: p for v, p in zip((0, 1, 3), own, strict=True) if p != "0"}) for y, own in chances.items()
    }
    return chances, sa.Distribution(
        name="three",
        features=tuple(f"x{i + 1}" for i in range(d)),
        labels=(0, 1, 2),
        prior={0: "1/2", 1: "1/4", 2: "1/4"},
        components=[sa.Component(sa.Grid((0, 1, 3), d), {y: sa.Repeated(law, d) for y, law in laws.items()})],
    )


@pytest.mark.parametrize("d", [1, 2, 5])
def test_the_posterior_on_a_grid_of_three_values_is_the_product_of_the_probabilities(d):
    chances, law = three_valued(d)
    o, prior = sa.oracle(law), (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))
    points = np.array(list(product((0.0, 1.0, 3.0), repeat=d)))
    with mpmath.workdps(30):
        truth = []
        for point in points:
            joint = [
                mpmath.mpf(prior[y].numerator) / prior[y].denominator
                * mpmath.fprod(mpmath.mpf(Fraction(own[(0, 1, 3).index(v)]).numerator)
                               / Fraction(own[(0, 1, 3).index(v)]).denominator for v in point)
                for y, own in chances.items()
            ]  # fmt: skip
            truth.append([float(j / mpmath.fsum(joint)) for j in joint])
    assert np.allclose(o.posterior(points), truth, rtol=1e-12, atol=1e-300)


def test_each_coordinate_may_have_a_probability_of_its_own():
    chances = [Fraction(k + 2, 40) for k in range(30)]
    laws = {
        y: sa.Independent(*(sa.Categorical({0: c if y else 1 - c, 1: 1 - c if y else c}) for c in chances))
        for y in (0, 1)
    }
    d = sa.Distribution(
        name="own",
        features=tuple(f"x{i + 1}" for i in range(30)),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[sa.Component(sa.Grid((0, 1), 30), laws)],
    )
    assert len(str(sa.log_odds(d).result)) < 200  # one statistic, not 30 terms
    x, _ = d.sample(50, rng=0)
    odds = (np.log([float((1 - c) / c) for c in chances]) * (2 * x - 1)).sum(1)
    assert np.allclose(sa.oracle(d).log_odds(x), odds, rtol=1e-12, atol=1e-12)
    assert np.array_equal(sa.oracle(d).label(x + 0.3), np.where(odds > 0, 1, 0))


@pytest.mark.parametrize("d", [flips(2, 1), flips(5, 1), flips(400)], ids=["2+1", "5+1", "400"])
def test_every_step_is_proved(d):
    for derivation in (sa.joint(d), sa.log_odds(d), sa.posterior(d), sa.bayes_rule(d), sa.label(d)):
        assert [row.claim for row in sa.check(derivation) if row.verdict.status != "PROVED"] == []
    assert sa.check(sa.projection(d).derivation).proved


def test_formulas_do_not_grow_with_the_features():
    small, large = (flips(d, 1) for d in (6, 3000))
    for derive in (sa.log_odds, sa.posterior, sa.label):
        sizes = [sum(sympy.count_ops(step.left) for step in derive(d).steps) for d in (small, large)]
        assert sizes[0] == sizes[1]


def test_the_sampler_follows_the_probabilities():
    x, y = flips(3, 1, chance="3/4").sample(40_000, rng=3)
    assert set(np.unique(x[:, :3])) == {-1, 1}
    agree = (x[:, :3] == y[:, None]).mean(axis=0)
    assert np.allclose(agree, 0.75, atol=5 * (0.75 * 0.25 / 40_000) ** 0.5)
    assert abs((y == 1).mean() - 2 / 3) < 5 * (2 / 9 / 40_000) ** 0.5


def test_an_atom_at_a_corner_adds_to_its_probability():
    half = sa.Categorical({-1: "1/2", 1: "1/2"})
    d = sa.Distribution(
        name="corner",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            sa.Component(sa.Grid((-1, 1), 2), {0: sa.Repeated(half, 2), 1: "1/2" * sa.Repeated(half, 2)}),
            sa.Component(sa.Point((1, 1)), {1: "1/2" * sa.Atom()}),
        ],
    )
    o = sa.oracle(d)
    assert o.posterior(np.array([[1.0, 1], [-1, 1]])).tolist() == [[2 / 7, 5 / 7], [2 / 3, 1 / 3]]
    assert o.label(np.array([[0.5, 2], [0, 2], [-0.5, 2], [0, -3]])).tolist() == [1, -1, 0, 0]


def test_uniform_on_a_grid():
    d = sa.Distribution(
        name="u",
        features=("a", "b", "c"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            sa.Component(
                sa.Grid((0, 1, 2), 3), {0: sa.Uniform(), 1: sa.Repeated(sa.Categorical({0: "1/2", 2: "1/2"}), 3)}
            )
        ],
    )
    assert np.allclose(sa.oracle(d).posterior(np.array([[0.0, 2, 2], [0, 1, 2]])), [[8 / 35, 27 / 35], [1, 0]])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: sa.Categorical({0: "1/2", 1: "1/3"}), "sum to 5/6"),
        (lambda: sa.Categorical({0: 1, 1: 0}), "probability of 1"),
        (lambda: sa.Categorical([(0, "1/2"), (0, "1/2")]), "each value once"),
        (lambda: sa.Repeated(sa.Categorical({k: "1/4" for k in range(4)}), 2), "at most 3"),
        (lambda: sa.Repeated(sa.Laplace(0, 1), 2), "Normal or a Categorical"),
        (lambda: on(sa.Whole(1), sa.Categorical({0: "1/2", 1: "1/2"})), "one of 0, 1, the stratum on all numbers"),
        (lambda: on(sa.Grid((0, 1), 1), sa.Normal(0, 1)), "on all numbers, the stratum on one of 0, 1"),
        (lambda: on(sa.Grid((0, 1), 1), sa.Categorical({0: "1/2", 2: "1/2"})), "one of 0, 2"),
        (lambda: on(sa.Grid((0, 1), 2), sa.Categorical({0: "1/2", 1: "1/2"})), "1 coordinates"),
    ],
)
def test_what_is_no_law_is_refused(wrong, message):
    with pytest.raises(sa.SymadvError, match=message):
        wrong()


def on(stratum, density):
    features = tuple(f"x{i + 1}" for i in range(stratum.axes))
    return sa.Distribution(
        "d", features, (0, 1), {0: "1/2", 1: "1/2"}, [sa.Component(stratum, {0: density, 1: density})]
    )
