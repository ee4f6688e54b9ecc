"""From which values of a stratum's coordinate a network can be brought to say something: intervals with exact ends."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import flint
import numpy as np
import sympy

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Bools, Floats, Ints, Row
from symadv.language.intervals import AFTER, BEFORE, Cut, Intervals
from symadv.language.order import compare
from symadv.risk._net_cells import ALL_TIED, DecisionCells

_ALL = -1  # instead of a vertex: the whole polygon


class Affine(NamedTuple):
    """The form a p + b q + c on a chart, exact."""

    p: sympy.Expr
    q: sympy.Expr
    constant: sympy.Expr


@dataclass(frozen=True)
class Pieces:
    """Parts of cells: whole polygons, or edges and vertices at which logits tie.

    Arrays (n,): the ``cell``, and for an edge or a vertex its two ends, ``first`` and ``last``, else -1.
    """

    cell: Ints
    first: Ints
    last: Ints

    def where(self, keep: Bools | Ints) -> "Pieces":
        """Some of the pieces."""
        return Pieces(self.cell[keep], self.first[keep], self.last[keep])


class Spread(ABC):
    """The values that functions take on the pieces of a decision set: the interval between least and largest.

    Each cell has some candidates, columns of arrays, among which the extreme value of each piece is.  A piece without
    any takes no values.
    """

    def __init__(self, decided: DecisionCells) -> None:
        self._decided, self._cells = decided, decided.cells
        with np.errstate(all="ignore"):
            self._values = {side: self._candidates(side) for side in (-1, 1)}
        self._known: dict[tuple[int, int, int], Any] = {}

    @abstractmethod
    def _candidates(self, side: int) -> tuple[Floats, Floats]:
        """Bounds (n, columns) from below and above for ``side`` times the value at all candidates.

        Both are infinite at infinity; the lower one is minus infinity where there may be no candidate, and both are
        where there is none.
        """

    @abstractmethod
    def _exact(self, cell: int, column: int, side: int) -> Any:
        """The exact value at a candidate; None when it is none."""

    @abstractmethod
    def _compare(self, a: Any, b: Any) -> int:
        """-1, 0 or 1 for two exact values."""

    @abstractmethod
    def _number(self, value: Any) -> sympy.Expr:
        """An exact value as an expression."""

    def _marks(self, cell: int, column: int) -> int:
        """The marks of a candidate."""
        return int(self._cells.marks[cell, column])

    def _mine(self, pieces: Pieces, columns: int) -> Bools:
        """Which candidates belong to each piece, (n, columns)."""
        index = np.arange(columns)
        whole = (pieces.first == _ALL)[:, None] & (index < self._cells.count[pieces.cell][:, None])
        return np.asarray(whole | (index == pieces.first[:, None]) | (index == pieces.last[:, None]))

    def intervals(self, pieces: Pieces, tie: int, *, closed: bool) -> Intervals:
        """The union of the intervals of some pieces; an end is closed if ``closed`` and it is attained on its piece."""
        if not len(pieces.cell):
            return Intervals()
        pieces = pieces.where(self._there(pieces))
        low, high = (self._extreme(pieces, side) for side in (-1, 1))
        result = Intervals()
        for block in _blocks(-low[0], high[0]) if len(pieces.cell) else ():
            part = pieces.where(block)
            start, end = (
                self._end(part, tie, side, bounds[0][block], bounds[1][block], closed)
                for side, bounds in ((-1, low), (1, high))
            )
            order = compare(start.value, end.value)
            if order < 0 or (order == 0 and start.side == BEFORE and end.side == AFTER):
                result = result | Intervals((start, end))
        return result

    def _extreme(self, pieces: Pieces, side: int) -> tuple[Floats, Floats]:
        """Bounds for ``side`` times the least (side -1) or largest value on each piece."""
        least, most = (v[pieces.cell] for v in self._values[side])
        mine = self._mine(pieces, least.shape[1])
        return least.max(axis=1, where=mine, initial=-np.inf), most.max(axis=1, where=mine, initial=-np.inf)

    def _there(self, pieces: Pieces) -> Bools:
        """Which pieces have candidates at all."""
        bounds = [self._extreme(pieces, side) for side in (-1, 1)]
        there = np.all([most > -np.inf for _, most in bounds], axis=0)
        mine = self._mine(pieces, self._values[1][0].shape[1])
        for k in np.flatnonzero(there & np.all([least == -np.inf for least, _ in bounds], axis=0)):
            columns = np.flatnonzero(mine[k])
            there[k] = any(self._known_value(int(pieces.cell[k]), int(j), 1) is not None for j in columns)
        return np.asarray(there)

    def _end(self, pieces: Pieces, tie: int, side: int, least: Floats, most: Floats, closed: bool) -> Cut:
        """The exact end of the union of pieces that overlap each other."""
        if least.max() == np.inf:
            return Cut(sympy.oo, BEFORE) if side > 0 else Cut(-sympy.oo, AFTER)
        near = np.flatnonzero(most >= least.max())
        mine = self._mine(pieces, self._values[side][0].shape[1])
        best, attained = None, False
        for k in near:
            columns = np.flatnonzero(mine[k])
            here, inside = self._exact_end(int(pieces.cell[k]), int(pieces.first[k]), columns, tie, side)
            ahead = 1 if best is None else side * self._compare(here, best)
            if ahead >= 0:
                best, attained = (here if ahead > 0 else best), inside or (attained and ahead == 0)
        return Cut(self._number(best), AFTER if (side > 0) == (closed and attained) else BEFORE)

    def _exact_end(self, cell: int, first: int, columns: Ints, tie: int, side: int) -> tuple[Any, bool]:
        """The extreme value on a piece, and whether it is attained there."""
        least, most = (v[cell, columns] for v in self._values[side])
        near = most >= least.max()
        best, marks = None, 0
        for j in columns[near]:
            exact = self._known_value(cell, int(j), side)
            if exact is None:
                continue
            ahead = 1 if best is None else side * self._compare(exact, best)
            if ahead > 0:
                best, marks = exact, self._marks(cell, int(j))
            elif ahead == 0:
                marks &= self._marks(cell, int(j))
        return best, not marks & self._left_out(cell, first, tie)

    def _known_value(self, cell: int, column: int, side: int) -> Any:
        key = cell, column, side
        if key not in self._known:
            self._known[key] = self._exact(cell, column, side)
        return self._known[key]

    def _left_out(self, cell: int, first: int, tie: int) -> int:
        """The marks of the sides that do not belong to a piece: those of its chart, and ties that go elsewhere."""
        winner = int(self._cells.data["winner"][cell])
        mine = first != _ALL or winner in (ALL_TIED, tie)
        return self._decided.sides | (0 if mine else self._decided.ties[winner])


class AffineSpread(Spread):
    """The spread of forms: ``lower`` and ``upper`` give for each chart the one whose least, largest value counts."""

    def __init__(self, decided: DecisionCells, lower: Sequence[Affine], upper: Sequence[Affine]) -> None:
        self._forms = {-1: lower, 1: upper}
        self._rows: dict[tuple[int, int], Row] = {}
        super().__init__(decided)

    def _candidates(self, side: int) -> tuple[Floats, Floats]:
        cells, forms = self._cells, self._forms[side]
        value, error = np.zeros((len(forms), 1, 3)), np.zeros((len(forms), 1, 3))
        for k, form in enumerate(forms):
            for c, number in enumerate(form):
                value[k, 0, c], error[k, 0, c] = rounded(number)
        chart = cells.data["chart"]
        at, bound = (v[:, 0] for v in cells.values(value[chart], error[chart]))
        infinite = cells.at[:, :, 2] == 0
        return bounded(side, np.where(infinite, np.copysign(np.inf, at), at), np.where(infinite, 0, bound))

    def _exact(self, cell: int, column: int, side: int) -> Row:
        return self._decided.value(self._row(int(self._cells.data["chart"][cell]), side), self._cells, cell, column)

    def _compare(self, a: Row, b: Row) -> int:
        return self._decided.basis.sign(_difference(a, b))

    def _number(self, value: Row) -> sympy.Expr:
        return self._decided.basis.number(value)

    def _row(self, chart: int, side: int) -> Row:
        if (chart, side) not in self._rows:
            p, q, constant = self._forms[side][chart]
            a, b = (flint.fmpq(int(c.p), int(c.q)) for c in (p, q))
            self._rows[chart, side] = (a, b, *self._decided.basis.vector(constant))
        return self._rows[chart, side]


def _difference(a: Row, b: Row) -> Row:
    zero = flint.fmpq(0)
    return tuple((a[k] if k < len(a) else zero) - (b[k] if k < len(b) else zero) for k in range(max(len(a), len(b))))


def bounded(side: int, value: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Bounds for ``side`` times a value of floats; none where floats do not suffice."""
    least, most = side * value - error, side * value + error
    return np.where(np.isnan(least), -np.inf, least), np.where(np.isnan(most), np.inf, most)


