"""Curves of risk over the budget: against the risk at single budgets, integrals split at the jumps, and by hand."""

import itertools

import numpy as np
import pytest
import sympy
from scipy.integrate import quad

import symadv as sa
from symadv.geometry.strata import Flat
from symadv.language.errors import SymadvError
from symadv.probability.densities import Laplace, Normal
from symadv.probability.distribution import Component, Distribution

D9 = sa.distribution("tsipras").at(p="9/10", eta=3)
HALF = sa.distribution("tsipras").at(p="1/2", eta=2)
MASSES = sa.distribution("point_masses").at(gap=2)

CONSTANT = sa.classifier("constant", D9, label=1)


def lopsided():
    """Unequal priors, Laplace against normal, a line that one label alone is on."""
    heads = {0: ("1/2", 1), 2: ("1/2", None)}
    components = []
    for s, (a, b) in heads.items():
        densities = {-1: a * Laplace("-1/2", "3/4")}
        if b is not None:
            densities[1] = b * Normal(1, "1/2")
        components.append(Component(Flat({0: s}), densities))
    return Distribution("lopsided", ("u", "v"), (-1, 1), {-1: "2/3", 1: "1/3"}, tuple(components))


def linear(d, weights, bias=0):
    return sa.classifier("linear", d, weights=weights, bias=bias, tie=1)


CASES = {
    "bayes": lambda: ("bayes", D9, {}),
    "sliver": lambda: (linear(D9, (2.1972245773362196, 6)), D9, {}),
    "slanted, open": lambda: (linear(D9, (1, "2/5")), D9, {"closed": False}),
    "half": lambda: ("bayes", HALF, {}),
    "frozen": lambda: ("bayes", D9, {"scale": (0, 1)}),
    "uneven": lambda: (linear(HALF, (1, -2), "1/3"), HALF, {"scale": (2, "1/3")}),
    "on the support": lambda: ("bayes", D9, {"on_support": True}),
    "boxed": lambda: (linear(D9, (1, 1)), D9, {"box": ((-1, "1/2"), (-4, 4))}),
    "points": lambda: (sa.classifier("threshold", MASSES, at="1/2", below=-1, tie=1), MASSES, {}),
    "lopsided": lambda: (linear(lopsided(), (-1, 1), "1/4"), lopsided(), {}),
}


SLOW = ("adversarial_loss", "label_invariant")


