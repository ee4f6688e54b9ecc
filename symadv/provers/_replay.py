"""Conditions at an exact point: certainly true, certainly false, or neither, by balls and exact comparison."""

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

import sympy
from sympy.logic.boolalg import Boolean, BooleanFalse, BooleanTrue

from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.language.functions import NamedDensity, unfold
from symadv.language.order import sign
from symadv.language.real_roots import RealRoot
from symadv.provers._field import Unsupported, refined
from symadv.provers._integrals import value as value_of
from symadv.provers._ranges import TooLarge
from symadv.provers._signs import Facts
from symadv.provers._substitution import substitute
from symadv.provers._terms import read

Point = Mapping[sympy.Symbol, sympy.Expr]

_BITS = (64, 256)
_CLOSE = 1024


@singledispatch
def truth(condition: Any, point: Point) -> bool | None:
    """Whether a condition holds at a point; None where that is not certain, or where a term is undefined."""
    return None


@truth.register(BooleanTrue)
@truth.register(BooleanFalse)
def _constant(condition: Any, point: Point) -> bool | None:
    return bool(condition)


@truth.register(sympy.And)
def _and(condition: sympy.And, point: Point) -> bool | None:
    return all_of([truth(part, point) for part in condition.args])


@truth.register(sympy.Or)
def _or(condition: sympy.Or, point: Point) -> bool | None:
    return _opposite(all_of([_opposite(truth(part, point)) for part in condition.args]))


@truth.register(sympy.Not)
def _not(condition: sympy.Not, point: Point) -> bool | None:
    return _opposite(truth(condition.args[0], point))


@truth.register(sympy.Implies)
def _implies(condition: sympy.Implies, point: Point) -> bool | None:
    premise = truth(condition.args[0], point)
    return True if premise is False else _opposite(all_of([premise, _opposite(truth(condition.args[1], point))]))


@truth.register(sympy.Equivalent)
def _equivalent(condition: sympy.Equivalent, point: Point) -> bool | None:
    values = [truth(part, point) for part in condition.args]
    return False if True in values and False in values else None if None in values else True


@truth.register(sympy.Xor)
def _xor(condition: sympy.Xor, point: Point) -> bool | None:
    values = [truth(part, point) for part in condition.args]
    return None if None in values else sum(v is True for v in values) % 2 == 1


@truth.register(sympy.ITE)
def _if_then_else(condition: sympy.ITE, point: Point) -> bool | None:
    test = truth(condition.args[0], point)
    return None if test is None else truth(condition.args[1 if test else 2], point)


@truth.register(sympy.core.relational.Relational)
def _relation(condition: Any, point: Point) -> bool | None:
    left, right = condition.args
    if isinstance(left, Boolean) and not isinstance(left, sympy.Symbol):
        same = _equivalent(sympy.Equivalent(left, right, evaluate=False), point)
        return same if isinstance(condition, sympy.Equality) else _opposite(same)
    try:
        difference = _elementary(left, point) - _elementary(right, point)
    except (Unsupported, TooLarge):
        return None
    if difference.has(sympy.oo, -sympy.oo, sympy.zoo, sympy.nan, sympy.I):
        return None
    found = sign_at(difference, point)
    if found is None:
        return None
    return {
        sympy.StrictGreaterThan: found > 0,
        sympy.GreaterThan: found >= 0,
        sympy.Equality: found == 0,
        sympy.Unequality: found != 0,
        sympy.LessThan: found <= 0,
        sympy.StrictLessThan: found < 0,
    }[type(condition)]


def sign_at(expression: sympy.Expr, point: Point, *, exactly: bool = True) -> int | None:
    """The sign of an expression at a point; a zero is only looked for where ``exactly``."""
    for bits in _BITS:
        try:
            value = ball(expression, dict(point), bits=bits)
        except (SymadvError, ZeroDivisionError, OverflowError):
            return None
        if not value.is_finite():
            return None
        if value > 0 or value < 0:
            return 1 if value > 0 else -1
    number = expression.xreplace(dict(point))
    if number.is_Rational:
        return int(sympy.sign(number))
    return _exact_sign(number) if exactly else None


def _exact_sign(number: sympy.Expr) -> int | None:
    """The sign of a number close to 0; it is 0 when its normal form is and a ball of a thousand bits agrees."""
    try:
        if number.has(RealRoot):
            return 0 if _vanishes(number) else None
        if refined(lambda field: field.is_zero(read(number, Facts(field)))) and 0 in ball(number, bits=_CLOSE):
            return 0
        return sign(number)
    except (SymadvError, Unsupported, TooLarge, NotImplementedError):
        return None


def _vanishes(number: sympy.Expr) -> bool:
    """Whether a number is zero because it is, up to a sign, what a root in it is a root of."""
    roots = number.atoms(RealRoot)
    if len(roots) > 1:
        return False
    (root,) = roots
    there = number.xreplace({root: root.variable})
    same = there in (root.expression, -root.expression) or refined(
        lambda field: any(field.is_zero(read(there + side * root.expression, Facts(field))) for side in (1, -1))
    )
    return same and bool(ball(root, bits=_CLOSE).is_finite())


def _elementary(expression: sympy.Expr, point: Point) -> sympy.Expr:
    """An expression whose densities, integrals and case distinctions have got their values at the point."""
    replaced: dict[Any, Any] = {}
    for node in sorted(expression.atoms(sympy.Integral), key=sympy.default_sort_key):
        replaced[node] = value_of(substitute(node, point))
    expression = substitute(expression, replaced) if replaced else expression
    for node in sorted(expression.atoms(NamedDensity), key=sympy.default_sort_key):
        if sign_at(node.doit(), point, exactly=False) != 1:
            raise Unsupported(f"{node} where its scale is not positive")
    expression = unfold(expression)
    for node in sorted(expression.atoms(sympy.Piecewise), key=sympy.default_sort_key):
        expression = substitute(expression, {node: _chosen(node, point)})
    return expression


def _chosen(node: sympy.Piecewise, point: Point) -> sympy.Expr:
    for value, test in node.args:
        here = truth(test, point)
        if here is None:
            raise Unsupported(f"which case of {node} applies")
        if here:
            return value
    raise Unsupported(f"{node} at a point where no case applies")


def all_of(values: list[bool | None]) -> bool | None:
    """Whether all of some conditions hold."""
    return False if False in values else None if None in values else True


def _opposite(value: bool | None) -> bool | None:
    return None if value is None else not value
