"""What is drawn in planes where borders of true labels are curved, in the coordinates of a frame."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Bools, Floats, Ints
from symadv.risk._net_cells import Divider
from symadv.risk._planes.borders import Borders, borders
from symadv.risk._planes.curves import Curves, joined, straight
from symadv.risk._planes.cut import Cut, Cutter
from symadv.risk._planes.forms import Form
from symadv.risk._planes.links import Parallelogram
from symadv.risk._planes.reach import Frame, Pieces, collected
from symadv.risk._planes.round_links import Disc
from symadv.risk._planes.states import States
from symadv.risk._planes.trace import Halves
from symadv.risk._planes.truth import Truth


@dataclass(frozen=True)
class Shown:
    """Straight pieces, ``arcs`` of the borders of the plane itself and of those seen at one point each, sets within
    reach of arcs and the types of each, ``boxes`` (n, 4) in which nothing is known, first ``still`` ones that are not
    moved by the ball, and whether some types are in doubt."""

    pieces: Pieces
    arcs: Curves
    sets: Curves
    touched: Ints
    boxes: Floats
    in_doubt: bool
    still: int


@dataclass(frozen=True, eq=False)
class Bordered:
    """The planes as seen from one of them: ``drawn`` says what there is, ``shares`` how much of the ball is left."""

    drawn: Any
    plane: int
    shares: Sequence[float | None]
    sure: bool

    def shown(self, frame: Frame, corners: Floats | None) -> Shown:
        """Everything, for a ball by its corners, turned, or a disc."""
        pieces: list[Pieces] = []
        sets: list[Curves] = []
        touched: list[Ints] = []
        in_doubt, seen = False, [self._borders(k, frame) for k in self._seen_as_they_are(corners)]
        boxes = [borders.boxes for borders in seen]
        for k, share in enumerate(self.shares):
            if share is None and k != self.plane:
                continue
            ball = Disc(share or 0.0) if corners is None else Parallelogram(_around(corners), share or 0.0)
            pieces += [_shared(frame.turned(thin), share) for thin in self.drawn.thin(k)]
            if k >= len(self.drawn.planes.each):
                continue
            for cut, found in self._cuts(k, frame, corners):
                in_doubt = in_doubt or bool(cut.doubt.any())
                known = cut.pieces.take(~cut.doubt) if self.sure else cut.pieces
                pieces.append(_shared(known, share))
                if share and not _point(corners) and cut.links:
                    reach = ball.reach(found, cut.links)
                    offset = sum(len(t) for t in touched)
                    sets.append(_owned(reach.curves, offset))
                    touched.append(reach.touched)
                    pieces.append(reach.ends)
                    boxes.append(reach.boxes)
        width = pieces[0].touched.shape[1]
        return Shown(
            collected(pieces),
            joined([curves for own in seen for curves in (own.arcs, _edges(own.boxes))]),
            joined(sets) if sets else _none(seen[0].arcs),
            np.concatenate([np.zeros((0, width), dtype=np.int64), *touched]),
            np.concatenate(boxes),
            in_doubt,
            sum(len(borders.boxes) for borders in seen),
        )

    def _seen_as_they_are(self, corners: Floats | None) -> list[int]:
        """The plane itself, and those of which one point is within reach: that with the same coordinates."""
        count = len(self.drawn.planes.each)
        others = [k for k, share in enumerate(self.shares[:count]) if share == 0 or (share and _point(corners))]
        return list(dict.fromkeys([self.plane, *others]))

    def _cuts(self, k: int, frame: Frame, corners: Floats | None) -> Iterator[tuple[Cut, Borders]]:
        edges = np.zeros((0, 2)) if corners is None or len(corners) < 2 else Parallelogram(_around(corners)).edges
        found = self._borders(k, frame)
        for number, (cells, _, _) in enumerate(self.drawn.readings):
            key = (k, number, frame.turn)
            if key not in self.drawn.cuts:
                truth, raw = self.drawn.planes.truths[k], self.drawn.raw(k)[number]

                def said(points: Floats, number: int = number) -> tuple[Ints, Ints, Ints, Bools]:
                    return self._said(k, number, frame.back(points))

                chart = self._chart(k, frame)
                sides = np.stack([chart, np.roll(chart, -1, axis=0)], axis=1)
                none = np.full(4, -1)
                cutter = Cutter(
                    frame.turned(raw),
                    found,
                    States(cells, truth),
                    straight(sides, np.zeros(4), none, none * 0),
                    edges,
                    said,
                )
                self.drawn.cuts[key] = cutter.cut()
            yield self.drawn.cuts[key], found

    def _said(self, plane: int, reading: int, points: Floats) -> tuple[Ints, Ints, Ints, Bools]:
        """What one reading says, on which sides of lines points are, the signs of functions, and who is in a chart."""
        truth, chart = self.drawn.planes.truths[plane], self.drawn.planes.charts[plane]
        forms = [f.signs(points) if f in truth.used else np.ones(len(points)) for f in truth.forms]
        inside = np.ones(len(points), dtype=bool)
        for (low, high), v in zip((chart.p, chart.q), points.T, strict=True):
            inside &= (v >= float(low)) & (v <= float(high))
        signs = np.array(forms).reshape(len(truth.forms), len(points)).T.astype(np.int64)
        return self.drawn.label(plane, reading, points), truth.sides(points), signs, inside

    def _chart(self, plane: int, frame: Frame) -> Floats:
        chart = self.drawn.planes.charts[plane]
        (left, right), (bottom, top) = (tuple(map(float, ends)) for ends in (chart.p, chart.q))
        return frame.into(np.array([(left, bottom), (right, bottom), (right, top), (left, top)]))

    def _borders(self, plane: int, frame: Frame) -> Borders:
        truth, corners = self.drawn.planes.truths[plane], self._chart(plane, frame)
        window = np.array([corners.min(axis=0), corners.max(axis=0)])
        places = tuple(tuple(_halves(truth, form, frame)) for form in truth.forms)
        return _traced(truth.forms, places, frame.matrix.tobytes(), window.tobytes())


@lru_cache(maxsize=64)
def _traced(forms: tuple[Form, ...], places: tuple[tuple[Halves, ...], ...], matrix: bytes, window: bytes) -> Borders:
    square = (np.frombuffer(v).reshape(2, 2) for v in (matrix, window))
    return borders(forms, places, *square)


def _halves(truth: Truth, form: Form, frame: Frame) -> Iterator[Halves]:
    """Where the sign of a function matters: on which sides of lines, for each conjunction that it is in."""
    for cell in dict.fromkeys(cell for cells in truth.cells for cell in cells if form in dict(cell)):
        found = []
        for key, wanted in cell:
            if isinstance(key, Divider) and len(wanted & {1, -1}) == 1:
                one, other, rest = (float(rounded(v)[0]) for v in key.coefficients)
                side = 1 if 1 in wanted else -1
                a, b = side * np.array([one, other]) @ np.linalg.inv(frame.matrix)
                found.append((float(a), float(b), side * rest))
        yield tuple(found)


def _point(corners: Floats | None) -> bool:
    """Whether a ball is a point."""
    return corners is not None and len(corners) < 2


def _around(corners: Floats) -> Floats:
    """The corners of a ball in order."""
    return np.asarray(corners[np.argsort(np.arctan2(corners[:, 1], corners[:, 0]))])


def _shared(pieces: Pieces, share: float | None) -> Pieces:
    return Pieces(pieces.ends, pieces.error, pieces.touched, np.full(len(pieces), share or 0.0))


def _owned(curves: Curves, offset: int) -> Curves:
    return Curves(**{**vars(curves), "owner": curves.owner + offset})


def _edges(boxes: Floats) -> Curves:
    """The lower and upper sides of boxes."""
    ends = np.array([[(a, t), (b, t)] for a, b, low, high in boxes.tolist() for t in (low, high)]).reshape(-1, 2, 2)
    none = np.full(len(ends), -1)
    return straight(ends, np.zeros(len(ends)), none, none * 0)


def _none(curves: Curves) -> Curves:
    return curves.take(np.zeros(0, dtype=np.int64))
