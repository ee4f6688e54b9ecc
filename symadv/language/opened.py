"""Regions without nearest values: case by case, which value each coordinate is nearest to."""

from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import pairwise, product

import sympy

from symadv.language.aggregates import aggregates_of, spelled_out
from symadv.language.errors import SymadvError
from symadv.language.nearest import Nearest
from symadv.language.regions import LARGEST, Cells, everywhere, union, where

Values = tuple[sympy.Expr, ...]
Case = tuple[Cells, Mapping[sympy.Expr, sympy.Expr]]  # where, and what nearest values are there


def opened(region: Cells) -> Cells:
    """The same region, with cases instead of nearest values of single features."""
    plain = _written(region)
    nearest = {n for cell in plain.cells for form, _ in cell for n in form.atoms(Nearest)}
    if not nearest:
        return region
    features = [x for x in region.features if any(n.args[0] == x for n in nearest)]
    own = [list(_cases(region, x, [n for n in nearest if n.args[0] == x])) for x in features]
    if len(plain.cells) * reduce(lambda a, b: a * b, map(len, own), 1) > LARGEST:
        raise SymadvError(f"a region of nearest values has more than {LARGEST} cases; wanted fewer features or values")
    parts = []
    for chosen in product(*own):
        here = reduce(lambda a, b: a & b, (place for place, _ in chosen), everywhere(region.features))
        table = {n: value for _, values in chosen for n, value in values.items()}
        parts.append(here & plain.substitute(table))
    return union(region.features, parts)


def _written(region: Cells) -> Cells:
    """The region with the statistics of nearest values spelled out."""
    found = {a for cell in region.cells for form, _ in cell for a in aggregates_of(form) if a.values}
    return region.substitute({a: spelled_out(a) for a in found}) if found else region


def _cases(region: Cells, x: sympy.Symbol, nearest: list[Nearest]) -> Iterator[Case]:
    """The intervals between the middles of the values of a feature, and the middles."""
    middles = sorted({a + b for n in nearest for a, b in pairwise(n.values)}, key=float)
    if any(m.free_symbols for m in middles):
        raise SymadvError(f"nearest values of {x} depend on parameters; wanted numbers")
    ends = [-sympy.oo, *middles, sympy.oo]
    for low, high in pairwise(ends):
        inside = [where(region.features, 2 * x - low, ">")] if low.is_finite else []
        inside += [where(region.features, 2 * x - high, "<")] if high.is_finite else []
        inner = high / 2 - 1 if not low.is_finite else low / 2 + 1 if not high.is_finite else (low + high) / 4
        yield reduce(lambda a, b: a & b, inside), {n: Nearest(inner, *n.values) for n in nearest}
        if high.is_finite:
            at = {n: Nearest(high / 2, *n.values) for n in nearest}
            yield where(region.features, 2 * x - high, "="), at
