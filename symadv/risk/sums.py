r"""Coordinates with finitely many values by their sums: $T_B = \sum_{i \in B} w_i x_i$ is one of a few numbers.

What depends on the sums alone has the same risk when all points with the same sums are one of them, with all their
mass: of the $2^d$ points of a cube $d + 1$ are left for $T = \sum_i x_i$.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product
from math import comb, prod

import sympy

from symadv.geometry.product import Product
from symadv.geometry.strata import Flat
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.probability.categorical import Categorical
from symadv.probability.density import Weighted
from symadv.probability.distribution import Component, Distribution
from symadv.probability.tallies import LARGEST, taken_apart

Weights = Mapping[int, sympy.Expr]  # by coordinate
Place = tuple[tuple[int, sympy.Expr], ...]  # values of some coordinates
Sums = dict[sympy.Expr, tuple[sympy.Expr, Place]]  # for each sum its probability and values that have it

FEW = 32  # flats that stand for a product one by one


def by_sums(components: Iterable[Component], groups: Sequence[Weights]) -> Iterator[Component]:
    """The components with one flat for all points of a product that have the same sums."""
    for c in components:
        if isinstance(c.stratum, Product):
            yield from _split(c, c.stratum, groups)
        else:
            yield c


@lru_cache(maxsize=64)
def by_flats(d: Distribution) -> Distribution:
    """The same law with the flats of its products one by one, where these are few; else as it is."""
    products = [s for s in d.strata if isinstance(s, Product)]
    if not products or sum(s.size for s in products) > FEW:
        return d
    each = [{i: sympy.S.One} for i in range(len(d.features))]
    return replace(d, components=tuple(by_sums(d.components, each)), prior=dict(d.prior))


def _split(c: Component, stratum: Product, groups: Sequence[Weights]) -> Iterator[Component]:
    parts: dict[Place, list[tuple[int, Weighted]]] = {}
    representatives: dict[tuple[sympy.Expr, ...], Place] = {}
    known = dict(stratum.values)
    for y, w in c.densities:
        laws, rest = taken_apart(w.density, stratum)
        own = [{i: weight for i, weight in group.items() if i in known} for group in groups]
        for sums, chance, place in _joint([_sums(laws, weights) for weights in own]):
            place = representatives.setdefault(sums, place)
            parts.setdefault(place, []).append((y, w.weight * chance * rest))
    unseen = {i: values[0] for i, values in known.items()}
    for place, densities in parts.items():
        fixed = {**unseen, **dict(place)}
        flat = Flat((*stratum.flat.fixed, *fixed.items()), stratum.flat.d, within=stratum.flat.within)
        yield Component(flat, tuple(densities))


def _sums(laws: Mapping[int, Categorical], weights: Weights) -> Sums:
    r"""The law of $\sum_i w_i x_i$; coordinates of one law and one weight are taken together."""
    classes: dict[tuple[Categorical, sympy.Expr], list[int]] = {}
    for i, weight in weights.items():
        classes.setdefault((laws[i], weight), []).append(i)
    total: Sums = {sympy.S.Zero: (sympy.S.One, ())}
    for (law, weight), which in classes.items():
        for own in [_of_two(law, weight, which)] if len(law.values) == 2 else [_of_one(law, weight, i) for i in which]:
            total = _added(total, own)
    return total


def _of_one(law: Categorical, weight: sympy.Expr, i: int) -> Sums:
    return {weight * v: (chance, ((i, v),)) for v, chance in zip(law.values, law.probabilities, strict=True)}


def _of_two(law: Categorical, weight: sympy.Expr, which: Sequence[int]) -> Sums:
    """The binomial law of the number of coordinates that have the larger value."""
    (low, high), (rest, chance), n = law.values, law.probabilities, len(which)
    _require_few(n + 1)
    return {
        weight * (k * high + (n - k) * low): (
            comb(n, k) * chance**k * rest ** (n - k),
            tuple((i, high if j < k else low) for j, i in enumerate(which)),
        )
        for k in range(n + 1)
    }


def _added(a: Sums, b: Sums) -> Sums:
    """The law of the sum of two independent sums."""
    _require_few(len(a) * len(b) if not _on_one_grid(a, b) else len(a) + len(b))
    found: Sums = {}
    for (s, (p, place)), (t, (q, other)) in product(a.items(), b.items()):
        known, where = found.get(exact(s + t), (sympy.S.Zero, (*place, *other)))
        found[exact(s + t)] = known + p * q, where
    _require_few(len(found))
    return found


def _on_one_grid(a: Sums, b: Sums) -> bool:
    """Whether all sums are integers, many of which are then the same."""
    return all(s.is_Integer for s in (*a, *b))


def _joint(found: Sequence[Sums]) -> Iterator[tuple[tuple[sympy.Expr, ...], sympy.Expr, Place]]:
    """All combinations of sums of different coordinates, with their probability and values that have them."""
    _require_few(prod(len(sums) for sums in found))
    for chosen in product(*(sums.items() for sums in found)):
        place = tuple(pair for _, (_, own) in chosen for pair in own)
        yield tuple(s for s, _ in chosen), sympy.Mul(*(chance for _, (chance, _) in chosen)), place


def _require_few(count: int) -> None:
    if count > LARGEST:
        raise SymadvError(f"exact risk needs the coordinates with values to have at most {LARGEST} sums, got {count}")
