"""A goal as one problem per case: formulas in generators for what is given and for what is stated."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import sympy

from symadv.language.goals import Goal
from symadv.language.parameters import Parameter
from symadv.provers._field import Field, refined
from symadv.provers._formulas import Formula, assume, conjunction
from symadv.provers._signs import Facts
from symadv.provers._statements import translate
from symadv.provers._substitution import cases, free_parameters, opened, solved, substitute


@dataclass(frozen=True)
class Problem:
    """Wherever the domains and ``given`` hold, ``statement`` has to; ``facts`` know all of that.

    ``case`` is what is given, as conditions; ``equal`` holds the parameters that its equalities express by others.
    """

    given: Formula
    statement: Formula
    facts: Facts
    equal: dict[Parameter, sympy.Expr]
    case: tuple[Any, ...]


def problems(goal: Goal, *, odds: bool = True, quantified: bool = False) -> list[Problem]:
    """One problem for each case of what is given; the goal holds exactly if all of them do.

    Variables of a leading "for all" become free parameters, unless they are to stay ``quantified``.
    """
    statement = goal.statement if quantified else opened(goal.statement, free_parameters(*goal.given))
    return [refined(partial(_problem, statement, case), odds=odds) for case in cases(goal.given)]


def _problem(statement: Any, case: tuple[Any, ...], field: Field) -> Problem:
    equal, rest = solved(case)
    facts = Facts(field)
    facts.granting = True
    given: list[Formula] = []
    for condition in rest:
        formula = translate(condition, facts)
        assume(formula, facts)
        given.append(formula)
    facts.granting = False
    here = translate(substitute(statement, equal), facts) if not facts.impossible else True
    return Problem(conjunction(given), here, facts, equal, rest)
