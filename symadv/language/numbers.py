"""Exact numbers from what people write: ints, fractions, strings, floats as the binary rationals that they are."""

import re
from fractions import Fraction
from numbers import Integral, Rational
from typing import Any

import sympy

from symadv.language.errors import SymadvError

_NUMBER = re.compile(r"\s*[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,3})?(\s*/\s*\d{1,400})?\s*")
_WANTED = "a number such as 3, '9/10', '0.9', 2.5, a Fraction or an exact sympy expression"


def exact(value: Any) -> sympy.Expr:
    r"""The exact real number that ``value`` writes down.

    Ints, Fractions and strings (``"9/10"``, ``"0.9"``, ``"1e-3"``) are taken literally, a float is the binary rational
    it is, sympy expressions pass through once their floats are made exact.  Infinite and undefined values are refused.
    """
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, sympy.Expr):
        result = value.xreplace({f: _from_float(f) for f in value.atoms(sympy.Float)})
        if result.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
            raise SymadvError(f"got {value}, wanted {_WANTED}")
        return result
    if isinstance(value, bool):
        raise SymadvError(f"got the truth value {value}, wanted {_WANTED}")
    if isinstance(value, Integral):
        return sympy.Integer(int(value))
    if isinstance(value, Rational):
        return sympy.Rational(int(value.numerator), int(value.denominator))
    if isinstance(value, float) or hasattr(value, "__float__"):
        number = float(value)
        if number - number != 0:
            raise SymadvError(f"got {value!r}, wanted a finite number")
        fraction = Fraction(number)
        return sympy.Rational(fraction.numerator, fraction.denominator)
    raise SymadvError(f"got {value!r}, wanted {_WANTED}")


def extended(value: Any) -> sympy.Expr:
    """Like :func:`exact`, with ``oo``, ``inf`` and ``"-inf"`` for what is not finite."""
    infinite = {"inf": sympy.oo, "+inf": sympy.oo, "-inf": -sympy.oo}
    if isinstance(value, str):
        return infinite.get(value.strip()) or exact(value)
    if isinstance(value, float | sympy.Expr) and value in (sympy.oo, -sympy.oo):
        return sympy.oo if value > 0 else -sympy.oo
    return exact(value)


def _from_text(text: str) -> sympy.Rational:
    if not _NUMBER.fullmatch(text):
        raise SymadvError(f"cannot read {text[:60]!r} as a number; wanted for example 3, 9/10, 0.9 or 1e-3")
    top, _, bottom = text.partition("/")
    numerator, denominator = Fraction(top.strip()), Fraction(bottom.strip() or 1)
    if denominator == 0:
        raise SymadvError(f"cannot read {text!r} as a number: its denominator is 0")
    value = numerator / denominator
    return sympy.Rational(value.numerator, value.denominator)


def _from_float(number: sympy.Float) -> sympy.Rational:
    if not number.is_finite:
        raise SymadvError(f"got {number}, wanted a finite number")
    sign, mantissa, exponent, _ = number._mpf_
    return sympy.Rational((-1) ** sign * int(mantissa)) * sympy.Integer(2) ** exponent
