"""Ranges of expressions over boxes with infinite and open ends: slower than balls, and right at the ends of domains."""

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import reduce, singledispatch
from typing import Any

import flint
import sympy

from symadv.language.balls import ball
from symadv.language.functions import Expit, LaplaceDensity, NormalDensity, Phi
from symadv.language.ranges import Range, increasing, largest, of_ball, of_symbol, point, smallest

_MOST_BITS = 160  # of an end: beyond it, it is rounded outward
_LARGEST_POWER = 64

Box = Mapping[sympy.Symbol, Range]


class Unenclosed(Exception):
    """A term that may be undefined somewhere on the box, or that is not read."""


def range_of(expression: sympy.Expr, box: Box | None = None) -> Range:
    """An interval that contains all values of an expression; symbols outside the box range over their domains."""
    return _range(expression, box or {})


def _range(node: Any, box: Box) -> Range:
    if not node.free_symbols and not node.is_Rational:
        return of_ball(ball(node))
    return _rounded(_read(node, box))


def _rounded(r: Range) -> Range:
    return Range(_near(r.low, -1), _near(r.high, 1), r.low_open, r.high_open)


def _near(end: Any, side: int) -> Any:
    if isinstance(end, float) or max(end.numerator.bit_length(), end.denominator.bit_length()) <= _MOST_BITS:
        return end
    shift = _MOST_BITS - max(0, end.numerator.bit_length() - end.denominator.bit_length())
    scaled = end * Fraction(2) ** shift
    return Fraction(math.floor(scaled) if side < 0 else math.ceil(scaled)) / Fraction(2) ** shift


@singledispatch
def _read(node: Any, box: Box) -> Range:
    raise Unenclosed(f"no range of {type(node).__name__}: {node}")


@_read.register(sympy.Rational)
def _rational(node: sympy.Rational, box: Box) -> Range:
    return point(Fraction(int(node.p), int(node.q)))


@_read.register(sympy.Symbol)
def _symbol(node: sympy.Symbol, box: Box) -> Range:
    return box[node] if node in box else of_symbol(node)


@_read.register(sympy.Add)
def _add(node: sympy.Add, box: Box) -> Range:
    return reduce(Range.__add__, (_range(a, box) for a in node.args))


@_read.register(sympy.Mul)
def _mul(node: sympy.Mul, box: Box) -> Range:
    return reduce(Range.__mul__, (_range(a, box) for a in node.args))


@_read.register(sympy.Pow)
def _pow(node: sympy.Pow, box: Box) -> Range:
    base = _range(node.base, box)
    if not node.exp.is_Rational or max(abs(node.exp.p), node.exp.q) > _LARGEST_POWER:
        raise Unenclosed(f"no range of {node}")
    p, q = int(node.exp.p), int(node.exp.q)
    if p < 0 and not (base.is_positive or base.is_negative):
        raise Unenclosed(f"{node.base} may be zero")
    if q == 1:
        return base.power(p)
    if not base.is_nonnegative:
        raise Unenclosed(f"{node.base} may be negative")
    return increasing(base, lambda x: x.root(q), limits=(Fraction(0), math.inf), start=Fraction(0)).power(p)


@_read.register(sympy.exp)
def _exp(node: sympy.exp, box: Box) -> Range:
    return increasing(_range(node.args[0], box), lambda x: x.exp(), limits=(Fraction(0), math.inf))


@_read.register(sympy.log)
def _log(node: sympy.log, box: Box) -> Range:
    argument = _range(node.args[0], box)
    if not argument.is_positive:
        raise Unenclosed(f"{node.args[0]} may not be positive")
    return increasing(argument, lambda x: x.log(), limits=(-math.inf, math.inf), start=Fraction(0))


@_read.register(Phi)
def _phi(node: Phi, box: Box) -> Range:
    values = _range(node.args[0], box)
    return increasing(values, lambda x: (-x / flint.arb(2).sqrt()).erfc() / 2, limits=(Fraction(0), Fraction(1)))


@_read.register(Expit)
@_read.register(NormalDensity)
@_read.register(LaplaceDensity)
def _by_definition(node: Any, box: Box) -> Range:
    return _range(node.doit(), box)


@_read.register(sympy.Abs)
def _abs(node: sympy.Abs, box: Box) -> Range:
    return _range(node.args[0], box).absolute()


@_read.register(sympy.Max)
@_read.register(sympy.Min)
def _max_or_min(node: Any, box: Box) -> Range:
    pick = largest if isinstance(node, sympy.Max) else smallest
    return pick(_range(a, box) for a in node.args)
