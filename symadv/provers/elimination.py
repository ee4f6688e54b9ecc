"""Quantifier elimination by QEPCAD, once exponentials, logarithms and normal cdfs are variables in their ranges."""

from symadv.language.goals import Goal, Verdict
from symadv.language.limits import Limits
from symadv.provers._axioms import LEVELS, axioms
from symadv.provers._field import Unsupported
from symadv.provers._formulas import conjunction, negation
from symadv.provers._given import inside
from symadv.provers._problems import Problem, problems
from symadv.provers._qepcad import ABSENT, installed, satisfiable
from symadv.provers._ranges import TooLarge
from symadv.provers._reductions import lemmas, sentences


def elimination(goal: Goal, *, limits: Limits) -> Verdict:
    """Prove that no values of the generators contradict the statement; UNDECIDED where QEPCAD is not installed."""
    if not installed():
        return Verdict("UNDECIDED", "elimination", why=ABSENT)
    why = ""
    for odds in (False, True):
        try:
            found = problems(goal, odds=odds)
            if all(problem.facts.impossible or _follows(problem, limits) for problem in found):
                return _proved(goal, found, limits)
        except (Unsupported, TooLarge) as error:
            why = why or str(error)
    return Verdict("UNDECIDED", "elimination", why=why or "QEPCAD does not find that it follows")


def _follows(problem: Problem, limits: Limits) -> bool:
    formulas = [problem.given, negation(problem.statement)]
    for level in LEVELS[:2]:
        known = axioms(problem.facts, formulas, level)
        if satisfiable(conjunction(formulas), known, seconds=0.4 * limits.seconds) is False:
            return True
    return False


def _proved(goal: Goal, found: list[Problem], limits: Limits) -> Verdict:
    if inside(goal, limits.points) is None:
        return Verdict("UNDECIDED", "elimination", why="proved, but no exact point of what is given was found")
    own = lemmas(found)
    return Verdict("PROVED", "elimination", reductions=sentences(own), lemmas=own)
