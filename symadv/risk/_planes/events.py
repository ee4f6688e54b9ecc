"""Where curves in the plane begin, end, cross or nearly touch."""

import numpy as np

from symadv.geometry.polygons import Floats
from symadv.risk._planes.curves import Curves

_AT_ONCE = 256  # slabs
_SLABS = 257  # cuts in any case, so that what is in doubt is weighed by the density near it
_LOOKED = (1 - np.cos(np.linspace(0, np.pi, 9))) / 2  # where polynomials are compared
_HALVINGS = 52
_TOUCHING = 1e-9  # curves that come so close are cut where they are closest


def events(curves: Curves, low: float, high: float) -> Floats:
    """Where curves begin, end, cross or nearly touch between two numbers, ascending; the numbers, and some between."""
    found = [np.linspace(low, high, _SLABS), curves.left, curves.right]
    order = np.argsort(curves.left, kind="stable")
    curves = curves.take(order)
    found.append(bent_meetings(curves))
    curves = curves.take(~curves.bent)
    for k in range(len(curves) - 1):
        last = int(np.searchsorted(curves.left, curves.right[k]))
        if last > k + 1:
            found.append(_meetings(curves.take(np.array([k])), curves.take(np.arange(k + 1, last))))
    every = np.concatenate(found)
    return np.unique(every[(every >= low) & (every <= high)])


def bent_meetings(curves: Curves) -> Floats:
    """About where polynomials cross other curves, and ellipses arcs; ``curves`` by their left ends.  Missed ones cost
    area."""
    bent, round_, elliptic = curves.bent, curves.bend != 0, curves.elliptic
    first = np.searchsorted(curves.left, curves.right)  # the curves from here on begin beyond
    found = [np.zeros(0)]
    for k in range(0, len(curves) if (bent | elliptic).any() else 0, _AT_ONCE):
        own = slice(k, min(k + _AT_ONCE, len(curves)))
        kinds = bent[own, None] | bent | (elliptic[own, None] & round_) | (round_[own, None] & elliptic)
        later = np.arange(own.start, own.stop)[:, None] < np.arange(len(curves))
        one, other = np.nonzero(later & (np.arange(len(curves)) < first[own, None]) & kinds)
        found.append(_crossings(curves.take(one + k), curves.take(other)))
    return np.concatenate(found)


def _crossings(one: Curves, other: Curves) -> Floats:
    """Where curves cross each other, each another one, by their order at some points and bisection."""
    left, right = np.maximum(one.left, other.left), np.minimum(one.right, other.right)
    at = left + (right - left) * _LOOKED[:, None]
    above = one.at(at) - other.at(at) > 0
    place, pair = np.nonzero(above[1:] != above[:-1])
    one, other, low, high = one.take(pair), other.take(pair), at[place, pair], at[place + 1, pair]
    start = above[place, pair]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        same = (one.at(middle) - other.at(middle) > 0) == start
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.asarray((low + high) / 2)


def _meetings(one: Curves, others: Curves) -> Floats:
    """Where one curve crosses or nearly touches others."""
    left, right = np.maximum(one.left, others.left), np.minimum(one.right, others.right)
    both = (one.bend == 0) & (others.bend == 0)
    with np.errstate(all="ignore"):
        first, last = one.at(left) - others.at(left), one.at(right) - others.at(right)
        crossing = left + (right - left) * first / (first - last)
    found = [crossing[both & (first * last < 0)]]
    arcs = ~both & ~((one.bend != 0) & (others.bend != 0) & (one.elliptic | others.elliptic))
    if arcs.any():
        found.append(_with_arcs(one, others.take(arcs), left[arcs], right[arcs]))
    return np.concatenate(found)


def _with_arcs(one: Curves, others: Curves, left: Floats, right: Floats) -> Floats:
    # start, height, slope, radius, stretch
    line = np.where((others.bend == 0)[:, None], _columns(others), _columns(one))
    arc = np.where((others.bend == 0)[:, None], _columns(one), _columns(others))
    two = (one.bend != 0) & (others.bend != 0)
    with np.errstate(all="ignore"):
        # a line, where the ellipse is a circle: the foot of the perpendicular from the centre, and half the chord
        gap = (line[:, 1] + line[:, 2] * (arc[:, 0] - line[:, 0]) - arc[:, 1]) / arc[:, 4]
        slope = (line[:, 2] - arc[:, 2]) / arc[:, 4]
        size, r = 1 + slope**2, arc[:, 3]
        foot = arc[:, 0] - gap * slope / size
        half = np.sqrt(np.maximum(size * r * r - gap * gap, 0)) / size
        near = np.abs(gap) / np.sqrt(size) < r + _TOUCHING
        # a circle: where the common chord crosses the line of the centres, and half the chord along s
        (u, v), (r, q) = (others.start - one.start, others.height - one.height), (one.radius, others.radius)
        apart = np.hypot(u, v)
        share = (1 + (r * r - q * q) / apart**2) / 2
        middle = one.start + share * u
        chord = np.sqrt(np.maximum(r * r - (share * apart) ** 2, 0)) * np.abs(v) / apart
        close = (apart < r + q + _TOUCHING) & (apart > np.abs(r - q) - _TOUCHING) & (apart > 0)
    foot, half, near = np.where(two, middle, foot), np.where(two, chord, half), np.where(two, close, near)
    found = np.concatenate([foot - half, foot, foot + half])
    kept = np.tile(near, 3) & (found > np.tile(left, 3)) & (found < np.tile(right, 3))
    return np.asarray(found[kept])


def _columns(curves: Curves) -> Floats:
    return np.stack([curves.start, curves.height, curves.slope, curves.radius, curves.stretch], axis=1)
