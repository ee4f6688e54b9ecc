"""Conditions in the parameters as formulas over the signs of polynomials in generators."""

from functools import reduce, singledispatch
from typing import Any

import sympy
from sympy.logic.boolalg import Boolean, BooleanFalse, BooleanTrue

from symadv.language.goals import Exists, ForAll
from symadv.language.parameters import Parameter
from symadv.provers._field import Unsupported
from symadv.provers._formulas import (
    Formula,
    Quantified,
    always,
    assume,
    condition,
    conjunction,
    disjunction,
    equivalence,
    negation,
)
from symadv.provers._integrals import closed, converges
from symadv.provers._onto import onto
from symadv.provers._ranges import NONNEGATIVE, Signs
from symadv.provers._signs import Facts, Undefined
from symadv.provers._substitution import substitute
from symadv.provers._terms import read

_RELATIONS: dict[type, Signs] = {
    sympy.StrictGreaterThan: frozenset({1}),
    sympy.GreaterThan: frozenset({0, 1}),
    sympy.Equality: frozenset({0}),
    sympy.Unequality: frozenset({-1, 1}),
    sympy.LessThan: frozenset({-1, 0}),
    sympy.StrictLessThan: frozenset({-1}),
}


@singledispatch
def translate(statement: Any, facts: Facts) -> Formula:
    """A condition as a formula that is equivalent to it under the facts."""
    raise Unsupported(f"no prover reads {type(statement).__name__}: {statement}")


@translate.register(BooleanTrue)
@translate.register(BooleanFalse)
def _truth(statement: Any, facts: Facts) -> Formula:
    return bool(statement)


@translate.register(sympy.And)
def _and(statement: sympy.And, facts: Facts) -> Formula:
    return conjunction(translate(part, facts) for part in statement.args)


@translate.register(sympy.Or)
def _or(statement: sympy.Or, facts: Facts) -> Formula:
    return disjunction(translate(part, facts) for part in statement.args)


@translate.register(sympy.Not)
def _not(statement: sympy.Not, facts: Facts) -> Formula:
    return negation(translate(statement.args[0], facts))


@translate.register(sympy.Implies)
def _implies(statement: sympy.Implies, facts: Facts) -> Formula:
    premise = translate(statement.args[0], facts)
    return disjunction((negation(premise), _under(premise, statement.args[1], facts)))


@translate.register(sympy.Equivalent)
def _equivalent(statement: sympy.Equivalent, facts: Facts) -> Formula:
    first, *others = (translate(part, facts) for part in statement.args)
    return conjunction(equivalence(first, other) for other in others)


@translate.register(sympy.Xor)
def _xor(statement: sympy.Xor, facts: Facts) -> Formula:
    parts = [translate(part, facts) for part in statement.args]
    return reduce(lambda a, b: negation(equivalence(a, b)), parts)


@translate.register(sympy.ITE)
def _if_then_else(statement: sympy.ITE, facts: Facts) -> Formula:
    test, then, otherwise = statement.args
    premise = translate(test, facts)
    return conjunction(
        (
            disjunction((negation(premise), _under(premise, then, facts))),
            disjunction((premise, _under(negation(premise), otherwise, facts))),
        )
    )


@translate.register(ForAll)
@translate.register(Exists)
def _quantified(statement: Any, facts: Facts) -> Formula:
    field, renamed = facts.field, {}
    variables, inner, lemmas = onto(tuple(statement.args[0]), statement.args[1])
    field.lemmas.update(dict.fromkeys(lemmas))
    for variable in variables:
        renamed[variable] = Parameter(f"{variable.name}#{len(field.bound)}", variable.domain)
        field.bound.add(renamed[variable])
    body = translate(substitute(inner, renamed), facts.copy())
    if isinstance(body, bool):
        return body
    return Quantified(isinstance(statement, ForAll), tuple(renamed.values()), body)


