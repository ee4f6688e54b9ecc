"""What is true everywhere on a box: by balls and slopes on compact boxes, by ranges at open and infinite ends."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import singledispatch
from typing import Any

import flint
import sympy
from sympy.logic.boolalg import Boolean, BooleanFalse, BooleanTrue

from symadv import catalog
from symadv.language.enclosures import Unenclosed, range_of
from symadv.language.errors import SymadvError
from symadv.language.functions import NamedDensity, unfold
from symadv.language.ranges import Range
from symadv.provers._field import Unsupported
from symadv.provers._ranges import ANY, Signs

Sides = tuple[Range, ...]
_Leaf = Callable[[Any], Signs]

_HOLDS: dict[type, Signs] = {
    sympy.StrictGreaterThan: frozenset({1}),
    sympy.GreaterThan: frozenset({0, 1}),
    sympy.Equality: frozenset({0}),
    sympy.Unequality: frozenset({-1, 1}),
    sympy.LessThan: frozenset({-1, 0}),
    sympy.StrictLessThan: frozenset({-1}),
}


class Truths:
    """A statement and what is given, to be asked about boxes and points."""

    def __init__(self, statement: Any, given: tuple[Any, ...], variables: tuple[Any, ...]) -> None:
        """Every relation is read once; what no ball arithmetic reads is Unsupported."""
        self._statement, self._given = statement, given
        self._terms = {r: _Term(r, variables) for c in (statement, *given) for r in relations(c)}

    def settle(self, box: Sides) -> tuple[str, list[float] | None]:
        """ "holds", "outside" or "open", and how steep the terms that left it open are along each side."""
        signs = {r: term.signs(box) for r, term in self._terms.items()}
        if any(_truth(c, signs.__getitem__) is False for c in self._given):
            return "outside", None
        if _truth(self._statement, signs.__getitem__) is True:
            return "holds", None
        slopes = [t.slopes for r, t in self._terms.items() if len(signs[r]) > 1 and t.slopes is not None]
        return "open", [max(s) for s in zip(*slopes, strict=True)] if slopes else None

    def fails_in(self, point: tuple[Fraction, ...]) -> bool:
        """Whether, by balls, everything given holds at a point and the statement fails there."""
        signs = {r: term.signs_at(point) for r, term in self._terms.items()}
        given = all(_truth(c, signs.__getitem__) is True for c in self._given)
        return given and _truth(self._statement, signs.__getitem__) is False


class _Term:
    """The difference of the sides of a relation."""

    def __init__(self, relation: Any, variables: tuple[Any, ...]) -> None:
        self._variables = variables
        if any(not density.doit().is_positive for density in relation.atoms(NamedDensity)):
            raise Unsupported(f"a density in {relation} whose scale may not be positive")
        self._difference = unfold(relation.lhs - relation.rhs)
        if self._difference.has(sympy.Integral, sympy.Piecewise, sympy.oo, -sympy.oo, sympy.zoo, sympy.nan):
            raise Unsupported(f"no boxes for {relation}")
        derivatives = [_derivative(self._difference, v) for v in variables]
        reader = catalog.load("readers", "arb")
        try:
            self._value = reader(self._difference, variables=variables)
            self._gradient = reader(*derivatives, variables=variables) if None not in derivatives else None
        except SymadvError as error:
            raise Unsupported(str(error)) from error
        self.slopes: list[float] | None = None

    def signs(self, box: Sides) -> Signs:
        """Signs that contain those of the term on the box."""
        self.slopes = None
        found = self._by_balls(box) if all(math.isfinite(end) for s in box for end in (s.low, s.high)) else ANY
        if len(found) > 1 and any(side.low_open or side.high_open for side in box):
            try:
                found &= _of_range(range_of(self._difference, dict(zip(self._variables, box, strict=True))))
            except (Unenclosed, SymadvError):
                return found
        return found

    def _by_balls(self, box: Sides) -> Signs:
        balls = [_ball(side) for side in box]
        found = _of_ball(self._value(balls)[0])
        if len(found) == 1 or self._gradient is None:
            return found
        slopes = self._gradient(balls)
        self.slopes = [float(abs(s).upper()) if s.is_finite() else math.inf for s in slopes]
        return found & self._by_slopes(box, slopes, 1) & self._by_slopes(box, slopes, -1)

    def signs_at(self, point: Sequence[Fraction]) -> Signs:
        """The sign at a point, or all where a ball does not tell."""
        return _of_ball(self._value([_number(x) for x in point])[0])

    def _by_slopes(self, box: Sides, slopes: list[Any], side: int) -> Signs:
        """The mean value form on the face where the term is least (side 1) or greatest (side -1)."""
        face = [
            Range(s.low, s.low) if side * slope >= 0 else Range(s.high, s.high) if side * slope <= 0 else s
            for s, slope in zip(box, slopes, strict=True)
        ]
        middles = [(s.low + s.high) / 2 for s in face]
        value = self._value([_number(m) for m in middles])[0]
        for s, m, slope in zip(face, middles, slopes, strict=True):
            if s.low != s.high:
                value += slope * (_ball(s) - _number(m))
        if not value.is_finite():
            return ANY
        low, high = (value > 0, value >= 0), (value < 0, value <= 0)
        if side > 0:
            return frozenset({1}) if low[0] else frozenset({0, 1}) if low[1] else ANY
        return frozenset({-1}) if high[0] else frozenset({-1, 0}) if high[1] else ANY


def _derivative(term: sympy.Expr, v: Any) -> sympy.Expr | None:
    if term.has(sympy.Abs, sympy.Max, sympy.Min):
        return None
    return sympy.diff(term, v)


def _number(x: Any) -> Any:
    return flint.arb(flint.fmpq(x.numerator, x.denominator))


def _ball(side: Range) -> Any:
    return _number(side.low) if side.low == side.high else _number(side.low).union(_number(side.high))


def _of_ball(b: Any) -> Signs:
    if not b.is_finite():
        return ANY
    return frozenset({1}) if b > 0 else frozenset({-1}) if b < 0 else frozenset({0}) if b == 0 else ANY


def _of_range(r: Range) -> Signs:
    starts, ends = r.low < 0 or (r.low == 0 and not r.low_open), r.high > 0 or (r.high == 0 and not r.high_open)
    holds = {-1: r.low < 0, 0: starts and ends, 1: r.high > 0}
    return frozenset(s for s, there in holds.items() if there)


def relations(condition: Any) -> list[Any]:
    """The relations between numbers in a condition."""
    found = sorted(condition.atoms(sympy.core.relational.Relational), key=sympy.default_sort_key)
    return [r for r in found if isinstance(r.lhs, sympy.Expr)]


@singledispatch
def _truth(condition: Any, signs: _Leaf) -> bool | None:
    raise Unsupported(f"no boxes for {type(condition).__name__}: {condition}")


@_truth.register(BooleanTrue)
@_truth.register(BooleanFalse)
def _constant(condition: Any, signs: _Leaf) -> bool | None:
    return bool(condition)


@_truth.register(sympy.core.relational.Relational)
def _relation(condition: Any, signs: _Leaf) -> bool | None:
    if isinstance(condition.lhs, Boolean) and not isinstance(condition.lhs, sympy.Expr):
        left, right = (_truth(side, signs) for side in condition.args)
        same = None if left is None or right is None else left == right
        return same if isinstance(condition, sympy.Equality) else _opposite(same)
    there, wanted = signs(condition), _HOLDS[type(condition)]
    return True if there <= wanted else False if not there & wanted else None


@_truth.register(sympy.And)
def _and(condition: sympy.And, signs: _Leaf) -> bool | None:
    values = [_truth(part, signs) for part in condition.args]
    return False if False in values else None if None in values else True


@_truth.register(sympy.Or)
def _or(condition: sympy.Or, signs: _Leaf) -> bool | None:
    values = [_truth(part, signs) for part in condition.args]
    return True if True in values else None if None in values else False


@_truth.register(sympy.Not)
def _not(condition: sympy.Not, signs: _Leaf) -> bool | None:
    return _opposite(_truth(condition.args[0], signs))


@_truth.register(sympy.Implies)
def _implies(condition: sympy.Implies, signs: _Leaf) -> bool | None:
    premise, conclusion = (_truth(part, signs) for part in condition.args)
    return True if premise is False or conclusion is True else None if None in (premise, conclusion) else False


@_truth.register(sympy.Equivalent)
def _equivalent(condition: sympy.Equivalent, signs: _Leaf) -> bool | None:
    values = [_truth(part, signs) for part in condition.args]
    return False if True in values and False in values else None if None in values else True


def _opposite(value: bool | None) -> bool | None:
    return None if value is None else not value
