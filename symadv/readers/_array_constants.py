"""Exact numbers as floats, each rounded once."""

import math

import flint
import sympy

from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.language.order import sign

_BITS = (128, 512, 2048)
_INFINITE = {sympy.oo: math.inf, -sympy.oo: -math.inf, sympy.nan: math.nan}


def nearest_float(number: sympy.Expr) -> float:
    """The float64 nearest to an exact real number; ``oo`` and ``nan`` stay what they are.

    Where 2048 bits do not tell which of two floats is nearer, either may come out.
    """
    if number in _INFINITE:
        return _INFINITE[number]
    for bits in _BITS:
        enclosure = ball(number, bits=bits)
        if not enclosure.is_finite():
            continue
        with flint.ctx.workprec(bits):
            low, high = float(enclosure.lower()), float(enclosure.upper())
        if low == high:
            return low
        if low < 0 < high and sign(number) == 0:
            return 0.0
    if not enclosure.is_finite():
        raise SymadvError(f"got {number}, wanted a finite real number")
    return float(enclosure.mid())
