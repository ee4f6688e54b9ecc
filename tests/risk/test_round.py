"""Round balls: against the engine for networks, dense grids of perturbations, and distances by hand."""

from itertools import product

import mpmath
import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.classifiers import classifier
from symadv.distributions import distribution
from symadv.geometry.strata import Flat
from symadv.language.intervals import Intervals
from symadv.language.parameters import parameter
from symadv.language.regions import where
from symadv.risk._ball import Ball
from symadv.risk._net_round import square_root
from symadv.risk.exact import risk, risks
from symadv.risk.reach import Reach

x1, x2 = distribution("tsipras").features
F = (x1, x2)
HALF = sympy.Rational(1, 2)
ONE = sympy.S.One


def linear(d, weights, bias=0):
    return classifier("linear", d, weights=weights, bias=bias, tie=1)


def reach(region, radius, *, norm="l2", line=1, **options):
    stratum = Flat({0: line} if not isinstance(line, tuple) else dict(enumerate(line)), d=2)
    radii = radius if isinstance(radius, tuple) else (radius, radius)
    found = Reach(F, stratum, Ball(tuple(map(sympy.sympify, radii)), norm=norm, **options)).of(region)
    assert found.inner == found.outer
    return found.inner


@pytest.mark.parametrize(
    ("weights", "bias"), [((1, 0), 0), ((0, 1), 0), ((1, 2), "1/2"), ((-1, "1/2"), "1/4"), ((2, 1), -1)]
)
def test_the_engine_for_networks_finds_the_same(weights, bias):
    torch = pytest.importorskip("torch")
    d = distribution("tsipras").at(p="9/10", eta=3)
    f = linear(d, weights, bias)
    layer = torch.nn.Linear(2, 2).double()
    with torch.no_grad():
        layer.weight[:] = torch.tensor([[0, 0], [float(sympy.Rational(w)) for w in weights]])
        layer.bias[:] = torch.tensor([0, float(sympy.Rational(bias))])
    net = classifier("relu", d, network=torch.nn.Sequential(layer), tie=1)
    for norm, (eps, closed) in product(("l1", "l2"), ((1, True), (2, False), ("3/2", True))):
        threat = sa.ThreatModel(norm, eps, closed=closed)
        other = sa.risks(net, d, threat)
        for name, bound in risks(f, d, threat).items():
            ends = ("lower", "upper"), ("below", "above")
            assert bound.method == "exact"
            assert [getattr(bound, e) for e in ends[0]] == pytest.approx(
                [getattr(other[name], e) for e in ends[0]], abs=1e-12
            )
            for limit in ends[1]:
                theirs = getattr(other[name].evidence, limit)
                assert getattr(bound.evidence, limit) == pytest.approx(theirs, abs=1e-12), (name, norm, eps, limit)


def test_the_distance_of_a_half_plane_by_hand():
    slope = where(F, 3 * x1 + 4 * x2 - 10, ">=")  # from (1, t): |7 - 4 t| / 5
    assert reach(slope, 2) == Intervals.between(-sympy.Rational(3, 4), sympy.oo, lower_closed=True)
    assert reach(slope, 2, closed=False) == Intervals.between(-sympy.Rational(3, 4), sympy.oo)
    assert reach(where(F, 3 * x1 + 4 * x2 - 10, ">"), 2) == Intervals.between(-sympy.Rational(3, 4), sympy.oo)
    assert reach(slope, 2, norm="l1") == Intervals.between(-sympy.Rational(1, 4), sympy.oo, lower_closed=True)
    # with budgets 1 and 2: 3 + 4 t + sqrt(9 + 64) >= 10
    exact = Intervals.between((7 - sympy.sqrt(73)) / 4, sympy.oo, lower_closed=True)
    (cut, _) = reach(slope, (1, 2)).cuts
    assert sympy.simplify(cut.value - exact.cuts[0].value) == 0 and cut.side == exact.cuts[0].side


def test_a_corner_and_the_point_where_the_ball_touches():
    wedge = where(F, x1, "<=") & where(F, x2, ">=")
    (cut, _) = reach(wedge, 2).cuts
    assert cut.value == -sympy.sqrt(3)
    assert reach(wedge, 1) == Intervals.between(sympy.S.Zero, sympy.oo, lower_closed=True)
    assert not reach(wedge, 1, closed=False) and not reach(where(F, x1, "<") & where(F, x2, ">="), 1)
    assert reach(where(F, x1, "<") & where(F, x2, ">="), 1, above=True) == reach(wedge, 1)
    assert not reach(wedge, "9/10")
    nothing = where(F, x1 + x2, ">") & where(F, x1 + x2 + 1, "<")
    assert not reach(nothing, 5) and not reach(nothing, 5, above=True)


def test_from_a_point_the_line_or_nothing():
    half = where(F, x1 + x2 - 2, ">=")
    for eps, closed, norm, found in (
        (sympy.sqrt(2), True, "l2", True), (sympy.sqrt(2), False, "l2", False), ("7/5", True, "l2", False),
        (2, True, "l1", True), (2, False, "l1", False), ("21/10", False, "l1", True),
    ):  # fmt: skip
        assert bool(reach(half, eps, line=(0, 0), closed=closed, norm=norm)) == found
    assert reach(half, sympy.sqrt(2), line=(0, 0), closed=False, above=True).is_line


