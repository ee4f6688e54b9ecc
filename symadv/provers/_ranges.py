"""Where generators range, and the signs that a polynomial can take there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

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


Terms = dict[tuple[int, ...], Fraction]


def polynomial_signs(form: sympy.Expr, range_of: Callable[[sympy.Symbol], Range]) -> Signs:
    r"""Signs that contain those of a polynomial: every generator is carried onto $(0,\infty)$ where its range allows.

    Then each term has the sign of its coefficient; $(a, b)$ goes to $(a + bx)/(1 + x)$, whose denominator is cleared.
    """
    symbols = sorted(form.free_symbols, key=str)
    ranges = [range_of(x) for x in symbols]
    if any(r.is_empty for r in ranges):
        return frozenset()
    pairs = sympy.Poly(form, *symbols).terms() if symbols else [((), form)]
    return _signs({exponents: Fraction(int(c.p), int(c.q)) for exponents, c in pairs}, ranges)


def _signs(terms: Terms, ranges: list[Range]) -> Signs:
    shifted = terms
    for k, r in enumerate(ranges):
        shifted = _shifted(shifted, k, r)
        if len(shifted) > _TERM_LIMIT:
            raise TooLarge
    found = _term_signs(shifted, [_shifted_signs(r) for r in ranges])
    for k, r in enumerate(ranges):  # a closed interval was read as half-open: its other end remains
        if r.low_closed and r.high_closed and r.low != r.high and len(found) == 1:
            point = Range(r.high, r.high, True, True)
            found |= _signs(terms, [*ranges[:k], point, *ranges[k + 1 :]])
    return found


def _shifted_signs(r: Range) -> Signs:
    if r.low.is_infinite and r.high.is_infinite:
        return ANY
    return NONNEGATIVE if r.low_closed or r.high_closed else POSITIVE


def _shifted(terms: Terms, k: int, r: Range) -> Terms:
    """The terms with generator k = a + x, b - x or (a + bx)/(1 + x), times a power of the denominator."""
    if r.high.is_infinite and (r.low.is_infinite or r.low == 0):
        return terms
    degree = max((exponents[k] for exponents in terms), default=0)
    if r.high.is_infinite:
        powers = _powers((r.low, 1), degree)
    elif r.low.is_infinite:
        powers = _powers((r.high, -1), degree)
    elif r.low == r.high:
        powers = _powers((r.low, 0), degree)
    else:
        start, end = (r.high, r.low) if r.high_closed and not r.low_closed else (r.low, r.high)
        below = _powers((1, 1), degree)
        powers = [_product(above, below[degree - j]) for j, above in enumerate(_powers((start, end), degree))]
    found: Terms = {}
    for exponents, coefficient in terms.items():
        for j, factor in enumerate(powers[exponents[k]]):
            if factor:
                key = (*exponents[:k], j, *exponents[k + 1 :])
                found[key] = found.get(key, Fraction()) + coefficient * factor
    return {exponents: c for exponents, c in found.items() if c}


def _powers(binomial: tuple[Any, Any], degree: int) -> list[list[Fraction]]:
    """The coefficients of the powers 0 to ``degree`` of a + bx."""
    base = [Fraction(int(c.p), int(c.q)) for c in map(sympy.Rational, binomial)]
    powers = [[Fraction(1)]]
    for _ in range(degree):
        powers.append(_product(powers[-1], base))
    return powers


def _product(a: list[Fraction], b: list[Fraction]) -> list[Fraction]:
    found = [Fraction()] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            found[i + j] += x * y
    return found


def _term_signs(terms: Terms, signs: list[Signs]) -> Signs:
    total: Signs = ZERO
    for exponents, coefficient in terms.items():
        powers: Iterable[Signs] = (power(s, k) for s, k in zip(signs, exponents, strict=True) if k)
        total = plus(total, reduce(times, powers, frozenset({(coefficient > 0) - (coefficient < 0)})))
        if total == ANY:
            break
    return total
