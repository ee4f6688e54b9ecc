"""Risks on circles in the plane: by angles, against caps, grids, bisected distances and the ends of balls."""

import itertools

import mpmath
import numpy as np
import pytest
import sympy

import symadv as sa
from symadv import catalog
from symadv.definitions import definition
from symadv.language.intervals import Intervals
from symadv.language.parameters import parameter
from symadv.probability.on_spheres import HalfTangent
from symadv.risk._arcs import around
from symadv.risk._ball import Ball
from symadv.risk._isolated import gaps, ordered, where, zeros_of
from symadv.risk._paths import Path
from symadv.risk.circles import on_circles
from symadv.risk.members import along
from symadv.risk.sampled import risk_experiment

SPHERES = sa.distribution("spheres").at(R="13/10")
DEFINITIONS = [definition(name) for name in catalog.names("definitions")]
T = parameter("t", real=True)


def linear(d):
    return sa.classifier("linear", d, weights=(1, "1/2"), bias="1/4", tie=1)


def beside(line, *, density=None):
    """Label 0 on the unit circle, label 1 on a line."""
    return sa.Distribution(
        name="crossing",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            sa.Component(sa.Sphere(1, (0, 0)), {0: sa.Uniform()}),
            sa.Component(line, {1: density or sa.Normal(0, 1)}),
        ],
    )


CROSSING = beside(sa.Flat({1: 0}))


def found_by_a_grid(f, d, threat, n=250):
    """For each definition the share of samples for which a point of a grid over the ball is adversarial."""
    o, (x, y) = sa.oracle(d), d.sample(n, rng=0)
    side = np.linspace(-1, 1, 25)
    cube = np.array(list(itertools.product(side, side)))
    order = {"linf": np.inf, "l2": 2, "l1": 1}[threat.norm]
    size = np.linalg.norm(cube, ord=order, axis=1, keepdims=True)
    steps = cube * np.abs(cube).max(1, keepdims=True) / np.where(size > 0, size, 1) * (1 - 1e-12)
    steps = steps * [float(e) for e in threat.budgets(2)]
    tried = x[:, None] + steps
    if threat.on_support:
        tried = o.project(tried.reshape(-1, 2)).reshape(tried.shape)
        tried = np.where(
            threat.allows(np.repeat(x, len(steps), 0), tried.reshape(-1, 2)).reshape(*tried.shape[:2], 1),
            tried,
            x[:, None],
        )
    if threat.box is not None:
        inside = [(tried[..., k] >= float(a)) & (tried[..., k] <= float(b)) for k, (a, b) in enumerate(threat.boxes(2))]
        tried = np.where(np.all(inside, 0)[..., None], tried, x[:, None])
    tried = np.concatenate([x[:, None], tried], axis=1)
    shape, flat, labels = tried.shape[:2], tried.reshape(-1, 2), np.repeat(y, len(steps) + 1)
    said = [np.repeat(f.predict(x), shape[1]), f.predict(flat), np.repeat(o.bayes_label(x), shape[1]), o.label(flat)]
    return {q.name: q.holds(labels, *said, labels=d.labels).reshape(shape).any(1) for q in DEFINITIONS}, (x, y)


def exactly(bounds, d, x, y):
    """For each definition which samples the exact sets hold."""
    found = {}
    for name, bound in bounds.items():
        here = np.zeros(len(x), dtype=bool)
        for label, places in bound.evidence.vulnerable.items():
            for stratum, numbers in places.items():
                t = along(stratum, x)
                inside = [(t >= float(a.value)) & (t <= float(b.value)) for a, b in numbers]
                here |= (y == label) & stratum.near(x) & np.any([np.zeros(len(x), bool), *inside], 0)
        found[name] = here
    return found


