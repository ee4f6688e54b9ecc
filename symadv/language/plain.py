"""Expressions and conditions as plain data (lists and strings) and back, as they were written; nothing is evaluated."""

from fractions import Fraction
from typing import Any

import sympy
from sympy.functions.elementary.piecewise import ExprCondPair

from symadv.language.aggregates import Aggregate
from symadv.language.errors import SymadvError
from symadv.language.functions import Expit, LaplaceDensity, NormalDensity, Phi
from symadv.language.goals import Exists, ForAll
from symadv.language.parameters import Parameter
from symadv.language.real_roots import RealRoot

_AS_WRITTEN: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        sympy.Add,
        sympy.Mul,
        sympy.Pow,
        sympy.And,
        sympy.Or,
        sympy.Piecewise,
        sympy.Equality,
        sympy.Unequality,
        sympy.StrictGreaterThan,
        sympy.GreaterThan,
        sympy.StrictLessThan,
        sympy.LessThan,
    )
}
_OTHERS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        sympy.Not,
        sympy.Implies,
        sympy.Equivalent,
        sympy.Xor,
        sympy.ITE,
        sympy.Tuple,
        sympy.Integral,
        sympy.exp,
        sympy.log,
        sympy.Abs,
        sympy.Max,
        sympy.Min,
        sympy.erf,
        sympy.erfc,
        ExprCondPair,
        Exists,
        Expit,
        ForAll,
        LaplaceDensity,
        NormalDensity,
        Phi,
        RealRoot,
    )
}
_HEADS = _AS_WRITTEN | _OTHERS
_ATOMS = {
    "pi": sympy.pi,
    "E": sympy.E,
    "oo": sympy.oo,
    "-oo": -sympy.oo,
    "true": sympy.true,
    "false": sympy.false,
}
_NAMES = {atom: name for name, atom in _ATOMS.items()}
_UNORDERED = (sympy.And, sympy.Or, sympy.Equivalent, sympy.Xor)


class NotPlain(SymadvError):
    """An expression with a part that has no plain form."""


def to_plain(node: Any) -> Any:
    """The same data for the same expression in every run, different data for different ones."""
    if isinstance(node, sympy.Rational):
        return str(node)
    if node in _NAMES:
        return _NAMES[node]
    if isinstance(node, sympy.Symbol):
        return _symbol(node)
    if isinstance(node, RealRoot):
        return ["RealRoot", to_plain(node.expression), to_plain(node.variable)]
    head = type(node).__name__
    if _HEADS.get(head) is not type(node):
        raise NotPlain(f"{head} has no plain form")
    parts = [to_plain(a) for a in node.args]
    return [head, *(sorted(parts, key=str) if isinstance(node, _UNORDERED) else parts)]


def from_plain(data: Any) -> Any:
    """The expression that plain data stand for; raises NotPlain, ValueError or TypeError for other data."""
    if isinstance(data, str):
        if data in _ATOMS:
            return _ATOMS[data]
        number = Fraction(data)
        return sympy.Rational(number.numerator, number.denominator)
    head, *parts = data
    if head == "parameter":
        name, start, end, left_open, right_open = parts
        return Parameter(name, sympy.Interval(from_plain(start), from_plain(end), left_open, right_open))
    if head == "aggregate":
        kind, block, coefficients, values = parts
        kept = None if coefficients is None else tuple(map(from_plain, coefficients))
        return Aggregate(kind, tuple(map(from_plain, block)), kept, tuple(map(from_plain, values)))
    if head == "symbol":
        return sympy.Symbol(parts[0], **{str(name): bool(value) for name, value in parts[1]})
    if head not in _HEADS:
        raise NotPlain(f"{head} is not the head of an expression")
    arguments = [from_plain(part) for part in parts]
    return _HEADS[head](*arguments, evaluate=False) if head in _AS_WRITTEN else _HEADS[head](*arguments)


def _symbol(node: sympy.Symbol) -> list[Any]:
    if type(node) is Parameter:
        d = node.domain
        return ["parameter", node.name, to_plain(d.start), to_plain(d.end), bool(d.left_open), bool(d.right_open)]
    if isinstance(node, Aggregate):
        kept = None if node.coefficients is None else [to_plain(c) for c in node.coefficients]
        return ["aggregate", node.head, [to_plain(x) for x in node.block], kept, [to_plain(v) for v in node.values]]
    if type(node) is not sympy.Symbol:
        raise NotPlain(f"the {type(node).__name__} {node} is more than a name and assumptions")
    return ["symbol", node.name, sorted([name, value] for name, value in node.assumptions0.items())]
