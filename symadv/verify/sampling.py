"""Every closed form and the posterior against samples, at numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import sympy

from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError
from symadv.language.goals import Experiment
from symadv.language.parameters import Parameter
from symadv.probability.crosscheck import CrossCheck, calibration, cross_check
from symadv.provers._claims import claims_at
from symadv.risk import risks
from symadv.risk.sampled import risk_experiment
from symadv.verify.points import Place, budgets, classifiers


@dataclass(frozen=True)
class Sampling:
    """The job of sampling what is derived from a distribution; ``quick``: one number of each derivation."""

    place: Place
    quick: bool
    seed: int

    def run(self) -> tuple[CrossCheck, ...]:
        """The tests of all experiments, and of the posterior."""
        groups = [d.experiments[:1] if self.quick else d.experiments for d in self.place.derivations[0]]
        tested = [cross_check(e, self.place.values, seed=self.seed) for e in distinct(e for g in groups for e in g)]
        tested += [replace(cross_check(e, {}, seed=self.seed), at=str(self.place)) for e in self._risks()]
        return (*tested, replace(calibration(self.place.d, seed=self.seed), at=str(self.place)))

    def _risks(self) -> list[Experiment]:
        """The exact risks at the largest budget, of all classifiers; ``quick``: of the first."""
        d, eps = self.place.d, budgets(self.place.d)[-1]
        found: dict[sympy.Expr, Experiment] = {}
        for f, chosen in list(classifiers(d).items())[: 1 if self.quick else None]:
            try:
                exact = risks(chosen, d, ThreatModel("linf", eps))
            except SymadvError:  # refused, as in the plane; the job of the exact risks says why
                return []
            for name, bound in exact.items():
                known = bound.evidence
                if known is not None and known.expression is not None and known.vulnerable:
                    experiment = risk_experiment(f"{name} risk of {f} at a budget of {eps}", bound, d)
                    found.setdefault(experiment.claimed, experiment)
        return list(found.values())


@dataclass(frozen=True)
class ClaimSampling:
    """The job of sampling the probabilities that claims speak of; ``known``: those that are sampled elsewhere."""

    path: str
    numbers: tuple[tuple[Parameter, sympy.Expr], ...]
    known: tuple[str, ...]
    seed: int

    def run(self) -> tuple[CrossCheck, ...]:
        """The tests of all other experiments, where all parameters have numbers."""
        values = dict(self.numbers)
        experiments = distinct(
            e for claim in claims_at(self.path) for e in claim.experiments if e.what not in self.known
        )
        ready = [e for e in experiments if all(s in values for s in e.claimed.free_symbols)]
        return tuple(cross_check(e, values, seed=self.seed) for e in ready)


def distinct(experiments: Iterable[Experiment]) -> list[Experiment]:
    """The experiments without repetitions of one number."""
    return list({(e.what, e.claimed): e for e in experiments}.values())
