"""Rocq's compiler on a scratch copy of a file: does its kernel accept a theorem, as what, and on which axioms."""

import re
import resource
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from symadv.provers._library import Library, words_of

ABSENT = "coqc not found"
_AXIOM = re.compile(r"^(\S+)", re.MULTILINE)
_NO_AXIOM = re.compile(r"^(?:Axioms:|Closed under the global context)$", re.MULTILINE)
_ROOM_MB = 4096


class Refused(Exception):
    """Rocq does not accept a file, or not as a proof of the statement."""


@dataclass(frozen=True)
class Clock:
    """The wall clock of one proof."""

    end: float

    @classmethod
    def of(cls, seconds: float) -> "Clock":
        """A clock that runs out in some seconds."""
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """The seconds that are left, at least a little."""
        return max(0.1, self.end - time.monotonic())


def coqc() -> str | None:
    """The path of the compiler, if there is one."""
    return shutil.which("coqc")


def axioms_of(library: Library, file: Path, theorem: str, statement: str, *, seconds: float) -> frozenset[str]:
    """The axioms that a theorem rests on, once the kernel has accepted it as a proof of the statement.

    The statement is read by Rocq before the file with the theorem is, and with nothing but the words of the language:
    no notation or definition of that file can change what it says.  Raises ``Refused``.
    """
    clock = Clock.of(seconds)
    with TemporaryDirectory(prefix="symadv-rocq-") as scratch:
        for needed in library.in_order(file):
            shutil.copy(needed, scratch)
            compiled(needed.name, Path(scratch), clock)
        tie = Path(scratch) / "tie.v"
        tie.write_text(
            f"From symadv Require Import {' '.join(words_of(statement))}.\n"
            f"Definition statement : Prop :=\n{statement}.\n"
            f"From symadv Require {file.stem}.\n"
            f"Definition proof : statement := {file.stem}.{theorem}.\n"
            f"Print Assumptions proof.\n",
            encoding="utf-8",
        )
        said = compiled(tie.name, Path(scratch), clock)
    return axioms_in(said)


def axioms_in(said: str) -> frozenset[str]:
    """The first word of every line that is not indented: names of axioms, or the beginning of a complaint."""
    return frozenset(_AXIOM.findall(_NO_AXIOM.sub("", said)))


def compiled(name: str, folder: Path, clock: Clock) -> str:
    """What the compiler prints on a file that it accepts."""
    command = [coqc() or "coqc", "-w", "none", "-Q", ".", "symadv", name]
    try:
        run = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=clock.left, preexec_fn=limited, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refused(f"{name}: no answer from coqc in time") from None
    if run.returncode:
        raise Refused(f"{name}: {told(run.stderr)}")
    return run.stdout


def limited() -> None:
    """Bound the memory of the process that is about to become a program of Rocq's."""
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    wanted = _ROOM_MB << 20
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def told(lines: str) -> str:
    """The end of what a program said, on one line."""
    text = " ".join(lines.split())
    return text[-400:] if text else "refused without a word"