@pytest.mark.parametrize(
    ("d", "f", "threat"),
    [
        (SPHERES, "linear", sa.ThreatModel("linf", "1/5")),
        (SPHERES, "linear", sa.ThreatModel("l1", ("1/5", "1/4"))),
        (SPHERES, "linear", sa.ThreatModel("l2", ("1/5", "1/10"))),
        (SPHERES, "linear", sa.ThreatModel("linf", "1/5", on_support=True)),
        (SPHERES, "bayes", sa.ThreatModel("l1", "1/5")),
        (SPHERES, "bayes", sa.ThreatModel("linf", "1/5", box=(-1, 1))),
        (CROSSING, "bayes", sa.ThreatModel("l2", "1/5")),
        (beside(sa.Flat({1: 1})), "bayes", sa.ThreatModel("linf", ("1/5", "1/4"))),
    ],
    ids=lambda case: getattr(case, "name", None) or getattr(case, "words", None) or case,
)
def test_a_grid_finds_nothing_else_and_nearly_all(d, f, threat):
    f = linear(d) if f == "linear" else sa.classifier(f, d)
    bounds = on_circles(f, d, threat, DEFINITIONS)
    grid, (x, y) = found_by_a_grid(f, d, threat)
    for name, here in exactly(bounds, d, x, y).items():
        assert bounds[name].upper - bounds[name].lower < 1e-12
        assert not (grid[name] & ~here).any()
        assert (here & ~grid[name]).mean() < 0.04
        assert abs(here.mean() - float(bounds[name])) < 0.13  # four standard deviations of 250 samples


@pytest.mark.parametrize(("tie", "closed"), [(0, False), (1, True)])
def test_angles_and_caps_agree_where_both_know(tie, closed):
    f = sa.classifier("linear", SPHERES, weights=(1, "1/2"), bias="1/4", tie=tie)
    threat = sa.ThreatModel("l2", "1/4", closed=closed)
    by_caps, by_angles = sa.risks(f, SPHERES, threat), on_circles(f, SPHERES, threat, DEFINITIONS)
    for name, bound in by_angles.items():
        assert bound.method == by_caps[name].method == "exact"
        assert bound.lower == pytest.approx(by_caps[name].lower, abs=1e-15)
        assert bound.evidence.knife_edge == by_caps[name].evidence.knife_edge


def test_a_half_plane_and_a_square_by_hand():
    """A linf ball of e reaches <w, x> >= b where <w, x> >= b - |w|_1 e: an arc of 2 arccos((b - |w|_1 e) / |w|)."""
    f = sa.classifier("linear", SPHERES, weights=(3, 4), bias=-1, tie=1)
    bound = on_circles(f, SPHERES, sa.ThreatModel("linf", "1/10"), [definition("adversarial_loss")])["adversarial_loss"]
    with mpmath.workdps(30):
        lost = [mpmath.acos((1 - mpmath.mpf("0.7")) / 5) / mpmath.pi]  # label 0, radius 1
        lost.append(1 - mpmath.acos((1 + mpmath.mpf("0.7")) / (5 * mpmath.mpf("1.3"))) / mpmath.pi)
        expected = (lost[0] + lost[1]) / 2
        assert bound.lower <= float(expected) <= bound.upper and bound.upper - bound.lower < 1e-15
        assert mpmath.almosteq(mpmath.mpf(str(bound.evidence.expression.evalf(30))), expected, 1e-28)


def test_all_ends_are_where_the_ball_just_reaches_the_other_label():
    """For Bayes on a circle and its diameter, whose ties are the parabolas b = (a^2 - 1) / 2 and its mirror image."""
    bound = sa.risk("bayes", CROSSING, sa.ThreatModel("l2", "1/5"), definition="boundary")
    a = np.linspace(-3, 3, 2_000_001)
    curves = [np.stack([a, side * (a**2 - 1) / 2], axis=1) for side in (-1, 1)]
    ends = 0
    for places in bound.evidence.vulnerable.values():
        for stratum, numbers in places.items():
            round_ = isinstance(stratum, sa.Sphere)  # but for its crossings, where f says the other label
            for t in (float(c.value) for c in numbers.cuts if c.value.is_finite and not (round_ and c.value == 0)):
                turned = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
                point = np.array(turned if round_ else (t, 0.0))
                apart = min(np.linalg.norm(curve - point, axis=1).min() for curve in curves)
                assert apart == pytest.approx(0.2, abs=1e-9)
                ends += 1
    assert ends == 8 and bound.upper - bound.lower < 1e-12


