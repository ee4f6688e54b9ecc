"""Conditions, case distinctions and regions as steps of a program."""

from collections.abc import Iterable
from functools import reduce

import sympy
from sympy.logic.boolalg import BooleanAtom, BooleanFunction

from symadv.language.order import sign
from symadv.language.regions import Cells
from symadv.readers._array_builder import Builder, compiled

_COMPARISONS = {
    frozenset({1}): "greater",
    frozenset({0, 1}): "greater_equal",
    frozenset({0}): "equal",
    frozenset({-1}): "less",
    frozenset({-1, 0}): "less_equal",
    frozenset({-1, 1}): "not_equal",
}
_SIGNS = {
    sympy.StrictGreaterThan: frozenset({1}),
    sympy.GreaterThan: frozenset({0, 1}),
    sympy.Equality: frozenset({0}),
    sympy.StrictLessThan: frozenset({-1}),
    sympy.LessThan: frozenset({-1, 0}),
    sympy.Unequality: frozenset({-1, 1}),
}


def threshold(form: sympy.Expr, arguments: Iterable[sympy.Symbol]) -> tuple[sympy.Symbol, sympy.Expr, int] | None:
    """``(x, t, s)`` when the sign of a form is s times that of x - t for one argument x and a number t."""
    present = [a for a in arguments if a in form.free_symbols]
    if len(present) != 1:
        return None
    offset, rest = form.as_independent(present[0], as_Add=True)
    slope, argument = rest.as_independent(present[0], as_Add=False)
    side = sign(slope) if argument == present[0] else None
    return (argument, -offset / slope, side) if side else None


def _has_sign(form: sympy.Expr, signs: frozenset[int], builder: Builder) -> int:
    """Whether a form has one of some signs."""
    if not form.free_symbols:
        here = sign(form)
        if here is not None:
            return builder.constant(here in signs)
    simple = threshold(form, builder.arguments)
    if simple is None:
        return builder.emit(_COMPARISONS[signs], builder.read(form), builder.constant(0.0))
    # One comparison with the number rounded once decides all floats, but for the one it is rounded to.
    argument, number, side = simple
    turned = frozenset(side * s for s in signs)
    return builder.emit(_COMPARISONS[turned], builder.read(argument), builder.read(number))


def _all(conditions: Iterable[int], builder: Builder) -> int:
    rest = [c for c in dict.fromkeys(conditions) if builder.value(c) is not True]
    return reduce(lambda a, b: builder.emit("and", a, b), rest) if rest else builder.constant(True)


def _any(conditions: Iterable[int], builder: Builder) -> int:
    rest = [c for c in dict.fromkeys(conditions) if builder.value(c) is not False]
    return reduce(lambda a, b: builder.emit("or", a, b), rest) if rest else builder.constant(False)


@compiled.register(Cells)
def _cells(region: Cells, builder: Builder) -> int:
    return _any((_all((_has_sign(f, s, builder) for f, s in cell), builder) for cell in region.cells), builder)


@compiled.register(BooleanAtom)
def _truth(node: BooleanAtom, builder: Builder) -> int:
    return builder.constant(bool(node))


@compiled.register(sympy.core.relational.Relational)
def _relation(node: sympy.core.relational.Relational, builder: Builder) -> int:
    return _has_sign(node.lhs - node.rhs, _SIGNS[type(node)], builder)


@compiled.register(sympy.And)
def _and(node: sympy.And, builder: Builder) -> int:
    return _all((builder.read(a) for a in sorted(node.args, key=sympy.default_sort_key)), builder)


@compiled.register(sympy.Or)
def _or(node: sympy.Or, builder: Builder) -> int:
    return _any((builder.read(a) for a in sorted(node.args, key=sympy.default_sort_key)), builder)


@compiled.register(sympy.Not)
def _not(node: sympy.Not, builder: Builder) -> int:
    return builder.emit("not", builder.read(node.args[0]))


@compiled.register(BooleanFunction)
def _other_connective(node: BooleanFunction, builder: Builder) -> int:
    return builder.read(node.to_nnf(simplify=False))


@compiled.register(sympy.Piecewise)
def _piecewise(node: sympy.Piecewise, builder: Builder) -> int:
    shared = _shared_terms([e for e, _ in node.args])
    if shared:
        rest = [(e - sympy.Add(*shared), condition) for e, condition in node.args]
        return builder.read(sympy.Add(*shared, sympy.Piecewise(*rest, evaluate=False)))
    earlier: list[int] = []
    cases = []
    for expression, case in node.args:
        condition = builder.read(case)
        # Where an earlier case applies, or none does, a branch may have an infinite slope: it must not be felt there.
        with builder.only_where(_all([condition, *(builder.emit("not", c) for c in earlier)], builder)):
            cases.append((condition, builder.read(expression)))
        earlier.append(condition)
    result = builder.constant(float("nan"))
    for condition, value in reversed(cases):
        result = value if builder.value(condition) is True else builder.emit("where", condition, value, result)
    return result


def _shared_terms(branches: list[sympy.Expr]) -> list[sympy.Expr]:
    """The summands that all branches have: they are computed once, outside the case distinction."""
    first, *others = (sympy.Add.make_args(b) for b in branches)
    return [t for t in first if t.free_symbols and all(t in terms for terms in others)]
