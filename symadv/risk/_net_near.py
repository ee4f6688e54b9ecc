"""Numbers known up to rounding: arrays of floats below and above, with the operations of arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import sympy

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Bools, Floats


@dataclass(frozen=True, eq=False)
class Near:
    """Numbers between two floats each; infinite ones where nothing is known."""

    low: Floats
    high: Floats

    def __add__(self, other: "Near") -> "Near":
        return _outward(self.low + other.low, self.high + other.high)

    def __sub__(self, other: "Near") -> "Near":
        return _outward(self.low - other.high, self.high - other.low)

    def __neg__(self) -> "Near":
        return Near(-self.high, -self.low)

    def __mul__(self, other: "Near") -> "Near":
        products = [x * y for x in (self.low, self.high) for y in (other.low, other.high)]
        return _outward(reduce(np.minimum, products), reduce(np.maximum, products))

    def __truediv__(self, other: "Near") -> "Near":
        shares = [x / y for x in (self.low, self.high) for y in (other.low, other.high)]
        known = (other.low > 0) | (other.high < 0)
        low, high = reduce(np.minimum, shares), reduce(np.maximum, shares)
        return _outward(np.where(known, low, -np.inf), np.where(known, high, np.inf))

    @property
    def root(self) -> "Near":
        """The square root of the numbers among them that are not negative."""
        return _outward(np.sqrt(np.maximum(self.low, 0)), np.sqrt(np.maximum(self.high, 0)))

    @property
    def positive(self) -> Bools:
        """Which are so for sure."""
        return np.asarray(self.low > 0)

    @property
    def negative(self) -> Bools:
        """Which are so for sure."""
        return np.asarray(self.high < 0)


def around(value: Floats, error: Floats) -> Near:
    """Floats with bounds for their error."""
    return _outward(value - error, value + error)


def numbers(exact: Sequence[sympy.Expr]) -> Near:
    """Exact numbers, (n,)."""
    value, error = np.array([rounded(v) for v in exact]).reshape(-1, 2).T
    return around(value, error)


def _outward(low: Floats, high: Floats) -> Near:
    low, high = np.nextafter(low, -np.inf), np.nextafter(high, np.inf)
    return Near(np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high))
