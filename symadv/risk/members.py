"""Which floats lie in sets of exact numbers."""

import numpy as np

from symadv.geometry.polygons import Bools, Floats
from symadv.language.intervals import BEFORE, Intervals
from symadv.language.numbers import exact
from symadv.language.order import compare


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
