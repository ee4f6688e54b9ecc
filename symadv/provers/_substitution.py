"""Replacing parts of conditions, and bringing them into a shape that is easier to use, with the same meaning."""

from collections.abc import Container, Iterable, Mapping
from itertools import chain, count, islice, product
from typing import Any

import sympy

from symadv.language.goals import Exists, ForAll
from symadv.language.parameters import Parameter, domain_conditions, parameters_of

_CASES = 16


def substitute(node: Any, mapping: Mapping[Any, Any]) -> Any:
    """A condition or expression with some parts replaced; relations and case distinctions stay as they are written.

    What a quantifier or an integral binds is another variable than one of that name outside: it is not replaced, and
    gets a new name where a replacement speaks of the one outside.
    """
    if node in mapping:
        return mapping[node]
    if not node.args or not any(node.has(part) for part in mapping):
        return node
    if isinstance(node, ForAll | Exists | sympy.Integral):
        return _under_binder(node, mapping)
    arguments = [substitute(a, mapping) for a in node.args]
    if isinstance(node, sympy.core.relational.Relational | sympy.Piecewise):
        return node.func(*arguments, evaluate=False)
    return node.func(*arguments)


def _under_binder(node: Any, mapping: Mapping[Any, Any]) -> Any:
    bound = _bound(node)
    inner = {part: new for part, new in mapping.items() if not part.free_symbols & set(bound)}
    taken = {s.name for e in (node, *inner, *inner.values()) for s in e.atoms(sympy.Symbol)}
    meant = {s for new in inner.values() for s in new.free_symbols}
    for v in bound:
        if v in meant:
            inner[v] = renamed(v, taken)
            taken.add(inner[v].name)
    if isinstance(node, sympy.Integral):
        limits = [(inner.get(v, v), *(substitute(end, mapping) for end in ends)) for v, *ends in node.limits]
        return sympy.Integral(substitute(node.function, inner), *limits)
    return node.func(sympy.Tuple(*(inner.get(v, v) for v in bound)), substitute(node.args[1], inner))


def _bound(node: Any) -> tuple[Any, ...]:
    return tuple(v for v, *_ in node.limits) if isinstance(node, sympy.Integral) else tuple(node.args[0])


def renamed(v: sympy.Symbol, taken: Container[str]) -> sympy.Symbol:
    """The same variable under a name that is not taken; itself where its own is not."""
    name = next(name for name in chain((v.name,), (f"{v.name}_{k}" for k in count(1))) if name not in taken)
    return v if name == v.name else Parameter(name, v.domain) if isinstance(v, Parameter) else _symbol(name, v)


def _symbol(name: str, like: sympy.Symbol) -> sympy.Symbol:
    return sympy.Symbol(name, **like.assumptions0)


def free_parameters(*conditions: Any) -> tuple[Parameter, ...]:
    """The parameters that no quantifier and no integral binds, in order of first appearance."""
    free: set[Any] = set()
    for condition in conditions:
        free |= _free(condition)
    return tuple(p for p in parameters_of(*conditions) if p in free)


def _free(node: Any) -> set[Any]:
    if isinstance(node, ForAll | Exists):
        return _free(node.args[1]) - set(node.args[0])
    if isinstance(node, sympy.Expr) or not node.args:
        return set(node.free_symbols)
    return set().union(*(_free(a) for a in node.args))


def opened(statement: Any, taken: Iterable[Parameter] = ()) -> Any:
    """A statement with every leading "for all" taken away: its variables become free, renamed where a name is taken."""
    names = {p.name for p in (*taken, *free_parameters(statement))}

    def visit(node: Any, universal: bool) -> Any:
        if isinstance(node, ForAll if universal else Exists):
            free = {}
            for variable in node.args[0]:
                free[variable] = renamed(variable, names)
                names.add(free[variable].name)
            return visit(substitute(node.args[1], free), universal)
        if isinstance(node, sympy.Implies):
            return sympy.Implies(visit(node.args[0], not universal), visit(node.args[1], universal))
        if isinstance(node, sympy.Not):
            return sympy.Not(visit(node.args[0], not universal))
        if isinstance(node, sympy.And | sympy.Or):
            return node.func(*(visit(a, universal) for a in node.args))
        return node

    return visit(statement, True) if statement.has(ForAll, Exists) else statement


def conjuncts(conditions: Iterable[Any]) -> list[Any]:
    """Conditions with every And taken apart."""
    found: list[Any] = []
    for condition in conditions:
        found += conjuncts(condition.args) if isinstance(condition, sympy.And) else [condition]
    return found


def cases(given: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Conditions that are equivalent to the given ones when joined by "or": alternatives with an equality are split."""
    choices = [
        c.args if isinstance(c, sympy.Or) and any(isinstance(e, sympy.Equality) for e in conjuncts(c.args)) else (c,)
        for c in conjuncts(given)
    ]
    combinations = list(islice(product(*choices), _CASES + 1))
    return combinations if len(combinations) <= _CASES else [tuple(conjuncts(given))]


def solved(given: Iterable[Any]) -> tuple[dict[Parameter, sympy.Expr], tuple[Any, ...]]:
    """Equalities of a parameter with an expression as a substitution, and what else is given once it is carried out.

    That the expressions lie in the domains of the parameters is among what is given then.
    """
    todo, rest = conjuncts(given), []
    mapping: dict[Parameter, sympy.Expr] = {}
    while todo:
        condition = todo.pop(0)
        found = _solution(condition)
        if found is None:
            rest.append(condition)
            continue
        parameter, value = found
        step = {parameter: value}
        mapping = {p: e.xreplace(step) for p, e in mapping.items()} | step
        todo = [substitute(c, step) for c in (*todo, *domain_conditions(parameter))]
        again = [substitute(c, step) for c in rest]
        todo, rest = [*again, *todo], []
    return mapping, tuple(rest)


def _solution(condition: Any) -> tuple[Parameter, sympy.Expr] | None:
    if not isinstance(condition, sympy.Equality) or not isinstance(condition.lhs, sympy.Expr):
        return None
    difference = condition.lhs - condition.rhs
    if difference.has(sympy.oo, -sympy.oo, sympy.nan, sympy.zoo, sympy.Piecewise, sympy.Integral):
        return None
    for parameter in free_parameters(condition):
        if difference.is_polynomial(parameter) and sympy.degree(difference, parameter) == 1:
            slope, offset = sympy.Poly(difference, parameter).all_coeffs()
            if slope.is_Rational:
                return parameter, sympy.expand(-offset / slope)
    return None