def test_box_and_support_confine_what_is_reached():
    half = where(F, x1 + x2 - 2, ">=")
    boxed = reach(half, 1, box=((ONE, sympy.Integer(5)), (-sympy.oo, sympy.oo)))
    assert boxed.cuts[0].value == 1 - sympy.sqrt(2)  # the touching point lies to the right
    left = reach(half, 1, box=((-sympy.Integer(5), ONE), (-sympy.oo, sympy.oo)))
    assert left.cuts[0].value == 0  # straight up
    on_lines = reach(half, 1, within=(Flat({0: 1}, d=2), Flat({0: -1}, d=2)))
    assert on_lines == Intervals.between(sympy.S.Zero, sympy.oo, lower_closed=True)
    (cut, _) = reach(half, "5/2", within=(Flat({0: -1}, d=2),)).cuts
    assert cut.value == 3 - HALF * 3  # sqrt(5/2^2 - 2^2) = 3/2 along the other line


@pytest.mark.parametrize(("norm", "eps"), [("l1", 0.7), ("l1", 1.6), ("l2", 1.6)])
def test_a_grid_of_perturbations_finds_less(norm, eps):
    d = distribution("tsipras").at(p="4/5", eta="3/4")
    rng = np.random.default_rng(11)
    x, y = d.sample(800, rng=rng)
    around = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    steps = np.stack([np.cos(around), np.sin(around)], 1)
    steps = steps / np.linalg.norm(steps, ord=1 if norm == "l1" else 2, axis=1)[:, None]
    o = sa.oracle(d)
    for f in (classifier("bayes", d), linear(d, (1, "3/2"))):
        found = {"adversarial_loss": f.predict(x) != y, "label_invariant": np.zeros(len(x), dtype=bool)}
        for step in np.concatenate([steps * eps * share for share in (0.999999, 0.8, 0.6, 0.4)]):
            moved = x + step
            wrong = f.predict(moved) != y
            found["adversarial_loss"] |= wrong
            found["label_invariant"] |= (f.predict(x) == y) & wrong & (o.label(moved) == y)
        for name, share in ((name, grid.mean()) for name, grid in found.items()):
            exact = float(risk(f, d, sa.ThreatModel(norm, eps), definition=name))
            slack = 4 * np.sqrt(0.25 / len(x))
            assert exact - 0.03 - slack <= share <= exact + slack, (name, exact, share)


def test_two_rays_in_thirty_digits():
    d = distribution("tsipras").at(p="9/10", eta=3)
    bound = risk("bayes", d, sa.ThreatModel("l2", "5/4"), definition="adversarial_loss")
    with mpmath.workdps(30):  # x1 = 0 is crossed 3/4 above and below; from there the other threshold counts
        shift = mpmath.log(9) / 6
        step = max(mpmath.mpf(5) / 4 - shift, shift + mpmath.mpf(3) / 4) - 3
        other = max(mpmath.mpf(5) / 4 + shift, mpmath.mpf(3) / 4 - shift) - 3
        wanted = 0.9 * mpmath.ncdf(step) + mpmath.mpf(1) / 10 * mpmath.ncdf(other)
    assert float(bound) == pytest.approx(float(wanted), rel=1e-14)


def test_three_features_are_bounded_from_both_sides():
    e = sa.Component(sa.Flat({0: -1, 1: 0}), {-1: "1/2" * sa.Normal(0, 1), 1: "1/2" * sa.Normal(3, 1)})
    g = sa.Component(sa.Flat({0: 1, 1: 0}), {-1: "1/2" * sa.Normal(0, 1), 1: "1/2" * sa.Normal(3, 1)})
    d = sa.Distribution(
        name="three", features=("a", "b", "c"), labels=(-1, 1), prior={-1: HALF, 1: HALF}, components=[e, g]
    )
    f = linear(d, (0, 0, 1), "-3/2")
    bound = risk(f, d, sa.ThreatModel("l2", 1), definition="adversarial_loss")
    with mpmath.workdps(30):
        truth = float(mpmath.ncdf(-HALF.evalf()))
    assert bound.method == "bounded" and bound.lower < truth <= bound.upper + 1e-15
    frozen = risk(f, d, sa.ThreatModel("l2", (0, 1, 1)), definition="adversarial_loss")
    assert frozen.method == "exact" and float(frozen) == pytest.approx(truth, rel=1e-12)


@pytest.mark.parametrize(("norm", "known"), [("l1", {}), ("l2", {"p": "9/10", "eta": 3})])
def test_formulas_for_round_balls(norm, known):
    E = parameter("E", positive=True)
    d = distribution("tsipras").at(**known)
    found = risks("bayes", d, sa.ThreatModel(norm, E), definitions=["adversarial_loss", "prediction_change"])
    points = [("9/10", "3", e) for e in ("1/2", "1", "5/4", "2", "6")] + [("1/5", "1/3", "3/2"), ("1/2", "1", "1")]
    for a, b, e in points if not known else points[:5]:
        at = distribution("tsipras").at(p=a, eta=b)
        values = {"p": float(sympy.Rational(a)), "eta": float(sympy.Rational(b)), "E": float(sympy.Rational(e))}
        for name, bound in found.items():
            wanted = risk("bayes", at, sa.ThreatModel(norm, e), definition=name)
            value = bound.derivation.numeric(**{k: v for k, v in values.items() if k not in known})
            assert bound.method == "exact" and value == pytest.approx(float(wanted), rel=1e-10, abs=1e-15), (name, e)


def test_roots_of_large_squares_are_not_factored():
    """sympy fails to factor the square of a large number that is no prime."""
    large = sympy.Integer(350017245703755520673)
    for number in (large**2 / 7, 7 / large**2, sympy.Rational(4, 9), sympy.Rational(2, 3), sympy.S.Zero):
        root = square_root(number)
        assert sympy.expand(root**2 - number) == 0 and sympy.simplify(root - 2 * root + root) == 0
