"""Polynomial conditions as an SMT-LIB 2 script over the reals, for z3, cvc5 and others."""

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

import sympy
from sympy.logic.boolalg import BooleanFalse, BooleanTrue

from symadv.language.errors import SymadvError
from symadv.language.goals import Exists, ForAll
from symadv.language.parameters import Parameter, domain_conditions


def smtlib(*conditions: sympy.Basic) -> str:
    """A script that asks whether the conditions can hold together.

    Terms are polynomials, ``Abs``, ``Max``, ``Min``, ``Piecewise`` and square roots, each a fresh nonnegative constant
    that has to exist; a condition may hold ``ForAll`` and ``Exists``.  All parameters range over their domains.
    """
    script = _Script()
    asserted = [f"(assert {_write(condition, script, {})})" for condition in conditions]
    return "\n".join([*script.declared.values(), *script.beside, *asserted, "(check-sat)", ""])


class _Script:
    """The constants declared so far, and what is asserted beside the conditions."""

    def __init__(self) -> None:
        self.constants: dict[sympy.Symbol, str] = {}
        self.declared: dict[str, str] = {}
        self.beside: list[str] = []
        self.roots: dict[sympy.Expr, str] = {}
        self.bound = 0

    def constant(self, symbol: sympy.Symbol) -> str:
        if symbol not in self.constants:
            name = f"|{symbol.name}|"
            while name in self.declared:  # two symbols may share a name and differ in their domains
                name = f"{name[:-1]}'|"
            self.constants[symbol] = name
            self.declared[name] = f"(declare-const {name} Real)"
            self.beside += [f"(assert {_write(c, self, {})})" for c in _domain(symbol)]
        return self.constants[symbol]

    def root(self, square: sympy.Expr) -> str:
        if square not in self.roots:
            name = f"|root!{len(self.roots)}|"
            self.roots[square] = name
            self.declared[name] = f"(declare-const {name} Real)"
            inside = _write(square, self, {})
            self.beside.append(f"(assert (and (>= {name} 0) (= (* {name} {name}) {inside})))")
        return self.roots[square]


_Names = Mapping[sympy.Symbol, str]


def _domain(symbol: sympy.Symbol) -> tuple[sympy.Basic, ...]:
    return domain_conditions(symbol) if isinstance(symbol, Parameter) else ()


@singledispatch
def _write(node: Any, script: _Script, names: _Names) -> str:
    raise SymadvError(f"SMT-LIB has no {type(node).__name__}: got {node}, wanted polynomials over the reals")


def _apply(head: str, node: Any, script: _Script, names: _Names) -> str:
    return f"({head} {' '.join(_write(a, script, names) for a in node.args)})"


@_write.register(sympy.Rational)
def _rational(node: sympy.Rational, script: _Script, names: _Names) -> str:
    size = f"{abs(node.p)}.0" if node.q == 1 else f"(/ {abs(node.p)}.0 {node.q}.0)"
    return f"(- {size})" if node.p < 0 else size


@_write.register(sympy.Symbol)
def _symbol(node: sympy.Symbol, script: _Script, names: _Names) -> str:
    return names[node] if node in names else script.constant(node)


@_write.register(sympy.Add)
def _add(node: sympy.Add, script: _Script, names: _Names) -> str:
    return _apply("+", node, script, names)


@_write.register(sympy.Mul)
def _mul(node: sympy.Mul, script: _Script, names: _Names) -> str:
    return _apply("*", node, script, names)


@_write.register(sympy.Pow)
def _pow(node: sympy.Pow, script: _Script, names: _Names) -> str:
    if node.exp.is_Integer and node.exp > 0:
        return f"(* {' '.join([_write(node.base, script, names)] * int(node.exp))})"
    if node.exp == sympy.S.Half and not node.base.free_symbols & set(names):
        return script.root(node.base)
    raise SymadvError(f"SMT-LIB has no {node}: wanted polynomials and square roots of unquantified terms")


@_write.register(sympy.Abs)
def _abs(node: sympy.Abs, script: _Script, names: _Names) -> str:
    inside = _write(node.args[0], script, names)
    return f"(ite (>= {inside} 0) {inside} (- {inside}))"


@_write.register(sympy.Max)
@_write.register(sympy.Min)
def _max_or_min(node: sympy.Expr, script: _Script, names: _Names) -> str:
    relation = ">=" if isinstance(node, sympy.Max) else "<="
    best, *others = (_write(a, script, names) for a in node.args)
    for other in others:
        best = f"(ite ({relation} {best} {other}) {best} {other})"
    return best


@_write.register(sympy.Piecewise)
def _piecewise(node: sympy.Piecewise, script: _Script, names: _Names) -> str:
    *pairs, (last, test) = node.args
    if test is not sympy.true:
        raise SymadvError(f"got {node}, wanted a last case that always applies")
    result = _write(last, script, names)
    for value, condition in reversed(pairs):
        result = f"(ite {_write(condition, script, names)} {_write(value, script, names)} {result})"
    return result


@_write.register(BooleanTrue)
@_write.register(BooleanFalse)
def _truth(node: Any, script: _Script, names: _Names) -> str:
    return "true" if node else "false"


@_write.register(sympy.core.relational.Relational)
def _relation(node: Any, script: _Script, names: _Names) -> str:
    head = {
        sympy.StrictGreaterThan: ">",
        sympy.GreaterThan: ">=",
        sympy.Equality: "=",
        sympy.Unequality: "distinct",
        sympy.LessThan: "<=",
        sympy.StrictLessThan: "<",
    }[type(node)]
    return _apply(head, node, script, names)


@_write.register(sympy.And)
def _and(node: sympy.And, script: _Script, names: _Names) -> str:
    return _apply("and", node, script, names)


@_write.register(sympy.Or)
def _or(node: sympy.Or, script: _Script, names: _Names) -> str:
    return _apply("or", node, script, names)


@_write.register(sympy.Not)
def _not(node: sympy.Not, script: _Script, names: _Names) -> str:
    return _apply("not", node, script, names)


@_write.register(sympy.Implies)
def _implies(node: sympy.Implies, script: _Script, names: _Names) -> str:
    return _apply("=>", node, script, names)


@_write.register(sympy.Equivalent)
def _equivalent(node: sympy.Equivalent, script: _Script, names: _Names) -> str:
    return _apply("=", node, script, names)


@_write.register(ForAll)
@_write.register(Exists)
def _quantified(node: Any, script: _Script, names: _Names) -> str:
    inner = dict(names)
    for variable in node.args[0]:
        inner[variable] = f"|{variable.name}!{script.bound}|"
        script.bound += 1
    domain = [_write(c, script, inner) for variable in node.args[0] for c in _domain(variable)]
    body = _write(node.args[1], script, inner)
    universal = isinstance(node, ForAll)
    if domain:
        body = f"({'=>' if universal else 'and'} (and true {' '.join(domain)}) {body})"
    variables = " ".join(f"({inner[variable]} Real)" for variable in node.args[0])
    return f"({'forall' if universal else 'exists'} ({variables}) {body})"
