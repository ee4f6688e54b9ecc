"""z3 over the reals, once exponentials, logarithms and normal cdfs are variables in their ranges."""

from symadv.language.goals import Exists, ForAll, Goal, Verdict
from symadv.language.limits import Limits
from symadv.provers._axioms import LEVELS, as_condition, axioms
from symadv.provers._field import Unsupported
from symadv.provers._formulas import Formula, negation
from symadv.provers._given import given_at, inside
from symadv.provers._models import candidates
from symadv.provers._points import Point
from symadv.provers._problems import Problem, problems
from symadv.provers._ranges import TooLarge
from symadv.provers._reductions import lemmas, sentences
from symadv.provers._replay import truth
from symadv.provers._solver import Answer, solve
from symadv.provers._substitution import free_parameters, opened, substitute


def smt(goal: Goal, *, limits: Limits) -> Verdict:
    """Prove that no values of the generators contradict the statement, or refute it by a model of an exact point."""
    goal = Goal(opened(goal.statement, free_parameters(*goal.given)), goal.given, goal.name)
    why = ""
    for odds in (True, False):
        try:
            found = problems(goal, odds=odds)
            results = [_settle(goal, problem, limits) for problem in found]
        except (Unsupported, TooLarge) as error:
            why = why or str(error) or "a polynomial outgrew the limits"
            continue
        for result in results:
            if isinstance(result, dict):
                own = lemmas(found)
                return Verdict("REFUTED", "smt", witness=result, reductions=sentences(own), lemmas=own)
        if all(result is True for result in results):
            return _proved(goal, found, limits)
        why = why or next(result for result in results if isinstance(result, str))
    return Verdict("UNDECIDED", "smt", why=why)


def _settle(goal: Goal, problem: Problem, limits: Limits) -> bool | Point | str:
    """True when the statement follows, a point at which it fails, or why neither is known."""
    if problem.facts.impossible:
        return True
    why = "the solver gave up"
    for level in LEVELS:
        answer = _ask(problem, [problem.given, negation(problem.statement)], level, limits)
        if answer.status == "unsat":
            return True
        if answer.status == "sat":
            for point in candidates(goal, problem, answer.values):
                if given_at(goal.given, point) and _fails(goal, point, limits):
                    return point
            why = "the solver's model is not the value of any exact point that was found"
    return why


def _ask(problem: Problem, formulas: list[Formula], level: int, limits: Limits) -> Answer:
    conditions = [as_condition(formula) for formula in formulas]
    return solve([*axioms(problem.facts, formulas, level), *conditions], limits.solver_steps)


def _fails(goal: Goal, point: Point, limits: Limits) -> bool:
    """Whether the statement certainly fails at a point: by exact arithmetic, or refuted there by the solver in turn."""
    if not goal.statement.has(ForAll, Exists):
        return truth(goal.statement, point) is False
    try:
        (there,) = problems(Goal(substitute(goal.statement, point)))
    except (Unsupported, TooLarge):
        return False
    if there.statement is False:
        return True
    return _ask(there, [there.statement], LEVELS[-1], limits).status == "unsat"


def _proved(goal: Goal, found: list[Problem], limits: Limits) -> Verdict:
    own = lemmas(found)
    proved = Verdict("PROVED", "smt", reductions=sentences(own), lemmas=own)
    if inside(goal, limits.points) is not None:
        return proved
    satisfiable = False
    for problem in found:
        if problem.facts.impossible:
            continue
        answer = _ask(problem, [problem.given], LEVELS[-1], limits)
        if answer.status == "sat" and any(given_at(goal.given, p) for p in candidates(goal, problem, answer.values)):
            return proved
        satisfiable = satisfiable or answer.status != "unsat"
    if not satisfiable:
        return Verdict("VACUOUS", "smt", why="no point satisfies what is given")
    return Verdict("UNDECIDED", "smt", why="proved, but no exact point of what is given was found")
