"""Logarithms taken before anything is exponentiated: of products as sums, of sums of exponentials as log-sum-exp."""

import sympy

from symadv.language.functions import Expit, NamedDensity, Phi
from symadv.language.order import sign
from symadv.readers._array_builder import Builder, compiled

_POSITIVE = (sympy.exp, NamedDensity, Expit, Phi)


@compiled.register(sympy.log)
def _log(node: sympy.log, builder: Builder) -> int:
    argument = node.args[0]
    apart = _logarithm(argument)
    if apart != node:
        return builder.read(apart)
    if isinstance(argument, Phi):
        return builder.emit("log_phi", builder.read(argument.args[0]))
    if argument.is_Add and argument.has(*_POSITIVE) and _positive(argument):
        terms = sorted(argument.args, key=sympy.default_sort_key)
        return builder.emit("log_sum_exp", *(builder.read(_logarithm(t)) for t in terms))
    return builder.emit("log", builder.read(argument))


def _logarithm(value: sympy.Expr) -> sympy.Expr:
    """The logarithm of a nonnegative expression, densities, products and powers of positive ones taken apart."""
    if value == 0:
        return -sympy.oo
    if isinstance(value, sympy.exp):
        return value.args[0]
    if isinstance(value, NamedDensity):
        return value.logarithm()
    if isinstance(value, Expit):
        return -sympy.log(1 + sympy.exp(-value.args[0]))
    if isinstance(value, sympy.Piecewise):
        return sympy.Piecewise(*((_logarithm(e), condition) for e, condition in value.args), evaluate=False)
    if value.is_Mul and _positive(value):
        return sympy.Add(*(_logarithm(f) for f in value.args))
    if value.is_Pow and value.exp.is_Rational and _positive(value.base):
        return value.exp * _logarithm(value.base)
    return sympy.log(value)


def _positive(value: sympy.Expr) -> bool:
    if not value.free_symbols:
        return sign(value) == 1
    if value.is_Mul or value.is_Add:
        return all(_positive(a) for a in value.args)
    if value.is_Pow:
        return bool(value.exp.is_real) and _positive(value.base)
    return isinstance(value, _POSITIVE) or bool(value.is_positive)
