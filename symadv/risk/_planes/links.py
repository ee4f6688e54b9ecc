r"""What is within reach of a smooth arc when the ball is a parallelogram or a segment.

Let the tangents of an arc A from p to q have directions between those of two edges of the ball K next to each other,
and D be the diagonal of K that joins the other two corners.  Then $A + K = (p + K) \cup (q + K) \cup (A + D)$: a line
along D meets A once at most, and from a point of $A + K$ that is on none of those that do, one end of A is within
reach.  $A + D$ lies between two translates of A and those of D at p and q.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from symadv.geometry.polygons import ULP, Floats, Ints
from symadv.risk._planes.borders import Borders
from symadv.risk._planes.curves import Curves, joined, straight
from symadv.risk._planes.cut import Link
from symadv.risk._planes.reach import Pieces


@dataclass(frozen=True)
class Reach:
    """The boundaries of what is within reach, by sets, the types of each set, ``ends`` that are to be dilated, and
    ``boxes`` (n, 4) in which nothing is known."""

    curves: Curves
    touched: Ints
    ends: Pieces
    boxes: Floats


@dataclass(frozen=True, eq=False)
class Parallelogram:
    """A ball by its corners (k, 2) in order, four or two, of which a share is left."""

    whole: Floats
    share: float = 1.0

    @property
    def corners(self) -> Floats:
        """Those of what is left."""
        return np.asarray(self.share * self.whole)

    @property
    def edges(self) -> Floats:
        """The directions of its edges, or of the segment."""
        return np.asarray(np.roll(self.corners, -1, axis=0) - self.corners)[: len(self.corners) // 2]

    def diagonals(self, slopes: Floats) -> Floats:
        """For arcs of some slopes (n,) half the diagonal across, (n, 2)."""
        if len(self.corners) == 2:
            return np.tile(self.corners[1], (len(slopes), 1))
        (a, b), (c, d) = self.edges
        along = (d - c * slopes) * (a * slopes - b)  # the product of the shares of both edges, up to a square
        return np.asarray(np.where((along > 0)[:, None], self.corners[1], self.corners[0]))

    def reach(self, borders: Borders, links: Sequence[Link]) -> Reach:
        """What is within reach of some links of arcs."""
        own = borders.arcs.take(np.array([k.part.curve for k in links], dtype=np.int64))
        low, high = (np.array([getattr(k.part, name) for k in links]) for name in ("low", "high"))
        touched = np.array([k.touched for k in links], dtype=np.int64)
        kinds, owner = np.unique(touched, axis=0, return_inverse=True)
        owner = owner.ravel()
        middle = (low + high) / 2
        slopes = own.slopes(middle)
        ways = self.diagonals(slopes)
        beyond = np.where(ways[:, 1] - slopes * ways[:, 0] > 0, 1, -1)
        parts = [_moved(own, low, high, side * ways, owner, -side * beyond) for side in (1, -1)]
        ends = list(self._ends(own, links, ways, slopes, low, high))
        sides = [
            (np.array([at - way, at + way]), error, owner[k], _side(way, inward)) for k, at, way, inward, error in ends
        ]
        if sides:
            segments, error, owners, side = (np.array(v) for v in zip(*sides, strict=True))
            parts.append(straight(segments, error, owners, side))
        hulls = Pieces(
            np.array([[at, at] for _, at, _, _, _ in ends]).reshape(-1, 2, 2),
            np.array([error for *_, error in ends]),
            touched[[k for k, *_ in ends]],
            np.full(len(ends), self.share),
        )
        shifts = np.unique(np.concatenate([ways, -ways]), axis=0)
        boxes = [borders.boxes + np.array([s, s, t, t]) for s, t in shifts.tolist()]
        return Reach(joined(parts), kinds, hulls, np.concatenate([np.zeros((0, 4)), *boxes]))

    def _ends(
        self, own: Curves, links: Sequence[Link], ways: Floats, slopes: Floats, low: Floats, high: Floats
    ) -> Iterator[tuple[int, Floats, Floats, Floats, float]]:
        """The ends of chains of links that the same types touch, all across the same diagonal."""
        met: dict[tuple[int, bytes, bytes], list[tuple[int, int]]] = {}
        for k, link in enumerate(links):
            for side in (0, 1):
                node = link.part.nodes[side]
                key = (node if node >= 0 else -1 - 2 * k - side, link.touched.tobytes(), ways[k].tobytes())
                met.setdefault(key, []).append((k, side))
        for listed in met.values():
            if len(listed) == 2:
                continue
            for k, side in listed:
                s = (low, high)[side][k]
                one = own.take(np.array([k]))
                at = np.array([s, float(one.at(np.array([s]))[0])])
                slope = float(one.slopes(np.array([s]))[0])
                inward = np.array([1.0, slope]) * (1 - 2 * side)
                error = float(own.error[k]) + 8 * ULP * (1 + float(np.abs(at).max()))
                yield k, at, ways[k], inward, error


def _moved(curves: Curves, low: Floats, high: Floats, by: Floats, owner: Ints, side: Ints) -> Curves:
    """Parts of polynomials moved."""
    s, t = by.T
    error = curves.error + 4 * ULP * (
        1 + np.abs(curves.start) + np.abs(curves.height) + np.abs(by).max(axis=1, initial=0)
    )
    return Curves(
        low + s, high + s, curves.start + s, curves.height + t, curves.slope, curves.radius, curves.bend, error,
        owner, side, curves.terms,
    )  # fmt: skip


def _side(way: Floats, inward: Floats) -> int:
    """1 if what is inside lies above a segment, -1 if below."""
    return 1 if (inward[1] * way[0] - way[1] * inward[0]) * np.sign(way[0]) > 0 else -1
