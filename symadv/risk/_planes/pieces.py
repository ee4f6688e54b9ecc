"""Boundaries of what a network says and of the true labels in the plane: segments, and which types they touch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Bools, Floats, Ints, Row
from symadv.risk._net_cells import ALL_TIED, DecisionCells
from symadv.risk._net_reach import Atlas
from symadv.risk._net_reach import Pieces as Parts
from symadv.risk._planes.reach import Pieces, collected
from symadv.risk._planes.states import States
from symadv.risk._planes.truth import NOWHERE, Truth
from symadv.risk._planes.types import types

Corner = tuple[float, ...]


@dataclass(frozen=True)
class Reading:
    """What cells stand for: the label (an index) of ties, and the one that counts, or None for all."""

    tie: int
    label: int | None = None

    def only(self, labels: Ints) -> Ints:
        """Labels, with ``NOWHERE`` for those that do not count."""
        return labels if self.label is None else np.where(labels == self.label, labels, NOWHERE)


def pieces(decided: DecisionCells, chart: int, reading: Reading, truth: Truth | States) -> Pieces:
    """All pieces in the p and q of a chart.

    They are edges of cells, so that they touch the types of these; exact corners are rounded once.  Types are columns:
    ``column`` says which.  Where perturbed points may not be, pieces touch nothing.
    """
    cells = decided.cells
    after, winner = cells.following, cells.data["winner"]
    along = cells.marks & np.take_along_axis(cells.marks, after, axis=1)
    between = np.array([*decided.ties, -1])[winner] | decided.divided  # all edges of cells in which all labels tie
    mine = cells.data["chart"] == chart
    i, j = np.nonzero(cells.real & mine[:, None] & (along & between[:, None] != 0) & (along & decided.sides == 0))
    lone = Atlas(decided).pieces(reading.tie, reading.tie, [chart])
    lone, points = lone.where((lone.first >= 0) & (lone.first != lone.last)), lone.where(lone.first == lone.last)
    label = np.concatenate(
        [np.where(winner[i] == ALL_TIED, reading.tie, winner[i]), np.full(len(lone.cell), reading.tie)]
    )
    cell, first, last = (np.concatenate(pair) for pair in ((i, lone.cell), (j, lone.first), (after[i, j], lone.last)))
    side = cells.data["side"][cell].astype(np.int64)
    true, alone = truth.labels(side), np.arange(len(cell)) >= len(i)
    edges = _Edges(decided)
    true[[k for k in np.flatnonzero(alone) if edges.on_divider(int(cell[k]), int(first[k]))]] = NOWHERE
    own = types(reading.only(label), true, len(decided.ties), len(truth.cells))
    mine = label == reading.tie
    known = edges.corners(np.tile(cell[mine], 2), np.concatenate([first[mine], last[mine]]))
    return collected(
        [
            edges.merged(cell, first, last, own, own * truth.boxed(side)[:, None], alone),
            _points(edges, points.where(points.first >= 0), known, reading, truth),
        ]
    )


def convex_cells(decided: DecisionCells, chart: int, reading: Reading, truth: Truth) -> Iterator[tuple[Floats, Ints]]:
    """The corners (n, 2) of each cell in the p and q of a chart, rounded, and the types of its inner points that
    perturbed points may have."""
    cells, edges = decided.cells, _Edges(decided)
    rows = np.flatnonzero(cells.data["chart"] == chart)
    winner, side = cells.data["winner"][rows], cells.data["side"][rows].astype(np.int64)
    label = reading.only(np.where(winner == ALL_TIED, reading.tie, winner))
    found = types(label, truth.labels(side), len(decided.ties), len(truth.cells)) * truth.boxed(side)[:, None]
    for cell, touched in zip(rows.tolist(), found, strict=True):
        if touched.any():
            yield np.array([edges.corner(cell, v)[0] for v in range(int(cells.count[cell]))]), touched


def _points(edges: "_Edges", at: Parts, known: set[Corner], reading: Reading, truth: Truth | States) -> Pieces:
    """Points, but for ``known`` ones, at which the network says the label of ties, and nowhere around them."""
    side = edges.decided.cells.data["side"][at.cell].astype(np.int64)
    true = np.where(edges.divided(at.cell, at.first), NOWHERE, truth.labels(side))
    label = np.full(len(at.cell), reading.tie)
    own = types(reading.only(label), true, len(edges.decided.ties), len(truth.cells)) * truth.boxed(side)[:, None]
    found = [
        (np.array([place, place]), error, own[k])
        for k, (place, error) in enumerate(map(edges.corner, at.cell.tolist(), at.first.tolist()))
        if tuple(place.tolist()) not in known
    ]
    return _pieces(found, own.shape[1])


class _Edges:
    """The edges of a decision set with exact lines and corners."""

    def __init__(self, decided: DecisionCells) -> None:
        self.decided = decided
        self._dividers = {_normal(divider.row(decided.basis)) for divider in decided.dividers}
        self._known: dict[tuple[int, int], tuple[Floats, float]] = {}

    def on_divider(self, cell: int, first: int) -> bool:
        """Whether an edge lies on one of the lines that the charts were divided by."""
        return self._line(cell, first) in self._dividers

    def merged(self, cell: Ints, first: Ints, last: Ints, own: Ints, touched: Ints, alone: Bools) -> Pieces:
        """Edges on one line together as far as the same types touch them; those with one type on both sides left out.

        ``own``: the types of their cells; ``touched``: those that perturbed points may have; ``alone``: edges that are
        no side of a cell of their types.
        """
        both, width = np.concatenate([own, touched], axis=1), own.shape[1]
        by_line: dict[Row, list[int]] = {}
        for k in range(len(cell)):
            by_line.setdefault(self._line(int(cell[k]), int(first[k])), []).append(k)
        found: list[tuple[Floats, float, Ints]] = []
        for rows in by_line.values():
            corners = [[self.corner(int(cell[k]), int(v[k])) for v in (first, last)] for k in rows]
            found += along(corners, both[rows], alone[rows])
        return _pieces([(ends, error, types[width:]) for ends, error, types in found], width)

    def corners(self, cell: Ints, vertex: Ints) -> set[Corner]:
        """The places of some vertices of cells."""
        return {tuple(self.corner(i, j)[0].tolist()) for i, j in zip(cell.tolist(), vertex.tolist(), strict=True)}

    def divided(self, cell: Ints, vertex: Ints) -> Bools:
        """Which vertices of cells lie on one of the lines that the charts were divided by."""
        return np.asarray(self.decided.cells.marks[cell, vertex] & self.decided.divided != 0)

    def _line(self, cell: int, first: int) -> Row:
        return _normal(self.decided.lines.row(int(self.decided.cells.edge[cell, first])))

    def corner(self, cell: int, vertex: int) -> tuple[Floats, float]:
        """A vertex of a cell, and a bound for the distance from the exact one."""
        cells, decided = self.decided.cells, self.decided
        key = (int(cells.crossing[cell, vertex, 0]), int(cells.crossing[cell, vertex, 1]))
        if key not in self._known:
            values = [rounded(decided.basis.number(row)) for row in decided.lines.crossing(*key)]
            self._known[key] = np.array([v for v, _ in values]), max(e for _, e in values)
        return self._known[key]


def _pieces(found: Sequence[tuple[Floats, float, Ints]], width: int) -> Pieces:
    if not found:
        return Pieces(np.zeros((0, 2, 2)), np.zeros(0), np.zeros((0, width), dtype=np.int64), np.zeros(0))
    ends, error, touched = (np.array(part) for part in zip(*found, strict=True))
    return Pieces(ends, error, touched, np.ones(len(ends)))


def along(
    corners: Sequence[Sequence[tuple[Floats, float]]], touched: Ints, alone: Bools
) -> Iterator[tuple[Floats, float, Ints]]:
    """The edges on one line, cut at all their ends and put together again."""
    points = {tuple(at.tolist()): error for pair in corners for at, error in pair}
    across, up = np.ptp(np.array([*points]), axis=0)
    order = sorted(points, key=lambda at: at if across > up else at[::-1])  # rounded corners of an upright line, too
    place = {point: k for k, point in enumerate(order)}
    covering: list[list[int]] = [[] for _ in order[1:]]
    for k, pair in enumerate(corners):
        low, high = sorted(place[tuple(at.tolist())] for at, _ in pair)
        for step in range(low, high):
            covering[step].append(k)
    begun, before = 0, None
    for step, own in enumerate([*covering, []]):
        inner = len(own) > 1 and not alone[own].any() and (touched[own] == touched[own[0]]).all()
        types = None if inner or not own else touched[own].max(axis=0)
        if types is None or before is None or (types != before).any():
            if before is not None:
                yield np.array([order[begun], order[step]]), max(points[order[begun]], points[order[step]]), before
            begun, before = step, types


def _normal(row: Row) -> Row:
    """The row of a line with the first coefficient 1."""
    scale = next(v for v in row if v != 0)
    found = [v / scale for v in row]
    while not found[-1]:
        found.pop()
    return tuple(found)
