"""Exact risks on oblique lines against brute force: perturbed points on a grid in the ball, all nine definitions.

The witness shares no code: it has its own nearest points, labels, definitions and masses.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy import stats

import symadv as sa

NONE = 99
NAMES = (
    "misclassification",
    "boundary",
    "adversarial_loss",
    "corrupted_instance",
    "prediction_change",
    "error_region",
    "label_invariant",
    "base_classifier",
    "invariance",
)


@dataclass(frozen=True)
class Piece:
    """a + t s for t between ends; for each label a probability, joint with the label, and a law of t."""

    a: tuple[float, float]
    s: tuple[float, float]
    ends: tuple[float, float]
    laws: dict[int, tuple[float, Any]]

    def joint(self, y, t):
        """The joint density of label and t, per length; for a point the mass."""
        weight, law = self.laws.get(y, (0.0, None))
        if law is None:
            return np.full_like(t, weight)
        return weight * law.pdf(t) / np.hypot(*self.s)

    def at(self, t):
        return np.array(self.a) + t[..., None] * np.array(self.s)

    def nearest(self, z):
        square = np.dot(self.s, self.s)
        t = (z - self.a) @ np.array(self.s) / (square or 1.0)
        t = np.clip(t, *self.ends)
        return t, np.linalg.norm(z - self.at(t), axis=-1)

    def grid(self, n):
        if self.ends[0] == self.ends[1]:
            return np.array([self.ends[0]])
        low, high = (e if np.isfinite(e) else 5.0 * np.sign(e) for e in self.ends)
        ends = np.linspace(low, high, n + 1)
        return (ends[1:] + ends[:-1]) / 2


def label(pieces, labels, z):
    """The Bayes label of the nearest points, NONE where they disagree or where two labels tie."""
    distances, own = [], []
    for piece in pieces:
        t, distance = piece.nearest(z)
        scores = np.stack([piece.joint(y, t) for y in labels])
        ordered = np.sort(scores, axis=0)
        won = np.array(labels)[scores.argmax(0)]
        own.append(np.where(ordered[-1] - ordered[-2] > 1e-12, won, NONE))
        distances.append(distance)
    least = np.min(distances, axis=0)
    found = np.full(z.shape[:-1], -1)
    for distance, mine in zip(distances, own, strict=True):
        here = distance <= least + 1e-12
        found = np.where(here & (found == -1), mine, np.where(here & (found != mine), NONE, found))
    return found


def adversarial(name, y, f_x, f_adv, c_x, c_adv):
    """The nine definitions, written out once more."""
    return {
        "misclassification": f_x != y,
        "boundary": (f_x == y) & (f_adv != y),
        "adversarial_loss": f_adv != y,
        "corrupted_instance": (c_x != NONE) & (f_adv != c_x),
        "prediction_change": f_x != f_adv,
        "error_region": (c_adv != NONE) & (f_adv != c_adv),
        "label_invariant": (f_x == y) & (f_adv != y) & (c_adv == y),
        "base_classifier": (f_x == c_x) & (c_adv == c_x) & (f_adv != c_x),
        "invariance": (f_x == c_x) & (c_adv != NONE) & (c_adv != c_x) & (f_adv == f_x),
    }[name]


def steps(norm, eps, n):
    """Points of the ball with the budgets eps, its boundary left out."""
    side = np.linspace(-1, 1, n) * (1 - 1e-9)
    u = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    inside = {"linf": np.abs(u).max(1), "l2": np.hypot(*u.T), "l1": np.abs(u).sum(1)}[norm] < 1
    return np.concatenate([np.zeros((1, 2)), u[inside] * np.array(eps)])


def brute(pieces, labels, f, norm, eps, *, box=None, on_support=False, n=160, m=33):
    """For each definition the probability that some point of the grid is adversarial; by label and piece (t, where)."""
    moves = steps(norm, eps, m)
    total, where = dict.fromkeys(NAMES, 0.0), {name: {} for name in NAMES}
    for k, piece in enumerate(pieces):
        t = piece.grid(n)
        x = piece.at(t)
        z = x[:, None] + moves
        if on_support:
            z = np.concatenate([_on(other, x, norm, eps) for other in pieces], axis=1)
        allowed = np.isfinite(z).all(-1)
        if box is not None:
            allowed &= ((z >= box[0]) & (z <= box[1])).all(-1)
        z = np.where(allowed[..., None], z, x[:, None])  # staying put is admissible
        f_x, c_x, f_adv, c_adv = f(x), label(pieces, labels, x), f(z), label(pieces, labels, z)
        for y, (weight, law) in piece.laws.items():
            width = np.diff(t)[0] if len(t) > 1 else None
            mass = weight * (law.cdf(t + width / 2) - law.cdf(t - width / 2)) if law else np.array([weight])
            for name in NAMES:
                own = adversarial(name, y, f_x, f_x, c_x, c_x)
                hit = own | adversarial(name, y, f_x[:, None], f_adv, c_x[:, None], c_adv).any(1)
                total[name] += mass[hit].sum()
                where[name][y, k] = t, hit
    return total, where


def _on(piece, x, norm, eps):
    """Points of a piece in the ball around each x."""
    t = piece.grid(1201)
    u = (piece.at(t)[None] - x[:, None]) / np.array(eps)
    size = {"linf": np.abs(u).max(-1), "l2": np.linalg.norm(u, axis=-1), "l1": np.abs(u).sum(-1)}[norm]
    return np.where((size < 1)[..., None], piece.at(t)[None], np.nan)


def compared(d, pieces, f, predict, threat, *, near=0.03, names=NAMES, exact=NAMES, **options):
    """The grid finds nothing outside the vulnerable sets, and comes near the exact risks."""
    eps = tuple(float(e) for e in threat.budgets(2))
    total, where = brute(pieces, d.labels, predict, threat.norm, eps, **options)
    bounds = sa.risks(f, d, threat, definitions=names)
    for name in names:
        bound = bounds[name]
        assert (bound.method == "exact") == (name in exact), name
        assert total[name] - near <= bound.upper and bound.lower <= total[name] + near, (name, bound, total[name])
        if bound.method != "exact":
            continue
        assert abs(float(bound) - total[name]) <= near, (name, bound, total[name])
        strata = list(d.strata)
        for (y, k), (t, hit) in where[name].items():
            vulnerable = bound.evidence.vulnerable[y][strata[k]]
            for value in t[hit]:
                assert vulnerable.contains(sa.exact(float(value))), (name, y, k, value)
    return bounds


def linear(weights, bias):
    return lambda x: np.where(x @ np.array(weights) + bias > 0, 1, 0)


def segments():
    """Two oblique segments, one label each."""
    d = sa.Distribution(
        name="segments",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            sa.Component(sa.Segment((0, 0), (1, 2)), {0: sa.Uniform()}),
            sa.Component(sa.Segment((1, 0), (2, 1)), {1: sa.Uniform()}),
        ],
    )
    pieces = [
        Piece((0, 0), (1, 2), (0, 1), {0: (0.5, stats.uniform(0, 1))}),
        Piece((0, -1), (1, 1), (1, 2), {1: (0.5, stats.uniform(1, 1))}),
    ]
    return d, pieces


def crossing(first=(4, 3), second=(5, -12)):
    """Two lines that cross at the origin, both labels on each; their bisectors are rational if the lengths are."""
    d = sa.Distribution(
        name="crossing",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            sa.Component(sa.Line((0, 0), first), {0: "1/4" * sa.Normal(-1, 1), 1: "3/4" * sa.Normal(1, 1)}),
            sa.Component(sa.Line((0, 0), second), {0: "3/4" * sa.Normal(0, 1), 1: "1/4" * sa.Normal(0, 1)}),
        ],
    )
    everywhere, wide = (-np.inf, np.inf), stats.norm(0, 1)
    pieces = [
        Piece((0, 0), (1, first[1] / first[0]), everywhere, {0: (0.125, stats.norm(-1)), 1: (0.375, stats.norm(1))}),
        Piece((0, 0), (1, second[1] / second[0]), everywhere, {0: (0.375, wide), 1: (0.125, wide)}),
    ]
    return d, pieces


PLAIN = ("misclassification", "boundary", "adversarial_loss", "prediction_change")
BALLS = [
    ("linf", "1/4", {}),
    ("l1", "1/3", {}),
    ("l2", "1/3", {}),
    ("linf", ("1/2", "1/5"), {}),
    ("linf", ("1/2", 0), {}),
    ("l2", ("1/2", "1/5"), {}),
    ("l1", (0, "1/2"), {}),
    ("linf", "1/2", {"box": (0, 1)}),
    ("l2", "1/2", {"box": (0, 1)}),
    ("linf", "1/2", {"on_support": True}),
    ("l2", "1/2", {"on_support": True}),
    ("l1", "1/2", {"on_support": True}),
]


@pytest.mark.parametrize(("norm", "eps", "more"), BALLS)
def test_two_segments(norm, eps, more):
    d, pieces = segments()
    f = sa.classifier("linear", d, weights=(1, "-2/3"), bias="-1/3", tie=1)
    compared(
        d,
        pieces,
        f,
        linear((1, -2 / 3), -1 / 3),
        sa.ThreatModel(norm=norm, eps=eps, **more),
        names=PLAIN,
        exact=PLAIN,
        **more,
    )


@pytest.mark.parametrize(("norm", "eps", "more"), BALLS)
def test_two_lines_that_cross(norm, eps, more):
    """The labels of the projection change at the two bisectors, which no coordinate follows."""
    d, pieces = crossing()
    f = sa.classifier("linear", d, weights=(1, "-2/3"), bias="-1/3", tie=1)
    compared(d, pieces, f, linear((1, -2 / 3), -1 / 3), sa.ThreatModel(norm=norm, eps=eps, **more), **more)


def test_bisectors_with_roots():
    d, pieces = crossing((2, 1), (1, -3))
    f = sa.classifier("linear", d, weights=(1, "-2/3"), bias="-1/3", tie=1)
    compared(d, pieces, f, linear((1, -2 / 3), -1 / 3), sa.ThreatModel(norm="linf", eps=("1/2", "1/5")))


@pytest.mark.parametrize(
    ("norm", "eps", "more"),
    [("linf", "1/4", {}), ("l1", ("1/3", "1/2"), {}), ("l2", "1/3", {}), ("linf", "1/2", {"on_support": True})],
)
def test_labels_of_two_segments(norm, eps, more):
    """Between an end of one segment and the other one the label changes along a parabola."""
    d, pieces = segments()
    f = sa.classifier("linear", d, weights=(1, "-2/3"), bias="-1/3", tie=1)
    compared(d, pieces, f, linear((1, -2 / 3), -1 / 3), sa.ThreatModel(norm=norm, eps=eps, **more), **more)


def point_and_line():
    """A point with mass beside an oblique line."""
    d = sa.Distribution(
        name="beside",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            sa.Component(sa.Point((1, 0)), {0: sa.Atom()}),
            sa.Component(sa.Line((0, 0), (1, 1)), {1: sa.Normal(0, 1)}),
        ],
    )
    pieces = [
        Piece((1, 0), (0, 0), (0, 0), {0: (0.5, None)}),
        Piece((0, 0), (1, 1), (-np.inf, np.inf), {1: (0.5, stats.norm(0, 1))}),
    ]
    return d, pieces


@pytest.mark.parametrize(("norm", "eps"), [("linf", "1/3"), ("l1", "3/4"), ("l2", "1/2"), ("l2", ("1/2", "3/4"))])
@pytest.mark.parametrize("slope", ["1/2", "-3"])
def test_a_point_beside_a_line(norm, eps, slope):
    """The atom reaches a label or not; on the line the ends are where a ball touches a parabola."""
    d, pieces = point_and_line()
    f = sa.classifier("linear", d, weights=(slope, 1), bias="-1/5", tie=1)
    weight = float(sa.exact(slope))
    threat = sa.ThreatModel(norm=norm, eps=eps)
    bounds = sa.risks(f, d, threat)
    total, _ = brute(
        pieces, d.labels, linear((weight, 1), -0.2), norm, tuple(float(e) for e in threat.budgets(2)), m=65
    )
    for name in NAMES:
        assert bounds[name].upper - bounds[name].lower < 1e-9, name
        assert abs(float(bounds[name]) - total[name]) < 0.03, (name, bounds[name], total[name])
