"""Polynomial expansion that leaves what stands inside functions as it is."""

from functools import lru_cache

import sympy

_KEPT = (sympy.Function, sympy.exp, sympy.Abs, sympy.Max, sympy.Min)


@lru_cache(maxsize=16384)
def expand_outside(form: sympy.Expr) -> sympy.Expr:
    """Products and integer powers multiplied out, the arguments of functions (log, exp, Abs, Phi …) untouched."""
    masked, back = _mask(form)
    return sympy.expand(masked).xreplace(back)


@lru_cache(maxsize=16384)
def symbols_of(form: sympy.Expr) -> frozenset[sympy.Symbol]:
    """The symbols that a form depends on."""
    return frozenset(form.free_symbols)


def factor_outside(form: sympy.Expr) -> sympy.Expr:
    """A product of irreducible polynomials in the symbols and in the functions, whose arguments are untouched."""
    masked, back = _mask(form)
    return sympy.factor(masked).xreplace(back)


def coefficients_of(form: sympy.Expr, variable: sympy.Symbol) -> list[sympy.Expr]:
    """The coefficients of a polynomial in one variable, highest power first, functions in them untouched."""
    masked, back = _mask(form)
    return [c.xreplace(back) for c in sympy.Poly(masked, variable).all_coeffs()]


def _mask(form: sympy.Expr) -> tuple[sympy.Expr, dict[sympy.Basic, sympy.Basic]]:
    kept = {f: sympy.Dummy(real=True) for f in sorted(form.atoms(*_KEPT), key=sympy.default_sort_key)}
    return form.xreplace(kept), {dummy: f for f, dummy in kept.items()}
