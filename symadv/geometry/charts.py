"""Charts: rectangles and strips in the plane, each placed in feature space, with exact ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import flint
import numpy as np
import sympy

from symadv.geometry.polygons import Basis, Floats, Lines, Polygons, Row
from symadv.language.balls import bounds
from symadv.language.order import INFINITESIMAL

Ends = tuple[sympy.Expr, sympy.Expr]
UNIT: Ends = (sympy.S.Zero, sympy.S.One)
P_FIRST, P_LAST, Q_FIRST, Q_LAST = 1, 2, 4, 8  # the marks of the sides


@dataclass(frozen=True)
class Chart:
    r"""A closed rectangle $p \times q$ of parameters, and which of p, q or a constant each feature is.

    ``p`` and ``q``: exact ends, of which one end of ``q`` may be infinite; a parameter that no feature uses ranges over
    the unit interval.  ``place``: for each feature ``"p"``, ``"q"``, its constant value, or rational a and a number b
    for $a q + b$.
    """

    place: tuple[str | sympy.Expr | tuple[sympy.Rational, sympy.Expr], ...]
    p: Ends = UNIT
    q: Ends = UNIT

    @property
    def open_sides(self) -> int:
        """The marks of the sides that bound a feature."""
        return (P_FIRST | P_LAST if self._uses("p") else 0) | (Q_FIRST | Q_LAST if self._uses("q") else 0)

    @property
    def dim(self) -> int:
        """How many parameters the features use."""
        return self._uses("p") + self._uses("q")

    def _uses(self, parameter: str) -> bool:
        return parameter in self.place or (parameter == "q" and any(isinstance(v, tuple) for v in self.place))

    def form(self, feature: int) -> tuple[sympy.Rational, sympy.Rational, sympy.Expr]:
        """The coefficients of p and q and the constant of a feature."""
        where = self.place[feature]
        if isinstance(where, str):
            return sympy.Integer(where == "p"), sympy.Integer(where == "q"), sympy.S.Zero
        if isinstance(where, tuple):
            return sympy.S.Zero, *where
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
    """The rectangles of some charts as polygons, the k-th of chart k."""
    n = len(charts)
    at, error = np.ones((n, 4, 3)), np.zeros((n, 4, 2))
    crossing, edge = np.zeros((n, 4, 2), dtype=np.int64), np.zeros((n, 4), dtype=np.int64)
    marks, count = np.zeros((n, 4), dtype=np.int64), np.full(n, 4)
    rows: list[Row] = []
    for c in charts:
        for end, is_p in ((c.p[0], True), (c.p[1], True), (c.q[0], False), (c.q[1], False)):
            vector = lines.basis.vector(-end) if end.is_finite else (flint.fmpq(0),)
            rows.append((flint.fmpq(int(is_p)), flint.fmpq(int(not is_p)), *vector))
    numbers = lines.add(4 * n, lambda k: rows[k]).reshape(n, 4)
    for k, chart in enumerate(charts):
        corners = _corners(chart)
        count[k] = len(corners)
        for j in range(4):
            sides, out, place = corners[min(j, len(corners) - 1)]
            crossing[k, j] = [numbers[k, s] for s in sides]
            edge[k, j] = numbers[k, out]
            marks[k, j] = chart.open_sides & sum(1 << s for s in set(sides))
            at[k, j], error[k, j] = place
    return Polygons(at, error, crossing, edge, marks, count, {"chart": np.arange(n)})


def _corners(chart: Chart) -> list[tuple[tuple[int, int], int, tuple[Floats, Floats]]]:
    """The corners in cyclic order: the two sides that meet there, the side that follows, where it is."""
    left, right, bottom, top = 0, 1, 2, 3
    ends = (*chart.p, *chart.q)

    def corner(first: int, second: int, out: int) -> tuple[tuple[int, int], int, tuple[Floats, Floats]]:
        (p, ep), (q, eq) = rounded(ends[first]), rounded(ends[second])
        return (first, second), out, (np.array([p, q, 1.0]), np.array([ep, eq]))

    def far(direction: float, out: int) -> tuple[tuple[int, int], int, tuple[Floats, Floats]]:
        return (left, right), out, (np.array([0.0, direction, 0.0]), np.zeros(2))

    if chart.q[1] is sympy.oo:
        return [corner(left, bottom, bottom), corner(right, bottom, right), far(1.0, left)]
    if chart.q[0] is -sympy.oo:
        return [far(-1.0, right), corner(right, top, top), corner(left, top, left)]
    return [
        corner(left, bottom, bottom),
        corner(right, bottom, right),
        corner(right, top, top),
        corner(left, top, left),
    ]
