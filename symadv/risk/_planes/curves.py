r"""Curves in the plane, and the strips between them: floats with bounds for how far they are from the exact curves.

A curve is a graph over an interval of s, straight, $t = h + m (s - a)$, an arc of an ellipse,
$t = h + m (s - a) \pm \kappa \sqrt{r^2 - (s - a)^2}$, or of a polynomial of $(s - a)/r$.  Where curves begin, end or
cross, the plane is cut into slabs; in a slab they lie above each other, with gaps between them in which nothing
changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from symadv.geometry.polygons import ULP, Bools, Floats, Ints
from symadv.risk._planes.polynomials import on_part


@dataclass(frozen=True)
class Curves:
    """n curves, arrays (n,): over [left, right]; ``bend`` 0 or the side of the arc, its ``radius`` along s, and its
    ``stretch`` (1 unless given, as of circles, whose slope is 0); ``error``: the distance from the exact curve;
    ``owner`` and ``side``: the set that is bounded, from below (1) or from above (-1), or -1 and 0."""

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
    stretch: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if len(self.stretch) != len(self.left):
            object.__setattr__(self, "stretch", np.ones(len(self.left)))

    def __len__(self) -> int:
        return len(self.left)

    def take(self, index: Ints | Bools) -> "Curves":
        """Some of the curves."""
        return Curves(*(getattr(self, f.name)[index] for f in fields(self)))

    def at(self, s: Floats) -> Floats:
        """The height of each curve at its own s, arrays that broadcast to (…, n)."""
        away = s - self.start
        arc = np.sqrt(np.maximum(self.radius * self.radius - away * away, 0))
        found = self.height + self.slope * away + self.bend * self.stretch * arc
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
            arc = -self.bend * self.stretch * away / np.sqrt(np.maximum(self.radius**2 - away**2, 0))
        return np.asarray(self.slope + np.where(self.bend == 0, total / scale, arc))

    def on(self, left: Floats, right: Floats) -> Floats:
        """The coefficients (n, k) of curves but arcs, of a number from -1 to 1 between ``left`` and ``right``."""
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
    def elliptic(self) -> Bools:
        """Which are arcs of ellipses that are no circles."""
        return np.asarray((self.bend != 0) & ((self.stretch != 1) | (self.slope != 0)))

    @property
    def rounded(self) -> Floats:
        """The distance from the exact curve, with the rounding of ``at``."""
        run = np.where(self.bend == 0, self.right - self.left, 2 * self.radius)
        rise = np.abs(self.slope) * run + 2 * self.radius * np.maximum(self.stretch, 1) * np.abs(self.bend)
        rise += 2 * np.abs(self.terms).sum(axis=1)
        return np.asarray(self.error + ULP * (6 * rise + 2 * np.abs(self.height) + 4))


def joined(parts: Sequence[Curves]) -> Curves:
    """Some collections of curves as one."""
    width = max(part.terms.shape[1] for part in parts)
    wide = [Curves(**{**vars(p), "terms": padded(p.terms, width, 0.0)}) for p in parts]
    return Curves(*(np.concatenate([getattr(p, f.name) for p in wide]) for f in fields(Curves)))


def padded(values: Any, width: int, filling: Any) -> Any:
    """Rows of values filled up to a width."""
    more = ((0, 0), (0, width - values.shape[1]), *(((0, 0),) * (values.ndim - 2)))
    return np.pad(values, more, constant_values=filling)


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


def joints(curves: Curves) -> tuple[Floats, Ints]:
    """Boxes (n, 4) around ends of curves that go on, but for rounding, in another one, and the set that these bound."""
    s = np.concatenate([curves.left, curves.right])
    twice = curves.take(np.tile(np.arange(len(curves)), 2))
    height, around = twice.at(s), 4 * twice.rounded
    places = np.column_stack([twice.owner, s, height])
    _, place, count = np.unique(places, axis=0, return_inverse=True, return_counts=True)
    alone = count[place.ravel()] == 1
    return np.column_stack([s - around, s + around, height - around, height + around])[alone], twice.owner[alone]
