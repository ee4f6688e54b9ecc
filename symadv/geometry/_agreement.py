"""Where all the nearest points of a product lie in a region: at the middles between values there are several.

A form that is a sum over coordinates is smallest where each summand is; so two nearest points, the worst ones, decide
whether a sign condition holds at all of them.
"""

from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import product
from operator import and_

import sympy

from symadv.language.aggregates import Aggregate, features_in
from symadv.language.errors import SymadvError
from symadv.language.forms import expand_outside
from symadv.language.nearest import Nearest
from symadv.language.order import sign
from symadv.language.regions import Cells, everywhere

Group = dict[sympy.Symbol, int]  # the signs of the weights of features that share a coefficient
Moves = Mapping[sympy.Symbol, sympy.Expr]

_ONE_BY_ONE = 3  # coordinates all of whose choices may be tried
_GROUPS = 4  # coefficients of unknown sign


def all_nearest(values: Mapping[sympy.Symbol, tuple[sympy.Expr, ...]], near: Moves, region: Cells) -> Cells:
    """The points all of whose nearest ones lie in a region.

    ``values``: those of each feature that has a choice; ``near``: what the other features become.
    """
    if len(region.cells) > 1 and len(values) <= _ONE_BY_ONE:
        return reduce(and_, (region.substitute({**near, **moves}) for moves in _every(values)))
    if len(region.cells) > 1:
        raise _not_known(region)
    result = everywhere(region.features)
    for cell in region.cells:
        for form, signs in cell:
            for moves in _worst(form, signs, values, region):
                result = result & Cells(region.features, (((form, signs),),)).substitute({**near, **moves})
    return result if region.cells else region


def _every(values: Mapping[sympy.Symbol, tuple[sympy.Expr, ...]]) -> Iterator[Moves]:
    """All choices of the lower or the upper nearest value."""
    for ups in product((False, True), repeat=len(values)):
        yield {x: _moved(x, own, up) for (x, own), up in zip(values.items(), ups, strict=True)}


def _moved(x: sympy.Symbol, values: tuple[sympy.Expr, ...], up: bool) -> sympy.Expr:
    return Nearest(x, *(reversed(values) if up else values))


def _worst(
    form: sympy.Expr, signs: frozenset[int], values: Mapping[sympy.Symbol, tuple[sympy.Expr, ...]], region: Cells
) -> Iterator[Moves]:
    """The nearest points at which the form is the largest and the smallest, as far as its signs make them matter."""
    if not features_in(form) & set(values):
        yield {}
        return
    found = _groups(form, values) if signs != frozenset({-1, 1}) else None
    if found is None and len(values) > _ONE_BY_ONE:
        raise _not_known(region)
    if found is None:
        yield from _every(values)
        return
    wanted = [s for s in (1, -1) if -s not in signs]  # a sign that is not allowed must not come up at the worst point
    for side in wanted:
        yield from _extremes(found, side, values)


def _groups(
    form: sympy.Expr, values: Mapping[sympy.Symbol, tuple[sympy.Expr, ...]]
) -> list[tuple[sympy.Expr, Group]] | None:
    """The summands in features with a choice as coefficient times sum; None where the form is none such."""
    slopes: dict[sympy.Symbol, sympy.Expr] = {}
    for term in sympy.Add.make_args(expand_outside(form)):
        own = [s for s in term.free_symbols if features_in(s) & set(values)]
        if not own:
            continue
        coefficient, rest = term.as_independent(*own, as_Add=False)
        if len(own) > 1 or rest != own[0]:
            return None
        slopes[rest] = slopes.get(rest, sympy.S.Zero) + coefficient
    found: dict[sympy.Expr, Group] = {}
    for symbol, coefficient in slopes.items():
        group = found.setdefault(coefficient, {})
        for x, weight in _weights(symbol):
            side = sign(weight)
            if x not in values or x in group or side is None:
                return None
            group[x] = side
    seen = [x for group in found.values() for x in group]
    return list(found.items()) if len(set(seen)) == len(seen) else None


def _weights(symbol: sympy.Symbol) -> Iterator[tuple[sympy.Symbol, sympy.Expr]]:
    if not isinstance(symbol, Aggregate):
        yield symbol, sympy.S.One
    elif symbol.head == "sum" and not symbol.values:
        yield from zip(symbol.block, symbol.coefficients or (sympy.S.One,) * len(symbol.block), strict=True)
    else:
        yield symbol, sympy.S.One  # no feature: not a sum over coordinates


def _extremes(
    groups: list[tuple[sympy.Expr, Group]], side: int, values: Mapping[sympy.Symbol, tuple[sympy.Expr, ...]]
) -> Iterator[Moves]:
    """Where the form is the smallest (side 1) or the largest, for each combination of signs that are not known."""
    known = [sign(coefficient) for coefficient, _ in groups]
    if known.count(None) > _GROUPS:
        raise SymadvError(f"more than {_GROUPS} coefficients of unknown sign; give values to parameters")
    for guessed in product(*(((s,) if s is not None else (-1, 1)) for s in known)):
        yield {
            x: _moved(x, values[x], up=guess * weight * side < 0)
            for guess, (_, group) in zip(guessed, groups, strict=True)
            for x, weight in group.items()
        }


def _not_known(region: Cells) -> SymadvError:
    return SymadvError(
        f"the labels of all the nearest points at ties are not known where {region.condition}; wanted a sum over the "
        "coordinates with values, or tie_rule='first'"
    )
