"""Ten distributions as a user writes them, each beside its support as curves with textbook densities.

They resemble no member: three labels; atoms of unequal weight; Laplace against normal; unequal variances; a circle and
its centre; two crossing lines; a segment and a point; a label without mass on one line; overlapping supports; a frozen
feature.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import mpmath
import numpy as np
import scipy.stats

import symadv as sa
from tests.laws.written import number, pdf

Law = tuple[str, str, str, str]  # the probability of label and stratum together; kind, first and second number


@dataclass(frozen=True)
class Curve:
    """A part of the support: the points at some t, the t of a point that lies there, and the laws of t by label."""

    at: Callable[[np.ndarray], np.ndarray]
    where: Callable[[np.ndarray], np.ndarray]
    laws: Mapping[int, Law]
    ends: tuple[float, float] = (-7.0, 7.0)

    @property
    def is_point(self) -> bool:
        return self.ends[0] == self.ends[1]

    def grid(self, step: float) -> np.ndarray:
        """Values of t on all of the curve."""
        low, high = self.ends
        return np.linspace(low, high, 1 + round((high - low) / step))

    def contains(self, points: np.ndarray) -> np.ndarray:
        t = self.where(points)
        inside = (t >= self.ends[0] - 1e-12) & (t <= self.ends[1] + 1e-12) if self.ends != (-7.0, 7.0) else True
        return inside & (np.abs(self.at(t) - points).max(axis=1) < 1e-9)

    def joint(self, t: Any, label: int) -> Any:
        """The joint density of a label at one t, to the precision at work."""
        if label not in self.laws:
            return mpmath.mpf(0)
        share, kind, first, second = self.laws[label]
        if kind == "atom":
            return number(share)
        outside = {"uniform": t < number(first) or t > number(second), "exponential": t < number(first)}
        return mpmath.mpf(0) if outside.get(kind) else number(share) * pdf(kind, t, number(first), number(second))

    def label(self, t: np.ndarray) -> np.ndarray:
        """The most probable label at each t."""
        labels = sorted(self.laws)
        density = [[float(self.joint(mpmath.mpf(float(v)), y)) for y in labels] for v in t]
        return np.array(labels)[np.argmax(density, axis=1)]

    def mass(self, edges: np.ndarray, label: int) -> np.ndarray:
        """The probability of the cells between some t, the first and the last one reaching to infinity."""
        share, kind, first, second = self.laws[label]
        a, b = float(number(first)), float(number(second))
        law = {
            "normal": lambda: scipy.stats.norm(a, b),
            "laplace": lambda: scipy.stats.laplace(a, b),
            "uniform": lambda: scipy.stats.uniform(a, b - a),
            "exponential": lambda: scipy.stats.expon(a, 1 / b),
        }[kind]()
        return float(number(share)) * np.diff(law.cdf(np.concatenate([[-np.inf], edges[1:-1], [np.inf]])))


@dataclass(frozen=True)
class Case:
    """A distribution as its user writes it, and as curves; what it is asked about."""

    name: str
    write: Callable[[], Any]
    curves: tuple[Curve, ...]
    weights: tuple[str, ...] = ()  # of a linear classifier; without them it is Bayes after projection
    bias: str = "0"
    threat: Mapping[str, Any] = field(default_factory=lambda: {"norm": "linf", "eps": "3/4"})

    @property
    def labels(self) -> tuple[int, ...]:
        return tuple(sorted({y for c in self.curves for y in c.laws}))


def whole() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The line."""
    return lambda t: t[:, None], lambda x: x[:, 0]


