"""The orthogonal projection onto a support: its pieces, and the points at which it is a choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Protocol

import sympy

from symadv.geometry.product import Product
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Exprs, Features, Sheet, Stratum, apart
from symadv.language.aggregates import statistic
from symadv.language.derivations import Derivation, Step
from symadv.language.errors import SymadvError
from symadv.language.forms import expand_outside
from symadv.language.narrowed import narrowed
from symadv.language.nearest import Nearest
from symadv.language.parameters import parameter
from symadv.language.regions import Cells, everywhere, intersection, union, where

_WRITTEN_OUT = 8  # coordinates whose squares are added one by one


class HasSupport(Protocol):
    """What a projection needs of a distribution."""

    @property
    def features(self) -> tuple[sympy.Symbol, ...]: ...
    @property
    def support(self) -> tuple[Stratum, ...]: ...
    @property
    def conditions(self) -> tuple[sympy.Basic, ...]: ...


@dataclass(frozen=True)
class Projection:
    r"""$\pi(x) = \arg\min_{z \in S} \|x - z\|_2$ as (region, image) pieces that partition space, first-listed at ties.

    ``ties`` are the points with more than one nearest point.
    """

    pieces: tuple[tuple[Cells, Exprs], ...]
    ties: Cells
    derivation: Derivation


def projection(d: HasSupport) -> Projection:
    """The orthogonal projection onto the support of a distribution, with its ties and its derivation."""
    features, strata = d.features, d.support
    sheets = [s.sheets(features) for s in strata]
    pieces = tuple((_piece(features, sheets, i, own), own.image) for i in range(len(strata)) for own in sheets[i])
    pairs = list(combinations(range(len(strata)), 2))
    apart_ones = {(i, j) for i, j in pairs if _are_apart(strata[i], strata[j])}
    own = choices(features, strata)
    ties = union(features, (own, *(_tie(features, sheets, i, j, (i, j) in apart_ones) for i, j in pairs)))
    steps = [step for i, s in enumerate(strata) for step in _nearest_steps(features, s, sheets[i], i)]
    distance = [s.squared_distance(features) for s in strata]
    steps += [step for i, j in pairs for step in _pair_steps(distance, i, j)]
    name = r"\pi(x) = \arg\min_{z \in S} \|x - z\|_2"
    kept = tuple(piece for piece in pieces if not piece[0].is_nowhere)
    return Projection(kept, ties, Derivation("projection", name, tuple(steps), kept, d.conditions))


def _piece(features: Features, sheets: Sequence[tuple[Sheet, ...]], i: int, own: Sheet) -> Cells:
    rivals = [_farther(features, other, own, ">=" if i < j else ">") for j, other in enumerate(sheets) if j != i]
    return narrowed(intersection(features, [own.region, *rivals]))


def _farther(features: Features, other: tuple[Sheet, ...], own: Sheet, relation: str) -> Cells:
    """Where a stratum is not nearer than a sheet of another one."""
    return union(features, (s.region & where(features, s.distance - own.distance, relation) for s in other))


def _are_apart(one: Stratum, other: Stratum) -> bool:
    """Whether two strata have no point in common, so that their nearest points are never the same."""
    try:
        return not one.meet(other)
    except SymadvError:
        return False


def _tie(features: Features, sheets: Sequence[tuple[Sheet, ...]], i: int, j: int, are_apart: bool) -> Cells:
    parts = []
    for a, b in product(sheets[i], sheets[j]):
        same = where(features, a.distance - b.distance, "=")
        different = everywhere(features) if are_apart else _differ(features, a.image, b.image)
        others = [_farther(features, other, a, ">=") for k, other in enumerate(sheets) if k not in (i, j)]
        parts.append(narrowed(intersection(features, [a.region, b.region, same, different, *others])))
    return union(features, parts)


def _differ(features: Features, one: Exprs, other: Exprs) -> Cells:
    """Where two images are different; denominators are distances from centres, positive where their sheets are."""
    numerator, _ = sympy.fraction(sympy.together(apart(one, other)))
    return where(features, sympy.expand(numerator), "!=")


def choices(features: Features, strata: Sequence[Stratum]) -> Cells:
    """The points to which several points of one stratum are nearest, and none of another one is nearer."""
    sheets = [s.sheets(features) if len(strata) > 1 else () for s in strata]
    return union(features, (_choice(features, s, sheets, i) for i, s in enumerate(strata)))


def _choice(features: Features, stratum: Stratum, sheets: Sequence[tuple[Sheet, ...]], i: int) -> Cells:
    """Where a stratum has several nearest points and no other one is nearer."""
    several = stratum.choices(features)
    if several.is_nowhere or len(sheets) == 1:
        return several
    rivals = [other for j, other in enumerate(sheets) if j != i]
    near = (
        intersection(features, [s.region, *(_farther(features, other, s, ">=") for other in rivals)]) for s in sheets[i]
    )
    return several & union(features, near)


def _nearest_steps(features: Features, stratum: Stratum, sheets: tuple[Sheet, ...], i: int) -> list[Step]:
    """No point of the stratum is nearer than the image: of a flat; trivial, and left out, for a point."""
    if isinstance(stratum, Product):
        return _value_steps(features, stratum)
    if not isinstance(stratum, Flat):
        return []
    anywhere = [parameter(f"z{k + 1}", real=True) for k in range(len(features))]
    point = stratum.place(stratum.coordinates(anywhere))
    if stratum.dim == 0:
        return []
    inside = stratum.conditions(tuple(anywhere)) if len(sheets) > 1 else ()
    return [
        Step(
            sheet.distance,
            "<=",
            _apart_shortly(features, point),
            "the free coordinates of the image cost nothing" if len(sheets) == 1 else "the nearest point there",
            (*_all_of(sheet.region), *(c for c in inside if not isinstance(c, sympy.Equality))),
            begins=True,
            shown_left=rf"\|x - \pi_{{{i + 1}}}(x)\|^2",
        )
        for sheet in sheets
    ]


def _apart_shortly(features: Features, point: Sequence[sympy.Expr]) -> sympy.Expr:
    """The squared distance of two points, many coordinates that are symbols of both in one statistic."""
    free = [(x, z) for x, z in zip(features, point, strict=True) if z.is_Symbol]
    if len(free) <= _WRITTEN_OUT:
        return apart(features, point)
    rest = ((x - z) ** 2 for x, z in zip(features, point, strict=True) if not z.is_Symbol)
    return sympy.Add(*rest, statistic("squares", [x for x, _ in free], tuple(z for _, z in free)))


def _value_steps(features: Features, stratum: Product) -> list[Step]:
    """None of the values of a coordinate is nearer than the one that it becomes, once for all that have the same."""
    return [
        Step(
            (x - Nearest(x, *values).doit()) ** 2,
            "<=",
            (x - v) ** 2,
            "the nearest of the values",
            begins=True,
            shown_left=rf"\left({{{x}}} - \pi({{{x}}})\right)^2",
        )
        for values, which in stratum.groups.items()
        for x in (features[which[0]],)
        for v in values
    ]


def _all_of(region: Cells) -> tuple[sympy.Basic, ...]:
    return () if region.is_everywhere else (region.condition,)


def _pair_steps(distance: list[sympy.Expr], i: int, j: int) -> list[Step]:
    """Which of two strata is nearer, as the sign of a factored difference."""
    difference = distance[i] - distance[j]
    form = sympy.factor(expand_outside(difference))
    shown = rf"\|x - \pi_{{{i + 1}}}(x)\|^2 - \|x - \pi_{{{j + 1}}}(x)\|^2"
    return [Step(difference, "=", form, "squares multiplied out", begins=True, shown_left=shown)]
