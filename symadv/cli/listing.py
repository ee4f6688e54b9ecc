"""``symadv list``: every member of every open room, one line each, without importing one."""

from itertools import groupby
from typing import Annotated

import typer

from symadv import catalog
from symadv.cli.arguments import Json, one_of
from symadv.cli.console import stdout, write_json


def list_members(
    room: Annotated[str | None, typer.Argument(help="Only this room, such as distributions.")] = None,
    exactness: Annotated[bool, typer.Option("--exactness", help="Which risks are exact, as a table.")] = False,
    json: Json = False,
) -> int:
    """List the members of the open rooms: distributions, definitions, classifiers, attacks, provers, readers."""
    if exactness:
        from symadv.verify.exactness import table

        print(table(), end="")
        return 0
    rooms = catalog.ROOMS if room is None else (one_of("room", room, catalog.ROOMS),)
    all_members = [(kind, name) for kind in rooms for name in catalog.names(kind)]
    rows = [(*member, catalog.summary(*member), _options(*member)) for member in all_members]
    if json:
        write_json(
            {
                kind: [{"name": name, "summary": words, "options": own} for _, name, words, own in members]
                for kind, members in groupby(rows, key=lambda row: row[0])
            }
        )
        return 0
    width = max((len(name) for _, name, *_ in rows), default=0)
    console = stdout()
    for kind, members in groupby(rows, key=lambda row: row[0]):
        console.print(kind, style="bold")
        for _, name, words, own in members:
            console.print(f"  {name:<{width}}  {words}", soft_wrap=True)
            if own:
                console.print(f"  {'':<{width}}  options: {', '.join(own)}", style="dim", markup=False, soft_wrap=True)
    return 0


def _options(room: str, name: str) -> tuple[str, ...]:
    """What can be given on the command line: for distributions behind the name, for classifiers by --option."""
    return catalog.options(room, name) if room in ("distributions", "classifiers") else ()
