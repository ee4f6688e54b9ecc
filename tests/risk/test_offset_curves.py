"""Discs around curved borders of true labels: against integrals in one variable, distances, clouds and samples."""

from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.classifiers import classifier
from symadv.definitions import definition
from symadv.probability.multivariate import MultivariateNormal as Cloud
from symadv.risk._planes.arrangement import _around
from symadv.risk._planes.borders import borders
from symadv.risk._planes.curves import joined
from symadv.risk._planes.cut import Link
from symadv.risk._planes.forms import Form
from symadv.risk._planes.graphs import Turned
from symadv.risk._planes.parts import Part
from symadv.risk._planes.reach import dilated
from symadv.risk._planes.round_links import Disc
from symadv.risk._planes.trace import traced
from symadv.risk.networks import network_risk, problem_of
from tests.risk.nets import affine, random_net
from tests.risk.test_curved_planes import HYPERBOLA, ISLAND, PARABOLA, laws, upright
from tests.risk.test_networks_seconded import brute

pytest.importorskip("torch")

HALF = sympy.Rational(1, 2)
OVAL = laws(Cloud((0, 0), 1), Cloud((0, 0), ((4, 0), (0, 2))))


def always(label):
    return affine([[0.0, 0.0], [0.0, 0.0]], [1.0 - label, 1.0 * label])


def radius_of(variance):
    """Of the circle in which a normal law is denser than one of a larger variance around the same point."""
    return mpmath.sqrt(2 * mpmath.log(variance) / (1 - mpmath.mpf(1) / variance))


def in_disc(radius, variance):
    return 1 - mpmath.exp(-(radius**2) / (2 * variance))


def holds(bound, expected):
    """Whether an exact bound holds a number, but for the rounding of that."""
    assert bound.method == "exact" and bound.upper - bound.lower <= 1e-12, (bound.lower, bound.upper)
    assert mpmath.mpf(bound.lower) <= expected + mpmath.mpf(10) ** -20
    assert mpmath.mpf(bound.upper) >= expected - mpmath.mpf(10) ** -20


@pytest.mark.parametrize("eps", ["1/2", 3, float(np.sqrt(8 / 3 * np.log(4)))])
def test_circles_grow_and_shrink(eps):
    """Label 0 is true in a disc; with budgets smaller than its radius, larger, and the same up to rounding."""
    threat = sa.ThreatModel("l2", eps)
    with mpmath.workdps(30):
        grown = mpmath.mpf(Fraction(eps).numerator) / Fraction(eps).denominator
        wider, smaller = radius_of(4) + grown, max(radius_of(4) - grown, 0)
        outside = (in_disc(wider, 1) + in_disc(wider, 4)) / 2
        inside = 1 - (in_disc(smaller, 1) + in_disc(smaller, 4)) / 2
        holds(network_risk(always(1), ISLAND, threat, definition="error_region"), outside)
        holds(network_risk(always(0), ISLAND, threat, definition="error_region"), inside)


def test_half_a_disc_and_half_of_what_is_around():
    """Label 1 is said where x > 0: wrong are the right half of the disc, and the left one of the rest."""
    found = network_risk(upright(0.0), ISLAND, sa.ThreatModel("l2", "1/2"), definition="error_region")
    with mpmath.workdps(30):
        r, eps, safe = radius_of(4), mpmath.mpf(1) / 2, mpmath.mpf(0)
        for variance in (1, 4):
            s = mpmath.sqrt(variance)
            right = lambda y, s=s: 1 - mpmath.ncdf(max(eps, mpmath.sqrt(max((r + eps) ** 2 - y * y, 0))) / s)
            left = lambda y, s=s: max(
                mpmath.ncdf(-eps / s) - mpmath.ncdf(-mpmath.sqrt(max((r - eps) ** 2 - y * y, 0)) / s), 0
            )
            kinks = [0, mpmath.sqrt((r - eps) ** 2 - eps**2), r, mpmath.sqrt((r + eps) ** 2 - eps**2), 20]
            column = lambda y, s=s, right=right, left=left: mpmath.npdf(y, 0, s) * (right(y) + left(y))
            safe += mpmath.quad(column, kinks)
        holds(found, 1 - safe)


def oval(distance):
    """The probability of what an offset curve of the ellipse around label 0 bounds, by Green's theorem: four times its
    part over angles up to a right one, or to where it crosses itself on the longer axis."""
    level = mpmath.log(8)
    a, b = mpmath.sqrt(level / mpmath.mpf("0.75")), mpmath.sqrt(level / mpmath.mpf("0.5"))
    size = lambda t: mpmath.sqrt((b * mpmath.cos(t)) ** 2 + (a * mpmath.sin(t)) ** 2)
    x = lambda t: a * mpmath.cos(t) + distance * b * mpmath.cos(t) / size(t)
    y = lambda t: b * mpmath.sin(t) + distance * a * mpmath.sin(t) / size(t)
    last, total = mpmath.pi / 2, mpmath.mpf(0)
    if distance < -(a**2) / b:
        last = mpmath.acos(mpmath.sqrt(((distance * b / a) ** 2 - a**2) / (b**2 - a**2)))
    for p, q in ((1, 1), (2, mpmath.sqrt(2))):
        inside = lambda t, p=p, q=q: (2 * mpmath.ncdf(x(t) / p) - 1) * mpmath.npdf(y(t), 0, q) * mpmath.diff(y, t)
        total += mpmath.quad(inside, mpmath.linspace(0, last, 9))
    return total


