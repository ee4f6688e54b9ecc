"""The Bayes labels of points that are known to lie on the support, where every point is its own projection."""

from collections.abc import Mapping
from functools import lru_cache

import sympy

from symadv.language.regions import Cells, union
from symadv.probability.bayes import bayes_regions_on, label_regions
from symadv.probability.distribution import Distribution
from symadv.probability.support import faces


@lru_cache(maxsize=64)
def true_regions(d: Distribution, margin: sympy.Expr, *, on_support: bool) -> Mapping[int, Cells]:
    """Where each label is the Bayes label of the projection: on all of space, or ``on_support``, as far as that is."""
    if not on_support:
        return label_regions(d, margin=margin)
    parts = [(face.region(d.features), bayes_regions_on(d, face, margin=margin)) for face in faces(d)]
    return {y: union(d.features, (place & regions[y] for place, regions in parts)) for y in d.labels}
