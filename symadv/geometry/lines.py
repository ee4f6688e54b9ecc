"""Lines and pieces of them: segments between two points, and rays."""

from collections.abc import Sequence
from typing import Any

import sympy

from symadv.geometry.ends import LINE, Interval
from symadv.geometry.oblique import Oblique
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.order import sign


def Line(point: Sequence[Any], direction: Sequence[Any]) -> Stratum:
    """The line through a point in a direction; its free coordinate is the first feature that varies along it."""
    first, steps = _vectors("Line", point, direction)
    return _piece(first, steps, _varying("Line", steps), LINE)


def Segment(start: Sequence[Any], end: Sequence[Any]) -> Stratum:
    """The segment between two points; its free coordinate is the first feature that varies along it."""
    first, last = _vectors("Segment", start, end)
    steps = [b - a for a, b in zip(first, last, strict=True)]
    i = _varying("Segment", steps)
    ends = (first[i], last[i]) if _sign("Segment", steps[i]) > 0 else (last[i], first[i])
    return _piece(first, steps, i, ends)


def Ray(start: Sequence[Any], direction: Sequence[Any]) -> Stratum:
    """The ray from a point in a direction; its free coordinate is the first feature that varies along it."""
    first, steps = _vectors("Ray", start, direction)
    i = _varying("Ray", steps)
    rises = _sign("Ray", steps[i]) > 0
    return _piece(first, steps, i, (first[i], sympy.oo) if rises else (-sympy.oo, first[i]))


def _piece(point: Sequence[sympy.Expr], steps: Sequence[sympy.Expr], i: int, ends: Interval) -> Stratum:
    slopes = tuple(step / steps[i] for step in steps)
    if all(s == 0 for k, s in enumerate(slopes) if k != i):
        return Flat({k: x for k, x in enumerate(point) if k != i}, len(point), within={i: ends})
    return Oblique(i, tuple(x - s * point[i] for x, s in zip(point, slopes, strict=True)), slopes, ends)


def _vectors(what: str, first: Sequence[Any], second: Sequence[Any]) -> tuple[list[sympy.Expr], list[sympy.Expr]]:
    if len(first) != len(second):
        raise SymadvError(f"{what}: got {len(first)} and {len(second)} coordinates, wanted as many")
    return [exact(x) for x in first], [exact(x) for x in second]


def _varying(what: str, steps: Sequence[sympy.Expr]) -> int:
    for k, step in enumerate(steps):
        if _sign(what, step) != 0:
            return k
    raise SymadvError(f"{what}: got no direction, wanted at least one feature that varies; a Point is one")


def _sign(what: str, step: sympy.Expr) -> int:
    side = sign(step)
    if side is None:
        raise SymadvError(f"{what}: cannot decide the direction {step}; wanted one of known sign")
    return side
