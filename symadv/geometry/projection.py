"""The orthogonal projection onto a support: its pieces, and the points at which it is a choice."""

from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

import sympy

from symadv.geometry.strata import Stratum
from symadv.language.derivations import Derivation, Step
from symadv.language.forms import expand_outside
from symadv.language.parameters import parameter
from symadv.language.regions import Cells, intersection, union, where

Exprs = tuple[sympy.Expr, ...]


class HasSupport(Protocol):
    """What a projection needs of a distribution."""

    @property
    def features(self) -> tuple[sympy.Symbol, ...]: ...
    @property
    def strata(self) -> tuple[Stratum, ...]: ...
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
    features, strata = d.features, d.strata
    images = [s.nearest(features) for s in strata]
    distance = [s.squared_distance(features) for s in strata]
    pieces = tuple((_piece(features, distance, i), images[i]) for i in range(len(strata)))
    ties = union(features, (_tie(features, distance, images, i, j) for i, j in combinations(range(len(strata)), 2)))
    steps = [step for i, s in enumerate(strata) for step in _nearest_steps(features, s, i)]
    steps += [step for i, j in combinations(range(len(strata)), 2) for step in _pair_steps(distance, i, j)]
    name = r"\pi(x) = \arg\min_{z \in S} \|x - z\|_2"
    return Projection(pieces, ties, Derivation("projection", name, tuple(steps), pieces, d.conditions))


def _piece(features: tuple[sympy.Symbol, ...], distance: list[sympy.Expr], i: int) -> Cells:
    return intersection(
        features,
        [where(features, other - distance[i], ">=" if i < j else ">") for j, other in enumerate(distance) if j != i],
    )


def _tie(features: tuple[sympy.Symbol, ...], distance: list[sympy.Expr], images: list[Exprs], i: int, j: int) -> Cells:
    apart = sympy.Add(*((a - b) ** 2 for a, b in zip(images[i], images[j], strict=True)))
    others = [where(features, other - distance[i], ">=") for k, other in enumerate(distance) if k not in (i, j)]
    return intersection(
        features,
        [
            where(features, distance[i] - distance[j], "="),
            where(features, apart, "!="),
            *others,
        ],
    )


def _nearest_steps(features: tuple[sympy.Symbol, ...], stratum: Stratum, i: int) -> list[Step]:
    """No point of the stratum is nearer than the image; trivial, and left out, for a point."""
    anywhere = stratum.nearest([parameter(f"z{k + 1}", real=True) for k in range(len(features))])
    distance = stratum.squared_distance(features)
    to_any = sympy.Add(*((x - z) ** 2 for x, z in zip(features, anywhere, strict=True)))
    if to_any == distance:
        return []
    return [
        Step(
            distance,
            "<=",
            to_any,
            "the free coordinates of the image cost nothing",
            begins=True,
            shown_left=rf"\|x - \pi_{{{i + 1}}}(x)\|^2",
        )
    ]


def _pair_steps(distance: list[sympy.Expr], i: int, j: int) -> list[Step]:
    """Which of two strata is nearer, as the sign of a factored difference."""
    difference = distance[i] - distance[j]
    form = sympy.factor(expand_outside(difference))
    shown = rf"\|x - \pi_{{{i + 1}}}(x)\|^2 - \|x - \pi_{{{j + 1}}}(x)\|^2"
    return [Step(difference, "=", form, "squares multiplied out", begins=True, shown_left=shown)]
