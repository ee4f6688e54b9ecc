"""What claims rest on: the derivations behind their statements, each once, through the provers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from symadv.language.derivations import Derivation
from symadv.language.goals import Claim, Report
from symadv.verify.derivations import Proof, prove


@dataclass(frozen=True)
class Grounds:
    """The derivations that some claims rest on, with the verdicts on their goals."""

    claims: int
    proofs: tuple[Proof, ...]

    @property
    def open(self) -> Report:
        """The steps, links and results that no prover accepts."""
        return Report("Derivations that claims rest on", tuple(row for proof in self.proofs for row in proof.open))

    @property
    def proved(self) -> bool:
        """Whether every step is proved."""
        return not len(self.open)

    @property
    def summary(self) -> str:
        """One line: how many derivations, and whether their steps are proved."""
        goals, left = sum(len(proof.report) for proof in self.proofs), len(self.open)
        said = f"{goals} goals, all proved" if not left else f"{left} of {goals} goals are not proved"
        return f"{self.claims} claims rest on {len(self.proofs)} derivations: {said}"

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        listed = [
            {"name": proof.derivation.name, "goals": len(proof.report), "open": len(proof.open)}
            for proof in self.proofs
        ]
        return {"claims": self.claims, "derivations": listed, "proved": self.proved}


def grounds(
    claims: Iterable[Claim], *, progress: Callable[[int, int], None] | None = None, cache: bool = True
) -> Grounds:
    """The derivations that the claims rest on and the verdicts on their steps; one that several rest on counts once."""
    resting = [claim for claim in claims if claim.because]
    found = {d.goals(): d for claim in resting for d in claim.because.values() if isinstance(d, Derivation)}
    return Grounds(len(resting), prove(found.values(), progress=progress, cache=cache))