def test_ellipses_grow_and_shrink():
    """By more than the least radius of curvature: the inner offset curve crosses itself."""
    threat = sa.ThreatModel("l2", "3/2")
    with mpmath.workdps(30):
        away = mpmath.mpf(3) / 2
        holds(network_risk(always(1), OVAL, threat, definition="error_region"), oval(away))
        holds(network_risk(always(0), OVAL, threat, definition="error_region"), 1 - oval(-away))


def test_a_larger_disc_on_another_plane():
    """From a plane at a distance of 1/4 a share of the ball is left; the disc there is larger."""
    first, second = ({0: Cloud((0, 0), 1), 1: Cloud((0, 0), v)} for v in (4, 9))
    halves = [{y: HALF * law for y, law in own.items()} for own in (first, second)]
    d = sa.Distribution(
        name="two planes", features=("x", "y", "z"), labels=(0, 1), prior={0: HALF, 1: HALF},
        components=[
            sa.Component(sa.Flat({0: at}), own) for at, own in zip((0, sympy.Rational(1, 4)), halves, strict=True)
        ],
    )  # fmt: skip
    net = affine([[0.0] * 3] * 2, [0.0, 1.0])
    found = network_risk(net, d, sa.ThreatModel("l2", "1/2", on_support=True), definition="error_region")
    with mpmath.workdps(30):
        eps, left = mpmath.mpf(1) / 2, mpmath.sqrt(3) / 4
        here, there = max(radius_of(4) + eps, radius_of(9) + left), max(radius_of(9) + eps, radius_of(4) + left)
        holds(found, sum(in_disc(here, v) / 4 for v in (1, 4)) + sum(in_disc(there, v) / 4 for v in (1, 9)))


@pytest.mark.parametrize("radius", [0.3, 0.5, 0.6, 2.0])
def test_who_is_within_reach_of_a_parabola(radius):
    """Its radius of curvature is 1/2 at least; distances to it by the roots of cubics."""
    x, y = sympy.symbols("x y", real=True)
    window = np.array([[-1.5, -2.0], [1.5, 2.0]])
    found = borders((Form(x**2 - y, (), (x, y)),), (((),),), np.eye(2), window)
    ends = list(zip(found.arcs.left.tolist(), found.arcs.right.tolist(), found.nodes.tolist(), strict=True))
    links = [Link(Part(k, low, high, tuple(nodes)), np.array([1])) for k, (low, high, nodes) in enumerate(ends)]
    reach = Disc(radius).reach(found, links)
    discs, _ = dilated(reach.ends, None, np.zeros((0, 2)))
    curves = joined([reach.curves, discs])
    curves = type(curves)(**{**vars(curves), "owner": 0 * curves.owner})
    points = np.random.default_rng(0).uniform(-1, 1, (4000, 2)) * [1.5, 4.5]
    away = np.array([_distance(p, min(low for low, *_ in ends), max(high for _, high, _ in ends)) for p in points])
    inside = _around(curves, 1, points[:, :1], points[:, 1:], 1e-15)[:, 0]
    clear = np.abs(away - radius) > 1e-6
    assert (inside == (away <= radius))[clear].all() and 100 < inside.sum() < 3900


def _distance(point, low, high):
    roots = np.roots([2, 0, 1 - 2 * point[1], -point[0]])
    feet = [low, high, *(r.real for r in roots if abs(r.imag) < 1e-9 and low < r.real < high)]
    return min(np.hypot(point[0] - s, point[1] - s * s) for s in feet)


CASES = [
    (HYPERBOLA, {"eps": ("1/3", 1), "closed": False}),
    (PARABOLA, {"eps": "1/2", "box": ((-1, 2), (-2, 1))}),
]


@pytest.mark.parametrize(("d", "threat"), CASES, ids=["hyperbola", "parabola"])
def test_vulnerable_points_and_their_probability(d, threat):
    rng = np.random.default_rng(3)
    net = classifier("relu", d, network=random_net(11))
    problem, names = problem_of(net, d, sa.ThreatModel("l2", **threat)), ("error_region", "label_invariant")
    x, y = d.sample(20, rng=rng)
    found = brute(problem, x, y, names, rng, points=4000)
    many, labels = d.sample(20_000, rng=rng)
    for name in names:
        exact = problem.contains(definition(name), x, y)
        assert not (found[name] & ~exact).any(), name
        assert (exact & ~found[name]).sum() <= 2, name
        bound, rate = problem.bound(definition(name)), problem.contains(definition(name), many, labels).mean()
        assert bound.method == "exact" and bound.upper - bound.lower < 1e-12, name
        assert abs(rate - bound.lower) <= 5 * np.sqrt(max(bound.lower * (1 - bound.lower), 1e-4) / len(many)), name


def test_zeros_are_traced_where_they_matter():
    """Of a hyperbola the part with s > 2, or with s + t < -3, and not much more."""
    x, y = sympy.symbols("x y", real=True)
    one, zero = flint.arb(1), flint.arb(0)
    function = Turned(Form(x**2 / 3 - (y - x / 2) ** 2 - 1, (), (x, y)), ((one, zero), (zero, one)))
    window = np.array([[-6.0, -6.0], [6.0, 6.0]])
    every, some = traced(function, window), traced(function, window, (((1.0, 0.0, -2.0),), ((-1.0, -1.0, -3.0),)))
    assert 0 < len(some.graphs) < len(every.graphs)
    for s in np.linspace(-6, 6, 500):
        heights = s / 2 + np.array([-1, 1]) * np.sqrt(max(s * s / 3 - 1, 0))
        own = [g for g in some.graphs if abs(s - g.middle) <= g.half]
        traces = [np.polynomial.polynomial.polyval((s - g.middle) / g.half, g.terms) for g in own]
        for t in heights if s * s > 3.001 else ():
            assert not (s > 2 or s + t < -3) or min(abs(t - v) for v in traces) < 1e-8
