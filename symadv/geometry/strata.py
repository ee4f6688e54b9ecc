"""Flats: points, axis-parallel lines and planes, boxes in them, and the whole space."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from symadv.geometry.ends import LINE, Interval, clipped, interval, overlap
from symadv.geometry.stratum import Exprs, Features, Sheet, Stratum, apart
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.order import order
from symadv.language.regions import Cells, everywhere, intersection, where


@dataclass(frozen=True)
class Flat(Stratum):
    """An axis-parallel flat: some coordinates are fixed, the others free, within intervals or not.

    ``fixed`` maps indices of features to values, ``within`` indices to pairs of ends, which may be infinite (dicts on
    the way in).  The free coordinates are the features that are not fixed.
    """

    fixed: Any
    d: int | None = None
    within: Any = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        fixed = {int(i): exact(value) for i, value in _pairs(self.fixed)}
        within = {}
        for i, ends in _pairs(self.within):
            if ends == LINE and i not in fixed:
                continue  # no restriction
            lower, upper = interval(ends)
            if i in fixed:
                raise SymadvError(f"the flat both fixes coordinate {i} and keeps it within ({lower}, {upper})")
            if order(lower, upper) == 0:
                fixed[int(i)] = lower
            elif (lower, upper) != LINE:
                within[int(i)] = (lower, upper)
        indices = [*(int(i) for i, _ in _pairs(self.fixed)), *(int(i) for i, _ in _pairs(self.within))]
        if len(set(indices)) != len(indices) or any(i < 0 for i in indices):
            raise SymadvError(f"got the coordinates {indices}, wanted distinct indices of features, from 0")
        if self.d is not None and indices and max(indices) >= self.d:
            raise SymadvError(
                f"the flat fixes coordinate {max(indices)}, but there are only {self.d} features (0 to {self.d - 1})"
            )
        object.__setattr__(self, "fixed", tuple(sorted(fixed.items())))
        object.__setattr__(self, "within", tuple(sorted(within.items())))

    def within_dimension(self, d: int) -> "Flat":
        """The flat as a subset of $R^d$; refused when it does not fit there."""
        if self.d not in (None, d):
            raise SymadvError(f"got a stratum with {self.d} coordinates in a distribution with {d} features")
        return replace(self, d=d)

    @property
    def ambient(self) -> int:
        """The number of coordinates of the space it lies in."""
        if self.d is None:
            raise SymadvError("this flat does not know its space yet; use it in a Distribution or give d=")
        return self.d

    @property
    def dim(self) -> int:
        """The number of free coordinates."""
        return self.ambient - len(self.fixed)

    @cached_property
    def free(self) -> tuple[int, ...]:
        """The indices of the free coordinates."""
        fixed = dict(self.fixed)
        return tuple(i for i in range(self.ambient) if i not in fixed)

    @property
    def terms(self) -> Exprs:
        """The fixed values, then the ends."""
        ends = (end for _, pair in self.within for end in pair if end.is_finite is not False)
        return (*(value for _, value in self.fixed), *ends)

    @property
    def bounds(self) -> tuple[Interval, ...]:
        """The interval of each free coordinate."""
        within = dict(self.within)
        return tuple(within.get(i, LINE) for i in self.free)

    def region(self, features: Features) -> Cells:
        """The points of the flat."""
        return self.relative(features, ())

    def relative(self, features: Features, to: tuple[Stratum, ...]) -> Cells:
        """The points of the flat among those of some strata that contain it: what flats say already is left out."""
        for told in (s.at(self.place(()), features) for s in to if not self.free):
            if told is not None:
                return told
        flats = [s for s in to if isinstance(s, Flat)]
        said = {pair for flat in flats for pair in flat.fixed}
        conditions = [where(features, features[i] - value, "=") for i, value in self.fixed if (i, value) not in said]
        for i, ends in self.within:
            known = {end for flat in flats for end in dict(flat.within).get(i, ())}
            conditions += [
                where(features, features[i] - end, relation)
                for end, relation in zip(ends, (">=", "<="), strict=True)
                if end.is_finite is not False and end not in known
            ]
        return intersection(features, conditions)

    def nearest(self, point: Sequence[sympy.Expr]) -> Exprs:
        """The point with its fixed coordinates replaced and the others moved into their intervals."""
        fixed, within = dict(self.fixed), dict(self.within)
        return tuple(fixed[i] if i in fixed else clipped(x, within.get(i, LINE)) for i, x in enumerate(point))

    def sheets(self, features: Features) -> "tuple[Sheet, ...]":
        """The flat itself, and its faces: each is nearest from where one leaves the flat through it."""
        pieces = [(everywhere(features), self.nearest(features))]
        for i, ends in self.within:
            pieces = [
                (region & place, (*image[:i], value, *image[i + 1 :]))
                for region, image in pieces
                for place, value in _ways_out(features, i, ends)
            ]
        return tuple(Sheet(region, image, apart(features, image)) for region, image in pieces)

    def conditions(self, features: Features, *, open_at: Collection[Stratum] = ()) -> tuple[sympy.Basic, ...]:
        """Equations for the fixed coordinates and inequalities for the ends, without the facets in ``open_at``."""
        equations = tuple(sympy.Eq(features[i], value, evaluate=False) for i, value in self.fixed)
        ends = []
        for k, side, facet in self.facets:
            i = self.free[k]
            end, strict = dict(self.within)[i][side], facet in open_at
            smaller, larger = (end, features[i]) if side == 0 else (features[i], end)
            build = sympy.StrictLessThan if strict else sympy.LessThan
            ends.append(build(smaller, larger, evaluate=False))
        return (*equations, *ends)

    def substitute(self, values: Mapping[sympy.Symbol, sympy.Expr]) -> "Flat":
        """The flat with values in place of parameters."""
        table = dict(values)
        fixed = tuple((i, value.xreplace(table)) for i, value in self.fixed)
        return Flat(fixed, self.d, within=tuple((i, tuple(e.xreplace(table) for e in ends)) for i, ends in self.within))

    def embed(self, free: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Points ``(n, d)`` of the flat from their free coordinates ``(n, dim)``; its parameters must be numbers."""
        points = np.empty((len(free), self.ambient))
        points[:, list(self.free)] = free
        for i, value in self.fixed:
            points[:, i] = float(value)
        return points

    def near(self, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Which rows of ``x`` (n, d) lie on the flat."""
        here = np.ones(len(x), dtype=bool)
        for i, value in self.fixed:
            here &= x[:, i] == float(value)
        for i, (lower, upper) in self.within:
            here &= (x[:, i] >= float(lower)) & (x[:, i] <= float(upper))
        return here

    def coordinates(self, point: Sequence[sympy.Expr]) -> Exprs:
        """The coordinates that are not fixed."""
        return tuple(point[i] for i in self.free)

    def place(self, free: Sequence[sympy.Expr]) -> Exprs:
        """The point with some free coordinates."""
        values = {**dict(self.fixed), **dict(zip(self.free, free, strict=True))}
        return tuple(values[i] for i in range(self.ambient))

    def restricted(self, intervals: Sequence[Interval]) -> "Flat":
        """The part of the flat whose free coordinates lie in some intervals."""
        return Flat(self.fixed, self.d, within=dict(zip(self.free, intervals, strict=True)))

    @property
    def carrier(self) -> "Flat":
        """The flat without the ends of its intervals."""
        return replace(self, within=())

    @property
    def facets(self) -> tuple[tuple[int, int, Stratum], ...]:
        """For each end of a coordinate's interval: which coordinate, 0 for the lower and 1 for the upper, the part."""
        return tuple(
            (self.free.index(i), side, self._cut(i, end))
            for i, ends in self.within
            for side, end in enumerate(ends)
            if end.is_finite is not False
        )

    def _cut(self, i: int, value: sympy.Expr) -> "Flat":
        others = tuple(pair for pair in self.within if pair[0] != i)
        return Flat((*self.fixed, (i, value)), self.d, within=others)

    def meet(self, other: Stratum) -> tuple[Stratum, ...]:
        """The intersection of two flats; none when it is empty, Undecided when their parameters leave that open."""
        if not isinstance(other, Flat):
            return other.meet(self)
        fixed, within = {}, {}
        for i, (own, others) in _aligned(self._limited, other._limited):
            common = overlap(own, others, f"coordinate {i}")
            if common is None:
                return ()
            if common[0] == common[1]:
                fixed[i] = common[0]
            else:
                within[i] = common
        return (Flat(fixed, self.ambient, within=within),)

    @property
    def ranges(self) -> tuple[Interval, ...]:
        """The ends between which each feature lies, two equal ones for a fixed one."""
        limited = self._limited
        return tuple(limited.get(i, LINE) for i in range(self.ambient))

    @property
    def _limited(self) -> dict[int, Interval]:
        return {**{i: (value, value) for i, value in self.fixed}, **dict(self.within)}


def _aligned(a: dict[int, Interval], b: dict[int, Interval]) -> list[tuple[int, tuple[Interval, Interval]]]:
    return [(i, (a.get(i, LINE), b.get(i, LINE))) for i in sorted({*a, *b})]


def Point(coordinates: Sequence[Any]) -> Flat:
    """The flat of dimension 0 at some coordinates."""
    return Flat(dict(enumerate(coordinates)), len(coordinates))


def Whole(d: int) -> Flat:
    """All of $R^d$."""
    return Flat({}, d)


def are_distinct_points(strata: Sequence[Stratum]) -> bool:
    """Whether all of some different strata are points with rational coordinates, no two of which can meet."""
    points = (isinstance(s, Flat) and not s.within and len(s.fixed) == s.ambient for s in strata)
    return all(points) and all(v.is_Rational for s in strata for v in s.terms)


def _ways_out(features: Features, i: int, ends: Interval) -> Iterator[tuple[Cells, sympy.Expr]]:
    """Where a coordinate is within its interval, below and above, with what it is moved to."""
    x, (lower, upper) = features[i], ends
    inside = [where(features, x - lower, ">=")] if lower.is_finite is not False else []
    inside += [where(features, x - upper, "<=")] if upper.is_finite is not False else []
    yield intersection(features, inside), x
    if lower.is_finite is not False:
        yield where(features, x - lower, "<"), lower
    if upper.is_finite is not False:
        yield where(features, x - upper, ">"), upper


def _pairs(given: Any) -> list[tuple[Any, Any]]:
    return list(given.items() if isinstance(given, Mapping) else given)
