"""Computer algebra: normal forms of exponential polynomials, signs by positivity after reparametrisation."""

import sympy

from symadv.language.goals import Exists, Goal, Verdict
from symadv.language.limits import Limits
from symadv.provers._attempt import attempt
from symadv.provers._given import inside, search
from symadv.provers._problems import Problem
from symadv.provers._reductions import lemmas, sentences

_FIRST = 36  # points tried before a proof is
_FEW = 4  # where they take longer than the proof


def algebra(goal: Goal, *, limits: Limits) -> Verdict:
    """Prove by equal normal forms, by signs of polynomials in positive generators, or refute at an exact point."""
    tried = search(goal, _FEW if goal.statement.has(sympy.Integral) else _FIRST)
    if tried.witness is not None:
        return Verdict("REFUTED", "algebra", witness=tried.witness)
    made = attempt(goal, limits)
    if made.vacuous:
        return Verdict("VACUOUS", "algebra", why="no point satisfies what is given")
    if made.proved is not None:
        return _proved(goal, made.proved, limits)
    tried = search(goal, limits.points) if not goal.statement.has(Exists) else tried
    if tried.witness is not None:
        return Verdict("REFUTED", "algebra", witness=tried.witness)
    return Verdict("UNDECIDED", "algebra", why=made.why or "the signs of its polynomials are not known")


def _proved(goal: Goal, found: list[Problem], limits: Limits) -> Verdict:
    if inside(goal, limits.points) is None:
        return Verdict("UNDECIDED", "algebra", why="proved, but no exact point of what is given was found")
    own = lemmas(found)
    return Verdict("PROVED", "algebra", reductions=sentences(own), lemmas=own)
