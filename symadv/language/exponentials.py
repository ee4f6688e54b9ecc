r"""The signs of sums of exponentials $f(v) = \sum_i c_i e^{a_i v^2 + b_i v}$, as mixtures of normal laws have them.

The term with the largest $(a_i, b_i)$ in lexicographic order outweighs the others beyond some v, since their quotients
fall from there on.  Between two such ends the zeros are isolated by halving: where a ball around f leaves out 0 there
is none, where one around f' does there is at most one.  No formula gives them; they are ``RealRoot``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import flint
import sympy

from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.language.forms import coefficients_of, expand_outside
from symadv.language.intervals import Intervals
from symadv.language.order import compare, is_zero, sign
from symadv.language.parameters import Parameter
from symadv.language.real_roots import RealRoot

_BITS = 192
_CLOSE = 1024  # bits, where a number is likely to be zero
_FARTHEST = 2**40  # where the largest term is looked for to outweigh the others
_NARROWEST = flint.fmpq(1, 2**64)  # zeros that are closer than that are not told apart
_NARROW = flint.fmpq(1, 2**32)  # ends of a zero that is told apart
_LOOKS = 20_000
_DIGITS = 20  # after the point, at most, of numbers around a zero
_SIMPLE = 1000  # the largest denominator of a zero that is tried as a rational number

Exponent = tuple[sympy.Expr, sympy.Expr]
Span = tuple[Any, Any]


class NotIsolated(SymadvError):
    """The zeros of a sum of exponentials are too close, or too far away, to be told apart."""


@dataclass(frozen=True)
class Exponentials:
    """``terms``: (a, b), c with numbers c other than 0, the largest (a, b) first."""

    terms: tuple[tuple[Exponent, sympy.Expr], ...]

    def sign_sets(self) -> dict[int, Intervals]:
        """``{-1, 0, 1: where the sum is negative, zero, positive}``."""
        if not self.terms:
            return {-1: Intervals(), 0: Intervals.line(), 1: Intervals()}
        ends = [-sympy.oo, *self.zeros, sympy.oo]
        side = self._last * (-1) ** len(self.zeros)
        found = {s: Intervals() for s in (-1, 0, 1)}
        for low, high in pairwise(ends):
            found[side] = found[side] | Intervals.between(low, high)
            side = -side
        for zero in self.zeros:
            found[0] = found[0] | Intervals.point(zero)
        return found

    @cached_property
    def zeros(self) -> tuple[sympy.Expr, ...]:
        """All zeros, ascending; the sign changes at each of them.  Those of an even sum are each other's negatives."""
        with flint.ctx.workprec(_BITS):
            low, high = -self._outweighed(-1), self._outweighed(1)
            spans = sorted(self._isolated(flint.fmpq(low), flint.fmpq(high)))
            found = [self._zero(*span) for span in spans]
        known = dict(self.terms)
        if any(known.get((a, -b)) != c for (a, b), c in self.terms):
            return tuple(found)
        after = found[(len(found) + 1) // 2 :]
        return (*(-zero for zero in reversed(after)), *found[len(after) : len(found) - len(after)], *after)

    def logarithm(self, variable: sympy.Symbol) -> sympy.Expr | None:
        """Of two terms of opposite signs a polynomial with the sign of the sum; None of others."""
        if len(self.terms) != 2 or compare(self.terms[1][1], sympy.S.Zero) == self._last:
            return None
        ((a, b), one), ((p, q), other) = self.terms
        return self._last * ((a - p) * variable**2 + (b - q) * variable + sympy.log(-one / other))

    def _zero(self, low: Any, high: Any) -> sympy.Expr:
        """The zero between two numbers, as a simple rational number if it is one; else between two short decimals."""
        near = _rational(sum(self._narrowed(low, high)) / 2)
        simple = near.limit_denominator(_SIMPLE)
        value = self._at(simple)
        if low < flint.fmpq(int(simple.p), int(simple.q)) < high and 0 in ball(value, bits=_CLOSE) and is_zero(value):
            return simple
        v = Parameter("v", sympy.Interval.open(*self._decimals(low, near, high)))
        return RealRoot(self._at(v), v)

    def _decimals(self, low: Any, near: sympy.Rational, high: Any) -> tuple[sympy.Rational, sympy.Rational]:
        """Ends with few digits around a zero that are between two numbers, where the sign is certain."""
        for digits in range(_DIGITS):
            scale = 10**digits
            first = sympy.floor(near * scale)
            ends = flint.fmpq(int(first), scale), flint.fmpq(int(first) + 1, scale)
            if low <= ends[0] and ends[1] <= high and self._sign(ends[0]) * self._sign(ends[1]) < 0:
                return _rational(ends[0]), _rational(ends[1])
        return _rational(low), _rational(high)

    def _narrowed(self, low: Any, high: Any) -> Span:
        """Closer ends around the zero between two numbers."""
        after = self._sign(high)
        while high - low > _NARROW:
            middle = next((at for at in _inner(low, high) if self._sign(at)), None)
            if middle is None:
                break
            low, high = (low, middle) if self._sign(middle) == after else (middle, high)
        return low, high

    def _at(self, v: sympy.Expr) -> sympy.Expr:
        """The quotient by the first term, which has the same sign but for that of its coefficient, and the same zeros
        for all multiples of a sum."""
        (a, b), first = self.terms[0]
        return sympy.Add(*(c / first * sympy.exp((p - a) * v**2 + (q - b) * v) for (p, q), c in self.terms))

    @cached_property
    def _last(self) -> int:
        return compare(self.terms[0][1], sympy.S.Zero)

    def _sign(self, at: Any) -> int:
        value, _ = self._values(flint.arb(at))
        return self._last * (int(value > 0) - int(value < 0))

    def _outweighed(self, side: int) -> int:
        """A power of two beyond which, on one side, the sum has the sign of its largest term."""
        turned = [((a, side * b), c) for (a, b), c in self.terms]
        (most, slope), weight = max(turned, key=lambda term: _Key(*term[0]))
        rest = [(a - most, b - slope, abs(c / weight)) for (a, b), c in turned if (a, b) != (most, slope)]
        far = 1
        while far <= _FARTHEST:
            falling = all(compare(2 * a * far + b, sympy.S.Zero) <= 0 for a, b, _ in rest)
            total = sympy.Add(*(c * sympy.exp(a * far**2 + b * far) for a, b, c in rest))
            if falling and ball(total, bits=_BITS) < 1:
                return far
            far *= 2
        raise NotIsolated(f"no largest term of a sum of exponentials within {_FARTHEST}")

    def _isolated(self, low: Any, high: Any) -> Iterator[Span]:
        pending, looks = [(low, high)], 0
        while pending:
            low, high = pending.pop()
            looks += 1
            value, slope = self._values(flint.arb(low).union(flint.arb(high)))
            if value > 0 or value < 0:
                continue
            if slope > 0 or slope < 0:
                before, after = self._sign(low), self._sign(high)
                if not before or not after:
                    raise NotIsolated("the sign of a sum of exponentials is not certain far away")
                if before != after:
                    yield low, high
                continue
            if looks > _LOOKS or high - low < _NARROWEST:
                raise NotIsolated("two zeros of a sum of exponentials are too close to be told apart")
            middle = next((at for at in _inner(low, high) if self._sign(at)), None)
            if middle is None:
                raise NotIsolated("two zeros of a sum of exponentials are too close to be told apart")
            pending += [(low, middle), (middle, high)]

    def _values(self, v: Any) -> tuple[Any, Any]:
        """Balls around the quotient by the first term and around its derivative, over a ball of numbers."""
        value, slope = self._plain(v)
        centre = v.mid()
        (at, _), around = self._plain(centre), v - centre
        return _meet(value, at + slope * around), slope

    def _plain(self, v: Any) -> tuple[Any, Any]:
        value, slope = flint.arb(0), flint.arb(0)
        for a, b, c in self._numbers:
            term = c * ((a * v + b) * v).exp()
            value, slope = value + term, slope + term * (2 * a * v + b)
        return value, slope

    @cached_property
    def _numbers(self) -> list[tuple[Any, Any, Any]]:
        (a, b), first = self.terms[0]
        return [
            (ball(p - a, bits=_BITS), ball(q - b, bits=_BITS), ball(c / first, bits=_BITS)) for (p, q), c in self.terms
        ]


class _Key:
    """Exponents in lexicographic order, for ``max`` and ``sorted``."""

    def __init__(self, *exponent: sympy.Expr) -> None:
        self.exponent = exponent

    def __lt__(self, other: "_Key") -> bool:
        signs = (compare(a, b) for a, b in zip(self.exponent, other.exponent, strict=True))
        return next((s for s in signs if s), 0) < 0


def exponentials(form: sympy.Expr, variable: sympy.Symbol) -> Exponentials | None:
    """A form written out as such a sum, without terms that cancel; None where it is none."""
    found: dict[Exponent, sympy.Expr] = {}
    for term in sympy.Add.make_args(expand_outside(form)):
        read = _term(term, variable)
        if read is None:
            return None
        exponent, coefficient = read
        found[exponent] = found.get(exponent, sympy.S.Zero) + coefficient
    kept = {e: c for e, c in found.items() if sign(c) != 0}
    return Exponentials(tuple(sorted(kept.items(), key=lambda term: _Key(*term[0]), reverse=True)))


def _term(term: sympy.Expr, variable: sympy.Symbol) -> tuple[Exponent, sympy.Expr] | None:
    """The exponent of a product and what it is multiplied with."""
    exponent, coefficient = sympy.S.Zero, sympy.S.One
    for factor in sympy.Mul.make_args(term):
        base, power = factor.as_base_exp()
        if not factor.has(variable):
            coefficient *= factor
        elif base is sympy.E:
            exponent += power
        else:
            return None
    if not exponent.is_polynomial(variable):
        return None
    powers = [*reversed(coefficients_of(expand_outside(exponent), variable)), sympy.S.Zero, sympy.S.Zero]
    if any(p != 0 for p in powers[3:]):
        return None
    constant, slope, bend = powers[:3]
    return (bend, slope), coefficient * sympy.exp(constant)


def _inner(low: Any, high: Any) -> Iterator[Any]:
    """Some numbers near the middle."""
    yield from ((low * k + high * (16 - k)) / 16 for k in (8, 7, 9, 6, 10))


def _meet(one: Any, other: Any) -> Any:
    """What both balls hold."""
    return one.intersection(other) if one.overlaps(other) else one


def _rational(number: Any) -> sympy.Rational:
    return sympy.Rational(int(number.p), int(number.q))
