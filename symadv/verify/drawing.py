"""The pictures of a distribution, as a job."""

from collections.abc import Iterator
from dataclasses import dataclass

import sympy

from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError
from symadv.plot import Picture, curves, definitions, pictures
from symadv.verify.points import Place


@dataclass(frozen=True)
class Drawing:
    """The job of drawing a distribution, with an adversary of the budget."""

    place: Place
    eps: sympy.Expr
    seed: int

    def run(self) -> tuple[Picture, ...]:
        """Its pictures: those in the plane, for up to two features, and those of the risk over the budget."""
        drawn = pictures(self.place.d, ThreatModel("linf", self.eps), seed=self.seed)
        return (*drawn, *self._risks())

    def _risks(self) -> Iterator[Picture]:
        """The risk curves of Bayes, and of all usual classifiers; none where the risk has no formula."""
        try:
            yield Picture.of(curves("bayes", self.place.d), "curves")
            yield Picture.of(definitions(self.place.d, eps=self.eps), "definitions")
        except SymadvError:
            return
