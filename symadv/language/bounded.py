"""Arithmetic on expressions that stay small, real and finite; what might not is refused before it is built."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import sympy

from symadv.language.balls import ball
from symadv.language.functions import Phi
from symadv.language.order import sign
from symadv.language.ranges import LARGEST, Range, increasing, largest, of_ball, of_symbol, point, smallest

MOST_TERMS = 500  # of an expression multiplied out
MOST_CALLS = 8
LARGEST_EXPONENT = 12
LARGEST_DEGREE = 48
_LARGEST_IN_EXPONENT = 32  # exp(n log a) becomes a**n
_FEW_TERMS, _SMALL_DEGREE = 30, 8  # where algebra may look for a sign


class Unbounded(Exception):
    """Why an operation is refused."""


@dataclass(frozen=True)
class Bounded:
    """An expression, a range of its values over the domains of its symbols, and how large it may become."""

    expression: sympy.Expr
    range: Range
    terms: int = 1
    degree: int = 0
    calls: int = 0


def number(value: Fraction) -> Bounded:
    """A rational number."""
    if max(abs(value.numerator), value.denominator) > LARGEST:
        raise Unbounded("a number has more than 100 digits")
    return Bounded(sympy.Rational(value.numerator, value.denominator), point(value))


def constant(value: sympy.Expr) -> Bounded:
    """A number that has a name."""
    return Bounded(value, of_ball(ball(value)))


def symbol(name: sympy.Symbol) -> Bounded:
    """A parameter or feature."""
    return Bounded(name, of_symbol(name), degree=1)


def add(a: Bounded, b: Bounded) -> Bounded:
    """The sum."""
    size = _size(a.terms + b.terms, max(a.degree, b.degree), a, b)
    if a.expression.is_Rational and b.expression.is_Rational:
        return number(_fraction(a) + _fraction(b))
    return _built(a.expression + b.expression, a.range + b.range, size)


def subtract(a: Bounded, b: Bounded) -> Bounded:
    """The difference."""
    return add(a, negate(b))


def negate(a: Bounded) -> Bounded:
    """The opposite."""
    return Bounded(-a.expression, -a.range, a.terms, a.degree, a.calls)


def multiply(a: Bounded, b: Bounded) -> Bounded:
    """The product."""
    size = _size(a.terms * b.terms, a.degree + b.degree, a, b)
    if a.expression.is_Rational and b.expression.is_Rational:
        return number(_fraction(a) * _fraction(b))
    return _built(a.expression * b.expression, a.range * b.range, size)


def divide(a: Bounded, b: Bounded) -> Bounded:
    """The quotient; the denominator must be shown to be nonzero."""
    return multiply(a, _inverse(b))


def power(a: Bounded, b: Bounded) -> Bounded:
    """A small integer power."""
    exponent = b.expression
    if not exponent.is_Integer or abs(exponent) > LARGEST_EXPONENT:
        raise Unbounded(
            f"an exponent must be an integer from -{LARGEST_EXPONENT} to {LARGEST_EXPONENT}; roots are written sqrt, "
            "other powers exp(... * log(...))"
        )
    n = int(exponent)
    if n < 0:
        a, n = _inverse(a), -n
    size = _size(math.comb(a.terms + n - 1, n), a.degree * n, a)
    if a.expression.is_Rational:
        return number(_fraction(a) ** n)
    return _built(a.expression**n, a.range.power(n), size)


def exp(a: Bounded) -> Bounded:
    """The exponential function."""
    for term in sympy.Add.make_args(a.expression):
        if term.has(sympy.log) and abs(term.as_coeff_Mul()[0]) > _LARGEST_IN_EXPONENT:
            raise Unbounded(f"a logarithm times more than {_LARGEST_IN_EXPONENT} in an exponent")
    r = increasing(a.range, lambda x: x.exp(), limits=(Fraction(0), math.inf))
    return _called(sympy.exp, r, a)


def log(a: Bounded) -> Bounded:
    """The logarithm; its argument must be shown to be positive."""
    if _sign(a) != 1:
        raise Unbounded(f"log of {_but(a)} positive")
    r = increasing(a.range.above_zero(), lambda x: x.log(), limits=(-math.inf, math.inf), start=Fraction(0))
    return _called(sympy.log, r, a)


def sqrt(a: Bounded) -> Bounded:
    """The square root; its argument must be shown to be nonnegative."""
    if not a.range.is_nonnegative and _sign(a) != 1:
        raise Unbounded(f"sqrt of {_but(a)} nonnegative")
    r = a.range if a.range.is_nonnegative else a.range.above_zero()
    return _called(sympy.sqrt, increasing(r, lambda x: x.sqrt(), limits=(Fraction(0), math.inf), start=Fraction(0)), a)


def normal_cdf(a: Bounded) -> Bounded:
    r"""$\Phi$, the standard normal cdf."""
    r = increasing(a.range, lambda x: (-x / flint.arb(2).sqrt()).erfc() / 2, limits=(Fraction(0), Fraction(1)))
    return _called(Phi, r, a)


def absolute(a: Bounded) -> Bounded:
    """The absolute value."""
    if a.range.is_nonnegative:
        return a
    return negate(a) if a.range.is_negative else _called(sympy.Abs, a.range.absolute(), a)


def minimum(*values: Bounded) -> Bounded:
    """The smallest of some values."""
    kept = _candidates([(v, -v.range) for v in values])
    return kept[0] if len(kept) == 1 else _called(sympy.Min, smallest(v.range for v in kept), *kept)


def maximum(*values: Bounded) -> Bounded:
    """The largest of some values."""
    kept = _candidates([(v, v.range) for v in values])
    return kept[0] if len(kept) == 1 else _called(sympy.Max, largest(v.range for v in kept), *kept)


def _candidates(values: list[tuple[Bounded, Range]]) -> list[Bounded]:
    """The values that may exceed the others, by their ranges."""
    kept: list[tuple[Bounded, Range]] = []
    for value, r in values:
        if not any(r.high <= other.low for _, other in kept):
            kept = [(v, other) for v, other in kept if not other.high <= r.low] + [(value, r)]
    return [value for value, _ in kept]


def _inverse(a: Bounded) -> Bounded:
    side = _sign(a)
    if a.expression.is_zero:
        raise Unbounded("division by 0")
    if side not in (1, -1):
        raise Unbounded(f"division by {_but(a)} different from 0")
    if a.expression.is_Rational:
        return number(1 / _fraction(a))
    r = a.range.above_zero().reciprocal() if side == 1 else -(-a.range).above_zero().reciprocal()
    return _built(1 / a.expression, r, (a.terms, a.degree, a.calls))


def _called(function: Any, r: Range, *arguments: Bounded) -> Bounded:
    calls = 1 + sum(a.calls for a in arguments)
    if calls > MOST_CALLS:
        raise Unbounded(f"more than {MOST_CALLS} functions")
    degree = min(1, max(a.degree for a in arguments))
    return _built(function(*(a.expression for a in arguments)), r, (1, degree, calls))


def _built(expression: sympy.Expr, r: Range, size: tuple[int, int, int]) -> Bounded:
    if expression.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.I):
        raise Unbounded("the value is not a finite real number")
    if expression.is_Rational:
        return number(Fraction(int(expression.p), int(expression.q)))
    if not expression.free_symbols:
        r = of_ball(ball(expression))
        if r.low == -math.inf or r.high == math.inf:
            raise Unbounded(f"a number larger than 1e{len(str(LARGEST)) - 1}")
        if not (r.is_positive or r.is_negative):
            raise Unbounded(f"the number {_shown(Bounded(expression, r))} cannot be told from 0")
    return Bounded(expression, r, *size)


def _size(terms: int, degree: int, *parts: Bounded) -> tuple[int, int, int]:
    calls = sum(part.calls for part in parts)
    if terms > MOST_TERMS or degree > LARGEST_DEGREE or calls > MOST_CALLS:
        limits = f"{MOST_TERMS} terms once multiplied out, degree {LARGEST_DEGREE}, {MOST_CALLS} functions"
        raise Unbounded(f"too large: at most {limits}")
    return terms, degree, calls


def _sign(a: Bounded) -> int | None:
    """1 or -1 when all values are positive or negative: by their range, else by algebra where that is cheap."""
    if a.range.is_positive or a.range.is_negative:
        return 1 if a.range.is_positive else -1
    if a.expression.is_Rational or a.calls or a.terms > _FEW_TERMS or a.degree > _SMALL_DEGREE:
        return None
    return sign(a.expression)


def _fraction(a: Bounded) -> Fraction:
    return Fraction(int(a.expression.p), int(a.expression.q))


def _but(a: Bounded) -> str:
    return f"{_shown(a)}, which is not{' shown to be' if a.expression.free_symbols else ''}"


def _shown(a: Bounded) -> str:
    text = str(a.expression)
    return text if len(text) <= 60 else f"{text[:57]}..."
