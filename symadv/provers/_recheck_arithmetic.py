"""Intervals by their ends, open or closed, with Arb's outward rounding; and intervals with their slopes."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from typing import Any

import flint

INFINITE = {"oo": math.inf, "-oo": -math.inf}


class Undefined(Exception):
    """A term that may have no value somewhere on the box."""


def _arb(end: Fraction | float) -> Any:
    if isinstance(end, float):
        return flint.arb.pos_inf() if end > 0 else flint.arb.neg_inf()
    return flint.arb(flint.fmpq(end.numerator, end.denominator))


@dataclass(frozen=True)
class Range:
    """All numbers from ``low`` to ``high`` (exact Arb numbers or infinite), without an end that is open."""

    low: Any
    high: Any
    low_open: bool = False
    high_open: bool = False

    @staticmethod
    def between(low: Fraction | float, high: Fraction | float, low_open: bool, high_open: bool) -> "Range":
        """The interval with these ends, rounded outward."""
        return Range(_arb(low).lower(), _arb(high).upper(), low_open, high_open)

    @staticmethod
    def everything() -> "Range":
        """The line."""
        return Range(flint.arb.neg_inf(), flint.arb.pos_inf(), True, True)

    @staticmethod
    def number(value: Any) -> "Range":
        """What a ball encloses."""
        if not value.is_finite():
            raise Undefined
        return Range(value.lower(), value.upper())

    @property
    def is_finite(self) -> bool:
        """Whether both ends are numbers."""
        return bool(self.low.is_finite() and self.high.is_finite())

    @property
    def positive_low(self) -> bool:
        """Whether all are greater than zero."""
        return bool(self.low > 0 or (self.low == 0 and self.low_open))

    @property
    def negative_high(self) -> bool:
        """Whether all are less than zero."""
        return bool(self.high < 0 or (self.high == 0 and self.high_open))

    def start(self) -> "Range":
        """The low end alone."""
        return Range(self.low, self.low)

    def stop(self) -> "Range":
        """The high end alone."""
        return Range(self.high, self.high)

    def middle(self) -> "Range":
        """A number near the middle, of few digits."""
        point = ((self.low + self.high) / 2).mid()
        return Range(point, point)

    def halves(self) -> tuple["Range", "Range"]:
        """Two intervals that meet in the middle."""
        at = self.middle().low
        return Range(self.low, at, self.low_open, False), Range(at, self.high, False, self.high_open)

    def __add__(self, other: "Range") -> "Range":
        low, high = (self.low + other.low).lower(), (self.high + other.high).upper()
        return Range(low, high, self.low_open or other.low_open, self.high_open or other.high_open)

    def __mul__(self, other: "Range") -> "Range":
        cuts = [_times(a, b) for a, b in product(self._cuts, other._cuts)]
        low = min(cut[0].lower() for cut in cuts)
        high = max(cut[0].upper() for cut in cuts)
        low_open = all(is_open for end, is_open in cuts if end.lower() == low)
        high_open = all(is_open for end, is_open in cuts if end.upper() == high)
        return Range(low, high, low_open, high_open)

    def __neg__(self) -> "Range":
        return Range(-self.high, -self.low, self.high_open, self.low_open)

    @property
    def _cuts(self) -> tuple[tuple[Any, bool], tuple[Any, bool]]:
        return (self.low, self.low_open), (self.high, self.high_open)

    def inverse(self) -> "Range":
        """1/x; zero must not be among the numbers."""
        if self.negative_high:
            return -(-self).inverse()
        if not self.positive_low:
            raise Undefined
        high = flint.arb.pos_inf() if self.low == 0 else (1 / self.low).upper()
        low = flint.arb(0) if not self.high.is_finite() else (1 / self.high).lower()
        return Range(low, high, self.high_open, self.low_open)

    def power(self, n: int) -> "Range":
        """x^n for a positive integer n."""
        if n % 2 == 0 and not self.low >= 0:
            size = -self if self.high <= 0 else Range(flint.arb(0), max(-self.low, self.high))
            return size.power(n)
        low, high = ((end**n if end.is_finite() else end) for end in (self.low, self.high))
        return Range(low.lower(), high.upper(), self.low_open, self.high_open)

    def increasing(self, function: Callable[[Any], Any], at: tuple[Any, Any]) -> "Range":
        """The values of an increasing function, with its limits ``at`` -oo (or the end of its domain) and oo."""
        start, stop = flint.arb(at[0]), flint.arb(at[1])
        low = max(start, function(self.low).lower()) if self.low.is_finite() else start
        high = min(stop, function(self.high).upper()) if self.high.is_finite() else stop
        return Range(low, high, self.low_open, self.high_open)


def _times(a: tuple[Any, bool], b: tuple[Any, bool]) -> tuple[Any, bool]:
    """The product of two ends, and whether it is left out: zero times an infinite end is zero."""
    if a[0] == 0 or b[0] == 0:
        return flint.arb(0), (a[0] != 0 or a[1]) and (b[0] != 0 or b[1])
    return a[0] * b[0], a[1] or b[1]


_ZERO, _ONE = Range(flint.arb(0), flint.arb(0)), Range(flint.arb(1), flint.arb(1))


@dataclass(frozen=True)
class Jet:
    """The values of a term on a box, and those of its slopes along the axes."""

    value: Range
    slopes: tuple[Range, ...]

    @staticmethod
    def variable(side: Range, axis: int, dimension: int) -> "Jet":
        """A parameter."""
        return Jet(side, tuple(_ONE if k == axis else _ZERO for k in range(dimension)))

    def chain(self, value: Range, slope: Range) -> "Jet":
        """A function of it, by the chain rule."""
        return Jet(value, tuple(_scaled(slope, s) for s in self.slopes))

    def __add__(self, other: "Jet") -> "Jet":
        return Jet(self.value + other.value, tuple(a + b for a, b in zip(self.slopes, other.slopes, strict=True)))

    def __mul__(self, other: "Jet") -> "Jet":
        slopes = (
            _scaled(self.value, b) + _scaled(other.value, a) for a, b in zip(self.slopes, other.slopes, strict=True)
        )
        return Jet(self.value * other.value, tuple(slopes))


def _scaled(factor: Range, slope: Range) -> Range:
    return slope if slope.low == 0 == slope.high else factor * slope


def constant(text: str, dimension: int) -> Jet:
    """A rational number, or pi."""
    value = flint.arb.pi() if text == "pi" else _arb(Fraction(text))
    return Jet(Range.number(value), (_ZERO,) * dimension)


def apply(head: str, arguments: list[Jet], exponent: Fraction = Fraction(1)) -> Jet:
    """A function of some terms, by its name."""
    if head == "+":
        return reduce(Jet.__add__, arguments)
    if head == "*":
        return reduce(Jet.__mul__, arguments)
    if head in ("max", "min"):
        return reduce(_larger if head == "max" else _smaller, arguments)
    (a,) = arguments
    if head == "pow":
        return _power(a, exponent)
    return {"exp": _exp, "log": _log, "Phi": _phi, "abs": _abs}[head](a)


def _exp(a: Jet) -> Jet:
    value = a.value.increasing(lambda x: x.exp(), (0, flint.arb.pos_inf()))
    return a.chain(value, value)


def _log(a: Jet) -> Jet:
    if not a.value.positive_low:
        raise Undefined
    low = flint.arb.neg_inf() if a.value.low == 0 else a.value.low.log().lower()
    high = a.value.high.log().upper() if a.value.high.is_finite() else a.value.high
    return a.chain(Range(low, high, a.value.low_open, a.value.high_open), a.value.inverse())


def _phi(a: Jet) -> Jet:
    value = a.value.increasing(lambda x: (-x / flint.arb(2).sqrt()).erfc() / 2, (0, 1))
    half = Range.number(flint.arb(-1) / 2)
    density = (a.value.power(2) * half).increasing(lambda x: x.exp(), (0, 1))
    return a.chain(value, density * Range.number(1 / (2 * flint.arb.pi()).sqrt()))


def _abs(a: Jet) -> Jet:
    return _larger(a, Jet(-a.value, tuple(-s for s in a.slopes)))


def _larger(a: Jet, b: Jet) -> Jet:
    """The larger of two terms; where either may be it, the slope is one of the two or between them."""
    low, high = max(a.value.low, b.value.low), max(a.value.high, b.value.high)
    if a.value.low >= b.value.high or b.value.low >= a.value.high:
        return a if a.value.low >= b.value.high else b
    return Jet(Range(low, high), tuple(_hull(s, t) for s, t in zip(a.slopes, b.slopes, strict=True)))


def _smaller(a: Jet, b: Jet) -> Jet:
    minus = [Jet(-j.value, tuple(-s for s in j.slopes)) for j in (a, b)]
    found = _larger(*minus)
    return Jet(-found.value, tuple(-s for s in found.slopes))


def _hull(a: Range, b: Range) -> Range:
    return Range(min(a.low, b.low), max(a.high, b.high))


def _power(a: Jet, exponent: Fraction) -> Jet:
    if exponent.denominator == 1 and exponent > 0:
        n = exponent.numerator
        slope = a.value.power(n - 1) if n > 1 else _ONE
        return a.chain(a.value.power(n), slope * Range.number(flint.arb(n)))
    if exponent.denominator == 1:
        return _reciprocal(_power(a, -exponent)) if exponent else Jet(_ONE, (_ZERO,) * len(a.slopes))
    if exponent < 0:
        return _reciprocal(_power(a, -exponent))
    if not a.value.low >= 0:
        raise Undefined
    root = a.value.increasing(lambda x: x.root(exponent.denominator), (0, flint.arb.pos_inf()))
    value = root.power(exponent.numerator)
    if not a.value.positive_low:
        everything = Range.everything()
        return Jet(value, tuple(s if s.low == 0 == s.high else everything for s in a.slopes))
    return a.chain(value, value * a.value.inverse() * Range.number(_arb(exponent)))


def _reciprocal(a: Jet) -> Jet:
    value = a.value.inverse()
    return a.chain(value, -value.power(2))
