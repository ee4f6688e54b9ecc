"""Pieces of lines in planes on which a network says a label and one is true, where neither need be so around."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from symadv.classifiers._network import Network
from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Floats, Ints
from symadv.risk._net_cells import ALL_TIED, DecisionCells
from symadv.risk._net_reach import Atlas
from symadv.risk._net_reach import Pieces as Parts
from symadv.risk._net_truth import UNKNOWN
from symadv.risk._planes.lines import Place
from symadv.risk._planes.pieces import Reading, along
from symadv.risk._planes.reach import Pieces
from symadv.risk._planes.truth import NOWHERE
from symadv.risk._planes.types import types

Found = tuple[Floats, float, Ints]  # ends, their error, types


class _Piece(NamedTuple):
    """A piece of a line (by number), and whether what it is is so beside it, too."""

    line: int
    beside: bool
    ends: Floats
    error: float
    own: Ints

    @property
    def long(self) -> bool:
        """Whether it is more than a point."""
        return bool((self.ends[0] != self.ends[1]).any())


@dataclass(frozen=True, eq=False)
class Thin:
    """A network on some places of a plane; ``free``: the features that vary there; ``labels``: all of them."""

    network: Network
    places: tuple[Place, ...]
    free: tuple[int, ...]
    truths: int

    def pieces(self, reading: Reading, *, sure: bool) -> Pieces:
        """All pieces, in features: with the types that they surely have, or those that they may have."""
        return self._collected(_joined(self._each(reading, sure=sure)))

    def parts(self, reading: Reading, *, sure: bool) -> Pieces:
        """The same without those on one line put together: also on lines in more than two features."""
        return self._collected([(piece.ends, piece.error, piece.own) for piece in self._each(reading, sure=sure)])

    def _each(self, reading: Reading, *, sure: bool) -> list[_Piece]:
        labels = range(len(self.network.labels))
        said = {
            (beside, place.line, *ends.ravel().tolist(), *own.tolist()): _Piece(place.line, beside, ends, error, own)
            for label in (labels if reading.label is None else [reading.label])
            for part, place, beside in self._said(label, reading.tie)
            for ends, error in [self._ends(*part)]
            for own in self._types(label, place, sure=sure)
        }
        return [*said.values()]

    def _collected(self, found: Sequence[Found]) -> Pieces:
        width = len(self.network.labels) * (1 + self.truths)
        if not found:
            none = np.zeros((0, 2, len(self.free)))
            return Pieces(none, np.zeros(0), np.zeros((0, width), dtype=np.int64), np.zeros(0))
        ends, error, touched = (np.array(column) for column in zip(*found, strict=True))
        return Pieces(ends, error, touched, np.ones(len(found)))

    def _said(self, label: int, tie: int) -> Iterator[tuple[tuple[int, int, int], Place, bool]]:
        """Where a label (an index) is said: the cell, its first and last vertex; whether it is so beside it, too."""
        if not self.places:
            return
        parts: Parts = Atlas(self._decided).pieces(label, tie, range(len(self.places)))
        cells = self._decided.cells
        for cell, first, last in zip(parts.cell.tolist(), parts.first.tolist(), parts.last.tolist(), strict=True):
            place, whole = self.places[int(cells.data["chart"][cell])], first < 0
            beside = place.beside and whole and bool(cells.data["winner"][cell] != ALL_TIED)
            yield (cell, *(self._ends_of(cell) if whole else (first, last))), place, beside

    def _ends_of(self, cell: int) -> tuple[int, int]:
        """The vertices of a cell, a segment or a point, that are farthest from each other."""
        cells = self._decided.cells
        at = cells.at[cell, : cells.count[cell], :2]
        along = at[:, int(np.ptp(at, axis=0).argmax())]
        return int(along.argmin()), int(along.argmax())

    def _types(self, label: int, place: Place, *, sure: bool) -> Iterator[Ints]:
        every = self.network.labels
        if not self.truths or place.label is None or (place.label == UNKNOWN and sure):
            true = [NOWHERE]
        else:
            true = list(range(len(every))) if place.label == UNKNOWN else [every.index(place.label)]
        for t in true:
            yield types(np.array([label]), np.array([t]), len(every), self.truths)[0]

    def _ends(self, cell: int, first: int, last: int) -> tuple[Floats, float]:
        """The ends of a piece, and how far they are from the exact ones."""
        found = [self._corner(cell, vertex) for vertex in (first, last)]
        return np.array([at for at, _ in found]), max(error for _, error in found)

    def _corner(self, cell: int, vertex: int) -> tuple[list[float], float]:
        decided, chart = self._decided, self.places[int(self._decided.cells.data["chart"][cell])].chart
        one, other = (int(v) for v in decided.cells.crossing[cell, vertex])
        p, q = (decided.basis.number(row) for row in decided.lines.crossing(one, other))
        values = [rounded(a * p + b * q + c) for a, b, c in (chart.form(i) for i in self.free)]
        return [v for v, _ in values], max(e for _, e in values)

    @cached_property
    def _decided(self) -> DecisionCells:
        return decided_on(self.network, self.places)


@lru_cache(maxsize=32)
def decided_on(network: Network, places: tuple[Place, ...]) -> DecisionCells:
    """The decision set on some places, of which there is at least one."""
    return DecisionCells(network, [place.chart for place in places])


def _joined(said: Sequence[_Piece]) -> list[Found]:
    """Segments of one line together, and points; but for what is so beside, and ends of segments with these types."""
    long, points = [p for p in said if p.long], [p for p in said if not p.long]
    lines: dict[int, list[_Piece]] = {}
    for piece in long:
        if not piece.beside:
            lines.setdefault(piece.line, []).append(piece)
    found = [joined for own in lines.values() for joined in _segments(own)]
    return found + [(p.ends, p.error, p.own) for p in points if not p.beside and _alone(p, long)]


def _segments(pieces: Sequence[_Piece]) -> Iterator[Found]:
    corners = [[(end, piece.error) for end in piece.ends] for piece in pieces]
    return along(corners, np.array([piece.own for piece in pieces]), np.ones(len(pieces), dtype=bool))


def _alone(point: _Piece, long: Sequence[_Piece]) -> bool:
    """Whether some types of a point are not touched by segments that end there."""
    beside = [piece.own for piece in long if (piece.ends == point.ends[0]).all(axis=1).any()]
    return bool((point.own > np.max([np.zeros_like(point.own), *beside], axis=0)).any())
