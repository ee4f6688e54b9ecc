"""Ball arithmetic: certified enclosures of closed-form numbers, by Arb."""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache, reduce, singledispatch
from typing import Any

import flint
import sympy

from symadv.language.errors import SymadvError
from symadv.language.functions import Expit, NamedDensity, Phi
from symadv.language.numbers import exact
from symadv.language.real_roots import RealRoot


def ball(expression: sympy.Expr, values: Mapping[sympy.Symbol, Any] | None = None, *, bits: int = 128) -> Any:
    """A ball (``flint.arb``) that contains the value of ``expression``, computed with ``bits`` bits.

    ``values`` maps free symbols to exact numbers or balls.  A function that Arb does not know is refused.
    """
    with flint.ctx.workprec(bits):
        return _ball(expression, values or {})


def bounds(expression: sympy.Expr, *, bits: int = 128) -> tuple[float, float]:
    """Floats ``(lower, upper)`` with ``lower <= expression <= upper``, rounded outward."""
    b = ball(expression, bits=bits)
    if not b.is_finite():
        raise SymadvError(f"cannot enclose {expression}: it is not a finite number")
    with flint.ctx.workprec(53):
        low, high = b.lower(), b.upper()
    return _down(low), _up(high)


def _down(x: Any) -> float:
    value = float(x)
    return value if flint.arb(value) <= x else math.nextafter(value, -math.inf)


def _up(x: Any) -> float:
    value = float(x)
    return value if flint.arb(value) >= x else math.nextafter(value, math.inf)


@singledispatch
def _ball(node: Any, values: Mapping[sympy.Symbol, Any]) -> Any:
    raise SymadvError(f"cannot enclose {node}: no ball arithmetic for {type(node).__name__}")


@_ball.register(sympy.Rational)
def _rational(node: sympy.Rational, values: Mapping[sympy.Symbol, Any]) -> Any:
    return flint.arb(flint.fmpq(int(node.p), int(node.q)))


@_ball.register(sympy.NumberSymbol)
def _constant(node: sympy.NumberSymbol, values: Mapping[sympy.Symbol, Any]) -> Any:
    if node is sympy.pi:
        return flint.arb.pi()
    if node is sympy.E:
        return flint.arb(1).exp()
    raise SymadvError(f"cannot enclose the constant {node}")


@_ball.register(sympy.Symbol)
def _symbol(node: sympy.Symbol, values: Mapping[sympy.Symbol, Any]) -> Any:
    if node not in values:
        raise SymadvError(f"cannot enclose an expression in which {node} has no value")
    value = values[node]
    return value if isinstance(value, flint.arb) else _ball(exact(value), {})


@_ball.register(RealRoot)
def _root(node: RealRoot, values: Mapping[sympy.Symbol, Any]) -> Any:
    return _root_between(node, int(flint.ctx.prec))


@lru_cache(maxsize=1024)
def _root_between(root: RealRoot, bits: int) -> Any:
    """A ball around a root; NaN where that there is one is not certain."""
    v = root.variable
    low, high = (flint.fmpq(int(end.p), int(end.q)) for end in (v.domain.start, v.domain.end))
    with flint.ctx.workprec(2 * bits):
        rising = _sign(root, high)
        if not rising or _sign(root, low) != -rising:
            return flint.arb("nan")
        smallest = (high - low) / (1 << bits)
        while high - low > smallest:
            at = next((at for at in ((low + high) / 2, (3 * low + 5 * high) / 8) if _sign(root, at)), None)
            if at is None:
                break
            low, high = (low, at) if _sign(root, at) == rising else (at, high)
        there = flint.arb(low).union(flint.arb(high))
        continuous = _ball(root.expression, {v: there}).is_finite()
        return there if continuous else flint.arb("nan")


def _sign(root: RealRoot, at: Any) -> int:
    """The sign of what is zero at the root at another point; 0 where it is not certain."""
    value = _ball(root.expression, {root.variable: flint.arb(at)})
    return int(value > 0) - int(value < 0)


@_ball.register(sympy.Add)
def _add(node: sympy.Add, values: Mapping[sympy.Symbol, Any]) -> Any:
    total = flint.arb(0)
    for term in node.args:
        total += _ball(term, values)
    return total


@_ball.register(sympy.Mul)
def _mul(node: sympy.Mul, values: Mapping[sympy.Symbol, Any]) -> Any:
    product = flint.arb(1)
    for factor in node.args:
        product *= _ball(factor, values)
    return product


@_ball.register(sympy.Pow)
def _pow(node: sympy.Pow, values: Mapping[sympy.Symbol, Any]) -> Any:
    base, exponent = _ball(node.base, values), node.exp
    if exponent.is_Integer:
        return base ** int(exponent)
    if exponent.is_Rational and exponent.q == 2:
        return base.sqrt() ** int(exponent.p)
    return base ** _ball(exponent, values)


UNARY: dict[Any, Callable[[Any], Any]] = {
    sympy.exp: lambda b: b.exp(),
    sympy.log: lambda b: b.log(),
    sympy.erf: lambda b: b.erf(),
    sympy.erfc: lambda b: b.erfc(),
    sympy.atan: lambda b: b.atan(),
    sympy.Abs: lambda b: abs(b),
    Phi: lambda b: (-b / flint.arb(2).sqrt()).erfc() / 2,
    Expit: lambda b: 1 / (1 + (-b).exp()),
}


@_ball.register(sympy.Function)
def _function(node: sympy.Function, values: Mapping[sympy.Symbol, Any]) -> Any:
    if isinstance(node, NamedDensity):
        return _ball(node.doit(), values)
    if type(node) not in UNARY:
        raise SymadvError(f"cannot enclose {node}: no ball arithmetic for {type(node).__name__}")
    return UNARY[type(node)](_ball(node.args[0], values))


@_ball.register(sympy.betainc_regularized)
def _beta(node: sympy.betainc_regularized, values: Mapping[sympy.Symbol, Any]) -> Any:
    a, b, low, high = (_ball(argument, values) for argument in node.args)
    return high.beta_lower(a, b, regularized=1) - low.beta_lower(a, b, regularized=1)


@_ball.register(sympy.Max)
def _max(node: sympy.Max, values: Mapping[sympy.Symbol, Any]) -> Any:
    return reduce(lambda a, b: a.max(b), (_ball(a, values) for a in node.args))


@_ball.register(sympy.Min)
def _min(node: sympy.Min, values: Mapping[sympy.Symbol, Any]) -> Any:
    return reduce(lambda a, b: a.min(b), (_ball(a, values) for a in node.args))
