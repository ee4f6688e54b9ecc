"""The kernel-checked tier: the theorems of ``proofs/rocq``, tied to claims, compiled where Rocq is installed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from symadv.check import check
from symadv.language.goals import Claim, Goal, Report
from symadv.language.limits import Limits
from symadv.provers._coqc import ABSENT, Refused, coqc
from symadv.provers._coqchk import rechecked
from symadv.provers._library import Library, library
from symadv.provers._theorems import theorems
from symadv.report import to_json

_MINUTES = 600.0  # seconds for all files: two minutes, twice as long on a busy machine


@dataclass(frozen=True)
class Recheck:
    """What ``coqchk`` says of the compiled files: on which axioms it accepts them, or ``why`` it does not."""

    files: int
    axioms: frozenset[str] = frozenset()
    why: str = ""

    @property
    def summary(self) -> str:
        """One line: how many files rest on what, or what is wrong."""
        on = ", ".join(sorted(self.axioms)) or "nothing"
        return self.why or f"coqchk: {self.files} files, which rest on {on}"


@dataclass(frozen=True)
class Tier:
    """What the kernel says of some claims' theorems: a row for each that was compiled or is not what its claim says.

    ``recheck`` is the word of a second checker on the same files.
    """

    report: Report
    claims: int
    skipped: bool
    recheck: Recheck | None = None

    @property
    def as_expected(self) -> bool:
        """Whether every theorem is accepted, by the second checker too."""
        return self.report.as_expected and not (self.recheck and self.recheck.why)

    @property
    def summary(self) -> str:
        """How many theorems of how many claims, or why none; and what the second checker says."""
        if self.skipped:
            return f"kernel-checked: skipped, {ABSENT}"
        checked = sum(row.verdict.status == "PROVED" for row in self.report)
        said = f"kernel-checked: {checked} of {len(self.report)} theorems, of {self.claims} claims"
        return f"{said}\n{self.recheck.summary}" if self.recheck else said

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        data = {"skipped": ABSENT if self.skipped else None, "claims": self.claims, "theorems": to_json(self.report)}
        again = self.recheck
        if again is None:
            return data
        return data | {"coqchk": {"files": again.files, "axioms": sorted(again.axioms), "why": again.why or None}}


def kernel(claims: Iterable[Claim], *, limits: Limits, progress: Callable[[int, int], None] | None = None) -> Tier:
    """The claims' theorems through the prover ``rocq`` alone, and their files through ``coqchk``.

    Without a compiler only the statements are compared: a row says where a file does not state what its claim says.
    """
    stated = [found for claim in claims if (found := stated_theorems(claim))]
    goals = [goal for found in stated for goal in found.values()]
    report = check(goals, provers=("rocq",), limits=limits, progress=progress)
    if coqc() is not None:
        return Tier(report, len(stated), skipped=False, recheck=recheck([goal.name for goal in goals]))
    differing = tuple(row for row in report if not row.verdict.why.endswith(ABSENT))
    return Tier(Report(report.title, differing), len(stated), skipped=True)


def stated_theorems(claim: Claim) -> dict[str, Goal]:
    """Those of a claim's theorems that a file of ``proofs/rocq`` holds by name, proved there or not."""
    there = library()
    return {} if there is None else {n: goal for n, goal in theorems(claim).items() if there.named(n) is not None}


def recheck(names: Iterable[str], there: Library | None = None) -> Recheck | None:
    """The files of some theorems, and those that hold what is true in general, through ``coqchk``."""
    there = there or library()
    if there is None:
        return None
    tied = {place[0] for name in names if (place := there.named(name)) is not None}
    files = [file for file in there.files() if file in tied or not there.statements(file)]
    try:
        axioms = rechecked(there, files, seconds=_MINUTES)
    except Refused as error:
        return Recheck(len(files), why=str(error))
    foreign = sorted(axioms - there.axioms())
    return Recheck(len(files), axioms, f"coqchk: the files rest on {', '.join(foreign)}" if foreign else "")
