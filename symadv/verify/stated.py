"""Which theorems of ``proofs/rocq`` say what a claim says; this does not depend on whether Rocq is installed here."""

from pathlib import Path

from symadv import catalog
from symadv.language.goals import Claim
from symadv.provers._library import library, one_line
from symadv.provers._theorems import theorems


def stated(claim: Claim) -> dict[str, Path | None]:
    """The claim's theorems by name, each with the file that states it word for word."""
    there, wanted = library(), theorems(claim)
    if there is None:
        return dict.fromkeys(wanted)
    reader = catalog.load("readers", "rocq")
    found: dict[str, Path | None] = {}
    for name, goal in wanted.items():
        place = there.named(name)
        found[name] = place[0] if place is not None and place[1] == one_line(reader(goal)) else None
    return found
