r"""Products: coordinates that take finitely many values each beside others on a flat, such as $\{-1, 1\}^d \times R^m$.

The nearest point is found coordinate by coordinate, so that no formula has one case for each of the $2^d$ flats.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from math import prod
from typing import Any

import numpy as np
import sympy

from symadv.geometry._agreement import all_nearest
from symadv.geometry.ends import LINE, Range, Values, common, values_of
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Exprs, Features, Stratum, apart
from symadv.language.aggregates import apart_from, choices_between
from symadv.language.errors import SymadvError
from symadv.language.nearest import Nearest
from symadv.language.regions import Cells, everywhere, intersection, union, where

WRITTEN_OUT = 3  # coordinates with values that are treated one by one in formulas
_FEW = 64  # flats that may be looked at one by one


@dataclass(frozen=True, init=False)
class Product(Stratum):
    r"""$S_1 \times S_2 \times \dots$ of strata of consecutive coordinates: grids, points, whole spaces, rays, segments.

    Written ``Product(Grid((-1, 1), 1000), Whole(3))``.  Of two nearest values the smaller one is listed first.
    The free coordinates of its points are all that are not fixed.
    """

    values: tuple[tuple[int, Values], ...]
    flat: Flat

    def __init__(self, *factors: Stratum) -> None:
        values, fixed, d = dict[int, Values](), dict[int, sympy.Expr](), 0
        within = dict[int, Range]()
        for factor in factors:
            if not isinstance(factor, Product | Flat):
                raise SymadvError(f"Product: got {factor}, wanted grids, points, whole spaces, axis-parallel pieces")
            flat = factor.flat if isinstance(factor, Product) else factor
            own = factor.values if isinstance(factor, Product) else ()
            values |= {d + i: v for i, v in own}
            fixed |= {d + i: v for i, v in flat.fixed}
            within |= {d + i: ends for i, ends in flat.within}
            d += flat.ambient
        self._set(values, Flat(fixed, d, within=within))

    def _set(self, values: Mapping[int, Values], flat: Flat) -> None:
        object.__setattr__(self, "values", tuple(sorted(values.items())))
        object.__setattr__(self, "flat", flat)

    def __str__(self) -> str:
        grids = (f"{len(which)} coordinates among {', '.join(map(str, own))}" for own, which in self.groups.items())
        return f"Product({'; '.join(grids)}; {self.flat.dim - len(self.values)} free)"

    def within_dimension(self, d: int) -> Stratum:
        """The product, if it lies in $R^d$; else refused.  Without a choice it is a flat."""
        flat = self.flat.within_dimension(d)
        return self if self.values else flat

    @property
    def dim(self) -> int:
        """The number of free coordinates that have no values to choose from."""
        return self.flat.dim - len(self.values)

    @property
    def axes(self) -> int:
        """The number of coordinates that are not fixed."""
        return self.flat.dim

    @property
    def terms(self) -> Exprs:
        """The values, then what the flat is made of."""
        return (*dict.fromkeys(v for _, values in self.values for v in values), *self.flat.terms)

    @property
    def bounds(self) -> tuple[Range, ...]:
        """The values or the interval of each free coordinate."""
        known = dict(self.values)
        return tuple(known.get(i, ends) for i, ends in zip(self.flat.free, self.flat.bounds, strict=True))

    @cached_property
    def groups(self) -> Mapping[Values, tuple[int, ...]]:
        """The coordinates by their values."""
        found: dict[Values, list[int]] = {}
        for i, values in self.values:
            found.setdefault(values, []).append(i)
        return {values: tuple(which) for values, which in found.items()}

    @property
    def _is_short(self) -> bool:
        return len(self.values) <= WRITTEN_OUT

    def region(self, features: Features) -> Cells:
        """The points of the product."""
        return intersection(
            features, [self.flat.region(features), *(where(features, f, "=") for f in self._off(features))]
        )

    def relative(self, features: Features, to: tuple[Stratum, ...]) -> Cells:
        """The points of the product among those of some strata that contain it."""
        if self in to:
            return everywhere(features)
        known = {pair for s in to if isinstance(s, Product) for pair in s.values}
        rest = made({i: v for i, v in self.values if (i, v) not in known}, self.flat)
        flats = tuple(s.flat if isinstance(s, Product) else s for s in to)
        off = rest._off(features) if isinstance(rest, Product) else []
        return intersection(features, [self.flat.relative(features, flats), *(where(features, f, "=") for f in off)])

    def conditions(self, features: Features, *, open_at: Collection[Stratum] = ()) -> tuple[sympy.Basic, ...]:
        """The conditions of the flat, and that coordinates have their values."""
        facets = {facet.flat if isinstance(facet, Product) else facet for facet in open_at}
        off = (sympy.Eq(form, 0, evaluate=False) for form in self._off(features))
        return (*self.flat.conditions(features, open_at=facets), *off)

    def _off(self, features: Features) -> list[sympy.Expr]:
        """Forms that are 0 where coordinates have their values."""
        if self._is_short:
            return [sympy.Mul(*(features[i] - v for v in values)) for i, values in self.values]
        return [apart_from([features[i] for i in which], values) for values, which in self.groups.items()]

    def nearest(self, point: Sequence[sympy.Expr]) -> Exprs:
        """Each coordinate replaced by the nearest of what it may be."""
        moved = list(self.flat.nearest(point))
        for i, values in self.values:
            moved[i] = Nearest(point[i], *values)
        return tuple(moved)

    def squared_distance(self, point: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\min_{z \in S} \|x - z\|_2^2$, short where many coordinates have the same values."""
        parts = (apart_from([point[i] for i in which], values) for values, which in self.groups.items())
        return sympy.Add(apart(point, self.flat.nearest(point)), *parts)

    def choices(self, features: Features) -> Cells:
        """Where a coordinate is in the middle between two values."""
        if self._is_short:
            middles = ((i, a + b) for i, values in self.values for a, b in pairwise(values))
            return union(features, (where(features, 2 * features[i] - total, "=") for i, total in middles))
        sums = (choices_between([features[i] for i in which], values) for values, which in self.groups.items())
        return union(features, (where(features, total, ">") for total in sums))

    def substitute(self, values: Mapping[sympy.Symbol, sympy.Expr]) -> Stratum:
        """The product with values in place of parameters."""
        table = dict(values)
        return made(
            {i: values_of(v.xreplace(table) for v in own) for i, own in self.values}, self.flat.substitute(values)
        )

    def embed(self, free: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Points ``(n, d)`` from their coordinates that are not fixed, ``(n, axes)``."""
        return self.flat.embed(free)

    def near(self, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Which rows of ``x`` (n, d) lie on the product."""
        here = self.flat.near(x)
        for values, which in self.groups.items():
            here &= np.isin(x[:, list(which)], [float(v) for v in values]).all(axis=1)
        return here

    def coordinates(self, point: Sequence[sympy.Expr]) -> Exprs:
        """The coordinates that are not fixed."""
        return self.flat.coordinates(point)

    def place(self, free: Sequence[sympy.Expr]) -> Exprs:
        """The point with some coordinates."""
        return self.flat.place(free)

    def restricted(self, intervals: Sequence[Any]) -> Stratum:
        """The part whose coordinates have some of their values or lie in some intervals."""
        pairs = list(zip(self.flat.free, intervals, strict=True))
        known = dict(self.values)
        values = {i: _kept(known[i], own) for i, own in pairs if i in known}
        within = {i: own for i, own in pairs if i not in known}
        return made(values, Flat(self.flat.fixed, self.flat.d, within=within))

    @property
    def carrier(self) -> Stratum:
        """The product without the ends of its intervals."""
        return made(dict(self.values), self.flat.carrier)

    @property
    def facets(self) -> tuple[tuple[int, int, Stratum], ...]:
        """For each end of a coordinate's interval: which coordinate, 0 for the lower and 1 for the upper, the part."""
        cuts = ((k, side, facet) for k, side, facet in self.flat.facets if isinstance(facet, Flat))
        return tuple((k, side, made(dict(self.values), facet)) for k, side, facet in cuts)

    @property
    def ranges(self) -> tuple[Range, ...]:
        """Where each feature may be."""
        known = dict(self.values)
        return tuple(known.get(i, ends) for i, ends in enumerate(self.flat.ranges))

    def meet(self, other: Stratum) -> tuple[Stratum, ...]:
        """The intersection with a flat or a product, coordinate by coordinate, or with what it does not reach."""
        if self == other:
            return (self,)
        if not isinstance(other, Product | Flat):
            self._require_apart(other)
            return ()
        values, fixed, within = dict[int, Values](), dict[int, sympy.Expr](), dict[int, Range]()
        for i, (own, others) in enumerate(zip(self.ranges, other.ranges, strict=True)):
            here = common(own, others, f"coordinate {i}")
            if here is None:
                return ()
            if isinstance(here, Values):
                values[i] = here
            elif here[0] == here[1]:
                fixed[i] = here[0]
            elif here != LINE:
                within[i] = here
        return (made(values, Flat(fixed, self.flat.d, within=within)),)

    def _require_apart(self, other: Stratum) -> None:
        if self.size > _FEW or any(flat.meet(other) for flat in self.flats()):
            raise SymadvError(
                f"the posterior where {self} and {other} meet is not known; wanted flats beside a Product"
            )

    @property
    def size(self) -> int:
        """The number of flats that make it up."""
        return prod(len(values) for _, values in self.values)

    def flats(self) -> Iterator[Flat]:
        """The flats that make it up, one for each choice of values."""
        which = [i for i, _ in self.values]
        for chosen in product(*(values for _, values in self.values)):
            yield Flat((*self.flat.fixed, *zip(which, chosen, strict=True)), self.flat.d, within=self.flat.within)

    def all_nearest(self, region: Cells, features: Features) -> Cells:
        """Where all nearest points lie in a region."""
        near = dict(zip(features, self.flat.nearest(features), strict=True))
        return all_nearest({features[i]: values for i, values in self.values}, near, region)


def made(values: Mapping[int, Sequence[sympy.Expr]], flat: Flat) -> Stratum:
    """The product of a flat and of the values of some of its free coordinates; a flat where no choice is left."""
    fixed = {i: own[0] for i, own in values.items() if len(own) == 1}
    several = {i: Values(own) for i, own in values.items() if len(own) > 1}
    plain = Flat((*flat.fixed, *fixed.items()), flat.d, within=flat.within) if fixed else flat
    if not several:
        return plain
    result = object.__new__(Product)
    result._set(several, plain)
    return result


def Grid(values: Sequence[Any], d: int) -> Stratum:
    r"""$V^d$ for finitely many values V, such as the corners of a cube, $\{-1, 1\}^d$."""
    if isinstance(d, bool) or not isinstance(d, int) or d < 1:
        raise SymadvError(f"Grid: got d = {d!r}, wanted a number of coordinates, an int >= 1")
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise SymadvError(f"Grid: got the values {values!r}, wanted a few numbers such as (-1, 1)")
    return made(dict.fromkeys(range(d), values_of(values)), Flat({}, d))


def _kept(known: Values, own: Range) -> Values:
    found = common(known, own, "a coordinate")
    return found if isinstance(found, Values) else Values()
