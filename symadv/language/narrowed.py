"""Regions without the conditions on single features that contradict or repeat each other."""

from functools import reduce
from operator import and_, or_

import sympy

from symadv.language.intervals import Intervals
from symadv.language.order import Undecided
from symadv.language.regions import Cell, Cells
from symadv.language.roots import sign_sets

_Condition = tuple[sympy.Expr, frozenset[int]]


def narrowed(region: Cells) -> Cells:
    """The same region: cells that no value of some feature satisfies are left out, and so is what follows."""
    found = [_narrowed(cell, region.features) for cell in region.cells]
    return Cells(region.features, tuple(cell for cell in found if cell is not None))


def _narrowed(cell: Cell, features: tuple[sympy.Symbol, ...]) -> Cell | None:
    for feature in features:
        alone = [c for c in cell if c[0].free_symbols == {feature} and c[0].is_polynomial(feature)]
        if len(alone) < 2 or any(sympy.degree(form, feature) > 1 for form, _ in alone):
            continue
        try:
            needed = _needed(alone, feature)
        except Undecided:
            continue
        if needed is None:
            return None
        cell = tuple(c for c in cell if c not in alone or c in needed)
    return cell


def _needed(conditions: list[_Condition], feature: sympy.Symbol) -> list[_Condition] | None:
    """Those of some conditions that say as much as all of them; None when they contradict each other."""
    sets = {c: _places(c, feature) for c in conditions}
    whole = reduce(and_, sets.values())
    if not whole:
        return None
    kept = list(conditions)
    for condition in conditions:
        others = [c for c in kept if c != condition]
        if others and reduce(and_, (sets[c] for c in others)) == whole:
            kept = others
    return kept


def _places(condition: _Condition, feature: sympy.Symbol) -> Intervals:
    form, signs = condition
    found = sign_sets(form, feature)
    return reduce(or_, (found[s] for s in sorted(signs)))
