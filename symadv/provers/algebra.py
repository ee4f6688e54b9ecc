"""Computer algebra: normal forms of exponential polynomials, signs by positivity after reparametrisation."""

from symadv.language.goals import Exists, Goal, Verdict
from symadv.language.limits import Limits
from symadv.provers._field import Unsupported
from symadv.provers._follows import follows
from symadv.provers._given import inside, search
from symadv.provers._problems import Problem, problems
from symadv.provers._ranges import TooLarge
from symadv.provers._reductions import lemmas, sentences

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
            proved = all(problem.facts.impossible or follows(problem, limits, problem.facts.signs) for problem in found)
        except (Unsupported, TooLarge) as error:
            why = why or str(error) or "a polynomial outgrew the limits"
            continue
        if proved:
            return _proved(goal, found, limits)
    tried = search(goal, limits.points) if not goal.statement.has(Exists) else tried
    if tried.witness is not None:
        return Verdict("REFUTED", "algebra", witness=tried.witness)
    return Verdict("UNDECIDED", "algebra", why=why or "the signs of its polynomials are not known")


def _proved(goal: Goal, found: list[Problem], limits: Limits) -> Verdict:
    if inside(goal, limits.points) is None:
        return Verdict("UNDECIDED", "algebra", why="proved, but no exact point of what is given was found")
    own = lemmas(found)
    return Verdict("PROVED", "algebra", reductions=sentences(own), lemmas=own)
