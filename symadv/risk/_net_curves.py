r"""Curves of second degree in the plane of two coordinates: their sides on a tile, and rational lines close to them.

With its polar form b, a quadratic form at $(1 - u) v + u w$ is $(1 - u)^2 b(v, v) + 2 u (1 - u) b(v, w) + u^2 b(w, w)$:
it has one sign on a segment if $b(v, w)$ has that sign, too, or $b(v, w)^2 < b(v, v) b(w, w)$.  A form that is not
negative on the boundary of a tile can only be negative inside if it is so where it is least in the plane.
"""

from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import sympy

from symadv.geometry.charts import rounded
from symadv.language.order import Undecided, compare
from symadv.risk._net_tiles import Line, P, Q, Tile, fences

Pair = tuple[sympy.Expr, sympy.Expr]
_THIN = 2.0**-40


@dataclass(frozen=True)
class Curve:
    """The form a p p + b p q + c q q + d p + e q + f, ``None`` where a form is not even quadratic."""

    form: sympy.Expr
    coefficients: tuple[sympy.Expr, ...] | None

    def sign(self, tile: Tile) -> int | None:
        """The sign of the form on all of a tile; None where it has several, or where that is not seen."""
        if self.coefficients is None:
            return None
        try:
            found = self._signs(tile)
        except Undecided:
            return None
        if {1, -1} <= found:
            return None
        return next((s for s in (1, -1) if s in found), 0)

    def _signs(self, tile: Tile) -> set[int]:
        corners, found = tile.corners or [(p, sympy.S.Zero) for p in tile.p], set[int]()
        thin = self._double or tile.narrow or (tile.below is not None and tile.below == tile.above)
        at = {corner: self._polar(corner, corner) for corner in corners}
        for v, w in combinations(corners, 2):
            found |= _on_segment(at[v], self._polar(v, w), at[w], thin=thin)
        for up, edge in ((-1, tile.below), (1, tile.above)):
            if edge is None:
                ways = [(at[v], up * self._upward(v), self._six[2]) for v in corners]
                found = found.union(*(_on_segment(*way, thin=thin) for way in ways))
        return found | {_sign(v) for v in at.values()} | self._inside(tile)

    def _polar(self, v: Pair, w: Pair) -> sympy.Expr:
        a, b, c, d, e, f = self._six
        (p, q), (r, s) = v, w
        return a * p * r + b * (p * s + q * r) / 2 + c * q * s + d * (p + r) / 2 + e * (q + s) / 2 + f

    def _upward(self, v: Pair) -> sympy.Expr:
        _, b, c, _, e, _ = self._six
        return b * v[0] / 2 + c * v[1] + e / 2

    def _inside(self, tile: Tile) -> set[int]:
        """The sign of the extreme value in the plane, where that is inside a tile."""
        a, b, c, d, e, _ = self._six
        bent = 4 * a * c - b * b
        if _sign(bent) <= 0:
            return set()
        centre = (b * e - 2 * c * d) / bent, (b * d - 2 * a * e) / bent
        if not tile.contains(*centre):
            return set()
        return {_sign(self._polar(centre, centre))} - {0} or {1, -1}

    @property
    def _double(self) -> bool:
        """Whether the curve is perhaps a pair of lines, which may be one."""
        a, b, c, d, e, f = self._six
        return _sign(a * (4 * c * f - e * e) - b * (b * f - d * e) - c * d * d) == 0

    def _heights(self, p: float) -> list[float]:
        """The q where the form is about 0 at some p."""
        a, b, c, d, e, f = (rounded(v)[0] for v in self._six)
        return _roots(c, b * p + e, (a * p + d) * p + f)

    def stops(self, tile: Tile) -> list[Line]:
        """Lines at both sides of each p where it crosses an edge inside a tile, or turns."""
        left, right = (rounded(p)[0] for p in tile.p)
        if self.coefficients is None or right - left <= _THIN:
            return []
        a, b, c, d, e, f = (rounded(v)[0] for v in self._six)
        found = _roots(b * b - 4 * a * c, 2 * b * e - 4 * c * d, e * e - 4 * c * f) if c else _roots(0, b, e)
        for edge in (tile.below, tile.above):
            if edge is not None:
                m, h = (rounded(v)[0] for v in edge)
                found += _roots(a + b * m + c * m * m, b * h + 2 * c * m * h + d + e * m, (c * h + e) * h + f)
        near = [p + side * _THIN / 4 for p in found for side in (-1, 1)]
        return [Line(sympy.S.One, sympy.S.Zero, -sympy.Rational(p)) for p in near if left < p < right]

    def fences(self, tile: Tile) -> list[Line]:
        """Rational lines below and above each branch in a tile."""
        if self.coefficients is None:
            return []
        left, right = (rounded(p)[0] for p in tile.p)
        middle, found, thin = (left + right) / 2, list[Line](), right - left <= _THIN
        for q in self._heights(middle):
            ends = [q if thin else min(self._heights(p), key=lambda at: abs(at - q), default=q) for p in (left, right)]
            found += fences(tile, ends, 1.25 * (q - sum(ends) / 2), 2.0**-20 if thin else 2.0**-46)
        return found

    @property
    def _six(self) -> tuple[sympy.Expr, ...]:
        return self.coefficients or (sympy.S.Zero,) * 6


def _on_segment(first: sympy.Expr, between: sympy.Expr, last: sympy.Expr, *, thin: bool) -> set[int]:
    """The signs of a quadratic form inside a segment; 0 at one point only matters where there is no more (``thin``)."""
    ends, middle = {_sign(first), _sign(last)} - {0}, _sign(between)
    if len(ends) == 2 or middle == 0 or middle in ends:
        return ends | ({middle} - {0})
    if not ends:
        return {middle}
    return ends if _sign(between * between - first * last) < (0 if thin else 1) else {1, -1}


def _sign(number: sympy.Expr) -> int:
    return compare(number, sympy.S.Zero)


def _roots(a: float, b: float, c: float) -> list[float]:
    """Where a u u + b u + c is about 0."""
    if abs(a) < 1e-14 * (abs(b) + abs(c)):
        return [-c / b] if b else []
    inner = b * b - 4 * a * c
    if inner < -1e-12 * b * b:
        return []
    root = sqrt(max(inner, 0.0))
    return [(side * root - b) / (2 * a) for side in (-1, 1)]


def curve_of(form: sympy.Expr) -> Curve:
    """A form in P and Q."""
    if not form.is_polynomial(P, Q) or sympy.Poly(form, P, Q).total_degree() > 2:
        return Curve(form, None)
    poly = sympy.Poly(form, P, Q)
    return Curve(form, tuple(poly.coeff_monomial(m) for m in (P * P, P * Q, Q * Q, P, Q, 1)))
