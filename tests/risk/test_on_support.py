"""Networks on points and lines in any position, in any number of features, perturbed along the support.

The witness has its own points, densities and labels: a fine grid on every stratum, and where it leaves the ball.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from scipy import stats

import symadv as sa
from symadv.classifiers import classifier
from symadv.definitions import definition
from symadv.geometry.strata import Point
from symadv.probability.distribution import Component, Distribution
from symadv.risk.members import members
from symadv.risk.networks import network_risk, network_risks, problem_of
from tests.risk.nets import NINE, affine, random_net

torch = pytest.importorskip("torch")

LENGTHS = {"linf": np.inf, "l2": 2, "l1": 1}
NONE = -9


@dataclass
class Piece:
    """The points a + s v for s between ends, with the laws of s; each label's weight."""

    stratum: Any
    ends: tuple[float, float]
    laws: dict[int, tuple[float, Any]]

    def __post_init__(self):
        self.a, b = (self.stratum.embed(np.full((1, self.stratum.dim), float(s)))[0] for s in (0, 1))
        self.v = b - self.a

    def at(self, s):
        return self.a + s[:, None] * self.v

    def joint(self, y, z):
        """The density of label y at points, per length, on the piece; for a point the mass."""
        weight, law = self.laws.get(y, (0.0, None))
        s = (z - self.a) @ self.v / ((self.v @ self.v) or 1)
        on = np.abs(z - self.at(s)).max(1) < 1e-9
        return on * weight * (law.pdf(s) / np.linalg.norm(self.v) if law else 1.0)


def label(pieces, labels, z, dim):
    scores = np.array([sum(p.joint(y, z) for p in pieces if p.stratum.dim == dim) for y in labels])
    first, second = np.sort(scores, axis=0)[:-3:-1]
    return np.where(first > second * (1 + 1e-9), np.array(labels)[scores.argmax(0)], NONE)


def scene(seed, n):
    """Points, segments and lines with rational coordinates, some parallel, some through one point."""
    rng = np.random.default_rng(seed)
    labels = (0, 1, 2)[: int(rng.integers(2, 4))]
    number = max(3, len(labels))
    owners = [sorted({labels[k % len(labels)], int(rng.choice(labels))}) for k in range(number)]
    components, pieces, a, v = [], [], None, None
    for k, own in enumerate(owners):
        kind = ("segment", "line", rng.choice(["point", "segment"]))[k % 3]
        a = a if k and rng.random() < 0.3 else [Fraction(int(x), 2) for x in rng.integers(-3, 4, n)]
        v = [2 * x for x in v] if k and rng.random() < 0.3 else [int(x) for x in rng.integers(-2, 3, n)]
        v = v if any(v) else [1] * n
        share = {y: Fraction(1, sum(y in o for o in owners)) for y in own}
        if kind == "point":
            stratum, law, scipy_law = Point(a), sa.Atom(), None
        elif kind == "segment":
            stratum = sa.Segment(a, [x + y for x, y in zip(a, v, strict=True)])
            low, high = stratum.ends if hasattr(stratum, "ends") else stratum.bounds[0]
            law, scipy_law = sa.Uniform(low, high), stats.uniform(float(low), float(high - low))
        else:
            stratum, law, scipy_law = sa.Line(a, v), sa.Normal(0, 1), stats.norm(0, 1)
        components.append(Component(stratum, {y: w * law for y, w in share.items()}))
        ends = tuple(float(e) for e in stratum.bounds[0]) if stratum.dim else (0.0, 0.0)
        pieces.append(Piece(stratum, ends, {y: (float(w), scipy_law) for y, w in share.items()}))
    features = tuple(f"x{k}" for k in range(n))
    prior = dict.fromkeys(labels, Fraction(1, len(labels)))
    return Distribution(name="scene", features=features, labels=labels, prior=prior, components=components), pieces


def candidates(piece, x, budgets):
    """A grid on a piece, and where each feature is at its budget or is not moved."""
    s = np.linspace(*np.clip(piece.ends, -8, 8), 4001)[: None if piece.stratum.dim else 1]
    for k in np.flatnonzero(piece.v):
        own = (x[k] + np.array([-1, 0, 1]) * budgets[k] * (1 - 1e-7) - piece.a[k]) / piece.v[k]
        s = np.concatenate([s, own[(own >= piece.ends[0]) & (own <= piece.ends[1])]])
    return piece.at(s)


def broken(d, pieces, threat, f, x, y, own):
    """The definitions under which a sample on the piece ``own`` is broken by some candidate."""
    budgets = np.array([float(e) for e in threat.budgets(len(x))])
    z, dims = [x[None]], [own.stratum.dim]
    for piece in pieces:
        points = candidates(piece, x, budgets)
        steps = points - x
        frozen = (np.abs(steps) < 1e-12) | (budgets > 0)
        length = np.linalg.norm(steps / np.where(budgets > 0, budgets, 1), ord=LENGTHS[threat.norm], axis=1)
        good = frozen.all(1) & (length < 1 - 1e-9)
        for k, (low, high) in enumerate(threat.boxes(len(x)) or ()):
            good &= (points[:, k] >= float(low)) & (points[:, k] <= float(high))
        z.append(points[good])
        dims.append(piece.stratum.dim)
    true = np.concatenate([label(pieces, d.labels, part, dim) for part, dim in zip(z, dims, strict=True)])
    said = f.predict(np.concatenate(z))
    return {
        n for n in NINE if definition(n).holds(np.array([y]), said[:1], said, true[:1], true, labels=d.labels).any()
    }


