"""Rocq's second checker on compiled files: does ``coqchk`` accept them too, and what does it take for granted."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from symadv.provers._coqc import Clock, Refused, axioms_in, compiled, limited, told
from symadv.provers._library import Library

_SECTION = re.compile(r"^\* ([^:]+):(.*?)(?=^\* |\Z)", re.DOTALL | re.MULTILINE)
_NONE = "<none>"


def coqchk() -> str | None:
    """The path of the checker, which comes with the compiler, if there is one."""
    return shutil.which("coqchk")


def rechecked(library: Library, files: Iterable[Path], *, seconds: float) -> frozenset[str]:
    """The axioms that some files of the library rest on, once ``coqchk`` has type-checked all of their terms again.

    What the files need inside the library is checked with them; the standard library and Coquelicot are admitted as
    they were installed (``-norec``), with their own axioms in the list.  Raises ``Refused``.
    """
    clock = Clock.of(seconds)
    needed = list(dict.fromkeys(f for file in files for f in library.in_order(file)))
    with TemporaryDirectory(prefix="symadv-rocq-") as scratch:
        folder = Path(scratch)
        for file in needed:
            shutil.copy(file, folder)
            compiled(file.name, folder, clock)
        modules = [file.stem for file in needed]
        return _meant(assumed(_checked(modules, folder, clock)), modules, folder, clock)


def assumed(summary: str) -> tuple[str, ...]:
    """The names that the checker's summary lists as axioms; it must say that no check of the kernel was switched off."""
    sections = {title: text.split() for title, text in _SECTION.findall(summary)}
    listed = sections.pop("Axioms", None)
    for title, names in sections.items():
        if title != "Theory" and names != [_NONE]:
            raise Refused(f"coqchk: {title}: {', '.join(names)}")
    if listed is None or len(sections) < 4:
        raise Refused(f"coqchk: no summary of what is assumed, but: {told(summary)}")
    return () if listed == [_NONE] else tuple(listed)


def _checked(modules: Iterable[str], folder: Path, clock: Clock) -> str:
    command = [coqchk() or "coqchk", "-silent", "-o", "-Q", ".", "symadv"]
    command += [word for module in modules for word in ("-norec", f"symadv.{module}")]
    try:
        run = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=clock.left, preexec_fn=limited, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refused("coqchk: no answer in time") from None
    said = run.stdout + run.stderr  # the summary is among the messages
    if run.returncode:
        raise Refused(f"coqchk: {told(said)}")
    return said


def _meant(names: Iterable[str], modules: Iterable[str], folder: Path, clock: Clock) -> frozenset[str]:
    """The axioms behind what is listed: ``coqchk`` lists constants of sealed modules too, though they have a body."""
    asked = "".join(f"Print Assumptions {name}.\n" for name in names)
    (folder / "assumed.v").write_text(f"From symadv Require {' '.join(modules)}.\n{asked}", encoding="utf-8")
    return axioms_in(compiled("assumed.v", folder, clock)) if asked else frozenset()
