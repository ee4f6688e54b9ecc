"""The parts of a law that are uniform on circles in the plane of two features."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor

import numpy as np
import sympy

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Floats
from symadv.geometry.spheres import Sphere
from symadv.geometry.stratum import Stratum
from symadv.probability.bayes import bayes_on
from symadv.probability.distribution import Distribution


@dataclass(frozen=True)
class Ring:
    """A part of the law: its label, its probability, and the circle that it is uniform on."""

    label: int
    probability: sympy.Expr
    circle: Sphere

    @property
    def extent(self) -> list[tuple[float, float]]:
        """For each feature two whole numbers between which the circle lies."""
        radius = rounded(self.circle.radius)[0] * (1 + 1e-12)
        ends = ((v - radius, v + radius) for v in (rounded(c)[0] for c in self.circle.centre))
        return [(floor(low - 1e-12 * abs(low)), ceil(high + 1e-12 * abs(high))) for low, high in ends]

    def at(self, angles: Floats) -> Floats:
        """Points of the circle at some angles (n,), (n, 2)."""
        centre, radius = np.array([rounded(c)[0] for c in self.circle.centre]), rounded(self.circle.radius)[0]
        return np.asarray(centre + radius * np.column_stack([np.cos(angles), np.sin(angles)]))


def rings(d: Distribution) -> Iterator[Ring]:
    """The parts, label by label on each circle."""
    d.require_numbers("exact risk")
    for component in d.with_mass:
        if isinstance(component.stratum, Sphere) and is_circle(component.stratum):
            for label, w in component.densities:
                yield Ring(label, d.prior_of(label) * w.weight, component.stratum)


def is_circle(stratum: Stratum) -> bool:
    """Whether a stratum is a circle, which lies in the plane of two features."""
    return isinstance(stratum, Sphere) and stratum.dim == 1


@lru_cache(maxsize=256)
def label_on(d: Distribution, circle: Stratum, margin: sympy.Expr) -> int | None:
    """The Bayes label of all but finitely many points of a circle of the support, or None."""
    for face, regions in bayes_on(d, circle, margin=margin):
        if face.flat == circle:
            return next((y for y, region in regions.items() if region.is_everywhere), None)
    return None
