"""``symadv new distribution NAME``: a commented template of a distribution of one's own, which runs as it is."""

from pathlib import Path
from typing import Annotated

import typer

from symadv.cli.arguments import Json, one_of
from symadv.cli.console import stdout, write_json
from symadv.language.errors import SymadvError

KINDS = ("distribution",)


def new(
    kind: Annotated[str, typer.Argument(help="What to write: distribution.")],
    name: Annotated[str, typer.Argument(help="Its name; the file is NAME.toml in this folder.")],
    json: Json = False,
) -> int:
    """Write a commented template, NAME.toml, to be edited; an existing file is never overwritten."""
    one_of("template", kind, KINDS)
    from symadv.distributions import template

    text, path = template(name), Path(f"{name}.toml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise SymadvError(f"{path} exists already; nothing was written") from None
    if json:
        write_json({"written": str(path)})
    else:
        stdout().print(f"{path} is written; try: symadv derive {path} posterior", soft_wrap=True)
    return 0
