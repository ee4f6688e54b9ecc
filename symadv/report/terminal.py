"""Results for a terminal."""

from typing import TYPE_CHECKING, Any

from symadv import catalog
from symadv.language.goals import Report
from symadv.readers._layout import exactly
from symadv.report.sections import summary

if TYPE_CHECKING:
    from rich.console import RenderableType

_COLOURS = {"PROVED": "green", "REFUTED": "red", "SUPPORTED": "blue", "UNDECIDED": "yellow", "VACUOUS": "bright_black"}


def terminal(thing: Any) -> "RenderableType":
    """Something that a rich console can print: a report as a table with coloured verdicts, the rest as plain text."""
    if isinstance(thing, Report):
        return _report(thing)
    from rich.text import Text

    return Text(catalog.load("readers", "text")(thing).rstrip("\n"))


def _report(report: Report) -> "RenderableType":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    text = catalog.load("readers", "text")
    table = Table(
        title=Text(report.title) if report.title else None,
        caption=Text(summary(report)),
        box=box.SIMPLE_HEAD,
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("claim", overflow="fold", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("evidence", overflow="fold", ratio=2)
    table.add_column("holds", overflow="fold", ratio=2)
    for row in report:
        word, condition = exactly(row)
        verdict = Text(row.verdict.status, style=_COLOURS[row.verdict.status])
        if not row.as_expected:
            verdict.append(f" (expected {row.expects})", style="bold red")
        evidence = text(row.verdict).removeprefix(row.verdict.status).strip()
        holds = "" if condition is None else f"{word} {text(condition)}"
        table.add_row(Text(row.claim), verdict, Text(evidence or row.verdict.why), Text(holds))
    return table
