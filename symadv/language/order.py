"""The one comparator: which of two exact numbers is larger, decided by proof or not at all."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import flint
import sympy

from symadv.language.balls import ball
from symadv.language.enclosures import Unenclosed, range_of
from symadv.language.errors import SymadvError
from symadv.language.functions import NamedDensity
from symadv.language.parameters import over_positive_reals
from symadv.language.places import decider
from symadv.language.same_roots import is_same

# A positive number smaller than every positive real: risk at a budget of eps + INFINITESIMAL is the limit from above.
INFINITESIMAL = sympy.Symbol("infinitesimal", positive=True)

_MINUS_INFINITY = -sympy.oo
_BITS = (64, 256, 1024, 4096)
_SMALL = {INFINITESIMAL: flint.arb(0, 2.0**-200)}
_FACTOR_LIMIT = 96  # bits of an integer that is still split into primes


class Undecided(SymadvError):
    """A comparison of exact numbers that neither algebra nor ball arithmetic decides."""


def order(a: sympy.Expr, b: sympy.Expr) -> int | None:
    """-1, 0 or 1 as a < b, a = b or a > b; None when that cannot be decided.

    Numbers are compared by a symbolic zero test and by balls at rising precision, never by rounded floats;
    expressions in parameters are compared when the domains of the parameters decide.
    """
    if a is b:
        return 0
    if a.is_Rational and b.is_Rational:
        left, right = int(a.p) * int(b.q), int(b.p) * int(a.q)
        return (left > right) - (left < right)
    left, right = _enclosure(a), _enclosure(b)
    if left is not None and right is not None and (apart := bool(left > right) - bool(left < right)):
        return apart
    return _order_infinite(a, b) if infinite(a) or infinite(b) else sign(a - b)


def compare(a: sympy.Expr, b: sympy.Expr) -> int:
    """Like :func:`order`, but an undecided comparison raises :class:`Undecided`."""
    result = order(a, b)
    if result is None:
        raise Undecided(f"cannot decide which is larger: {a} or {b}")
    return result


@lru_cache(maxsize=65536)
def _enclosure(number: sympy.Expr) -> Any:
    """A ball around one number, so that most comparisons need no difference; None where there is none."""
    if infinite(number):
        return flint.arb.pos_inf() if number is sympy.oo else flint.arb.neg_inf()
    try:
        return ball(number, _SMALL, bits=_BITS[0])
    except SymadvError:
        return None


@lru_cache(maxsize=65536)
def sign(number: sympy.Expr) -> int | None:
    """-1, 0 or 1 as the number is negative, zero or positive; None when that cannot be decided."""
    if number.is_Rational:
        numerator = int(number.p)
        return (numerator > 0) - (numerator < 0)
    if number.has(INFINITESIMAL):
        return _sign_near_zero(number)
    if number.free_symbols:
        decide = decider(number.free_symbols)
        return decide(number) if decide else _sign_by_domain(number)
    for bits in _BITS:
        b = ball(number, bits=bits)
        if b > 0:
            return 1
        if b < 0:
            return -1
        if bits == _BITS[1] and is_zero(number):
            return 0
    return None


def is_zero(number: sympy.Expr) -> bool:
    """True when a number is proved to be zero: by expansion, logarithms of primes, its minimal polynomial, or as a
    difference of one zero written in two ways."""
    number = number.replace(lambda e: isinstance(e, NamedDensity), lambda e: e.doit())
    expanded = sympy.expand(sympy.fraction(sympy.together(_logs_of_primes(number)))[0])
    if expanded == 0 or sympy.expand(sympy.powsimp(expanded)) == 0:
        return True
    if number.is_algebraic:
        x = sympy.Symbol("x")
        return bool(sympy.minimal_polynomial(number, x) == x)
    return bool(sympy.radsimp(expanded) == 0) or is_same(number)


def _logs_of_primes(number: sympy.Expr) -> sympy.Expr:
    # Logarithms of distinct primes are linearly independent over the rationals, so this form is canonical.
    def split(log: sympy.Expr) -> sympy.Expr:
        value = log.args[0]
        if not (value.is_Rational and value > 0 and max(value.p, value.q).bit_length() <= _FACTOR_LIMIT):
            return log
        return sympy.Add(*(power * sympy.log(prime) for prime, power in value.factors().items()))

    return sympy.expand_log(number, force=False).replace(lambda e: isinstance(e, sympy.log), split)


def _sign_near_zero(number: sympy.Expr) -> int | None:
    roots = [p for p in number.atoms(sympy.Pow) if p.has(INFINITESIMAL) and not p.exp.is_Integer]
    if roots:
        return sign(number.xreplace({INFINITESIMAL: sympy.S.Zero})) or _sign_with_root(number, roots)
    coefficients: dict[sympy.Expr, sympy.Expr] = {}
    for term in sympy.Add.make_args(sympy.expand(number)):
        coefficient, power = term.as_independent(INFINITESIMAL, as_Add=False)
        base, degree = power.as_base_exp() if power != 1 else (INFINITESIMAL, sympy.S.Zero)
        if base != INFINITESIMAL or not degree.is_nonnegative:
            return None
        coefficients[degree] = coefficients.get(degree, sympy.S.Zero) + coefficient
    for degree in sorted(coefficients):
        result = sign(coefficients[degree])
        if result != 0:
            return result
    return 0


def _sign_with_root(number: sympy.Expr, roots: list[sympy.Pow]) -> int | None:
    r"""The sign of $a + b\sqrt c$ by those of a, b and $a^2 - b^2 c$, polynomials in the infinitesimal."""
    if len(roots) > 1 or roots[0].exp != sympy.S.Half:
        return None
    root = sympy.Dummy(positive=True)
    masked = sympy.expand(number.xreplace({roots[0]: root}))
    a, b = (masked.coeff(root, k) for k in (0, 1))
    if sympy.expand(a + b * root - masked) != 0:
        return None
    signs = sign(a), sign(b)
    if None in signs or 0 in signs or signs[0] == signs[1]:
        return None if None in signs else signs[0] or signs[1]
    square = sign(sympy.expand(a**2 - b**2 * roots[0].base))
    return None if square is None or signs[0] is None else signs[0] * square


def _sign_by_domain(number: sympy.Expr) -> int | None:
    for candidate in _candidates(number):
        if candidate.is_zero:
            return 0
        if candidate.is_positive:
            return 1
        if candidate.is_negative:
            return -1
    return _sign_by_range(number)


def _candidates(number: sympy.Expr) -> Iterator[sympy.Expr]:
    """A number and its factors; to factor a sum of several exponentials of squares takes forever."""
    yield number
    curved = (e for e in number.atoms(sympy.exp) if any(p.exp != 1 and p.free_symbols for p in e.atoms(sympy.Pow)))
    if len(list(curved)) < 2:
        yield sympy.factor(sympy.expand(number))
        yield sympy.factor(over_positive_reals(number))


def _sign_by_range(number: sympy.Expr) -> int | None:
    """Through monotone functions, such as 1 - exp(-eta) for positive eta, which sympy does not see."""
    try:
        found = range_of(number)
    except (Unenclosed, SymadvError):
        return None
    return 1 if found.is_positive else -1 if found.is_negative else None


def infinite(x: sympy.Expr) -> bool:
    """Whether an end of an interval is one of the two infinities."""
    return x is sympy.oo or x is _MINUS_INFINITY


def _order_infinite(a: sympy.Expr, b: sympy.Expr) -> int:
    def rank(x: sympy.Expr) -> int:
        return 1 if x is sympy.oo else -1 if x is _MINUS_INFINITY else 0

    return (rank(a) > rank(b)) - (rank(a) < rank(b))
