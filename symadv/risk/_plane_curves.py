r"""Curves in the plane, and the strips between them: floats with bounds for how far they are from the exact curves.

A curve is a graph over an interval of s, straight or an arc of a circle,
$t = h + m (s - a)$ or $t = h \pm \sqrt{r^2 - (s - a)^2}$.  Where curves begin, end or cross, the plane is cut
into slabs; in a slab they lie above each other, with gaps between them in which nothing changes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from symadv.geometry.polygons import ULP, Bools, Floats, Ints

_AT_ONCE = 256  # slabs
_SLABS = 257  # cuts in any case, so that what is in doubt is weighed by the density near it
_TOUCHING = 1e-9  # curves that come so close are cut where they are closest


@dataclass(frozen=True)
class Curves:
    """n curves, arrays (n,): over [left, right]; ``bend`` 0 or the side of the arc, and its ``radius``; ``error``: the
    distance from the exact curve; ``owner`` and ``side``: the set that is bounded, from below (1) or from above (-1),
    or -1 and 0."""

    left: Floats
    right: Floats
    start: Floats
    height: Floats
    slope: Floats
    radius: Floats
    bend: Ints
    error: Floats
    owner: Ints
    side: Ints

    def __len__(self) -> int:
        return len(self.left)

    def take(self, index: Ints | Bools) -> "Curves":
        """Some of the curves."""
        return Curves(*(getattr(self, f.name)[index] for f in fields(self)))

    def at(self, s: Floats) -> Floats:
        """The height of each curve at its own s, arrays that broadcast to (…, n)."""
        away = s - self.start
        arc = np.sqrt(np.maximum(self.radius * self.radius - away * away, 0))
        return np.asarray(self.height + np.where(self.bend == 0, self.slope * away, self.bend * arc))

    @property
    def rounded(self) -> Floats:
        """The distance from the exact curve, with the rounding of ``at``."""
        rise = np.abs(self.slope) * (self.right - self.left) + 2 * self.radius * np.abs(self.bend)
        return np.asarray(self.error + ULP * (6 * rise + 2 * np.abs(self.height) + 4))


def joined(parts: Sequence[Curves]) -> Curves:
    """Some collections of curves as one."""
    return Curves(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Curves)))


def straight(ends: Floats, error: Floats, owner: Ints, side: Ints) -> Curves:
    """Segments between ``ends`` (n, 2, 2), none of them vertical; points are left out."""
    order = np.argsort(ends[:, :, 0], axis=1)
    ends = np.take_along_axis(ends, order[:, :, None], axis=1)
    (left, height), (right, top) = ends[:, 0].T, ends[:, 1].T
    kept = right > left
    slope = np.divide(top - height, right - left, out=np.zeros_like(left), where=kept)
    flat, bend = np.zeros(len(left)), np.zeros(len(left), dtype=np.int64)
    found = Curves(left, right, left, height, slope, flat, bend, error, owner, side)
    return found.take(kept)


def circles(centres: Floats, radius: Floats, error: Floats, owner: Ints) -> Curves:
    """The lower and the upper halves of circles around ``centres`` (n, 2)."""
    s, t = centres.T
    flat = np.zeros(len(s))
    halves = [
        Curves(s - radius, s + radius, s, t, flat, radius, np.full(len(s), side), error, owner, np.full(len(s), -side))
        for side in (-1, 1)
    ]
    return joined(halves)


def events(curves: Curves, low: float, high: float) -> Floats:
    """Where curves begin, end, cross or nearly touch between two numbers, ascending; the numbers, and some between."""
    found = [np.linspace(low, high, _SLABS), curves.left, curves.right]
    order = np.argsort(curves.left, kind="stable")
    curves = curves.take(order)
    for k in range(len(curves) - 1):
        last = int(np.searchsorted(curves.left, curves.right[k]))
        if last > k + 1:
            found.append(_meetings(curves.take(np.array([k])), curves.take(np.arange(k + 1, last))))
    every = np.concatenate(found)
    return np.unique(every[(every >= low) & (every <= high)])


def _meetings(one: Curves, others: Curves) -> Floats:
    """Where one curve crosses or nearly touches others."""
    left, right = np.maximum(one.left, others.left), np.minimum(one.right, others.right)
    both = (one.bend == 0) & (others.bend == 0)
    with np.errstate(all="ignore"):
        first, last = one.at(left) - others.at(left), one.at(right) - others.at(right)
        crossing = left + (right - left) * first / (first - last)
    found = [crossing[both & (first * last < 0)]]
    if not both.all():
        found.append(_with_arcs(one, others.take(~both), left[~both], right[~both]))
    return np.concatenate(found)


def _with_arcs(one: Curves, others: Curves, left: Floats, right: Floats) -> Floats:
    line = np.where((others.bend == 0)[:, None], _columns(others), _columns(one))  # start, height, slope, radius
    arc = np.where((others.bend == 0)[:, None], _columns(one), _columns(others))
    two = (one.bend != 0) & (others.bend != 0)
    with np.errstate(all="ignore"):
        # a line: the foot of the perpendicular from the centre, and half the chord along s
        gap = line[:, 1] + line[:, 2] * (arc[:, 0] - line[:, 0]) - arc[:, 1]
        size, r = 1 + line[:, 2] ** 2, arc[:, 3]
        foot = arc[:, 0] - gap * line[:, 2] / size
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
    return np.stack([curves.start, curves.height, curves.slope, curves.radius], axis=1)


@dataclass(frozen=True)
class Strips:
    """Some slabs [left, right] (n,), each with its curves from below to above.

    ``curve`` (n, k): their numbers, -1 at the end of shorter rows.  Gap j lies below curve j: its ``middle`` (n, k + 1,
    2), clear of all curves unless the gap is among the ``lost``.  Areas (n, k): ``lost`` of gaps above curves that are
    too thin to tell what is in them, and of wrong orders; ``band``, where the exact curve may be on the other side;
    ``shared``, the part of it where its neighbours' bands may be as well.  All are within ``around`` of the ``height``.
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


