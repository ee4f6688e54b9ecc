"""The part of a statement that fails at a point, by exact arithmetic and balls."""

from collections.abc import Mapping
from dataclasses import dataclass

import sympy
from sympy.core.relational import Relational

from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.language.functions import unfold
from symadv.language.goals import Exists, ForAll

Point = Mapping[sympy.Symbol, sympy.Expr]


@dataclass(frozen=True)
class Failure:
    """A condition that the statement asks for and that does not hold, or that it ``excludes`` and that does."""

    condition: sympy.Basic
    excluded: bool


def failing(statement: sympy.Basic, point: Point) -> Failure | None:
    """The smallest such condition that explains why the statement fails at the point; None where that is not certain.

    Quantified variables take the values that the point has for them.
    """
    return _inside(statement, True, point)


def _inside(e: sympy.Basic, wanted: bool, point: Point) -> Failure | None:
    if isinstance(e, ForAll if wanted else Exists):
        return _inside(e.args[1], wanted, point) if all(v in point for v in e.args[0]) else None
    if isinstance(e, sympy.Not):
        return _inside(e.args[0], not wanted, point)
    if isinstance(e, sympy.Implies) and wanted:
        premise = holds(e.args[0], point)
        return _inside(e.args[1], wanted, point) if premise else None
    if isinstance(e, sympy.And if wanted else sympy.Or):
        for part in e.args:
            if holds(part, point) is (not wanted):
                return _inside(part, wanted, point)
        return None
    return Failure(e, excluded=not wanted) if holds(e, point) is (not wanted) else None


def holds(condition: sympy.Basic, point: Point) -> bool | None:
    """Whether a condition without quantifiers holds at a point; None where that is not certain."""
    if condition.has(ForAll, Exists):
        return None
    known = {r: _compared(r, point) for r in condition.atoms(Relational)}
    if isinstance(condition, Relational):
        return known[condition]
    decided = {r: sympy.true if found else sympy.false for r, found in known.items() if found is not None}
    found = condition.xreplace(decided)
    return bool(found) if found in (sympy.true, sympy.false) else None


def _compared(relation: Relational, point: Point) -> bool | None:
    left, right = (value(side, point) for side in relation.args)
    if left.is_Rational and right.is_Rational:
        return bool(relation.func(left, right))
    try:
        difference = ball(unfold(left - right))
    except (SymadvError, ZeroDivisionError, OverflowError):
        return None
    if not (difference > 0 or difference < 0):
        return None
    return bool(relation.func(sympy.Integer(1 if difference > 0 else -1), 0))


def value(e: sympy.Expr, point: Point) -> sympy.Expr:
    """An expression at a point, as far as it can be worked out exactly."""
    return e.xreplace(dict(point))
