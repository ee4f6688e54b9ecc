r"""The convex sets of points of a plane from which something on other strata is within reach, and their boundaries.

They are hulls of points, discs, and images of parts of discs between two chords, in units of the budgets.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import acos, ceil, floor, pi, sin

import numpy as np

from symadv.geometry.polygons import ULP, Floats, Ints
from symadv.risk._planes.curves import Curves, circles, joined
from symadv.risk._planes.reach import hull

_DIGITS = 12  # to which discs are the same


@dataclass(frozen=True, eq=False)
class Hull:
    """The hull of points (n, 2); ``error``: the distance of its boundary from the exact one."""

    points: Floats
    error: float

    @property
    def ways(self) -> Floats:
        """The directions of its sides, and of diagonals."""
        return np.asarray((self.points[:, None] - self.points[None]).reshape(-1, 2))

    def curves(self, turn: Floats, owner: int) -> Curves:
        """Its boundary after a turn (2, 2)."""
        size = 1 + float(np.abs(self.points).sum(axis=1).max())
        return hull(self.points @ turn.T, self.error + 5 * ULP * size, owner)


@dataclass(frozen=True, eq=False)
class Disc:
    """A disc around a point (2,)."""

    centre: Floats
    radius: float
    error: float
    ways = np.zeros((0, 2))

    def curves(self, turn: Floats, owner: int) -> Curves:
        """Its boundary after a turn (2, 2)."""
        centre = turn @ self.centre
        error = self.error + 8 * ULP * (1 + float(np.abs(centre).max()))
        return circles(centre[None], np.array([self.radius]), np.array([error]), np.array([owner]))


@dataclass(frozen=True, eq=False)
class Oval:
    r"""The points $c + M (\sigma, \eta)$ with $\sigma^2 + \eta^2 \le r^2$, $\sigma$ between two numbers that overlap
    with $(-r, r)$."""

    centre: Floats
    matrix: Floats
    radius: float
    ends: tuple[float, float]
    error: float

    @property
    def ways(self) -> Floats:
        """The direction of the chords."""
        return self.matrix[:, 1][None]

    def curves(self, turn: Floats, owner: int) -> Curves:
        r"""Its boundary after a turn (2, 2): by angles $\theta$, $s = a + R\cos(\theta - \theta_0)$."""
        (s, t), matrix = turn @ self.centre, turn @ self.matrix
        matrix = matrix * np.array([1.0, np.sign(np.linalg.det(matrix))])  # counterclockwise
        one, other = matrix
        size = float(one @ one)
        zero, reach = float(np.arctan2(one[1], one[0])), self.radius * size**0.5
        slope, stretch = float(one @ other) / size, float(np.linalg.det(matrix)) / size
        corners = list(self._corners(zero))
        angles = np.array([angle for angle, _, _ in corners])
        across = np.where([side == 0 for *_, side in corners], np.cos(angles - zero), [side for *_, side in corners])
        up = np.stack([np.cos(angles), np.sin(angles)], axis=1) @ other
        points = np.stack([s + reach * across, t + self.radius * up])
        error = self.error + 16 * ULP * (1 + abs(s) + abs(t))
        found = []
        for k, low, high, side in _chains(points[0]):
            middle = (angles[k] + angles[(k + 1) % len(angles)] + 2 * pi * (k + 1 == len(angles))) / 2 - zero
            if corners[k][1] and side * sin(middle) < 0 and high > low:
                found.append((low, high, s, t, slope, reach, -side, stretch, side))
            elif high > low:
                (a, b), (u, v) = points[:, k], points[:, (k + 1) % len(angles)]
                found.append((low, high, a, b, (v - b) / (u - a) if u != a else 0.0, 0.0, 0, 1.0, side))
        return _curves(found, error, owner)

    def _corners(self, zero: float) -> Iterator[tuple[float, bool, int]]:
        """Counterclockwise: angles, whether an arc follows, and 1 where s is largest, -1 where it is least, else 0."""
        last, first = (acos(min(max(end / self.radius, -1.0), 1.0)) for end in self.ends)
        chords = first > 0, last < pi
        for low, high, chord in ((first, last, chords[1]), (2 * pi - last, 2 * pi - first, chords[0])):
            if low == first or chords[1]:
                yield low, True, 0
            for k in range(ceil((low - zero) / pi), floor((high - zero) / pi) + 1):
                if low < zero + k * pi < high:
                    yield zero + k * pi, True, 1 - 2 * (k % 2)
            if chord or (high == last and not chords[1]):
                yield high, not chord, 0


def _chains(across: Floats) -> Iterator[tuple[int, float, float, int]]:
    """Sides of a convex set by their first corner, counterclockwise, between which s, and whether they are below (1) or
    above (-1): s grows from the corner where it is least to where it is largest, and falls from there."""
    n, first, last = len(across), int(across.argmin()), int(across.argmax())
    for start, stop, side in ((first, last, 1), (last, first, -1)):
        places = [(start + k) % n for k in range((stop - start) % n + 1)]
        values = across[places]
        values = np.maximum.accumulate(values) if side > 0 else np.minimum.accumulate(values)
        for k, (one, other) in zip(places, pairwise(values.tolist()), strict=False):
            yield k, min(one, other), max(one, other), side


def _curves(found: Sequence[tuple[float, ...]], error: float, owner: int) -> Curves:
    left, right, start, height, slope, radius, bend, stretch, side = np.array(found).reshape(-1, 9).T
    n = len(left)
    signs = np.full(n, error), np.full(n, owner), side.astype(np.int64), np.zeros((n, 0))
    return Curves(left, right, start, height, slope, radius, bend.astype(np.int64), *signs, stretch)


Found = Hull | Disc | Oval


@dataclass(frozen=True, eq=False)
class Across:
    """Convex sets on a plane, and the types (n, types) that each of them is in reach of; ``in_doubt``: whether some may
    be missing, or too much."""

    sets: Sequence[Found]
    touched: Ints
    in_doubt: bool

    def ways(self) -> Iterator[Floats]:
        """The directions of all sides."""
        yield from (found.ways for found in self.sets)

    def curves(self, turn: tuple[float, float], first: int) -> Curves:
        """All boundaries in a frame; the numbers of the sets begin with ``first``."""
        c, r = turn
        matrix = np.array([[c, r], [-r, c]])
        return joined([found.curves(matrix, first + k) for k, found in enumerate(self.sets)])


def united(found: Iterable[tuple[Ints, Found | None]], width: int) -> Across:
    """Sets and their types, discs that are the same up to rounding once; None where one was left out."""
    sets: dict[tuple[float, ...], tuple[Found, Ints]] = {}
    missing = False
    for touched, one in found:
        if one is None:
            missing = True
            continue
        key = _place(one) if isinstance(one, Disc) else (float(len(sets)),)
        before, types = sets.get(key, (one, touched))
        sets[key] = _nearest(before, one), np.maximum(types, touched)
    types = np.array([own for _, own in sets.values()], dtype=np.int64).reshape(-1, width)
    return Across([one for one, _ in sets.values()], types, missing)


def _place(disc: Disc) -> tuple[float, ...]:
    return tuple(np.round([*disc.centre, disc.radius], _DIGITS).tolist())


def _nearest(one: Found, other: Found) -> Found:
    """A disc in the place of two that are nearly the same."""
    if not (isinstance(one, Disc) and isinstance(other, Disc)):
        return other
    better, worse = sorted((one, other), key=lambda disc: disc.error)
    apart = float(np.linalg.norm(one.centre - other.centre)) + abs(one.radius - other.radius)
    return replace(better, error=worse.error + apart)
