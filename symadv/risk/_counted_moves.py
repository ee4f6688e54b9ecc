r"""Ways to move coordinates with values: only how many of them go from each value to each place matters.

Coordinates that are alike are matched in ascending order: of all ways to come to the same places this one takes the
least of every budget, by the rearrangement inequality.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import comb, prod

import numpy as np
import sympy
from numpy.typing import NDArray

from symadv.language.aggregates import block_sum, squared_norm
from symadv.language.roots import NoClosedForm
from symadv.probability.tallies import tallies
from symadv.risk._ball import Ball
from symadv.risk._combinations import signs
from symadv.risk._shares import Order
from symadv.risk._steps import Place, Step, places, step

Bools = NDArray[np.bool_]
Numbers = NDArray[np.int64]

_MOST = 1 << 25  # entries of an array
_MOST_ENDS = 1 << 17  # tallies of places


@dataclass(frozen=True, eq=False)
class Block:
    """Coordinates that are alike: in their values, in the budget and the box, and in every form."""

    features: tuple[sympy.Symbol, ...]
    values: tuple[sympy.Expr, ...]
    index: int  # of the first coordinate

    @cached_property
    def tallies(self) -> Numbers:
        """How many may have each value."""
        return np.array(tallies(len(self.features), len(self.values)))

    @cached_property
    def statistics(self) -> tuple[sympy.Symbol, ...]:
        """What tells how many have each value: nothing, the coordinate, or the sum and for three values the squares."""
        if len(self.features) == 1:
            return self.features[: len(self.values) - 1]
        return (block_sum(self.features), squared_norm(self.features))[: len(self.values) - 1]


@dataclass(frozen=True, eq=False)
class Moves:
    """All ways to move the coordinates of some blocks to places that some orders of values tell apart.

    A row is a combination of tallies of values, a column one of tallies of places.
    """

    blocks: Sequence[Block]
    used: Sequence[Iterable[Order]]
    ball: Ball

    @cached_property
    def places(self) -> list[list[Place]]:
        """Where a coordinate of each block may go."""
        return [self._places(block, used) for block, used in zip(self.blocks, self.used, strict=True)]

    def _places(self, block: Block, used: Iterable[Order]) -> list[Place]:
        within = None if self.ball.box is None else self.ball.box[block.index]
        return places(used, within, block.values if self.ball.within else None)

    @cached_property
    def steps(self) -> list[tuple[int, Place, Step | None]]:
        """The steps of each block, by its number, from each value to each place."""
        return [
            (k, place, step(v, place, self.ball.budgets[block.index], self.ball))
            for k, (block, own) in enumerate(zip(self.blocks, self.places, strict=True))
            for v, place in product(block.values, own)
        ]

    @cached_property
    def arrived(self) -> Numbers:
        """How many coordinates of each block are in each of its places: (columns, places)."""
        if prod(map(len, self._ends)) > _MOST_ENDS:
            raise NoClosedForm("too many ways to move the coordinates with values")
        rows = [np.concatenate(chosen) for chosen in product(*self._ends)]
        return np.array(rows).reshape(len(rows), sum(map(len, self.places)))

    @cached_property
    def taken(self) -> Numbers:
        """How many coordinates take each step: (rows, columns, steps)."""
        found = np.zeros((1, 1, 0), dtype=np.int64)
        for block, ends in zip(self.blocks, self._ends, strict=True):
            shape = found.shape[0] * len(block.tallies), found.shape[1] * len(ends)
            kinds = len(block.values) * ends.shape[1]
            if shape[0] * shape[1] * (found.shape[2] + kinds) > _MOST:
                raise NoClosedForm("too many ways to move the coordinates with values")
            own = matched(block.tallies, ends).reshape(len(block.tallies), len(ends), kinds)
            before = np.repeat(np.repeat(found, len(block.tallies), axis=0), len(ends), axis=1)
            found = np.concatenate([before, np.tile(own, (*found.shape[:2], 1))], axis=2)
        return found

    @cached_property
    def _ends(self) -> list[Numbers]:
        found = [(_few(len(b.features), len(own)), len(own)) for b, own in zip(self.blocks, self.places, strict=True)]
        return [np.array(ends, dtype=np.int64).reshape(len(ends), kinds) for ends, kinds in found]

    def number_of(self, which: Iterable[bool]) -> Numbers:
        """How many coordinates take some of the steps: (rows, columns)."""
        return np.asarray(self.taken[:, :, np.array(list(which), dtype=bool)].sum(axis=2))

    @cached_property
    def prices(self) -> list[sympy.Expr]:
        """The different shares of the budget that steps take, 0 left out."""
        return list(dict.fromkeys(s.price for _, _, s in self.steps if s is not None and s.price != 0))

    @cached_property
    def paid(self) -> Numbers:
        """How often each price is paid: (rows, columns, prices)."""
        columns = [
            self.number_of(s is not None and s.price == price for _, _, s in self.steps) for price in self.prices
        ]
        return np.stack(columns, axis=-1) if columns else np.zeros((*self.taken.shape[:2], 0), dtype=np.int64)

    @cached_property
    def exact(self) -> Bools:
        """Whether all prices are attained, and not only approached."""
        return np.asarray(self.number_of(s is not None and s.strict for _, _, s in self.steps) == 0)

    @cached_property
    def allowed(self) -> Bools:
        """Whether the budget allows a move: (rows, columns)."""
        impossible = self.number_of(s is None for _, _, s in self.steps) > 0
        left = -signs(self.paid, self.prices, -sympy.S.One)
        at_the_edge = (left == 0) & (self.ball.above | (self.ball.closed & self.exact))
        return np.asarray(~impossible & ((left > 0) | at_the_edge))


def _few(n: int, kinds: int) -> list[tuple[int, ...]]:
    if kinds and comb(n + kinds - 1, n) > _MOST_ENDS:
        raise NoClosedForm(f"too many ways to move {n} coordinates to {kinds} places")
    return tallies(n, kinds) if kinds else []


def matched(clean: Numbers, moved: Numbers) -> Numbers:
    """How many go from each value to each place when both are matched in ascending order, for arrays of tallies.

    The shape of the result is (number of clean tallies, number of moved ones, values, places).
    """
    here, there = (np.cumsum(np.pad(t, ((0, 0), (1, 0))), axis=1) for t in (clean, moved))
    end = np.minimum(here[:, None, 1:, None], there[None, :, None, 1:])
    start = np.maximum(here[:, None, :-1, None], there[None, :, None, :-1])
    return np.asarray(np.maximum(end - start, 0))
