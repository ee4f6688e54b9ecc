"""A stratum cut into pieces on which nothing changes: what f says, the Bayes label, and what is within reach."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, cmp_to_key, reduce
from itertools import pairwise
from operator import or_

import sympy

from symadv.adversary.definition import Types
from symadv.geometry.ends import LINE
from symadv.geometry.stratum import Stratum
from symadv.language.intervals import AFTER, BEFORE, Cut, Intervals
from symadv.language.order import INFINITESIMAL, Undecided, compare, infinite, order
from symadv.language.regions import Cells
from symadv.risk._ball import Ball, Enclosed
from symadv.risk.reach import Reach

# A type of point: what f says, and which Bayes label its projection has; None stands for any, also for no label.
Type = tuple[int, int | None]
Mask = tuple[int, int]  # inner and outer: one bit for each piece
Pairs = Iterable[tuple[Types, Types]]
Spans = tuple[tuple[sympy.Expr, sympy.Expr], ...]


@dataclass(frozen=True)
class Pieces:
    """Piece 2k lies between the ends k and k + 1, piece 2k - 1 is the end k; a point is one piece.

    ``here`` says in which pieces a point has a type, ``near`` in which ones it has a point of that type within reach.
    """

    stratum: Stratum
    ends: tuple[sympy.Expr, ...]
    here: Mapping[Type, Mask]
    near: Mapping[Type, Mask]

    def vulnerable(self, pairs: Pairs, side: int) -> int:
        r"""$\bigcup \text{clean} \cap (\text{perturbed} \cup \text{reach(perturbed)})$ over the pairs, as a mask."""
        found = 0
        for clean, perturbed in pairs:
            moved = self._among(self.here, perturbed, side) | self._among(self.near, perturbed, side)
            found |= self._among(self.here, clean, side) & moved
        return found

    @cached_property
    def decided(self) -> bool:
        """Whether the inner and the outer sets are the same."""
        return all(inner == outer for masks in (self.here, self.near) for inner, outer in masks.values())

    def intervals(self, mask: int) -> Intervals:
        """The points of some pieces."""
        cuts: list[Cut] = []
        for piece in range(2 * len(self.ends) + 2):
            if (mask >> piece & 1) != (mask >> piece - 1 & 1 if piece else 0):
                cuts.append(self._before(piece))
        return Intervals(tuple(cuts))

    def spans(self, mask: int) -> Spans:
        """The ends of the intervals that some pieces fill but for single points."""
        found: list[tuple[sympy.Expr, sympy.Expr]] = []
        for k, lower, upper in self._gaps:
            if mask >> 2 * k & 1:
                if found and found[-1][1] is lower:
                    found[-1] = (found[-1][0], upper)
                else:
                    found.append((lower, upper))
        return tuple(found)

    @cached_property
    def _gaps(self) -> tuple[tuple[int, sympy.Expr, sympy.Expr], ...]:
        """The gaps between ends, infinitesimal distances taken as 0: those that are left, with equal ends identical."""
        ends = [-sympy.oo]
        for end in (*self.ends, sympy.oo):
            limit = end.xreplace({INFINITESIMAL: sympy.S.Zero})
            ends.append(ends[-1] if order(ends[-1], limit) == 0 else limit)
        return tuple((k, lower, upper) for k, (lower, upper) in enumerate(pairwise(ends)) if lower is not upper)

    def _among(self, masks: Mapping[Type, Mask], types: Types, side: int) -> int:
        true: Iterable[int | None] = (None,) if types.c is None else types.c
        return reduce(or_, (masks[a, b][side] for a in types.f for b in true), 0)

    def _before(self, piece: int) -> Cut:
        if piece == 0:
            return Cut(-sympy.oo, AFTER)
        if piece == 2 * len(self.ends) + 1:
            return Cut(sympy.oo, BEFORE)
        return Cut(self.ends[(piece - 1) // 2], BEFORE if piece % 2 else AFTER)


Reached = Callable[[Stratum, Mapping[Type, Cells], Ball], dict[Type, Enclosed]]


def sections(line: Stratum, regions: Mapping[Type, Cells], ball: Ball) -> dict[Type, Enclosed]:
    """From which points of a stratum the region of each type is within reach."""
    reach = Reach(next(iter(regions.values())).features, line, ball)
    return {kind: reach.of(region) for kind, region in regions.items()}


def cut(line: Stratum, here: Mapping[Type, Enclosed], near: Mapping[Type, Enclosed]) -> Pieces:
    """A stratum with at most one free coordinate, cut where a type begins or ends to be there or within reach."""
    if line.bounds not in ((), (LINE,)):
        here = {kind: Enclosed(_on(line, s.inner), _on(line, s.outer)) for kind, s in here.items()}
    try:
        ends = _ends([*here.values(), *near.values()])
    except Undecided:
        unknown = dict.fromkeys(here, (0, 1))
        return Pieces(line, (), unknown, unknown)
    places = {value: k for k, same in enumerate(ends) for value in same}

    def masks(sets: Mapping[Type, Enclosed]) -> dict[Type, Mask]:
        return {kind: (_mask(s.inner, places), _mask(s.outer, places)) for kind, s in sets.items()}

    return Pieces(line, tuple(same[0] for same in ends), masks(here), masks(near))


def _on(line: Stratum, places: Intervals) -> Intervals:
    ((lower, upper),) = line.bounds
    return places & Intervals.between(lower, upper, lower_closed=True, upper_closed=True)


def _ends(sets: Iterable[Enclosed]) -> list[list[sympy.Expr]]:
    """All finite ends in ascending order, equal ones together."""
    cuts = (cut for s in sets for cut in (*s.inner.cuts, *s.outer.cuts))
    values = dict.fromkeys(c.value for c in cuts if not infinite(c.value))
    grouped: list[list[sympy.Expr]] = []
    for value in sorted(values, key=cmp_to_key(compare)):
        if grouped and compare(grouped[-1][0], value) == 0:
            grouped[-1].append(value)
        else:
            grouped.append([value])
    return grouped


def _mask(numbers: Intervals, places: Mapping[sympy.Expr, int]) -> int:
    """The pieces that a set consists of, as bits."""

    def piece(c: Cut) -> int:
        if c.value is -sympy.oo:
            return 0
        if c.value is sympy.oo:
            return 2 * (max(places.values(), default=-1) + 1) + 1
        return 2 * places[c.value] + 1 + (c.side == AFTER)

    return sum((1 << piece(end)) - (1 << piece(start)) for start, end in numbers)
