"""Distributions written down twice: in the library's words, and as rows from which a test computes what it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import mpmath
import sympy

import symadv as sa


@dataclass(frozen=True)
class Row:
    """A part of the law of a label: where it lies, its weight, and (kind, mean, scale) for each free coordinate."""

    fixed: Mapping[int, str]
    label: int
    weight: str
    factors: tuple[tuple[str, str, str], ...] = ()
    within: Mapping[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """A law of (x, y) as rows."""

    name: str
    d: int
    prior: Mapping[int, str]
    rows: tuple[Row, ...]
    tie_rule: str = "every"

    @property
    def labels(self) -> tuple[int, ...]:
        return tuple(sorted(self.prior))

    def distribution(self) -> Any:
        """The same law in the library's words, one component a row."""
        return sa.Distribution(
            name=self.name,
            features=tuple(f"x{i + 1}" for i in range(self.d)),
            labels=self.labels,
            prior=self.prior,
            tie_rule=self.tie_rule,
            components=[
                sa.Component(
                    sa.Flat(dict(row.fixed), within=dict(row.within)), {row.label: row.weight * _density(row.factors)}
                )
                for row in self.rows
            ],
        )

    def joint(self, point: Sequence[float]) -> dict[int, mpmath.mpf]:
        """The joint density of each label at a point of the support, to the precision at work; 0 without mass."""
        here = [row for row in self.rows if _covers(row, point)]
        lowest = max(len(row.fixed) for row in here)
        density = dict.fromkeys(self.labels, mpmath.mpf(0))
        for row in here:
            if len(row.fixed) == lowest:
                free = [mpmath.mpf(x) for i, x in enumerate(point) if i not in row.fixed]
                density[row.label] += (
                    number(self.prior[row.label])
                    * number(row.weight)
                    * mpmath.fprod(
                        pdf(kind, x, number(mean), number(scale))
                        for x, (kind, mean, scale) in zip(free, row.factors, strict=True)
                    )
                )
        return density

    def posterior(self, point: Sequence[float]) -> list[mpmath.mpf]:
        """The posterior of each label at a point of the support."""
        density = self.joint(point)
        total = mpmath.fsum(density.values())
        return [density[y] / total for y in self.labels]


def number(text: str) -> mpmath.mpf:
    """A rational number to the precision at work."""
    value = Fraction(text)
    return mpmath.mpf(value.numerator) / value.denominator


def _covers(row: Row, point: Sequence[float]) -> bool:
    """Whether a point lies where a row has mass."""
    free = [x for i, x in enumerate(point) if i not in row.fixed]
    inside = (_in_support(*factor, x) for x, factor in zip(free, row.factors, strict=True))
    return all(point[i] == float(Fraction(v)) for i, v in row.fixed.items()) and all(inside)


def _in_support(kind: str, first: str, second: str, x: float) -> bool:
    if kind == "uniform":
        return Fraction(first) <= Fraction(x) <= Fraction(second)
    return kind != "exponential" or Fraction(x) >= Fraction(first)


def pdf(kind: str, x: Any, mean: Any, scale: Any) -> mpmath.mpf:
    """A density from its textbook formula; the second number is the scale, the upper end or the rate."""
    if kind == "uniform":
        return 1 / (scale - mean)
    if kind == "exponential":
        return scale * mpmath.exp(-scale * (x - mean))
    z = (x - mean) / scale
    if kind == "normal":
        return mpmath.exp(-z * z / 2) / (scale * mpmath.sqrt(2 * mpmath.pi))
    return mpmath.exp(-abs(z)) / (2 * scale)


def _density(factors: tuple[tuple[str, str, str], ...]) -> Any:
    kinds = {
        "normal": sa.Normal,
        "laplace": sa.Laplace,
        "uniform": sa.Uniform,
        "exponential": lambda start, rate: sa.Exponential(rate, start),
    }
    found = [kinds[kind](mean, scale) for kind, mean, scale in factors]
    if not found:
        return sa.Atom()
    return found[0] if len(found) == 1 else sa.Independent(*found)


def _normal(mean: str, std: str = "1") -> tuple[tuple[str, str, str], ...]:
    return (("normal", mean, std),)


def _laplace(mean: str, scale: str) -> tuple[tuple[str, str, str], ...]:
    return (("laplace", mean, scale),)


def _uniform(lower: str, upper: str) -> tuple[tuple[str, str, str], ...]:
    return (("uniform", lower, upper),)


def _exponential(start: str, rate: str) -> tuple[tuple[str, str, str], ...]:
    return (("exponential", start, rate),)


