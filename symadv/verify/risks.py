"""Exact risks of a few classifiers at a few budgets."""

from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from symadv.adversary.classifier import Classifier
from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError
from symadv.risk import risks
from symadv.risk.bound import Bound
from symadv.risk.edges import Edge, edge
from symadv.verify.points import Place, classifiers


@dataclass(frozen=True)
class RiskTable:
    """The risk under every definition of every classifier, for one budget: ``{classifier: {definition: risk}}``.

    ``refused``: of which classifiers it is not known, and why.
    """

    at: str
    threat: ThreatModel
    risks: Mapping[str, Mapping[str, Bound]]
    refused: Mapping[str, str]

    @property
    def edges(self) -> tuple[tuple[str, str, Edge], ...]:
        """The risks that hang on a convention: classifier, definition, and on what."""
        found = [(f, name, edge(bound)) for f, column in self.risks.items() for name, bound in column.items()]
        return tuple((f, name, on) for f, name, on in found if isinstance(on, Edge))


@dataclass(frozen=True)
class Risks:
    """The job of computing a risk table for each of some budgets."""

    place: Place
    eps: tuple[sympy.Expr, ...]

    def run(self) -> tuple[RiskTable, ...]:
        """The tables, one per budget, for the closed L-infinity ball."""
        known = classifiers(self.place.d)
        return tuple(self._table(ThreatModel("linf", eps), known) for eps in self.eps)

    def _table(self, threat: ThreatModel, known: Mapping[str, Classifier]) -> RiskTable:
        """What is known for one budget; where nothing is, the first refusal."""
        found: dict[str, Mapping[str, Bound]] = {}
        refused: dict[str, SymadvError] = {}
        for name, f in known.items():
            try:
                found[name] = risks(f, self.place.d, threat)
            except SymadvError as error:
                refused[name] = error
        if refused and not found:
            raise next(iter(refused.values()))
        return RiskTable(str(self.place), threat, found, {name: str(error) for name, error in refused.items()})
