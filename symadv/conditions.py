"""The exact condition under which a statement holds: candidates found by solving, then proved in both directions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import Any

import sympy

from symadv.check import check, prove
from symadv.isolate import Isolated, isolate
from symadv.language.errors import SymadvError
from symadv.language.goals import Exists, ForAll, Goal, Verdict
from symadv.language.limits import Limits
from symadv.language.parameters import Parameter
from symadv.provers._eliminated import eliminated
from symadv.provers._points import solutions
from symadv.provers._substitution import free_parameters, opened

_MOST_ENDS = 4
_ONE_END = (sympy.Gt, sympy.Ge, sympy.Lt, sympy.Le, sympy.Eq, sympy.Ne)


class NoCondition(SymadvError):
    """No condition was found that the provers show to be both sufficient and necessary."""


@dataclass(frozen=True)
class Exactly:
    """A condition, and the verdict that it is sufficient and necessary."""

    condition: sympy.Basic
    exactness: Verdict


def exactly_when(
    statement: sympy.Basic, *, solve_for: Parameter, given: Iterable[sympy.Basic] = (), seconds: float = 10.0
) -> sympy.Basic:
    r"""The condition $v \gtrless g(\text{others})$ on a parameter v that holds exactly when the statement does.

    It is proved sufficient and necessary, for all values in the domains that satisfy ``given``; where none is, a
    NoCondition is raised.  A statement that holds always or never gives true or false.
    """
    return exact_condition(statement, solve_for=solve_for, given=given, seconds=seconds).condition


def exact_condition(
    statement: sympy.Basic, *, solve_for: Parameter, given: Iterable[sympy.Basic] = (), seconds: float = 10.0
) -> Exactly:
    """What :func:`exactly_when` finds, with the verdict that says by whom it is proved to be exact."""
    given = tuple(given)
    _accept(statement, solve_for)
    found = _constant(statement, given, seconds) or _proved(statement, solve_for, given, seconds)
    if found is None:
        raise NoCondition(
            f"found no condition on {solve_for} that is proved to be sufficient and necessary for {statement}; "
            "sa.prove(statement, given=[...]) tells of one condition whether it is sufficient"
        )
    return found


def _accept(statement: Any, v: Any) -> None:
    if not isinstance(statement, sympy.logic.boolalg.Boolean) or isinstance(statement, sympy.Symbol):
        raise SymadvError(f"got {type(statement).__name__}, wanted a condition such as p > 0")
    names = free_parameters(opened(statement))
    if v not in names and statement not in (sympy.true, sympy.false):
        wanted = ", ".join(str(p) for p in names) or "none: it has no free parameter"
        raise SymadvError(f"cannot solve {statement} for {v}; its parameters: {wanted}")


def _constant(statement: sympy.Basic, given: tuple[Any, ...], seconds: float) -> Exactly | None:
    for condition, wanted in ((sympy.true, statement), (sympy.false, sympy.Not(statement))):
        verdict = prove(wanted, given=given, seconds=seconds)
        if verdict.status == "VACUOUS":
            raise NoCondition(f"no point satisfies what is given: {', '.join(map(str, given))}")
        if verdict.status == "PROVED":
            return Exactly(condition, verdict)
    return None


def _proved(statement: sympy.Basic, v: Parameter, given: tuple[Any, ...], seconds: float) -> Exactly | None:
    """The first candidate whose equivalence with the statement is proved."""
    candidates = list(dict.fromkeys((*_candidates(statement, v), *_by_elimination(statement, v, given, seconds))))
    goals = [Goal(sympy.Equivalent(statement, c, evaluate=False), given, str(c)) for c in candidates]
    rows = check(goals, limits=Limits(seconds=seconds)) if goals else ()
    for condition, row in zip(candidates, rows, strict=True):
        if row.verdict.status == "PROVED":
            return Exactly(condition, row.verdict)
    return None


def _by_elimination(
    statement: sympy.Basic, v: Parameter, given: tuple[Any, ...], seconds: float
) -> Iterator[sympy.Basic]:
    """What is left when the quantifiers are eliminated: solved for the parameter where possible, and as it is."""
    try:
        found = isolate(partial(eliminated, seconds=0.9 * seconds), statement, given, seconds=seconds)
    except Isolated:
        return
    for condition in found:
        yield from _candidates(condition, v)
        if statement.has(ForAll, Exists):  # else it is the statement once more
            yield condition


def _candidates(statement: sympy.Basic, v: Parameter) -> Iterator[sympy.Basic]:
    """Relations between the parameter and the places at which a relation of the statement is an equality."""
    relations = sorted(statement.atoms(sympy.core.relational.Relational), key=sympy.default_sort_key)
    numeric = [r for r in relations if isinstance(r.lhs, sympy.Expr)]
    free = set(free_parameters(statement))
    every = list(dict.fromkeys(sympy.signsimp(end) for r in numeric for end in solutions(r.lhs - r.rhs, v)))
    ends = [end for end in every if end.free_symbols <= free][:_MOST_ENDS]
    for end in ends:
        yield from (relation(v, end, evaluate=False) for relation in _ONE_END)
    for low, high in permutations(ends, 2):
        yield sympy.And(v > low, v < high)
        yield sympy.And(v >= low, v <= high)
        yield sympy.Or(v < low, v > high)
        yield sympy.Or(v <= low, v >= high)
