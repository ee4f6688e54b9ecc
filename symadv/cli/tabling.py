"""``symadv table``: the table of claims beside the claims, and whether it is fresh."""

from pathlib import Path
from typing import Annotated

import typer

from symadv.cli.arguments import Json
from symadv.cli.console import counted, say, write_json
from symadv.language.errors import SymadvError

FILE = "README.md"


def table(
    folder: Annotated[Path, typer.Argument(help="A folder of claims, such as proofs/.")],
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 when the table there is not up to date.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write the table into the folder.")] = False,
    json: Json = False,
) -> int:
    """Generate README.md of a folder of claims: sentence, what it says, verdict, exactly when, by whom."""
    from symadv.check import check as check_claims
    from symadv.provers._claims import claims_at
    from symadv.provers._memory import Memory
    from symadv.verify.derivations import PATIENT
    from symadv.verify.grounds import grounds
    from symadv.verify.table import table as table_of

    if check and write:
        raise SymadvError("--check and --write exclude each other")
    if not folder.is_dir():
        raise SymadvError(f"{folder} is no folder; wanted one with claims, such as proofs/")
    with counted("checking") as progress:
        claims = claims_at(folder, memory=Memory.of_user())
        report, basis = check_claims(claims, limits=PATIENT, progress=progress), grounds(claims, progress=progress)
    text, place = table_of(report, basis), folder / FILE
    sound = report.as_expected and basis.proved
    fresh = place.is_file() and place.read_text(encoding="utf-8") == text
    if write and not fresh:
        place.write_text(text, encoding="utf-8")
    if json:
        write_json({"file": str(place), "fresh": fresh or write, "as_expected": sound, "table": text})
    elif not (check or write):
        print(text, end="")
    elif check and not fresh:
        say(f"{place} is stale; renew it: symadv table {folder} --write")
    return 0 if sound and (fresh or not check) else 1
