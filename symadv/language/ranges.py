"""Ranges: intervals that contain every value of a formula, computed before any symbolic work is done on it."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

import flint
import sympy

from symadv.language.parameters import Parameter

LARGEST = Fraction(10**100)  # beyond it an end counts as infinite

End = Fraction | float  # a float end is infinite
_Cut = tuple[End, bool]  # an end and whether it is open
_BITS = 128


@dataclass(frozen=True)
class Range:
    """An interval with exact ends, each open or closed; infinite ends are open."""

    low: End
    high: End
    low_open: bool = False
    high_open: bool = False

    @property
    def is_positive(self) -> bool:
        """True when every value is greater than zero."""
        return self.low > 0 or (self.low == 0 and self.low_open)

    @property
    def is_negative(self) -> bool:
        """True when every value is less than zero."""
        return (-self).is_positive

    @property
    def is_nonnegative(self) -> bool:
        """True when no value is less than zero."""
        return self.low >= 0

    def __neg__(self) -> "Range":
        return Range(-self.high, -self.low, self.high_open, self.low_open)

    def __add__(self, other: "Range") -> "Range":
        lows, highs = self.low_open or other.low_open, self.high_open or other.high_open
        return _outward(self.low + other.low, self.high + other.high, lows, highs)

    def __mul__(self, other: "Range") -> "Range":
        cuts = [_times(a, b) for a, b in product(self._cuts, other._cuts)]
        low, high = min(cuts), min((-end, is_open) for end, is_open in cuts)
        return _outward(low[0], -high[0], low[1], high[1])

    def reciprocal(self) -> "Range":
        """The range of 1/x; the values must be nonzero."""
        if self.is_negative:
            return -(-self).reciprocal()
        return _outward(_inverse(self.high), _inverse(self.low), self.high_open, self.low_open)

    def power(self, exponent: int) -> "Range":
        """The range of an integer power; for a negative exponent the values must be nonzero."""
        if exponent < 0:
            return self.power(-exponent).reciprocal()
        if exponent == 0:
            return point(Fraction(1))
        size = self if exponent % 2 else self.absolute()
        return _outward(size.low**exponent, size.high**exponent, size.low_open, size.high_open)

    def absolute(self) -> "Range":
        """The range of |x|."""
        if self.is_nonnegative:
            return self
        if self.high <= 0:
            return -self
        high = min((-end, is_open) for end, is_open in ((-self.low, self.low_open), (self.high, self.high_open)))
        return Range(Fraction(0), -high[0], False, high[1])

    def above_zero(self) -> "Range":
        """The positive part, for values known to be positive."""
        return self if self.is_positive else replace(self, low=Fraction(0), low_open=True)

    @property
    def _cuts(self) -> tuple[_Cut, _Cut]:
        return (self.low, self.low_open), (self.high, self.high_open)


def point(value: Fraction) -> Range:
    """The range of one number."""
    return Range(value, value)


def of_ball(ball: Any) -> Range:
    """The range that a ball (``flint.arb``) encloses; infinite where the ball is."""
    return _outward(_exactly(ball.lower(), -math.inf), _exactly(ball.upper(), math.inf), False, False)


def of_symbol(symbol: sympy.Symbol) -> Range:
    """The domain of a parameter; of another symbol what its assumptions say."""
    if isinstance(symbol, Parameter):
        d = symbol.domain
        return _outward(_end(d.start, -math.inf), _end(d.end, math.inf), bool(d.left_open), bool(d.right_open))
    low = (Fraction(0), bool(symbol.is_positive)) if symbol.is_nonnegative else (-math.inf, True)
    high = (Fraction(0), bool(symbol.is_negative)) if symbol.is_nonpositive else (math.inf, True)
    return Range(low[0], high[0], low[1], high[1])


def smallest(ranges: Iterable[Range]) -> Range:
    """The range of the minimum of some values."""
    return -largest(-r for r in ranges)


def largest(ranges: Iterable[Range]) -> Range:
    """The range of the maximum of some values."""
    listed = list(ranges)
    low = min((-r.low, not r.low_open) for r in listed)  # the greatest low end; open when one that great is open
    high = min((-r.high, r.high_open) for r in listed)  # the greatest high end; closed when one that great is closed
    return Range(-low[0], -high[0], not low[1], high[1])


def increasing(r: Range, function: Callable[[Any], Any], *, limits: tuple[End, End], start: End = -math.inf) -> Range:
    r"""The range of an increasing function of balls on $[start, \infty)$ with its limits at both ends."""
    with flint.ctx.workprec(_BITS):
        low = limits[0] if r.low <= start else max(limits[0], _exactly(function(_arb(r.low)).lower(), -math.inf))
        high = limits[1] if r.high == math.inf else min(limits[1], _exactly(function(_arb(r.high)).upper(), math.inf))
    below = r.low_open or (low == limits[0] and r.low > start)
    above = r.high_open or high == limits[1]
    return _outward(low, high, below, above)


def _outward(low: End, high: End, low_open: bool, high_open: bool) -> Range:
    """A range whose ends beyond the largest number are moved outward: to infinity, or back to the largest number."""
    if low < -LARGEST:
        low, low_open = -math.inf, True
    elif low > LARGEST:
        low, low_open = LARGEST, True
    if high > LARGEST:
        high, high_open = math.inf, True
    elif high < -LARGEST:
        high, high_open = -LARGEST, True
    return Range(low, high, low_open, high_open)


def _times(a: _Cut, b: _Cut) -> _Cut:
    if a[0] == 0 or b[0] == 0:
        return Fraction(0), a != (0, False) and b != (0, False)
    if isinstance(a[0], float) or isinstance(b[0], float):
        return math.copysign(math.inf, 1 if (a[0] > 0) == (b[0] > 0) else -1), True
    return a[0] * b[0], a[1] or b[1]


def _inverse(end: End) -> End:
    if end == 0:
        return math.inf
    return Fraction(0) if isinstance(end, float) else 1 / end


def _arb(end: End) -> Any:
    fraction = Fraction(end)
    return flint.arb(flint.fmpq(fraction.numerator, fraction.denominator))


def _exactly(ball: Any, infinite: float) -> End:
    if not ball.is_finite():
        return infinite
    mantissa, exponent = ball.man_exp()
    if int(exponent) > 4096:
        return math.copysign(math.inf, int(mantissa))
    if int(exponent) < -8192:
        return infinite
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _end(value: sympy.Expr, infinite: float) -> End:
    if not value.is_Rational:
        return infinite
    return Fraction(int(value.p), int(value.q))
