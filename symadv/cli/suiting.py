"""``symadv grade --suite``: the suite in some processes, and its tables, data and picture as files."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from symadv.cli.console import deliver, followed, say, stdout, write_json

if TYPE_CHECKING:
    from symadv.suite.run import Suite


def graded_suite(*, networks: int, n: int, seed: int, out: Path | None, jobs: int, json: bool) -> int:
    """Run the suite and print it, or write it into a folder; 1 when an attack returned inadmissible points."""
    from symadv.suite.run import suite
    from symadv.suite.table import data, markdown

    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    with followed() as progress, _workers(jobs) as executor:
        found = suite(networks=networks, n=n, seed=seed, executor=executor, progress=progress)
    if out is not None:
        _write(found, out)
    if json:
        write_json(data(found))
    elif out is None:
        stdout().print(markdown(found), soft_wrap=True)
    else:
        stdout().print(f"{out / 'suite.md'}", soft_wrap=True)
    return int(bool(found.faults))


@contextmanager
def _workers(jobs: int) -> Iterator[Executor | None]:
    """That many fresh processes, or none for one job."""
    if jobs == 1:
        yield None
        return
    from multiprocessing import get_context

    with ProcessPoolExecutor(jobs, mp_context=get_context("forkserver")) as executor:
        yield executor


def _write(found: "Suite", out: Path) -> None:
    from json import dumps

    from symadv.language.errors import SymadvError
    from symadv.suite.table import data, markdown

    deliver(markdown(found), out / "suite.md")
    deliver(dumps(data(found), ensure_ascii=False, indent=1) + "\n", out / "suite.json")
    try:
        from symadv.plot.picture import Picture
        from symadv.suite.picture import picture

        drawn = Picture.of(picture(found), "suite")
    except SymadvError as missing:
        say(f"No picture: {missing}")
        return
    deliver(drawn.svg, out / "suite.svg")
    deliver(drawn.png, out / "suite.png")
