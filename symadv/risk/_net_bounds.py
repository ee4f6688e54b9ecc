r"""Between which t a sample x(t) must be, for a point z(s) to be within its reach: bounds that are monotone in s.

On a segment of s between two places where they turn their extreme values are at the ends.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import ULP, Floats
from symadv.language.order import compare
from symadv.risk._net_body import Edge, Elliptic
from symadv.risk._net_cells import DecisionCells
from symadv.risk._net_reach import Spread
from symadv.risk._net_round import arch_floats, square_root

_ZERO = sympy.S.Zero


class Bounds(ABC):
    """The least (side -1) and the largest t (side 1)."""

    @abstractmethod
    def at(self, side: int, s: sympy.Expr) -> sympy.Expr:
        """The bound at one s."""

    @abstractmethod
    def near(self, side: int, s: Floats, error: Floats) -> tuple[Floats, Floats]:
        """Floats below and above of ``side`` times the bound, for many s that are known up to errors."""

    def slope(self, side: int) -> sympy.Expr:
        """How it grows with s, where s is unbounded."""
        return _ZERO


@dataclass(frozen=True, eq=False)
class Straight(Bounds):
    """The highest of some edges from below, the lowest of some from above."""

    below: Sequence[Edge]
    above: Sequence[Edge]

    def at(self, side: int, s: sympy.Expr) -> sympy.Expr:
        best, *others = (slope * s + offset for slope, offset in self._edges(side))
        for other in others:
            best = other if compare(other, best) == -side else best
        return best

    def near(self, side: int, s: Floats, error: Floats) -> tuple[Floats, Floats]:
        lowest, highest = np.full(s.shape, np.inf), np.full(s.shape, np.inf)
        for edge in self._edges(side):
            (slope, loose), (offset, doubt) = map(rounded, edge)
            value = side * (slope * s + offset)
            bound = abs(slope) * error + loose * np.abs(s) + doubt + 4 * ULP * (np.abs(slope * s) + abs(offset))
            lowest, highest = np.minimum(lowest, value - bound), np.minimum(highest, value + bound)
        return lowest, highest

    def slope(self, side: int) -> sympy.Expr:
        return self._edges(side)[0][0]

    def _edges(self, side: int) -> Sequence[Edge]:
        return self.above if side > 0 else self.below


def constant(below: sympy.Expr, above: sympy.Expr) -> Straight:
    """Bounds that do not depend on s."""
    return Straight([(_ZERO, below)], [(_ZERO, above)])


@dataclass(frozen=True, eq=False)
class Arched(Bounds):
    """Those of an ellipse."""

    body: Elliptic

    def at(self, side: int, s: sympy.Expr) -> sympy.Expr:
        if (side, s) in self._known:
            return self._known[side, s]
        (t, m), (_, wide) = self.body.centre, self.body.spread
        return t + self.body.slope * (s - m) + side * square_root(self.body.width * (wide**2 - (s - m) ** 2))

    @cached_property
    def _known(self) -> Mapping[tuple[int, sympy.Expr], sympy.Expr]:
        """Where it is simpler: at the ends, and where the bounds turn."""
        body = self.body
        t, m = body.centre
        found = {(side, s): t + body.slope * (s - m) for s in body.ends(1) for side in (-1, 1)}
        return {**found, **{(side, s): end for side, s, end in zip((-1, 1), body.turns(), body.ends(0), strict=True)}}

    def near(self, side: int, s: Floats, error: Floats) -> tuple[Floats, Floats]:
        (t, m), (_, wide) = self.body.centre, self.body.spread
        numbers = [rounded(v)[0] for v in (t, m, wide, self.body.slope, square_root(self.body.width) * wide)]
        middle, centre, width, slope, height = numbers
        root, steep = arch_floats(s, error, *(np.full(s.shape, v) for v in (centre, width, 1.0)))
        value = side * (middle + slope * (s - centre)) + height * root
        size = abs(middle) + abs(slope) * (np.abs(s) + abs(centre)) + height
        bound = abs(slope) * error + height * steep + 32 * ULP * size
        least, most = value - bound, value + bound
        return np.where(np.isnan(least), -np.inf, least), np.where(np.isnan(most), np.inf, most)


class BoundSpread(Spread):
    """The spread of t on segments of s, the coordinate q of charts; ``bounds``: those of each chart, if it has some."""

    def __init__(self, decided: DecisionCells, bounds: Sequence[Bounds | None], more: Sequence[sympy.Expr]) -> None:
        self._bounds, self._more = bounds, more
        super().__init__(decided)

    def _candidates(self, side: int) -> tuple[Floats, Floats]:
        cells = self._cells
        least, most = np.full(cells.at.shape[:2], -np.inf), np.full(cells.at.shape[:2], np.inf)
        infinite, s = cells.at[:, :, 2] == 0, cells.at[:, :, 1]
        order = np.argsort(cells.data["chart"], kind="stable")
        firsts = np.searchsorted(cells.data["chart"][order], np.arange(len(self._bounds) + 1))
        for k, bounds in enumerate(self._bounds):
            rows = order[firsts[k] : firsts[k + 1]]
            if bounds is None or not len(rows):
                continue
            far, slope = infinite[rows], rounded(bounds.slope(side))[0]
            found = bounds.near(side, np.where(far, 0, s[rows]), np.where(far, 0, cells.error[rows, :, 1]))
            away = far & (slope != 0)
            end = np.copysign(np.inf, side * slope * s[rows])
            least[rows], most[rows] = (np.where(away, end, v) for v in found)
        return least, most

    def _exact(self, cell: int, column: int, side: int) -> sympy.Expr | None:
        chart = int(self._cells.data["chart"][cell])
        bounds = self._bounds[chart]
        if bounds is None:
            return None
        if self._cells.at[cell, column, 2] == 0:
            return bounds.at(side, _ZERO) if bounds.slope(side) == 0 else None
        first, second = (int(v) for v in self._cells.crossing[cell, column])
        _, s = self._decided.lines.crossing(first, second)
        return bounds.at(side, self._decided.basis.number(s)) + side * self._more[chart]

    def _compare(self, a: sympy.Expr, b: sympy.Expr) -> int:
        return compare(a, b)

    def _number(self, value: sympy.Expr) -> sympy.Expr:
        return value
