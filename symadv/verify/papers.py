"""Claims and their verdicts as a paper: every proof in full, and the sources that it cites."""

from collections import Counter
from collections.abc import Iterable

from symadv import catalog
from symadv.language.goals import Claim, Report
from symadv.provers._claims import SHELVES
from symadv.readers._derived import Checked
from symadv.report.bibliography import Source, bibliography, sources
from symadv.report.sections import unproved_steps
from symadv.report.tex import document
from symadv.verify.derivations import Proof
from symadv.verify.stated import stated


def paper(report: Report, proofs: Iterable[Proof] = ()) -> str:
    """The article in LaTeX, with the derivations that its claims rest on and the files of Rocq that state the same."""
    checked = {proof.derivation.goals(): _checked(proof) for proof in proofs}
    body = catalog.load("readers", "latex")(report, kernel=_files(report), checked=checked)
    return document([body, bibliography(body, _known())], f"The claims in {report.title}, and their proofs")


def _checked(proof: Proof) -> Checked:
    proved = Counter(row.verdict.prover for row in proof.report if row.verdict.status == "PROVED")
    return Checked(dict(proved), unproved_steps(proof.report))


def _files(report: Report) -> dict[str, str]:
    """For each theorem of a claim the file that holds it."""
    claims = [row.subject for row in report if isinstance(row.subject, Claim)]
    found = [(name, file) for claim in claims for name, file in stated(claim).items()]
    return {name: f"proofs/rocq/{file.name}" for name, file in found if file is not None}


def _known() -> dict[str, Source]:
    places = [shelf / "sources.bib" for shelf in SHELVES]
    return next((sources(p.read_text(encoding="utf-8")) for p in places if p.is_file()), {})
