"""Where curves are too near to each other to tell their order, and it does not matter: a set reaches over them all."""

from dataclasses import replace

import numpy as np

from symadv.geometry.polygons import Ints
from symadv.risk._planes.strips import Strips


def settled(strips: Strips, steps: Ints, count: Ints) -> Strips:
    """Strips without doubt about curves near each other, whatever is between which, where nothing depends on that.

    ``steps`` (n, k, types): how many more sets of each type there are above a curve than below; ``count``
    (n, k + 1, types): how many there are in each gap.  Of each type whose sets begin or end at one of the curves, more
    sets must be there below them than end at any, so that one is there all along.
    """
    first = np.ones_like(strips.near)
    first[:, 1:] = ~strips.near[:, :-1]
    start, which = np.flatnonzero(first), (first.ravel().cumsum() - 1).reshape(first.shape)
    own = steps.reshape(-1, steps.shape[2])
    below = count[:, :-1].reshape(own.shape)[start]
    ends, some = (np.add.reduceat(v.astype(np.int64), start, axis=0) for v in (own < 0, own != 0))
    free = np.add.reduceat((~own.any(axis=1)).astype(np.int64), start) == 0  # of curves that bound no set
    sure = (((some == 0) | (below > ends)).all(axis=1) & free)[which]
    return replace(strips, thin=np.where(sure, 0, strips.thin), near=strips.near & ~sure)
