"""The law of one coordinate in ball arithmetic: analytic pieces between its kinks, its tails, its largest density."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, cmp_to_key, lru_cache
from itertools import pairwise
from math import ceil, floor
from typing import Any

import flint
import numpy as np
import sympy
from sympy.core.relational import Relational

from symadv import catalog
from symadv.geometry.polygons import Floats
from symadv.language.balls import ball, bounds
from symadv.language.errors import SymadvError
from symadv.language.order import compare
from symadv.probability.density import Univariate

TAIL = 2.5e-21  # the mass that may lie beyond each end of a window
_CELLS = 1024  # in each of which the density is bounded by one number
_GRID = 16  # windows end at multiples of 1/16
_X = sympy.Symbol("x", real=True)

Read = Callable[[Any], tuple[Any, Any]]  # from a number, real or complex, to the density and the cdf


@dataclass(frozen=True, eq=False)
class Marginal:
    """A law with a closed-form cdf, which is analytic but for finitely many kinks."""

    law: Univariate

    @cached_property
    def _kinks(self) -> tuple[sympy.Expr, ...]:
        found = dict.fromkeys(
            _root(relation)
            for piecewise in self.law.cdf(_X).atoms(sympy.Piecewise)
            for _, condition in piecewise.args
            for relation in condition.atoms(Relational)
        )
        return tuple(sorted(found, key=cmp_to_key(compare)))

    @cached_property
    def kinks(self) -> tuple[Any, ...]:
        """Where density or cdf are not analytic, ascending balls."""
        return tuple(ball(k) for k in self._kinks)

    @cached_property
    def pieces(self) -> tuple[Read, ...]:
        """Below, between and above the kinks the density and the cdf, entire functions."""
        between = [(a + b) / 2 for a, b in pairwise(self._kinks)]
        ends = [self._kinks[0] - 1, *between, self._kinks[-1] + 1] if self._kinks else [sympy.S.Zero]
        return tuple(self._piece(inside) for inside in ends)

    def _piece(self, inside: sympy.Expr) -> Read:
        cdf = self.law.cdf(_X).replace(
            lambda e: isinstance(e, sympy.Piecewise),
            lambda e: next(value for value, condition in e.args if condition.subs(_X, inside) == sympy.true),
        )
        if cdf.has(sympy.Abs, sympy.Max, sympy.Min, sympy.Piecewise):
            raise SymadvError(
                f"the exact risk of a network in a plane needs a cdf that is analytic piece by piece: {cdf}"
            )
        read = catalog.load("readers", "arb")(sympy.diff(cdf, _X), cdf, variables=(_X,))
        return lambda x: read((x,))

    @cached_property
    def window(self) -> tuple[float, float]:
        """Multiples of 1/16 between which nearly all mass lies."""
        size = 1.0
        while self._beyond(size, 1) > TAIL or self._beyond(size, -1) > TAIL:
            size *= 2
        low, high = (side * self._end(size, side) for side in (-1, 1))
        return floor(_GRID * low) / _GRID, ceil(_GRID * high) / _GRID

    def _end(self, size: float, side: int) -> float:
        """A number up to which, on one side, nearly all mass lies."""
        inner, outer = -size, size
        while outer - inner > max(size / 4096, 1 / _GRID):
            middle = (inner + outer) / 2
            inner, outer = (middle, outer) if self._beyond(middle, side) > TAIL else (inner, middle)
        return outer

    def _beyond(self, distance: float, side: int) -> float:
        at = sympy.Rational(side * distance)
        return bounds(self.law.survival(at) if side > 0 else self.law.cdf(at))[1]

    def outside(self, limit: float) -> float:
        """A bound for the mass of numbers that are larger than a limit, without their sign."""
        return (self._beyond(limit, 1) + self._beyond(limit, -1)) * (1 + 1e-15)

    def largest(self, low: Floats, high: Floats) -> Floats:
        """Bounds for the density between some numbers and others, as far as they lie in the window."""
        (start, end), levels = self.window, self._levels
        step = (end - start) / _CELLS
        first, last = (np.floor((np.clip(v, start, end) - start) / step).astype(np.int64) for v in (low, high))
        first, last = np.clip(first - 1, 0, _CELLS - 1), np.clip(last + 1, 0, _CELLS - 1)
        level = np.floor(np.log2(last - first + 1)).astype(np.int64)
        found = np.maximum(levels[level, first], levels[level, last - (1 << level) + 1])
        return np.where((high < start) | (low > end), 0.0, found)

    @cached_property
    def most(self) -> float:
        """A bound for the density."""
        return float(self._levels[0].max())

    @cached_property
    def _levels(self) -> Floats:
        """In row k bounds for the density on each cell and the $2^k - 1$ that follow."""
        edges = np.linspace(*self.window, _CELLS + 1)
        levels = [np.array([self._bound(a, b) for a, b in pairwise(edges.tolist())])]
        while (width := 1 << len(levels) - 1) < _CELLS:
            after = np.concatenate([levels[-1][width:], np.zeros(width)])
            levels.append(np.maximum(levels[-1], after))
        return np.array(levels)

    def _bound(self, a: float, b: float) -> float:
        low, high = flint.arb(a), flint.arb(b)
        ends = zip((None, *self.kinks), (*self.kinks, None), self.pieces, strict=True)
        own = [read for k, m, read in ends if not (m is not None and m < low) and not (k is not None and k > high)]
        return max(float(read(low.union(high))[0].upper()) for read in own) * (1 + 1e-15)


@lru_cache(maxsize=256)
def marginal(law: Univariate) -> Marginal:
    """The law of a coordinate, known once."""
    return Marginal(law)


def place(kinks: Sequence[Any], at: Any) -> int:
    """Which piece a number lies in, or is near to."""
    return sum(bool(at.mid() > k.mid()) for k in kinks)


def _root(relation: Relational) -> sympy.Expr:
    slope, constant = sympy.Poly(relation.lhs - relation.rhs, _X).all_coeffs()
    return -constant / slope
