"""``symadv verify``: the main job."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from symadv.cli.arguments import Json, see_own_modules
from symadv.cli.console import bar, say, stdout, write_json

STAGES = ("derivations", "proofs", "claims", "samples, risks, networks", "writing")


def verify(
    distributions: Annotated[
        list[str] | None, typer.Argument(metavar="[DISTRIBUTION]...", help="Default: the article's two examples.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder of the report.")] = Path("out"),
    quick: Annotated[bool, typer.Option(help="Fewer samples, smaller networks, one point of the parameters.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same report.")] = 0,
    json: Json = False,
) -> int:
    """Derive, prove, sample, train, attack, and write a report; exit code 1 when something is not as it should be."""
    from symadv.verify import ARTICLE, write
    from symadv.verify import verify as run

    see_own_modules(*(distributions or ()))
    start = time.monotonic()
    with _followed() as progress:
        found = run(tuple(distributions) if distributions else ARTICLE, quick=quick, seed=seed, progress=progress)
        left_out = write(found, out, progress=progress)
    for words in (*found.notes, *left_out):
        say(words)
    problems = (*found.problems, *(words for words in left_out if "does not compile" in words))
    if json:
        write_json({"out": str(out), "as_expected": not problems, "problems": list(problems)})
    else:
        for words in problems:
            stdout().print(words, style="red", soft_wrap=True)
        say(f"{time.monotonic() - start:.0f} s; {'as it should be' if not problems else f'{len(problems)} problems'}")
        stdout().print(f"{out / 'index.html'}", soft_wrap=True)
    return 1 if problems else 0


@contextmanager
def _followed() -> Iterator[Callable[[str, int, int], None]]:
    """One bar over all stages on a terminal; a line per stage elsewhere."""
    start, seen = time.monotonic(), set[str]()
    with bar() as shown:
        task = shown.add_task("", total=len(STAGES))

        def progress(stage: str, done: int, total: int) -> None:
            shown.update(task, description=stage, completed=STAGES.index(stage) + done / max(total, 1))
            if not sys.stderr.isatty() and stage not in seen:
                seen.add(stage)
                say(f"[{time.monotonic() - start:5.1f} s] {stage}")

        yield progress