def few(numbers):
    """Three of them at most, the first and the last among these."""
    return numbers if len(numbers) <= 3 else [numbers[0], numbers[len(numbers) // 2], numbers[-1]]


def threat_at(eps, scale=None, **options):
    eps = sympy.sympify(eps)
    return sa.ThreatModel("linf", eps if scale is None else tuple(eps * sa.exact(s) for s in scale), **options)


@pytest.mark.parametrize("case", CASES)
def test_a_curve_is_the_risk_at_each_budget(case):
    f, d, options = CASES[case]()
    names = SLOW if case == "lopsided" else sa.names("definitions")
    found = sa.curves(f, d, definitions=names, **options)
    assert set(found) == set(names)
    ends = {end for c in found.values() for piece in c.pieces for end in (piece.start, piece.end)} - {sympy.oo}
    ends = sorted(ends, key=float)
    middles = [(a + b) / 2 for a, b in zip(ends, [*ends[1:], ends[-1] + 2], strict=True)]
    for eps in (*few(ends), *few(middles)):
        wanted = sa.risks(f, d, threat_at(eps, **options), definitions=names)
        for name, c in found.items():
            bound = c.bound(eps)
            assert bound.method == "exact"
            assert wanted[name].lower == pytest.approx(bound.lower, abs=1e-14), (name, eps)
            if eps not in ends:
                assert c(float(eps)) == pytest.approx(wanted[name].lower, abs=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_jumps_are_the_knife_edges(case):
    f, d, options = CASES[case]()
    for name, c in sa.curves(f, d, definitions=SLOW, **options).items():
        for jump in few(c.jumps):
            evidence = sa.risk(f, d, threat_at(jump.eps, **options), definition=name).evidence
            assert evidence.knife_edge
            assert float(jump.above) == pytest.approx(evidence.above[0], abs=1e-14)
            if jump.eps > 0:
                assert float(jump.below) == pytest.approx(evidence.below[0], abs=1e-14)
            assert float(jump.below) <= float(jump.at) + 1e-15 <= float(jump.above) + 2e-15


@pytest.mark.parametrize("case", ["bayes", "half", "uneven", "lopsided"])
def test_the_integral_is_the_mean_distance(case):
    f, d, options = CASES[case]()
    c = sa.curve(f, d, definition="adversarial_loss", **options)
    assert c.limit == 1
    splits = [float(piece.start) for piece in c.pieces]

    wanted = sum(
        quad(lambda e: 1 - c(e), a, b, epsabs=1e-12, epsrel=1e-11)[0]
        for a, b in itertools.pairwise([*splits, splits[-1] + 3, splits[-1] + 12, 60])
    )
    assert float(c.integral) == pytest.approx(wanted, abs=1e-10)


def test_the_mean_distance_is_the_mean_of_sampled_distances():
    """The nearest error of the linear rule, by hand, for samples; 5 standard errors, so it fails once in a million."""
    f, (x, y) = linear(D9, (1, "2/5")), D9.sample(200_000, rng=5)
    margin = y * (x @ [1, 0.4])
    distance = np.maximum(margin, 0) / 1.4
    error = 5 * distance.std() / np.sqrt(len(x))
    assert float(sa.curve(f, D9, definition="adversarial_loss").integral) == pytest.approx(distance.mean(), abs=error)


def test_samples_that_nothing_makes_vulnerable_are_infinitely_far():
    assert sa.curve(CONSTANT, D9, definition="adversarial_loss").integral == sympy.oo
    assert sa.curve(CONSTANT, D9, definition="adversarial_loss").limit == sympy.Rational(1, 2)
    boundary = sa.curve("bayes", D9, definition="boundary")
    assert boundary.integral == sympy.oo  # misclassified samples never count
    assert float(boundary.limit) == pytest.approx(float(sa.bayes_accuracy(D9).result), abs=1e-14)
    assert sa.curve(linear(D9, (1, 0)), D9, definition="adversarial_loss").integral == sympy.Rational(9, 10)


def test_floats_next_to_a_jump_fall_on_the_side_where_they_are():
    c = sa.curve("bayes", D9, definition="adversarial_loss")
    assert [j.eps for j in c.jumps] == [1]
    (jump,) = c.jumps
    around = c(np.array([np.nextafter(1, 0), 1.0, np.nextafter(1, 2)]))
    assert around == pytest.approx([float(jump.below), float(jump.at), float(jump.above)], abs=1e-14)
    irrational = sa.curve(linear(D9, (1, "2/5")), D9, definition="label_invariant")
    for jump in irrational.jumps:  # no float is this budget, so none has its value
        near = float(jump.eps)
        below, above = float(jump.below), float(jump.above)
        wanted = below if sa.exact(near) < jump.eps else above
        assert irrational(near) == pytest.approx(wanted, abs=1e-14)


def test_open_and_closed_balls_differ_at_jumps_alone():
    closed = sa.curve("bayes", D9, definition="adversarial_loss")
    open_ = sa.curve("bayes", D9, definition="adversarial_loss", closed=False)
    assert open_.exact(1) == closed.jumps[0].below
    assert np.array_equal(open_([0, 0.5, 1.5, 6]), closed([0, 0.5, 1.5, 6]))


def test_arrays_keep_their_shape_and_curves_ascend():
    c = sa.curve("bayes", D9, definition="prediction_change")
    budgets = np.linspace(0, 12, 600).reshape(3, 200)
    values = c(budgets)
    assert values.shape == (3, 200) and np.all(np.diff(values.ravel()) >= -1e-15)
    assert isinstance(c(0), float) and c(0) == 0


def test_a_budget_of_0_gains_at_once_where_the_boundary_is_an_atom():
    f = sa.classifier("threshold", MASSES, at=2, below=1, tie=-1)  # the atom at 2 stands on the boundary
    c = sa.curve(f, MASSES, definition="boundary")
    assert tuple(c.jumps[0]) == (0, 0, 0, sympy.Rational(1, 2))


def test_the_derivation_names_every_budget_and_is_checked():
    c = sa.curve("bayes", D9, definition="adversarial_loss")
    assert c.derivation.numeric(E=np.array([0.5, 1.0, 6.0])) == pytest.approx(c([0.5, 1, 6]), abs=1e-14)
    assert {row.verdict.status for row in sa.check(c.derivation)} <= {"PROVED"}


@pytest.mark.parametrize(
    "wrong", [{"eps": -1}, {"eps": float("nan")}, {"eps": float("inf")}], ids=lambda w: str(w["eps"])
)
def test_budgets_that_are_none(wrong):
    with pytest.raises(SymadvError, match="wanted finite numbers >= 0"):
        sa.curve("bayes", D9)(wrong["eps"])


def test_an_exact_budget_is_not_negative():
    with pytest.raises(SymadvError, match="wanted a number >= 0"):
        sa.curve("bayes", D9).exact("-1/2")


def test_with_parameters_left_it_is_a_formula():
    d = sa.distribution("tsipras")
    c = sa.curve("bayes", d, definition="adversarial_loss")
    budgets = np.array([0.5, 1.0, 2.0, 6.0])
    numbers = sa.curve("bayes", D9, definition="adversarial_loss")
    assert c(budgets, p=0.9, eta=3.0) == pytest.approx(numbers(budgets), abs=1e-13)
    assert c.at(p="9/10", eta=3).jumps == numbers.jumps
    assert c.derivation.steps and c.expression.has(c.budget)


def test_at_given_budgets_the_curve_is_evaluated_and_encloses_the_rest():
    known = sa.curve("bayes", D9, definition="adversarial_loss", budgets=[0, "1/2", 1, 3])
    exact = sa.curve("bayes", D9, definition="adversarial_loss")
    at = np.array([0, 0.2, 0.5, 0.9, 1, 1.5, 3, 20])
    lower, upper = known(at)
    assert np.all(lower <= exact(at) + 1e-15) and np.all(exact(at) <= upper + 1e-15)
    assert lower[0] == pytest.approx(upper[0], abs=1e-15) and (lower[-1], upper[-1]) == (lower[-2], 1.0)
    with pytest.raises(SymadvError, match="wanted ascending numbers"):
        sa.curve("bayes", D9, budgets=[1, 1])


def test_networks_are_evaluated():
    import torch

    layer = torch.nn.Linear(2, 2).double()
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[-1.0, -0.5], [1.0, 0.5]]))
        layer.bias.zero_()
    net = torch.nn.Sequential(layer)
    with pytest.raises(SymadvError, match="budgets="):
        sa.curve(net, D9)
    found = sa.curve(net, D9, definition="adversarial_loss", budgets=[0, 1, 2])
    same = sa.curve(linear(D9, (1, "1/2")), D9, definition="adversarial_loss")
    assert [b.lower for b in found.risks] == pytest.approx(same([0, 1, 2]), abs=1e-12)


