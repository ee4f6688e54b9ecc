"""Charts: trapezoids and strips in the plane, segments and points, each placed in feature space, with exact ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import flint
import numpy as np
import sympy

from symadv.geometry.polygons import Basis, Floats, Lines, Polygons, Row
from symadv.language.balls import bounds
from symadv.language.order import INFINITESIMAL, compare

Ends = tuple[sympy.Expr, sympy.Expr]
Form = tuple[sympy.Rational, sympy.Rational, sympy.Expr]
UNIT: Ends = (sympy.S.Zero, sympy.S.One)
P_FIRST, P_LAST, Q_FIRST, Q_LAST = 1, 2, 4, 8  # the marks of the sides


@dataclass(frozen=True)
class Chart:
    r"""A closed trapezoid of parameters p and q, and which form in them each feature is.

    ``p``: exact ends; ``q``: exact ends at p = 0, of which one may be infinite, with rational ``slopes`` in p.  Equal
    ends make it a segment or a point.  A parameter that no feature uses ranges over the unit interval, or is 0.
    ``place``: for each feature ``"p"``, ``"q"``, its constant value, or (a, b, c) for $a p + b q + c$ with rational a
    and b.
    """

    place: tuple[str | sympy.Expr | Form, ...]
    p: Ends = UNIT
    q: Ends = UNIT
    slopes: tuple[sympy.Rational, sympy.Rational] = (sympy.S.Zero, sympy.S.Zero)

    @property
    def open_sides(self) -> int:
        """The marks of the sides that bound a feature."""
        return (P_FIRST | P_LAST if self._wide else 0) | (Q_FIRST | Q_LAST if self._high else 0)

    @property
    def dim(self) -> int:
        """How many parameters the features use."""
        return self._wide + self._high

    @cached_property
    def narrow(self) -> bool:
        """Whether p is one number."""
        return compare(*self.p) == 0

    def closed_at(self, k: int) -> bool:
        """Whether the ends of q are equal at an end of p."""
        if not (self.q[0].is_finite and self.q[1].is_finite):
            return False
        return compare(self.side(0, self.p[k]), self.side(1, self.p[k])) == 0

    def side(self, k: int, p: sympy.Expr) -> sympy.Expr:
        """An end of q at some p."""
        return self.q[k] + self.slopes[k] * p

    @property
    def _wide(self) -> bool:
        return any(a != 0 for a, _, _ in map(self.form, range(len(self.place)))) and not self.narrow

    @property
    def _high(self) -> bool:
        used = any(b != 0 for _, b, _ in map(self.form, range(len(self.place))))
        return used and not (self.closed_at(0) and self.closed_at(1))

    def form(self, feature: int) -> Form:
        """The coefficients of p and q and the constant of a feature."""
        where = self.place[feature]
        if isinstance(where, str):
            return sympy.Integer(where == "p"), sympy.Integer(where == "q"), sympy.S.Zero
        if isinstance(where, tuple):
            return where
        return sympy.S.Zero, sympy.S.Zero, where

    def row(self, feature: int, basis: Basis) -> Row:
        """The exact row of a feature."""
        a, b, constant = self.form(feature)
        return (*basis.vector(a), *basis.vector(b), *basis.vector(constant))


@lru_cache(maxsize=65536)
def rounded(number: sympy.Expr) -> tuple[float, float]:
    """A float next to an exact number, and a bound for the distance, an infinitesimal one not counted."""
    number = number.xreplace({INFINITESIMAL: sympy.S.Zero})
    if number.is_Rational:
        value = int(number.p) / int(number.q)
        numerator, denominator = value.as_integer_ratio()
        return value, 0.0 if numerator * int(number.q) == int(number.p) * denominator else abs(value) * 2.0**-52
    lower, upper = bounds(number)
    return lower, float(np.nextafter(upper - lower, np.inf))


def forms(charts: Sequence[Chart]) -> tuple[Floats, Floats]:
    """The features as affine forms in floats, (charts, features, 3), and bounds for their error."""
    value = np.zeros((len(charts), len(charts[0].place), 3))
    error = np.zeros_like(value)
    for k, chart in enumerate(charts):
        for i in range(len(chart.place)):
            value[k, i], error[k, i] = zip(*map(rounded, chart.form(i)), strict=True)
    return value, error


def polygons(charts: Sequence[Chart], lines: Lines) -> Polygons:
    """The trapezoids of some charts as polygons, the k-th of chart k; a segment has two corners, a point one."""
    n = len(charts)
    at, error = np.ones((n, 4, 3)), np.zeros((n, 4, 2))
    crossing, edge = np.zeros((n, 4, 2), dtype=np.int64), np.zeros((n, 4), dtype=np.int64)
    marks, count = np.zeros((n, 4), dtype=np.int64), np.full(n, 4)
    rows: list[Row] = [_side(chart, k, lines.basis) for chart in charts for k in range(4)]
    numbers = lines.add(4 * n, lambda k: rows[k]).reshape(n, 4)
    for k, chart in enumerate(charts):
        corners, open_sides = list(_corners(chart)), chart.open_sides
        count[k] = len(corners)
        for j in range(4):
            corner = corners[min(j, len(corners) - 1)]
            crossing[k, j] = [numbers[k, s] for s in corner.crossing]
            edge[k, j] = numbers[k, corner.out]
            marks[k, j] = open_sides & sum(1 << s for s in corner.on)
            at[k, j], error[k, j] = corner.place
    return Polygons(at, error, crossing, edge, marks, count, {"chart": np.arange(n)})


def _side(chart: Chart, k: int, basis: Basis) -> Row:
    """The line of a side."""
    end, slope = (chart.p[k], None) if k < 2 else (chart.q[k - 2], chart.slopes[k - 2])
    constant = basis.vector(-end) if end.is_finite else (flint.fmpq(0),)
    if slope is None:
        return (flint.fmpq(1), flint.fmpq(0), *constant)
    return (flint.fmpq(-int(slope.p), int(slope.q)), flint.fmpq(1), *constant)


@dataclass(frozen=True)
class _Corner:
    """A corner: two sides that cross there, the side that follows, all sides that it lies on, where it is."""

    crossing: tuple[int, int]
    out: int
    on: frozenset[int]
    place: tuple[Floats, Floats]


_LEFT, _RIGHT, _BOTTOM, _TOP = range(4)


def _corners(chart: Chart) -> Iterator[_Corner]:
    """The corners in cyclic order."""
    low, high = (end.is_finite for end in chart.q)
    if chart.narrow:
        yield _corner(chart, 0, 0, _LEFT) if low else _far(-1.0, _LEFT)
        if not chart.closed_at(0):
            yield _corner(chart, 0, 1, _LEFT) if high else _far(1.0, _LEFT)
        return
    left, right = (chart.closed_at(k) for k in (0, 1))
    if low:
        yield _corner(chart, 0, 0, _BOTTOM)
    else:
        yield _far(-1.0, _RIGHT)
    if low and not (right and not left):
        yield _corner(chart, 1, 0, _RIGHT if not right else _BOTTOM)
    if high and not (left and right):
        yield _corner(chart, 1, 1, _TOP)
    if not high:
        yield _far(1.0, _LEFT)
    if high and not left:
        yield _corner(chart, 0, 1, _LEFT)


def _corner(chart: Chart, k: int, side: int, out: int) -> _Corner:
    """Where an end of p meets an end of q."""
    (p, ep), (q, eq) = rounded(chart.p[k]), rounded(chart.side(side, chart.p[k]))
    on = {k, 2 + side, *((_BOTTOM, _TOP) if chart.closed_at(k) else ()), *((_LEFT, _RIGHT) if chart.narrow else ())}
    return _Corner((k, 2 + side), out, frozenset(on), (np.array([p, q, 1.0]), np.array([ep, eq])))


def _far(direction: float, out: int) -> _Corner:
    """The corner at infinity."""
    on = frozenset({_LEFT, _RIGHT})
    return _Corner((_LEFT, _RIGHT), out, on, (np.array([0.0, direction, 0.0]), np.zeros(2)))
