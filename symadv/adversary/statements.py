"""Statements about adversarial examples, for the provers: a definition's pairs as conditions on points."""

from collections.abc import Mapping, Sequence
from typing import Any

import sympy

from symadv.language.regions import Cells
from symadv.probability.bayes import bayes_regions, label_regions
from symadv.probability.distribution import Distribution


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


def bayes_label_is(d: Distribution, y: int, x: Sequence[sympy.Expr]) -> sympy.Basic:
    """The condition that x lies on the support and y is its Bayes label."""
    return lies_in(bayes_regions(d)[y], x)
