"""The classifiers that one looks at first: Bayes after projection, each feature alone, a linear one."""

from collections.abc import Mapping
from typing import Any

import sympy

from symadv.adversary.classifier import Classifier
from symadv.classifiers import classifier
from symadv.geometry.product import Product
from symadv.geometry.strata import Flat
from symadv.language.affine import linear_part
from symadv.language.aggregates import variables
from symadv.language.forms import expand_outside
from symadv.language.order import compare
from symadv.probability.density import Density
from symadv.probability.distribution import Distribution
from symadv.probability.joint import log_odds

_MANY = 6  # features


def usual(d: Distribution) -> dict[str, Classifier]:
    """Bayes after projection, a threshold on each feature, and the linear extension of Bayes, by what they are.

    Of two labels and numbers; those that make no sense for a distribution are left out, and of many features those
    that have the means of an earlier one.
    """
    found: dict[str, Classifier] = {"bayes": classifier("bayes", d)}
    if len(d.labels) != 2:
        return found
    last, means = d.labels[-1], [_means(d, label) for label in d.labels]
    seen: set[tuple[sympy.Expr, sympy.Expr]] = set()
    for k, feature in enumerate(d.features):
        low, high = (mean[k] for mean in means)
        if low is None or high is None or ((low, high) in seen and len(d.features) > _MANY):
            continue
        seen.add((low, high))
        side = compare(low, high)
        if side:
            below = d.labels[0] if side < 0 else last
            options = {"at": (low + high) / 2, "below": below, "tie": last, "feature": k}
            found[f"{feature} alone"] = classifier("threshold", d, **options)
    weights = _affine(d)
    if weights is not None:
        found["linear"] = classifier("linear", d, weights=weights[:-1], bias=weights[-1], tie=last)
    return found


def _means(d: Distribution, label: int) -> list[sympy.Expr | None]:
    """The mean of each feature given a label; None where a density does not tell its mean."""
    parts = [
        [
            None if mean is None else weighted.weight * mean
            for mean in _centre(component.stratum, weighted.density, len(d.features))
        ]
        for component in d.components
        for y, weighted in component.densities
        if y == label
    ]
    return [None if None in column else sympy.Add(*column) for column in zip(*parts, strict=True)]


def _centre(stratum: Any, density: Density, dimension: int) -> list[sympy.Expr | None]:
    flat = stratum.flat if isinstance(stratum, Product) else stratum
    if not isinstance(flat, Flat):
        return [None] * dimension
    free = iter(density.means)
    fixed: Mapping[int, sympy.Expr] = dict(flat.fixed)
    return [fixed[i] if i in fixed else next(free, None) for i in range(dimension)]


def _affine(d: Distribution) -> tuple[sympy.Expr, ...] | None:
    """The log-odds as weights and a bias, where they are affine: their linear extension off the support."""
    form = log_odds(d).result
    weights = linear_part(form, d.features)
    if not weights:
        return None
    bias = expand_outside(form).as_independent(*variables(form, d.features), as_Add=True)[0]
    return (*(weights.get(f, sympy.S.Zero) for f in d.features), bias)
