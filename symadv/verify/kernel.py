"""The kernel-checked tier: the theorems of ``proofs/rocq``, tied to claims, compiled where Rocq is installed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from symadv.check import check
from symadv.language.goals import Claim, Goal, Report
from symadv.language.limits import Limits
from symadv.provers._coqc import ABSENT, coqc
from symadv.provers._library import library
from symadv.provers._theorems import theorems
from symadv.report import to_json


@dataclass(frozen=True)
class Tier:
    """What the kernel says of some claims' theorems: a row for each that was compiled or is not what its claim says."""

    report: Report
    claims: int
    skipped: bool

    @property
    def summary(self) -> str:
        """One line: how many theorems of how many claims, or why none."""
        if self.skipped:
            return f"kernel-checked: skipped, {ABSENT}"
        checked = sum(row.verdict.status == "PROVED" for row in self.report)
        return f"kernel-checked: {checked} of {len(self.report)} theorems, of {self.claims} claims"

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {"skipped": ABSENT if self.skipped else None, "claims": self.claims, "theorems": to_json(self.report)}


def kernel(claims: Iterable[Claim], *, limits: Limits, progress: Callable[[int, int], None] | None = None) -> Tier:
    """The claims' theorems through the prover ``rocq`` alone.

    Without a compiler only the statements are compared: a row says where a file does not state what its claim says.
    """
    stated = [found for claim in claims if (found := stated_theorems(claim))]
    goals = [goal for found in stated for goal in found.values()]
    report = check(goals, provers=("rocq",), limits=limits, progress=progress)
    if coqc() is not None:
        return Tier(report, len(stated), skipped=False)
    differing = tuple(row for row in report if not row.verdict.why.endswith(ABSENT))
    return Tier(Report(report.title, differing), len(stated), skipped=True)


def stated_theorems(claim: Claim) -> dict[str, Goal]:
    """Those of a claim's theorems that a file of ``proofs/rocq`` holds by name, proved there or not."""
    there = library()
    return {} if there is None else {n: goal for n, goal in theorems(claim).items() if there.named(n) is not None}
