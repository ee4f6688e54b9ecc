"""Oblique lines and pieces of them: all features are affine functions of the first one that varies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy

from symadv.geometry.ends import LINE, Interval, clipped, overlap
from symadv.geometry.strata import Flat, Point
from symadv.geometry.stratum import Exprs, Features, Sheet, Stratum, apart
from symadv.language.errors import SymadvError
from symadv.language.order import Undecided, sign
from symadv.language.regions import Cells, intersection, where

ROUNDING = 1e-12  # how far floats on an oblique line may be beside it, relative to their size


@dataclass(frozen=True)
class Oblique(Stratum):
    r"""$\{a + t s : t \in [l, u]\}$ with $a_i = 0$, $s_i = 1$ for the leading feature i, whose value is t."""

    leading: int
    offsets: Exprs
    slopes: Exprs
    ends: Interval = LINE

    def within_dimension(self, d: int) -> "Oblique":
        """The line, if it lies in $R^d$; else refused."""
        if len(self.offsets) != d:
            raise SymadvError(f"got a line with {len(self.offsets)} coordinates in a distribution with {d} features")
        return self

    @property
    def dim(self) -> int:
        """One."""
        return 1

    @property
    def terms(self) -> Exprs:
        """Offsets, slopes and ends."""
        return (*self.offsets, *self.slopes, *(e for e in self.ends if e.is_finite is not False))

    @property
    def bounds(self) -> tuple[Interval, ...]:
        """The ends."""
        return (self.ends,)

    @property
    def stretch(self) -> sympy.Expr:
        """The length of the direction."""
        return sympy.sqrt(self._square)

    @property
    def _square(self) -> sympy.Expr:
        return sympy.Add(*(s**2 for s in self.slopes))

    def along(self, point: Sequence[sympy.Expr]) -> sympy.Expr:
        """The coordinate of the nearest point of the whole line."""
        shifts = (s * (x - a) for x, a, s in zip(point, self.offsets, self.slopes, strict=True))
        return sympy.expand(sympy.Add(*shifts) / self._square)

    def region(self, features: Features) -> Cells:
        """The points of the line."""
        x = features[self.leading]
        on_line = [
            where(features, features[k] - a - s * x, "=")
            for k, (a, s) in enumerate(zip(self.offsets, self.slopes, strict=True))
            if k != self.leading
        ]
        return intersection(features, [*on_line, *self._inside(features, x)])

    def _inside(self, features: Features, t: sympy.Expr) -> list[Cells]:
        return [
            where(features, t - end, relation)
            for end, relation in zip(self.ends, (">=", "<="), strict=True)
            if end.is_finite is not False
        ]

    def conditions(self, features: Features, *, open_at: Collection[Stratum] = ()) -> tuple[sympy.Basic, ...]:
        """Equations for the other features and inequalities for the ends, without the facets in ``open_at``."""
        x = features[self.leading]
        pairs = zip(self.offsets, self.slopes, strict=True)
        equations = [
            sympy.Eq(features[k], a + s * x, evaluate=False) for k, (a, s) in enumerate(pairs) if k != self.leading
        ]
        ends = []
        for _, side, facet in self.facets:
            build = sympy.StrictLessThan if facet in open_at else sympy.LessThan
            pair = (self.ends[0], x) if side == 0 else (x, self.ends[1])
            ends.append(build(*pair, evaluate=False))
        return (*equations, *ends)

    def nearest(self, point: Sequence[sympy.Expr]) -> Exprs:
        """The point at the coordinate, moved between the ends."""
        return self.place((clipped(self.along(point), self.ends),))

    def sheets(self, features: Features) -> tuple[Sheet, ...]:
        """The line, and its ends."""
        t = self.along(features)
        images = [(intersection(features, self._inside(features, t)), self.place((t,)))]
        for end, relation in zip(self.ends, "<>", strict=True):
            if end.is_finite is not False:
                images.append((where(features, t - end, relation), self.place((end,))))
        return tuple(Sheet(region, image, apart(features, image)) for region, image in images)

    def substitute(self, values: Mapping[sympy.Symbol, sympy.Expr]) -> "Oblique":
        """The line with values in place of parameters."""
        table = dict(values)
        offsets, slopes, ends = (
            tuple(e.xreplace(table) for e in part) for part in (self.offsets, self.slopes, self.ends)
        )
        return Oblique(self.leading, offsets, slopes, (ends[0], ends[1]))

    def embed(self, free: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Points ``(n, d)`` from their coordinate ``(n, 1)``; its parameters must be numbers."""
        offsets, slopes = (np.array([float(e) for e in part]) for part in (self.offsets, self.slopes))
        result: np.ndarray[Any, Any] = offsets + free * slopes
        return result

    def near(self, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Which rows of ``x`` (n, d) lie on the line, up to rounding."""
        t = x[:, self.leading]
        off = np.abs(x - self.embed(t[:, None])).max(1)
        inside = (t >= float(self.ends[0]) - ROUNDING) & (t <= float(self.ends[1]) + ROUNDING)
        result: np.ndarray[Any, Any] = inside & (off <= ROUNDING * (1 + np.abs(x).max(1)))
        return result

    def coordinates(self, point: Sequence[sympy.Expr]) -> Exprs:
        """The free feature."""
        return (point[self.leading],)

    def place(self, free: Sequence[sympy.Expr]) -> Exprs:
        """The point with a coordinate."""
        return tuple(a + s * free[0] for a, s in zip(self.offsets, self.slopes, strict=True))

    def restricted(self, intervals: Sequence[Interval]) -> "Oblique":
        """The part of the line between some ends."""
        return replace(self, ends=intervals[0])

    @property
    def carrier(self) -> "Oblique":
        """The whole line."""
        return replace(self, ends=LINE)

    @property
    def facets(self) -> tuple[tuple[int, int, Stratum], ...]:
        """The ends."""
        return tuple(
            (0, side, Point(self.place((end,)))) for side, end in enumerate(self.ends) if end.is_finite is not False
        )

    def meet(self, other: Stratum) -> tuple[Stratum, ...]:
        """The intersection; none when it is empty, Undecided when parameters leave that open."""
        if isinstance(other, Flat):
            return self._part(self._between(other.ranges))
        if not isinstance(other, Oblique):
            return other.meet(self)
        if self.carrier == other.carrier:
            return self._part(overlap(self.ends, other.ends, "the free coordinate"))
        crossing = self._crossing(other)
        if crossing is None or overlap((crossing, crossing), self.ends, "the crossing") is None:
            return ()
        point = self.place((crossing,))
        there = (point[other.leading], point[other.leading])
        return (Point(point),) if overlap(there, other.ends, "the crossing") is not None else ()

    def _part(self, ends: Interval | None) -> tuple[Stratum, ...]:
        if ends is None:
            return ()
        return (Point(self.place((ends[0],))) if ends[0] == ends[1] else replace(self, ends=ends),)

    def _between(self, ranges: Sequence[Interval]) -> Interval | None:
        """The coordinates at which every feature is in its range."""
        found: Interval | None = self.ends
        for (low, high), a, s in zip(ranges, self.offsets, self.slopes, strict=True):
            if found is None or (low, high) == LINE:
                continue
            if s == 0:
                found = found if overlap((a, a), (low, high), "a feature") is not None else None
                continue
            first, last = (low - a) / s, (high - a) / s
            found = overlap(found, (first, last) if _sign(s) > 0 else (last, first), "a feature")
        return found

    def _crossing(self, other: "Oblique") -> sympy.Expr | None:
        """The coordinate at which the whole lines cross; None where they do not."""
        at, slope = self.offsets[other.leading], self.slopes[other.leading]
        found: sympy.Expr | None = None
        rows = zip(self.offsets, self.slopes, other.offsets, other.slopes, strict=True)
        equations = [(s - v * slope, b + v * at - a) for a, s, b, v in rows]
        for factor, value in equations:
            if found is None and _sign(factor) != 0:
                found = sympy.expand(value / factor)
        if found is None or any(_sign(factor * found - value) != 0 for factor, value in equations):
            return None
        return found


def _sign(number: sympy.Expr) -> int:
    result = sign(sympy.expand(number))
    if result is None:
        raise Undecided(f"cannot decide where two strata meet: the sign of {number} is open")
    return result
