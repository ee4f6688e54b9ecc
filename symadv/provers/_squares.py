"""Quadratic polynomials that are sums of squares: nowhere negative, whatever their symbols stand for."""

from functools import lru_cache

import sympy

from symadv.provers._ranges import ANY, NONNEGATIVE, Signs

_LARGEST = 6  # symbols


@lru_cache(maxsize=4096)
def quadratic_signs(f: sympy.Expr) -> Signs:
    r"""Signs that contain those of $(1, x)^T M\, (1, x)$, by the definiteness of M; any for other polynomials."""
    symbols = sorted(f.free_symbols, key=str)
    if not 1 <= len(symbols) <= _LARGEST or not f.is_polynomial(*symbols):
        return ANY
    polynomial = sympy.Poly(f, *symbols)
    if polynomial.total_degree() != 2 or not all(c.is_Rational for c in polynomial.coeffs()):
        return ANY
    matrix = _matrix(polynomial)
    for side in (1, -1):
        if (side * matrix).is_positive_definite:
            return frozenset({side})
        if (side * matrix).is_positive_semidefinite:
            return NONNEGATIVE if side > 0 else frozenset({-1, 0})
    return ANY


def _matrix(polynomial: sympy.Poly) -> sympy.Matrix:
    n = len(polynomial.gens) + 1
    matrix = sympy.zeros(n, n)
    for powers, c in polynomial.terms():
        places = [k + 1 for k, power in enumerate(powers) for _ in range(power)]
        i, j = (*places, 0, 0)[:2]
        matrix[i, j] += c / 2
        matrix[j, i] += c / 2
    return matrix
