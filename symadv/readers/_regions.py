"""Regions as conditions that people would write: solved for a feature where that is possible."""

import sympy

from symadv.language.order import order
from symadv.language.regions import Cells
from symadv.readers._form import is_feature, product

_BUILD = {
    frozenset({1}): sympy.StrictGreaterThan,
    frozenset({0, 1}): sympy.GreaterThan,
    frozenset({0}): sympy.Equality,
    frozenset({-1}): sympy.StrictLessThan,
    frozenset({-1, 0}): sympy.LessThan,
    frozenset({-1, 1}): sympy.Unequality,
}


def alternatives(region: Cells) -> tuple[tuple[sympy.Basic, ...], ...]:
    """For each cell the conditions that hold together in it."""
    return tuple(tuple(_condition(form, signs) for form, signs in _by_feature(cell)) for cell in region.cells)


def _by_feature(cell: tuple[tuple[sympy.Expr, frozenset[int]], ...]) -> list[tuple[sympy.Expr, frozenset[int]]]:
    return sorted(cell, key=lambda item: sorted(s.name for s in item[0].free_symbols if is_feature(s)))


def _condition(form: sympy.Expr, signs: frozenset[int]) -> sympy.Basic:
    solved = _solved(form, signs)
    if solved is not None:
        return solved
    terms = sympy.Add.make_args(form)
    left = sympy.Add(*(t for t in terms if not product(t).negative))
    right = sympy.Add(*(-t for t in terms if product(t).negative))
    return _BUILD[signs](left, right, evaluate=False)


def _solved(form: sympy.Expr, signs: frozenset[int]) -> sympy.Basic | None:
    """The condition for the only feature, when the form is affine in it with a slope of known sign."""
    features = [s for s in form.free_symbols if is_feature(s)]
    if len(features) != 1 or not form.is_polynomial(features[0]) or sympy.degree(form, features[0]) != 1:
        return None
    slope, offset = form.coeff(features[0], 1), form.coeff(features[0], 0)
    side = order(slope, sympy.S.Zero)
    if side not in (-1, 1):
        return None
    directed = signs if side > 0 else frozenset(-s for s in signs)
    return _BUILD[directed](features[0], sympy.expand_mul(-offset / slope), evaluate=False)
