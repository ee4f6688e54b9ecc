"""What is within reach of smooth arcs when the ball is a disc: fans of normals, and discs around the ends of chains.

Fans of parts of arcs that follow each other smoothly have a normal in common, at the same numbers in floats; what they
cover together has no edge there.  Elsewhere the normals at the ends of fans are edges, and there are discs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from symadv.geometry.polygons import ULP, Floats, Ints
from symadv.risk._planes.borders import Borders
from symadv.risk._planes.curves import Curves, joined, straight
from symadv.risk._planes.cut import Link
from symadv.risk._planes.graphs import DEGREE
from symadv.risk._planes.links import Reach
from symadv.risk._planes.offsets import SHORT, WHOLE, Fan, Part, Polynomial, fanned
from symadv.risk._planes.reach import Pieces

_SIDES = ((0, -1), (1, 1))  # the number of a fan, and on which side of the graph it is
_SAME = 1e-12  # how far apart the ends of fans with a normal in common may be computed

Bound = tuple[Polynomial, float, float, int, int]  # a curve, from where to where, the set that it bounds, and its side
Edge = tuple[Floats, Floats, float, int, int]  # from where to where, how far off, the set that it bounds, and its side


@dataclass(eq=False)
class _Piece:
    """A part of an arc, the ``owner`` of its sets, where its fans begin and end, at which ends these have edges, and
    where there are discs, that are off by ``away``; ``boxes`` in which nothing is known; the piece ``beyond`` of which
    the same discs may hide a fan."""

    part: Part
    graph: Polynomial
    owner: int
    spans: list[list[float]]
    boxes: Floats
    closed: list[list[bool]] = field(default_factory=lambda: [[True, True], [True, True]])  # by fans and ends
    disc: list[bool] = field(default_factory=lambda: [True, True])
    away: float = 0.0
    beyond: "_Piece | None" = None


@dataclass(frozen=True)
class Disc:
    """A disc by its radius."""

    radius: float

    def reach(self, borders: Borders, links: Sequence[Link]) -> Reach:
        """What is within reach of some links of arcs."""
        kinds, owner = np.unique(np.array([k.touched for k in links], dtype=np.int64), axis=0, return_inverse=True)
        pieces = [self._pieces(borders.arcs, link, k) for link, k in zip(links, owner.ravel().tolist(), strict=True)]
        boxes = list(self._joined(borders, links, pieces))
        for own in pieces:
            for one, other in pairwise(own):
                _smooth(one, other)
        every = [piece for own in pieces for piece in own]
        self._hide(every)
        curves = [bound for piece in every for bound in _bounds(piece)]
        edges = [edge for piece in every for edge in _edges(piece)]
        ends = [(piece, end) for piece in every for end in (0, 1) if piece.disc[end]]
        points = np.array([[piece.part.ends[end]] * 2 for piece, end in ends]).reshape(-1, 2, 2)
        discs = Pieces(
            points,
            np.array([piece.graph.error + piece.away for piece, _ in ends])
            + 8 * ULP * (1 + np.abs(points).max(axis=(1, 2))),
            kinds[[piece.owner for piece, _ in ends]],
            np.full(len(ends), self.radius),
        )
        unknown = [piece.boxes for piece in every] + [np.array(boxes).reshape(-1, 4)]
        return Reach(_drawn(curves, edges), kinds, discs, np.concatenate(unknown))

    def _pieces(self, arcs: Curves, link: Link, owner: int) -> list[_Piece]:
        """A link in parts, from left to right."""
        k = link.part.curve
        terms = np.concatenate([arcs.height[k : k + 1], arcs.terms[k]])
        graph = Polynomial(float(arcs.start[k]), float(arcs.radius[k]), terms.tobytes(), float(arcs.error[k]))
        return [
            _Piece(part, graph, owner, [[] if f is None else f.ends[:, 0].tolist() for f in part.fans], part.boxes)
            for part in fanned(graph, link.part.low, link.part.high, self.radius)
        ]

    def _joined(
        self, borders: Borders, links: Sequence[Link], pieces: Sequence[list[_Piece]]
    ) -> Iterator[tuple[float, float, float, float]]:
        """Joins links that the same types touch at nodes; what is not known at vertical tangents."""
        met: dict[tuple[int, bytes], list[tuple[int, int]]] = {}
        for k, link in enumerate(links):
            for end in (0, 1):
                if link.part.nodes[end] >= 0:
                    met.setdefault((link.part.nodes[end], link.touched.tobytes()), []).append((k, end))
        for (node, _), listed in met.items():
            if len(listed) == 2:
                (i, one), (j, other) = listed
                if one != other:
                    left, right = (i, j) if one == 1 else (j, i)
                    _smooth(pieces[left][-1], pieces[right][0])
                else:
                    box = int(np.flatnonzero(borders.box_node == node)[0])
                    ends = [pieces[k][-end].part.ends[end] for k, end in listed]
                    yield from self._turned(borders.boxes[box], float(borders.leans[box]), np.array(ends))

    def _hide(self, pieces: Sequence[_Piece]) -> None:
        """Leaves out discs between pieces whose fans those around them hide: short ones that turn little together."""
        follow = {id(piece.beyond) for piece in pieces}
        for first in (p for p in pieces if p.beyond is not None and id(p) not in follow):
            group, length = [first], first.part.length
            while (other := group[-1].beyond) is not None:
                length += other.part.length
                if self._as_one(group[0].part, other.part, length):
                    group[-1].disc[1] = other.disc[0] = False
                    group.append(other)
                else:
                    self._blur(group)
                    group, length = [other], other.part.length
            self._blur(group)

    def _as_one(self, first: Part, last: Part, length: float) -> bool:
        """Whether parts of some length together hide their fans like one."""
        one, other = first.slopes[0], last.slopes[1]
        little = 1 + one * other > 1e-9 * (1 + abs(one * other))
        return 2 * length < self.radius if SHORT in first.kinds else little and length < self.radius

    def _blur(self, group: Sequence[_Piece]) -> None:
        """Moves and turns pieces that do not meet exactly, so that they do; their boxes are one, for all normals."""
        away = 0.0
        for one, other in pairwise(group):
            (a, b), gap = (one.part.slopes[1], other.part.slopes[0]), one.part.ends[1] - other.part.ends[0]
            away += float(np.abs(gap).sum()) + self.radius * abs(a - b) / (1 + min(a * a, b * b)) + 8 * ULP
        for piece in (group[0], group[-1]):
            piece.away = max(piece.away, away)
        boxes = np.concatenate([piece.part.boxes for piece in group])
        if len(group) > 1 and len(boxes):
            more = float((boxes[:, 1] - boxes[:, 0]).sum()) + 4 * away
            for piece in group:
                piece.boxes = boxes[:0]
            (left, _, low, _), (_, right, _, high) = boxes.min(axis=0), boxes.max(axis=0)
            group[0].boxes = np.array([(left - more, right + more, low - more, high + more)])

    def _turned(self, box: Floats, leans: float, ends: Floats) -> Iterator[tuple[float, float, float, float]]:
        r"""Boxes that hold who is within reach of an arc in a box, but not of its ends p and q there.

        For a point at $m + \rho u$, $m$ on the arc: if it is farther than R from p and q, then
        $2 \rho\, u (m - p) + |m - p|^2$ and the same for q exceed $R^2 - \rho^2 \ge 0$.  So u is nearly level, and
        $\rho$ nearly R.
        """
        left, right = min(box[0], ends[:, 0].min()), max(box[1], ends[:, 0].max())
        low, high = min(box[2], ends[:, 1].min()), max(box[3], ends[:, 1].max())
        wide, tall, size = right - left, high - low, self.radius
        least = size - 2 * wide - (wide**2 + tall**2) / size
        slack = 1e-14 * (1 + size + max(map(abs, (left, right, low, high))))
        rise = leans + (1 + leans**2) * tall / (2 * least) if least > size / 2 else 1.0
        if not rise < 0.5:
            yield left - size - slack, right + size + slack, low - size - slack, high + size + slack
            return
        near, up = least * (1 - rise**2), size * rise
        yield left + near - slack, right + size + slack, low - up - slack, high + up + slack
        yield left - size - slack, right - near + slack, low - up - slack, high + up + slack


def _smooth(one: _Piece, other: _Piece) -> None:
    """Lets the fans of a piece, and of the one to its right, have a normal in common."""
    apart = []
    for k, _ in _SIDES:
        first, second = one.part.fans[k], other.part.fans[k]
        apart.append(
            first is None
            or second is None
            or not _known(second, first.ends[1, 0])
            or abs(first.ends[1, 0] - second.ends[0, 0]) > _SAME
        )
        if not apart[-1]:
            other.spans[k][0] = one.spans[k][1]
            one.closed[k][1] = other.closed[k][0] = False
    if not any(apart):
        one.disc[1] = other.disc[0] = False
    elif all(not v or a == b != WHOLE for v, a, b in zip(apart, one.part.kinds, other.part.kinds, strict=True)):
        one.beyond = other


def _known(fan: Fan, s: float) -> bool:
    return bool(fan.known[0] < s < fan.known[1])


def _bounds(piece: _Piece) -> Iterator[Bound]:
    """The offset curves, and the graph itself where there is one only."""
    fans = piece.part.fans
    for k, side in _SIDES:
        fan = fans[k]
        if fan is not None:
            low, high = piece.spans[k]
            yield fan.curve, low, high, piece.owner, -side
            if fans[1 - k] is None:
                yield piece.graph, piece.part.low, piece.part.high, piece.owner, side


def _edges(piece: _Piece) -> Iterator[Edge]:
    """The normals at ends of fans, or nearly: what they are off is within the discs there."""
    for k, side in _SIDES:
        fan = piece.part.fans[k]
        for end in (0, 1):
            if fan is not None and piece.closed[k][end]:
                first, s = piece.part.ends[end], piece.spans[k][end]
                last = np.array([s, fan.curve.at(s)])
                error = fan.curve.error + fan.curve.rounded + 4 * ULP * (1 + float(np.abs([first, last]).max()))
                yield first, last, error, piece.owner, side * (2 * end - 1)


def _drawn(bounds: Sequence[Bound], edges: Sequence[Edge]) -> Curves:
    """All that bounds sets."""
    terms = np.array([curve.coefficients for curve, *_ in bounds]).reshape(-1, DEGREE + 1)
    start, scale, error = np.array([(c.start, c.scale, c.error) for c, *_ in bounds]).reshape(-1, 3).T
    left, right = np.array([(low, high) for _, low, high, *_ in bounds]).reshape(-1, 2).T
    owner, side = _whole(bounds)
    flat, none = np.zeros(len(bounds)), np.zeros(len(bounds), dtype=np.int64)
    bent = Curves(left, right, start, terms[:, 0], flat, scale, none, error, owner, side, terms[:, 1:])
    ends = np.array([(first, last) for first, last, *_ in edges]).reshape(-1, 2, 2)
    owner, side = _whole(edges)
    forth = np.sign(ends[:, 1, 0] - ends[:, 0, 0]).astype(np.int64)
    return joined([bent, straight(ends, np.array([error for _, _, error, *_ in edges]), owner, side * forth)])


def _whole(rows: Sequence[tuple[Any, ...]]) -> tuple[Ints, Ints]:
    """The last two columns, whole numbers."""
    owner, side = np.array([row[-2:] for row in rows], dtype=np.int64).reshape(-1, 2).T
    return owner, side
