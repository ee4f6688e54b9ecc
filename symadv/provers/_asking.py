"""Asking provers: each call in a child process with limits, verdicts remembered, disagreement told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy

from symadv import catalog
from symadv.isolate import Isolated, Outcome, isolate_many
from symadv.language.aggregates import independent
from symadv.language.goals import Exists, ForAll, Goal, Status, Verdict
from symadv.language.limits import Limits
from symadv.language.parameters import Parameter
from symadv.provers._contradiction import Contradiction
from symadv.provers._given import given_at
from symadv.provers._memory import Memory
from symadv.provers._points import in_domain
from symadv.provers._replay import truth
from symadv.provers._substitution import free_parameters, opened

Progress = Callable[[int, int], None]

FINAL = ("PROVED", "REFUTED", "VACUOUS")


@dataclass(frozen=True)
class Round:
    """One question to some provers about many goals, the next prover where the one before does not know."""

    provers: tuple[str, ...]
    limits: Limits
    progress: Progress | None
    thorough: bool
    memory: Memory | None

    def __call__(self, goals: list[Goal]) -> dict[int, Verdict]:
        """A verdict for each goal, by its id: the first final one, else what the last prover said."""
        said: list[list[Verdict]] = [[] for _ in goals]
        for prover in self.provers:
            still = [k for k, own in enumerate(said) if self.thorough or not any(v.status in FINAL for v in own)]
            known = [self._remembered(prover, goals[k]) for k in still]
            new = iter(self._asked(prover, [goals[k] for k, v in zip(still, known, strict=True) if v is None]))
            for k, verdict in zip(still, known, strict=True):
                said[k].append(verdict or next(new))
        return {id(goal): _one(goal, own) for goal, own in zip(goals, said, strict=True)}

    def _remembered(self, prover: str, goal: Goal) -> Verdict | None:
        return self.memory.verdict(prover, goal, self.limits) if self.memory else None

    def _asked(self, prover: str, goals: list[Goal]) -> list[Verdict]:
        if not goals:
            return []
        outcomes = isolate_many(
            _ask,
            [(prover, replace(goal, experiment=None), self.limits) for goal in goals],
            seconds=self.limits.seconds,
            memory_mb=self.limits.memory_mb,
            preload=(f"symadv.provers.{name}" for name in catalog.names("provers") if name == prover),
            progress=self.progress,
        )
        verdicts = [_verdict(prover, outcome) for outcome in outcomes]
        for goal, outcome, verdict in zip(goals, outcomes, verdicts, strict=True):
            if self.memory and outcome.error is None:  # what the clock or a crash ended is asked anew
                self.memory.keep_verdict(prover, goal, self.limits, verdict)
        return verdicts


def _ask(prover: str, goal: Goal, limits: Limits) -> Verdict:
    """What one prover says, its witness replayed (runs in a child process)."""
    verdict: Verdict = catalog.load("provers", prover)(goal, limits=limits)
    if verdict.status == "REFUTED" and not _replayed(goal, verdict.witness):
        return Verdict("UNDECIDED", prover, why=f"a witness that does not replay: {verdict.witness}")
    return replace(verdict, prover=verdict.prover or prover)


def _replayed(goal: Goal, witness: Mapping[Any, sympy.Expr] | None) -> bool:
    statement = opened(goal.statement, free_parameters(*goal.given))
    if witness is None or set(witness) < set(free_parameters(statement, *goal.given)) or not independent(witness):
        return False
    if not all(in_domain(p, value) for p, value in witness.items() if isinstance(p, Parameter)):
        return False
    if statement.has(ForAll, Exists):  # the prover decided what is left once the witness is put in
        return given_at(goal.given, dict(witness))
    return given_at(goal.given, dict(witness)) and truth(statement, witness) is False


def _verdict(prover: str, outcome: Outcome[Verdict]) -> Verdict:
    if isinstance(outcome.error, Isolated):
        return Verdict("UNDECIDED", prover, why=str(outcome.error), seconds=outcome.seconds)
    if outcome.error is not None:
        kind = type(outcome.error).__name__
        return Verdict("UNDECIDED", prover, why=f"{kind}: {outcome.error}", seconds=outcome.seconds)
    return replace(outcome.get(), seconds=outcome.seconds)


def _one(goal: Goal, said: list[Verdict]) -> Verdict:
    final = [verdict for verdict in said if verdict.status in FINAL]
    for other in final[1:]:
        if other.status != final[0].status:
            raise Contradiction(f"{goal.name or goal.statement}: {_told(final[0])}, but {_told(other)}")
    if final:
        return final[0]
    why = "; ".join(f"{verdict.prover}: {verdict.why}" for verdict in said if verdict.why)
    last: Status = said[-1].status if said else "UNDECIDED"
    return Verdict(last, said[-1].prover if said else "", why=why, seconds=sum(verdict.seconds for verdict in said))


def _told(verdict: Verdict) -> str:
    because = "".join(f"; {r}" for r in verdict.reductions)
    evidence = because if verdict.witness is None else f" at {verdict.witness}"
    return f"{verdict.prover} says {verdict.status}{evidence}"
