"""Closed intervals as pairs of exact ends, infinite ones allowed."""

from typing import Any

import sympy

from symadv.language.errors import SymadvError
from symadv.language.numbers import extended
from symadv.language.order import Undecided, order

Interval = tuple[sympy.Expr, sympy.Expr]
LINE: Interval = (-sympy.oo, sympy.oo)


def interval(ends: Any) -> Interval:
    """Two exact ends, infinite ones allowed, proved to be in order."""
    lower, upper = (extended(end) for end in ends)
    side = order(lower, upper)
    if side not in (-1, 0) or lower is sympy.oo or upper is -sympy.oo:
        raise SymadvError(
            f"got the interval from {lower} to {upper}, wanted the smaller end first, proved from the domains"
        )
    return lower, upper


def clipped(x: sympy.Expr, ends: Interval) -> sympy.Expr:
    """The number of a closed interval that is nearest to x."""
    lower, upper = ends
    below = x if upper is sympy.oo else sympy.Min(x, upper)
    return below if lower is -sympy.oo else sympy.Max(below, lower)


def overlap(a: Interval, b: Interval, what: str) -> Interval | None:
    """The intersection of two closed intervals; None when it is empty, Undecided when that is open."""
    if a == b or b == LINE:
        return a
    if a == LINE:
        return b
    lower = a[0] if _ordered(b[0], a[0], what) <= 0 else b[0]
    upper = a[1] if _ordered(a[1], b[1], what) <= 0 else b[1]
    side = _ordered(lower, upper, what)
    return (lower, lower) if side == 0 else (lower, upper) if side < 0 else None


def _ordered(a: sympy.Expr, b: sympy.Expr, what: str) -> int:
    result = order(a, b)
    if result is None:
        raise Undecided(f"cannot decide where two strata meet: {what} is {a} and {b}")
    return result
