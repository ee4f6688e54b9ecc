"""Conditions without quantifiers that a statement is equivalent to, as QEPCAD finds them: candidates, not proofs."""

from typing import Any

import sympy

from symadv.language.goals import Goal
from symadv.provers._axioms import LEVELS, as_condition, axioms
from symadv.provers._field import Unsupported
from symadv.provers._problems import problems
from symadv.provers._qepcad import installed, without_quantifiers
from symadv.provers._ranges import TooLarge
from symadv.provers._substitution import substitute


def eliminated(statement: Any, given: tuple[Any, ...], *, seconds: float) -> list[sympy.Basic]:
    """A condition in the free parameters of the statement, if QEPCAD is installed and finds one; else none."""
    if not installed():
        return []
    try:
        (problem,) = problems(Goal(statement, given), odds=False, quantified=True)
        if isinstance(problem.statement, bool):
            return []
        formulas = [problem.given, problem.statement]
        known = [*axioms(problem.facts, formulas, LEVELS[0]), as_condition(problem.given)]
        found = without_quantifiers(problem.statement, known, seconds=seconds)
    except (Unsupported, TooLarge, ValueError):
        return []
    if found is None:
        return []
    meanings = {s: g.meaning for s, g in problem.facts.field.generators.items()}
    return [substitute(found, meanings)]
