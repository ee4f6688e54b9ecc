r"""Reach in the $\ell_2$ ball from a line to a plane that is not parallel to it.

A point z of the plane is within reach of those t with $|t - m(z)| \le \omega \sqrt{h(z)}$, where m is an affine form,
$h(z) = \eta - (z - c)^T H (z - c)$ and $\omega$ is 1, or 0 where frozen features leave one t.  On a convex polygon the
extreme t is at a corner inside the oval $h \ge 0$, where a side is touched, or where the plane is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from symadv.geometry.polygons import Bools, Floats
from symadv.language.order import compare
from symadv.risk._net_cells import DecisionCells
from symadv.risk._net_near import Near, around, numbers
from symadv.risk._net_reach import Affine, Pieces, Spread
from symadv.risk._net_round import square_root

Number = Any  # Near: arrays of floats, or sympy.Expr
Pair = tuple[Number, Number]
_ZERO, _ONE = sympy.S.Zero, sympy.S.One


@dataclass(frozen=True)
class Oval:
    r"""The oval of a plane, and whether each t around m(z) is within reach (``wide``: $\omega = 1$) or one alone."""

    centre: Pair
    bend: tuple[Number, Number, Number]  # the entries 11, 12 and 22 of H
    depth: Number
    wide: Number

    def height(self, at: Pair) -> Number:
        """The function h."""
        away = at[0] - self.centre[0], at[1] - self.centre[1]
        return self.depth - self._dot(away, away)

    def _dot(self, v: Pair, w: Pair) -> Number:
        a, b, c = self.bend
        return a * (v[0] * w[0]) + b * (v[0] * w[1] + v[1] * w[0]) + c * (v[1] * w[1])

    def on_line(self, at: Pair, way: Pair, form: Affine) -> tuple[Number, Number, Number, Number]:
        r"""$s_0$, $\eta'$, $m_1$ and $\kappa$ of $m = m_0 + m_1 s$ and $h = \eta' - \kappa (s - s_0)^2$ at + s way."""
        away = self.centre[0] - at[0], self.centre[1] - at[1]
        bent, lean = self._dot(way, way), form.p * way[0] + form.q * way[1]
        middle = self._dot(way, away) / bent
        return middle, self.depth - self._dot(away, away) + middle * middle * bent, lean, bent

    @property
    def _whole(self) -> Number:
        a, b, c = self.bend
        return a * c - b * b

    def gradient(self, form: Affine) -> Pair:
        r"""$H^{-1} m$."""
        a, b, c = self.bend
        return (c * form.p - b * form.q) / self._whole, (a * form.q - b * form.p) / self._whole

    def reach(self) -> Pair:
        """The squares of how far p and q are at most from the centre."""
        a, _, c = self.bend
        return self.depth * c / self._whole, self.depth * a / self._whole


def oval_of(rows: Sequence[Sequence[sympy.Expr]], known: Sequence[sympy.Expr] | None) -> tuple[Oval, Affine]:
    r"""The oval and the form of the triples with $\sum (c + a t + b p + d q)^2 \le 1$, for rows (c, a, b, d).

    ``known``: the only t, as such a row.
    """
    wide = known is None
    if known is not None:
        f, _, g, h = known
        rows = [(c + a * f, _ONE, b + a * g, d + a * h) for c, a, b, d in rows]
    columns = [[row[k] for row in rows] for k in range(4)]

    def plain(v: int, w: int) -> sympy.Expr:
        return sympy.Add(*(x * y for x, y in zip(columns[v], columns[w], strict=True)))

    size = plain(1, 1) if wide else _ONE

    def dot(v: int, w: int) -> sympy.Expr:
        rest = plain(v, w) - plain(1, v) * plain(1, w) / size if wide else plain(v, w)
        return sympy.expand(rest / size)

    a, b, c = bend = dot(2, 2), dot(2, 3), dot(3, 3)
    x, y, whole = dot(0, 2), dot(0, 3), sympy.expand(a * c - b * b)
    centre = (b * y - c * x) / whole, (b * x - a * y) / whole
    depth = sympy.expand(1 / size - dot(0, 0) - x * centre[0] - y * centre[1])
    form = (-plain(1, k) / size for k in (2, 3, 0)) if known is None else (known[k] for k in (2, 3, 0))
    return Oval(centre, bend, depth, sympy.Integer(wide)), Affine(*(sympy.expand(v) for v in form))


def _height(form: Affine, at: Pair) -> Number:
    return form.p * at[0] + form.q * at[1] + form.constant


class OvalSpread(Spread):
    """The spread of t: columns are the vertices, the edges, and the inside; ``ovals``: those of charts that have one,
    around the forms ``middle`` for the least and the largest t."""

    def __init__(
        self, decided: DecisionCells, middle: Sequence[Sequence[Affine]], ovals: Sequence[Oval | None]
    ) -> None:
        self._middle, self._ovals = {-1: middle[0], 1: middle[1]}, ovals
        super().__init__(decided)

    def _mine(self, pieces: Pieces, columns: int) -> Bools:
        m = columns // 2
        vertices = super()._mine(pieces, m)
        whole = (pieces.first < 0)[:, None]
        edges = vertices & (whole | ((np.arange(m) == pieces.first[:, None]) & (pieces.first != pieces.last)[:, None]))
        return np.concatenate([vertices, edges, whole], axis=1)

    def _marks(self, cell: int, column: int) -> int:
        marks, m = self._cells.marks, self._cells.at.shape[1]
        if column < m:
            return int(marks[cell, column])
        return 0 if column == 2 * m else int(marks[cell, column - m] & marks[cell, self._after(cell, column - m)])

    def _after(self, cell: int, column: int) -> int:
        return int(self._cells.following[cell, column])

    def _candidates(self, side: int) -> tuple[Floats, Floats]:
        cells = self._cells
        n, m = cells.at.shape[:2]
        least, most = np.full((n, 2 * m + 1), -np.inf), np.full((n, 2 * m + 1), -np.inf)
        rows = np.flatnonzero(np.isin(cells.data["chart"], [k for k, oval in enumerate(self._ovals) if oval]))
        if not len(rows):
            return least, most
        oval, form = self._in_floats(rows, side)
        at, error, real = cells.at[rows], cells.error[rows], cells.real[rows]
        place = around(at[:, :, 0], error[:, :, 0]), around(at[:, :, 1], error[:, :, 1])
        after = cells.following[rows]
        ends = tuple(Near(*(np.take_along_axis(v, after, axis=1) for v in (x.low, x.high))) for x in place)
        way = ends[0] - place[0], ends[1] - place[1]
        sign = around(np.full((len(rows), 1), float(side)), np.zeros(1))
        height = oval.height(place)
        found = [_bounds(side, _height(form, place) + sign * oval.wide * height.root, height, real)]
        found.append(self._touched(side, sign, oval, form, place, way, real & (cells.count[rows] > 1)[:, None]))
        found.append(self._inner(side, sign, oval, form, place, way, real))
        least[rows], most[rows] = (np.concatenate(v, axis=1) for v in zip(*found, strict=True))
        return least, most

    def _in_floats(self, rows: Any, side: int) -> tuple[Oval, Affine]:
        """The ovals and forms of cells, (n, 1)."""
        charts = self._cells.data["chart"][rows]

        def column(values: list[sympy.Expr]) -> Near:
            found = numbers(values)
            return Near(found.low[charts][:, None], found.high[charts][:, None])

        nothing = Oval((_ZERO, _ZERO), (_ONE, _ZERO, _ONE), _ZERO, _ZERO)
        ovals = [oval or nothing for oval in self._ovals]
        p, q = (column([oval.centre[k] for oval in ovals]) for k in (0, 1))
        a, b, c = (column([oval.bend[k] for oval in ovals]) for k in (0, 1, 2))
        depth, wide = column([oval.depth for oval in ovals]), column([oval.wide for oval in ovals])
        form = Affine(*(column([f[k] for f in self._middle[side]]) for k in range(3)))
        return Oval((p, q), (a, b, c), depth, wide), form

    def _touched(
        self, side: int, sign: Near, oval: Oval, form: Affine, at: Pair, way: Pair, real: Bools
    ) -> tuple[Floats, Floats]:
        """Where edges are touched."""
        middle, left, lean, bent = oval.on_line(at, way, form)
        steep = oval.wide * bent + lean * lean
        share = middle + sign * lean * (left / (bent * steep)).root
        value = _height(form, at) + lean * middle + sign * (left * steep / bent).root
        inside, outside = (share.low > 0) & (share.high < 1), (share.high < 0) | (share.low > 1)
        known = Near(np.where(inside, left.low, -np.inf), np.where(outside, -np.inf, left.high))
        return _bounds(side, value, known, real)

    def _inner(
        self, side: int, sign: Near, oval: Oval, form: Affine, at: Pair, way: Pair, real: Bools
    ) -> tuple[Floats, Floats]:
        """Where the plane is touched, in cells that are no segments."""
        g, h = oval.gradient(form)
        steep = oval.wide + form.p * g + form.q * h
        far = sign * (oval.depth / steep).root
        place = oval.centre[0] + far * g, oval.centre[1] + far * h
        turn = way[0] * (place[1] - at[1]) - way[1] * (place[0] - at[0])
        left, right = turn.positive & real, turn.negative & real
        inside = (left | ~real).all(axis=1) | (right | ~real).all(axis=1)
        outside = left.any(axis=1) & right.any(axis=1)
        value = _height(form, oval.centre) + sign * (oval.depth * steep).root
        known = Near(np.where(inside, 1.0, -1.0)[:, None], np.where(outside, -1.0, 1.0)[:, None])
        return _bounds(side, value, known, (real.sum(axis=1) > 2)[:, None])

    def _exact(self, cell: int, column: int, side: int) -> sympy.Expr | None:
        chart, m = int(self._cells.data["chart"][cell]), self._cells.at.shape[1]
        oval, form = self._ovals[chart], self._middle[side][chart]
        if oval is None:
            return None
        if column < m:
            at = self._vertex(cell, column)
            height = sympy.expand(oval.height(at))
            if compare(height, _ZERO) < 0:
                return None
            return _height(form, at) + side * oval.wide * square_root(height)
        if column < 2 * m:
            return self._exact_touch(cell, column - m, side, oval, form)
        return self._exact_inner(cell, side, oval, form)

    def _exact_touch(self, cell: int, first: int, side: int, oval: Oval, form: Affine) -> sympy.Expr | None:
        at, end = self._vertex(cell, first), self._vertex(cell, self._after(cell, first))
        a, b, *_ = self._decided.lines.row(int(self._cells.edge[cell, first]))
        way = _rational(b), _rational(-a)
        far = ((end[0] - at[0]) * way[0] + (end[1] - at[1]) * way[1]) / (way[0] ** 2 + way[1] ** 2)
        middle, left, lean, bent = (sympy.expand(v) for v in oval.on_line(at, way, form))
        if compare(far, _ZERO) == 0 or compare(left, _ZERO) < 0:
            return None
        steep = sympy.expand(oval.wide * bent + lean**2)
        share = middle if steep == 0 else middle + side * lean * square_root(sympy.expand(left / (bent * steep)))
        if compare(share, _ZERO) * compare(share, far) >= 0:
            return None
        return _height(form, at) + lean * middle + side * square_root(sympy.expand(left * steep / bent))

    def _exact_inner(self, cell: int, side: int, oval: Oval, form: Affine) -> sympy.Expr | None:
        count = int(self._cells.count[cell])
        if count < 3:
            return None
        g, h = oval.gradient(form)
        steep = sympy.expand(oval.wide + form.p * g + form.q * h)
        far = _ZERO if steep == 0 else side * square_root(sympy.expand(oval.depth / steep))
        place = oval.centre[0] + far * g, oval.centre[1] + far * h
        corners = [self._vertex(cell, j) for j in range(count)]
        turns = set()
        for k, at in enumerate(corners):
            end = corners[(k + 1) % count]
            way = end[0] - at[0], end[1] - at[1]
            turns.add(compare(sympy.expand(way[0] * (place[1] - at[1]) - way[1] * (place[0] - at[0])), _ZERO))
        if turns not in ({1}, {-1}):
            return None
        return _height(form, oval.centre) + side * square_root(sympy.expand(oval.depth * steep))

    def _vertex(self, cell: int, column: int) -> tuple[sympy.Expr, sympy.Expr]:
        first, second = (int(v) for v in self._cells.crossing[cell, column])
        p, q = self._decided.lines.crossing(first, second)
        return self._decided.basis.number(p), self._decided.basis.number(q)

    def _compare(self, a: sympy.Expr, b: sympy.Expr) -> int:
        return compare(a, b)

    def _number(self, value: sympy.Expr) -> sympy.Expr:
        return value


def _bounds(side: int, value: Near, height: Near, there: Bools) -> tuple[Floats, Floats]:
    """Bounds for ``side`` times values that exist where a height is not negative."""
    found = value if side > 0 else -value
    gone = ~there | height.negative
    return np.where(gone | (height.low < 0), -np.inf, found.low), np.where(gone, -np.inf, found.high)


def _rational(number: Any) -> sympy.Rational:
    return sympy.Rational(int(number.p), int(number.q))
