"""Where things are printed: results on stdout, as text or JSON; progress on stderr."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from symadv.language.errors import SymadvError

_WIDE = 200  # columns where there is no terminal: a table in a file or a pipe is not cut


def stdout() -> Console:
    """A console that prints texts as they are: what a user wrote is no markup."""
    return _console(sys.stdout)


def say(text: str) -> None:
    """One line about what goes on, on stderr."""
    print(text, file=sys.stderr)


def write_json(data: Any) -> None:
    """JSON on stdout."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


def deliver(content: str | bytes, out: Path | None) -> None:
    """A text on stdout or into a file."""
    if out is None:
        print(
            content if isinstance(content, str) else content.decode(), end="" if str(content).endswith("\n") else "\n"
        )
        return
    if not out.parent.is_dir():
        raise SymadvError(f"--out: {out.parent} is no folder")
    if isinstance(content, str):
        out.write_text(content, encoding="utf-8")
    else:
        out.write_bytes(content)
    say(f"wrote {out}")


@contextmanager
def counted(description: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, where that is a terminal, for a function that reports ``progress(done, total)``."""
    with bar() as shown:
        task = shown.add_task(description, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


@contextmanager
def followed() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr for a function that reports ``progress(stage, done, total)``, a total of 0 for an unknown one."""
    with bar() as shown:
        task = shown.add_task("", total=None)
        yield lambda stage, done, total: shown.update(task, description=stage, completed=done, total=total or None)


def bar() -> Progress:
    """A progress bar on stderr that vanishes when it is done, and is not there without a terminal."""
    console = _console(sys.stderr)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _console(stream: Any) -> Console:
    console = Console(file=stream, markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = _WIDE
    return console
