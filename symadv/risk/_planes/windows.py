"""Between which numbers the features of nearly all samples are: on planes, on planes that cross these, on lines."""

from collections.abc import Iterator
from math import ceil, floor

import numpy as np
import sympy

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Floats
from symadv.geometry.strata import Flat
from symadv.probability.density import Density, Univariate
from symadv.probability.distribution import Distribution
from symadv.risk._planes.laws import marginals
from symadv.risk._planes.marginal import marginal
from symadv.risk.measure import Part

Extent = list[tuple[float, float]]  # for each feature two numbers


def on_plane(density: Density, name: str) -> Extent:
    """Of a law on a plane, for the features that vary there."""
    return [marginal(law).window for law in marginals(density, name)]


def on_line(part: Part) -> Extent:
    """Of a law on a line or a point, whole numbers."""
    window = marginal(part.density).window if isinstance(part.density, Univariate) else (0.0,)
    ends = [part.stratum.place((sympy.Rational(v),) * part.stratum.dim) for v in window]
    found = [[rounded(v)[0] for v in feature] for feature in zip(*ends, strict=True)]
    return [(floor(min(v) - 1e-9), ceil(max(v) + 1e-9)) for v in found]


def on_planes(d: Distribution, free: tuple[int, int]) -> Iterator[Floats]:
    """Of all laws on planes in any direction, for some features, low and high ends (2, 2)."""
    for component in d.with_mass:
        plane = component.stratum
        if not (isinstance(plane, Flat) and plane.dim > 1):
            continue
        for _, w in component.densities:
            ends = {i: (rounded(v)[0],) * 2 for i, v in plane.fixed}
            ends |= dict(zip(plane.free, on_plane(w.density, d.name), strict=True))
            yield np.array([ends[i] for i in free]).T


def around(extents: list[Extent]) -> Floats:
    """The rectangle that holds some others, low and high corner (2, 2)."""
    ends = np.array(extents)  # (parts, features, low and high)
    return np.array([ends[:, :, 0].min(axis=0), ends[:, :, 1].max(axis=0)])
