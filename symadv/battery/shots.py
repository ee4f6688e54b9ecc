"""Points that refute a statement, without a prover: at random by decimals, on boundaries by exact arithmetic."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import sympy

from symadv.language.functions import unfold
from symadv.language.goals import Exists, ForAll, Goal
from symadv.language.parameters import Parameter
from symadv.probability.seeds import seed_of
from symadv.provers._given import given_at
from symadv.provers._points import points
from symadv.provers._replay import truth
from symadv.provers._substitution import free_parameters, opened

_RANDOM = 30
_BOUNDARY = 100
_DIGITS = 40
_CLEAR = sympy.Float("1e-25", 30)  # differences below this are taken for rounding

Point = Mapping[sympy.Symbol, sympy.Expr]
Known = dict[Any, bool | None]  # what is known of the conditions at one point: the same ones occur again and again


def refuted_at_random(goal: Goal) -> bool:
    """Whether the statement is false at one of some random rational points of what is given, by decimal evaluation."""
    statement = _open(goal)
    if statement is None:
        return False
    parameters = free_parameters(statement, *goal.given)
    for point in _random(parameters, seed_of("points", goal.name)):
        known: Known = {}
        if all(_holds(g, point, known) for g in goal.given) and _holds(statement, point, known) is False:
            return True
    return False


def refuted_on_boundaries(goal: Goal) -> bool:
    """Whether the statement is false at an exact point at which some relation in it is an equality, or a simple one."""
    statement = _open(goal)
    if statement is None:
        return False
    return any(
        given_at(goal.given, point) and truth(statement, point) is False
        for point in points(statement, goal.given, _BOUNDARY)
    )


def _open(goal: Goal) -> Any:
    """The statement without leading "for all"; None where quantifiers are left, which no point decides."""
    statement = opened(goal.statement, free_parameters(*goal.given))
    return None if statement.has(ForAll, Exists) else statement


def _random(parameters: tuple[Parameter, ...], seed: int) -> Iterator[dict[Parameter, sympy.Expr]]:
    rng = np.random.default_rng(seed)
    for _ in range(_RANDOM):
        yield {parameter: _value(parameter, rng) for parameter in parameters}


def _value(parameter: Parameter, rng: np.random.Generator) -> sympy.Expr:
    """A rational number inside a domain: uniform on a bounded one, heavy-tailed on the others."""
    start, end = parameter.domain.start, parameter.domain.end
    size = sympy.Rational(int(rng.integers(1, 1000)), 1000)
    if start.is_finite and end.is_finite:
        return start + (end - start) * size
    away = size / (1 - size)
    if start.is_finite or end.is_finite:
        return start + away if start.is_finite else end - away
    return away if rng.random() < 0.5 else -away


def _holds(condition: Any, point: Point, known: Known) -> bool | None:
    """Whether a condition holds at a point, by decimals; None where a difference is too small to tell."""
    if condition in (sympy.true, sympy.false):
        return bool(condition)
    if condition not in known:
        if isinstance(condition, sympy.core.relational.Relational) and isinstance(condition.lhs, sympy.Expr):
            known[condition] = _compared(condition, point, known)
        else:
            known[condition] = _combined(condition, [_holds(part, point, known) for part in condition.args])
    return known[condition]


def _combined(condition: Any, parts: list[bool | None]) -> bool | None:
    if None in parts:
        return None
    return bool(condition.func(*(sympy.true if part else sympy.false for part in parts)))


def _compared(relation: Any, point: Point, known: Known) -> bool | None:
    difference = relation.lhs - relation.rhs
    for node in sorted(difference.atoms(sympy.Piecewise), key=sympy.default_sort_key):
        value = next((value for value, test in node.args if _holds(test, point, known)), sympy.nan)
        difference = difference.xreplace({node: value})
    value = sympy.N(unfold(difference).xreplace(point), _DIGITS)
    if not value.is_Float and not value.is_Rational:
        return None
    if abs(value) < _CLEAR:
        return None
    return bool(relation.func(value, 0))
