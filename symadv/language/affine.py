"""Affine forms in many features: their coefficients, sums over blocks of features taken apart."""

from collections.abc import Iterable

import sympy

from symadv.language.aggregates import Aggregate, variables
from symadv.language.forms import expand_outside


def linear_part(form: sympy.Expr, features: tuple[sympy.Symbol, ...]) -> dict[sympy.Symbol, sympy.Expr] | None:
    """The coefficients of the features in an affine form; None for another one."""
    expanded = expand_outside(form)
    symbols = set(variables(expanded, features))
    found: dict[sympy.Symbol, sympy.Expr] = {}
    for term in sympy.Add.make_args(expanded):
        own = term.free_symbols & symbols
        if not own:
            continue
        (variable, *others) = own
        coefficient, rest = term.as_independent(variable, as_Add=False)
        if others or rest != variable:
            return None
        for feature, weight in _parts(variable):
            found[feature] = found.get(feature, sympy.S.Zero) + coefficient * weight
    return {x: c for x, c in found.items() if c != 0} if found.keys() <= set(features) else None


def _parts(variable: sympy.Symbol) -> Iterable[tuple[sympy.Symbol, sympy.Expr]]:
    if not isinstance(variable, Aggregate):
        return [(variable, sympy.S.One)]
    if variable.head != "sum" or variable.values:
        return [(variable, sympy.S.One)]  # no feature of its own: not affine
    weights = variable.coefficients or (sympy.S.One,) * len(variable.block)
    return zip(variable.block, weights, strict=True)