def vulnerable(problem, name, y, x):
    """Whether the exact risk counts a sample."""
    for stratum, numbers in problem.vulnerable(definition(name))[y].items():
        if stratum.near(x[None])[0]:
            place = [int(k) for k in stratum.coordinates(range(len(x)))]
            return bool(members(numbers, x[place] if place else np.zeros(1))[0])
    return False


THREATS = (
    lambda n: sa.ThreatModel("linf", "3/4", on_support=True),
    lambda n: sa.ThreatModel("l2", tuple(Fraction(k % 3 + 2, 2) for k in range(n)), on_support=True, closed=False),
    lambda n: sa.ThreatModel("l1", "3/2", on_support=True),
    lambda n: sa.ThreatModel("linf", (0, *(2,) * (n - 1)), on_support=True),
    lambda n: sa.ThreatModel("l1", (1, 0, *(3,) * (n - 2)), on_support=True, box=(-2, "3/2")),
    lambda n: sa.ThreatModel("l2", 2, on_support=True, box=(-1, "5/4")),
)


@pytest.mark.parametrize(("seed", "n"), [(1, 3), (8, 4), (3, 2), (4, 5), (5, 3), (6, 10)])
def test_grids_break_what_is_vulnerable(seed, n):
    d, pieces = scene(seed, n)
    f, threat = (
        classifier("relu", d, network=random_net(seed, inputs=n, outputs=len(d.labels))),
        THREATS[(seed - 1) % 6](n),
    )
    problem, risks = problem_of(f, d, threat), network_risks(f, d, threat)
    rng, doubtful, total = np.random.default_rng(seed), 0, 0
    assert all(b.method == "exact" for b in risks.values())
    for piece in pieces:
        low, high = np.clip(piece.ends, -3, 3)
        for s in rng.uniform(low, high, 25 if piece.stratum.dim else 1):
            x, y = piece.at(np.array([s]))[0], int(rng.choice(list(piece.laws)))
            found = broken(d, pieces, threat, f, x, y, piece)
            for name in NINE:
                exact = vulnerable(problem, name, y, x)
                assert exact or name not in found, (name, piece.stratum, x, y)
                doubtful, total = doubtful + (exact and name not in found), total + 1
    assert doubtful <= 0.01 * total


def crossing(first, second):
    """Two lines through the origin in three features; the label is the line's number, and t is normal on both."""
    return Distribution(
        name="crossing", features=("a", "b", "c"), labels=(0, 1), prior={0: "1/2", 1: "1/2"},
        components=[
            Component(sa.Line((0, 0, 0), way), {k: 1 * sa.Normal(0, 1)}) for k, way in enumerate((first, second))
        ],
    )  # fmt: skip


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_a_linear_network_on_two_crossing_lines(norm):
    """The network says 1 where a > 2: on s (1, 2, 2) and on s (1, -2, 1) from s = 2 on.

    A sample t of one line breaks where the distance to the half lines on which it is misread is at most eps.  Nearest
    are points at s = 2, where a feature of the step is 0, where two are equally large, or at the perpendicular's foot.
    """
    d, net = crossing((1, 2, 2), (1, -2, 1)), affine([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]], [0.0, -2.0])
    found = network_risk(net, d, sa.ThreatModel(norm, "5/2", on_support=True), definition="adversarial_loss")
    power, ways = {"linf": mpmath.inf, "l2": 2, "l1": 1}[norm], [mpmath.matrix(w) for w in ((1, 2, 2), (1, -2, 1))]

    def distance(t, own, side):
        best = mpmath.inf
        for v, w in ((ways[own], w) for w in ways):
            forms = [*zip(v, w, strict=True), *((v[k] + e * v[m], w[k] + e * w[m]) for k, m, e in PAIRS)]
            places = [mpmath.mpf(2), t * (v.T * w)[0] / (w.T * w)[0], *(t * x / y for x, y in forms if y != 0)]
            best = min([best, *(mpmath.norm(s * w - t * v, power) for s in places if side * (s - 2) >= 0)])
        return best

    with mpmath.workdps(40):
        first, last = (
            mpmath.findroot(lambda t, o=own, i=side: distance(t, o, i) - 2.5, ends, solver="anderson", tol=1e-60)
            for own, side, ends in ((0, 1, (0.1, 1.999)), (1, -1, (2.001, 9)))
        )
        risk = (mpmath.ncdf(-first) + mpmath.ncdf(last)) / 2
    assert found.method == "exact" and abs(float(found) - float(risk)) < 1e-15


PAIRS = [(k, m, e) for k in range(3) for m in range(k) for e in (1, -1)]