def test_many_features_are_few_statistics():
    d = sa.distribution("tsipras", weak=100).at(p="9/10", eta="3/10")
    c = sa.curve("bayes", d, definition="adversarial_loss")
    assert [float(j.eps) for j in c.jumps] == [1] and c.limit == 1
    for eps in ("1/10", "1", "3/2"):
        wanted = sa.risk("bayes", d, sa.ThreatModel("linf", eps), definition="adversarial_loss")
        assert float(c.bound(eps)) == pytest.approx(float(wanted), abs=1e-13)


def test_other_norms():
    c = sa.curve("bayes", D9, norm="l1", definition="adversarial_loss")
    assert c(2.5) == pytest.approx(
        float(sa.risk("bayes", D9, sa.ThreatModel("l1", "5/2"), definition="adversarial_loss"))
    )
    with pytest.raises(SymadvError, match="budgets="):
        sa.curve("bayes", D9, norm="l2", definition="adversarial_loss")


@pytest.mark.parametrize(
    "law",
    [Normal(1, "3/2"), Laplace("-1/2", 2), sa.Uniform(-1, 2), sa.Exponential("3/2", 0), sa.Exponential(2, 1, -1)],
    ids=str,
)
def test_integrals_of_cdfs(law):
    for x in (-3, "-1/2", 0, "1/2", 1, 4):
        at = sa.exact(x)
        cdf = quad(lambda t: float(law.cdf(sa.exact(t)).evalf(17)), -40, float(at), limit=300, points=None)[0]
        rest = quad(lambda t: float(law.survival(sa.exact(t)).evalf(17)), float(at), 40, limit=300)[0]
        assert float(law.integrated_cdf(at).evalf(17)) == pytest.approx(cdf, abs=1e-6)
        assert float(law.integrated_survival(at).evalf(17)) == pytest.approx(rest, abs=1e-6)
    assert law.integrated_cdf(-sympy.oo) == law.integrated_survival(sympy.oo) == 0


def test_uniform_laws_have_the_mean_distance_by_hand():
    """A threshold at 1 for laws on (0, 2) and (1, 3), equally likely: right samples are at distances uniform on (0, 1)
    and (0, 2)."""
    d = Distribution(
        "uniform",
        ("v",),
        (0, 1),
        {0: "1/2", 1: "1/2"},
        (Component(Flat({}), {0: sa.Uniform(0, 2), 1: sa.Uniform(1, 3)}),),
    )
    f = sa.classifier("threshold", d, at=1, below=0, tie=1)
    c = sa.curve(f, d, definition="adversarial_loss")
    assert c.integral == sympy.Rational(1, 2) * sympy.Rational(1, 2) * sympy.Rational(1, 2) + sympy.Rational(1, 2)
    for eps in (0, "1/2", 1, "3/2", 2, 3):
        exact = sa.risk(f, d, sa.ThreatModel("linf", eps), definition="adversarial_loss")
        assert c(float(sympy.Rational(eps))) == pytest.approx(float(exact), abs=1e-14)
