"""What a program starts from: some of the columns of points, and statistics of blocks of them, each computed once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import sympy

from symadv.language.aggregates import Aggregate, Head
from symadv.readers import _array_numpy
from symadv.readers._array_builder import Builder
from symadv.readers._array_constants import nearest_float
from symadv.readers._array_program import Array, Program


@dataclass(frozen=True)
class Column:
    """One coordinate of a point."""

    index: int

    def of_points(self, x: Array) -> Array:
        """The coordinate of the points in the last axis of x."""
        return x[..., self.index]

    def of_columns(self, columns: Sequence[Array]) -> Array:
        """One of the columns."""
        return columns[self.index]


@dataclass(frozen=True)
class Statistic:
    """An aggregate of some columns; without ``coefficients`` the weights are 1 and the centre is 0.

    ``seen``: what is made of each column first, where it is not taken as it is.
    """

    head: Head
    columns: range | tuple[int, ...]
    coefficients: tuple[float, ...] | None
    seen: Program | None = None

    def of_points(self, x: Array) -> Array:
        """The statistic of the points in the last axis of x."""
        which = self.columns
        rows = self._seen(x[..., which.start : which.stop] if isinstance(which, range) else x[..., list(which)])
        if self.head == "size":
            rows = abs(rows)
        if self.coefficients is None:
            return (rows * rows if self.head == "squares" else rows).sum(-1)
        numbers = _like(self.coefficients, x)
        if self.head == "squares":
            return ((rows - numbers) ** 2).sum(-1)
        return rows @ (abs(numbers) if self.head == "size" else numbers)

    def of_columns(self, columns: Sequence[Array]) -> Array:
        """The statistic of the points whose coordinates are given one by one."""
        neutral = 0.0 if self.head == "squares" else 1.0
        numbers = (neutral,) * len(self.columns) if self.coefficients is None else self.coefficients
        pairs = [(self._seen(columns[k]), c) for k, c in zip(self.columns, numbers, strict=True)]
        if self.head == "squares":
            return reduce(add, ((x - c) ** 2 for x, c in pairs))
        return reduce(add, (abs(x * c) if self.head == "size" else x * c for x, c in pairs))

    def _seen(self, values: Array) -> Array:
        if self.seen is None:
            return values
        if isinstance(values, np.ndarray):
            return _array_numpy.evaluate(self.seen, [values])
        from symadv.readers import _array_torch

        return _array_torch.evaluate(self.seen, [values])


Input = Column | Statistic


def inputs(symbols: Sequence[sympy.Symbol], arguments: Sequence[sympy.Symbol]) -> tuple[Input, ...]:
    """How to get the value of each symbol, an argument or an aggregate of arguments."""
    places = {a: k for k, a in enumerate(arguments)}
    return tuple(Column(places[s]) if s in places else _statistic(s, places) for s in symbols)


def computable(aggregate: Aggregate, arguments: Sequence[sympy.Symbol]) -> bool:
    """Whether an aggregate is one of numbers and arguments alone."""
    constant = all(not c.free_symbols for c in aggregate.coefficients or ())
    return constant and set(aggregate.block) <= set(arguments)


def _statistic(symbol: Any, places: dict[sympy.Symbol, int]) -> Statistic:
    which: Any = tuple(places[x] for x in symbol.block)
    run = range(which[0], which[0] + len(which))
    numbers = symbol.coefficients and tuple(nearest_float(c) for c in symbol.coefficients)
    return Statistic(symbol.head, run if tuple(run) == which else which, numbers, _first_seen(symbol))


def _first_seen(symbol: Aggregate) -> Program | None:
    """What is computed of a single feature before the sum over all, where nearest values come in."""
    if not symbol.values:
        return None
    t = sympy.Symbol("t", real=True)
    builder = Builder((t,), masked=False)
    alone = Aggregate("sum" if symbol.head in ("squares", "size") else symbol.head, (t,), None, symbol.values)
    return builder.program([builder.read(alone.spelled_out)], finish=None, stacked=None, truth=False)


def _like(numbers: Sequence[float], x: Array) -> Array:
    """Numbers as an array of the kind, dtype and device of x."""
    return np.asarray(numbers, dtype=x.dtype) if isinstance(x, np.ndarray) else x.new_tensor(numbers)
