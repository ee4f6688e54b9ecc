"""Computer algebra: normal forms of exponential polynomials, signs by positivity after reparametrisation."""

from itertools import product

from symadv.language.goals import Exists, Goal, Verdict
from symadv.language.limits import Limits
from symadv.provers._field import Unsupported
from symadv.provers._formulas import All, Formula, Quantified, holds, polynomials
from symadv.provers._given import inside, search
from symadv.provers._problems import Problem, problems
from symadv.provers._ranges import TooLarge
from symadv.provers._reductions import reductions

_FIRST = 36  # points tried before a proof is


def algebra(goal: Goal, *, limits: Limits) -> Verdict:
    """Prove by equal normal forms, by signs of polynomials in positive generators, or refute at an exact point."""
    tried = search(goal, _FIRST)
    if tried.witness is not None:
        return Verdict("REFUTED", "algebra", witness=tried.witness)
    why = ""
    for odds in (True, False):
        try:
            found = problems(goal, odds=odds)
            if all(problem.facts.impossible for problem in found):
                return Verdict("VACUOUS", "algebra", why="no point satisfies what is given")
            proved = all(problem.facts.impossible or _follows(problem, limits) for problem in found)
        except (Unsupported, TooLarge) as error:
            why = why or str(error) or "a polynomial outgrew the limits"
            continue
        if proved:
            return _proved(goal, found, limits)
    tried = search(goal, limits.points) if not goal.statement.has(Exists) else tried
    if tried.witness is not None:
        return Verdict("REFUTED", "algebra", witness=tried.witness)
    return Verdict("UNDECIDED", "algebra", why=why or "the signs of its polynomials are not known")


def _follows(problem: Problem, limits: Limits) -> bool:
    """Whether the statement holds for all signs that its polynomials can have."""
    if isinstance(problem.statement, bool):
        return problem.statement
    forms = list(dict.fromkeys(polynomials(problem.statement)))
    if _quantified(problem.statement) or len(forms) > limits.forms:
        return False
    parts = problem.given.parts if isinstance(problem.given, All) else (problem.given,)
    known = [part for part in parts if not _quantified(part) and set(polynomials(part)) <= set(forms)]
    for signs in product(*(sorted(problem.facts.signs(f)) for f in forms)):
        pattern = dict(zip(forms, signs, strict=True))
        if all(holds(part, pattern) for part in known) and not holds(problem.statement, pattern):
            return False
    return True


def _quantified(formula: Formula) -> bool:
    if isinstance(formula, bool) or not hasattr(formula, "parts"):
        return isinstance(formula, Quantified)
    return any(_quantified(part) for part in formula.parts)


def _proved(goal: Goal, found: list[Problem], limits: Limits) -> Verdict:
    if inside(goal, limits.points) is None:
        return Verdict("UNDECIDED", "algebra", why="proved, but no exact point of what is given was found")
    return Verdict("PROVED", "algebra", reductions=reductions(found))
