"""Rocq (Coq 8.16): theorems of ``proofs/rocq`` that its kernel accepts as proofs of exactly this goal."""

import sympy

from symadv import catalog
from symadv.language.errors import SymadvError
from symadv.language.goals import Goal, Verdict
from symadv.language.limits import Limits
from symadv.provers._coqc import ABSENT, Refused, axioms_of, coqc
from symadv.provers._given import inside
from symadv.provers._library import Library, library, one_line


def rocq(goal: Goal, *, limits: Limits) -> Verdict:
    """PROVED when a theorem with the goal as its statement compiles and rests on the allowed axioms alone.

    The statement is generated from the goal; what stands in the file has to be the same text.
    """
    theorems = library()
    if theorems is None:
        return Verdict("UNDECIDED", "rocq", why="no folder proofs/rocq")
    try:
        statement = catalog.load("readers", "rocq")(goal)
    except SymadvError as error:
        return Verdict("UNDECIDED", "rocq", why=str(error))
    found = theorems.stating(statement)
    if found is None:
        return Verdict("UNDECIDED", "rocq", why=_unstated(theorems, goal, statement))
    if coqc() is None:
        return Verdict("UNDECIDED", "rocq", why=ABSENT)
    file, name = found
    try:
        axioms = axioms_of(theorems, file, name, statement, seconds=0.9 * limits.seconds)
    except Refused as error:
        return Verdict("UNDECIDED", "rocq", why=str(error))
    foreign = theorems.foreign(axioms)
    if foreign:
        return Verdict("UNDECIDED", "rocq", why=f"{name} rests on {', '.join(foreign)}")
    if not _somewhere(goal, limits):
        return Verdict("UNDECIDED", "rocq", why="proved, but no exact point of what is given was found")
    return Verdict("PROVED", "rocq", reductions=(f"theorem {name} in {file.name}",))


def _somewhere(goal: Goal, limits: Limits) -> bool:
    """Whether an exact point of what is given is known: one that was tried, or a solver's model."""
    if inside(goal, limits.points) is not None:
        return True
    return bool(catalog.load("provers", "smt")(Goal(sympy.false, goal.given), limits=limits).status == "REFUTED")


def _unstated(theorems: Library, goal: Goal, statement: str) -> str:
    other = theorems.named(goal.name)
    if other is None:
        return "no theorem in proofs/rocq states it"
    file, said = other
    return f"{file.name} states {goal.name} as “{said}”, wanted “{one_line(statement)}”"
