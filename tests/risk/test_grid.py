"""Exact risks against brute force in plain numpy, at random parameters: all definitions, classifiers and conventions.

The witness shares no code: it has its own posterior, projection, ties, classifiers and definitions, on a dyadic grid.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

import symadv as sa
from symadv.classifiers import classifier
from symadv.geometry.strata import Flat
from symadv.language.intervals import AFTER
from symadv.probability.densities import Laplace, Normal
from symadv.probability.distribution import Component, Distribution
from symadv.risk.exact import risks

STEP = 1 / 64
T = np.arange(-640, 641) * STEP  # x2 from -10 to 10; sums and products of dyadic numbers are exact in floats
NONE = 99


@dataclass(frozen=True)
class Lines:
    """x1 takes a few values, with a probability for each label; x2 given y is normal or Laplace with a mean for y."""

    heads: dict  # value of x1 -> {label: probability}, in the order of the strata
    means: dict  # label -> mean of x2
    prior: dict
    law: str = "norm"
    scale: float = 1.0
    tie_rule: str = "every"

    @property
    def labels(self):
        return tuple(sorted(self.prior))

    def law_of(self, y):
        return getattr(stats, self.law)(loc=self.means[y], scale=self.scale)

    def log_joint(self, s, y, t):
        z = np.abs(t - self.means[y]) / self.scale
        shape = z**2 / 2 if self.law == "norm" else z
        return np.log(self.prior[y]) + np.log(self.heads[s][y]) - shape

    def on_stratum(self, s, t):
        """The Bayes label on the stratum x1 = s, NONE where two labels are equally probable."""
        scores = np.stack([self.log_joint(s, y, t) for y in self.labels])
        ordered = np.sort(scores, axis=0)
        tied = np.isclose(ordered[-1], ordered[-2], rtol=0, atol=1e-12)
        return np.where(tied, NONE, np.array(self.labels)[scores.argmax(0)])

    def label(self, z1, t):
        """The Bayes label of the projection of (z1, t), for one z1 and many t."""
        distance = {s: abs(z1 - s) for s in self.heads}
        nearest = [self.on_stratum(s, t) for s in self.heads if distance[s] == min(distance.values())]
        if self.tie_rule == "first":
            return nearest[0]
        agree = np.all([n == nearest[0] for n in nearest], axis=0)
        return np.where(agree, nearest[0], NONE)


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


def types_in_reach(world, f, s, eps, *, closed=True, on_support=False, box=None):
    """{(what f says, Bayes label): from where on T, at x1 = s, a grid point of that type is within reach}."""
    width = round(eps[1] / STEP)
    width -= not closed and width > 0
    steps = np.arange(-round(eps[0] / STEP), round(eps[0] / STEP) + 1) * STEP
    steps = steps if closed or eps[0] == 0 else steps[1:-1]
    allowed = np.ones(len(T), bool) if box is None else (box[0] <= T) & (box[1] >= T)
    found = {}
    for z1 in s + steps:
        if (on_support and z1 not in world.heads) or (box and not box[0] <= z1 <= box[1]):
            continue
        said, true = f(z1, T), world.label(z1, T)
        for kind in set(zip(said.tolist(), true.tolist(), strict=True)):
            there = _dilated((said == kind[0]) & (true == kind[1]) & allowed, width)
            found[kind] = found.get(kind, False) | there
    return found


def vulnerable(name, world, f, y, s, near):
    """Where on T a sample of label y at x1 = s is vulnerable, as far as perturbed points on the grid show it."""
    f_x, c_x = f(s, T), world.label(s, T)
    found = adversarial(name, y, f_x, f_x, c_x, c_x)
    for (said, true), there in near.items():
        found = found | (there & adversarial(name, y, f_x, np.full_like(f_x, said), c_x, np.full_like(c_x, true)))
    return found


def _dilated(mask, width):
    counts = np.concatenate([[0], np.cumsum(mask)])
    k = np.arange(len(mask))
    return counts[np.minimum(k + width + 1, len(mask))] > counts[np.maximum(k - width, 0)]


def probability(mask, law):
    """The probability of the grid cells of a mask; the outermost cells reach to infinity."""
    ends = law.cdf(np.concatenate([[-np.inf], T[:-1] + STEP / 2, [np.inf]]))
    return float(np.diff(ends)[mask].sum())


def tsipras(p, eta, tie_rule):
    heads = {s: {y: p if s == y else 1 - p for y in (-1, 1)} for s in (-1, 1)}
    world = Lines(heads, {-1: -eta, 1: eta}, {-1: 0.5, 1: 0.5}, tie_rule=tie_rule)
    return world, distribution_of(world)


def distribution_of(world):
    density = Normal if world.law == "norm" else Laplace
    return Distribution(
        name="lines",
        features=("x1", "x2"),
        labels=world.labels,
        prior=world.prior,
        components=tuple(
            Component(Flat({0: s}), {y: w * density(world.means[y], world.scale) for y, w in heads.items()})
            for s, heads in world.heads.items()
        ),
        tie_rule=world.tie_rule,
    )


def classifiers(rng, world, d):
    """Pairs of a classifier and the same one in numpy, as a function of one z1 and many t."""
    low, high = d.labels[0], d.labels[-1]
    tie = int(rng.choice(d.labels))

    def bayes(z1, t):
        c = world.label(z1, t)
        return np.where(c == NONE, tie, c)

    yield classifier("bayes", d, tie=tie), bayes
    yield classifier("constant", d, label=high), lambda z1, t: np.full(len(t), high)
    if len(d.labels) > 2:
        return
    w1, w2, b = (float(v) for v in rng.integers(-8, 9, 3) / 8)
    at, feature = float(rng.integers(-16, 17) / 16), int(rng.integers(2))

    def linear(z1, t):
        score = w1 * z1 + w2 * t + b
        return np.where(score > 0, high, np.where(score < 0, low, tie))

    def threshold(z1, t):
        x = t if feature else np.full(len(t), z1)
        return np.where(x < at, high, np.where(x > at, low, tie))

    yield classifier("linear", d, weights=(w1, w2), bias=b, tie=tie), linear
    yield classifier("threshold", d, at=at, below=high, tie=tie, feature=feature), threshold


def on_grid(intervals):
    """Which points of T lie in exact intervals: their ends are dyadic numbers or lie between grid points."""
    inside = np.zeros(len(T), bool)
    for start, end in intervals:
        a, b = float(start.value), float(end.value)
        inside |= ((a < T) if start.side == AFTER else (a <= T)) & ((b >= T) if end.side == AFTER else (b > T))
    return inside


def mass(intervals, law):
    return sum(law.cdf(float(end.value)) - law.cdf(float(start.value)) for start, end in intervals)


def near_ends(intervals, law):
    """The mass within two steps of an end: an open ball loses one step on the grid, a cell half a step."""
    ends = np.array([float(cut.value) for interval in intervals for cut in interval])
    return np.sum(law.cdf(ends + 2 * STEP) - law.cdf(ends - 2 * STEP))


def compare(world, d, f, g, threat, **options):
    bounds = risks(f, d, threat)
    near = {s: types_in_reach(world, g, s, **options) for s in world.heads}
    for name, bound in bounds.items():
        exact, grid, total, resolution = float(bound), 0.0, 0.0, 0.0
        for y in d.labels:
            for s, heads in world.heads.items():
                places = bound.evidence.vulnerable[y][Flat({0: s}, 2)]
                found = vulnerable(name, world, g, y, s, near[s])
                assert not np.any(found & ~on_grid(places)), (name, y, s, places)  # a grid can only find less
                weight = world.prior[y] * heads[y]
                grid += weight * probability(found, world.law_of(y))
                total += weight * mass(places, world.law_of(y))
                resolution += weight * near_ends(places, world.law_of(y))
        assert exact == pytest.approx(total, abs=1e-12), name
        assert abs(exact - grid) <= resolution + 1e-6, name
    return bounds


def laws(bounds, labels):
    """The orders between definitions, for every reflexive threat."""
    r = {name: float(bound) for name, bound in bounds.items()}
    slack = 1e-12
    assert r["adversarial_loss"] == pytest.approx(r["misclassification"] + r["boundary"], abs=slack)
    for larger in ("boundary", "prediction_change", "error_region"):
        assert r["label_invariant"] <= r[larger] + slack
    assert max(r["misclassification"], r["prediction_change"]) <= r["adversarial_loss"] + slack
    assert r["adversarial_loss"] <= r["misclassification"] + r["prediction_change"] + slack
    if len(labels) == 2:
        assert r["base_classifier"] <= 2 * r["label_invariant"] + slack


BUDGETS = [(1.0, 1.0), (2.0, 2.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0)]


@pytest.mark.parametrize("seed", range(20))
def test_tsipras(seed):
    rng = np.random.default_rng(seed)
    p = 0.5 if seed % 5 == 0 else float(rng.integers(1, 64) / 64)
    world, d = tsipras(p, float(rng.integers(2, 33) / 16), ("every", "first")[seed % 2])
    eps = BUDGETS[seed // 2 % 5] if seed % 2 else tuple(float(e) for e in rng.integers(0, 40, 2) / 16)
    closed, on_support = bool(rng.integers(2)), seed % 4 == 3
    box = (-1.0, 2.0) if seed % 7 == 6 else None
    threat = sa.ThreatModel("linf", eps, box=box, on_support=on_support, closed=closed)
    for f, g in classifiers(rng, world, d):
        bounds = compare(world, d, f, g, threat, eps=eps, closed=closed, on_support=on_support, box=box)
        laws(bounds, d.labels)
        if f.name == "bayes":
            assert bounds["label_invariant"].upper == 0


@pytest.mark.parametrize("seed", range(4))
def test_three_labels_with_laplace_features(seed):
    rng = np.random.default_rng(100 + seed)
    heads = {0.0: {0: 0.75, 1: 0.5, 2: 0.25}, 1.0: {0: 0.25, 1: 0.5, 2: 0.75}}
    world = Lines(
        heads,
        {0: -1.0, 1: 0.5, 2: 2.0},
        {0: 0.5, 1: 0.25, 2: 0.25},
        law="laplace",
        scale=(0.5, 1.0, 2.0, 0.25)[seed],
        tie_rule=("every", "first")[seed % 2],
    )
    d = distribution_of(world)
    eps = BUDGETS[seed] if seed < 2 else tuple(float(e) for e in rng.integers(0, 24, 2) / 16)
    threat = sa.ThreatModel("linf", eps, closed=seed % 2 == 0)
    for f, g in classifiers(rng, world, d):
        bounds = compare(world, d, f, g, threat, eps=eps, closed=seed % 2 == 0)
        laws(bounds, d.labels)