def line(start: tuple[float, ...], direction: tuple[float, ...]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """A line in space, t the distance along it from a point in units of a direction."""
    a, s = np.array(start, dtype=float), np.array(direction, dtype=float)
    return lambda t: a + t[:, None] * s, lambda x: (x - a) @ s / (s @ s)


def point(*coordinates: float) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """A point, at t = 0."""
    a = np.array(coordinates, dtype=float)
    return lambda t: np.broadcast_to(a, (len(t), len(a))), lambda x: np.zeros(len(x))


def circle() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The unit circle by its angle."""
    return lambda t: np.stack([np.cos(t), np.sin(t)], axis=1), lambda x: np.arctan2(x[:, 1], x[:, 0])


def written(name: str, features: str, prior: Mapping[int, str], *components: Any) -> Any:
    """A distribution from its components."""
    return sa.Distribution(name=name, features=tuple(features), labels=tuple(prior), prior=prior, components=components)


ATOM = (0.0, 0.0)
PI = float(np.pi)

TEN = (
    Case(
        "three labels",
        lambda: written(
            "three", "u", {0: "1/2", 1: "1/4", 2: "1/4"},
            sa.Component(sa.Whole(1), {0: sa.Normal(-2, 1), 1: sa.Normal(0, 1), 2: sa.Normal(2, "1/2")}),
        ),
        (
            Curve(
                *whole(),
                {0: ("1/2", "normal", "-2", "1"), 1: ("1/4", "normal", "0", "1"), 2: ("1/4", "normal", "2", "1/2")},
            ),
        ),
    ),
    Case(
        "atoms of unequal weight",
        lambda: written(
            "atoms", "ab", {0: "1/3", 1: "2/3"},
            sa.Component(sa.Point((0, 0)), {0: "3/4" * sa.Atom(), 1: "1/8" * sa.Atom()}),
            sa.Component(sa.Point((2, 1)), {1: "7/8" * sa.Atom()}),
            sa.Component(sa.Point((-1, 2)), {0: "1/4" * sa.Atom()}),
        ),
        (
            Curve(*point(0, 0), {0: ("1/4", "atom", "0", "0"), 1: ("1/12", "atom", "0", "0")}, ATOM),
            Curve(*point(2, 1), {1: ("7/12", "atom", "0", "0")}, ATOM),
            Curve(*point(-1, 2), {0: ("1/12", "atom", "0", "0")}, ATOM),
        ),
        weights=("1", "1/3"), bias="-1",
    ),
    Case(
        "Laplace against normal",
        lambda: written(
            "laplace", "u", {-1: "1/2", 1: "1/2"},
            sa.Component(sa.Whole(1), {-1: sa.Laplace(0, 1), 1: sa.Normal(1, 1)}),
        ),
        (Curve(*whole(), {-1: ("1/2", "laplace", "0", "1"), 1: ("1/2", "normal", "1", "1")}),),
        weights=("1",), bias="-3/2",
    ),
    Case(
        "unequal variances",
        lambda: written(
            "variances", "u", {0: "1/5", 1: "4/5"},
            sa.Component(sa.Whole(1), {0: sa.Normal(0, 1), 1: sa.Normal("1/2", 2)}),
        ),
        (Curve(*whole(), {0: ("1/5", "normal", "0", "1"), 1: ("4/5", "normal", "1/2", "2")}),),
        weights=("1",), bias="1/4",
    ),
    Case(
        "a circle and its centre",
        lambda: written(
            "circle", "ab", {0: "1/2", 1: "1/2"},
            sa.Component(sa.Sphere(1, (0, 0)), {0: sa.Uniform()}),
            sa.Component(sa.Point((0, 0)), {1: sa.Atom()}),
        ),
        (
            Curve(*circle(), {0: ("1/2", "uniform", str(-22/7), str(22/7))}, (-PI, PI)),
            Curve(*point(0, 0), {1: ("1/2", "atom", "0", "0")}, ATOM),
        ),
        threat={"norm": "l2", "eps": "3/4"},
    ),
    Case(
        "two crossing lines",
        lambda: written(
            "cross", "ab", {0: "1/2", 1: "1/2"},
            sa.Component(sa.Flat({0: 0}), {0: sa.Normal(1, 1), 1: "1/2" * sa.Normal(-1, 1)}),
            sa.Component(sa.Flat({1: 0}), {1: "1/2" * sa.Laplace("1/2", 2)}),
        ),
        (
            Curve(*line((0, 0), (0, 1)), {0: ("1/2", "normal", "1", "1"), 1: ("1/4", "normal", "-1", "1")}),
            Curve(*line((0, 0), (1, 0)), {1: ("1/4", "laplace", "1/2", "2")}, (-14.0, 14.0)),
        ),
        weights=("1", "-1"), bias="1/4",
    ),
    Case(
        "a segment and a point",
        lambda: written(
            "segment", "ab", {0: "1/3", 1: "2/3"},
            sa.Component(sa.Segment((-1, 0), (2, 0)), {0: sa.Uniform(), 1: "1/4" * sa.Uniform(0, 2)}),
            sa.Component(sa.Point((0, 1)), {1: "3/4" * sa.Atom()}),
        ),
        (
            Curve(
                *line((0, 0), (1, 0)),
                {0: ("1/3", "uniform", "-1", "2"), 1: ("1/6", "uniform", "0", "2")},
                (-1.0, 2.0),
            ),
            Curve(*point(0, 1), {1: ("1/2", "atom", "0", "0")}, ATOM),
        ),
        weights=("1/4", "1"), bias="-3/4",
    ),
    Case(
        "a label without mass on one line",
        lambda: written(
            "empty", "ab", {0: "2/5", 1: "3/5"},
            sa.Component(sa.Flat({0: -1}), {0: sa.Normal(0, 1), 1: "1/3" * sa.Normal(1, 1)}),
            sa.Component(sa.Flat({0: 1}), {1: "2/3" * sa.Normal(0, 2)}),
        ),
        (
            Curve(*line((-1, 0), (0, 1)), {0: ("2/5", "normal", "0", "1"), 1: ("1/5", "normal", "1", "1")}),
            Curve(*line((1, 0), (0, 1)), {1: ("2/5", "normal", "0", "2")}, (-14.0, 14.0)),
        ),
        weights=("1", "1/2"),
    ),
    Case(
        "overlapping supports",
        lambda: written(
            "overlap", "u", {0: "1/2", 1: "1/2"},
            sa.Component(sa.Whole(1), {0: sa.Uniform(0, 2), 1: sa.Exponential(1, 1)}),
        ),
        (Curve(*whole(), {0: ("1/2", "uniform", "0", "2"), 1: ("1/2", "exponential", "1", "1")}, (0.0, 30.0)),),
        weights=("1",), bias="-5/4",
    ),
    Case(
        "a frozen feature",
        lambda: written(
            "frozen", "abc", {0: "1/2", 1: "1/2"},
            sa.Component(sa.Flat({0: 0, 2: "1/2"}), {0: sa.Laplace(1, 1), 1: "1/2" * sa.Normal(0, 1)}),
            sa.Component(sa.Flat({0: 1, 2: "1/2"}), {1: "1/2" * sa.Normal(-1, 1)}),
        ),
        (
            Curve(*line((0, 0, 0.5), (0, 1, 0)), {0: ("1/2", "laplace", "1", "1"), 1: ("1/4", "normal", "0", "1")}),
            Curve(*line((1, 0, 0.5), (0, 1, 0)), {1: ("1/4", "normal", "-1", "1")}),
        ),
        weights=("1", "-1", "5"), bias="-9/4", threat={"norm": "linf", "eps": ("3/4", "1/2", "0")},
    ),
)  # fmt: skip
