"""``symadv check``: which sentences hold, exactly when, and by whom."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symadv.cli.arguments import Json, one_of, see_own_modules
from symadv.cli.console import counted, deliver, stdout, write_json
from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from symadv.language.goals import Claim, Report
    from symadv.verify.grounds import Grounds
    from symadv.verify.kernel import Tier

_FORMATS = ("text", "latex", "pdf")
_COMPILE = 300.0  # seconds that Rocq may take for one theorem, on a busy machine and from a cold disk


def check(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Folders or files of claims, such as proofs/stutz."),
    ],
    only: Annotated[
        list[str] | None, typer.Option(metavar="CLAIM", help="Only the claim of this name; may be repeated.")
    ] = None,
    sample: Annotated[bool, typer.Option(help="Also test every probability by sampling.")] = False,
    thorough: Annotated[bool, typer.Option(help="Ask every prover about every claim.")] = False,
    seconds: Annotated[float, typer.Option(min=0.1, help="The most that a prover may take for one statement.")] = 60.0,
    kernel: Annotated[
        bool, typer.Option("--kernel", help="Also let Rocq's kernel check the theorems of proofs/rocq, where coqc is.")
    ] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Prove everything anew.")] = False,
    format: Annotated[str, typer.Option(help="text, or the proofs as a paper: latex or pdf (needs latexmk).")] = "text",
    out: Annotated[Path | None, typer.Option(help="A file for the paper; without it, stdout.")] = None,
    json: Json = False,
) -> int:
    """Check claims; exit code 1 when a verdict is not the one that its claim expects."""
    from symadv.check import check as check_claims
    from symadv.language.goals import Report
    from symadv.language.limits import Limits
    from symadv.verify.grounds import grounds

    _asked_for(format, out, json=json)
    see_own_modules()
    # Remembered claims come without what they sample and without their results.
    claims = _claims(paths, remembered=not (no_cache or sample or format != "text"))
    limits, cache = Limits(seconds=seconds), not no_cache
    with counted("checking") as progress:
        found = check_claims(
            claims, only=only, sample=sample, thorough=thorough, limits=limits, progress=progress, cache=cache
        )
        claims = [c for c in claims if not only or c.name in only]
        basis = grounds(claims, progress=progress, cache=cache)
    report = Report(", ".join(paths), found.rows)
    tier = _kernel(claims, seconds) if kernel else None
    _show(report, basis, tier, format, out, json=json)
    return 0 if report.as_expected and basis.proved and (tier is None or tier.as_expected) else 1


def _claims(paths: list[str], *, remembered: bool) -> "list[Claim]":
    from symadv.provers._claims import claims_at
    from symadv.provers._memory import Memory

    memory = Memory.of_user() if remembered else None
    return [c for path in paths for c in claims_at(path, memory=memory)]


def _asked_for(format: str, out: Path | None, *, json: bool) -> None:
    """Refuse, before anything is proved, what cannot be written."""
    one_of("format", format, _FORMATS)
    if json and format != "text":
        raise SymadvError(f"got --json and --format {format}, wanted one of them")
    if format == "text" and out is not None:
        raise SymadvError("got --out without a paper, wanted --format latex or pdf beside it")
    if format == "pdf" and out is None:
        raise SymadvError("a PDF needs a file: give --out, such as --out proofs.pdf")


def _show(
    report: "Report", basis: "Grounds", tier: "Tier | None", format: str, out: Path | None, *, json: bool
) -> None:
    from symadv.report import terminal, to_json

    if json:
        data = to_json(report) | ({"grounds": basis.as_data()} if basis.proofs else {})
        write_json(data | ({} if tier is None else {"kernel": tier.as_data()}))
        return
    if format != "text":
        deliver(_paper(report, basis, format), out)
        return
    stdout().print(terminal(report))
    if basis.proofs:
        if not basis.proved:
            stdout().print(terminal(basis.open))
        stdout().print(basis.summary)
    if tier is not None:
        if len(tier.report):
            stdout().print(terminal(tier.report))
        stdout().print(tier.summary)


def _paper(report: "Report", basis: "Grounds", format: str) -> str | bytes:
    from symadv.report.pdf import compiled
    from symadv.verify.papers import paper

    text = paper(report, basis.proofs)
    return compiled(text) if format == "pdf" else text


def _kernel(claims: "list[Claim]", seconds: float) -> "Tier":
    from symadv.language.limits import Limits
    from symadv.verify.kernel import kernel

    with counted("compiling") as progress:
        return kernel(claims, limits=Limits(seconds=max(seconds, _COMPILE)), progress=progress)
