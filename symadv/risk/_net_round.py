r"""Reach in the $\ell_2$ ball: extreme values of $z_j \pm h(z)$ on polygons, at vertices or where edges are touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

import flint
import numpy as np
import sympy

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import ULP, Bools, Floats
from symadv.language.order import compare
from symadv.risk._net_cells import DecisionCells
from symadv.risk._net_reach import Affine, Pieces, Spread, bounded

_PRIME = 2**521 - 1
_TRIAL = 4096  # primes that sympy, too, tries to divide by


@dataclass(frozen=True)
class Arch:
    r"""$h(p) = E \sqrt{r - ((p - c) / w)^2}$; without a width w, $E \sqrt r$."""

    centre: sympy.Expr
    width: sympy.Expr | None
    height: sympy.Expr
    rest: sympy.Expr

    @property
    def numbers(self) -> tuple[sympy.Expr | None, ...]:
        """All of it."""
        return self.centre, self.width, self.height, self.rest


class RoundSpread(Spread):
    """The spread of forms q + b p + c less or plus an arch: the columns are the vertices, then the edges."""

    def __init__(
        self, decided: DecisionCells, lower: Sequence[Affine], upper: Sequence[Affine], arches: Sequence[Arch]
    ) -> None:
        self._forms, self._arches = {-1: lower, 1: upper}, arches
        super().__init__(decided)

    def _mine(self, pieces: Pieces, columns: int) -> Bools:
        vertices = super()._mine(pieces, columns // 2)
        edges = vertices & (
            (pieces.first < 0)[:, None]
            | ((np.arange(columns // 2) == pieces.first[:, None]) & (pieces.first != pieces.last)[:, None])
        )
        return np.concatenate([vertices, edges], axis=1)

    def _marks(self, cell: int, column: int) -> int:
        cells, m = self._cells, self._cells.at.shape[1]
        if column < m:
            return int(cells.marks[cell, column])
        after = int(cells.following[cell, column - m])
        return int(cells.marks[cell, column - m] & cells.marks[cell, after])

    def _candidates(self, side: int) -> tuple[Floats, Floats]:
        """Vertices: the form and the arch over it.  Edges: where the arch, moved along, last touches them."""
        cells = self._cells
        chart = cells.data["chart"]
        numbers = np.array([[rounded(v or sympy.S.Zero)[0] for v in arch.numbers] for arch in self._arches])[chart]
        leans = np.array([[rounded(v)[0] for v in (form.p, form.constant)] for form in self._forms[side]])[chart]
        centre, width, height, rest, lean, start = (v[:, None] for v in (*numbers.T, *leans.T))
        (at, bound), (p, doubt) = ((cells.at[:, :, k], cells.error[:, :, k]) for k in (1, 0))
        wide = width > 0
        root, root_error = arch_floats(p, doubt, centre, np.where(wide, width, np.inf), rest)
        infinite = cells.at[:, :, 2] == 0
        value = at + lean * p + start + side * height * root
        size = np.abs(at) + height + np.abs(lean * p) + np.abs(start)
        error = bound + np.abs(lean) * doubt + height * root_error + 32 * ULP * size
        value = np.where(infinite, np.copysign(np.inf, at), value)
        least, most = bounded(side, value, np.where(infinite, 0, error))
        usable = wide & (height > 0)
        tangents = self._tangents(side, centre, width, height, rest, lean, start)
        lowest, highest = (np.where(usable, v, -np.inf) for v in tangents)
        return np.concatenate([least, lowest], axis=1), np.concatenate([most, highest], axis=1)

    def _tangents(
        self, side: int, centre: Floats, width: Floats, height: Floats, rest: Floats, lean: Floats, start: Floats
    ) -> tuple[Floats, Floats]:
        cells = self._cells
        after = cells.following
        one, other = cells.at, np.take_along_axis(cells.at, after[:, :, None], axis=1)
        error = np.maximum(cells.error, np.take_along_axis(cells.error, after[:, :, None], axis=1))
        way = (other - one)[:, :, :2]
        doubt = 2 * error + 4 * ULP * (np.abs(one[:, :, :2]) + np.abs(other[:, :, :2]))
        slope = way[:, :, 1] / way[:, :, 0]
        slope_error = (doubt[:, :, 1] + np.abs(slope) * doubt[:, :, 0]) / (np.abs(way[:, :, 0]) - doubt[:, :, 0])
        slope_error = np.where(np.abs(way[:, :, 0]) > doubt[:, :, 0], slope_error, np.inf)
        steep = slope + lean
        slope_error = slope_error + 4 * ULP * (np.abs(slope) + np.abs(lean))
        length = np.hypot(steep * width, height)
        touch = centre + side * np.sqrt(rest) * steep * width * width / length
        touch_error = width * width * slope_error / height * 2 + 1e-12 * (np.abs(touch) + width)
        left, right = (f(one[:, :, 0], other[:, :, 0]) for f in (np.minimum, np.maximum))
        outside = (touch + touch_error < left - doubt[:, :, 0]) | (touch - touch_error > right + doubt[:, :, 0])
        inside = (touch - touch_error > left + doubt[:, :, 0]) & (touch + touch_error < right - doubt[:, :, 0])
        value = one[:, :, 1] + slope * (centre - one[:, :, 0]) + lean * centre + start + side * np.sqrt(rest) * length
        size = np.abs(value) + np.abs(one[:, :, 1]) + length + np.abs(slope * one[:, :, 0]) + np.abs(start)
        bound = (
            doubt[:, :, 1]
            + np.abs(slope) * doubt[:, :, 0]
            + slope_error * (np.abs(centre - one[:, :, 0]) + width)
            + 64 * ULP * (size + np.abs(lean * centre))
        )
        gone = outside | (one[:, :, 2] == 0) | (other[:, :, 2] == 0) | (way[:, :, 0] == 0) | ~cells.real
        # A line that is touched beyond the ends of its edge overestimates what the edge reaches.
        least, most = bounded(side, value, bound)
        return np.where(inside & ~gone, least, -np.inf), np.where(gone, -np.inf, most)

    def _exact(self, cell: int, column: int, side: int) -> sympy.Expr | None:
        cells, m = self._cells, self._cells.at.shape[1]
        chart = int(cells.data["chart"][cell])
        arch, form = self._arches[chart], self._forms[side][chart]
        if cells.at[cell, column % m, 2] == 0:
            return None  # at infinity
        if column >= m:
            return self._exact_tangent(cell, column - m, side, arch, form)
        p, q = self._vertex(cell, column)
        inner = arch.rest - ((p - arch.centre) / arch.width) ** 2 if arch.width is not None else arch.rest
        return q + form.p * p + form.constant + side * arch.height * square_root(inner)

    def _exact_tangent(self, cell: int, first: int, side: int, arch: Arch, form: Affine) -> sympy.Expr | None:
        if arch.width is None:
            return None
        a, b, *c = self._decided.lines.row(int(self._cells.edge[cell, first]))
        if b == 0:
            return None
        slope = _rational(-a / b) + form.p
        offset = self._decided.basis.number(tuple(-v / b for v in c)) + form.constant
        length = square_root((slope * arch.width) ** 2 + arch.height**2)
        touch = arch.centre + side * square_root(arch.rest) * slope * arch.width**2 / length
        ends = [self._vertex(cell, j)[0] for j in (first, int(self._cells.following[cell, first]))]
        if {compare(touch, end) for end in ends} not in ({-1, 1}, {0, 1}, {0, -1}):
            return None
        return offset + slope * arch.centre + side * square_root(arch.rest) * length

    def _vertex(self, cell: int, column: int) -> tuple[sympy.Expr, sympy.Expr]:
        first, second = (int(v) for v in self._cells.crossing[cell, column])
        p, q = self._decided.lines.crossing(first, second)
        return self._decided.basis.number(p), self._decided.basis.number(q)

    def _compare(self, a: sympy.Expr, b: sympy.Expr) -> int:
        return compare(a, b)

    def _number(self, value: sympy.Expr) -> sympy.Expr:
        return value


def arch_floats(p: Floats, error: Floats, centre: Floats, width: Floats, rest: Floats) -> tuple[Floats, Floats]:
    """The square root in the arch, and a bound for its error, also where it is close to 0."""
    share = (p - centre) / width
    share_error = error / width + 8 * ULP * (np.abs(p) + np.abs(centre)) / width
    inner = rest - share * share
    inner_error = (2 * np.abs(share) + share_error) * share_error + 8 * ULP * (1 + share * share)
    root = np.sqrt(np.maximum(inner, 0))
    steep = np.where(
        inner > 4 * inner_error, inner_error / np.sqrt(np.maximum(inner, 1e-300)), 3 * np.sqrt(inner_error)
    )
    return root, steep


def square_root(number: sympy.Expr) -> sympy.Expr:
    """The square root, without a search for factors of large integers, and of large squares least of all."""
    if not number.is_Rational:
        return sympy.sqrt(number)
    (top, over), (bottom, under) = (_split(int(v)) for v in (number.p, number.q))
    outside = sympy.Rational(top, bottom)
    if over == under == 1:
        return outside
    if any(map(_close_factors, (over, under))):
        whole = sympy.Pow(sympy.Integer(over * under * _PRIME**2), sympy.S.Half, evaluate=False)
        return outside * whole / (under * _PRIME)
    return outside * sympy.Pow(sympy.Rational(over, under), sympy.S.Half, evaluate=False)


def _split(number: int) -> tuple[int, int]:
    """A number as the root of a square and the rest."""
    root = isqrt(max(number, 0))
    return (root, 1) if root * root == number else (1, number)


def _close_factors(number: int) -> bool:
    """Whether a large integer is the product of two that are nearly equal, perhaps but for small primes: sympy 1.14
    fails to take its root."""
    rest = number
    for prime, power in sorted((int(p), int(e)) for p, e in flint.fmpz(number).factor(trial_limit=_TRIAL)):
        first = isqrt(rest - 1) + 1 if rest else 0
        if rest > 1 and any(isqrt(n * n - rest) ** 2 == n * n - rest for n in range(first, first + 8)):
            return True
        rest //= prime**power
    return False


def _rational(number: flint.fmpq) -> sympy.Rational:
    return sympy.Rational(int(number.p), int(number.q))
