"""What is within reach of smooth arcs when the ball is a disc: chains of them by chords that are near to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from symadv.geometry.polygons import ULP, Floats, Ints
from symadv.risk._plane_curves import Curves
from symadv.risk._plane_cut import Link
from symadv.risk._plane_links import Reach
from symadv.risk._plane_reach import Pieces

_BOW = 2.0**-7  # how far chords are from arcs
_MOST = 256  # chords of one arc

Step = tuple[
    Floats, Floats, float, Ints
]  # from a point to another along an arc, its distance from the chord, its types


@dataclass(frozen=True)
class Disc:
    """A disc by its radius; ``inner``: what is surely within reach is wanted, else what possibly is."""

    radius: float
    inner: bool

    def reach(self, arcs: Curves, links: Sequence[Link]) -> Reach:
        """Chords, that are to be dilated by discs that are smaller, or larger, by how far the arcs are from them."""
        found = [chord for chain in _chains(links) for chord in _joined(list(_steps(arcs, links, chain)))]
        ends, bow = np.array([(a, b) for a, b, _, _ in found]), np.array([bow for _, _, bow, _ in found])
        share = np.maximum(self.radius + (-bow if self.inner else bow), 0)
        error = 16 * ULP * (1 + np.abs(ends).max(axis=(1, 2)))
        pieces = Pieces(ends, error, np.array([touched for *_, touched in found]), share)
        nothing = arcs.take(np.zeros(0, dtype=np.int64))
        return Reach(nothing, np.zeros((0, pieces.touched.shape[1]), dtype=np.int64), pieces, np.zeros((0, 2)))


def _chains(links: Sequence[Link]) -> Iterator[list[tuple[int, int]]]:
    """Links that meet at nodes and that the same types touch, each with the side (0 or 1) that a chain begins at."""
    met: dict[tuple[int, bytes], list[tuple[int, int]]] = {}
    for k, link in enumerate(links):
        for side in (0, 1):
            if link.part.nodes[side] >= 0:
                met.setdefault((link.part.nodes[side], link.touched.tobytes()), []).append((k, side))
    beside = {a: b for pair in met.values() if len(pair) == 2 for a, b in (pair, pair[::-1])}
    left = set(range(len(links)))
    starts = [(k, side) for k in range(len(links)) for side in (0, 1) if (k, side) not in beside]
    for first in (*starts, *((k, 0) for k in range(len(links)))):
        chain: list[tuple[int, int]] = []
        at: tuple[int, int] | None = first
        while at is not None and at[0] in left:
            left.remove(at[0])
            chain.append(at)
            at = beside.get((at[0], 1 - at[1]))
        if chain:
            yield chain


def _steps(arcs: Curves, links: Sequence[Link], chain: Sequence[tuple[int, int]]) -> Iterator[Step]:
    """Parts of arcs, each not far from its chord, and what is between them: at vertical tangents tiny boxes."""
    before = None
    for k, side in chain:
        part = links[k].part
        one = arcs.take(np.array([part.curve]))
        terms = one.on(np.array([part.low]), np.array([part.high]))[0]
        n = min(int(np.ceil(np.sqrt(8 * np.abs(terms[2:]).sum() / _BOW))) or 1, _MOST)
        s = np.linspace(part.low, part.high, n + 1)[:: 1 - 2 * side]
        points = np.column_stack([s, one.at(s[:, None])[:, 0]])
        if before is not None:
            yield before, points[0], 2 * float(np.abs(points[0] - before).sum()), links[k].touched
        before = points[-1]
        for a, b in pairwise(points):
            low, high = sorted((a[0], b[0]))
            own = one.on(np.array([low]), np.array([high]))[0]
            yield a, b, float(2 * np.abs(own[2:]).sum() + one.error[0]), links[k].touched


def _joined(steps: Sequence[Step]) -> Iterator[Step]:
    """As many steps together as are near to one chord."""
    begun = 0
    while begun < len(steps):
        last, found = begun, steps[begun][2]
        while last + 1 < len(steps):
            bow = max(_away(steps[begun][0], steps[last + 1][1], step) for step in steps[begun : last + 2])
            if bow > _BOW:
                break
            last, found = last + 1, bow
        yield steps[begun][0], steps[last][1], found, steps[begun][3]
        begun = last + 1


def _away(start: Floats, end: Floats, step: Step) -> float:
    """How far a step is from a chord at most; much, where it is beyond the ends of that."""
    way = end - start
    size = float(np.hypot(*way))
    a, b, bow, _ = step
    if not size > 0 or any(not -1e-12 <= float((p - start) @ way) / size**2 <= 1 + 1e-12 for p in (a, b)):
        return np.inf
    return bow + max(abs(float(way[0] * (p - start)[1] - way[1] * (p - start)[0])) / size for p in (a, b))
