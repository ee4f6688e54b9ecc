"""How large and how small a sum over coordinates with values can be after some moves, and whether that is attained."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import sympy
from numpy.typing import NDArray

from symadv.language.intervals import AFTER, BEFORE, Cut
from symadv.language.order import compare
from symadv.risk._combinations import signs, value
from symadv.risk._counted_moves import Bools, Moves, Numbers
from symadv.risk._counted_round import Round
from symadv.risk._shares import Share, Sum
from symadv.risk._steps import Step


class Extreme(Protocol):
    """The largest or smallest values of a form after each move, rows by columns, or one row that stands for all."""

    def signs(self, among: Bools) -> NDArray[np.int8]:
        """The signs of the values of some moves; any for the others."""
        ...

    def attained(self, among: Bools) -> Bools:
        """Where the values of some moves are attained; any for the others."""
        ...

    def at(self, row: int, column: int) -> tuple[sympy.Expr, bool]:
        """One value, and whether it is attained."""
        ...


def is_slanted(moves: Moves, form: Sum) -> bool:
    """Whether coordinates with values count by more than their nearest values."""
    return any(share.slope != 0 for share in _shares(moves, form))


def extreme(moves: Moves, form: Sum, side: int) -> Extreme:
    """The largest values of a form (side 1), or the smallest (side -1)."""
    shares = _shares(moves, form)
    if is_slanted(moves, form):
        return _by_steps(moves, form, side) if moves.ball.is_product else Round(moves, shares, form.constant, side)
    numbers = [place.adds(s) for s, own in zip(shares, moves.places, strict=True) for place in own]
    counts = moves.arrived[None]
    return _Counted(counts, numbers, form.constant, np.ones(counts.shape[:2], dtype=bool))


def _shares(moves: Moves, form: Sum) -> list[Share]:
    return [form.of(block.features[0]) for block in moves.blocks]


@dataclass(frozen=True, eq=False)
class _Counted:
    """Values that are sums over counts."""

    counts: Numbers
    numbers: list[sympy.Expr]
    constant: sympy.Expr
    ends: Bools

    @cached_property
    def _signs(self) -> NDArray[np.int8]:
        return signs(self.counts, self.numbers, self.constant)

    def signs(self, among: Bools) -> NDArray[np.int8]:
        return self._signs

    def attained(self, among: Bools) -> Bools:
        return self.ends

    def at(self, row: int, column: int) -> tuple[sympy.Expr, bool]:
        row = min(row, len(self.counts) - 1)
        return value(self.counts[row, column], self.numbers, self.constant), bool(self.ends[row, column])


def _by_steps(moves: Moves, form: Sum, side: int) -> _Counted:
    """In a product of intervals each coordinate goes as far as it can."""
    shares = _shares(moves, form)
    ups = [side * compare(s.slope, sympy.S.Zero) for s in shares]
    numbers, is_open = [], []
    for k, place, step in moves.steps:
        end = _end(step, ups[k])
        numbers.append(place.adds(shares[k]) + shares[k].slope * end.value)
        is_open.append(ups[k] != 0 and end.side != (AFTER if ups[k] > 0 else BEFORE))
    return _Counted(moves.taken, numbers, form.constant, moves.number_of(is_open) == 0)


def _end(step: Step | None, up: int) -> Cut:
    """The upper or the lower end of where a coordinate may be; any number where it cannot go or does not matter."""
    if step is None or up == 0:
        return Cut(sympy.S.Zero, BEFORE)
    return step.ends.cuts[1 if up > 0 else 0]
