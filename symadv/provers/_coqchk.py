"""Rocq's second checker on compiled files: does ``coqchk`` accept them too, and what does it take for granted."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from symadv.provers._coqc import Clock, Refused, compiled, limited, told
from symadv.provers._library import Library

_SECTION = re.compile(r"^\* ([^:]+):(.*?)(?=^\* |\Z)", re.DOTALL | re.MULTILINE)
_NONE = "<none>"


def coqchk() -> str | None:
    """The path of the checker, which comes with the compiler, if there is one."""
    return shutil.which("coqchk")


def rechecked(library: Library, files: Iterable[Path], *, seconds: float) -> frozenset[str]:
    """The axioms, by their full names, that some files rest on, once ``coqchk`` has type-checked every term again.

    It does so for all that the files need, Rocq's standard library and Coquelicot included.  Raises ``Refused``.
    """
    clock = Clock.of(seconds)
    needed = dict.fromkeys(f for file in files for f in library.in_order(file))
    with TemporaryDirectory(prefix="symadv-rocq-") as scratch:
        for file in needed:
            shutil.copy(file, scratch)
            compiled(file.name, Path(scratch), clock)
        return assumed(_checked([file.stem for file in needed], Path(scratch), clock))


def assumed(summary: str) -> frozenset[str]:
    """The axioms in the checker's summary, which must also say that no check of the kernel was switched off."""
    sections = {title: text.split() for title, text in _SECTION.findall(summary)}
    listed = sections.pop("Axioms", None)
    for title, names in sections.items():
        if title != "Theory" and names != [_NONE]:
            raise Refused(f"coqchk: {title}: {', '.join(names)}")
    if listed is None or len(sections) < 4:
        raise Refused(f"coqchk: no summary of what is assumed, but: {told(summary)}")
    return frozenset(listed) - {_NONE}


def _checked(modules: Iterable[str], folder: Path, clock: Clock) -> str:
    command = [coqchk() or "coqchk", "-silent", "-o", "-Q", ".", "symadv", *(f"symadv.{m}" for m in modules)]
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
