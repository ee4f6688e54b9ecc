"""Boundaries of what a network says and of the true labels in the plane: segments, and which types they touch."""

from collections.abc import Iterator, Sequence

import numpy as np

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Bools, Floats, Ints, Row
from symadv.risk._net_cells import ALL_TIED, DecisionCells
from symadv.risk._net_reach import Atlas
from symadv.risk._plane_reach import Pieces
from symadv.risk._plane_truth import NOWHERE, Truth


def pieces(decided: DecisionCells, tie: int, truth: Truth) -> Pieces:
    """All pieces in the chart's p and q, where perturbed points may be; ``tie``: the label (an index) of ties.

    They are edges of cells, so that they touch the types of these; exact corners are rounded once.  Types are columns:
    ``column`` says which.
    """
    cells = decided.cells
    after, winner = cells.following, cells.data["winner"]
    along = cells.marks & np.take_along_axis(cells.marks, after, axis=1)
    between = np.array([*decided.ties, -1])[winner] | decided.divided  # all edges of cells in which all labels tie
    i, j = np.nonzero(cells.real & (along & between[:, None] != 0) & (along & decided.sides == 0))
    lone = Atlas(decided).pieces(tie, tie, range(len(decided.charts)))
    lone = lone.where((lone.first >= 0) & (lone.first != lone.last))  # the ends of edges are theirs, too
    label = np.concatenate([np.where(winner[i] == ALL_TIED, tie, winner[i]), np.full(len(lone.cell), tie)])
    cell, first, last = (np.concatenate(pair) for pair in ((i, lone.cell), (j, lone.first), (after[i, j], lone.last)))
    side = cells.data["side"][cell].astype(np.int64)
    true, alone = truth.labels(side), np.arange(len(cell)) >= len(i)
    edges = _Edges(decided)
    true[[k for k in np.flatnonzero(alone) if edges.on_divider(int(cell[k]), int(first[k]))]] = NOWHERE
    touched = types(label, true, len(decided.ties), len(truth.cells))
    kept = np.flatnonzero(truth.boxed(side))
    return edges.merged(cell[kept], first[kept], last[kept], touched[kept], alone[kept])


def column(label: int, true: int | None, truths: int) -> int:
    """The column of a type: a label (an index) with a true label (an index), or with any (None)."""
    return label * (1 + truths) + (0 if true is None else 1 + true)


def types(label: Ints, true: Ints, labels: int, truths: int) -> Ints:
    """Rows (n, types) with a one for each type that points with some labels have."""
    found = np.zeros((len(label), labels * (1 + truths)), dtype=np.int64)
    rows, known = np.arange(len(label)), true != NOWHERE
    found[rows, label * (1 + truths)] = 1
    found[rows[known], label[known] * (1 + truths) + 1 + true[known]] = 1
    return found


class _Edges:
    """The edges of a decision set with exact lines and corners."""

    def __init__(self, decided: DecisionCells) -> None:
        self._decided = decided
        self._dividers = {_normal(divider.row(decided.basis)) for divider in decided.dividers}
        self._corners: dict[tuple[int, int], tuple[Floats, float]] = {}

    def on_divider(self, cell: int, first: int) -> bool:
        """Whether an edge lies on one of the lines that the charts were divided by."""
        return self._line(cell, first) in self._dividers

    def merged(self, cell: Ints, first: Ints, last: Ints, touched: Ints, alone: Bools) -> Pieces:
        """Edges on one line together as far as the same types touch them; those with one type on both sides left out.

        ``alone``: edges that are no side of a cell of their types.
        """
        by_line: dict[Row, list[int]] = {}
        for k in range(len(cell)):
            by_line.setdefault(self._line(int(cell[k]), int(first[k])), []).append(k)
        found: list[tuple[Floats, float, Ints]] = []
        for rows in by_line.values():
            corners = [[self._corner(int(cell[k]), int(v[k])) for v in (first, last)] for k in rows]
            found += _along(corners, touched[rows], alone[rows])
        if not found:
            return Pieces(np.zeros((0, 2, 2)), np.zeros(0), np.zeros((0, touched.shape[1]), dtype=np.int64))
        return Pieces(*(np.array(part) for part in zip(*found, strict=True)))

    def _line(self, cell: int, first: int) -> Row:
        return _normal(self._decided.lines.row(int(self._decided.cells.edge[cell, first])))

    def _corner(self, cell: int, vertex: int) -> tuple[Floats, float]:
        cells, decided = self._decided.cells, self._decided
        key = (int(cells.crossing[cell, vertex, 0]), int(cells.crossing[cell, vertex, 1]))
        if key not in self._corners:
            values = [rounded(decided.basis.number(row)) for row in decided.lines.crossing(*key)]
            self._corners[key] = np.array([v for v, _ in values]), max(e for _, e in values)
        return self._corners[key]


def _along(
    corners: Sequence[Sequence[tuple[Floats, float]]], touched: Ints, alone: Bools
) -> Iterator[tuple[Floats, float, Ints]]:
    """The edges on one line, cut at all their ends and put together again."""
    points = {tuple(at.tolist()): error for pair in corners for at, error in pair}
    order = sorted(points)
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