@pytest.mark.parametrize(
    ("eps", "closed", "value"), [("3/20", False, 0), ("3/20", True, "1/2"), ("151/1000", False, 1)]
)
def test_at_half_the_gap_all_of_a_circle_is_reached_at_once(eps, closed, value):
    """Closed l2 balls of 3/20 touch the middle circle, where f says 1: this breaks the inner circle alone."""
    threat = sa.ThreatModel("l2", eps, closed=closed)
    f = sa.classifier("bayes", SPHERES)
    bound = on_circles(f, SPHERES, threat, [definition("adversarial_loss")])["adversarial_loss"]
    assert bound.method == "exact" and float(bound) == float(sa.exact(value))
    assert bound.evidence.knife_edge == (eps == "3/20")


def test_no_budget_and_a_frozen_feature():
    f = linear(SPHERES)
    for threat in (sa.ThreatModel("linf", 0), sa.ThreatModel("l2", ("1/10", 0))):
        bounds = on_circles(f, SPHERES, threat, DEFINITIONS)
        assert all(bound.method == "exact" for bound in bounds.values())
    still = on_circles(f, SPHERES, sa.ThreatModel("linf", 0), DEFINITIONS)
    assert still["adversarial_loss"].lower == still["misclassification"].lower and float(still["boundary"]) == 0
    larger = [on_circles(f, SPHERES, sa.ThreatModel("l1", (e, 0)), DEFINITIONS)["boundary"] for e in ("1/10", "1/5")]
    assert 0 < larger[0].lower < larger[1].lower


def test_points_beside_circles_are_reached_exactly():
    """The centre is at 1/2 from where the label changes: open balls of 1/2 do not reach it."""
    d = sa.Distribution(
        name="target",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "3/4", 1: "1/4"},
        components=[
            sa.Component(sa.Sphere(1, (1, 0)), {0: sa.Uniform()}),
            sa.Component(sa.Point((1, 0)), {1: sa.Atom()}),
        ],
    )
    corner = sympy.sqrt(2) / 4  # of a square that just reaches the middle circle with its corners
    for eps, closed, lost in ((corner, True, 0), (sa.exact("36/100"), True, "1/4"), (corner, False, 0)):
        f = sa.classifier("bayes", d)
        bound = on_circles(f, d, sa.ThreatModel("linf", eps, closed=closed), [definition("boundary")])["boundary"]
        part = bound.evidence.vulnerable[1][sa.Point((1, 0))]
        assert bool(part) == bool(lost) and bound.upper - bound.lower < 1e-12


@pytest.mark.parametrize("direction", [(1, 0), (-1, 0), ("3/5", "4/5")])
@pytest.mark.parametrize("closed", [False, True])
def test_a_ball_that_just_touches_a_disc_from_any_side(direction, closed):
    """Also from the left, at the point that the half tangent does not tell."""
    a, b = features = parameter("a", real=True), parameter("b", real=True)
    x, y = (2 * sa.exact(part) for part in direction)
    disc = ((sympy.expand((a - x) ** 2 + (b - y) ** 2 - sympy.Rational(1, 4)), frozenset({0, -1})),)
    for eps, reached in (("3/2", closed), ("149/100", False), ("151/100", True)):
        ball = Ball((sa.exact(eps),) * 2, closed, norm="l2")
        found = around(disc, features, Path(sympy.S.Zero, sympy.S.Zero), (0, 1), ball, {})
        assert found.exact and found.inner == (Intervals.line() if reached else Intervals())


