"""What can be seen in planes: for every point what the network says, what is true, and what is within reach."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from symadv.classifiers._network import Network
from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Bools, Floats, Ints
from symadv.geometry.strata import Flat
from symadv.risk._net_cells import DecisionCells
from symadv.risk._planes.across import Across, united
from symadv.risk._planes.arrangement import Arrangement, Gaps, gaps
from symadv.risk._planes.bordered import Bordered
from symadv.risk._planes.crossing import Crossing
from symadv.risk._planes.cut import Cut
from symadv.risk._planes.pieces import Reading, convex_cells, pieces
from symadv.risk._planes.reach import Pieces, collected
from symadv.risk._planes.states import States
from symadv.risk._planes.support import Planes
from symadv.risk._planes.targets import Targets, beside, on_line, on_plane
from symadv.risk._planes.thin import Thin
from symadv.risk._planes.truth import Truth
from symadv.risk._planes.types import types

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

    def cells(self, plane: int) -> Sequence[tuple[Floats, Ints]]:
        """Convex sets on a plane by their corners, and the types of points of them."""
        if plane not in self._cells:
            truth = self.planes.truths[plane]
            parts = (convex_cells(cells, plane, how, truth) for cells, _, how in self.readings)
            self._cells[plane] = [found for part in parts for found in part]
        return self._cells[plane]

    @cached_property
    def _cells(self) -> dict[int, Sequence[tuple[Floats, Ints]]]:
        return {}

    @cached_property
    def across(self) -> Sequence[Targets]:
        """What each reading says on each of the lines that are in no plane of this direction."""
        every, truths = tuple(range(len(self.planes.d.features))), len(self.planes.truths[0].cells)
        return [
            on_line(line, Thin(network, places, every, truths).parts(how, sure=self.sure))
            for line, places in self.planes.places.items()
            for _, network, how in (self.readings if places else ())
        ]

    def there(self, here: Flat) -> Iterator[Targets]:
        """What is on these planes, as seen from another one that crosses them."""
        frozen = [rounded(e)[0] == 0 for e in self.planes.all_budgets]
        for k, plane in enumerate(self.planes.each if self.planes.threat.on_support else ()):
            if self.planes.boxed(plane):
                yield from (on_plane(plane, own) for own in self.pieces(k))
                yield beside(plane, here, self.cells(k), frozen, sure=self.sure)

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
        return Arrangement(collected(parts), *ball, planes.window, bordered, self.across, planes.ways)

    @cached_property
    def across(self) -> Across:
        """From where what is on lines and planes across is within reach."""
        planes = self.drawn.planes
        here = planes.each[self.plane]
        crossing = Crossing(here, planes.all_budgets, planes.threat.norm, self.closed, self.sure)
        targets = [*self.drawn.across, *(own for other in self.beside for own in other.there(here))]
        width = len(planes.d.labels) * (1 + len(planes.truths[self.plane].cells))
        found = ((own.touched[k], one) for own in targets for k, one in crossing.reach(own))
        return united(found, width)

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
