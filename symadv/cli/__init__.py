"""The command line: parse, call one function, print; exit code 0: as it should be, 1: it is not, 2: not understood."""

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from symadv import __version__
from symadv.cli.battering import battery
from symadv.cli.checking import check
from symadv.cli.creating import new
from symadv.cli.curving import curve
from symadv.cli.deriving import derive
from symadv.cli.grading import grade
from symadv.cli.listing import list_members
from symadv.cli.plotting import curves, definitions, phase
from symadv.cli.plotting_attacks import attacks, recall, regions
from symadv.cli.risking import risk
from symadv.cli.sampling import sample
from symadv.cli.stating import state
from symadv.cli.tabling import table
from symadv.cli.verifying import verify
from symadv.language.errors import SymadvError

AS_IT_SHOULD_BE, DIFFERENT, NOT_UNDERSTOOD = 0, 1, 2

app = typer.Typer(
    name="symadv",
    help="Exact ground truth for adversarial robustness on toy distributions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("list")(list_members)
for command in (derive, check, battery, risk, curve, grade, verify, sample, state, table, new):
    app.command()(command)
plot = typer.Typer(help="Draw exact risks: PDF, SVG or PNG, by the suffix of --out.", no_args_is_help=True)
for picture in (curves, definitions, phase, regions, attacks, recall):
    plot.command()(picture)
app.add_typer(plot, name="plot")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"symadv {__version__}")
        raise typer.Exit()


_SHOW = typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_version)


@app.callback()
def _symadv(version: Annotated[bool, _SHOW] = False) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (default: this process's arguments); the exit code is 0, 1 or 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without UTF-8 gets escapes, not a crash
            stream.reconfigure(errors="backslashreplace")
    try:
        code = typer.main.get_command(app).main(
            args=None if arguments is None else list(arguments), prog_name="symadv", standalone_mode=False
        )
        sys.stdout.flush()
        return code if isinstance(code, int) else AS_IT_SHOULD_BE
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return AS_IT_SHOULD_BE
    except KeyboardInterrupt:
        return _failed("interrupted")
    except Exception as error:
        if os.environ.get("SYMADV_TRACEBACK"):
            raise
        return _failed(_told(error))


def _told(error: Exception) -> str:
    """An error in one line: ours and the parser's as they are, others with their type."""
    if isinstance(error, SymadvError):
        return str(error)
    said: Any = getattr(error, "format_message", None)  # typer's usage errors, whichever click it carries
    if said is not None:
        return str(said())
    if isinstance(error, OSError):
        return str(error)
    return f"{type(error).__name__}: {error} (SYMADV_TRACEBACK=1 shows where)"


def _failed(message: str) -> int:
    if message:  # without arguments, typer has shown the help and says nothing
        print(f"error: {message}", file=sys.stderr)
    return NOT_UNDERSTOOD
