"""What is seen of a network on planes under some conventions; what conventions share is computed once."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from symadv.classifiers._network import Network
from symadv.risk._net_cells import ALL_TIED, DecisionCells
from symadv.risk._planes.readings import Readings
from symadv.risk._planes.support import Planes
from symadv.risk._planes.view import Drawn, View
from symadv.risk.size import refuse_too_large


class Case(NamedTuple):
    """Whether the ball is closed, which label (an index) gets the ties, and whether what is said is said for sure."""

    closed: bool
    tie: int
    sure: bool = True


@dataclass(frozen=True, eq=False)
class Seen:
    """The planes, and what the network is taken for; ``beside``: what is seen of planes that cross these."""

    planes: Planes
    readings: Readings
    beside: tuple["Seen", ...] = ()
    _cells: dict[Network, DecisionCells] = field(default_factory=dict)
    _drawn: dict[tuple[int, bool], Drawn] = field(default_factory=dict)
    _views: dict[tuple[int, Case], View] = field(default_factory=dict)

    @property
    def crossed(self) -> bool:
        """Whether there are planes or lines of other directions."""
        return bool(self.beside or self.planes.across)

    def that_differs(self, case: Case, sure: bool) -> Case:
        """The case, or one that is the same but for lines."""
        own = self.readings.network.labels.index(self.readings.network.tie)
        found = Case(
            closed=case.closed or not self.planes.on_edge,
            tie=case.tie if case.tie != own and self._differ(case.tie, own) else own,
        )
        known = not (self.readings.in_doubt or self.planes.in_doubt)
        known = known and not (self._across_in_doubt(found) or self._borders_in_doubt(found))
        return found._replace(sure=sure or known)

    def _across_in_doubt(self, case: Case) -> bool:
        """Whether it is not certain that some things on lines or planes across are within reach."""
        seen = any(other.planes.in_doubt for other in self.beside)
        return seen or any(self.view(k, case).across.in_doubt for k in range(len(self.planes.each)))

    def _borders_in_doubt(self, case: Case) -> bool:
        """Whether it is not certain which types there are at some crossings of borders."""
        scenes = [self.view(k, case).scene for k in range(len(self.planes.each))]
        return any(scene.shown is not None and scene.shown.in_doubt for scene in scenes)

    def view(self, plane: int, case: Case) -> View:
        """What is seen from a plane."""
        if (plane, case) not in self._views:
            shares = self.planes.shares(closed=case.closed)[plane]
            beside = tuple(other.drawn(case.tie, case.sure) for other in self.beside)
            self._views[plane, case] = View(
                self.drawn(case.tie, case.sure), plane, shares, case.sure, beside, case.closed
            )
        return self._views[plane, case]

    def drawn(self, tie: int, sure: bool) -> Drawn:
        """All boundaries."""
        if (tie, sure) not in self._drawn:
            read = tuple((self.cells(network), network, how) for network, how in self.readings.read(tie, sure=sure))
            self._drawn[tie, sure] = Drawn(self.planes, read, sure)
        return self._drawn[tie, sure]

    def cells(self, network: Network) -> DecisionCells:
        """The decision set of a network on all planes, cut by the border of the true labels."""
        if network not in self._cells:
            charts = self.planes.charts[: len(self.planes.each)]
            refuse_too_large(network, charts)
            self._cells[network] = DecisionCells(network, charts, self.planes.truths[0].dividers)
        return self._cells[network]

    def _differ(self, one: int, other: int) -> bool:
        """Whether it matters which of two labels gets the ties."""
        if self.readings.in_doubt:
            return False
        if self.planes.across or any(seen._differ(one, other) for seen in self.beside):
            return True
        if (self.cells(self.readings.network).cells.data["winner"] == ALL_TIED).any():
            return True
        both = [self.drawn(tie, True) for tie in (one, other)]
        return not all(
            np.array_equal(getattr(p, name), getattr(q, name))
            for k in range(len(self.planes.levels))
            for p, q in zip(*(drawn.pieces(k) for drawn in both), strict=True)
            for name in ("ends", "touched")
        )
