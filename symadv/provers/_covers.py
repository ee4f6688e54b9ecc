"""Covers as plain data: what the branch and bound found, written down so that another program can look at it."""

import math
from collections.abc import Iterable, Mapping
from functools import singledispatch
from typing import Any

import sympy
from sympy.logic.boolalg import BooleanFalse, BooleanTrue

from symadv.language.functions import Phi, unfold
from symadv.language.parameters import Parameter
from symadv.language.ranges import Range, of_symbol
from symadv.provers._field import Unsupported

Names = Mapping[Any, str]


def cover(
    statement: Any, given: Iterable[Any], variables: tuple[Parameter, ...], found: Iterable[Any]
) -> dict[str, Any]:
    """Parameters with their domains, conditions as nested lists, boxes with reasons: nothing but lists and strings."""
    names = {v: f"{v.name}#{k}" for k, v in enumerate(variables)}
    return {
        "parameters": [[names[v], *_side(of_symbol(v))] for v in variables],
        "given": [written(c, names) for c in given],
        "statement": written(statement, names),
        "boxes": [[[[_end(s.low), _end(s.high)] for s in box], reason] for box, reason in found],
    }


def _side(r: Range) -> list[Any]:
    return [_end(r.low), _end(r.high), r.low_open, r.high_open]


def _end(end: Any) -> str:
    return ("oo" if end > 0 else "-oo") if isinstance(end, float) and math.isinf(end) else str(end)


@singledispatch
def written(node: Any, names: Names) -> Any:
    """An expression or a condition as nested lists of strings; symbols get the names that the table gives them."""
    raise Unsupported(f"no cover can speak of {type(node).__name__}: {node}")


@written.register(sympy.Symbol)
def _symbol(node: sympy.Symbol, names: Names) -> Any:
    if node not in names:
        raise Unsupported(f"no cover can speak of {node}")
    return names[node]


@written.register(sympy.Rational)
def _rational(node: sympy.Rational, names: Names) -> Any:
    return str(node)


@written.register(sympy.NumberSymbol)
def _constant(node: sympy.NumberSymbol, names: Names) -> Any:
    if node is sympy.pi:
        return "pi"
    if node is sympy.E:
        return ["exp", "1"]
    raise Unsupported(f"no cover can speak of the constant {node}")


@written.register(sympy.Add)
@written.register(sympy.Mul)
def _sum_or_product(node: Any, names: Names) -> Any:
    return ["+" if isinstance(node, sympy.Add) else "*", *(written(a, names) for a in node.args)]


@written.register(sympy.Pow)
def _power(node: sympy.Pow, names: Names) -> Any:
    if node.exp.is_Rational:
        return ["pow", written(node.base, names), str(node.exp)]
    return ["exp", ["*", written(node.exp, names), ["log", written(node.base, names)]]]


@written.register(sympy.exp)
@written.register(sympy.log)
@written.register(sympy.Abs)
@written.register(sympy.Max)
@written.register(sympy.Min)
@written.register(Phi)
def _function(node: Any, names: Names) -> Any:
    head = {sympy.exp: "exp", sympy.log: "log", sympy.Abs: "abs", sympy.Max: "max", sympy.Min: "min", Phi: "Phi"}
    return [head[type(node)], *(written(a, names) for a in node.args)]


@written.register(BooleanTrue)
@written.register(BooleanFalse)
def _truth(node: Any, names: Names) -> Any:
    return ["and"] if node else ["or"]


@written.register(sympy.And)
@written.register(sympy.Or)
def _and_or(node: Any, names: Names) -> Any:
    return ["and" if isinstance(node, sympy.And) else "or", *(written(a, names) for a in node.args)]


@written.register(sympy.Not)
def _not(node: sympy.Not, names: Names) -> Any:
    return ["not", written(node.args[0], names)]


@written.register(sympy.Implies)
def _implies(node: sympy.Implies, names: Names) -> Any:
    premise, conclusion = (written(a, names) for a in node.args)
    return ["or", ["not", premise], conclusion]


@written.register(sympy.Equivalent)
def _equivalent(node: sympy.Equivalent, names: Names) -> Any:
    parts = [written(a, names) for a in node.args]
    return ["or", ["and", *parts], ["and", *(["not", part] for part in parts)]]


@written.register(sympy.core.relational.Relational)
def _relation(node: Any, names: Names) -> Any:
    if not isinstance(node.lhs, sympy.Expr):
        raise Unsupported(f"no cover can speak of {node}")
    left, right = (written(unfold(side), names) for side in node.args)
    if isinstance(node, sympy.StrictLessThan | sympy.LessThan):
        left, right = right, left
    if isinstance(node, sympy.StrictGreaterThan | sympy.StrictLessThan):
        return [">", left, right]
    if isinstance(node, sympy.GreaterThan | sympy.LessThan):
        return [">=", left, right]
    return ["!=", left, right] if isinstance(node, sympy.Unequality) else ["not", ["!=", left, right]]
