"""Where a coordinate may be: an interval as a pair of exact ends, infinite ones allowed, or one of some values."""

from collections.abc import Iterable
from typing import Any

import sympy

from symadv.language.errors import SymadvError
from symadv.language.numbers import exact, extended
from symadv.language.order import Undecided, order

Interval = tuple[sympy.Expr, sympy.Expr]
LINE: Interval = (-sympy.oo, sympy.oo)


class Values(tuple[sympy.Expr, ...]):
    """Different exact numbers, ascending: all that a coordinate may be."""

    __slots__ = ()


Range = Interval | Values


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


def values_of(given: Iterable[Any]) -> Values:
    """Exact numbers in ascending order; refused unless they are proved to be different."""
    found: list[sympy.Expr] = []
    for value in map(exact, given):
        sides = [order(known, value) for known in found]
        if None in sides or 0 in sides:
            raise SymadvError(f"got the values {[*found, value]}, wanted different ones whose order is proved")
        found.insert(sides.count(-1), value)
    if not found:
        raise SymadvError("got no values, wanted one or more numbers")
    return Values(found)


def common(a: Range, b: Range, what: str) -> Range | None:
    """Where two coordinates may both be; None where they cannot, Undecided when that is open."""
    if not isinstance(a, Values) and not isinstance(b, Values):
        return overlap(a, b, what)
    some, other = (a, b) if isinstance(a, Values) else (b, a)
    if some == other:
        return some
    kept = Values(v for v in some if _may_be(v, other, what))
    return kept or None


def _may_be(value: sympy.Expr, other: Range, what: str) -> bool:
    if isinstance(other, Values):
        return any(_ordered(value, v, what) == 0 for v in other)
    return other == LINE or (_ordered(other[0], value, what) <= 0 and _ordered(value, other[1], what) <= 0)


def inside(own: Range, allowed: Range) -> bool:
    """Whether what one coordinate may be is proved to be a part of the same kind of what another one may be."""
    if isinstance(own, Values) and isinstance(allowed, Values):
        return all(any(order(v, w) == 0 for w in allowed) for v in own)
    if isinstance(own, Values) or isinstance(allowed, Values):
        return False
    return order(allowed[0], own[0]) in (-1, 0) and order(own[1], allowed[1]) in (-1, 0)


def shown(own: Range) -> str:
    """What a coordinate may be, in words."""
    if isinstance(own, Values):
        return "one of " + ", ".join(map(str, own))
    return "all numbers" if own == LINE else f"the interval from {own[0]} to {own[1]}"
