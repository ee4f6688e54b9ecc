"""Sums, products, powers and functions as steps of a program."""

from functools import reduce

import sympy

from symadv.language.errors import SymadvError
from symadv.language.functions import Expit, NamedDensity, Phi
from symadv.language.nearest import Nearest
from symadv.readers._array_builder import Builder, compiled

_UNARY = {
    sympy.exp: "exp",
    sympy.Abs: "abs",
    sympy.sign: "sign",
    sympy.erf: "erf",
    sympy.erfc: "erfc",
    Phi: "phi",
    Expit: "expit",
}
_LARGEST_PRODUCT = 64  # integer powers up to this one are products


@compiled.register(sympy.Add)
def _add(node: sympy.Add, builder: Builder) -> int:
    constant, rest = node.as_independent(*builder.arguments, as_Add=True)
    terms = sorted(sympy.Add.make_args(rest), key=sympy.default_sort_key)
    plus = [builder.read(t) for t in terms if not _negated(t)]
    minus = [builder.read(-t) for t in terms if _negated(t)]
    if plus:
        total = reduce(lambda a, b: builder.emit("add", a, b), plus)
    elif constant != 0:
        total, constant = builder.read(constant), sympy.S.Zero
    else:
        total = builder.emit("negative", minus.pop(0))
    total = reduce(lambda a, b: builder.emit("subtract", a, b), minus, total)
    return total if constant == 0 else builder.emit("add", total, builder.read(constant))


def _negated(term: sympy.Expr) -> bool:
    return isinstance(term, sympy.Mul) and term.args[0] is sympy.S.NegativeOne


@compiled.register(sympy.Mul)
def _mul(node: sympy.Mul, builder: Builder) -> int:
    coefficient, rest = node.as_independent(*builder.arguments, as_Add=False)
    factors = sorted(sympy.Mul.make_args(rest), key=sympy.default_sort_key)
    below = [builder.read(1 / f) for f in factors if _inverted(f)]
    above = [builder.read(f) for f in factors if not _inverted(f)]
    if above:
        top = _scaled(coefficient, reduce(lambda a, b: builder.emit("multiply", a, b), above), builder)
    else:
        top = builder.read(coefficient)
    if not below:
        return top
    return builder.emit("divide", top, reduce(lambda a, b: builder.emit("multiply", a, b), below))


def _scaled(coefficient: sympy.Expr, register: int, builder: Builder) -> int:
    if coefficient == 1:
        return register
    if coefficient == -1:
        return builder.emit("negative", register)
    return builder.emit("multiply", register, builder.read(coefficient))


def _inverted(factor: sympy.Expr) -> bool:
    return isinstance(factor, sympy.Pow) and bool(factor.exp.is_Rational) and bool(factor.exp < 0)


@compiled.register(sympy.Pow)
def _pow(node: sympy.Pow, builder: Builder) -> int:
    exponent = node.exp
    if exponent.is_Rational and exponent < 0:
        return builder.emit("divide", builder.constant(1.0), builder.read(1 / node))
    base = builder.read(node.base)
    if exponent.is_Rational and exponent.q <= 2 and exponent.p <= _LARGEST_PRODUCT:
        return _power(base if exponent.q == 1 else builder.emit("sqrt", base), int(exponent.p), builder)
    return builder.emit("power", base, builder.read(exponent))


def _power(base: int, exponent: int, builder: Builder) -> int:
    """A positive integer power by repeated squaring."""
    if exponent == 1:
        return base
    half = _power(base, exponent // 2, builder)
    square = builder.emit("multiply", half, half)
    return builder.emit("multiply", square, base) if exponent % 2 else square


@compiled.register(sympy.Function)
def _function(node: sympy.Function, builder: Builder) -> int:
    if isinstance(node, NamedDensity):
        return builder.read(node.doit())
    if type(node) not in _UNARY:
        known = ", ".join(sorted(head.__name__ for head in (*_UNARY, sympy.log, *NamedDensity.__subclasses__())))
        raise SymadvError(f"cannot compute {node} on arrays: no rule for {type(node).__name__}; known: {known}")
    return builder.emit(_UNARY[type(node)], builder.read(node.args[0]))


@compiled.register(Nearest)
def _nearest(node: Nearest, builder: Builder) -> int:
    x, (first, *others), beyond = builder.read(node.args[0]), node.values, "greater" if node.rises else "less"
    result, last = builder.read(first), first
    for value in others:
        passed = builder.emit(beyond, x, builder.read((last + value) / 2))
        result, last = builder.emit("where", passed, builder.read(value), result), value
    return result


@compiled.register(sympy.betainc_regularized)
def _beta_cdf(node: sympy.betainc_regularized, builder: Builder) -> int:
    a, b, low, high = node.args
    if low != 0:
        return builder.read(node.func(a, b, 0, high) - node.func(a, b, 0, low))
    return builder.emit("beta_cdf", builder.read(a), builder.read(b), builder.read(high))


@compiled.register(sympy.Max)
def _max(node: sympy.Max, builder: Builder) -> int:
    return _fold("maximum", node, builder)


@compiled.register(sympy.Min)
def _min(node: sympy.Min, builder: Builder) -> int:
    return _fold("minimum", node, builder)


def _fold(operation: str, node: sympy.Expr, builder: Builder) -> int:
    arguments = sorted(node.args, key=sympy.default_sort_key)
    return reduce(lambda a, b: builder.emit(operation, a, b), (builder.read(a) for a in arguments))
