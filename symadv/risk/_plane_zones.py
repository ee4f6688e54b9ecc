"""Where arcs and segments may cross: short zones on them, outside of which they surely do not."""

from collections.abc import Sequence

import numpy as np

from symadv.geometry.polygons import ULP, Bools, Floats, Ints
from symadv.risk._plane_curves import Curves
from symadv.risk._plane_polynomials import near_zero

_AT_ONCE = 20_000
_CLEAR = 8  # ulps between which nothing is told


def meetings(one: Curves, other: Curves, wanted: Bools | None = None) -> tuple[Ints, Ints, Floats]:
    """Pairs of curves, one of the first and one of the others, and the zones (n, 2) of s where they may cross.

    ``wanted`` (n, m): which pairs matter.
    """
    low, high = np.maximum(one.left[:, None], other.left), np.minimum(one.right[:, None], other.right)
    both = low < high if wanted is None else (low < high) & wanted
    bottom, top = zip(*(_levels(c) for c in (one, other)), strict=True)
    both &= (bottom[0][:, None] <= top[1]) & (bottom[1] <= top[0][:, None])
    first, second = np.nonzero(both)
    found = [(np.zeros(0, dtype=np.int64), np.zeros((0, 2)))]
    for k in range(0, len(first), _AT_ONCE):
        i, j = first[k : k + _AT_ONCE], second[k : k + _AT_ONCE]
        a, b = low[i, j], high[i, j]
        p, q = one.take(i), other.take(j)
        terms = _wide(p.on(a, b), q.on(a, b))
        size = 1 + np.abs(terms[0]).sum(axis=1) + np.abs(terms[1]).sum(axis=1)
        own = [c.error * (1 + np.abs(c.slope)) for c in (p, q)]  # of polynomials by their height already
        close = own[0] + own[1] + _CLEAR * ULP * size
        which, parts = near_zero(terms[0] - terms[1], close)
        centre, half = ((a + b) / 2)[which, None], ((b - a) / 2)[which, None]
        found.append((which + k, centre + half * parts))
    which = np.concatenate([w for w, _ in found])
    return first[which], second[which], np.concatenate([p for _, p in found])


def turning(curves: Curves, way: Floats, turn: Floats) -> tuple[Ints, Floats]:
    """Which polynomials may have a tangent of some direction, and in which zones (n, 2) of s."""
    terms = curves.on(curves.left, curves.right)
    half = (curves.right - curves.left) / 2
    slopes = np.column_stack([terms[:, 1:] * np.arange(1, terms.shape[1]), np.zeros(len(terms))])
    values = slopes * way[0]
    values[:, 0] -= way[1] * half
    size = np.abs(slopes).sum(axis=1) * abs(way[0]) + half * abs(way[1])
    which, parts = near_zero(values, turn * half * abs(way[0]) + _CLEAR * ULP * size)
    centre = ((curves.left + curves.right) / 2)[which, None]
    return which, centre + half[which, None] * parts


def _levels(curves: Curves) -> tuple[Floats, Floats]:
    """Numbers between which curves that are no arcs stay."""
    spread = np.abs(curves.terms).sum(axis=1) + curves.error + 1e-12
    ends = np.stack([curves.height + curves.slope * (s - curves.start) for s in (curves.left, curves.right)])
    return ends.min(axis=0) - spread, ends.max(axis=0) + spread


def _wide(*terms: Floats) -> list[Floats]:
    width = max(t.shape[1] for t in terms)
    return [np.pad(t, ((0, 0), (0, width - t.shape[1]))) for t in terms]


def merged(parts: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Zones of one curve in order, those that overlap together."""
    found: list[tuple[float, float]] = []
    for low, high in sorted(parts):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found
