"""Reading expressions in the parameters as expressions in generators."""

from functools import reduce, singledispatch
from typing import Any

import sympy

from symadv.language.balls import ball
from symadv.language.functions import Expit, NamedDensity, Phi
from symadv.language.parameters import Parameter
from symadv.language.real_roots import RealRoot
from symadv.provers._field import Unsupported
from symadv.provers._ranges import NONNEGATIVE, NONZERO, POSITIVE
from symadv.provers._signs import Facts


@singledispatch
def read(node: Any, facts: Facts) -> sympy.Expr:
    """An expression as a rational function of generators; every partial function in it has to be defined."""
    raise Unsupported(f"no prover reads {type(node).__name__}: {node}")


@read.register(sympy.Rational)
def _rational(node: sympy.Rational, facts: Facts) -> sympy.Expr:
    return node


@read.register(sympy.NumberSymbol)
def _constant(node: sympy.NumberSymbol, facts: Facts) -> sympy.Expr:
    if node is sympy.E:
        return facts.field.exp(sympy.S.One, facts)
    if node is sympy.pi:
        return facts.field.constant(node)
    raise Unsupported(f"no prover reads the constant {node}")


@read.register(RealRoot)
def _root(node: RealRoot, facts: Facts) -> sympy.Expr:
    """A number of which only bounds are known: what holds of it holds of every number between them."""
    if not ball(node).is_finite():
        raise Unsupported(f"it is not certain that there is a {node}")
    return facts.field.constant(node)


@read.register(sympy.Symbol)
def _symbol(node: sympy.Symbol, facts: Facts) -> sympy.Expr:
    if not isinstance(node, Parameter):
        raise Unsupported(f"{node} has no domain: it is not a parameter")
    return facts.field.parameter(node)


@read.register(sympy.Add)
@read.register(sympy.Mul)
def _sum_or_product(node: sympy.Expr, facts: Facts) -> sympy.Expr:
    return node.func(*(read(a, facts) for a in node.args))


@read.register(sympy.Pow)
def _power(node: sympy.Pow, facts: Facts) -> sympy.Expr:
    base = read(node.base, facts)
    if not node.exp.is_Rational:
        facts.require(base, POSITIVE)
        return facts.field.exp(read(node.exp, facts) * facts.field.log(base, facts), facts)
    if node.exp < 0:
        facts.require(base, NONZERO)
    if not node.exp.is_Integer:
        facts.require(base, NONNEGATIVE)
    return facts.field.power(base, node.exp, facts)


@read.register(sympy.exp)
def _exp(node: sympy.exp, facts: Facts) -> sympy.Expr:
    return facts.field.exp(read(node.args[0], facts), facts)


@read.register(sympy.log)
def _log(node: sympy.log, facts: Facts) -> sympy.Expr:
    argument = read(node.args[0], facts)
    facts.require(argument, POSITIVE)
    return facts.field.log(argument, facts)


@read.register(sympy.Abs)
def _abs(node: sympy.Abs, facts: Facts) -> sympy.Expr:
    return facts.field.abs(read(node.args[0], facts), facts)


@read.register(sympy.Max)
@read.register(sympy.Min)
def _max_or_min(node: sympy.Expr, facts: Facts) -> sympy.Expr:
    side = 1 if isinstance(node, sympy.Max) else -1
    arguments = [read(a, facts) for a in node.args]
    return reduce(lambda a, b: (a + b + side * facts.field.abs(a - b, facts)) / 2, arguments)


@read.register(Phi)
def _phi(node: Phi, facts: Facts) -> sympy.Expr:
    return facts.field.phi(read(node.args[0], facts))


@read.register(sympy.erf)
def _erf(node: sympy.erf, facts: Facts) -> sympy.Expr:
    return 2 * read(Phi(sympy.sqrt(2) * node.args[0]), facts) - 1


@read.register(sympy.erfc)
def _erfc(node: sympy.erfc, facts: Facts) -> sympy.Expr:
    return 2 - 2 * read(Phi(sympy.sqrt(2) * node.args[0]), facts)


@read.register(NamedDensity)
def _density(node: NamedDensity, facts: Facts) -> sympy.Expr:
    """Where its scale is not positive a density is undefined, whatever its formula says."""
    value = read(node.doit(), facts)
    facts.require(value, POSITIVE)
    return value


@read.register(Expit)
def _by_definition(node: Any, facts: Facts) -> sympy.Expr:
    return read(node.doit(), facts)
