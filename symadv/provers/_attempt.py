"""Whether algebra alone derives a statement from what is given: no points are tried, and what is given may be empty."""

from symadv.language.goals import Goal
from symadv.language.limits import Limits
from symadv.provers._field import Unsupported
from symadv.provers._follows import follows
from symadv.provers._problems import problems
from symadv.provers._ranges import TooLarge


def derivable(goal: Goal, limits: Limits) -> bool:
    """Whether the statement is proved wherever everything given holds; it may hold nowhere."""
    for odds in (True, False):
        try:
            found = problems(goal, odds=odds)
            if all(problem.facts.impossible or follows(problem, limits, problem.facts.signs) for problem in found):
                return True
        except (Unsupported, TooLarge):
            continue
    return False
