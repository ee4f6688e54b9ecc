"""Exact risks of a few classifiers at a few budgets, and what a knife edge means in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from symadv.adversary.threat import ThreatModel
from symadv.risk.bound import Bound, Range
from symadv.risk.exact import risks
from symadv.verify.points import Place, classifiers

_SAME = 1e-12


@dataclass(frozen=True)
class RiskTable:
    """The risk under every definition of every classifier, for one budget: ``{classifier: {definition: risk}}``."""

    at: str
    threat: ThreatModel
    risks: Mapping[str, Mapping[str, Bound]]

    @property
    def edges(self) -> tuple[str, ...]:
        """The risks that hang on a convention, those that do so in the same way in one sentence."""
        alike: dict[str, dict[str, list[str]]] = {}
        for classifier, column in self.risks.items():
            for definition, bound in column.items():
                if edge(bound):
                    alike.setdefault(edge(bound), {}).setdefault(classifier, []).append(definition)
        return tuple(
            f"{words}: {'; '.join(f'{classifier} under {_listed(names)}' for classifier, names in whose.items())}."
            for words, whose in alike.items()
        )


@dataclass(frozen=True)
class Risks:
    """The job of computing a risk table for each of some budgets."""

    place: Place
    eps: tuple[sympy.Expr, ...]

    def run(self) -> tuple[RiskTable, ...]:
        """The tables, one per budget, for the closed L-infinity ball."""
        known = classifiers(self.place.d)
        threats = [ThreatModel("linf", eps) for eps in self.eps]
        return tuple(
            RiskTable(str(self.place), threat, {name: risks(f, self.place.d, threat) for name, f in known.items()})
            for threat in threats
        )


def edge(bound: Bound) -> str:
    """What the risk would be for slightly other budgets or another convention; empty where it would be the same."""
    if bound.evidence is None or not bound.evidence.knife_edge:
        return ""
    evidence, here = bound.evidence, (bound.lower, bound.upper)
    others = {
        "for slightly smaller budgets": evidence.below,
        "for slightly larger budgets": evidence.above,
        **{f"({convention})": value for convention, value in evidence.otherwise.items()},
    }
    told = [f"{_shown(value)} {when}" for when, value in others.items() if _differ(value, here)]
    if not told:
        return f"{_shown(here)} as asked, and off by less than {_SAME:g} with another convention"
    return f"{_shown(here)} as asked, but {', '.join(told)}"


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _shown(value: Range) -> str:
    lower, upper = value
    return f"{lower:.6g}" if upper - lower < _SAME else f"between {lower:.6g} and {upper:.6g}"


def _differ(a: Range, b: Range) -> bool:
    return abs(a[0] - b[0]) > _SAME or abs(a[1] - b[1]) > _SAME
