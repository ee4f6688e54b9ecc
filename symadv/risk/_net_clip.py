r"""Convex polygons in exact numbers: cut by half-planes, also down to segments and points, and taken apart into tiles.

A polygon is a list of its corners in cyclic order, each with the form of the side that follows, which is 0 there; the
polygon is where all forms are at most 0.
"""

from collections.abc import Iterator, Sequence
from functools import cmp_to_key
from itertools import pairwise
from typing import Any

import flint
import sympy

from symadv.language.order import compare
from symadv.risk._net_tiles import Edge, Tile

Number = Any  # flint.fmpq where all numbers are rational, else sympy.Expr
Row = tuple[Number, Number, Number]  # c + a x + b y
Pair = tuple[Number, Number]
Polygon = list[tuple[Pair, Row]]


def sign_of(number: Number) -> int:
    """The sign of a number of either kind."""
    if isinstance(number, flint.fmpq):
        return int(number > 0) - int(number < 0)
    return compare(number, sympy.S.Zero)


def as_expression(number: Number) -> sympy.Expr:
    """A number of either kind as an expression."""
    return sympy.Rational(int(number.p), int(number.q)) if isinstance(number, flint.fmpq) else number


def as_number(number: sympy.Expr) -> Number:
    """A rational number as one that is reckoned with fast."""
    return flint.fmpq(int(number.p), int(number.q)) if number.is_Rational else number


def value(form: Row, at: Pair) -> Number:
    """A form at a pair."""
    return form[0] + form[1] * at[0] + form[2] * at[1]


def crossing(first: Row, second: Row) -> Pair:
    """Where two forms are 0."""
    (c, a, b), (f, d, e) = first, second
    whole = a * e - b * d
    return (b * f - c * e) / whole, (c * d - a * f) / whole


def clipped(corners: Polygon, form: Row) -> Polygon:
    """A polygon cut to where a form is at most 0."""
    signs = [sign_of(value(form, at)) for at, _ in corners]
    found: Polygon = []
    for k, (at, side) in enumerate(corners):
        here, there = signs[k], signs[(k + 1) % len(corners)]
        if here <= 0:
            found.append((at, form if here == 0 and there > 0 else side))
        if here * there < 0:
            found.append((crossing(side, form), form if here < 0 else side))
    return found


def lean(corners: Polygon) -> Polygon:
    """A polygon without corners that coincide; of a segment its two ends."""
    found = [
        (at, side) for k, (at, side) in enumerate(corners) if not _same(at, corners[(k + 1) % len(corners)][0])
    ] or corners[:1]
    if len(found) < 3 or any(sign_of(value(side, at)) for _, side in found for at, _ in found):
        return found
    ordered = sorted(found, key=lambda corner: cmp_to_key(_order)(corner[0]))
    return [ordered[0], ordered[-1]]


def tiles(corners: Polygon) -> Iterator[Tile]:
    """The relative interiors of trapezoids, segments and points that make up a lean polygon."""
    places = [(as_expression(p), as_expression(q)) for (p, q), _ in corners]
    for p, q in places:
        yield Tile((p, p), (sympy.S.Zero, q), (sympy.S.Zero, q))
    edges: list[tuple[int, Edge, tuple[sympy.Expr, sympy.Expr]]] = []
    for k, (_, side) in enumerate(corners if len(corners) > 2 else corners[:-1]):
        first, last = sorted((places[k], places[(k + 1) % len(places)]), key=cmp_to_key(_order))
        up = sign_of(side[2])
        if up == 0:
            yield Tile((first[0], first[0]), (sympy.S.Zero, first[1]), (sympy.S.Zero, last[1]))
            continue
        edge = as_expression(-side[1] / side[2]), as_expression(-side[0] / side[2])
        edges.append((up, edge, (first[0], last[0])))
        yield Tile((first[0], last[0]), edge, edge)
    if len(corners) > 2:
        yield from _slabs(sorted((p for p, _ in places), key=cmp_to_key(compare)), edges)


def _slabs(
    stops: Sequence[sympy.Expr], edges: Sequence[tuple[int, Edge, tuple[sympy.Expr, sympy.Expr]]]
) -> Iterator[Tile]:
    """The open trapezoids between edges that look down or up (1), and the open segments between two of them."""
    last = None
    for low, high in pairwise(stops):
        if compare(low, high) == 0:
            continue
        below, above = (
            next(e for up, e, (a, b) in edges if up == side and compare(a, low) <= 0 <= compare(b, high))
            for side in (-1, 1)
        )
        tile = Tile((low, high), below, above)
        if last is not None:
            yield tile.split_at(low)[1]
        yield tile
        last = tile


def _same(one: Pair, other: Pair) -> bool:
    return _order(one, other) == 0


def _order(one: Pair, other: Pair) -> int:
    return sign_of(one[0] - other[0]) or sign_of(one[1] - other[1])
