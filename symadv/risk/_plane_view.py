"""What can be seen in planes: for every point what the network says, what is true, and what is within reach."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from symadv.classifiers._network import Network
from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Bools, Floats, Ints
from symadv.risk._net_cells import DecisionCells
from symadv.risk._plane_arrangement import Arrangement, Gaps, gaps
from symadv.risk._plane_pieces import Reading, pieces, types
from symadv.risk._plane_reach import Pieces, collected
from symadv.risk._plane_support import Planes
from symadv.risk._plane_thin import Thin


@dataclass(frozen=True, eq=False)
class Drawn:
    """Networks on some planes, each read in one way: what one of them says is said; ``sure``: only what surely is."""

    planes: Planes
    readings: tuple[tuple[DecisionCells, Network, Reading], ...]
    sure: bool

    def pieces(self, plane: int) -> Pieces:
        """The pieces of all boundaries on a level, in features."""
        if plane not in self._pieces:
            truth = self.planes.truths[plane]
            found = [self._thin(plane, network, how) for _, network, how in self.readings]
            if plane < len(self.planes.each):
                found += [pieces(cells, plane, how, truth) for cells, _, how in self.readings]
            self._pieces[plane] = collected(found)
        return self._pieces[plane]

    def _thin(self, plane: int, network: Network, how: Reading) -> Pieces:
        """What is said on lines of a plane."""
        planes = self.planes
        thin = Thin(network, planes.thin[plane], planes.free, len(planes.truths[plane].cells))
        return thin.pieces(how, sure=self.sure)

    @cached_property
    def _pieces(self) -> dict[int, Pieces]:
        return {}

    def own(self, plane: int, points: Floats) -> tuple[Ints, Ints]:
        """The types (n, types) that points (n, 2) of a plane have, and those of them that perturbed points may have."""
        chart, truth = self.planes.charts[plane], self.planes.truths[plane]
        full = np.tile([np.nan if isinstance(v, str) else rounded(v)[0] for v in chart.place], (len(points), 1))
        full[:, list(self.planes.free)] = points
        signs = truth.signs(points)
        true, labels = truth.labels(signs), self.planes.d.labels
        found = np.zeros((len(points), len(labels) * (1 + len(truth.cells))), dtype=np.int64)
        for _, network, how in self.readings if len(points) else ():
            says = replace(network, tie=labels[how.tie])
            said = how.only(np.searchsorted(labels, says.predict(full)))
            found |= types(said, true, len(labels), len(truth.cells))
        return found, found * truth.boxed(signs)[:, None]


@dataclass(frozen=True, eq=False)
class View:
    """What is drawn as it is seen from one plane; ``shares``: how much of the ball is left on each, or None."""

    drawn: Drawn
    plane: int
    shares: Sequence[float | None]

    @cached_property
    def scene(self) -> Arrangement:
        """The pieces that matter, and the ball."""
        planes, parts = self.drawn.planes, []
        for k, share in enumerate(self.shares):
            if share is not None or k == self.plane:
                own = self.drawn.pieces(k)
                parts.append(Pieces(own.ends, own.error, own.touched, np.full(len(own), share or 0.0)))
        one, other = (1.0 if e == 0 else rounded(e)[0] for e in planes.budgets)
        return Arrangement(collected(parts), (one, other), planes.frozen, planes.threat.norm, planes.window)

    @cached_property
    def gaps(self) -> Gaps:
        """The gaps between all curves."""
        return gaps(self.scene, self.kinds)

    def kinds(self, points: Floats, reached: Bools) -> Ints:
        """The types that points (n, 2) have, and those within reach, given those of boundaries that are, (n, types)."""
        own, _ = self.drawn.own(self.plane, points)
        planes, near = self.drawn.planes, reached | (own > 0)  # staying put is admissible wherever it is
        for k, share in enumerate(self.shares):
            if share is not None and k != self.plane and k < len(planes.each):
                near |= self.drawn.own(k, points)[1] > 0
        return np.concatenate([own, near.astype(np.int64)], axis=1)
