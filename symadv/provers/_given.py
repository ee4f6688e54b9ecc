"""Exact points of what is given, and exact points of what is given at which a statement fails."""

from dataclasses import dataclass
from typing import Any

import sympy

from symadv.language.goals import Goal
from symadv.provers._points import Point, points
from symadv.provers._replay import all_of, truth
from symadv.provers._substitution import free_parameters, opened


@dataclass(frozen=True)
class Search:
    """What came of trying points: one at which everything given holds, one of these at which the statement fails."""

    inside: Point | None = None
    witness: Point | None = None


def search(goal: Goal, count: int) -> Search:
    """Try ``count`` exact points, boundaries of the relations among them; stop at the first witness."""
    statement = opened(goal.statement, free_parameters(*goal.given))
    if isinstance(statement, sympy.Eq | sympy.Ge | sympy.Le) and statement.lhs == statement.rhs:
        return Search()  # what is compared with itself fails nowhere
    inside: Point | None = None
    for point in points(statement, goal.given, count):
        if given_at(goal.given, point):
            inside = inside or point
            if truth(statement, point) is False:
                return Search(inside, point)
    return Search(inside)


def inside(goal: Goal, count: int) -> Point | None:
    """A point, among ``count``, at which everything given certainly holds."""
    return next((point for point in points(goal.statement, goal.given, count) if given_at(goal.given, point)), None)


def given_at(given: tuple[Any, ...], point: Point) -> bool:
    """Whether everything given certainly holds at a point."""
    return all_of([truth(condition, point) for condition in given]) is True