def _blocks(low: Floats, high: Floats) -> list[Ints]:
    """Intervals that certainly overlap, together: ``low`` is at least where they begin, ``high`` at most where they
    end."""
    order = np.argsort(low, kind="stable")
    reached, begun = np.maximum.accumulate(high[order]), np.maximum.accumulate(low[order])
    apart = ~((low[order][1:] < reached[:-1]) & (high[order][1:] > begun[:-1]))
    return np.split(order, np.flatnonzero(apart) + 1)


class Atlas:
    """Which pieces of a decision set lie in which charts and carry which label."""

    def __init__(self, decided: DecisionCells) -> None:
        self._decided = decided

    def pieces(self, label: int, tie: int, charts: Sequence[int]) -> Pieces:
        """The pieces on which the network says ``label`` (an index), ties going to ``tie``, on some charts."""
        wanted = np.isin(np.arange(len(self._decided.charts)), charts)
        parts = [self._whole(label)] if label != tie else [self._whole(tie), self._whole(ALL_TIED), self._tied[tie]]
        kept = [p.where(wanted[self._decided.cells.data["chart"][p.cell]]) for p in parts]
        return Pieces(*(np.concatenate([getattr(p, name) for p in kept]) for name in ("cell", "first", "last")))

    def _whole(self, winner: int) -> Pieces:
        cell = np.flatnonzero(self._decided.cells.data["winner"] == winner)
        return Pieces(cell, np.full(len(cell), _ALL), np.full(len(cell), _ALL))

    @cached_property
    def _tied(self) -> dict[int, Pieces]:
        """For each label the edges and vertices where it gets the ties of cells in which another label is ahead."""
        return {tie: self._ties(tie) for tie in range(len(self._decided.ties))}

    def _ties(self, tie: int) -> Pieces:
        cells = self._decided.cells
        winner = cells.data["winner"]
        bits = np.where((winner == ALL_TIED) | (winner == tie), 0, np.array(self._decided.ties)[winner])[:, None]
        after = cells.following
        along = cells.marks & np.take_along_axis(cells.marks, after, axis=1)
        inner = self._decided.sides
        edge, vertex = ((cells.real & (m & bits != 0) & (m & inner == 0)) for m in (along, cells.marks))
        (i, j), (k, v) = np.nonzero(edge), np.nonzero(vertex & (cells.at[:, :, 2] != 0))
        return Pieces(np.concatenate([i, k]), np.concatenate([j, v]), np.concatenate([after[i, j], v]))
