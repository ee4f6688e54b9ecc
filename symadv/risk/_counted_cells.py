"""From which tallies of coordinates with values, and from which values of one free statistic, a cell is within reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import numpy as np
import sympy
from numpy.typing import NDArray

from symadv.language.intervals import AFTER, BEFORE, Cut, Intervals
from symadv.language.order import INFINITESIMAL, compare
from symadv.language.roots import NoClosedForm
from symadv.risk._combinations import signs, value
from symadv.risk._counted_moves import Bools, Moves, Numbers
from symadv.risk._shares import Sum
from symadv.risk._steps import Step

Signs = frozenset[int]

_MOST_SETS = 1 << 15  # sets of numbers that are moved one by one


@dataclass(frozen=True, eq=False)
class Extreme:
    """The largest or smallest values of a form, as sums over counts, and where these are attained.

    All arrays have the axes (rows, columns), or one row that stands for all.
    """

    counts: Numbers
    numbers: list[sympy.Expr]
    constant: sympy.Expr
    attained: Bools

    @property
    def signs(self) -> NDArray[np.int8]:
        """The signs of the values."""
        return signs(self.counts, self.numbers, self.constant)

    def at(self, row: int, column: int) -> tuple[sympy.Expr, bool]:
        """One value, and whether it is attained."""
        row = min(row, len(self.counts) - 1)
        return value(self.counts[row, column], self.numbers, self.constant), bool(self.attained[row, column])


@dataclass(frozen=True, eq=False)
class Condition:
    """That a form has one of some signs: what the coordinates make of it, plus a slope times the free statistic."""

    low: Extreme
    high: Extreme
    slope: sympy.Expr
    wanted: Signs

    @property
    def possible(self) -> Bools:
        """Where it can be met, without a free statistic."""
        least, most = self.low.signs, self.high.signs
        zero = ((most > 0) | ((most == 0) & self.high.attained)) & ((least < 0) | ((least == 0) & self.low.attained))
        return np.asarray(((1 in self.wanted) & (most > 0)) | ((-1 in self.wanted) & (least < 0)) | ((0 in self.wanted) & zero))

    def where(self, row: int, column: int) -> Intervals:
        """The values of the free statistic for which it can be met."""
        (low, low_end), (high, high_end) = self.low.at(row, column), self.high.at(row, column)
        sets = {
            1: self._half(high, 1, closed=False),
            -1: self._half(low, -1, closed=False),
            0: self._half(high, 1, closed=high_end) & self._half(low, -1, closed=low_end),
        }
        return reduce(or_, (sets[s] for s in sorted(self.wanted)))

    def _half(self, number: sympy.Expr, side: int, *, closed: bool) -> Intervals:
        """Where the slope times the statistic plus a number is on one side of 0."""
        if self.slope == 0:
            here = side * compare(number, sympy.S.Zero)
            return Intervals.line() if here > 0 or (here == 0 and closed) else Intervals()
        root = -number / self.slope
        if side * compare(self.slope, sympy.S.Zero) > 0:
            return Intervals.between(root, sympy.oo, lower_closed=closed)
        return Intervals.between(-sympy.oo, root, upper_closed=closed)


def condition(moves: Moves, form: Sum, slope: sympy.Expr, wanted: Signs) -> Condition:
    """A condition as seen after some moves."""
    return Condition(_extreme(moves, form, -1), _extreme(moves, form, 1), slope, wanted)


def is_slanted(moves: Moves, form: Sum) -> bool:
    """Whether coordinates with values count by more than their nearest values."""
    return any(form.of(block.features[0]).slope != 0 for block in moves.blocks)


def _extreme(moves: Moves, form: Sum, side: int) -> Extreme:
    shares = [form.of(block.features[0]) for block in moves.blocks]
    if not is_slanted(moves, form):
        numbers = [place.adds(s) for s, own in zip(shares, moves.places, strict=True) for place in own]
        counts = moves.arrived[None]
        return Extreme(counts, numbers, form.constant, np.ones(counts.shape[:2], dtype=bool))
    if not moves.ball.is_product:
        raise NoClosedForm("no closed form for a sum of coordinates in a round ball beside their nearest values")
    ups = [side * compare(s.slope, sympy.S.Zero) for s in shares]
    ends = [_end(step, ups[k]) for k, _, step in moves.steps]
    numbers = [place.adds(shares[k]) + shares[k].slope * end.value for (k, place, _), end in zip(moves.steps, ends, strict=True)]
    open_ends = [ups[k] != 0 and end.side != (AFTER if ups[k] > 0 else BEFORE) for (k, _, _), end in zip(moves.steps, ends, strict=True)]
    return Extreme(moves.taken, numbers, form.constant, moves.number_of(open_ends) == 0)


def _end(step: Step | None, up: int) -> Cut:
    """The upper or the lower end of where a coordinate may be; any number where it cannot go or does not matter."""
    if step is None or up == 0:
        return Cut(sympy.S.Zero, BEFORE)
    return step.ends.cuts[1 if up > 0 else 0]


def sets(moves: Moves, conditions: Sequence[Condition], budget: sympy.Expr | None) -> list[Intervals]:
    """For each row the values of the free statistic from which a cell is within reach; without one, line or nothing.

    ``budget``: that of the free statistic.
    """
    if budget is None:
        met = reduce(and_, (c.possible for c in conditions), moves.allowed)
        return [Intervals.line() if hit else Intervals() for hit in met.any(axis=1)]
    if int(moves.allowed.sum()) > _MOST_SETS:
        raise NoClosedForm("too many ways to move coordinates beside a free statistic")
    return [_from(moves, conditions, budget, row) for row in range(len(moves.allowed))]


def _from(moves: Moves, conditions: Sequence[Condition], budget: sympy.Expr, row: int) -> Intervals:
    """What is within reach of a row: the sets of its columns, dilated by what is left of the budget in each."""
    together: dict[tuple[sympy.Expr, bool], Intervals] = {}
    for column in map(int, np.flatnonzero(moves.allowed[row])):
        here = reduce(and_, (c.where(row, column) for c in conditions), Intervals.line())
        left = _left(moves, budget, row, column)
        together[left] = together.get(left, Intervals()) | here
    dilated = (here if left == 0 else here.dilate(left, closed=closed) for (left, closed), here in together.items())
    return reduce(or_, dilated, Intervals())


def _left(moves: Moves, budget: sympy.Expr, row: int, column: int) -> tuple[sympy.Expr, bool]:
    """How far the free statistic may still move, and whether exactly that far."""
    ball = moves.ball
    if budget == 0 or ball.is_product:
        return budget, ball.closed
    left = value(moves.paid[row, column], [-p for p in moves.prices], sympy.S.One)
    far = budget * (sympy.sqrt(left) if ball.norm == "l2" else left)
    if ball.above:
        return far + INFINITESIMAL, True
    return far, ball.closed and bool(moves.exact[row, column])
