r"""Limits of expressions at infinity: each term as $c\,G + o(G)$ with a growth $G = e^{q(w)} w^k (\log w)^j$."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce, singledispatch
from typing import Any

import sympy

from symadv.language.functions import Phi
from symadv.provers._ranges import NEGATIVE, POSITIVE, Signs

SignOf = Callable[[sympy.Expr], Signs]


class NoLimit(Exception):
    """A limit that these rules do not find."""


@dataclass(frozen=True)
class Growth:
    """$e^{q} w^k (\\log w)^j$; q holds positive powers of w with their coefficients, the greatest first."""

    q: tuple[tuple[sympy.Rational, sympy.Expr], ...] = ()
    k: sympy.Rational = sympy.S.Zero
    j: int = 0

    def __mul__(self, other: "Growth") -> "Growth":
        total = dict(self.q)
        for power, c in other.q:
            total[power] = total.get(power, sympy.S.Zero) + c
        return Growth(_ordered(total), self.k + other.k, self.j + other.j)

    def power(self, n: sympy.Rational) -> "Growth":
        """To a rational power."""
        if self.j and not n.is_Integer:
            raise NoLimit
        return Growth(tuple((power, c * n) for power, c in self.q), self.k * n, int(self.j * n))

    def against_one(self, sign: SignOf) -> int:
        """1, 0 or -1 as it tends to infinity, is 1, or tends to 0."""
        for _, c in self.q:
            found = sign(c)
            if found == frozenset({0}):
                continue
            if found not in (POSITIVE, NEGATIVE):
                raise NoLimit
            return next(iter(found))
        return int(sympy.sign(self.k)) or (self.j > 0) - (self.j < 0)


ONE = Growth()


@dataclass(frozen=True)
class Asymptotic:
    """A term is ``coefficient * growth`` and something that is small against the growth."""

    coefficient: sympy.Expr
    growth: Growth


def limit(expression: sympy.Expr, v: sympy.Symbol, end: sympy.Expr, *, below: bool, sign: SignOf) -> sympy.Expr:
    """The limit as v tends to an end, from ``below`` or above, in the other parameters; ±oo where it is infinite.

    ``sign`` knows the signs of expressions in the other parameters.  Raises NoLimit where no rule applies.
    """
    w = sympy.Dummy("w", positive=True)
    if end in (sympy.oo, -sympy.oo):
        there = expression.xreplace({v: w if end is sympy.oo else -w})
    else:
        there = expression.xreplace({v: end - 1 / w if below else end + 1 / w})
    found = _asymptotic(there, w, sign)
    side = found.growth.against_one(sign)
    if side == 0:
        return found.coefficient
    if side < 0:
        return sympy.S.Zero
    direction = sign(found.coefficient)
    if direction not in (POSITIVE, NEGATIVE):
        raise NoLimit
    return sympy.oo if direction == POSITIVE else -sympy.oo


def _asymptotic(node: sympy.Expr, w: sympy.Symbol, sign: SignOf) -> Asymptotic:
    if not node.has(w):
        return Asymptotic(node, ONE)
    return _by_kind(node, w, sign)


@singledispatch
def _by_kind(node: Any, w: sympy.Symbol, sign: SignOf) -> Asymptotic:
    raise NoLimit


@_by_kind.register(sympy.Symbol)
def _variable(node: sympy.Symbol, w: sympy.Symbol, sign: SignOf) -> Asymptotic:
    return Asymptotic(sympy.S.One, Growth(k=sympy.S.One))


@_by_kind.register(sympy.Add)
def _sum(node: sympy.Add, w: sympy.Symbol, sign: SignOf) -> Asymptotic:
    return reduce(lambda a, b: _larger(a, b, sign), (_asymptotic(a, w, sign) for a in node.args))


def _larger(a: Asymptotic, b: Asymptotic, sign: SignOf) -> Asymptotic:
    side = (a.growth * b.growth.power(sympy.S.NegativeOne)).against_one(sign)
    if side == 0:
        return Asymptotic(a.coefficient + b.coefficient, a.growth)
    return a if side > 0 else b


@_by_kind.register(sympy.Mul)
def _product(node: sympy.Mul, w: sympy.Symbol, sign: SignOf) -> Asymptotic:
    parts = [_asymptotic(a, w, sign) for a in node.args]
    growth = reduce(Growth.__mul__, (part.growth for part in parts))
    return Asymptotic(sympy.Mul(*(part.coefficient for part in parts)), growth)


@_by_kind.register(sympy.Pow)
def _power(node: sympy.Pow, w: sympy.Symbol, sign: SignOf) -> Asymptotic:
    if not node.exp.is_Rational:
        raise NoLimit
    base = _asymptotic(node.base, w, sign)
    if not (node.exp.is_Integer and node.exp > 0):
        known = sign(base.coefficient)
        if 0 in known or (not node.exp.is_Integer and known != POSITIVE):
            raise NoLimit
    return Asymptotic(base.coefficient**node.exp, base.growth.power(node.exp))


@_by_kind.register(sympy.exp)
def _exp(node: sympy.exp, w: sympy.Symbol, sign: SignOf) -> Asymptotic:
    q, rest, k = _powers(node.args[0], w)
    return Asymptotic(sympy.exp(rest), Growth(q, k))


@_by_kind.register(sympy.log)
def _log(node: sympy.log, w: sympy.Symbol, sign: SignOf) -> Asymptotic:
    inner = _asymptotic(node.args[0], w, sign)
    if sign(inner.coefficient) != POSITIVE:
        raise NoLimit
    if inner.growth.q:
        (power, c), *_ = inner.growth.q
        return Asymptotic(c, Growth(k=power))
    if inner.growth.k:
        return Asymptotic(inner.growth.k, Growth(j=1))
    if inner.growth.j:
        raise NoLimit
    return Asymptotic(sympy.log(inner.coefficient), ONE)


@_by_kind.register(Phi)
def _phi(node: Phi, w: sympy.Symbol, sign: SignOf) -> Asymptotic:
    """Continuous at a finite limit, 1 at infinity; $\\Phi(-z) = o(e^{-z^2/2})$ as z tends to infinity."""
    inner = _asymptotic(node.args[0], w, sign)
    side = inner.growth.against_one(sign)
    if side <= 0:
        return Asymptotic(Phi(inner.coefficient) if side == 0 else sympy.S.Half, ONE)
    direction = sign(inner.coefficient)
    if direction == POSITIVE:
        return Asymptotic(sympy.S.One, ONE)
    if direction != NEGATIVE:
        raise NoLimit
    try:
        q, _, k = _powers(-(node.args[0] ** 2) / 2, w)
    except NoLimit:
        return Asymptotic(sympy.S.Zero, ONE)
    return Asymptotic(sympy.S.Zero, Growth(q, k))


def _powers(exponent: sympy.Expr, w: sympy.Symbol) -> tuple[Any, sympy.Expr, sympy.Rational]:
    """An exponent as positive powers of w, a constant, and a multiple of log w; what tends to 0 is left out."""
    found: dict[sympy.Rational, sympy.Expr] = {}
    rest, logs = sympy.S.Zero, sympy.S.Zero
    plain = sympy.expand(sympy.expand_log(exponent, force=True), log=False, power_base=False, power_exp=False)
    for term in sympy.Add.make_args(plain):
        c, varying = term.as_independent(w, as_Add=False)
        base, power = varying.as_base_exp()
        if varying == 1:
            rest += c
        elif varying == sympy.log(w) and c.is_Rational:
            logs += c
        elif base == w and power.is_Rational:
            if power > 0:
                found[power] = found.get(power, sympy.S.Zero) + c
        else:
            raise NoLimit
    if rest.has(sympy.I):
        raise NoLimit
    return _ordered(found), rest, logs


def _ordered(powers: dict[sympy.Rational, sympy.Expr]) -> tuple[tuple[sympy.Rational, sympy.Expr], ...]:
    listed = ((power, sympy.expand(c)) for power, c in powers.items())
    return tuple(sorted(((p, c) for p, c in listed if c != 0), key=lambda item: -item[0]))
