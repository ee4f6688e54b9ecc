r"""Borders told by the distances from two points, such as that between two circles, as products of simpler ones.

With $s_i = \sqrt{q_i}$ a form $\alpha q_1 + \beta q_2 + \gamma + b_1 s_1 + b_2 s_2$ is a polynomial of both $s_i$:
of the squares of the distances from two circles, $(s_1 - r_1)^2 - (s_2 - r_2)^2$, it is that of a hyperbola times that
of an ellipse.
"""

from collections.abc import Sequence

import sympy

Factors = tuple[sympy.Expr, list[tuple[sympy.Expr, int]]]  # a constant, and factors with their powers


def by_distances(form: sympy.Expr, features: Sequence[sympy.Symbol]) -> Factors:
    """A form as a product; as it is where it is no polynomial of two distances."""
    roots = sorted((p for p in form.atoms(sympy.Pow) if p.exp == sympy.S.Half), key=sympy.default_sort_key)
    alone = sympy.S.One, [(form, 1)]
    if len(roots) != 2 or not all(root.base.is_polynomial(*features) for root in roots):
        return alone
    lengths = sympy.symbols("s1 s2", positive=True)
    written = form.xreplace(dict(zip(roots, lengths, strict=True)))
    if not written.is_polynomial(*features, *lengths):
        return alone
    plain = written.xreplace(dict.fromkeys(lengths, sympy.S.Zero))
    shares = _shares(plain, [root.base for root in roots], features)
    mixed = sympy.expand(written - plain)
    if shares is None or mixed.has(*features):
        return alone
    first, second, rest = shares
    whole = mixed + first * lengths[0] ** 2 + second * lengths[1] ** 2 + rest
    constant, factors = sympy.factor_list(sympy.expand(whole), *lengths)
    known = dict(zip(lengths, roots, strict=True))
    return constant, [(_simple(factor, lengths, roots) or factor.xreplace(known), power) for factor, power in factors]


def _shares(
    form: sympy.Expr, squares: Sequence[sympy.Expr], features: Sequence[sympy.Symbol]
) -> tuple[sympy.Expr, sympy.Expr, sympy.Expr] | None:
    """The numbers with which a form is a sum of two squares of distances and of 1."""
    unknown = sympy.symbols("a b c")
    total = form - unknown[0] * squares[0] - unknown[1] * squares[1] - unknown[2]
    found = sympy.solve(sympy.Poly(sympy.expand(total), *features).coeffs(), unknown, dict=True)
    if not found:
        return None
    nothing = dict.fromkeys(unknown, sympy.S.Zero)
    one, other, rest = (found[0].get(v, sympy.S.Zero).xreplace(nothing) for v in unknown)
    return one, other, rest


def _simple(factor: sympy.Expr, lengths: Sequence[sympy.Symbol], roots: Sequence[sympy.Expr]) -> sympy.Expr | None:
    """A polynomial with the sign of a difference of two distances; None for other factors."""
    poly = sympy.Poly(factor, *lengths)
    one, other = (poly.coeff_monomial(v) for v in lengths)
    if poly.total_degree() != 1 or poly.coeff_monomial(1) != 0 or not (one * other).is_negative:
        return None
    side = 1 if one.is_positive else -1
    return sympy.expand(side * (one**2 * roots[0].base - other**2 * roots[1].base))
