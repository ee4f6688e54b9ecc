"""Sets of signs, and the relations to zero that they are."""

from typing import Any

import sympy

Signs = frozenset[int]

ANY: Signs = frozenset({-1, 0, 1})

RELATIONS: dict[Signs, Any] = {
    frozenset({1}): sympy.StrictGreaterThan,
    frozenset({0, 1}): sympy.GreaterThan,
    frozenset({0}): sympy.Equality,
    frozenset({-1}): sympy.StrictLessThan,
    frozenset({-1, 0}): sympy.LessThan,
    frozenset({-1, 1}): sympy.Unequality,
}


def relation(form: sympy.Expr, signs: Signs) -> sympy.Basic:
    """That a form has one of some signs, as a condition that stays as it is written."""
    return RELATIONS[signs](form, sympy.S.Zero, evaluate=False)
