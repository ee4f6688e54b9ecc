"""Strips of the plane between curves: in a slab curves lie above each other; what is in doubt about that is an area."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from symadv.geometry.polygons import ULP, Bools, Floats, Ints
from symadv.risk._planes.curves import Curves, padded
from symadv.risk._planes.polynomials import ranges

_AT_ONCE = 256  # slabs
_ROUNDS = 40
_DIP, _LITTLE = 2e-14, 2.0**-56  # of orders that are not certain: in height, in area


@dataclass(frozen=True)
class Strips:
    """Some slabs [left, right] (n,), each with its curves from below to above.

    ``curve`` (n, k): their numbers, -1 at the end of shorter rows.  Gap j lies below curve j: its ``middle`` (n, k + 1,
    2), clear of all curves unless the curves are ``near`` each other: the gap above one is too thin to tell what is in
    it.  Areas (n, k): ``thin`` of such gaps; ``lost`` of wrong orders; ``band``, where the exact curve may be on the
    other side; ``shared``, the part of it where its neighbours' bands may be as well, if these are not near.  All are
    within ``around`` of the ``height``.
    """

    left: Floats
    right: Floats
    curve: Ints
    middle: Floats
    lost: Floats
    band: Floats
    shared: Floats
    height: Floats
    around: Floats
    thin: Floats
    near: Bools


def stacked(parts: Sequence[Strips]) -> Strips:
    """Slabs below each other."""
    width = max(part.curve.shape[1] for part in parts)
    wide = {"curve": (width, -1), "middle": (width + 1, 0.0)}

    def column(name: str) -> Any:
        values = [getattr(part, name) for part in parts]
        if name not in ("left", "right"):
            values = [padded(v, *wide.get(name, (width, 0.0))) for v in values]
        return np.concatenate(values)

    return Strips(*(column(f.name) for f in fields(Strips)))


def strips(curves: Curves, cuts: Floats) -> Iterator[Strips]:
    """The plane between the first and the last of some ``events``, some slabs at once."""
    slack = curves.rounded
    for k in range(0, len(cuts) - 1, _AT_ONCE):
        left, right = cuts[k : k + _AT_ONCE + 1][:-1], cuts[k + 1 : k + _AT_ONCE + 1]
        here = np.flatnonzero((curves.left <= left[-1]) & (curves.right >= right[0]))
        yield _strips(curves.take(here), slack[here], here, left, right)


def _strips(curves: Curves, slack: Floats, numbers: Ints, left: Floats, right: Floats) -> Strips:
    centre = (left + right) / 2
    order, (low, mid, high) = stacked_curves(curves, left, right)
    there = np.isfinite(mid)
    error = np.where(there, slack[order], 0)
    run = (right - left)[:, None]
    with np.errstate(all="ignore"):
        wrong = sum(np.where(there, np.maximum.accumulate(h, axis=1) - h, 0) for h in (low, high))
        wrong = wrong + dips(curves, left, right, order, (low, mid, high))
        length = run + np.where(there, np.abs(mid - low) + np.abs(high - mid), 0)
        steep = length / run
        both, gap = there[:, 1:], mid[:, 1:] - mid[:, :-1]
        aside = error[:, 1:] + error[:, :-1]
        doubt = aside * np.maximum(steep[:, 1:], steep[:, :-1])
        clear = both & (gap > 8 * doubt + 1e-13 * steep[:, 1:])
        clear &= ~_near_ends(curves, slack, left, right, (mid[:, 1:] + mid[:, :-1]) / 2, run <= 8 * aside)
        widest = np.maximum(np.maximum(low[:, 1:] - low[:, :-1], high[:, 1:] - high[:, :-1]), 2 * gap)
        wide = np.where(both & ~clear, np.maximum(widest, 0), 0)
        # between two curves that part like a square, as arcs may
        share = np.where(clear, 2 * np.sqrt(doubt / gap), 0)
    edge = np.zeros((len(left), 1))
    band = np.where(there, 2 * error * (length + error), 0)
    thin = np.concatenate([_narrowed(curves, order, run * wide, length), edge], axis=1)
    shared = band * np.maximum(np.concatenate([edge, share], axis=1), np.concatenate([share, edge], axis=1))
    middle = np.where(there, mid, 0)
    middle = np.concatenate([middle[:, :1], (middle[:, 1:] + middle[:, :-1]) / 2, middle[:, -1:]], axis=1)
    points = np.stack([np.broadcast_to(centre[:, None], middle.shape), middle], axis=2)
    return Strips(
        left,
        right,
        np.where(there, numbers[order], -1),
        points,
        run * wrong,
        band,
        shared,
        np.where(there, mid, 0),
        np.where(there, 2 * length, 0) + np.concatenate([wide, edge], axis=1),
        thin,
        np.concatenate([both & ~clear, edge > 0], axis=1),
    )


def _narrowed(curves: Curves, order: Ints, area: Floats, length: Floats) -> Floats:
    """The area between curves (n, k), or less between two arcs that are nearly the same."""
    slab, place = np.nonzero(area > 0)
    pair = [curves.take(order[slab, place + k]) for k in (1, 0)]
    found = area.copy()
    found[slab, place] = np.minimum(area[slab, place], _apart(*pair) * (length[:, 1:] + length[:, :-1])[slab, place])
    return found


def _near_ends(curves: Curves, slack: Floats, left: Floats, right: Floats, middle: Floats, thin: Bools) -> Bools:
    """Which middles of gaps in ``thin`` slabs may lie beyond the end of a curve that bounds no set, (n, k).

    What bounds sets is counted; only where the others are the middle must not be beside the exact curve.
    """
    found, own = np.zeros(middle.shape, dtype=bool), curves.owner < 0
    slabs = np.flatnonzero(thin.any(axis=1))
    if not len(slabs) or not own.any():
        return found
    curves, reach = curves.take(own), 16 * float(slack[own].max())
    s = np.concatenate([curves.left, curves.right])
    twice = curves.take(np.tile(np.arange(len(curves)), 2))
    heights, steep = twice.at(s), 1 + np.abs(twice.slopes(s))
    for k in slabs.tolist():
        near = np.flatnonzero((s >= left[k] - reach) & (s <= right[k] + reach))
        away = np.abs(heights[near] - middle[k][:, None]) <= reach * steep[near]
        found[k] = thin[k] & away.any(axis=1)
    return found


def stacked_curves(curves: Curves, left: Floats, right: Floats) -> tuple[Ints, list[Floats]]:
    """For each slab the curves over it (n, k), by their heights in the middle, and these at its left, in its middle,
    and at its right, infinite at the end of shorter rows."""
    active = (curves.left <= left[:, None]) & (curves.right >= right[:, None])
    row, column = np.nonzero(active)
    own, heights = curves.take(column), []
    for s in (left, (left + right) / 2, right):
        heights.append(np.full(active.shape, np.inf))
        heights[-1][row, column] = own.at(s[row])
    order = np.argsort(heights[1], axis=1, kind="stable")[:, : int(active.sum(axis=1).max(initial=0))]
    return order, [np.take_along_axis(h, order, axis=1) for h in heights]


def dips(curves: Curves, left: Floats, right: Floats, order: Ints, heights: Sequence[Floats]) -> Floats:
    """By how much at most curves may be below the ones below them somewhere in a slab, if one is a polynomial or an arc
    of an ellipse (n, k).

    By Bernstein coefficients of the difference; next to an arc by the second derivatives, given the three ``heights``,
    or by the slopes of curves that turn one way.
    """
    found, bent = np.zeros(order.shape), curves.bent
    wanted = bent | curves.elliptic
    if not wanted.any():
        return found
    there = np.isfinite(heights[1])
    slab, place = np.nonzero(there[:, 1:] & (wanted[order[:, 1:]] | wanted[order[:, :-1]]))
    above, below = curves.take(order[slab, place + 1]), curves.take(order[slab, place])
    (low, high), half = (left[slab], right[slab]), ((right - left) / 2)[slab]
    straight, turning = (above.bend == 0) & (below.bend == 0), ~(above.bent | below.bent)
    terms = [c.on(low, high) for c in (above, below)]
    dip = -ranges(terms[0] - terms[1])[0]
    squares = np.arange(terms[0].shape[1]) * (np.arange(terms[0].shape[1]) - 1.0)
    gaps = np.array([h[slab, place + 1] - h[slab, place] for h in heights])
    drop = np.zeros((2, len(slab)))  # by their curvature, and by how far they may rise or fall at all
    with np.errstate(all="ignore"):
        for own, curve in zip(terms, (above, below), strict=True):
            away = np.maximum(np.abs(low - curve.start), np.abs(high - curve.start))
            bow = curve.stretch * (half * curve.radius) ** 2 / np.maximum(curve.radius**2 - away**2, 0) ** 1.5
            drop[0] += np.where(curve.bend == 0, np.abs(own) @ squares, bow) / 8
            climb = np.abs(own) @ np.arange(own.shape[1])
            drop[1] += np.where(curve.bend == 0, climb, curve.stretch * np.sqrt(2 * half * curve.radius))
        least = gaps.min(axis=0) - np.fmin(*drop)
        tangents = _lowest(above, below, np.array([low, low + half, high]), gaps)
        least = np.fmax(least, np.where(turning, tangents, -np.inf))
    rise = sum(np.abs(np.diff([h[slab, k] for h in heights], axis=0)).sum(axis=0) for k in (place, place + 1))
    most = _apart(above, below) * (1 + rise / half)
    found[slab, place + 1] = np.maximum(np.where(straight, dip, np.minimum(-least, most)), 0)
    return found


def _apart(one: Curves, other: Curves) -> Floats:
    """By how much arcs may be apart that are nearly the same, infinite for other curves (n,)."""
    size = 1 + np.abs(one.slope) + one.stretch
    found = np.abs(one.start - other.start) * size + np.abs(one.height - other.height)
    found += np.abs(one.radius - other.radius) * size
    found += (np.abs(one.slope - other.slope) + np.abs(one.stretch - other.stretch)) * other.radius
    return np.where((one.bend == other.bend) & (one.bend != 0), 2 * found, np.inf)


def _lowest(above: Curves, below: Curves, at: Floats, gaps: Floats) -> Floats:
    """A number that the gap (n,) between convex or concave curves is not below, by it and their slopes at three places,
    (3, n): they lie above the tangents with the least and the largest slope that it may have between these."""
    slopes = [[_slopes(curve, s, side) for s in at for side in (-1, 1)] for curve in (above, below)]
    found = np.full(len(above), np.inf)
    for k in (0, 1):
        (one, other), run = ([part[2 * k : 2 * k + 4] for part in slopes]), at[k + 1] - at[k]
        least = np.min(one, axis=0) - np.max(other, axis=0)
        most = np.max(one, axis=0) - np.min(other, axis=0)
        between = (most * gaps[k] - least * gaps[k + 1] + least * most * run) / (most - least)
        ends = np.minimum(gaps[k], gaps[k + 1])
        found = np.fmin(found, np.where((least >= 0) | (most <= 0), ends, np.minimum(between, ends)))
        found[np.isnan(between) & ~((least >= 0) | (most <= 0))] = -np.inf
    return found


def _slopes(curve: Curves, s: Floats, side: int) -> Floats:
    """The slopes of curves at their own s, more or less by their rounding."""
    slope = curve.slopes(s)
    left = np.maximum(curve.radius - np.abs(s - curve.start), 0)
    rounding = 8 * ULP * (1 + np.where(curve.bend == 0, 0, (np.abs(s) + curve.radius) / left))
    return np.asarray(np.where(np.isnan(slope), side * np.inf, slope + side * rounding * np.abs(slope - curve.slope)))


def refined(curves: Curves, cuts: Floats) -> Floats:
    """More cuts where polynomials or ellipses may be in another order within a slab than at its ends and its middle."""
    if not (curves.bent | curves.elliptic).any():
        return cuts
    more = [cuts]
    left, right = cuts[:-1], cuts[1:]
    for _ in range(_ROUNDS):
        again = []
        for k in range(0, len(left), _AT_ONCE):
            low, high = left[k : k + _AT_ONCE], right[k : k + _AT_ONCE]
            own = curves.take((curves.left < high.max()) & (curves.right > low.min()))
            order, heights = stacked_curves(own, low, high)
            dip = dips(own, low, high, order, heights).max(axis=1, initial=0)
            again.append((dip > _DIP) & (dip * (high - low) > _LITTLE))
        rest = np.concatenate(again) if again else np.zeros(0, dtype=bool)
        if not rest.any():
            break
        middle = (left[rest] + right[rest]) / 2
        more.append(middle)
        left, right = np.concatenate([left[rest], middle]), np.concatenate([middle, right[rest]])
    return np.unique(np.concatenate(more))
