"""The ways to write one node of a statement wrongly: each is a usual slip of a pen."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sympy

from symadv.language.functions import LaplaceDensity, NormalDensity, Phi
from symadv.language.goals import Exists, ForAll
from symadv.language.parameters import Parameter, parameters_of

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


def tie(node: Any) -> Iterator[Any]:
    """The boundary between two cases given to the other one."""
    if isinstance(node, sympy.Piecewise):
        for k, (value, test) in enumerate(node.args):
            if type(test) in _STRICTER:
                cases = [*node.args]
                cases[k] = (value, _STRICTER[type(test)](*test.args))
                yield _with_a_last_case(cases)


def swap(node: Any) -> Iterator[Any]:
    """Two neighbouring cells with each other's values."""
    if isinstance(node, sympy.Piecewise):
        for k in range(len(node.args) - 1):
            values = [value for value, _ in node.args]
            values[k], values[k + 1] = values[k + 1], values[k]
            yield sympy.Piecewise(*zip(values, (test for _, test in node.args), strict=True))


def _with_a_last_case(cases: list[Any]) -> Any:
    """Some case always applies: the last one."""
    *others, (last, _) = cases
    return sympy.Piecewise(*others, (last, True))


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


def condition(node: Any) -> Iterator[Any]:
    """A condition that was forgotten: one of several, or a premise."""
    if isinstance(node, sympy.And | sympy.Or):
        yield from _without_one(node)
    elif isinstance(node, sympy.Implies):
        yield node.args[1]


def addition(node: Any) -> Iterator[Any]:
    """A condition too many: that a parameter of a comparison lies in the upper half of its domain."""
    if isinstance(node, sympy.core.relational.Relational) and isinstance(node.lhs, sympy.Expr):
        for p in parameters_of(node)[:1]:
            start, end = p.domain.start, p.domain.end
            if start.is_finite:
                middle = (start + end) / 2 if end.is_finite else start + 1
            else:
                middle = end - 1 if end.is_finite else sympy.S.Zero
            yield sympy.And(node, sympy.StrictGreaterThan(p, middle, evaluate=False))


def branch(node: Any) -> Iterator[Any]:
    """A case that was forgotten."""
    if isinstance(node, sympy.Piecewise) and len(node.args) > 1:
        for k in range(len(node.args)):
            yield _with_a_last_case([case for j, case in enumerate(node.args) if j != k])


def factor(node: Any) -> Iterator[Any]:
    """A factor that was dropped."""
    if isinstance(node, sympy.Mul):
        yield from _without_one(node)


def term(node: Any) -> Iterator[Any]:
    """A term that was dropped."""
    if isinstance(node, sympy.Add):
        yield from _without_one(node)


def _without_one(node: Any) -> Iterator[Any]:
    for k in range(len(node.args)):
        yield node.func(*(arg for j, arg in enumerate(node.args) if j != k))


def normaliser(node: Any) -> Iterator[Any]:
    """A density that is not normalised, or has its variance for its scale; a quotient without its denominator."""
    if isinstance(node, NormalDensity | LaplaceDensity):
        x, centre, scale = node.args
        yield scale * node if scale != 1 else 2 * node
        yield node.func(x, centre, scale**2 if scale != 1 else sympy.Integer(2))
    elif isinstance(node, sympy.Mul):
        numerator, denominator = sympy.fraction(node)
        if denominator.free_symbols:
            yield numerator


def prior(node: Any) -> Iterator[Any]:
    """A weight that was left out, or is twice what it should be: the prior of a label."""
    if isinstance(node, sympy.Mul) and node.args[0].is_Rational and 0 < node.args[0] < 1:
        yield sympy.Mul(*node.args[1:])
        yield 2 * node


def probability(node: Any) -> Iterator[Any]:
    """1 - p for p: the other label, the other line."""
    if isinstance(node, Parameter) and (node.domain.start, node.domain.end) == (0, 1):
        yield 1 - node


def sign(node: Any) -> Iterator[Any]:
    """-eta for eta: the other side."""
    if isinstance(node, Parameter) and node.domain.end == sympy.oo:
        yield -node


def tail(node: Any) -> Iterator[Any]:
    """1 - Phi for Phi."""
    if isinstance(node, Phi):
        yield 1 - node


def extremum(node: Any) -> Iterator[Any]:
    """The smallest for the largest; so of a number and its opposite, whose largest is its size."""
    if isinstance(node, sympy.Max | sympy.Min):
        yield (sympy.Min if isinstance(node, sympy.Max) else sympy.Max)(*node.args)
    elif isinstance(node, sympy.Abs):
        yield -node
        yield node.args[0]


def norm(node: Any) -> Iterator[Any]:
    r"""Another norm: $L_\infty$ as a maximum or one bound on every size, $L_1$ as a sum of sizes, $L_2$ as a root."""
    if isinstance(node, sympy.Max) and all(_is_size(a) for a in node.args):
        yield from _norms(node.args, sympy.Max)
    elif isinstance(node, sympy.Add) and len(node.args) > 1 and all(_is_size(a) for a in node.args):
        yield from _norms(node.args, sympy.Add)
    elif isinstance(node, sympy.Pow) and node.exp == sympy.S.Half and isinstance(node.base, sympy.Add):
        if all(a.is_Pow and a.exp == 2 for a in node.base.args):
            yield from _norms([sympy.Abs(a.base) for a in node.base.args], None)
    elif isinstance(node, sympy.And):
        yield from _other_balls(node)


def _other_balls(node: sympy.And) -> Iterator[Any]:
    """The ball of another norm for bounds on sizes: $|a| \\le r$ and $|b| \\le r$."""
    sizes = (sympy.LessThan, sympy.StrictLessThan)
    bounds = [c for c in node.args if isinstance(c, sizes) and isinstance(c.lhs, sympy.Abs)]
    for kind, radius in dict.fromkeys((type(c), c.rhs) for c in bounds):
        own = [c for c in bounds if (type(c), c.rhs) == (kind, radius)]
        if len(own) > 1:
            others = [c for c in node.args if c not in own]
            for norm_ in _norms([c.lhs for c in own], sympy.Max):
                yield sympy.And(*others, kind(norm_, radius, evaluate=False))


def _norms(sizes: Sequence[sympy.Expr], but: Any) -> Iterator[sympy.Expr]:
    for head in (sympy.Add, sympy.Max):
        if head is not but:
            yield head(*sizes)
    if but is not None:
        yield sympy.sqrt(sympy.Add(*(a**2 for a in sizes)))


def _is_size(a: sympy.Expr) -> bool:
    return isinstance(a, sympy.Abs)


def growth(node: Any) -> Iterator[Any]:
    """Growth for decay, the log-odds of the other label, a square for a size."""
    if isinstance(node, sympy.exp):
        yield sympy.exp(-node.args[0])
    elif isinstance(node, sympy.log):
        yield -node
    elif isinstance(node, sympy.Abs):
        yield node.args[0] ** 2


def number(node: Any) -> Iterator[Any]:
    """A number with the other sign, or one too large or too small: a label, a power."""
    if isinstance(node, sympy.Rational) and node != 0:
        yield -node
        yield node + 1 if node.is_Integer else node / 2


OPERATORS: dict[str, Operator] = {
    operator.__name__: operator
    for operator in (
        strictness,
        direction,
        tie,
        swap,
        boundary,
        connective,
        quantifier,
        condition,
        addition,
        branch,
        factor,
        term,
        normaliser,
        prior,
        probability,
        sign,
        tail,
        extremum,
        norm,
        growth,
        number,
    )
}
