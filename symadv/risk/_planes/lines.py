r"""What is true on lines in a plane, and perhaps nowhere around: on borders of the true labels, on strata in the plane.

A line is cut wherever it crosses another one, so that on each part one label is true, and one is at each of its sides.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import pi

import numpy as np
import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.charts import Chart, rounded
from symadv.geometry.polygons import Ints
from symadv.geometry.spheres import Sphere
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.order import compare
from symadv.language.regions import Cells
from symadv.probability.distribution import Distribution
from symadv.probability.support_labels import true_regions
from symadv.risk._net_cells import Divider
from symadv.risk._net_frame import Frame
from symadv.risk._net_tiles import Edge, Line, P, Q, Tile
from symadv.risk._net_truth import UNKNOWN, Case, Condition, Side, along, sides_of, tiled, told
from symadv.risk._net_truth import Truth as Label
from symadv.risk._planes.truth import Truth

_TRUE = "true"  # the kind of a case that says which label is
_ZERO, _ONE = sympy.S.Zero, sympy.S.One
_PARALLEL = 1e-9


@dataclass(frozen=True)
class Place:
    """A point or an open segment of a line (by number) that perturbed points may be on, and the label true there.

    ``beside``: whether it is next to where perturbed points may be and that label is true, or any if it has none.
    """

    line: int
    chart: Chart
    label: Label
    beside: bool


@dataclass(frozen=True)
class Lines:
    """The lines in one plane of a distribution; ``chart``: the part of it that matters."""

    d: Distribution
    threat: ThreatModel
    margin: sympy.Expr
    plane: Flat
    chart: Chart

    def dividers(self, *, true: bool) -> Iterator[Divider]:
        """Those on which alone perturbed points may be, or (``true``) another label may be true than around."""
        borders = (border for case in (self._cases if true else ()) for border, _ in case.sides)
        through = [line for s in self.d.strata for line in self._through(s)]
        for line in through:
            if not line.rational:
                raise SymadvError(f"the exact risk of a network needs lines of rational slopes in a plane, got {line}")
        yield from (_divider(line) for line in (*borders, *through) if isinstance(line, Line) and line.rational)
        for v, (low, high) in zip((P, Q), (self._boxes[i] for i in self.plane.free), strict=True):
            if low == high:
                yield Divider((_ONE, _ZERO, -low) if v == P else (_ZERO, _ONE, -low))

    def places(self, truth: Truth) -> Iterator[Place]:
        """What is true on the lines by which a truth is told apart, where that is not known from what is beside."""
        lines = [Line(*divider.coefficients) for divider in truth.dividers]
        for number, line in enumerate(lines):
            tile, known = self._tile(line)
            cases = tuple(along(known, self._cases)) if truth.cells else ()
            for part in _parts(tile, lines):
                around = _around(lines, [part.sign(other) for other in lines])
                for room in self._rooms:
                    for piece, left in tiled(part, room, cases):
                        label = told(left).get(_TRUE)
                        beside = self._beside(truth, around, label)
                        if label is not None or not beside:
                            yield Place(number, self._frame.chart(piece), label, beside)

    def _beside(self, truth: Truth, around: Ints, label: Label) -> bool:
        """Whether a label is true in one of some directions in which perturbed points may go."""
        allowed = truth.boxed(around)
        if label is None or not truth.cells:
            return bool(allowed.any())
        if truth.forms:
            return False  # not known
        return label != UNKNOWN and bool((allowed & (truth.labels(around) == self.d.labels.index(label))).any())

    @cached_property
    def _frame(self) -> Frame:
        """The plane by the values of its free features."""
        (i, j), home = self.plane.free, self.plane.place((_ZERO, _ZERO))
        across, ahead = (tuple(sympy.Integer(k == free) for k in range(len(home))) for free in (i, j))
        return Frame(home, ahead, across, (_ZERO,) * len(home))

    @cached_property
    def _cases(self) -> tuple[Case, ...]:
        """The true labels."""
        regions = true_regions(self.d, self.margin, on_support=self.threat.on_support)
        return tuple(Case(_TRUE, y, sides) for y, region in regions.items() for sides in self._sides(region))

    def _sides(self, region: Cells, more: Iterable[Condition] = ()) -> Iterator[tuple[Side, ...]]:
        place = dict(zip(self.d.features, self._frame.place, strict=True))
        for cell in region.cells:
            yield from sides_of((*((form.xreplace(place), signs) for form, signs in cell), *more))

    @cached_property
    def _rooms(self) -> tuple[tuple[Side, ...], ...]:
        """Where perturbed points may be."""
        boxed = [
            (side * (form - end), frozenset({0, 1}))
            for form, ends in zip(self._frame.place, self._boxes, strict=True)
            for side, end in zip((1, -1), ends, strict=True)
            if end.is_finite
        ]
        if not self.threat.on_support:
            return sides_of(tuple(boxed))
        return tuple(sides for s in self.d.support for sides in self._sides(s.region(self.d.features), boxed))

    @property
    def _boxes(self) -> Sequence[tuple[sympy.Expr, sympy.Expr]]:
        n = len(self.d.features)
        return self.threat.boxes(n) or ((-sympy.oo, sympy.oo),) * n

    def _tile(self, line: Line) -> tuple[Tile, dict[sympy.Symbol, sympy.Expr]]:
        """A line as far as it matters, and what is known of P and Q on it."""
        if line.b == 0:
            at = -line.c / line.a
            low, high = self.chart.q
            return Tile((at, at), (_ZERO, low), (_ZERO, high)), {P: at}
        edge: Edge = -line.a / line.b, -line.c / line.b
        return Tile(self.chart.p, edge, edge), {Q: edge[0] * P + edge[1]}

    def _through(self, stratum: Stratum) -> Iterator[Line]:
        """A line through a stratum, as far as that lies in the plane; of a plane that crosses this one the line, or two
        that meet where it does."""
        if isinstance(stratum, Sphere):
            return
        if isinstance(stratum, Flat) and stratum.dim > 1:
            there = {i: v for i, v in stratum.carrier.fixed if i in self.plane.free}
            meet = all(compare(v, w) == 0 for i, v in stratum.carrier.fixed for k, w in self.plane.fixed if i == k)
            for i, v in there.items() if meet else ():
                yield Line(_ONE, _ZERO, -v) if i == self.plane.free[0] else Line(_ZERO, _ONE, -v)
            return
        home, one = (stratum.place((v,) * stratum.dim) for v in (_ZERO, _ONE))
        way = [b - a for a, b in zip(home, one, strict=True)]
        steps = [(v - home[i]) / way[i] for i, v in self.plane.fixed if way[i] != 0]
        if steps:  # it crosses the plane
            home, way = tuple(a + steps[0] * w for a, w in zip(home, way, strict=True)), [_ZERO] * len(home)
        if all(compare(home[i], v) == 0 for i, v in self.plane.fixed):
            i, j = self.plane.free
            across, up = (way[i], way[j]) if any(way) else (_ZERO, _ONE)
            yield Line(up, -across, across * home[j] - up * home[i])


def _parts(tile: Tile, lines: Sequence[Line]) -> list[Tile]:
    """The parts of a tile on all sides of some lines."""
    parts = [tile]
    for line in lines:
        parts = [piece for part in parts for piece in (part.split(line) if part.sign(line) is None else [part])]
    return parts


def _divider(line: Line) -> Divider:
    first = line.a if line.a != 0 else line.b
    a, b, c = (v if v.is_Rational else sympy.simplify(v) for v in (line.a / first, line.b / first, line.c / first))
    return Divider((a, b, c))


def _around(lines: Sequence[Line], signs: Sequence[Label]) -> Ints:
    """The signs of lines in all directions from where they have some signs, (directions, lines)."""
    here = np.array(signs, dtype=np.int64)
    on = [k for k, sign in enumerate(signs) if sign == 0]
    if not on:
        return here[None]
    normals = np.array([[rounded(v)[0] for v in (lines[k].a, lines[k].b)] for k in on])
    angles = np.sort(np.arctan2(normals[:, 0], -normals[:, 1]) % pi)
    gaps = np.diff(angles, append=angles[0] + pi)
    between = (angles + gaps / 2)[gaps > _PARALLEL]
    ways = np.concatenate([between, between + pi])
    found = np.repeat(here[None], len(ways), axis=0)
    found[:, on] = np.sign(np.stack([np.cos(ways), np.sin(ways)], axis=1) @ normals.T)
    return found
