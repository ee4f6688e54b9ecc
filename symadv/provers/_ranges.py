"""Where generators range, and the signs that a polynomial can take there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

import sympy

Signs = frozenset[int]

POSITIVE, NEGATIVE, ZERO = frozenset({1}), frozenset({-1}), frozenset({0})
ANY: Signs = frozenset({-1, 0, 1})
NONNEGATIVE: Signs = frozenset({0, 1})
NONZERO: Signs = frozenset({-1, 1})

_TERM_LIMIT = 4000


class TooLarge(Exception):
    """A polynomial outgrew what is worth expanding."""


@dataclass(frozen=True)
class Range:
    """An interval with rational or infinite ends."""

    low: sympy.Expr = -sympy.oo
    high: sympy.Expr = sympy.oo
    low_closed: bool = False
    high_closed: bool = False

    def __and__(self, other: "Range") -> "Range":
        low, low_closed = self.low, self.low_closed
        if other.low > low or (other.low == low and not other.low_closed):
            low, low_closed = other.low, other.low_closed
        high, high_closed = self.high, self.high_closed
        if other.high < high or (other.high == high and not other.high_closed):
            high, high_closed = other.high, other.high_closed
        return Range(low, high, low_closed, high_closed)

    @property
    def is_empty(self) -> bool:
        """Whether no number lies in it."""
        return bool(self.low > self.high or (self.low == self.high and not (self.low_closed and self.high_closed)))

    @property
    def signs(self) -> Signs:
        """The signs of its numbers."""
        starts = self.low < 0 or (self.low == 0 and self.low_closed)
        ends = self.high > 0 or (self.high == 0 and self.high_closed)
        holds = {-1: self.low < 0, 0: starts and ends, 1: self.high > 0}
        return frozenset(s for s, there in holds.items() if there)


def from_signs(signs: Signs) -> Range:
    """The smallest interval around all numbers with one of the signs."""
    return Range(
        -sympy.oo if -1 in signs else sympy.S.Zero,
        sympy.oo if 1 in signs else sympy.S.Zero,
        -1 not in signs and 0 in signs,
        1 not in signs and 0 in signs,
    )


def from_domain(domain: sympy.Interval) -> Range:
    """A parameter's domain, its ends widened to rationals where they are not."""
    rational = (sympy.Rational, type(sympy.oo), type(-sympy.oo))
    low = domain.start if isinstance(domain.start, rational) else sympy.floor(domain.start)
    high = domain.end if isinstance(domain.end, rational) else sympy.ceiling(domain.end)
    return Range(low, high, not domain.left_open and low is domain.start, not domain.right_open and high is domain.end)


def times(a: Signs, b: Signs) -> Signs:
    """The signs of products."""
    return frozenset(x * y for x in a for y in b)


def plus(a: Signs, b: Signs) -> Signs:
    """The signs of sums."""
    found: set[int] = set()
    for x in a:
        for y in b:
            found |= {-1, 0, 1} if x * y < 0 else {x or y}
    return frozenset(found)


def power(signs: Signs, exponent: int) -> Signs:
    """The signs of powers with a nonzero integer exponent."""
    return signs if exponent % 2 else frozenset(s * s for s in signs)


def polynomial_signs(form: sympy.Expr, range_of: Callable[[sympy.Symbol], Range]) -> Signs:
    r"""Signs that contain those of a polynomial: every generator is carried onto $(0,\infty)$ where its range allows.

    Then each term has the sign of its coefficient; $(a, b)$ goes to $(a + bx)/(1 + x)$, whose denominator is cleared.
    """
    symbols = sorted(form.free_symbols, key=str)
    ranges = {x: range_of(x) for x in symbols}
    for x, r in ranges.items():
        if r.is_empty:
            return frozenset()
        if r.low_closed and r.high_closed and r.low.is_finite and r.high.is_finite:
            end = polynomial_signs(sympy.expand(form.xreplace({x: r.high})), range_of)
            if r.low == r.high:
                return end
            return end | polynomial_signs(form, (ranges | {x: Range(r.low, r.high, True, False)}).__getitem__)
    for x in symbols:
        form = _shift(form, x, ranges[x])
    signs = {x: _shifted_signs(ranges[x]) for x in symbols}
    return _term_signs(form, symbols, signs)


def _shifted_signs(r: Range) -> Signs:
    if r.low.is_infinite and r.high.is_infinite:
        return ANY
    return NONNEGATIVE if r.low_closed or r.high_closed else POSITIVE


def _shift(form: sympy.Expr, x: sympy.Symbol, r: Range) -> sympy.Expr:
    if r.high.is_infinite and (r.low.is_infinite or r.low == 0):
        return form
    if r.high.is_infinite:
        return form.xreplace({x: r.low + x})
    if r.low.is_infinite:
        return form.xreplace({x: r.high - x})
    start, end = (r.high, r.low) if r.high_closed else (r.low, r.high)
    coefficients = sympy.Poly(form, x).all_coeffs()
    degree = len(coefficients) - 1
    return sympy.Add(*(c * (start + end * x) ** (degree - k) * (1 + x) ** k for k, c in enumerate(coefficients)))


def _term_signs(form: sympy.Expr, symbols: list[sympy.Symbol], signs: dict[sympy.Symbol, Signs]) -> Signs:
    terms = sympy.Poly(form, *symbols).terms() if symbols else [((), form)]
    if len(terms) > _TERM_LIMIT:
        raise TooLarge
    total: Signs = ZERO
    for exponents, coefficient in terms:
        powers: Iterable[Signs] = (power(signs[x], k) for x, k in zip(symbols, exponents, strict=True) if k)
        total = plus(total, reduce(times, powers, _sign(coefficient)))
        if total == ANY:
            return ANY
    return total


def _sign(number: sympy.Rational) -> Signs:
    return frozenset({(number.p > 0) - (number.p < 0)})
