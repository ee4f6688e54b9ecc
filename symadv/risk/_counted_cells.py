"""From which tallies, and from which values of one free statistic beside them, a cell is within reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import numpy as np
import sympy

from symadv.language.intervals import Intervals
from symadv.language.order import INFINITESIMAL, compare
from symadv.language.roots import NoClosedForm
from symadv.risk._combinations import value
from symadv.risk._counted_extremes import Extreme, extreme, is_slanted
from symadv.risk._counted_moves import Bools, Moves
from symadv.risk._shares import Sum

Signs = frozenset[int]

_MOST_SETS = 1 << 15  # sets of numbers that are moved one by one


@dataclass(frozen=True, eq=False)
class Condition:
    """That a form has one of some signs: what the coordinates make of it, plus a slope times the free statistic."""

    low: Extreme
    high: Extreme
    slope: sympy.Expr
    wanted: Signs
    slanted: bool

    def possible(self, among: Bools) -> Bools:
        """Where it can be met without a free statistic, as far as asked."""
        found = np.zeros((1, 1), dtype=bool)
        if 1 in self.wanted:
            found = found | (self.high.signs(among) > 0)
        if -1 in self.wanted:
            found = found | (self.low.signs(among) < 0)
        if 0 in self.wanted:
            found = found | (self._nonnegative(among, self.high, 1) & self._nonnegative(among, self.low, -1))
        return np.asarray(found)

    def _nonnegative(self, among: Bools, end: Extreme, side: int) -> Bools:
        """Where an extreme allows 0; where a sign beyond 0 is wanted, too, the other extreme has no say."""
        if -side in self.wanted:
            return np.ones((1, 1), dtype=bool)
        signs = side * end.signs(among)
        return np.asarray((signs > 0) | ((signs == 0) & end.attained(among & (signs == 0))))

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
    return Condition(extreme(moves, form, -1), extreme(moves, form, 1), slope, wanted, is_slanted(moves, form))


def sets(moves: Moves, conditions: Sequence[Condition], budget: sympy.Expr | None) -> list[Intervals]:
    """For each row the values of the free statistic from which a cell is within reach; without one, line or nothing.

    ``budget``: that of the free statistic.
    """
    if budget is None:
        met: Bools = moves.allowed
        for c in sorted(conditions, key=lambda c: c.slanted):
            met = np.asarray(met & c.possible(met))
        return [Intervals.line() if row.any() else Intervals() for row in met]
    if budget != 0 and not moves.ball.is_product and any(c.slanted for c in conditions):
        raise NoClosedForm("a round ball is shared by a free statistic and coordinates beside their nearest values")
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
