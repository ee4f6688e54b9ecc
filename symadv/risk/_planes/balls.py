"""Ball arithmetic on arrays of floats: every operation rounds outward, a thousand boxes at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import flint
import numpy as np

from symadv.geometry.polygons import ULP, Bools, Floats, Ints

_TINY = 1e-300
_MORE = 1 + 1e-15


@dataclass(frozen=True, eq=False)
class Balls:
    """Numbers within ``rad`` of ``mid``, arrays (n,); where nothing is known ``rad`` is infinite or no number."""

    mid: Floats
    rad: Floats

    __array_ufunc__ = None

    def __add__(self, other: Any) -> "Balls":
        own = _balls(other)
        return _rounded(self.mid + own.mid, self.rad + own.rad)

    __radd__ = __add__

    def __neg__(self) -> "Balls":
        return self.negative

    @property
    def negative(self) -> "Balls":
        """The numbers with the other signs."""
        return Balls(-self.mid, self.rad)

    def __sub__(self, other: Any) -> "Balls":
        own = _balls(other)
        return _rounded(self.mid - own.mid, self.rad + own.rad)

    def __rsub__(self, other: Any) -> "Balls":
        own = _balls(other)
        return _rounded(own.mid - self.mid, self.rad + own.rad)

    def __mul__(self, other: Any) -> "Balls":
        own = _balls(other)
        rad = np.abs(self.mid) * own.rad + np.abs(own.mid) * self.rad + self.rad * own.rad
        return _rounded(self.mid * own.mid, rad)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> "Balls":
        return self * _balls(other).inverse()

    def __rtruediv__(self, other: Any) -> "Balls":
        return _balls(other) * self.inverse()

    def __abs__(self) -> "Balls":
        low, high = self.ends
        return between(np.maximum(np.maximum(low, -high), 0), np.maximum(high, -low))

    def __pow__(self, power: int) -> "Balls":
        """Powers of numbers that are not negative; others as ``_whole`` of the reader does it."""
        low, high = self.ends
        return between(np.maximum(low, 0) ** power, high**power, 4 + power)

    @property
    def ends(self) -> tuple[Floats, Floats]:
        """The least and the largest numbers, rounded outward."""
        away = self.rad * _MORE + ULP * np.abs(self.mid) + _TINY
        return self.mid - away, self.mid + away

    @property
    def sign(self) -> Ints:
        """1 or -1 where it is certain, else 0."""
        low, high = self.ends
        return (low > 0).astype(np.int64) - (high < 0).astype(np.int64)

    def inverse(self) -> "Balls":
        """1 / x."""
        low, high = self.ends
        with np.errstate(all="ignore"):
            found = between(1 / high, 1 / low)
        return _where(self.sign != 0, found)

    def exp(self) -> "Balls":
        """The exponential."""
        with np.errstate(all="ignore"):
            low, high = (np.exp(v) for v in self.ends)
            return between(low, high, 8)

    def log(self) -> "Balls":
        """The logarithm."""
        low, high = self.ends
        with np.errstate(all="ignore"):
            return _where(low > 0, between(np.log(low), np.log(high), 8))

    def sqrt(self) -> "Balls":
        """The square root of numbers that are not negative, though it may not be certain of them."""
        low, high = self.ends
        with np.errstate(all="ignore"):
            return _where(high >= 0, between(np.sqrt(np.maximum(low, 0)), np.sqrt(high)))

    def __getitem__(self, rows: Ints | Bools) -> "Balls":
        return Balls(self.mid[rows], self.rad[rows])


def between(low: Floats, high: Floats, ulps: int = 2) -> Balls:
    """All numbers between some and others, which are off by a few ulps."""
    with np.errstate(all="ignore"):
        return Balls((low + high) / 2, ((high - low) / 2 + ulps * ULP * (np.abs(low) + np.abs(high))) * _MORE + _TINY)


def logarithm_of_sum(exponents: Sequence[Balls]) -> Balls:
    """The logarithm of a sum of exponentials, none of which may overflow."""
    low, high = (reduce(np.logaddexp, ends) for ends in zip(*(e.ends for e in exponents), strict=True))
    found = between(low, high, 8)
    return Balls(found.mid, found.rad + 8 * ULP * len(exponents))


def share_of(differences: Sequence[Balls]) -> Balls:
    """What part of a sum of exponentials one of them is, by the differences of all exponents to its own."""
    low, high = (1 / sum(np.exp(v) for v in ends) for ends in zip(*(d.ends for d in differences), strict=True))
    return between(high, low, 16)


def constant(value: Any) -> Balls:
    """A number as balls."""
    return _balls(value)


def _rounded(mid: Floats, rad: Floats) -> Balls:
    return Balls(mid, rad * _MORE + ULP * np.abs(mid) + _TINY)


def _where(known: Bools, found: Balls) -> Balls:
    return Balls(np.where(known, found.mid, 0.0), np.where(known, found.rad, np.inf))


def _balls(value: Any) -> Balls:
    if isinstance(value, Balls):
        return value
    if isinstance(value, flint.arb):
        mid = float(value.mid())
        return Balls(np.array(mid), np.array(float((value - flint.arb(mid)).abs_upper()) * _MORE))
    return Balls(np.asarray(float(value)), np.zeros(()))
