"""Networks that say a label only where a float32 pass surely does, or everywhere where it possibly does."""

from dataclasses import dataclass
from functools import cached_property

from symadv.classifiers._network import Floats, Network
from symadv.language.errors import SymadvError
from symadv.risk._net_rounding import Rounding, drifted, in_float32, rounding, shifted

FLOAT32 = "float32"


@dataclass(frozen=True, eq=False)
class Shifts:
    """A network whose logits are shifted by the rounding bound of its float32 pass at points that are ``off`` x.

    Without ``rounds`` of the real function there.
    """

    network: Network
    off: Floats | None = None
    rounds: bool = True

    def reading(self, label: int, *, sure: bool) -> tuple[Network, int]:
        """The network with the label's logit lowered and the others raised, or the other way round; and its ties."""
        count = len(self.network.labels)
        up = tuple((k == label) != sure for k in range(count))
        if up not in self._known:
            self._known[up] = shifted(self._rounded, self.rounding, [1 if raised else -1 for raised in up])
        return self._known[up], (label + 1) % count if sure else label

    @cached_property
    def rounding(self) -> Rounding:
        """The bound; refused where it holds nowhere."""
        if not self.rounds and self.off is not None:
            return drifted(self.network, self.off)
        found = rounding(self._rounded, FLOAT32, self.off)
        if not found.radius:
            raise SymadvError("float32: the network may overflow float32 at every point; wanted smaller weights")
        return found

    @cached_property
    def _rounded(self) -> Network:
        return in_float32(self.network) if self.rounds else self.network

    @cached_property
    def _known(self) -> dict[tuple[bool, ...], Network]:
        return {}
