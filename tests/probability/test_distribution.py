"""Distributions: what is refused, faces, and posteriors against densities written by hand."""

import mpmath
import numpy as np
import pytest
import sympy as sp

from symadv.distributions.point_masses import point_masses
from symadv.distributions.tsipras import tsipras
from symadv.geometry.strata import Flat, Point, Whole
from symadv.language.errors import SymadvError
from symadv.language.parameters import parameter
from symadv.probability.accuracy import bayes_accuracy, label_change
from symadv.probability.bayes import bayes_regions, label_regions, no_label
from symadv.probability.densities import Atom, Independent, Laplace, Normal
from symadv.probability.distribution import Component, Distribution
from symadv.probability.joint import joint, log_odds
from symadv.probability.posterior import posterior
from symadv.probability.support import faces


def _two(components, **options):
    options.setdefault("prior", {0: "1/2", 1: "1/2"})
    return Distribution(
        name="two", features=options.pop("features", ("a", "b")), labels=(0, 1), components=components, **options
    )


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: _two([Component(Whole(2), {0: Normal(0, 1), 1: Normal(0, 1)})]), "coordinates"),
        (lambda: _two([Component(Point((0, 0)), {0: Atom(), 1: "1/2" * Atom()})]), "sum"),
        (lambda: _two([Component(Point((0, 0)), {0: Atom(), 1: Atom()})], prior={0: "1/2", 1: "1/3"}), "sum"),
        (lambda: _two([Component(Point((0, 0)), {0: Atom(), 1: Atom()})], prior={0: "3/2", 1: "-1/2"}), "nonnegative"),
        (lambda: _two([Component(Point((0, 0)), {0: Atom(), 1: Atom()})], prior={0: 1}), "labels"),
        (lambda: _two([Component(Point((0, 0)), {0: Atom(), 2: Atom()})]), "label"),
        (lambda: _two([Component(Point((0, 0)), {0: Atom(), 1: 3})]), "density"),
        (lambda: _two([Component(Point((0, 0, 0)), {0: Atom(), 1: Atom()})]), "coordinates"),
        (lambda: _two([Component(Point((0, 0)), {0: Atom(), 1: Atom()})], tie_rule="some"), "tie rule"),
        (lambda: _two([Component(Point((0, 0)), {0: Atom(), 1: Atom()})], features=("a", "b c")), "name"),
        (lambda: tsipras().at(p="3/2"), "domain"),
        (lambda: tsipras().at(eta=0), "domain"),
        (lambda: tsipras().at(etta=1), "eta"),
        (lambda: tsipras().sample(3, rng=0), "free parameters"),
        (lambda: tsipras().at(p="1/2", eta=1).sample(-1, rng=0), "n = -1"),
    ],
)
def test_refused_with_a_word_that_helps(make, word):
    with pytest.raises(SymadvError, match=word):
        make()


def test_weights_proved_symbolically():
    q = parameter("q", between=(0, 1))
    _two([Component(Point((s, 0)), {0: (q if s else 1 - q) * Atom(), 1: "1/2" * Atom()}) for s in (0, 1)])
    with pytest.raises(SymadvError, match="sum to"):
        _two([Component(Point((s, 0)), {0: (q if s else 1 - q**2) * Atom(), 1: "1/2" * Atom()}) for s in (0, 1)])
    r = parameter("r", positive=True)  # r may exceed 1, so 1 - r is no weight
    with pytest.raises(SymadvError, match="nonnegative"):
        _two([Component(Point((s, 0)), {0: (r if s else 1 - r) * Atom(), 1: "1/2" * Atom()}) for s in (0, 1)])


def test_an_atom_on_a_line_decides_there():
    d = _two(
        [
            Component(Flat({1: 0}), {0: Normal(0, 1), 1: "1/2" * Normal(0, 1)}),
            Component(Point((0, 0)), {1: "1/2" * Atom()}),
        ]
    )
    line, atom = faces(d)
    assert line.smaller == (atom.flat,) and atom.labels == (1,)
    regions = bayes_regions(d)
    assert regions[1].contains((0, 0)) and regions[0].contains((1, 0)) and not regions[1].contains((1, 0))
    label = label_regions(d)
    assert label[1].contains((0, 7)) and label[0].contains(("1/1000", 7)) and not label[0].contains((0, 7))


