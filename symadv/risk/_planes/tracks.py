r"""Where lines cross curves in the plane: places on them outside of which they surely do not.

In a frame a line is $t = h + m s$, known up to an ``error``; curves are graphs over s, too.  The difference is affine,
of an arc a quadratic polynomial in s, else a polynomial: what is known but for $\delta$ gives intervals, short ones
where the curves cross, and of the size $\sqrt\delta$ where they touch.
"""

from dataclasses import dataclass

import numpy as np

from symadv.geometry.polygons import ULP, Floats, Ints
from symadv.risk._planes.curves import Curves
from symadv.risk._planes.polynomials import near_zero

Found = tuple[Floats, Ints]  # intervals of s (m, 2), and whose they are

PAD = 4 * ULP  # of numbers that are computed, relative to their size


@dataclass(frozen=True)
class Track:
    """A line in a frame: ``height`` at 0, ``slope``, from ``left`` to ``right``; its points are off by an ``error``."""

    height: float
    slope: float
    left: float
    right: float
    error: float

    def at(self, s: Floats) -> Floats:
        """The points over some s (n,), (n, 2)."""
        return np.column_stack([s, self.height + self.slope * s])

    @property
    def size(self) -> float:
        """Of its coordinates, at most."""
        far = max(abs(self.left), abs(self.right))
        return 1 + far + abs(self.height) + abs(self.slope) * far

    def crossings(self, curves: Curves) -> Found:
        """Intervals outside of which points are on none of some curves, and of which curve each is."""
        bent, arc = curves.bent, curves.bend != 0
        intervals, which = [np.zeros((0, 2))], [np.zeros(0, dtype=np.int64)]
        for kind, way in ((~bent & ~arc, self._lines), (bent, self._graphs), (arc, self._arcs)):
            own = curves.take(kind)
            found, number = way(own)
            intervals.append(found)
            which.append(np.flatnonzero(kind)[number])
        return self._within(np.concatenate(intervals), np.concatenate(which))

    def boxes(self, boxes: Floats) -> Found:
        """Intervals outside of which points are in none of some boxes (n, 4), and of which each is."""
        left, right, low, high = boxes.reshape(-1, 4).T
        ends = self.height + self.slope * np.stack([left, right])
        slack = self.error * (1 + abs(self.slope)) + PAD * self.size
        near = np.flatnonzero((ends.max(axis=0) + slack >= low) & (ends.min(axis=0) - slack <= high))
        return self._within(np.column_stack([left, right])[near], near)

    def _within(self, intervals: Floats, which: Ints) -> Found:
        """Intervals made larger by what was rounded, as far as the line goes."""
        more = self.error + PAD * self.size
        intervals = intervals + np.array([-more, more])
        kept = (intervals[:, 1] >= self.left) & (intervals[:, 0] <= self.right)
        return np.clip(intervals[kept], self.left, self.right), which[kept]

    def _doubt(self, curves: Curves, steep: Floats) -> Floats:
        """By how much heights over the same s may differ where both are the same."""
        return (curves.rounded + self.error) * (1 + steep + abs(self.slope)) + PAD * self.size

    def _lines(self, lines: Curves) -> Found:
        turn = lines.slope - self.slope
        middle = (lines.left + lines.right) / 2
        gap = lines.height + lines.slope * (middle - lines.start) - (self.height + self.slope * middle)
        length = np.abs(turn) * (lines.right - lines.left) / 2
        doubt = self._doubt(lines, np.abs(lines.slope)) + PAD * (np.abs(lines.height) + length)
        near = np.flatnonzero(np.abs(gap) <= length + doubt)
        flat = ~(2 * length > doubt)
        turn = np.where(flat, 1.0, turn)
        centre, half = (middle - gap / turn)[near], (doubt / np.abs(turn))[near]
        ends = np.column_stack([lines.left, lines.right])[near]
        found = np.where(flat[near, None], ends, np.column_stack([centre - half, centre + half]))
        return np.column_stack([np.maximum(found[:, 0], ends[:, 0]), np.minimum(found[:, 1], ends[:, 1])]), near

    def _arcs(self, arcs: Curves) -> Found:
        """By $(1 + m^2)(s - f)^2 = r^2 - d^2$ with the foot f of the perpendicular from the centre, d its length."""
        square = 1 + self.slope**2
        gap = self.height + self.slope * arcs.start - arcs.height
        foot = arcs.start - self.slope * gap / square
        error = arcs.rounded + self.error + PAD * (self.size + np.abs(arcs.height) + np.abs(arcs.start))
        rest = arcs.radius**2 - gap**2 / square
        doubt = 2 * error * (2 * arcs.radius + np.abs(gap) + error) + PAD * (arcs.radius**2 + gap**2)
        low, high = (np.sqrt(np.maximum(rest + side * doubt, 0) / square) for side in (-1, 1))
        near = np.flatnonzero(rest + doubt >= 0)
        found = np.concatenate(
            [np.column_stack([foot + low, foot + high])[near], np.column_stack([foot - high, foot - low])[near]]
        )
        return self._beside(arcs, found, np.tile(near, 2))

    def _beside(self, arcs: Curves, found: Floats, which: Ints) -> Found:
        """Those intervals in which points may be beside arcs, not beside the rest of their circles."""
        own = arcs.take(which)
        aside = (own.rounded + self.error) * 2 + PAD * (self.size + np.abs(own.start) + np.abs(own.height))
        heights = self.height + self.slope * found
        reach = np.where(own.bend > 0, heights.max(axis=1) - own.height, own.height - heights.min(axis=1))
        kept = reach >= -aside * (1 + abs(self.slope))
        kept &= (found[:, 1] >= own.left - aside) & (found[:, 0] <= own.right + aside)
        return found[kept], which[kept]

    def _graphs(self, curves: Curves) -> Found:
        if not len(curves):
            return np.zeros((0, 2)), np.zeros(0, dtype=np.int64)
        terms, half = curves.on(curves.left, curves.right), (curves.right - curves.left) / 2
        steep = (np.arange(terms.shape[1]) * np.abs(terms)).sum(axis=1) / half
        doubt = self._doubt(curves, steep) + PAD * np.abs(terms).sum(axis=1)
        middle = (curves.left + curves.right) / 2
        terms[:, 0] -= self.height + self.slope * middle
        terms[:, 1] -= self.slope * half
        which, parts = near_zero(terms, doubt)
        return middle[which, None] + half[which, None] * parts, which


def cut_at(doubts: Floats, left: float, right: float) -> tuple[Floats, tuple[Ints, Ints]]:
    """An interval cut at the ends of others (n, 2), (m, 2), and pairs of parts and those of the others around them."""
    cuts = np.unique(np.concatenate([[left, right], doubts.ravel()]))
    first, last = np.searchsorted(cuts, doubts[:, 0]), np.searchsorted(cuts, doubts[:, 1])
    count = last - first
    which = np.repeat(np.arange(len(doubts)), count)
    part = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    return np.column_stack([cuts[:-1], cuts[1:]]), (part, which)
