"""Statements about adversarial examples, for the provers: a definition's pairs as conditions on points."""

from collections.abc import Mapping, Sequence
from typing import Any

import sympy

from symadv.adversary.definition import Types
from symadv.language.regions import Cells
from symadv.probability.bayes import bayes_regions, label_regions
from symadv.probability.distribution import Distribution

PointType = tuple[int, int | None]


def lies_in(region: Cells, point: Sequence[sympy.Expr]) -> sympy.Basic:
    """The condition that a point, one expression per feature, lies in a region."""
    return region.condition.xreplace(dict(zip(region.features, point, strict=True)))


def adversarial(
    definition: Any,
    d: Distribution,
    f: Mapping[int, Cells],
    y: int,
    x: Sequence[sympy.Expr],
    x_adv: Sequence[sympy.Expr],
) -> sympy.Basic:
    """The condition that x_adv is an adversarial example for (x, y) under a definition, for a classifier's regions.

    Neither a budget nor the support of x is part of it; state them beside it.
    """
    pairs = definition.regions(y, f, label_regions(d, margin=definition.margin), d.labels)
    return sympy.Or(*(sympy.And(lies_in(clean, x), lies_in(perturbed, x_adv)) for clean, perturbed in pairs))


def point_types(labels: Sequence[int]) -> tuple[PointType, ...]:
    """All types (f, c) of points: what a classifier says there, and the Bayes label of the projection, or None."""
    return tuple((f, c) for f in labels for c in (*labels, None))


def vulnerable(
    definition: Any, y: int, labels: Sequence[int], clean: PointType, reached: Mapping[PointType, sympy.Basic]
) -> sympy.Basic:
    """The condition that a sample with label y is vulnerable, on which types of points the adversary reaches.

    ``clean`` is the type of the sample's own point; ``reached`` says for each type when some point of it is within
    reach.  Nothing else of a distribution, a classifier or a threat matters to a definition.
    """
    return sympy.Or(
        *(
            condition
            for here, there in definition.types(y, labels)
            if _is_of(clean, here)
            for point, condition in reached.items()
            if _is_of(point, there)
        )
    )


def _is_of(point: PointType, types: Types) -> bool:
    return point[0] in types.f and (types.c is None or point[1] in types.c)


def bayes_label_is(d: Distribution, y: int, x: Sequence[sympy.Expr]) -> sympy.Basic:
    """The condition that x lies on the support and y is its Bayes label."""
    return lies_in(bayes_regions(d)[y], x)
