"""Trapezoids in the plane of two coordinates, with segments, points and strips among them: sides of lines, and cuts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy

from symadv.geometry.charts import Ends, rounded
from symadv.language.order import compare
from symadv.language.order import sign as sign_of

P, Q = COORDINATES = sympy.symbols("p q", real=True)
Edge = tuple[sympy.Rational, sympy.Expr]  # slope and offset: q = slope p + offset
Signs = frozenset[int]


@dataclass(frozen=True)
class Line:
    """The form a p + b q + c, whose first coefficient is 1."""

    a: sympy.Expr
    b: sympy.Expr
    c: sympy.Expr

    @property
    def rational(self) -> bool:
        """Whether the slope is, so that tiles can be cut there."""
        return bool(self.a.is_Rational and self.b.is_Rational)

    def sign(self, tile: "Tile") -> int | None:
        """The sign of the form on all of a tile; None where it has several."""
        return tile.sign(self)

    def fences(self, tile: "Tile") -> "list[Line]":
        """Rational lines just below and above it in a tile."""
        return fences(tile, [-rounded(self.a * p + self.c)[0] / rounded(self.b)[0] for p in tile.p], 0.0, 2.0**-46)

    def stops(self, tile: "Tile") -> "list[Line]":
        """Nowhere does it turn."""
        return []


@dataclass(frozen=True)
class Tile:
    """The points relatively inside $p_0 \\le p \\le p_1$ and between two edges; None for an edge at infinity."""

    p: Ends
    below: Edge | None = None
    above: Edge | None = None

    @property
    def middle(self) -> sympy.Expr | None:
        """A rational number between the ends of p; None where these are equal but for an infinitesimal."""
        found = sympy.Rational(sum(rounded(p)[0] for p in self.p) / 2)
        return found if compare(self.p[0], found) < 0 < compare(self.p[1], found) else None

    @cached_property
    def narrow(self) -> bool:
        """Whether p is one number."""
        return compare(*self.p) == 0

    @property
    def corners(self) -> list[tuple[sympy.Expr, sympy.Expr]]:
        """The finite corners."""
        ends = self.p[:1] if self.narrow else self.p
        return [(p, height(edge, p)) for p in ends for edge in dict.fromkeys((self.below, self.above)) if edge]

    def contains(self, p: sympy.Expr, q: sympy.Expr) -> bool:
        """Whether a point lies strictly inside."""
        low, high = (edge is None or compare(q, height(edge, p)) == side for side, edge in self._sides)
        return low and high and compare(self.p[0], p) < 0 < compare(self.p[1], p)

    @property
    def _sides(self) -> tuple[tuple[int, Edge | None], ...]:
        return (1, self.below), (-1, self.above)

    def sign(self, line: Line) -> int | None:
        """The sign of a form on all of the tile; None where it has several."""
        found = {sign_at(line, p, q) for p, q in self.corners}
        if line.b != 0:
            up = _sign(line.b)
            found |= {side for side, edge in ((-up, self.below), (up, self.above)) if edge is None}
        elif None in (self.below, self.above):
            found |= {_sign(line.a * p + line.c) for p in self.p}
        if {1, -1} <= found:
            return None
        return next((s for s in (1, -1) if s in found), 0)

    def split(self, line: Line) -> "list[Tile]":
        """Smaller tiles, none of which has points on both sides of a line after some steps."""
        if line.b == 0:
            return self.split_at(-line.c / line.a)
        edge = -line.a / line.b, -line.c / line.b
        for side in (self.below, self.above):
            if side is not None and side[0] != edge[0]:
                crossing = (side[1] - edge[1]) / (edge[0] - side[0])
                if compare(self.p[0], crossing) < 0 < compare(self.p[1], crossing):
                    return self.split_at(crossing)
        if self.narrow:
            edge = sympy.S.Zero, height(edge, self.p[0])
        return [Tile(self.p, self.below, edge), Tile(self.p, edge, edge), Tile(self.p, edge, self.above)]

    def split_at(self, p: sympy.Expr) -> "list[Tile]":
        """The parts left and right of a number, and the part there."""
        below, above = (edge and (sympy.S.Zero, height(edge, p)) for edge in (self.below, self.above))
        return [
            Tile((self.p[0], p), self.below, self.above),
            Tile((p, p), below, above),
            Tile((p, self.p[1]), self.below, self.above),
        ]


def height(edge: Edge, p: sympy.Expr) -> sympy.Expr:
    """An edge at p."""
    return edge[0] * p + edge[1]


def sign_at(line: Line, p: sympy.Expr, q: sympy.Expr) -> int:
    """The sign of a form at a point."""
    return _sign(line.a * p + line.b * q + line.c)


def fences(tile: Tile, through: Sequence[float], bent: float, slack: float) -> list[Line]:
    """Lines just below and above of a curve through some q at the ends of a tile, ``bent`` so much between."""
    (left, right), (first, last) = (rounded(p)[0] for p in tile.p), through
    slope = (last - first) / (right - left) if right > left else 0.0
    offset = first - slope * left
    room = slack * (1 + abs(first) + abs(last) + abs(offset))
    a = sympy.Rational(slope)
    ends = [sympy.Rational(offset + far) for far in (min(bent, 0.0) - room, max(bent, 0.0) + room)]
    return [Line(sympy.S.One, -1 / a, c / a) if a else Line(a, sympy.S.One, -c) for c in ends]


def _sign(number: sympy.Expr) -> int:
    return compare(number, sympy.S.Zero) if not number.is_Rational else int(sign_of(number) or 0)
