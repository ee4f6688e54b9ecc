r"""Curves of second degree in the plane of two coordinates: their sides on a tile, and rational lines close to them.

With its polar form b, a quadratic form at $(1 - u) v + u w$ is $(1 - u)^2 b(v, v) + 2 u (1 - u) b(v, w) + u^2 b(w, w)$:
it has one sign on a segment if $b(v, w)$ has that sign, too, or $b(v, w)^2 < b(v, v) b(w, w)$.  A form that is not
negative on the boundary of a tile can only be negative inside if it is so where it is least in the plane.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import sqrt

import sympy

from symadv.geometry.charts import rounded
from symadv.language.order import Undecided
from symadv.risk._net_clip import Number, as_number, sign_of
from symadv.risk._net_tiles import Line, P, Q, Tile, fences

Pair = tuple[Number, Number]
_THIN, _STEEP = 2.0**-40, 2.0**-34


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
        corners, edges = tile.corners or [(p, sympy.S.Zero) for p in tile.p], (tile.below, tile.above)
        six, corners = _alike(self._six, corners)
        found = set[int]()
        thin = self._double or tile.narrow or (tile.below is not None and tile.below == tile.above)
        at = {corner: _polar(six, corner, corner) for corner in corners}
        for v, w in combinations(corners, 2):
            found |= _on_segment(at[v], _polar(six, v, w), at[w], thin=thin)
        for up, edge in zip((-1, 1), edges, strict=True):
            if edge is None:
                ways = [(at[v], up * _upward(six, v), six[2]) for v in corners]
                found = found.union(*(_on_segment(*way, thin=thin) for way in ways))
        return found | {sign_of(v) for v in at.values()} | self._inside(tile)

    def _inside(self, tile: Tile) -> set[int]:
        """The sign of the extreme value in the plane, where that is inside a tile."""
        if self._centre is None or not tile.contains(*self._centre[:2]):
            return set()
        return {self._centre[2]} - {0} or {1, -1}

    @cached_property
    def _centre(self) -> tuple[sympy.Expr, sympy.Expr, int] | None:
        """Where the form is extreme in the plane, and its sign there."""
        a, b, c, d, e, _ = self._six
        bent = 4 * a * c - b * b
        if sign_of(bent) <= 0:
            return None
        centre = (b * e - 2 * c * d) / bent, (b * d - 2 * a * e) / bent
        return *centre, sign_of(_polar(self._six, centre, centre))

    @cached_property
    def _double(self) -> bool:
        """Whether the curve is perhaps a pair of lines, which may be one."""
        a, b, c, d, e, f = self._six
        return sign_of(a * (4 * c * f - e * e) - b * (b * f - d * e) - c * d * d) == 0

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
        middle, found = (left + right) / 2, list[Line]()
        for q in self._heights(middle):
            near = [q + min((at - q for at in self._heights(p)), key=abs, default=1.0) for p in (left, right)]
            steep = right - left <= _THIN and max(abs(at - q) for at in near) > _STEEP * (1 + abs(q))
            ends = [q, q] if steep else near
            found += fences(tile, ends, 1.25 * (q - sum(ends) / 2), 2.0**-20 if steep else 2.0**-46)
        return found

    @property
    def _six(self) -> tuple[sympy.Expr, ...]:
        return self.coefficients or (sympy.S.Zero,) * 6


def _alike(six: Sequence[Number], corners: Sequence[Pair]) -> tuple[Sequence[Number], list[Pair]]:
    """Coefficients and corners as rational numbers, where all of them are."""
    if all(v.is_Rational for v in (*six, *(v for corner in corners for v in corner))):
        return [as_number(v) for v in six], [(as_number(p), as_number(q)) for p, q in corners]
    return six, list(corners)


def _polar(six: Sequence[Number], v: Pair, w: Pair) -> Number:
    a, b, c, d, e, f = six
    (p, q), (r, s) = v, w
    return a * p * r + b * (p * s + q * r) / 2 + c * q * s + d * (p + r) / 2 + e * (q + s) / 2 + f


def _upward(six: Sequence[Number], v: Pair) -> Number:
    _, b, c, _, e, _ = six
    return b * v[0] / 2 + c * v[1] + e / 2


def _on_segment(first: Number, between: Number, last: Number, *, thin: bool) -> set[int]:
    """The signs of a quadratic form inside a segment; 0 at one point only matters where there is no more (``thin``)."""
    ends, middle = {sign_of(first), sign_of(last)} - {0}, sign_of(between)
    if len(ends) == 2 or middle == 0 or middle in ends:
        return ends | ({middle} - {0})
    if not ends:
        return {middle}
    return ends if sign_of(between * between - first * last) < (0 if thin else 1) else {1, -1}


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