@translate.register(sympy.core.relational.Relational)
def _relation(statement: Any, facts: Facts) -> Formula:
    left, right = statement.args
    if isinstance(left, Boolean) and not isinstance(left, sympy.Symbol):
        same = equivalence(translate(left, facts), translate(right, facts))
        return same if isinstance(statement, sympy.Equality) else negation(same)
    integrals = sorted(statement.atoms(sympy.Integral), key=sympy.default_sort_key)
    if integrals and left == right and all(converges(i, facts) for i in integrals):
        one = substitute(left, {i: sympy.S.One for i in integrals})  # what is around them has to be defined too
        return translate(statement.func(one, one, evaluate=False), facts)
    if integrals:
        return translate(substitute(statement, {i: closed(i, facts) for i in integrals}), facts)
    branching = _branching(statement, facts)
    if branching is not None:
        return _by_branches(statement, branching, facts)
    squared = _squared(statement, facts)
    if squared is not None:
        return translate(squared, facts)
    return condition(read(left, facts) - read(right, facts), _RELATIONS[type(statement)], facts)


def _squared(statement: Any, facts: Facts) -> Any:
    r"""Under a quantifier $\sqrt b \le r$ as $r \ge 0 \wedge b \le r^2$, and so the other relations; else None."""
    root, other = statement.args
    kind: Any = type(statement)
    if not _is_root(root):
        root, other, kind = other, root, type(statement.reversed)
    if not _is_root(root) or not root.free_symbols & facts.field.bound:
        return None
    facts.require(read(root.base, facts), NONNEGATIVE)
    squares = kind(root.base, other**2, evaluate=False)
    if kind in (sympy.LessThan, sympy.StrictLessThan, sympy.Equality):
        return sympy.And(sympy.GreaterThan(other, 0, evaluate=False), squares, evaluate=False)
    return sympy.Or(sympy.StrictLessThan(other, 0, evaluate=False), squares, evaluate=False)


def _is_root(side: sympy.Expr) -> bool:
    return bool(side.is_Pow and side.exp == sympy.S.Half)


def _under(premise: Formula, statement: Any, facts: Facts) -> Formula:
    """A formula that is equivalent to the statement wherever the premise holds."""
    inner = facts.copy()
    inner.granting = False
    assume(premise, inner)
    return True if inner.impossible else translate(statement, inner)


def _branching(statement: Any, facts: Facts) -> sympy.Piecewise | None:
    """A term of the statement that is one of several, as a Piecewise; absolute values only under quantifiers."""
    for node in sympy.preorder_traversal(statement):
        if isinstance(node, sympy.Piecewise):
            return node
        if isinstance(node, sympy.Abs | sympy.Max | sympy.Min) and node.free_symbols & facts.field.bound:
            return node
    return None


def _cases(node: Any) -> list[tuple[sympy.Expr, Any]]:
    if isinstance(node, sympy.Piecewise):
        return [(value, test) for value, test in node.args]
    first, *others = node.args
    if isinstance(node, sympy.Abs):
        return [(first, sympy.GreaterThan(first, 0, evaluate=False)), (-first, sympy.true)]
    rest = node.func(*others)
    relation = sympy.GreaterThan if isinstance(node, sympy.Max) else sympy.LessThan
    return [(first, relation(first, rest, evaluate=False)), (rest, sympy.true)]


def _by_branches(statement: Any, node: Any, facts: Facts) -> Formula:
    parts: list[Formula] = []
    here = facts.copy()
    earlier: Formula = False
    for value, test in _cases(node):
        chosen = translate(test, here)
        inside = here.copy()
        assume(chosen, inside)
        if not inside.impossible:
            branch = translate(substitute(statement, {node: value}), inside)
            parts.append(disjunction((earlier, negation(chosen), branch)))
        earlier = disjunction((earlier, chosen))
        assume(negation(chosen), here)
        if here.impossible:
            return conjunction(parts)
    if always(earlier, facts):
        return conjunction(parts)
    if not facts.granting:
        raise Undefined(f"cannot show that one of the cases of {node} always applies")
    return conjunction((*parts, earlier))
