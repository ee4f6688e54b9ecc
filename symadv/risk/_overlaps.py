"""Whether quadratic inequalities hold together somewhere in some intervals, by balls: fast, and rarely unclear."""

from collections.abc import Sequence
from functools import lru_cache

import flint
import sympy

from symadv.language.balls import ball
from symadv.language.intervals import Intervals
from symadv.language.order import infinite

_BITS = 128

Pieces = list[tuple[flint.arb, flint.arb]]
Grid = tuple[tuple[flint.arb, ...], ...]


class Unclear(Exception):
    """Balls that are too large, or numbers that are equal."""


def overlap(forms: Sequence[Grid], t: sympy.Rational, piece: Intervals) -> bool | None:
    """Whether $g_k(t, s) > 0$ for all k at some s inside a piece, and not at single points alone; None if unclear.

    ``forms``: each g by its coefficients, first by powers of s, then by powers of t.
    """
    with flint.ctx.workprec(_BITS):
        try:
            at = flint.arb(flint.fmpq(int(t.p), int(t.q)))
            found: Pieces = [(_ball(start.value), _ball(end.value)) for start, end in piece]
            for grid in forms:
                found = _common(found, _positive([_value(row, at) for row in grid]))
                if not found:
                    return False
        except Unclear:
            return None
    return True


def grid(form: sympy.Expr, s: sympy.Symbol, t: sympy.Symbol) -> Grid | None:
    """The coefficients of a polynomial of degree at most 2 in s; None for one of higher degree."""
    if form.has(s) and sympy.degree(form, s) > 2:
        return None
    rows = reversed(sympy.Poly(form, s).all_coeffs())
    return tuple(tuple(ball(c, bits=_BITS) for c in reversed(sympy.Poly(row, t).all_coeffs())) for row in rows)


@lru_cache(maxsize=4096)
def _ball(number: sympy.Expr) -> flint.arb:
    if infinite(number):
        return flint.arb.pos_inf() if number is sympy.oo else flint.arb.neg_inf()
    found: flint.arb = ball(number, bits=_BITS)
    return found


def _value(row: Sequence[flint.arb], t: flint.arb) -> flint.arb:
    total = flint.arb(0)
    for c in reversed(row):
        total = total * t + c
    return total


def _positive(coefficients: list[flint.arb]) -> Pieces:
    """Where a polynomial of degree at most 2, lowest power first, is positive."""
    below, above = flint.arb.neg_inf(), flint.arb.pos_inf()
    while coefficients and coefficients[-1].is_zero():
        coefficients = coefficients[:-1]
    if not coefficients:
        raise Unclear
    if len(coefficients) == 1:
        return [(below, above)] if _is_positive(coefficients[0]) else []
    if len(coefficients) == 2:
        c, b = coefficients
        return [(-c / b, above)] if _is_positive(b) else [(below, -c / b)]
    c, b, a = coefficients
    up, square = _is_positive(a), b * b - 4 * a * c
    if not _is_positive(square):
        return [(below, above)] if up else []
    half = square.sqrt() / (2 * abs(a))
    low, high = -b / (2 * a) - half, -b / (2 * a) + half
    return [(below, low), (high, above)] if up else [(low, high)]


def _is_positive(number: flint.arb) -> bool:
    if number > 0 or number < 0:
        return bool(number > 0)
    raise Unclear


def _common(one: Pieces, other: Pieces) -> Pieces:
    found = []
    for a, b in one:
        for c, d in other:
            low, high = (c if _before(a, c) else a), (b if _before(b, d) else d)
            if _before(low, high):
                found.append((low, high))
    return found


def _before(a: flint.arb, b: flint.arb) -> bool:
    """Whether one of two ends is before the other; two infinite ends of one kind are the same."""
    if not a.is_finite() and not b.is_finite():
        return bool(a < b)
    if a < b or a > b:
        return bool(a < b)
    raise Unclear
