"""What a cell is taken apart by: absolute values, Max and Min, and forms that are products of others."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import sympy

from symadv.language.forms import expand_outside
from symadv.language.order import sign

Condition = tuple[sympy.Expr, frozenset[int]]
Variables = tuple[sympy.Symbol, ...]

_KINKS = (sympy.Abs, sympy.Max, sympy.Min)


@dataclass(frozen=True)
class Product:
    """A form that is the product of two."""

    form: sympy.Expr
    first: sympy.Expr
    second: sympy.Expr

    def signs(self, wanted: frozenset[int]) -> Iterator[list[Condition]]:
        """The signs of the factors at which the product has one that is wanted."""
        if wanted == {0}:
            yield from ([(factor, wanted)] for factor in (self.first, self.second))
            return
        for side in (1, -1):
            own = frozenset({side, 0} if 0 in wanted else {side})
            yield [(self.first, own), (self.second, frozenset(side * s for s in wanted))]


def first_kink(conditions: list[Condition], variables: Variables) -> "sympy.Expr | Product | None":
    """The simplest absolute value, Max or Min of some variables in some conditions; else a form that is a product."""
    kinks = {node for form, _ in conditions for node in form.atoms(*_KINKS) if node.has(*variables)}
    if kinks:
        return min(kinks, key=lambda node: (sympy.count_ops(node), str(node)))
    products = (Product(form, *two) for form, _ in conditions if (two := factors(form, variables)) is not None)
    return next(products, None)


def branches(conditions: list[Condition], kink: sympy.Expr | Product) -> Iterator[list[Condition]]:
    """An absolute value, Max or Min replaced by its branches, each where it is the one; a product by its factors."""
    if isinstance(kink, Product):
        place = [form for form, _ in conditions].index(kink.form)
        for parts in kink.signs(conditions[place][1]):
            yield [*parts, *conditions[:place], *conditions[place + 1 :]]
        return
    if isinstance(kink, sympy.Abs):
        first, second = kink.args[0], -kink.args[0]
    else:
        first, second = kink.args[0], kink.func(*kink.args[1:])
    ahead = frozenset({0, -1} if isinstance(kink, sympy.Min) else {0, 1})
    difference = expand_outside(first - second)
    for value, signs in ((first, ahead), (second, frozenset({-1, 0, 1}) - ahead)):
        yield [(difference, signs), *((_replaced(form, kink, value), s) for form, s in conditions)]


@lru_cache(maxsize=16384)
def _replaced(form: sympy.Expr, kink: sympy.Expr, value: sympy.Expr) -> sympy.Expr:
    return expand_outside(form.xreplace({kink: value}))


@lru_cache(maxsize=4096)
def factors(form: sympy.Expr, variables: Variables) -> tuple[sympy.Expr, sympy.Expr] | None:
    r"""The two affine factors of a quadratic polynomial, with roots of numbers in them; None for an irreducible one.

    One of higher degree is factored over the rational numbers, the first factor beside all others.

    With $\alpha > 0$ the coefficient of a square $x^2$, the form is $(\alpha (x + m)^2 - q) $, a product exactly when
    the rest q, which is free of x, is a square of an affine form.
    """
    polynomial = _polynomial(form, variables)
    if polynomial is None or polynomial.total_degree() < 2:
        return None
    if polynomial.total_degree() > 2:
        return _over_the_rationals(polynomial)
    for x in polynomial.gens:
        side = sign(polynomial.coeff_monomial(x**2))
        if side is None:
            return None
        if side:
            return _difference_of_squares(form, x, side, polynomial.gens)
    return _sheared(form, polynomial, variables)


def _over_the_rationals(polynomial: sympy.Poly) -> tuple[sympy.Expr, sympy.Expr] | None:
    if not (polynomial.domain.is_QQ or polynomial.domain.is_ZZ):
        return None
    constant, found = polynomial.factor_list()
    first, *others = [factor for factor, power in found for _ in range(power)]
    rest = sympy.Mul(constant, *(other.as_expr() for other in others))
    return (first.as_expr(), expand_outside(rest)) if others else None


def _difference_of_squares(
    form: sympy.Expr, x: sympy.Symbol, side: int, variables: Variables
) -> tuple[sympy.Expr, sympy.Expr] | None:
    a = side * expand_outside(form.diff(x, 2) / 2)
    middle = expand_outside(side * form.diff(x) / 2)  # a (x + m)
    rest = expand_outside(middle**2 / a - side * form)
    root = _root(rest, tuple(v for v in variables if v != x))
    if root is None:
        return None
    first = expand_outside(middle / sympy.sqrt(a))
    return expand_outside(side * (first - root)), expand_outside(first + root)


def _root(form: sympy.Expr, variables: Variables) -> sympy.Expr | None:
    """The affine form whose square a form is; None where there is none, or that is open."""
    polynomial = _polynomial(form, variables)
    if polynomial is None:
        return sympy.sqrt(form) if not form.has(*variables) and sign(form) in (0, 1) else None
    for x in polynomial.gens:
        a = polynomial.coeff_monomial(x**2)
        if sign(a) == 1:
            root = expand_outside(form.diff(x) / 2 / sympy.sqrt(a))
            rest = _polynomial(expand_outside(form - root**2), variables)
            coefficients = [expand_outside(form - root**2)] if rest is None else rest.coeffs()
            return root if all(sign(c) == 0 for c in coefficients) else None
    return None


def _sheared(form: sympy.Expr, polynomial: sympy.Poly, variables: Variables) -> tuple[sympy.Expr, sympy.Expr] | None:
    """The factors of a form without squares, which has one in x + y and y."""
    for x, y in combinations(polynomial.gens, 2):
        side = sign(polynomial.coeff_monomial(x * y))
        if side is None:
            return None
        if side:
            found = factors(expand_outside(form.xreplace({x: x + y})), variables)
            return found and (
                expand_outside(found[0].xreplace({x: x - y})),
                expand_outside(found[1].xreplace({x: x - y})),
            )
    return None


def _polynomial(form: sympy.Expr, variables: Variables) -> sympy.Poly | None:
    used = [v for v in variables if v in form.free_symbols]
    return sympy.Poly(form, *used) if used and form.is_polynomial(*used) else None
