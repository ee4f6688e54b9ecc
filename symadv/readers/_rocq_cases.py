"""Values given case by case, in Rocq: what a relation says of them is said of each case under its own condition.

Rocq's real numbers have no case distinction by a proposition, and a statement needs none: ``R (v1 if c, v2 otherwise)``
is ``(c -> R v1) /\\ (~ c -> R v2)``.
"""

from typing import Any

import sympy


def by_cases(relation: Any) -> Any:
    """A relation without values by cases that says the same; the relation itself where it has none."""
    found = _outermost(relation)
    if found is None:
        return relation
    parts, earlier = [], list[Any]()
    for value, condition in found.args:
        premise = sympy.And(*(sympy.Not(c) for c in earlier), condition)
        sides = (side.xreplace({found: value}) for side in relation.args)
        conclusion = by_cases(relation.func(*sides, evaluate=False))
        parts.append(conclusion if premise is sympy.true else sympy.Implies(premise, conclusion, evaluate=False))
        earlier.append(condition)
    return sympy.And(*parts, evaluate=False) if len(parts) > 1 else parts[0]


def some_case(relation: Any) -> Any:
    """The condition that one of the cases of the first such value applies; true where one always does."""
    found = _outermost(relation)
    return sympy.true if found is None else sympy.Or(*(condition for _, condition in found.args))


def _outermost(relation: Any) -> Any:
    return next((e for e in sympy.preorder_traversal(relation) if isinstance(e, sympy.Piecewise)), None)