def test_where_lines_cross_densities_add():
    d = _two([Component(Flat({1: 0}), {0: Normal(0, 1)}), Component(Flat({0: 0}), {1: Normal(0, "1/2")})])
    crossing = faces(d)[2]
    assert crossing.flat == Point((0, 0)) and crossing.labels == (0, 1)
    assert bayes_regions(d)[1].contains((0, 0))  # N(0; 0, 1/2) is the larger of the two densities there
    assert bayes_regions(d)[0].contains((1, 0)) and label_regions(d)[1].contains((0, 2))
    assert not label_regions(d)[0].contains((2, 2)) and not label_regions(d)[1].contains(
        (2, 2)
    )  # nearest points disagree


def test_strata_without_mass_are_not_in_the_support():
    d = _two([Component(Point((0, 0)), {0: Atom(), 1: Atom()}), Component(Point((1, 0)), {0: 0 * Atom()})])
    assert d.strata == (Point((0, 0)),) and len(faces(d)) == 1
    d = _two([Component(Point((0, 0)), {0: Atom()}), Component(Point((1, 0)), {1: Atom()})], prior={0: 0, 1: 1})
    assert d.strata == (Point((1, 0)),) and label_regions(d)[1].is_everywhere and label_regions(d)[0].is_nowhere


def _random_distributions():
    rng = np.random.default_rng(7)
    for family in (Normal, Laplace):
        for k in (2, 3):
            weights = rng.integers(1, 9, (2, k))
            prior = rng.integers(1, 9, k)
            yield Distribution(
                name=f"{family.__name__}{k}",
                features=("a", "b"),
                labels=tuple(range(k)),
                prior={y: sp.Rational(int(prior[y]), int(prior.sum())) for y in range(k)},
                components=[
                    Component(
                        Flat({0: s}),
                        {
                            y: sp.Rational(int(weights[s, y]), int(weights[:, y].sum()))
                            * family(sp.Rational(int(rng.integers(-9, 9)), 4), sp.Rational(int(rng.integers(1, 9)), 4))
                            for y in range(k)
                        },
                    )
                    for s in (0, 1)
                ],
            )


def _by_hand(d, x):
    """The joint densities at a point of a line, with mpmath, from the components."""
    result = dict.fromkeys(d.labels, mpmath.mpf(0))
    for c in d.components:
        if x[0] == c.stratum.fixed[0][1]:
            for y, w in c.densities:
                mean, scale = (mpmath.mpf(e.p) / e.q for e in w.density.terms())
                z = (mpmath.mpf(x[1].p) / x[1].q - mean) / scale
                f = mpmath.npdf(z) / scale if isinstance(w.density, Normal) else mpmath.exp(-abs(z)) / (2 * scale)
                weight = d.prior_of(y) * w.weight
                result[y] += mpmath.mpf(weight.p) / weight.q * f
    return result


@pytest.mark.parametrize("d", list(_random_distributions()), ids=lambda d: d.name)
def test_posteriors_and_regions_against_the_densities(d):
    odds, post, regions = log_odds(d).result, posterior(d).result, bayes_regions(d)
    odds = [odds] if isinstance(odds, sp.Expr) else list(odds)
    with mpmath.workdps(30):
        for a in (0, 1):
            for b in (-7, sp.Rational(-5, 4), 0, sp.Rational(1, 8), 3, 40):
                x = (sp.Integer(a), sp.sympify(b))
                at = dict(zip(d.features, x))
                truth = _by_hand(d, x)
                total = sum(truth.values())
                for y, value in zip(d.labels, post):
                    assert abs(sp.Float(truth[y] / total, 30) - value.subs(at).evalf(30)) < 1e-24
                for y, value in zip(d.labels[1:], odds):
                    assert (
                        abs(sp.Float(mpmath.log(truth[y] / truth[d.labels[0]]), 30) - value.subs(at).evalf(30)) < 1e-20
                    )
                best = max(truth, key=truth.get)
                assert [y for y in d.labels if regions[y].contains(x)] == [best]