def test_where_curves_are_not_known_there_are_bounds():
    """Between two circles labels change on ellipses and hyperbolas; what f alone decides is exact all the same."""
    d = sa.Distribution(
        name="two circles",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            sa.Component(sa.Sphere(1, (0, 0)), {0: sa.Uniform()}),
            sa.Component(sa.Sphere("1/2", ("1/2", 0)), {1: sa.Uniform()}),
        ],
    )
    f, threat = linear(d), sa.ThreatModel("linf", "1/5")
    bounds = sa.risks(f, d, threat)
    grid, _ = found_by_a_grid(f, d, threat)
    assert all(bounds[name].method == "exact" for name in ("adversarial_loss", "boundary", "misclassification"))
    for name, here in grid.items():
        assert bounds[name].lower - 0.08 <= here.mean() <= bounds[name].upper + 0.08
    assert bounds["label_invariant"].upper <= bounds["boundary"].upper
    assert float(sa.risk("bayes", d, threat, definition="misclassification")) == 0


def test_the_half_tangent_of_a_uniform_angle():
    law = HalfTangent()
    with mpmath.workdps(30):
        for t in ("-3", "0", "1/7", "1000000"):
            exact = mpmath.mpf(1) / 2 + mpmath.atan(mpmath.mpf(sa.exact(t).p) / sa.exact(t).q) / mpmath.pi
            assert mpmath.almosteq(mpmath.mpf(str(law.cdf(sa.exact(t)).evalf(30))), exact, 1e-25)
    assert law.cdf(sympy.oo) == 1 and law.survival(sympy.oo) == 0 and law.mass(-sympy.oo, sympy.S.Zero) == sympy.S.Half
    angle = 2 * np.arctan(law.sample(100_000, np.random.default_rng(0))[:, 0])
    assert abs(np.mean(angle < 1) - (1 + np.pi) / (2 * np.pi)) < 0.01
    assert float(along(sa.Sphere(2, (1, 1)), np.array([[1.0, 3.0]]))[0]) == 1


def test_sampled_risks_agree():
    bound = on_circles(linear(SPHERES), SPHERES, sa.ThreatModel("l1", "1/5"), [definition("error_region")])[
        "error_region"
    ]
    hits = risk_experiment("a risk", bound, SPHERES).draw({})(50_000, np.random.default_rng(0))
    assert abs(hits.mean() - float(bound)) < 0.01


def test_zeros_of_polynomials_are_exact_or_enclosed():
    quartic = sympy.expand((T**2 - 2) * (T - 3))
    assert [zero.low for zero in ordered(zeros_of(quartic, T))] == [-sympy.sqrt(2), sympy.sqrt(2), 3]
    hard = T**3 - T - 1
    (zero,) = zeros_of(hard, T)
    assert zero.low < zero.high and hard.subs(T, zero.low) < 0 < hard.subs(T, zero.high)
    known = where(hard, T, frozenset({1}))
    assert (
        known.inner.contains(sympy.Integer(2))
        and not known.outer.contains(sympy.Integer(1))
        and known.inner != known.outer
    )
    assert where(quartic, T, frozenset({0, 1})).inner == where(quartic, T, frozenset({0, 1})).outer
    assert zeros_of(sympy.S.Zero, T) == () and where(sympy.S.One, T, frozenset({1})).inner == Intervals.line()
    numbers = [t for _, _, t in gaps(ordered(zeros_of(quartic, T)))]
    assert len(numbers) == 4 and all(t.is_Rational for t in numbers)
    assert [sympy.sign(quartic.subs(T, t)) for t in numbers] == [-1, 1, -1, 1]


def test_more_than_the_plane_is_left_to_others():
    three = sa.distribution("spheres", dimension=3).at(R="13/10")
    assert on_circles(sa.classifier("bayes", three), three, sa.ThreatModel("l2", 1), DEFINITIONS) == {}
