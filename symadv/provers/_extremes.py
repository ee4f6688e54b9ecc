"""The sign of the greatest or least value of a function of one parameter, whose slope changes its sign exactly once."""

from typing import Protocol

import sympy

from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.language.parameters import Parameter
from symadv.language.real_roots import RealRoot
from symadv.provers._field import Unsupported, refined
from symadv.provers._points import solutions
from symadv.provers._ranges import POSITIVE, Signs, TooLarge
from symadv.provers._replay import sign_at
from symadv.provers._signs import Facts
from symadv.provers._terms import read

_FARTHEST = 12  # powers of two, up and down
_BITS = 256


class Calculus(Protocol):
    """Whoever knows signs of expressions in the other parameters."""

    def known_signs(self, f: sympy.Expr) -> Signs:
        """Signs that contain those of an expression."""


def extreme(f: sympy.Expr, slope: sympy.Expr, v: Parameter, known: Calculus) -> str | None:
    """ "+", "-" or "0" as the value of f at the only zero of its slope is; None where that is not known."""
    for g in sympy.Mul.make_args(sympy.factor_terms(slope)):
        for at in solutions(g, v) if g.has(v) else ():
            if _is_zero(slope, v, at, known):
                found = known.known_signs(f.xreplace({v: at}))
                return "-0+"[next(iter(found)) + 1] if len(found) == 1 else None
    return _by_balls(f, slope, v) if f.free_symbols == {v} else None


def _is_zero(slope: sympy.Expr, v: Parameter, at: sympy.Expr, known: Calculus) -> bool:
    """Whether a number certainly lies in the domain, and the slope is zero there."""
    if v.domain.start == 0 and known.known_signs(at) != POSITIVE:
        return False
    try:
        return refined(lambda field: field.is_zero(read(slope.xreplace({v: at}), Facts(field))))
    except (Unsupported, TooLarge):
        return False


def _by_balls(f: sympy.Expr, slope: sympy.Expr, v: Parameter) -> str | None:
    """Between two rationals at which the slope has opposite signs lies its zero, and f is enclosed there."""
    powers = [sympy.Rational(2) ** k for k in range(-_FARTHEST, _FARTHEST + 1)]
    line = powers if v.domain.start == 0 else [*(-x for x in reversed(powers)), *powers]
    before = None
    for at in line:
        here = sign_at(slope, {v: at}, exactly=False)
        if here and before and here != before[1]:
            between = Parameter(v.name, sympy.Interval.open(before[0], at))
            try:
                root = ball(RealRoot(slope.xreplace({v: between}), between), bits=_BITS)
                value = ball(f, {v: root}, bits=_BITS)
            except SymadvError:
                return None
            return "+" if value > 0 else "-" if value < 0 else None
        before = (at, here) if here else before
    return None
