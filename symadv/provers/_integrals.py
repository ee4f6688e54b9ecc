r"""Integrals of $c e^{q(t)}$, q quadratic, or affine in t and $|t - m|$, by the fundamental theorem of calculus.

An antiderivative is guessed, its derivative is compared with the integrand by algebra, and the ends are evaluated.
"""

from collections.abc import Callable

import sympy

from symadv.language.functions import LaplaceDensity, NormalDensity, Phi, unfold
from symadv.language.parameters import Parameter
from symadv.provers._field import Unsupported, refined
from symadv.provers._ranges import NEGATIVE, NONNEGATIVE, POSITIVE
from symadv.provers._signs import Facts
from symadv.provers._terms import read

_T = Parameter("t#", sympy.Interval(-sympy.oo, sympy.oo))


def closed(integral: sympy.Integral, facts: Facts) -> sympy.Expr:
    """The value of an integral, in closed form."""
    if len(integral.limits) != 1 or len(integral.limits[0]) != 3:
        raise Unsupported(f"the integral {integral}: only definite integrals over one variable are read")
    variable, low, high = integral.limits[0]
    for density in sorted(integral.function.atoms(NormalDensity, LaplaceDensity), key=sympy.default_sort_key):
        facts.require(read(density.args[2], facts), POSITIVE)
    integrand = unfold(integral.function).xreplace({variable: _T})
    integrand = sympy.expand(integrand, power_base=False, power_exp=False, log=False)
    total = sympy.S.Zero
    for term in sympy.Add.make_args(integrand):
        constant, varying = term.as_independent(_T, as_Add=False)
        exponent = _exponent(varying, integral)
        kinks = sorted((k for k in exponent.atoms(sympy.Abs) if k.has(_T)), key=sympy.default_sort_key)
        if kinks:
            total += constant * _with_kink(exponent, kinks, low, high, facts)
        else:
            total += constant * (_end(exponent, high, 1, facts) - _end(exponent, low, -1, facts))
    return total


def converges(integral: sympy.Integral, facts: Facts) -> bool:
    """Whether an integral is seen to have a value at once: over a sum of constants times named densities."""
    if len(integral.limits) != 1:
        return False
    variable = integral.limits[0][0]
    for term in sympy.Add.make_args(integral.function):
        constant, density = term.as_independent(variable, as_Add=False)
        if not isinstance(density, NormalDensity | LaplaceDensity) or density.args[0] != variable:
            return False
        centre, scale = density.args[1:]
        if centre.has(variable) or scale.has(variable) or facts.signs(read(scale, facts)) != POSITIVE:
            return False
        read(constant, facts)
        read(centre, facts)
    return True


def value(integral: sympy.Integral) -> sympy.Expr:
    """The value of an integral without parameters, in closed form."""
    return refined(lambda field: closed(integral, Facts(field)))


def _exponent(varying: sympy.Expr, integral: sympy.Integral) -> sympy.Expr:
    exponents = []
    for factor in sympy.Mul.make_args(varying):
        if factor == 1:
            continue
        base, power = factor.as_base_exp()
        if isinstance(factor, sympy.exp):
            exponents.append(factor.args[0])
        elif base == sympy.E and not power.has(sympy.I):
            exponents.append(power)
        else:
            raise Unsupported(f"the integral {integral}: no rule for a factor of the integrand")
    return sympy.Add(*exponents)


def _with_kink(
    exponent: sympy.Expr, kinks: list[sympy.Abs], low: sympy.Expr, high: sympy.Expr, facts: Facts
) -> sympy.Expr:
    """The integral of $e^{q}$ with one $|at + b|$ in q: an antiderivative on either side, joined continuously."""
    inner = sympy.expand(kinks[0].args[0])
    if len(kinks) > 1 or not inner.is_polynomial(_T) or sympy.degree(inner, _T) != 1:
        raise Unsupported(f"an integral of exp({exponent}): only one absolute value of an affine function is read")
    slope = inner.coeff(_T, 1)
    rising = inner if _known_sign(slope, facts) > 0 else -inner
    kink = -inner.coeff(_T, 0) / slope
    left, right = exponent.xreplace({kinks[0]: -rising}), exponent.xreplace({kinks[0]: rising})
    jump = _end(left, kink, 0, facts) - _end(right, kink, 0, facts)

    def at(end: sympy.Expr, direction: int) -> sympy.Expr:
        if end is -sympy.oo:
            return _end(left, end, direction, facts)
        after = _end(right, end, direction, facts) + jump
        signs = frozenset({1}) if end is sympy.oo else facts.signs(read(end - kink, facts))
        if signs <= NONNEGATIVE:
            return after
        before = _end(left, end, direction, facts)
        if signs <= NEGATIVE:
            return before
        return sympy.Piecewise((before, sympy.StrictLessThan(end, kink, evaluate=False)), (after, True), evaluate=False)

    return at(high, 1) - at(low, -1)


def _end(exponent: sympy.Expr, end: sympy.Expr, direction: int, facts: Facts) -> sympy.Expr:
    """An antiderivative of $e^q$, q a polynomial of degree at most 2, at an end or in the limit there."""
    exponent = sympy.expand(exponent)
    if not exponent.is_polynomial(_T) or sympy.degree(exponent, _T) > 2:
        raise Unsupported(f"an integral of exp({exponent}): no rule for this exponent")
    coefficients = sympy.Poly(exponent, _T).all_coeffs()
    antiderivative, limits = _RULES[len(coefficients)](*coefficients, facts)
    if not facts.field.is_zero(read(sympy.diff(antiderivative, _T) - sympy.exp(exponent), facts)):
        raise Unsupported(f"an integral of exp({exponent}): its antiderivative is not confirmed")
    if end not in (sympy.oo, -sympy.oo):
        return antiderivative.xreplace({_T: end})
    limit = limits[end is sympy.oo]
    if limit is None or (end is sympy.oo) != (direction > 0):
        raise Unsupported(f"an integral of exp({exponent}) that does not converge")
    return limit


_Rule = tuple[sympy.Expr, tuple[sympy.Expr | None, sympy.Expr | None]]


def _constant(c: sympy.Expr, facts: Facts) -> _Rule:
    return sympy.exp(c) * _T, (None, None)


def _affine(b: sympy.Expr, c: sympy.Expr, facts: Facts) -> _Rule:
    sign = _known_sign(b, facts)
    antiderivative = sympy.exp(b * _T + c) / b
    return antiderivative, ((sympy.S.Zero, None) if sign > 0 else (None, sympy.S.Zero))


def _quadratic(a: sympy.Expr, b: sympy.Expr, c: sympy.Expr, facts: Facts) -> _Rule:
    if _known_sign(a, facts) > 0:
        raise Unsupported(f"an integral of exp(({a}) t^2 + ...), which has no closed form here")
    std, mean = 1 / sympy.sqrt(-2 * a), -b / (2 * a)
    mass = sympy.exp(c - b**2 / (4 * a)) * sympy.sqrt(2 * sympy.pi) * std
    return mass * Phi((_T - mean) / std), (sympy.S.Zero, mass)


_RULES: dict[int, Callable[..., _Rule]] = {1: _constant, 2: _affine, 3: _quadratic}


def _known_sign(coefficient: sympy.Expr, facts: Facts) -> int:
    signs = facts.signs(read(coefficient, facts))
    if signs not in ({1}, {-1}):
        raise Unsupported(f"an integral in which the sign of {coefficient} is not known")
    return next(iter(signs))
