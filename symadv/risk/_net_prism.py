r"""The triples (t, p, q) at which some affine forms are at most 0: parts of the plane of (p, q) with bounds for t."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy

from symadv.geometry.charts import rounded
from symadv.language.order import compare
from symadv.risk._net_clip import Number, Polygon, Row, as_expression, as_number, clipped, lean, sign_of, value
from symadv.risk._net_frame import BESIDE, beside
from symadv.risk._net_reach import Affine
from symadv.risk._net_section import INSIDE, RIM
from symadv.risk._net_tiles import Tile

Form = tuple[sympy.Expr, sympy.Expr, sympy.Expr, sympy.Expr]  # c + a t + b p + d q
_ZERO = sympy.S.Zero


@dataclass(frozen=True)
class Piece:
    """A part of the plane with the bounds for t there, and the forms that are at most 0 there."""

    corners: Polygon
    forms: tuple[Affine, Affine]
    walls: Sequence[Row]
    known: bool

    def kind(self, tile: Tile) -> str:
        """Whether some t is strictly inside the ball at the points of a tile."""
        corners = tile.corners
        at = tuple(sympy.Add(*column) / len(corners) for column in zip(*corners, strict=True))
        inner = all(compare(value(tuple(map(as_expression, wall)), at), _ZERO) < 0 for wall in self.walls)
        low, high = (form.p * at[0] + form.q * at[1] + form.constant for form in self.forms)
        return INSIDE if inner and (self.known or compare(low, high) < 0) else RIM


@dataclass(frozen=True, eq=False)
class Prism:
    """The triples (t, p, q) at which forms are at most 0, or a little ``more``, within a polygon to ``start`` with.

    ``known``: forms in p and q between which t is, where the others say nothing of it.
    """

    faces: Sequence[Form]
    known: tuple[Form, Form] | None
    more: sympy.Expr
    start: Polygon

    @property
    def pieces(self) -> list[Piece]:
        """Parts of the plane, on each of which the bounds for t are two forms; none that is in others."""
        found = [piece for piece in self._all() if piece.corners]
        most = max((min(len(piece.corners), 3) for piece in found), default=0)
        return [piece for piece in found if min(len(piece.corners), 3) == most]

    def _all(self) -> Iterator[Piece]:
        room = self._cut(self.start, self._walls)
        if self.known is not None:
            least, most = (Affine(b, d, c) for c, _, b, d in self.known)
            yield Piece(lean(room) if room else [], (least, most), self._walls, known=True)
            return
        for low in self._bounds[-1]:
            above = self._cut(room, [_less(other, low) for other in self._bounds[-1] if other is not low])
            for high in self._bounds[1] if above else ():
                others = [_less(high, other) for other in self._bounds[1] if other is not high]
                corners = self._cut(above, [_less(low, high), *others])
                forms = _affine(low), _affine(high)
                yield Piece(lean(corners) if corners else [], forms, self._walls, known=False)

    def _cut(self, corners: Polygon, forms: Sequence[Row]) -> Polygon:
        for form in forms:
            if form[1] == 0 and form[2] == 0:
                corners = corners if sign_of(form[0]) <= 0 else []
            corners = clipped(corners, form) if corners and (form[1] != 0 or form[2] != 0) else corners
        return corners

    @cached_property
    def _numbers(self) -> list[tuple[Number, ...]]:
        lowered = [(c - self.more, *rest) for c, *rest in self.faces]
        rational = all(v.is_Rational for form in lowered for v in form)
        return [tuple(map(as_number, form)) if rational else tuple(map(sympy.expand, form)) for form in lowered]

    @cached_property
    def _walls(self) -> list[Row]:
        """The forms in p and q alone."""
        return [(c, b, d) for c, a, b, d in self._numbers if a == 0]

    @cached_property
    def _bounds(self) -> dict[int, list[Row]]:
        """The forms that t is at least (-1), or at most (1)."""
        found: dict[int, list[Row]] = {-1: [], 1: []}
        for c, a, b, d in self._numbers:
            if a != 0:
                row = -c / a, -b / a, -d / a
                own = found[sign_of(a)]
                if row not in own:
                    own.append(row)
        return found


def _affine(row: Row) -> Affine:
    c, b, d = map(as_expression, row)
    return Affine(b, d, c)


def _less(one: Row, other: Row) -> Row:
    """The form that is at most 0 where one form is at most another one."""
    return one[0] - other[0], one[1] - other[1], one[2] - other[2]


def near_form(form: Form, far: float) -> Form:
    """A rational form that is a little larger, or with a negative ``far`` smaller, where t, p, q are at most that."""
    sizes = sympy.Add(*(1 + sympy.Rational(abs(rounded(v)[0])) for v in form))
    slack = 4 * sympy.Rational(BESIDE) * sizes * sympy.Rational(far)
    c, a, b, d = map(beside, form)
    return c + slack, a, b, d
