"""``symadv battery``: true claims made false at every site, and who notices."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symadv.cli.arguments import Json, see_own_modules
from symadv.cli.console import counted, say, stdout, write_json

if TYPE_CHECKING:
    from symadv.battery.trial import Outcome


def battery(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Folders or files of claims, such as proofs/stutz."),
    ],
    per_goal: Annotated[
        int | None, typer.Option(min=1, help="At most so many mutants of each claim, of all kinds; default: all.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="The most that a prover may take for one mutant.")] = 20.0,
    json: Json = False,
) -> int:
    """Make true claims false, one slip at a time; exit code 1 when a falsehood is proved or nobody can tell."""
    from symadv.battery import battery as tried
    from symadv.language.limits import Limits
    from symadv.provers._claims import claims_at

    see_own_modules()
    claims = [claim for path in paths for claim in claims_at(path)]
    with counted("battery") as progress:
        outcomes = tried(claims, per_goal=per_goal, limits=Limits(seconds=seconds), progress=progress)
    if json:
        write_json([_data(outcome) for outcome in outcomes])
    else:
        _print(outcomes)
    bad = [o for o in outcomes if o.fate in ("missed", "unsound")]
    for outcome in bad:
        say(f"{outcome.fate}: {outcome.mutant.name}: {outcome.mutant.goal.statement}")
    return 1 if bad else 0


def _data(outcome: "Outcome") -> dict[str, Any]:
    witness = outcome.verdict.witness
    return {
        "mutant": outcome.mutant.name,
        "claim": outcome.mutant.claim,
        "slip": outcome.mutant.operator,
        "statement": str(outcome.mutant.goal.statement),
        "fate": outcome.fate,
        "by": outcome.verdict.prover,
        "witness": {s.name: str(value) for s, value in witness.items()} if witness else None,
        "random_points": outcome.random,
        "boundary_points": outcome.boundary,
    }


def _print(outcomes: "Sequence[Outcome]") -> None:
    from rich import box
    from rich.table import Table

    from symadv.battery.summary import summary

    lines = summary(outcomes)
    provers = list(lines[-1].by)
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("slip")
    heads = ("mutants", "random points", "boundary points", *provers, "still true", "missed", "wrongly proved")
    for head in heads:
        table.add_column(head, justify="right")
    for line in lines:
        numbers = (line.mutants, line.random, line.boundary, *line.by.values())
        table.add_row(line.slip, *map(str, (*numbers, line.still_true, line.missed, line.unsound)))
    stdout().print(table)
    for outcome in outcomes:
        if outcome.fate == "still true":
            stdout().print(f"still true, proved by {outcome.verdict.prover}: {outcome.mutant.name}", soft_wrap=True)
