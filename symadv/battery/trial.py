"""Each mutant before random points, boundary points and the provers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from symadv.battery.mutants import Mutant, mutants, true_goals
from symadv.battery.shots import refuted_at_random, refuted_on_boundaries
from symadv.check import check
from symadv.isolate import isolate_many
from symadv.language.goals import Claim, Goal, Verdict
from symadv.language.limits import Limits

Fate = Literal["refuted", "still true", "missed", "unsound"]

_SECONDS = 5.0  # for the points tried on one mutant


@dataclass(frozen=True)
class Outcome:
    """What became of one mutant.

    "refuted": a prover showed a witness and exact arithmetic replayed it; "still true": a prover proved it, and no
    point that was tried speaks against it; "missed": nobody knows; "unsound": proved, though a point refutes it.
    """

    mutant: Mutant
    verdict: Verdict
    random: bool
    boundary: bool

    @property
    def fate(self) -> Fate:
        """What became of it, in two words at most."""
        if self.verdict.status in ("PROVED", "VACUOUS"):
            return "unsound" if self.random or self.boundary else "still true"
        return "refuted" if self.verdict.status == "REFUTED" else "missed"


def battery(
    claims: Iterable[Claim],
    *,
    per_goal: int | None = None,
    limits: Limits | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Outcome, ...]:
    """What becomes of the mutants of the true goals of some claims; ``per_goal``: at most so many of each."""
    limits = limits or Limits()
    chosen = [m for claim in claims for goal in true_goals(claim) for m in mutants(goal, count=per_goal)]
    report = check([m.goal for m in chosen], limits=limits, progress=progress)
    random, boundary = (_shots(shoot, chosen) for shoot in (refuted_at_random, refuted_on_boundaries))
    rows = zip(chosen, report, random, boundary, strict=True)
    return tuple(Outcome(mutant, row.verdict, r, b) for mutant, row, r, b in rows)


def _shots(shoot: Callable[[Goal], bool], chosen: Sequence[Mutant]) -> list[bool]:
    """Whether points refute each mutant; no within the time is no."""
    calls = [(mutant.goal,) for mutant in chosen]
    outcomes = isolate_many(shoot, calls, seconds=_SECONDS)
    return [outcome.error is None and outcome.get() for outcome in outcomes]
