"""Certified branch and bound: boxes on which a statement holds, on which what is given fails, and what is left."""

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, islice, product
from typing import Any

import flint
import sympy

from symadv.language.ranges import Range
from symadv.provers._box_truth import Sides, Truths

_BITS, _CLOSE_BITS = 64, 256
_PROBES = 1200  # points near the ends of the ranges, where a statement that is almost true fails
_CORNERS = 16
_SMALLEST = 2.0**-24  # of a side, where (0, oo) has width 1


@dataclass(frozen=True)
class Found:
    """Boxes with the reason why they are settled, boxes that are not, and a point that may refute the statement."""

    settled: list[tuple[Sides, str]] = field(default_factory=list)
    left: list[Sides] = field(default_factory=list)
    suspect: dict[sympy.Symbol, sympy.Rational] | None = None


def boxes(statement: Any, given: tuple[Any, ...], whole: Mapping[Any, Range], budget: int) -> Found:
    """Halve the box in which the variables range until every part is settled, or ``budget`` boxes were looked at."""
    variables, start = tuple(whole), tuple(whole.values())
    truths = Truths(statement, given, variables)
    with flint.ctx.workprec(_CLOSE_BITS):
        for point in _near_the_ends(start):
            if truths.fails_in(point):
                return Found(suspect=dict(zip(variables, map(_exactly, point), strict=True)))
    found = Found()
    todo = [(0.0, 0, start)]
    with flint.ctx.workprec(_BITS):
        for seen in range(budget):
            if not todo:
                return found
            _, _, box = heapq.heappop(todo)
            reason, slopes = truths.settle(box)
            if reason in ("holds", "outside"):
                found.settled.append((box, reason))
                continue
            if truths.fails_in(middle(box)):
                return Found(found.settled, [box], dict(zip(variables, map(_exactly, middle(box)), strict=True)))
            axis = _axis(box, start, slopes)
            if axis is None:
                found.left.append(box)
                continue
            for half in _halves(box[axis]):
                part = (*box[:axis], half, *box[axis + 1 :])
                heapq.heappush(todo, (-_size(part), 2 * seen + len(todo), part))
    found.left.extend(box for _, _, box in sorted(todo, key=lambda item: item[:2]))
    return found


def _near_the_ends(box: Sides) -> Iterator[tuple[Fraction, ...]]:
    """Points whose coordinates approach the ends of their ranges, ever closer, as many as the budget allows."""
    corners = product(*((side.low, side.high) for side in box))
    each = max(4, int(_PROBES ** (1 / len(box))))
    anywhere = product(*(list(islice(_approaching(side), each)) for side in box))
    yield from islice(chain(_into(corners, box), anywhere), 2 * _PROBES)


def _into(corners: Iterable[tuple[Any, ...]], box: Sides) -> Iterator[tuple[Fraction, ...]]:
    """Points that approach the corners of the box, all coordinates at once."""
    for corner in islice(corners, _CORNERS):
        for k in range(1, 64):
            yield tuple(_near(end, _cut(side), k) for end, side in zip(corner, box, strict=True))


def _approaching(side: Range) -> Iterator[Fraction]:
    at = _cut(side)
    yield at
    for k in range(1, 64):
        yield from (_near(end, at, k) for end in (side.low, side.high))


def _near(end: Any, start: Fraction, k: int) -> Fraction:
    """A number that comes close to an end as k grows."""
    far = Fraction(2) ** k
    return start + far * (1 if end > 0 else -1) if isinstance(end, float) else end + (start - end) / far


def middle(box: Sides) -> tuple[Fraction, ...]:
    """A rational point inside, of few digits."""
    return tuple(_cut(side) for side in box)


def _exactly(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def _cut(side: Range) -> Fraction:
    """Where a side is halved: infinite ones at 0, then at twice the distance from 0."""
    low, high = side.low, side.high
    if isinstance(low, float) and isinstance(high, float):
        return Fraction(0)
    if isinstance(high, float):
        return max(Fraction(1), 2 * Fraction(low)) if low >= 0 else Fraction(0)
    if isinstance(low, float):
        return min(Fraction(-1), 2 * Fraction(high)) if high <= 0 else Fraction(0)
    return (low + high) / 2


def _halves(side: Range) -> Iterator[Range]:
    at = _cut(side)
    yield Range(side.low, at, side.low_open, False)
    yield Range(at, side.high, False, side.high_open)


def _compact(end: Any) -> float:
    """The line carried onto (-1, 1)."""
    return math.copysign(1.0, end) if isinstance(end, float) else float(end / (1 + abs(end)))


def _width(side: Range) -> float:
    return _compact(side.high) - _compact(side.low)


def _size(box: Sides) -> float:
    return math.prod(max(_width(side), _SMALLEST) for side in box)


def _axis(box: Sides, whole: Sides, slopes: list[float] | None) -> int | None:
    """The side whose halving helps most: by slope times width where both are known, else by width."""
    widths = [_width(side) / _width(all_of_it) for side, all_of_it in zip(box, whole, strict=True)]
    if slopes is not None and all(math.isfinite(s) for s in slopes) and any(slopes):
        gains = [s * float(side.high - side.low) for s, side in zip(slopes, box, strict=True)]
    else:
        gains = widths
    axis = max(range(len(box)), key=lambda k: (gains[k], widths[k]))
    axis = axis if widths[axis] > _SMALLEST else max(range(len(box)), key=lambda k: widths[k])
    return axis if widths[axis] > _SMALLEST else None
