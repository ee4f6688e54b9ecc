"""Which floats lie in sets of exact numbers, and which numbers say where points are on a stratum."""

import numpy as np

from symadv.geometry.polygons import Bools, Floats
from symadv.geometry.spheres import Sphere
from symadv.geometry.stratum import Stratum
from symadv.language.intervals import BEFORE, Intervals
from symadv.language.numbers import exact
from symadv.language.order import compare


def along(stratum: Stratum, x: Floats) -> Floats:
    """For each row of ``x`` (n, d) on a stratum its coordinate there, as vulnerable sets are told; 0 on a point.

    On a circle it is the tangent of half the angle.
    """
    if isinstance(stratum, Sphere):
        first, second = (x - np.array([float(c) for c in stratum.centre])).T
        with np.errstate(divide="ignore"):
            return np.asarray(second / (float(stratum.radius) + first))
    return np.asarray(stratum.coordinates([*x.T])[0]) if stratum.dim else np.zeros(len(x))


def members(numbers: Intervals, at: Floats) -> Bools:
    """Which floats lie in a union of intervals, without rounding."""
    crossed = np.zeros(len(at), dtype=np.int64)
    for cut in numbers.cuts:
        end = float(cut.value)
        beyond = at > end
        if np.isfinite(end):
            for k in np.flatnonzero(np.abs(at - end) <= 1e-12 * max(1.0, abs(end))):
                order = compare(exact(float(at[k])), cut.value)
                beyond[k] = order > 0 or (order == 0 and cut.side == BEFORE)
        crossed += beyond
    return np.asarray(crossed % 2 == 1)
