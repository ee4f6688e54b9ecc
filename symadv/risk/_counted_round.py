"""How large a sum over coordinates with values can be in a ball whose budget they share."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import numpy as np
import sympy
from numpy.typing import NDArray

from symadv.language.balls import ball as enclosed
from symadv.language.intervals import AFTER, BEFORE
from symadv.language.order import compare
from symadv.language.roots import NoClosedForm
from symadv.risk._combinations import signs
from symadv.risk._counted_moves import Bools, Moves, Numbers
from symadv.risk._furthest import Parts, Pushed, furthest, roughly
from symadv.risk._shares import Share
from symadv.risk._steps import Place
from symadv.risk.quotient import dual_norm

_MOST = 1 << 14  # moves that are looked at one by one


@dataclass(frozen=True, eq=False)
class Round:
    """The largest (side 1) or smallest values of a sum after each move, found one by one."""

    moves: Moves
    shares: list[Share]
    constant: sympy.Expr
    side: int
    _known: dict[tuple[int, int], tuple[sympy.Expr, bool]] = field(default_factory=dict)
    _sides: dict[tuple[int, int], int] = field(default_factory=dict)

    def signs(self, among: Bools) -> NDArray[np.int8]:
        """The signs of the values: mostly from what holds for all of a move's points, else from the farthest one."""
        result = np.where(self._surely_beyond > 0, self.side, -self.side).astype(np.int8)
        unsure = among & (self._surely_beyond == 0)
        if int(unsure.sum()) > _MOST:
            raise NoClosedForm(f"more than {_MOST} ways to move coordinates in a round ball")
        for row, column in zip(*np.nonzero(unsure), strict=True):
            result[row, column] = self._sign(int(row), int(column))
        return result

    def attained(self, among: Bools) -> Bools:
        """Where the values of some moves are attained."""
        result = np.zeros(among.shape, dtype=bool)
        for row, column in zip(*np.nonzero(among), strict=True):
            result[row, column] = self.at(int(row), int(column))[1]
        return result

    def at(self, row: int, column: int) -> tuple[sympy.Expr, bool]:
        """One value, and whether it is attained."""
        if (row, column) not in self._known:
            ball, (fixed, pushed) = self.moves.ball, self._parts(self.moves.taken[row, column])
            most, attained = furthest(pushed, ball.norm, closed=ball.closed, above=ball.above)
            self._known[row, column] = fixed + self.side * most, attained
        return self._known[row, column]

    def _sign(self, row: int, column: int) -> int:
        if (row, column) not in self._sides:
            fixed, pushed = self._parts(self.moves.taken[row, column])
            rough = roughly(pushed, self.moves.ball.norm)
            known = 0 if rough is None else _side(enclosed(fixed) + self.side * rough)
            self._sides[row, column] = known or compare(self.at(row, column)[0], sympy.S.Zero)
        return self._sides[row, column]

    @cached_property
    def _surely_beyond(self) -> NDArray[np.int8]:
        """1 where even the nearest points are beyond 0, -1 where no step of the whole budget comes there, else 0."""
        nearest, still = [], []
        for k, v, place in self._starts:
            adds, slope = place.adds(self.shares[k]), self.shares[k].slope
            nearest.append(adds + slope * _nearest(place, v))
            still.append(adds + slope * v)
        most = self.constant + self.side * self._reach
        beyond = self.side * signs(self.moves.taken, nearest, self.constant) > 0
        short = self.side * signs(self.moves.taken, still, most) < 0
        return beyond.astype(np.int8) - (short & ~beyond).astype(np.int8)

    @property
    def _reach(self) -> sympy.Expr:
        """More than the whole ball changes the sum by."""
        blocks = zip(self.moves.blocks, self.shares, strict=True)
        sizes = [(len(b.features), sympy.Abs(s.slope) * self.moves.ball.budgets[b.index]) for b, s in blocks]
        return dual_norm(self.moves.ball.norm, [size for n, size in sizes for _ in range(n)]) * (
            1 + sympy.Rational(1, 2**40)
        )

    def _parts(self, taken: Numbers) -> tuple[sympy.Expr, Parts]:
        """What a move adds before any coordinate is pushed on, and these."""
        fixed, pushed = [self.constant], list[tuple[int, Pushed]]()
        for count, known in zip(map(int, taken), self._pushed, strict=True):
            if count:
                fixed.append(count * known[0])
                if known[1] is not None:
                    pushed.append((count, known[1]))
        return sympy.Add(*fixed), pushed

    @cached_property
    def _pushed(self) -> list[tuple[sympy.Expr, Pushed | None]]:
        """For each step what it adds where it starts, and how it can be pushed."""
        found = []
        for k, v, place in self._starts:
            share, budget = self.shares[k], self.moves.ball.budgets[self.moves.blocks[k].index]
            part = None if budget == 0 else _pushed(v, place, self.side * share.slope, budget)
            found.append((place.adds(share) + share.slope * v, part))
        return found

    @cached_property
    def _starts(self) -> list[tuple[int, sympy.Expr, Place]]:
        """The block, the value and the place of each step."""
        blocks = enumerate(zip(self.moves.blocks, self.moves.places, strict=True))
        return [(k, v, place) for k, (block, own) in blocks for v, place in product(block.values, own)]


def _side(number: object) -> int:
    """The sign of a ball that does not contain 0; else 0."""
    return (number > 0) - (number < 0)  # type: ignore[operator]


def _nearest(place: Place, v: sympy.Expr) -> sympy.Expr:
    start, end = (cut.value for cut in place.piece.cuts)
    return start if compare(v, start) < 0 else end if compare(v, end) > 0 else v


def _pushed(v: sympy.Expr, place: Place, slope: sympy.Expr, budget: sympy.Expr) -> Pushed:
    """A coordinate in shares of its budget, in the direction in which the slope times it grows."""
    start, end = place.piece.cuts
    low, high = ((cut.value - v) / budget for cut in (start, end))
    low_closed, high_closed = start.side == BEFORE, end.side == AFTER
    if compare(slope, sympy.S.Zero) < 0:
        return Pushed(-slope * budget, -high, -low, high_closed, low_closed)
    return Pushed(slope * budget, low, high, low_closed, high_closed)