def padded(values: Any, width: int, filling: Any) -> Any:
    """Rows of values filled up to a width."""
    more = ((0, 0), (0, width - values.shape[1]), *(((0, 0),) * (values.ndim - 2)))
    return np.pad(values, more, constant_values=filling)


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
    active = (curves.left <= left[:, None]) & (curves.right >= right[:, None])
    centre = (left + right) / 2
    heights = [np.where(active, curves.at(s[:, None]), np.inf) for s in (left, centre, right)]
    width = int(active.sum(axis=1).max(initial=0))
    order = np.argsort(heights[1], axis=1, kind="stable")[:, :width]
    low, mid, high = (np.take_along_axis(h, order, axis=1) for h in heights)
    there = np.isfinite(mid)
    error = np.where(there, slack[order], 0)
    run = (right - left)[:, None]
    with np.errstate(all="ignore"):
        wrong = sum(np.where(there, np.maximum.accumulate(h, axis=1) - h, 0) for h in (low, high))
        length = run + np.where(there, np.abs(mid - low) + np.abs(high - mid), 0)
        steep = length / run
        both, gap = there[:, 1:], mid[:, 1:] - mid[:, :-1]
        doubt = (error[:, 1:] + error[:, :-1]) * np.maximum(steep[:, 1:], steep[:, :-1])
        clear = both & (gap > 8 * doubt + 1e-13 * steep[:, 1:]) & (run > 8 * doubt)
        widest = np.maximum(np.maximum(low[:, 1:] - low[:, :-1], high[:, 1:] - high[:, :-1]), 2 * gap)
        # between two curves that part like a square, as arcs may
        share = np.where(both, np.where(clear, 2 * np.sqrt(doubt / gap), 1), 0)
    edge = np.zeros((len(left), 1))
    band = np.where(there, 2 * error * (length + error), 0)
    lost = run * (wrong + np.concatenate([np.where(both & ~clear, np.maximum(widest, 0), 0), edge], axis=1))
    shared = band * np.maximum(np.concatenate([edge, share], axis=1), np.concatenate([share, edge], axis=1))
    middle = np.where(there, mid, 0)
    middle = np.concatenate([middle[:, :1], (middle[:, 1:] + middle[:, :-1]) / 2, middle[:, -1:]], axis=1)
    points = np.stack([np.broadcast_to(centre[:, None], middle.shape), middle], axis=2)
    return Strips(
        left,
        right,
        np.where(there, numbers[order], -1),
        points,
        lost,
        band,
        shared,
        np.where(there, mid, 0),
        np.where(there, 2 * length, 0)
        + np.concatenate([np.where(both & ~clear, np.maximum(widest, 0), 0), edge], axis=1),
    )
