"""Whether a statement holds for all signs that its polynomials can have."""

from collections.abc import Callable
from itertools import product

import sympy

from symadv.language.limits import Limits
from symadv.provers._formulas import All, Formula, Quantified, holds, polynomials
from symadv.provers._problems import Problem
from symadv.provers._ranges import Signs


def follows(problem: Problem, limits: Limits, signs_of: Callable[[sympy.Expr], Signs]) -> bool:
    """Whether the statement holds for all signs that its polynomials can have, as far as these are known."""
    if isinstance(problem.statement, bool):
        return problem.statement
    forms = list(dict.fromkeys(polynomials(problem.statement)))
    if _quantified(problem.statement) or len(forms) > limits.forms:
        return False
    parts = problem.given.parts if isinstance(problem.given, All) else (problem.given,)
    known = [part for part in parts if not _quantified(part) and set(polynomials(part)) <= set(forms)]
    for signs in product(*(sorted(signs_of(f)) for f in forms)):
        pattern = dict(zip(forms, signs, strict=True))
        if all(holds(part, pattern) for part in known) and not holds(problem.statement, pattern):
            return False
    return True


def _quantified(formula: Formula) -> bool:
    if isinstance(formula, bool) or not hasattr(formula, "parts"):
        return isinstance(formula, Quantified)
    return any(_quantified(part) for part in formula.parts)
