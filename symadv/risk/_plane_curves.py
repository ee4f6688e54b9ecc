r"""Curves in the plane, and the strips between them: floats with bounds for how far they are from the exact curves.

A curve is a graph over an interval of s, straight, an arc of a circle,
$t = h + m (s - a)$ or $t = h \pm \sqrt{r^2 - (s - a)^2}$, or of a polynomial of $(s - a)/r$.  Where curves begin, end or
cross, the plane is cut into slabs; in a slab they lie above each other, with gaps between them in which nothing changes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from symadv.geometry.polygons import ULP, Bools, Floats, Ints
from symadv.risk._plane_polynomials import on_part, ranges

_AT_ONCE = 256  # slabs
_SLABS = 257  # cuts in any case, so that what is in doubt is weighed by the density near it
_LOOKED = (1 - np.cos(np.linspace(0, np.pi, 9))) / 2  # where polynomials are compared
_HALVINGS = 52
_ROUNDS = 40
_DIP, _LITTLE = 2e-14, 2.0**-56  # of orders that are not certain: in height, in area
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
    terms: Floats  # (n, k), of (s - start) / radius, its square ...

    def __len__(self) -> int:
        return len(self.left)

    def take(self, index: Ints | Bools) -> "Curves":
        """Some of the curves."""
        return Curves(*(getattr(self, f.name)[index] for f in fields(self)))

    def at(self, s: Floats) -> Floats:
        """The height of each curve at its own s, arrays that broadcast to (…, n)."""
        away = s - self.start
        arc = np.sqrt(np.maximum(self.radius * self.radius - away * away, 0))
        found = self.height + np.where(self.bend == 0, self.slope * away, self.bend * arc)
        return np.asarray(found + self._bent(away))

    def _bent(self, away: Floats) -> Any:
        if not self.terms.shape[1]:
            return 0.0
        share = away / np.where(self.radius > 0, self.radius, 1)
        total = np.zeros_like(share)
        for k in range(self.terms.shape[1] - 1, -1, -1):
            total = (total + self.terms[:, k]) * share
        return total

    def slopes(self, s: Floats) -> Floats:
        """The slope of each curve at its own s, (n,)."""
        away, scale = s - self.start, np.where(self.radius > 0, self.radius, 1)
        total = np.zeros(len(self))
        for k in range(self.terms.shape[1], 0, -1):
            total = total * away / scale + k * self.terms[:, k - 1]
        with np.errstate(all="ignore"):
            arc = -self.bend * away / np.sqrt(np.maximum(self.radius**2 - away**2, 0))
        return np.asarray(np.where(self.bend == 0, self.slope + total / scale, arc))

    def on(self, left: Floats, right: Floats) -> Floats:
        """The coefficients (n, k) of curves that are no arcs, of a number from -1 to 1 between ``left`` and ``right``."""
        scale = np.where(self.radius > 0, self.radius, 1)
        linear = self.slope * scale
        own = np.column_stack([self.height, linear, np.zeros((len(self), max(self.terms.shape[1] - 1, 0)))])
        own[:, 1 : 1 + self.terms.shape[1]] += self.terms
        return on_part(own, (left - self.start) / scale, (right - self.start) / scale)

    @property
    def bent(self) -> Bools:
        """Which are graphs of polynomials."""
        return np.asarray(self.terms.any(axis=1))

    @property
    def rounded(self) -> Floats:
        """The distance from the exact curve, with the rounding of ``at``."""
        rise = np.abs(self.slope) * (self.right - self.left) + 2 * self.radius * np.abs(self.bend)
        rise += 2 * np.abs(self.terms).sum(axis=1)
        return np.asarray(self.error + ULP * (6 * rise + 2 * np.abs(self.height) + 4))


def joined(parts: Sequence[Curves]) -> Curves:
    """Some collections of curves as one."""
    width = max(part.terms.shape[1] for part in parts)
    wide = [Curves(**{**vars(p), "terms": padded(p.terms, width, 0.0)}) for p in parts]
    return Curves(*(np.concatenate([getattr(p, f.name) for p in wide]) for f in fields(Curves)))


def straight(ends: Floats, error: Floats, owner: Ints, side: Ints) -> Curves:
    """Segments between ``ends`` (n, 2, 2), none of them vertical; points are left out."""
    order = np.argsort(ends[:, :, 0], axis=1)
    ends = np.take_along_axis(ends, order[:, :, None], axis=1)
    (left, height), (right, top) = ends[:, 0].T, ends[:, 1].T
    kept = right > left
    slope = np.divide(top - height, right - left, out=np.zeros_like(left), where=kept)
    flat, bend = np.zeros(len(left)), np.zeros(len(left), dtype=np.int64)
    found = Curves(left, right, left, height, slope, flat, bend, error, owner, side, np.zeros((len(left), 0)))
    return found.take(kept)


def circles(centres: Floats, radius: Floats, error: Floats, owner: Ints) -> Curves:
    """The lower and the upper halves of circles around ``centres`` (n, 2)."""
    s, t = centres.T
    flat, none = np.zeros(len(s)), np.zeros((len(s), 0))
    sides = [np.full(len(s), side) for side in (-1, 1)]
    halves = [Curves(s - radius, s + radius, s, t, flat, radius, own, error, owner, -own, none) for own in sides]
    return joined(halves)


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
    """About where polynomials cross each other or other curves; ``curves`` by their left ends.  Missed ones cost area."""
    bent = curves.bent
    first = np.searchsorted(curves.left, curves.right)  # the curves from here on begin beyond
    found = [np.zeros(0)]
    for k in range(0, len(curves) if bent.any() else 0, _AT_ONCE):
        one, other = np.nonzero(
            (np.arange(k, min(k + _AT_ONCE, len(curves)))[:, None] < np.arange(len(curves)))
            & (np.arange(len(curves)) < first[k : k + _AT_ONCE, None])
            & (bent[k : k + _AT_ONCE, None] | bent)
        )
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


def dips(curves: Curves, left: Floats, right: Floats, order: Ints, heights: Sequence[Floats]) -> Floats:
    """By how much at most curves may be below the ones below them somewhere in a slab, where one is a polynomial (n, k).

    By Bernstein coefficients of the difference; next to an arc by the second derivatives, given the three ``heights``.
    """
    found, bent = np.zeros(order.shape), curves.bent
    if not bent.any():
        return found
    there = np.isfinite(heights[1])
    slab, place = np.nonzero(there[:, 1:] & (bent[order[:, 1:]] | bent[order[:, :-1]]))
    above, below = curves.take(order[slab, place + 1]), curves.take(order[slab, place])
    (low, high), half = (left[slab], right[slab]), ((right - left) / 2)[slab]
    straight = (above.bend == 0) & (below.bend == 0)
    terms = [c.on(low, high) for c in (above, below)]
    dip = -ranges(terms[0] - terms[1])[0]
    squares = np.arange(terms[0].shape[1]) * (np.arange(terms[0].shape[1]) - 1.0)
    least = np.min([h[slab, place + 1] - h[slab, place] for h in heights], axis=0)
    drop = np.zeros((2, len(slab)))  # by their curvature, and by how far they may rise or fall at all
    with np.errstate(all="ignore"):
        for own, curve in zip(terms, (above, below), strict=True):
            away = np.maximum(np.abs(low - curve.start), np.abs(high - curve.start))
            bow = (half * curve.radius) ** 2 / np.maximum(curve.radius**2 - away**2, 0) ** 1.5
            drop[0] += np.where(curve.bend == 0, np.abs(own) @ squares, bow) / 8
            climb = np.abs(own) @ np.arange(own.shape[1])
            drop[1] += np.where(curve.bend == 0, climb, np.sqrt(2 * half * curve.radius))
    found[slab, place + 1] = np.maximum(np.where(straight, dip, np.fmin(*drop) - least), 0)
    return found


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


def refined(curves: Curves, cuts: Floats) -> Floats:
    """More cuts where polynomials may be in another order within a slab than at its ends and in its middle."""
    if not curves.bent.any():
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


def stacked_curves(curves: Curves, left: Floats, right: Floats) -> tuple[Ints, list[Floats]]:
    """For each slab the curves over it (n, k), by their heights in the middle, and these at its left, in its middle, and
    at its right, infinite at the end of shorter rows."""
    active = (curves.left <= left[:, None]) & (curves.right >= right[:, None])
    row, column = np.nonzero(active)
    own, heights = curves.take(column), []
    for s in (left, (left + right) / 2, right):
        heights.append(np.full(active.shape, np.inf))
        heights[-1][row, column] = own.at(s[row])
    order = np.argsort(heights[1], axis=1, kind="stable")[:, : int(active.sum(axis=1).max(initial=0))]
    return order, [np.take_along_axis(h, order, axis=1) for h in heights]


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
