"""``symadv state``: what is to be proved in Rocq for a claim, generated from it."""

from typing import Annotated

import typer

from symadv.cli.arguments import Json, see_own_modules
from symadv.cli.console import write_json


def state(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Folders or files of claims, such as proofs/stutz."),
    ],
    json: Json = False,
) -> int:
    """Print the theorems of claims in Rocq, each with a place for its proof: a file of proofs/rocq to begin with."""
    from symadv import catalog
    from symadv.provers._claims import claims_at
    from symadv.provers._library import words_of
    from symadv.provers._theorems import theorems

    see_own_modules()
    reader = catalog.load("readers", "rocq")
    goals = {name: goal for path in paths for claim in claims_at(path) for name, goal in theorems(claim).items()}
    stated = {name: reader(goal) for name, goal in goals.items()}
    if json:
        write_json(stated)
        return 0
    words = dict.fromkeys(word for statement in stated.values() for word in words_of(statement))
    print(f"From symadv Require Import {' '.join(words) or 'words'}.")
    for name, statement in stated.items():
        indented = "\n".join(f"  {line}" for line in statement.splitlines())
        print(f"\nTheorem {name} :\n{indented}.\nProof.\nAdmitted.")
    return 0
