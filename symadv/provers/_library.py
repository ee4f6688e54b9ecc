"""The folder of theorems, ``proofs/rocq``: which file states what, and what a file needs to be compiled."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from symadv.language.errors import SymadvError
from symadv.provers._claims import SHELVES

_COMMENT = re.compile(r"\(\*(?:(?!\(\*|\*\)).)*\*\)", re.DOTALL)
_THEOREM = re.compile(r"^Theorem (\w+) :(.*?)\.\s+Proof\.", re.DOTALL | re.MULTILINE)
_NEEDS = re.compile(r"^From symadv Require (?:Import|Export) ([\w\s]+)\.", re.MULTILINE)

_INTEGRALS = re.compile(r"\b(Phi|RInt|RInt_gen|ex_RInt|ex_RInt_gen)\b")


@dataclass(frozen=True)
class Library:
    """A folder of files of Rocq.

    ``words.v`` and ``integrals.v`` define what the statements speak of; ``axioms.txt`` lists what proofs may rest on.
    """

    folder: Path

    def files(self) -> tuple[Path, ...]:
        """The files, sorted by name."""
        return tuple(sorted(self.folder.glob("*.v")))

    def statements(self, file: Path) -> dict[str, str]:
        """The statements of the theorems in a file, by name, on one line each."""
        text = file.read_text(encoding="utf-8")
        while _COMMENT.search(text):  # comments nest: the innermost first
            text = _COMMENT.sub(" ", text)
        return {name: one_line(statement) for name, statement in _THEOREM.findall(text)}

    @cached_property
    def _theorems(self) -> dict[str, tuple[Path, str]]:
        found: dict[str, tuple[Path, str]] = {}
        for file in self.files():
            for name, statement in self.statements(file).items():
                other = found.setdefault(name, (file, statement))[0]
                if other != file:
                    raise SymadvError(f"two files hold a theorem {name}: {other.name} and {file.name}")
        return found

    def names(self) -> tuple[str, ...]:
        """The names of all theorems."""
        return tuple(self._theorems)

    def named(self, theorem: str) -> tuple[Path, str] | None:
        """The file that holds a theorem of this name, and what it says there."""
        return self._theorems.get(theorem)

    def stating(self, statement: str) -> tuple[Path, str] | None:
        """A file that holds a theorem with this statement, and its name."""
        wanted = one_line(statement)
        return next(((file, name) for name, (file, said) in self._theorems.items() if said == wanted), None)

    def in_order(self, file: Path) -> tuple[Path, ...]:
        """A file and all that it needs, each after what it needs itself."""
        found: dict[Path, None] = {}

        def visit(at: Path, above: tuple[Path, ...]) -> None:
            if at in above or not at.is_file():
                raise SymadvError(
                    f"{file.name} needs {at.name}, which {'needs itself' if at in above else 'is missing'}"
                )
            for names in _NEEDS.findall(at.read_text(encoding="utf-8")):
                for name in names.split():
                    visit(self.folder / f"{name}.v", (*above, at))
            found.setdefault(at)

        visit(file, ())
        return tuple(found)

    def axioms(self) -> frozenset[str]:
        """The full names of the axioms that a theorem may rest on."""
        return frozenset((self.folder / "axioms.txt").read_text(encoding="utf-8").split())

    def foreign(self, axioms: Iterable[str]) -> list[str]:
        """Those of some axioms that a theorem may not rest on; the end of a name stands for it."""
        allowed = self.axioms()
        return sorted(a for a in axioms if not any(f".{name}".endswith(f".{a}") for name in allowed))


def words_of(statement: str) -> tuple[str, ...]:
    """The files that define what a statement speaks of; the one on integrals takes long to load."""
    return ("words", "integrals") if _INTEGRALS.search(statement) else ("words",)


def library() -> Library | None:
    """The theorems that come with the claims; None where there are none."""
    return next((Library(shelf / "rocq") for shelf in SHELVES if (shelf / "rocq").is_dir()), None)


def one_line(statement: str) -> str:
    """A statement with all white space the same."""
    return " ".join(statement.split())
