"""Points at which an equation certainly holds though no formula gives them: somewhere between two of opposite signs."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import sympy

from symadv.language.functions import unfold
from symadv.language.goals import Goal
from symadv.language.parameters import Parameter
from symadv.language.real_roots import RealRoot
from symadv.provers._given import given_at
from symadv.provers._points import Point, points, simple_values
from symadv.provers._replay import sign_at, truth
from symadv.provers._substitution import free_parameters

_AT = 16  # values of the other parameters
_MOST = 400  # signs that are looked at between neighbours


def crossing(goal: Goal) -> Point | None:
    """A point of what is given at which the statement fails, one parameter of it a root of an equation's difference."""
    for point in _crossings(goal):
        if given_at(goal.given, point) and truth(goal.statement, point) is False:
            return point
    return None


def _crossings(goal: Goal) -> Iterator[Point]:
    equations = sorted(goal.statement.atoms(sympy.Equality, sympy.Unequality), key=sympy.default_sort_key)
    equations = [e for e in equations if isinstance(e.lhs, sympy.Expr)]
    seen: set[tuple[sympy.Expr, Parameter]] = set()
    looked = 0
    for point in points(goal.statement, goal.given, _AT) if equations else ():
        for equation in equations:
            for v in free_parameters(equation):
                others = {p: value for p, value in point.items() if p != v}
                difference = _difference(equation, others)
                if difference is None or (difference, v) in seen or looked > _MOST:
                    continue
                seen.add((difference, v))
                values = sorted(simple_values(v, goal.statement, *goal.given))
                looked += len(values)
                for bracket in _brackets(difference, v, values):
                    yield point | {v: RealRoot(difference.xreplace({v: bracket}), bracket)}


def _difference(equation: Any, others: Point) -> sympy.Expr | None:
    """What is zero where the equation holds, in the one parameter that is left."""
    difference = unfold(equation.lhs - equation.rhs).xreplace(others)
    if difference.has(sympy.Integral, sympy.Piecewise, sympy.oo, sympy.nan, sympy.zoo, sympy.I):
        return None
    return difference if len(difference.free_symbols) == 1 else None


def _brackets(difference: sympy.Expr, v: Parameter, values: list[sympy.Rational]) -> Iterator[Parameter]:
    """The parameter on open intervals between neighbouring values at which the difference has opposite signs."""
    signs = [sign_at(difference, {v: value}, exactly=False) for value in values]
    for (a, b), (low, high) in zip(pairwise(signs), pairwise(values), strict=True):
        if a and b and a != b:
            yield Parameter(v.name, sympy.Interval.open(low, high))
