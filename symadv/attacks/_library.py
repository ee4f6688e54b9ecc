"""What the adapters to attack libraries share: coordinates in the unit box, and what comes back judged as ours is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from symadv.adversary.threat import ThreatModel
from symadv.attacks._search import Search
from symadv.language.errors import SymadvError

_ROUNDING = 1e-5  # of a budget: how far outside the ball a library may round


@dataclass(frozen=True)
class UnitBox:
    """Coordinates w in [0, 1] with x = low + width w, in which every ball is one of radius ``eps`` inside the box."""

    low: Tensor
    width: Tensor
    eps: float

    @staticmethod
    def around(search: Search, library: str) -> "UnitBox":
        """Coordinates for all samples and their balls; a frozen feature is refused, since it has no place in them."""
        budget = search.ball.budget
        if not bool((budget > 0).all()) or not len(search.x):
            raise SymadvError(
                f"{library} knows one budget for all features: got {budget.tolist()}, wanted positive ones"
            )
        low, high = search.x.amin(0) - budget, search.x.amax(0) + budget
        scale = float(((high - low) / budget).max())
        return UnitBox(low, scale * budget, 1 / scale)

    def module(self, search: Search) -> "torch.nn.Module":
        """The attacked network in these coordinates, for inputs (n, d) of any shape (n, …)."""
        return _Rescaled(search.model, self.low, self.width)

    def into(self, x: Tensor) -> Tensor:
        """Points in these coordinates."""
        return (x - self.low) / self.width

    def back(self, w: Tensor) -> Tensor:
        """Points in the features' own coordinates."""
        return self.low + self.width * w


class _Rescaled(torch.nn.Module):
    def __init__(self, model: Any, low: Tensor, width: Tensor) -> None:
        super().__init__()
        self.model = model
        self.low = torch.nn.Parameter(low, requires_grad=False)  # libraries look for a parameter's device
        self.width = torch.nn.Parameter(width, requires_grad=False)

    def forward(self, w: Tensor) -> Tensor:
        """The logits."""
        logits: Tensor = self.model(self.low + self.width * w.flatten(1))
        return logits


def attacked(
    library: str,
    attack: Callable[[Search, UnitBox], Tensor],
    model: Any,
    x: Any,
    y: Any,
    *,
    threat: ThreatModel,
    allowed: Callable[[Any], Any] | None,
    rng: np.random.Generator,
    labels: Sequence[int] | None,
    project: Callable[[Any], Any] | None,
    restarts: int,
) -> Any:
    """The best of what ``restarts`` runs of a library's attack return; torch's random state is restored."""
    if isinstance(restarts, bool) or not isinstance(restarts, int) or restarts < 1:
        raise SymadvError(f"restarts must be a whole number >= 1, got {restarts!r}")
    search = Search(model, x, y, threat=threat, allowed=allowed, labels=labels, visit=None, project=project)
    box = UnitBox.around(search, library)
    for _ in range(restarts):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(rng.integers(2**31)))
            w = attack(search, box)
        z = search.onto_support(_repaired(search, box.back(w.detach().double().reshape(search.x.shape)), threat))
        search.judge(z, search.margin(z, search.every_row), search.every_row)
    return search.result()


def _repaired(search: Search, z: Tensor, threat: ThreatModel) -> Tensor:
    """What left the ball by rounding, or the box, is put back; what left the ball by more is shown as it is."""
    inside = search.ball.project(z)
    if threat.box is not None:
        return inside
    near = ((inside - z).abs() <= _ROUNDING * search.ball.budget).all(1)
    return inside.where(near[:, None], z)
