"""What can be seen in planes: for every point what the network says, what is true, and what is within reach."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from symadv.classifiers._network import Network
from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Bools, Floats, Ints
from symadv.risk._net_cells import DecisionCells
from symadv.risk._plane_arrangement import Arrangement, Gaps, gaps
from symadv.risk._plane_bordered import Bordered
from symadv.risk._plane_crossing import Crossing, united
from symadv.risk._plane_cut import Cut
from symadv.risk._plane_pieces import Reading, convex_cells, pieces
from symadv.risk._plane_reach import Pieces, collected
from symadv.risk._plane_states import States
from symadv.risk._plane_support import Planes
from symadv.risk._plane_thin import Thin
from symadv.risk._plane_truth import Truth
from symadv.risk._plane_types import types

_ANYWHERE = Truth((), (), (), ((),))


@dataclass(frozen=True, eq=False)
class Drawn:
    """Networks on some planes, each read in one way: what one of them says is said; ``sure``: only what surely is."""

    planes: Planes
    readings: tuple[tuple[DecisionCells, Network, Reading], ...]
    sure: bool

    def pieces(self, plane: int) -> tuple[Pieces, ...]:
        """The pieces of all boundaries on a level, in features: of cells of each reading, whose types have states where
        borders are curved, then what is on lines."""
        return (*self.raw(plane), *self.thin(plane))

    def raw(self, plane: int) -> Sequence[Pieces]:
        """For each reading the pieces of its boundaries on a plane; none on a level that is no plane."""
        if plane not in self._raw:
            truth = self.planes.truths[plane]
            self._raw[plane] = [
                pieces(cells, plane, how, States(cells, truth) if truth.forms else truth)
                for cells, _, how in (self.readings if plane < len(self.planes.each) else ())
            ]
        return self._raw[plane]

    @cached_property
    def _raw(self) -> dict[int, Sequence[Pieces]]:
        return {}

    def said(self, plane: int) -> list[Pieces]:
        """For each reading the pieces of the boundaries between what is said, whatever is true, in a plane."""
        return [pieces(cells, plane, how, _ANYWHERE) for cells, _, how in self.readings]

    def thin(self, plane: int) -> Sequence[Pieces]:
        """For each reading what is said on lines of a level."""
        if plane not in self._thin:
            places, truths = self.planes.thin[plane], len(self.planes.truths[plane].cells)
            self._thin[plane] = [
                Thin(network, places, self.planes.free, truths).pieces(how, sure=self.sure)
                for _, network, how in self.readings
            ]
        return self._thin[plane]

    @cached_property
    def _thin(self) -> dict[int, Sequence[Pieces]]:
        return {}

    def convex(self, plane: int) -> Iterator[tuple[Floats, Ints]]:
        """Convex sets on a plane by their corners, and the types of points of them; where it need not be ``sure``, all
        boundaries, too."""
        for cells, _, how in self.readings:
            yield from convex_cells(cells, plane, how, self.planes.truths[plane])
        for own in () if self.sure else self.pieces(plane):
            yield from zip(own.ends, own.touched, strict=True)

    @cached_property
    def cuts(self) -> dict[tuple[int, int, tuple[float, float]], Cut]:
        """Boundaries that curved borders cut: for planes and readings, in the coordinates of some frames."""
        return {}

    def own(self, plane: int, points: Floats, true: Ints | None = None) -> tuple[Ints, Ints]:
        """The types (n, types) that points (n, 2) of a plane have, and those of them that perturbed points may have;
        ``true``: the labels (indices) that are true there, where that is known."""
        truth, labels = self.planes.truths[plane], self.planes.d.labels
        signs = truth.signs(points)
        true = truth.labels(signs) if true is None or not truth.cells else true
        found = np.zeros((len(points), len(labels) * (1 + len(truth.cells))), dtype=np.int64)
        for number in range(len(self.readings)) if len(points) else ():
            found |= types(self.label(plane, number, points), true, len(labels), len(truth.cells))
        return found, found * truth.boxed(signs)[:, None]

    def label(self, plane: int, reading: int, points: Floats) -> Ints:
        """What a reading says at points (n, 2) of a plane (an index), or ``NOWHERE``."""
        chart, labels, (_, network, how) = self.planes.charts[plane], self.planes.d.labels, self.readings[reading]
        full = np.tile([np.nan if isinstance(v, str) else rounded(v)[0] for v in chart.place], (len(points), 1))
        full[:, list(self.planes.free)] = points
        return how.only(np.searchsorted(labels, replace(network, tie=labels[how.tie]).predict(full)))


@dataclass(frozen=True, eq=False)
class View:
    """What is drawn as it is seen from one plane; ``shares``: how much of the ball is left on each, or None; ``sure``:
    without boundaries of types of which it is not sure that they are there; ``beside``: what planes that cross it show;
    ``closed``: whether the ball is.
    """

    drawn: Drawn
    plane: int
    shares: Sequence[float | None]
    sure: bool = True
    beside: tuple[Drawn, ...] = ()
    closed: bool = True

    @cached_property
    def scene(self) -> Arrangement:
        """The pieces that matter, and the ball."""
        planes, parts = self.drawn.planes, []
        curved = planes.truths[self.plane].forms
        for k, share in enumerate(self.shares):
            for own in self.drawn.pieces(k) if share is not None or k == self.plane else ():
                touched = own.touched[:, :0] if curved else own.touched  # there ``bordered`` knows
                parts.append(Pieces(own.ends, own.error, touched, np.full(len(own), share or 0.0)))
        bordered = Bordered(self.drawn, self.plane, self.shares, self.sure) if curved else None
        one, other = (1.0 if e == 0 else rounded(e)[0] for e in planes.budgets)
        ball = (one, other), planes.frozen, planes.threat.norm
        across = self._across if self.beside else None
        return Arrangement(collected(parts), *ball, planes.window, bordered, across, planes.ways)

    @property
    def _across(self) -> tuple[Sequence[Floats], Ints]:
        """The sets of points from which planes that cross this one are within reach, and which types there."""
        planes = self.drawn.planes
        found: dict[tuple[int, ...], list[Floats]] = {}
        for other in self.beside:
            for k, there in enumerate(other.planes.each):
                crossing = Crossing(
                    planes.each[self.plane], there, planes.spans, planes.threat.norm, outside=not self.sure
                )
                for corners, touched in other.convex(k) if planes.boxed(there) else ():
                    found.setdefault(tuple(touched.tolist()), []).extend(crossing.reach(corners))
        sets = [(polygon, types) for types, polygons in found.items() for polygon in united(polygons)]
        width = self.drawn.pieces(self.plane)[0].touched.shape[1]
        return [polygon for polygon, _ in sets], np.array([t for _, t in sets], dtype=np.int64).reshape(-1, width)

    @cached_property
    def gaps(self) -> Gaps:
        """The gaps between all curves."""
        return gaps(self.scene, self.kinds)

    def kinds(self, points: Floats, reached: Bools, true: Ints | None = None) -> Ints:
        """The types that points (n, 2) have, and those within reach, given those of boundaries that are, (n, types);
        ``true``: as in ``own``."""
        own, _ = self.drawn.own(self.plane, points, true)
        planes, near = self.drawn.planes, reached | (own > 0)  # staying put is admissible wherever it is
        for k, share in enumerate(self.shares):
            if share is not None and k != self.plane and k < len(planes.each):
                near |= self.drawn.own(k, points)[1] > 0
        return np.concatenate([own, near.astype(np.int64)], axis=1)
