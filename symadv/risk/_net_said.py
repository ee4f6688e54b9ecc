"""Where a network says what, and from which values of a stratum's coordinate it can be brought to say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symadv.classifiers._network import Network
from symadv.geometry.charts import Chart
from symadv.geometry.stratum import Stratum
from symadv.language.intervals import Intervals
from symadv.risk._net_atoms import Atom, Surroundings
from symadv.risk._net_ball import Group, spreads
from symadv.risk._net_cells import DecisionCells
from symadv.risk._net_reach import Atlas


@dataclass(frozen=True, eq=False)
class Said:
    """The decision set of a network on some atoms, computed when it is first asked for.

    ``charts``: those of the atoms.
    """

    network: Network
    charts: tuple[Chart, ...]
    atoms: tuple[Atom, ...]
    around: Mapping[Stratum, Surroundings]

    @cached_property
    def decided(self) -> DecisionCells:
        """The decision set on all atoms."""
        return DecisionCells(self.network, self.charts)

    def intervals(self, label: int, tie: int, atoms: tuple[int, ...], *, closed: bool, above: bool) -> Intervals:
        """From where the label (an index) is said on some of the atoms, ties going to ``tie``."""
        key = label, tie, atoms, closed, above
        if key not in self._known:
            found = Intervals()
            for group, spread in self._spreads[above]:
                pieces = self._atlas.pieces(label, tie, [k for k in atoms if k in group])
                found = found | spread.intervals(pieces, tie, closed=closed)
            self._known[key] = found
        return self._known[key]

    @cached_property
    def _known(self) -> dict[Any, Intervals]:
        return {}

    @cached_property
    def _atlas(self) -> Atlas:
        return Atlas(self.decided)

    @cached_property
    def _spreads(self) -> dict[bool, list[Group]]:
        return {above: spreads(self.decided, self.atoms, self.around.values(), above=above) for above in (False, True)}
