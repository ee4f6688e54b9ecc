"""Distributions written down twice: in the library's words, and as rows from which a test computes what it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
                sa.Component(sa.Flat(dict(row.fixed)), {row.label: row.weight * _density(row.factors)})
                for row in self.rows
            ],
        )

    def joint(self, point: Sequence[float]) -> dict[int, mpmath.mpf]:
        """The joint density of each label at a point of the support, to the precision at work; 0 without mass."""
        here = [row for row in self.rows if all(point[i] == float(Fraction(v)) for i, v in row.fixed.items())]
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


def pdf(kind: str, x: Any, mean: Any, scale: Any) -> mpmath.mpf:
    """The normal or Laplace density, from its textbook formula."""
    z = (x - mean) / scale
    if kind == "normal":
        return mpmath.exp(-z * z / 2) / (scale * mpmath.sqrt(2 * mpmath.pi))
    return mpmath.exp(-abs(z)) / (2 * scale)


def _density(factors: tuple[tuple[str, str, str], ...]) -> Any:
    kinds = {"normal": sa.Normal, "laplace": sa.Laplace}
    found = [kinds[kind](mean, scale) for kind, mean, scale in factors]
    if not found:
        return sa.Atom()
    return found[0] if len(found) == 1 else sa.Independent(*found)


def _normal(mean: str, std: str = "1") -> tuple[tuple[str, str, str], ...]:
    return (("normal", mean, std),)


def _laplace(mean: str, scale: str) -> tuple[tuple[str, str, str], ...]:
    return (("laplace", mean, scale),)


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


def exact(values: Sequence[float]) -> list[sympy.Rational]:
    """Floats as the rationals that they are."""
    return [sympy.Rational(*float(v).as_integer_ratio()) for v in values]