def test_critical_budgets():
    """A point just touched from a segment (1, u, 2 + 2 u): by closed balls, and by slightly larger ones.

    In the l-infinity norm that is so from all u in [-1, -1/2].
    """
    d = Distribution(
        name="touch", features=("a", "b", "c"), labels=(0, 1), prior={0: "1/2", 1: "1/2"},
        components=[
            Component(Point((0, 0, 0)), {0: 1 * sa.Atom()}),
            Component(sa.Segment((1, -1, 0), (1, 1, 4)), {1: 1 * sa.Uniform()}),
        ],
    )  # fmt: skip
    net = affine([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0]], [0.0, -1.0])
    for norm, eps, risk in (("linf", 1, 0.5 + 0.125), ("l2", sympy.sqrt(sa.exact("9/5")), 0.5), ("l1", 2, 0.5)):
        closed, open_ = (
            network_risk(net, d, sa.ThreatModel(norm, eps, on_support=True, closed=c), definition="boundary")
            for c in (True, False)
        )
        assert (float(closed), float(open_)) == (risk, 0)
        assert closed.evidence.knife_edge and open_.evidence.knife_edge
        assert closed.evidence.below == (0, 0) and closed.evidence.above == (risk, risk) == open_.evidence.above


def test_frozen_features_let_lines_meet_in_a_point():
    """From s (1, 2, 2) with c frozen the line s (1, -2, 1) is met at twice the place; its point must not be far."""
    d, net = crossing((1, 2, 2), (1, -2, 1)), affine([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]], [0.0, -2.0])
    found = network_risk(net, d, sa.ThreatModel("l1", (1, 9, 0), on_support=True), definition="adversarial_loss")
    # t is moved to 2 t by (t, -6 t, 0), of length |t| + 6 |t| / 9; from line 1, s to s / 2 by (-s / 2, 3 s, 0)
    at = 3 / 5  # from t = 1 on 0 is misread, but it may go no farther than t = 3 / 5
    assert float(found) == pytest.approx((stats.norm.sf(2) + stats.norm.cdf(2)) / 2, abs=1e-15) and at < 1
    found = network_risk(net, d, sa.ThreatModel("l1", (2, 18, 0), on_support=True), definition="adversarial_loss")
    line, other = stats.norm.sf(2) + stats.norm.cdf(6 / 5) - stats.norm.cdf(1), stats.norm.cdf(12 / 5)
    assert float(found) == pytest.approx((line + other) / 2, abs=1e-15)


def test_float32_passes():
    d, _ = scene(1, 3)
    f = classifier("relu", d, network=random_net(1, inputs=3, outputs=len(d.labels)))
    threat = sa.ThreatModel("l2", "3/4", on_support=True)
    for name in ("adversarial_loss", "label_invariant"):
        real = network_risk(f, d, threat, definition=name)
        passes = network_risk(f, d, threat, definition=name, semantics="float32")
        assert passes.lower <= real.lower <= real.upper <= passes.upper and 0 < passes.upper - passes.lower < 1e-4


def test_attacks_along_the_support_are_graded():
    """Floats stand for the nearest point of the support; what is missed has a witness."""
    d = crossing((1, 2, 2), (1, -2, 1))
    f, threat = classifier("relu", d, network=random_net(5, inputs=3)), sa.ThreatModel("l2", 1, on_support=True)
    grade = sa.grade("pgd", f, d, threat, definition="adversarial_loss", n=400, steps=5)
    risk = float(network_risk(f, d, threat, definition="adversarial_loss"))
    assert abs(grade.vulnerable / grade.n - risk) < 4 * np.sqrt(risk * (1 - risk) / grade.n)
    assert grade.recall > 0.8 and len(grade.ambiguous) < 5 and not grade.at_fault
    moved = np.flatnonzero((grade.x_adv != grade.x).any(axis=1))
    assert len(moved) > 20
    some = sa.grade("pgd", f, d, threat, definition="adversarial_loss", n=100, steps=1)
    assert all(some.witness(int(k)) is not None for k in some.missed)


def test_a_point_at_the_end_of_a_segment_has_its_own_label():
    """There the segment's label is not asked for, nor at the point's place another one."""
    d = Distribution(
        name="end", features=("a", "b"), labels=(0, 1), prior={0: "1/2", 1: "1/2"},
        components=[
            Component(sa.Segment((0, 0), (1, 1)), {0: 1 * sa.Uniform()}),
            Component(Point((1, 1)), {1: 1 * sa.Atom()}),
        ],
    )  # fmt: skip
    net = affine([[0.0, 0.0], [1.0, 0.0]], [0.0, 9.0])  # it says 1 everywhere
    found = network_risks(net, d, sa.ThreatModel("linf", "1/4", on_support=True))
    assert {name: float(b) for name, b in found.items() if float(b) > 0} == pytest.approx(
        {
            "misclassification": 0.5,
            "adversarial_loss": 0.5,
            "corrupted_instance": 0.5,
            "error_region": 1,
            "invariance": 0.5,
        }
    )
