"""The values of a function at the roots of a polynomial between two ends: in closed form, else enclosed by balls."""

from collections.abc import Iterator
from typing import NamedTuple

import flint
import sympy

from symadv.language.balls import ball
from symadv.language.forms import coefficients_of, expand_outside
from symadv.language.intervals import Cut, Intervals
from symadv.language.order import order
from symadv.language.roots import NoClosedForm, sign_sets

_BITS = 256
_TOLERANCE = 1e-30
_DIGITS = 20  # binary ones by 3


class Near(NamedTuple):
    """Two exact numbers around a value, one number where it has a closed form; whether the function takes it."""

    low: sympy.Expr
    high: sympy.Expr
    attained: bool = True


def near_roots(
    polynomial: sympy.Expr, form: sympy.Expr, variable: sympy.Symbol, ends: tuple[Cut, Cut]
) -> Iterator[Near]:
    """Around the values at all real roots between two ends; ``high`` may be infinite where the root is near an end."""
    for factor in _factors(polynomial, variable):
        if sympy.degree(factor, variable) <= 2:
            zeros = sign_sets(factor, variable)[0] & Intervals(ends)
            for start, end in zeros:
                if start.value == end.value:
                    value = expand_outside(form.xreplace({variable: start.value}))
                    yield Near(value, value)
        else:
            yield from _enclosed(factor, form, variable, ends)


def _factors(polynomial: sympy.Expr, variable: sympy.Symbol) -> list[sympy.Expr]:
    """Factors with the same roots, of low degree where the coefficients are rational; none of a constant."""
    if not polynomial.has(variable):
        return []
    if all(c.is_Rational for c in coefficients_of(polynomial, variable)):
        return [factor for factor, _ in sympy.factor_list(polynomial, variable)[1]]
    return [polynomial]


def _enclosed(
    polynomial: sympy.Expr, form: sympy.Expr, variable: sympy.Symbol, ends: tuple[Cut, Cut]
) -> Iterator[Near]:
    for root in _balls(polynomial, variable):
        middle = rational(root.mid())
        around = sympy.Rational(1, 2**90)
        beside = order(middle + around, ends[0].value) == -1 or order(middle - around, ends[1].value) == 1
        if not beside:
            value = ball(form, {variable: root}, bits=_BITS)
            if not value.is_finite():
                raise NoClosedForm(f"cannot enclose {form} near a root of {polynomial}")
            at_middle = ball(form.xreplace({variable: middle}), bits=_BITS)
            high = rational(at_middle.upper()) if Intervals(ends).contains(middle) else sympy.oo
            yield Near(rational(value.lower()), high)


def real_roots(polynomial: sympy.Expr, variable: sympy.Symbol) -> Iterator[tuple[sympy.Rational, sympy.Rational]]:
    """Rational numbers around each real root of a polynomial, hardly apart."""
    for root in _balls(polynomial, variable):
        yield rational(root.lower()), rational(root.upper())


def _balls(polynomial: sympy.Expr, variable: sympy.Symbol) -> Iterator[flint.arb]:
    read = sympy.Poly(polynomial, variable)
    if all(c.is_Rational for c in read.all_coeffs()):
        read = read.sqf_part()
    with flint.ctx.workprec(_BITS):
        balls = [flint.acb(ball(c, bits=_BITS)) for c in reversed(read.all_coeffs())]
        try:
            roots = flint.acb_poly(balls).roots(_TOLERANCE)
        except ValueError as error:
            raise NoClosedForm(f"cannot isolate the roots of {polynomial}") from error
        yield from (root.real for root in roots if root.imag.contains(0))


def rational(number: flint.arb) -> sympy.Rational:
    """A number that is a ball of radius 0."""
    mantissa, exponent = number.man_exp()
    return sympy.Integer(int(mantissa)) * sympy.Integer(2) ** int(exponent)
