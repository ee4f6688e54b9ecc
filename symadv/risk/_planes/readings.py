"""What a network is taken for in planes: its real function, or a float32 pass between two sets for each label."""

from dataclasses import dataclass
from functools import cached_property

from symadv.classifiers._network import Network
from symadv.risk._net_passes import Float32Pass, RealPass
from symadv.risk._net_shifts import FLOAT32, Shifts
from symadv.risk._planes.laws import marginals
from symadv.risk._planes.marginal import marginal
from symadv.risk._planes.pieces import Reading
from symadv.risk._planes.support import Planes


@dataclass(frozen=True, eq=False)
class Readings:
    """Networks that say each label where the one that is meant surely does, or possibly does."""

    network: Network
    semantics: str

    @property
    def in_doubt(self) -> bool:
        """Whether these differ."""
        return self.semantics == FLOAT32

    @property
    def words(self) -> str:
        """What the network is taken for."""
        return Float32Pass.words if self.in_doubt else RealPass.words

    def read(self, tie: int, *, sure: bool) -> tuple[tuple[Network, Reading], ...]:
        """Networks, and what counts of what they say, the label (an index) ``tie`` getting the ties of the real one."""
        if not self.in_doubt:
            return ((self.network, Reading(tie)),)
        found = [(self._shifts.reading(k, sure=sure), k) for k in range(len(self.network.labels))]
        return tuple((network, Reading(tie, k)) for (network, tie), k in found)

    def lost(self, planes: Planes) -> float:
        """A bound for the probability of samples from which the pass may overflow."""
        if not self.in_doubt:
            return 0.0
        radius, features = self._shifts.rounding.radius, range(len(planes.d.features))
        most = [radius - float(e) * (1 + 1e-15) for e in planes.threat.budgets(len(features))]
        if min(most) <= 0 or any(abs(float(v)) >= most[i] for plane in planes.each for i, v in plane.fixed):
            return 1.0
        lost = sum(
            float(part.probability) * marginal(law).outside(most[i])
            for part in planes.parts
            for i, law in zip(planes.free, marginals(part.density, planes.d.name), strict=True)
        )
        far = (r for r in planes.circles if any(max(-a, b) >= most[i] for i, (a, b) in enumerate(r.extent)))
        return (lost + sum(float(ring.probability) for ring in far)) * (1 + 1e-12)

    @cached_property
    def _shifts(self) -> Shifts:
        return Shifts(self.network)
