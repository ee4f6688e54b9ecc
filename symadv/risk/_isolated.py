"""Where a polynomial has which sign: with exact ends, or with zeros between rational numbers that are hardly apart."""

from collections.abc import Iterable, Iterator
from functools import cmp_to_key, lru_cache, reduce
from itertools import pairwise
from operator import or_
from typing import NamedTuple

import sympy

from symadv.language.balls import ball
from symadv.language.forms import coefficients_of
from symadv.language.intervals import Intervals
from symadv.language.order import Undecided, compare, order, sign
from symadv.language.roots import NoClosedForm, sign_sets
from symadv.risk._ball import Enclosed
from symadv.risk._near_roots import rational, real_roots
from symadv.risk._paths import plain

_BITS = (64, 256, 1024)


class Zero(NamedTuple):
    """Two numbers between which there may be a zero: one number that is a zero, where that is known exactly."""

    low: sympy.Expr
    high: sympy.Expr

    @property
    def is_exact(self) -> bool:
        """Whether it is one number."""
        return self.low is self.high


@lru_cache(maxsize=4096)
def zeros_of(polynomial: sympy.Expr, variable: sympy.Symbol) -> tuple[Zero, ...]:
    """The places between which a polynomial has no zero; none for one that is zero everywhere."""
    if not polynomial.has(variable):
        return ()
    found: list[Zero] = []
    for factor in _factors(polynomial, variable):
        if len(coefficients_of(factor, variable)) <= 3:
            zeros = sign_sets(_monic(factor, variable)[0], variable)[0]
            found += [Zero(low.value, low.value) for low, _ in zeros if low.value.is_finite]
        else:
            found += [Zero(*around) for around in real_roots(factor, variable)]
    return tuple(found)


def _monic(polynomial: sympy.Expr, variable: sympy.Symbol) -> tuple[sympy.Expr, int]:
    """A quadratic polynomial over its leading coefficient, of which the sign is told: equal zeros are written alike."""
    first, *others = coefficients_of(polynomial, variable)
    if len(others) != 2 or all(c.is_Rational for c in (first, *others)):
        return polynomial, 1
    b, c = (plain(other / first) for other in others)
    return variable**2 + b * variable + c, compare(first, sympy.S.Zero)


def _factors(polynomial: sympy.Expr, variable: sympy.Symbol) -> list[sympy.Expr]:
    if len(coefficients_of(polynomial, variable)) <= 3:
        return [polynomial]
    return [factor.as_expr() for factor, _ in read_in(polynomial, variable).factor_list()[1]]


def read_in(polynomial: sympy.Expr, *variables: sympy.Symbol) -> sympy.Poly:
    """A polynomial over the rational numbers with one square root among them, or with none; refused over others."""
    read = sympy.Poly(polynomial, *variables, extension=True)
    if read.domain.is_ZZ or read.domain.is_QQ or (read.domain.is_Algebraic and read.domain.mod.degree() <= 2):
        return read
    raise NoClosedForm(f"no closed form for {polynomial}: its coefficients have several roots in them")


def ordered(zeros: Iterable[Zero]) -> list[Zero]:
    """Zeros in ascending order, those that are equal or not told apart together."""
    found: list[Zero] = []
    for zero in sorted(zeros, key=cmp_to_key(_by_low_end)):
        ahead = order(zero.low, found[-1].high) if found else 1
        if ahead == 1:
            found.append(zero)
            continue
        last = found.pop()
        same = ahead == 0 and zero.is_exact and last.is_exact
        found.append(last if same else _together(last, zero))
    return found


def _by_low_end(one: Zero, other: Zero) -> int:
    return order(one.low, other.low) or 0


def _together(one: Zero, other: Zero) -> Zero:
    """Rational numbers around two zeros."""
    ends = [ball(end, bits=_BITS[-1]) for end in (*one, *other)]
    return Zero(min(rational(end.lower()) for end in ends), max(rational(end.upper()) for end in ends))


def gaps(zeros: Iterable[Zero]) -> Iterator[tuple[sympy.Expr, sympy.Expr, sympy.Rational]]:
    """The intervals between ordered zeros, each with a rational number in it."""
    ends = [-sympy.oo, *(end for zero in zeros for end in (zero.low, zero.high)), sympy.oo]
    for low, high in list(pairwise(ends))[::2]:
        yield low, high, _between(low, high)


def _between(low: sympy.Expr, high: sympy.Expr) -> sympy.Rational:
    """A short rational number between two others."""
    if low is -sympy.oo and high is sympy.oo:
        return sympy.S.Zero
    for bits in _BITS:
        first = _near(high, bits) - 1 if low is -sympy.oo else _near(low, bits)
        last = _near(low, bits) + 1 if high is sympy.oo else _near(high, bits)
        if first >= last:
            continue
        steps = sympy.ceiling(4 / (last - first))
        number = sympy.Rational(sympy.floor((first + last) / 2 * steps), steps)
        if compare(low, number) < 0 and compare(number, high) < 0:
            return number
    raise Undecided(f"cannot find a number between {low} and {high}")


def _near(number: sympy.Expr, bits: int) -> sympy.Rational:
    return rational(ball(number, bits=bits).mid())


@lru_cache(maxsize=8192)
def where(polynomial: sympy.Expr, variable: sympy.Symbol, signs: frozenset[int]) -> Enclosed:
    """Where a polynomial has one of some signs."""
    if not polynomial.has(variable) or len(coefficients_of(polynomial, variable)) <= 3:
        monic, side = _monic(polynomial, variable)
        sets = sign_sets(monic, variable)
        found = reduce(or_, (sets[side * s] for s in sorted(signs)), Intervals())
        return Enclosed(found, found)
    zeros = ordered(zeros_of(polynomial, variable))
    inner, outer = Intervals(), Intervals()
    for low, high, number in gaps(zeros):
        if sign(polynomial.xreplace({variable: number})) in signs:
            inner, outer = inner | Intervals.between(low, high), outer | Intervals.between(low, high)
    for zero in zeros:
        here = Intervals.between(zero.low, zero.high, lower_closed=True, upper_closed=True)
        inner = inner | here if zero.is_exact and 0 in signs else inner
        outer = outer | here if 0 in signs or not zero.is_exact else outer
    return Enclosed(inner, outer)
