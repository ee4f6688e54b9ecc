"""Claims and their verdicts as a paper: every proof in full, and the sources that it cites."""

from symadv import catalog
from symadv.language.goals import Claim, Report
from symadv.provers._claims import SHELVES
from symadv.report.bibliography import Source, bibliography, sources
from symadv.report.tex import document
from symadv.verify.stated import stated


def paper(report: Report) -> str:
    """The article in LaTeX; a proof names the file of Rocq that states the same, where there is one."""
    body = catalog.load("readers", "latex")(report, kernel=_files(report))
    return document([body, bibliography(body, _known())], f"The claims in {report.title}, and their proofs")


def _files(report: Report) -> dict[str, str]:
    """For each claim the file with the theorem of its verdict."""
    files = {}
    for row in report:
        if isinstance(row.subject, Claim):
            found = stated(row.subject)
            file = found.get(row.claim) or found.get(f"{row.claim}_is_refuted")
            if file is not None:
                files[row.claim] = f"proofs/rocq/{file.name}"
    return files


def _known() -> dict[str, Source]:
    places = [shelf / "sources.bib" for shelf in SHELVES]
    return next((sources(p.read_text(encoding="utf-8")) for p in places if p.is_file()), {})
