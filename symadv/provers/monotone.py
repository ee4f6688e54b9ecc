"""Signs by calculus: differentiate until the special functions are gone, then go back by limits at the ends."""

from collections.abc import Callable
from functools import cache

import sympy

from symadv.language.goals import Exists, ForAll, Goal, Verdict
from symadv.language.limits import Limits
from symadv.provers._field import Unsupported
from symadv.provers._follows import follows
from symadv.provers._given import inside
from symadv.provers._narrowing import Part, on_half_lines
from symadv.provers._problems import Problem, problems
from symadv.provers._ranges import Signs, TooLarge
from symadv.provers._reductions import sentences
from symadv.provers._shapes import Shapes
from symadv.provers._substitution import free_parameters, opened


def monotone(goal: Goal, *, limits: Limits) -> Verdict:
    """Prove inequalities whose difference is monotone, or rises and then falls, in a parameter, on its whole range."""
    goal = Goal(opened(goal.statement, free_parameters(*goal.given)), goal.given, goal.name)
    lemmas: list[Goal] = []
    try:
        if goal.statement.has(ForAll, Exists):
            raise Unsupported("a quantifier")
        for part in on_half_lines(goal.statement, goal.given):
            if not _proved(part, limits, lemmas):
                return Verdict("UNDECIDED", "monotone", why="no chain of derivatives ends in known signs")
    except (Unsupported, TooLarge) as error:
        return Verdict("UNDECIDED", "monotone", why=str(error) or "a polynomial outgrew the limits")
    if inside(goal, limits.points) is None:
        return Verdict("UNDECIDED", "monotone", why="proved, but no exact point of what is given was found")
    own = tuple(dict.fromkeys(lemmas))
    return Verdict("PROVED", "monotone", reductions=sentences(own), lemmas=own)


def _proved(part: Part, limits: Limits, lemmas: list[Goal]) -> bool:
    """Whether the statement holds by the signs that calculus finds for its polynomials."""
    for problem in problems(Goal(part.statement, part.given), odds=False):
        if problem.facts.impossible:
            continue
        shapes = Shapes(part.given, limits.derivatives)
        if not follows(problem, limits, _signs(problem, shapes)):
            return False
        lemmas += [*part.lemmas, *shapes.lemmas]
    return True


def _signs(problem: Problem, shapes: Shapes) -> Callable[[sympy.Expr], Signs]:
    @cache
    def signs(form: sympy.Expr) -> Signs:
        known = problem.facts.signs(form)
        return known if len(known) == 1 else known & shapes.signs(problem.facts.field.meaning(form))

    return signs
