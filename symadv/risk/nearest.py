"""The nearest point of the support at floats, for attacks that must stay there."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from symadv import catalog
from symadv.probability.distribution import Distribution

Floats = NDArray[np.float64]


def nearest(d: Distribution) -> Callable[[Floats], Floats]:
    r"""$\pi$ on arrays (n, d), up to the rounding of distances; of several nearest points the first-listed one."""
    array = catalog.load("readers", "array")
    images = [array(stratum.nearest(d.features), d.features).points for stratum in d.strata]

    def project(x: Floats) -> Floats:
        found = np.stack([image(x) for image in images])
        best = ((found - x) ** 2).sum(axis=2).argmin(axis=0)
        return np.asarray(found[best, np.arange(len(x))])

    return project
