"""``symadv derive``: a formula of a distribution, derived step by step, every step proved."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symadv.cli.arguments import At, Json, Name, distribution_of, one_of, shift_of
from symadv.cli.console import counted, deliver, say, write_json
from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from symadv.language.derivations import Derivation
    from symadv.language.goals import Report
    from symadv.probability.distribution import Distribution

_WHAT = "joint, log-odds, posterior, bayes-rule, projection, label, bayes-accuracy or label-change"
_SHIFT = 'For label-change, per label: "1=0,-6"; default: from the mean of each label to that of the other.'


def derive(
    name: Name,
    what: Annotated[str, typer.Argument(metavar="WHAT", help=_WHAT)],
    format: Annotated[str, typer.Option(help="text, latex, html or pdf (pdf needs latexmk).")] = "text",
    at: At = None,
    shift: Annotated[list[str] | None, typer.Option(metavar="LABEL=NUMBERS", help=_SHIFT)] = None,
    check: Annotated[bool, typer.Option(help="Have every step proved, and mark those that are not.")] = True,
    out: Annotated[Path | None, typer.Option(help="A file; without it, stdout.")] = None,
    json: Json = False,
) -> int:
    """Derive a formula of a distribution, with a reason for each step; exit code 1 when a step is not proved."""
    from symadv.report import FORMATS
    from symadv.verify.derivations import derive as derivation_of
    from symadv.verify.derivations import prove

    one_of("format", format, FORMATS)
    if format == "pdf" and out is None and not json:
        raise SymadvError("a PDF needs a file: give --out, such as --out posterior.pdf")
    d = distribution_of(name, at)
    derivation, report = derivation_of(d, what, shift=shift_of(shift or ()) or None), None
    if check:
        with counted("proving") as progress:
            (proof,) = prove([derivation], progress=progress)
        report = proof.report
    if json:
        write_json(_data(d, derivation, report))
    else:
        deliver(_rendered(d, derivation, report, format), out)
    unproved = [row for row in report or () if row.verdict.status != "PROVED"]
    for row in unproved:
        say(f"not proved: {row.claim}: {row.verdict.status} {row.verdict.why}".rstrip())
    return 1 if unproved else 0


def _rendered(d: "Distribution", derivation: "Derivation", report: "Report | None", format: str) -> str | bytes:
    from symadv.report import render, unproved_steps

    unproved = unproved_steps(report) if report is not None else frozenset()
    return render(derivation, format, title=f"{d.name}: {derivation.name}", unproved=unproved)


def _data(d: "Distribution", derivation: "Derivation", report: "Report | None") -> dict[str, object]:
    from symadv.report import to_json

    verdicts = {} if report is None else {"proved": report.proved, "goals": to_json(report)["claims"]}
    return {"distribution": d.name, **to_json(derivation), **verdicts}
