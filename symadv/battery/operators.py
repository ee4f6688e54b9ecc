"""The ways to write one node of a statement wrongly: each is a usual slip of a pen."""

from collections.abc import Callable, Iterator
from typing import Any

import sympy

from symadv.language.functions import Phi
from symadv.language.goals import Exists, ForAll
from symadv.language.parameters import Parameter

# The wrong versions of one node; None of them need type-check where the node stands: the rest is left to the caller.
Operator = Callable[[Any], Iterator[Any]]

_NUDGES = (sympy.Rational(1, 10**6), sympy.Rational(1, 10**12))
_STRICTER = {
    sympy.StrictGreaterThan: sympy.GreaterThan,
    sympy.GreaterThan: sympy.StrictGreaterThan,
    sympy.StrictLessThan: sympy.LessThan,
    sympy.LessThan: sympy.StrictLessThan,
}
_REVERSED = {
    sympy.StrictGreaterThan: sympy.StrictLessThan,
    sympy.GreaterThan: sympy.LessThan,
    sympy.StrictLessThan: sympy.StrictGreaterThan,
    sympy.LessThan: sympy.GreaterThan,
    sympy.Equality: sympy.Unequality,
    sympy.Unequality: sympy.Equality,
}


def strictness(node: Any) -> Iterator[Any]:
    """> for >= and the reverse: an open boundary closed, a closed one opened."""
    if type(node) in _STRICTER:
        yield _STRICTER[type(node)](*node.args)


def direction(node: Any) -> Iterator[Any]:
    """< for >, != for =: a comparison, a tie or a cell the wrong way round."""
    if type(node) in _REVERSED:
        yield _REVERSED[type(node)](*node.args)


def boundary(node: Any) -> Iterator[Any]:
    """A threshold that is off by a millionth, or by a millionth of that, to either side."""
    if isinstance(node, sympy.core.relational.Relational) and isinstance(node.lhs, sympy.Expr):
        for nudge in _NUDGES:
            yield node.func(node.lhs, node.rhs + nudge)
            yield node.func(node.lhs, node.rhs - nudge)


def connective(node: Any) -> Iterator[Any]:
    """And for or, an implication for its converse."""
    if isinstance(node, sympy.And):
        yield sympy.Or(*node.args)
    elif isinstance(node, sympy.Or):
        yield sympy.And(*node.args)
    elif isinstance(node, sympy.Implies):
        yield sympy.Implies(node.args[1], node.args[0])


def quantifier(node: Any) -> Iterator[Any]:
    """For all instead of there is."""
    if isinstance(node, ForAll):
        yield Exists(*node.args)
    elif isinstance(node, Exists):
        yield ForAll(*node.args)


def omission(node: Any) -> Iterator[Any]:
    """A condition, a factor, a term or a case that was forgotten."""
    if isinstance(node, sympy.Piecewise):
        for k in range(len(node.args) if len(node.args) > 1 else 0):
            *cases, (last, _) = (case for j, case in enumerate(node.args) if j != k)
            yield sympy.Piecewise(*cases, (last, True))  # some case always applies
    elif isinstance(node, sympy.And | sympy.Or | sympy.Mul | sympy.Add):
        for k in range(len(node.args)):
            yield node.func(*(arg for j, arg in enumerate(node.args) if j != k))
    elif isinstance(node, sympy.Implies):
        yield node.args[1]


def complement(node: Any) -> Iterator[Any]:
    """1 - p for p, -eta for eta, 1 - Phi for Phi: the other label, the other side."""
    if isinstance(node, Parameter):
        ends = node.domain
        if ends.start == 0 and ends.end == 1:
            yield 1 - node
        elif ends.end == sympy.oo:
            yield -node
    elif isinstance(node, Phi):
        yield 1 - node


def confusion(node: Any) -> Iterator[Any]:
    """One function for another: max for min, a sum for the largest, a number for its size, growth for decay."""
    if isinstance(node, sympy.Max | sympy.Min):
        yield (sympy.Min if isinstance(node, sympy.Max) else sympy.Max)(*node.args)
        yield sympy.Add(*node.args)
    elif isinstance(node, sympy.Abs):
        yield node.args[0]
        yield node.args[0] ** 2
    elif isinstance(node, sympy.exp):
        yield sympy.exp(-node.args[0])
    elif isinstance(node, sympy.log):
        yield -node


def number(node: Any) -> Iterator[Any]:
    """A number with the other sign, or one too large or too small: a label, a prior, a normaliser."""
    if isinstance(node, sympy.Rational) and node != 0:
        yield -node
        yield node + 1 if node.is_Integer else node / 2


OPERATORS: dict[str, Operator] = {
    operator.__name__: operator
    for operator in (
        strictness,
        direction,
        boundary,
        connective,
        quantifier,
        omission,
        complement,
        confusion,
        number,
    )
}
