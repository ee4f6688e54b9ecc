r"""Reach between a line and a plane that is not parallel to it: from which x(t) points z(p, q) are within reach.

With the budgets E that is $\|(z(p, q) - x(t)) / E\| \le 1$, where a frozen feature asks for equality.  For each (p, q)
the t are between two bounds.  In the $\ell_\infty$ and $\ell_1$ balls these are the least and the largest of finitely
many affine forms: the plane is cut into tiles on each of which one form is the least and one the largest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

import sympy

from symadv.geometry.charts import rounded
from symadv.geometry.strata import Flat
from symadv.language.order import INFINITESIMAL, compare
from symadv.risk._net_clip import Polygon, as_number, tiles
from symadv.risk._net_frame import Exprs, Frame
from symadv.risk._net_oval import oval_of
from symadv.risk._net_prism import Form, Prism, near_form
from symadv.risk._net_round import square_root
from symadv.risk._net_section import BEYOND, INSIDE, RIM, Span, ascending
from symadv.risk._net_tiles import Tile

_ZERO, _ONE = sympy.S.Zero, sympy.S.One
_START = 16  # a plane is cut within a rectangle of multiples of 1 / 16


@dataclass(frozen=True, eq=False)
class Across:
    """The frame of a line, a plane of which its direction is none, the budgets and the norm."""

    sample: Frame
    plane: Flat
    budgets: Exprs
    norm: str

    @cached_property
    def line(self) -> Frame | None:
        """The line or the point of the plane on which frozen features keep perturbed points."""
        home, way = list(self.plane.place((_ZERO, _ZERO))), [_ZERO] * len(self.budgets)
        held = {i: self._at(i) for i in self.plane.free if self.budgets[i] == 0}
        if not held or (len(held) == 1 and None in held.values()):
            return None
        for i in self.plane.free:
            at = held.get(i)
            if at is not None:
                home[i] = at
            elif i in held:
                home[i], way[i] = self.sample.home[i], self.sample.along[i]
            elif not any(way):
                way[i] = _ONE
        nothing = (_ZERO,) * len(home)
        return Frame(tuple(home), tuple(way), nothing, nothing)

    def _at(self, i: int) -> sympy.Expr | None:
        """The value of a feature where the sample is, if that is one number."""
        x, a = self.sample.home[i], self.sample.along[i]
        return x if a == 0 else None if self._moment is None else x + a * self._moment

    @cached_property
    def _moment(self) -> sympy.Expr | None:
        """The only t, where a frozen feature varies along the line and not on the plane."""
        ways = ((v - self.sample.home[k], self.sample.along[k]) for k, v in self.plane.fixed if self.budgets[k] == 0)
        return next((step / a for step, a in ways if a != 0), None)

    @cached_property
    def _known(self) -> Form | None:
        """The only t as a form in p and q."""
        if self._moment is not None:
            return self._moment, _ZERO, _ZERO, _ZERO
        for k, i in enumerate(self.plane.free):
            x, a = self.sample.home[i], self.sample.along[i]
            if self.budgets[i] == 0:
                return -x / a, _ZERO, *((1 / a, _ZERO) if k == 0 else (_ZERO, 1 / a))
        return None

    @property
    def _apart(self) -> bool:
        """Whether a frozen feature keeps line and plane apart."""
        steps = ((k, v - self.sample.home[k]) for k, v in self.plane.fixed if self.budgets[k] == 0)
        return any(compare(step, self.sample.along[k] * (self._moment or _ZERO)) != 0 for k, step in steps)

    @cached_property
    def _rows(self) -> list[Form]:
        """The step in units of the budgets, feature by feature."""
        values, (i, j) = dict(self.plane.fixed), self.plane.free
        pairs = zip(self.sample.home, self.sample.along, self.budgets, strict=True)
        return [
            ((values.get(k, _ZERO) - x) / e, -a / e, sympy.Integer(k == i) / e, sympy.Integer(k == j) / e)
            for k, (x, a, e) in enumerate(pairs)
            if e != 0
        ]

    def spans(self) -> Iterator[Span]:
        """The tiles of the plane within reach, with bounds for t; ``line`` is None."""
        if not any(self.budgets) or INFINITESIMAL in self.budgets or self._apart:
            return  # of a ball that is infinitely small at most one t is left
        if self.norm == "l2":
            yield from self._round()
            return
        faces, known = self._faces, self._known
        if not all(v.is_Rational for form in (*faces, known or ()) for v in form[1:]):
            yield from self._nearly(faces, known)
            return
        found: dict[Tile, Span] = {}
        for more in (_ZERO, INFINITESIMAL):
            for piece in Prism(faces, known and (known, known), more, self._start).pieces:
                for tile in tiles(piece.corners):
                    kind = BEYOND if more else piece.kind(tile)
                    found.setdefault(tile, Span(tile.p, kind, tile=tile, forms=piece.forms))
        yield from found.values()

    def _nearly(self, faces: Sequence[Form], known: Form | None) -> Iterator[Span]:
        """The tiles of smaller and larger balls with rational slopes, where those of the ball are irrational."""
        (left, bottom), (right, top) = self._start[0][0], self._start[2][0]
        size = max(abs(float(v)) for v in (*self._when, left, bottom, right, top)) + 1
        for side in (-1, 1):
            own = [near_form(form, -side * size) for form in faces]
            pair = known and (near_form(known, -side * size), near_form(known, side * size))
            for piece in Prism(own, pair, _ZERO, self._start).pieces:
                for tile in tiles(piece.corners):
                    yield Span(tile.p, INSIDE, tile=tile, forms=piece.forms, sure=side < 0)

    def _round(self) -> Iterator[Span]:
        r"""The rectangle around the oval of the $\ell_2$ ball."""
        oval, form = oval_of(self._rows, self._known)
        side = compare(oval.depth, _ZERO)
        if side >= 0:
            ends = zip(oval.centre, map(square_root, oval.reach()), strict=True)
            p, q = ((_coarse(rounded(c - far)[0], -1), _coarse(rounded(c + far)[0], 1)) for c, far in ends)
            tile = Tile(p, (_ZERO, q[0]), (_ZERO, q[1]))
            yield Span(p, INSIDE if side else RIM, tile=tile, forms=(form, form), oval=oval)

    @cached_property
    def _faces(self) -> list[Form]:
        """Forms that are all at most 0 within reach."""
        moving = [row for row in self._rows if row[2] != 0 or row[3] != 0]
        still = [row for row in self._rows if row[2] == 0 and row[3] == 0]
        if self.norm == "linf":
            found = [_scaled(side, row) for row in self._rows for side in (1, -1)]
        else:
            signs = product((1, -1), repeat=len(moving))
            both = product(signs, _sums(still))
            found = [
                _total([total, *(_scaled(s, row) for s, row in zip(ways, moving, strict=True))]) for ways, total in both
            ]
        if self._known is not None:
            found = [_total([(c, _ZERO, b, d), _scaled(a, self._known)]) for c, a, b, d in found]
        return [_simple((c - 1, a, b, d)) for c, a, b, d in found]

    @cached_property
    def _start(self) -> Polygon:
        """A rectangle around all that is within reach."""
        low, high = self._when
        ends = []
        for i in self.plane.free:
            (x, _), (a, _), (e, _) = map(rounded, (self.sample.home[i], self.sample.along[i], self.budgets[i]))
            near = x + min(a * low, a * high) - e, x + max(a * low, a * high) + e
            ends.append((_coarse(near[0], -1), _coarse(near[1], 1)))
        (left, right), (bottom, top) = ends
        places = [(left, bottom), (right, bottom), (right, top), (left, top)]
        sides = [(bottom, 0, -1), (-right, 1, 0), (-top, 0, 1), (left, -1, 0)]
        return [
            (tuple(map(as_number, at)), tuple(as_number(sympy.Rational(v)) for v in side))
            for at, side in zip(places, sides, strict=True)
        ]

    @property
    def _when(self) -> tuple[float, float]:
        """Between which t, about."""
        if self._moment is not None:
            return (rounded(self._moment)[0],) * 2
        c, a = next((c, a) for c, a, b, d in self._rows if a != 0 and b == 0 and d == 0)
        first, last = sorted(rounded((side - c) / a)[0] for side in (1, -1))
        return first, last


def _scaled(factor: sympy.Expr | int, form: Form) -> Form:
    c, a, b, d = form
    return factor * c, factor * a, factor * b, factor * d


def _total(forms: Sequence[Form]) -> Form:
    c, a, b, d = (sympy.Add(*column) for column in zip(*forms, strict=True))
    return c, a, b, d


def _sums(rows: Sequence[Form]) -> list[Form]:
    r"""The affine forms of which $\sum_k |c_k + a_k t|$ is the largest."""
    still = _total([(abs(c), _ZERO, _ZERO, _ZERO) for c, a, _, _ in rows if a == 0] or [(_ZERO,) * 4])
    moving = [row for row in rows if row[1] != 0]
    turns = ascending([-c / a for c, a, _, _ in moving])
    between = [turns[0] - 1, *((a + b) / 2 for a, b in pairwise(turns)), turns[-1] + 1] if turns else [_ZERO]
    return [_total([still, *(_scaled(compare(row[0] + row[1] * t, _ZERO), row) for row in moving)]) for t in between]


def _simple(form: Form) -> Form:
    """A form with the same sign, of rational slopes if there is one."""
    first = next((abs(v) for v in form[1:] if v != 0), _ONE)
    c, *slopes = (v / first for v in form)
    a, b, d = (v if v.is_Rational else sympy.radsimp(sympy.simplify(v)) for v in slopes)
    return c, a, b, d


def _coarse(number: float, side: int) -> sympy.Rational:
    """A number of few digits a little above (1) or below."""
    return (sympy.floor(sympy.Rational(number) * _START) + 2 * side) / _START
