"""The pictures of a distribution, as a job."""

from dataclasses import dataclass

import sympy

from symadv.adversary.threat import ThreatModel
from symadv.plot import Picture, pictures
from symadv.verify.points import Place


@dataclass(frozen=True)
class Drawing:
    """The job of drawing a distribution, with an adversary of the budget."""

    place: Place
    eps: sympy.Expr
    seed: int

    def run(self) -> tuple[Picture, ...]:
        """Its pictures; none for more than two features."""
        return pictures(self.place.d, ThreatModel("linf", self.eps), seed=self.seed)
