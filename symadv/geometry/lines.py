"""Pieces of lines: segments between two points, and rays."""

from collections.abc import Sequence
from typing import Any

import sympy

from symadv.geometry.strata import Flat
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.order import sign


def Segment(start: Sequence[Any], end: Sequence[Any]) -> Flat:
    """The segment between two points; its free coordinate is the feature that varies along it."""
    first, last = ([exact(x) for x in point] for point in (start, end))
    if len(first) != len(last):
        raise SymadvError(f"Segment: got points with {len(first)} and {len(last)} coordinates, wanted as many")
    steps = [b - a for a, b in zip(first, last, strict=True)]
    i = _varying("Segment", steps)
    ends = (first[i], last[i]) if _rises("Segment", steps[i]) else (last[i], first[i])
    return _piece(first, i, ends)


def Ray(start: Sequence[Any], direction: Sequence[Any]) -> Flat:
    """The ray from a point in a direction; its free coordinate is the feature that varies along it."""
    first, steps = ([exact(x) for x in vector] for vector in (start, direction))
    if len(first) != len(steps):
        raise SymadvError(f"Ray: got a start with {len(first)} and a direction with {len(steps)} coordinates")
    i = _varying("Ray", steps)
    return _piece(first, i, (first[i], sympy.oo) if _rises("Ray", steps[i]) else (-sympy.oo, first[i]))


def _piece(point: Sequence[sympy.Expr], i: int, ends: tuple[sympy.Expr, sympy.Expr]) -> Flat:
    return Flat({k: x for k, x in enumerate(point) if k != i}, len(point), within={i: ends})


def _varying(what: str, steps: Sequence[sympy.Expr]) -> int:
    moving = [k for k, step in enumerate(steps) if sign(step) != 0]
    if len(moving) != 1:
        raise SymadvError(f"{what}: {len(moving)} features vary along it, wanted exactly 1")
    return moving[0]


def _rises(what: str, step: sympy.Expr) -> bool:
    side = sign(step)
    if side is None:
        raise SymadvError(f"{what}: cannot decide the direction {step}; wanted one of known sign")
    return side > 0