def test_label_regions_at_p_one_half():
    d = tsipras().at(p="1/2", eta=2)  # the first feature says nothing: x1 = 0 is a tie of pi that agrees
    label = label_regions(d)
    assert label[1].contains((0, 1)) and label[-1].contains((0, -1)) and label[1].contains((5, "1/1000000000"))
    assert not any(region.contains((3, 0)) for region in label.values())


def test_no_label_is_never_a_label():
    assert no_label(tsipras()) == 0 and no_label(_two([Component(Point((0, 0)), {0: Atom(), 1: Atom()})])) == -1


@pytest.mark.parametrize(("p", "eta"), [("9/10", 3), ("1/2", "1/2"), ("1/10", 1), ("999/1000", "1/3")])
def test_accuracy_and_label_change_against_quadrature(p, eta):
    d = tsipras()
    at = {s: sp.Rational(v) for s, v in zip(d.parameters, (p, eta))}
    _, eta_ = d.parameters
    shift = {1: (0, -2 * eta_), -1: (0, 2 * eta_)}
    accuracy = bayes_accuracy(d).result.subs(at).evalf(25)
    change = label_change(d, shift).result.subs(at).evalf(25)
    with mpmath.workdps(30):
        p_, e = mpmath.mpf(sp.Rational(p).p) / sp.Rational(p).q, mpmath.mpf(sp.Rational(eta).p) / sp.Rational(eta).q
        b = mpmath.log(p_ / (1 - p_)) / (2 * e)
        # By hand, for y = 1 (the other label mirrors it): label 1 right of -b on x1 = 1, right of b on x1 = -1.
        right = lambda cut: mpmath.quad(lambda t: mpmath.npdf(t - e), [cut, max(cut, e) + 1, mpmath.inf])
        between = lambda cut: mpmath.quad(lambda t: mpmath.npdf(t - e), [cut, cut + e, cut + 2 * e])
        assert abs(accuracy - sp.Float(p_ * right(-b) + (1 - p_) * right(b), 30)) < 1e-15
        assert abs(change - sp.Float(p_ * between(-b) + (1 - p_) * between(b), 30)) < 1e-15


def test_accuracy_of_the_two_points_is_one():
    assert bayes_accuracy(point_masses()).result == 1 and joint(point_masses()).result is not None


def test_experiments_agree_with_the_closed_forms():
    d = tsipras()
    at = {s: sp.Rational(v) for s, v in zip(d.parameters, ("3/4", "1/2"))}
    for derivation in (bayes_accuracy(d), label_change(d, {1: (0, -1), -1: (0, 1)})):
        experiment = derivation.experiments[0]
        draws = experiment.draw(at)(200_000, np.random.default_rng(3))
        claimed = float(experiment.claimed.subs(at).evalf())
        assert abs(draws.mean() - claimed) < 6 * draws.std() / np.sqrt(len(draws))


def test_a_shift_off_the_support_is_refused():
    with pytest.raises(SymadvError, match="off the support"):
        label_change(tsipras(), {1: (1, 0), -1: (0, 0)})
    with pytest.raises(SymadvError, match="2 expressions"):
        label_change(tsipras(), {1: (1,), -1: (0, 0)})


def test_products_on_the_plane():
    d = Distribution(
        name="plane",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            Component(
                Whole(2), {0: Independent(Normal(0, 1), Laplace(0, 1)), 1: Independent(Normal(1, 1), Laplace(2, 1))}
            )
        ],
    )
    a, b = d.features
    assert sp.simplify(log_odds(d).result - (a - sp.Rational(1, 2) + sp.Abs(b) - sp.Abs(b - 2))) == 0