WRITTEN = (
    Written(
        "unfair coin and Laplace feature, three labels",
        2,
        {0: "1/2", 1: "1/4", 2: "1/4"},
        tuple(
            Row({0: str(s)}, y, weight, _laplace(str(3 * y), "1/2"))
            for s, weights in ((0, ("3/4", "1/2", "1/4")), (1, ("1/4", "1/2", "3/4")))
            for y, weight in enumerate(weights)
        ),
    ),
    Written(
        "unequal variances on the line",
        1,
        {-1: "1/5", 1: "4/5"},
        (Row({}, -1, "1", _normal("0")), Row({}, 1, "1", _normal("1/3", "2"))),
    ),
    Written(
        "a line and atoms on it",
        2,
        {0: "1/3", 1: "2/3"},
        (
            Row({1: "1"}, 0, "1/2", _normal("0")),
            Row({1: "1"}, 1, "3/4", _normal("2", "1/2")),
            Row({0: "1/3", 1: "1"}, 0, "1/2"),
            Row({0: "1/3", 1: "1"}, 1, "1/8"),
            Row({0: "-2", 1: "1"}, 1, "1/8"),
        ),
    ),
    Written(
        "two crossing lines",
        2,
        {0: "1/2", 1: "1/2"},
        (
            Row({0: "0"}, 0, "1", _normal("1")),
            Row({0: "0"}, 1, "1/2", _normal("-1")),
            Row({1: "0"}, 1, "1/2", _laplace("1/2", "2")),
        ),
    ),
    Written(
        "normal times Laplace on the plane",
        2,
        {-1: "2/5", 1: "3/5"},
        tuple(Row({}, y, "1", _normal(str(y)) + _laplace(str(-y), "2")) for y in (-1, 1)),
    ),
    Written(
        "a mixture against one hump",
        1,
        {-1: "1/2", 1: "1/2"},
        (
            Row({}, -1, "1/3", _normal("-4")),
            Row({}, -1, "2/3", _normal("4", "1/2")),
            Row({}, 1, "1", _normal("0")),
        ),
    ),
    Written(
        "a line and a point off it",
        2,
        {0: "1/2", 1: "1/2"},
        (Row({1: "0"}, 0, "1", _normal("0")), Row({0: "0", 1: "1"}, 1, "1")),
    ),
    Written(
        "five points of three labels",
        2,
        {0: "1/3", 1: "1/3", 2: "1/3"},
        (
            Row({0: "0", 1: "0"}, 0, "1/2"),
            Row({0: "2", 1: "1"}, 0, "1/2"),
            Row({0: "1", 1: "3"}, 1, "1"),
            Row({0: "-2", 1: "1/2"}, 2, "3/4"),
            Row({0: "1", 1: "-2"}, 2, "1/4"),
        ),
        tie_rule="first",
    ),
    Written(
        "parallel planes and a line across them",
        3,
        {3: "1/4", 5: "3/4"},
        (
            Row({0: "0"}, 3, "1/2", _normal("0") + _normal("1", "3")),
            Row({0: "0"}, 5, "1/4", _normal("1") + _normal("0", "2")),
            Row({0: "2"}, 5, "1/2", _laplace("0", "1") + _normal("0")),
            Row({1: "1", 2: "0"}, 3, "1/2", _normal("1")),
            Row({1: "1", 2: "0"}, 5, "1/4", _normal("-1")),
        ),
    ),
)

# Laws on intervals, and with labels that are missing somewhere: their posteriors jump, or are 0.
BOUNDED = (
    Written(
        "overlapping supports on a line",
        1,
        {0: "1/2", 1: "1/4", 2: "1/4"},
        (
            Row({}, 0, "3/4", _uniform("0", "2")),
            Row({}, 0, "1/4", _exponential("1", "1/2")),
            Row({}, 1, "1", _normal("1")),
            Row({}, 2, "1", _uniform("-3", "1")),
        ),
    ),
    Written(
        "a segment, a ray and a point",
        2,
        {0: "1/3", 1: "2/3"},
        (
            Row({1: "0"}, 0, "1", _uniform("-1", "2"), {0: ("-1", "2")}),
            Row({1: "2"}, 1, "1/2", _exponential("0", "2"), {0: ("0", "inf")}),
            Row({0: "-1", 1: "2"}, 1, "1/2"),
        ),
    ),
    Written(
        "boxes with a common part",
        2,
        {-1: "1/2", 1: "1/2"},
        (
            Row({}, -1, "1", _uniform("0", "2") + _uniform("0", "1")),
            Row({}, 1, "1", _uniform("1", "4") + _exponential("1/2", "1")),
        ),
    ),
    Written(
        "a frozen feature, and no label 0 on one line",
        3,
        {0: "2/5", 1: "3/5"},
        (
            Row({0: "0", 2: "1/2"}, 0, "1", _laplace("1", "1")),
            Row({0: "0", 2: "1/2"}, 1, "1/2", _normal("0")),
            Row({0: "1", 2: "1/2"}, 1, "1/2", _normal("-1")),
        ),
    ),
    Written(
        "segments that touch, one of them twice as likely",
        1,
        {0: "1/2", 1: "1/2"},
        (
            Row({}, 0, "1", _uniform("0", "1")),
            Row({}, 1, "1/3", _uniform("0", "1")),
            Row({}, 1, "2/3", _uniform("1", "2")),
        ),
        tie_rule="first",
    ),
)


def exact(values: Sequence[float]) -> list[sympy.Rational]:
    """Floats as the rationals that they are."""
    return [sympy.Rational(*float(v).as_integer_ratio()) for v in values]
