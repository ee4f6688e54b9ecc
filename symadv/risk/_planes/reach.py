"""Boundary pieces of what a network says in the plane, and the convex sets of points that have one within reach."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import atan2, cos, pi, sin
from typing import Any

import numpy as np

from symadv.geometry.polygons import ULP, Bools, Floats, Ints
from symadv.risk._planes.curves import Curves, circles, joined, straight

_ANGLES = 181
_NEAR = 1e-11


@dataclass(frozen=True)
class Pieces:
    """Segments ``ends`` (n, 2, 2), the distance from the exact ones (n,), and a one for each type they touch that
    perturbed points may have (n, T); ``share`` (n,): how much of the ball is left for those who move there."""

    ends: Floats
    error: Floats
    touched: Ints
    share: Floats

    def __len__(self) -> int:
        return len(self.ends)

    def take(self, index: Ints | Bools) -> "Pieces":
        """Some of the pieces."""
        return Pieces(self.ends[index], self.error[index], self.touched[index], self.share[index])


@dataclass(frozen=True)
class Frame:
    r"""Coordinates $(s, t)$ of the plane in which the ball is the unit ball of some norm, turned so that no edge is
    near vertical: $s = c\,x/w_x + r\,y/w_y$, $t = -r\,x/w_x + c\,y/w_y$."""

    widths: tuple[float, float]
    turn: tuple[float, float]

    @property
    def matrix(self) -> Floats:
        """The linear map, (2, 2)."""
        c, r = self.turn
        return np.asarray(np.array([[c, r], [-r, c]]) / np.array(self.widths))

    def into(self, points: Floats) -> Floats:
        """From features (…, 2) to the coordinates."""
        return np.asarray(points @ self.matrix.T)

    def turned(self, pieces: "Pieces") -> "Pieces":
        """Pieces in features in the coordinates."""
        ends, error = self.into(pieces.ends), pieces.error * np.abs(self.matrix).sum()
        size = 1 + np.abs(ends).max(axis=(1, 2), initial=0)
        return Pieces(ends, error + 8 * ULP * size, pieces.touched, pieces.share)

    def back(self, points: Floats) -> Floats:
        """From the coordinates to features."""
        return np.asarray(points @ np.linalg.inv(self.matrix).T)


def level_frame(widths: tuple[float, float], directions: Floats) -> Frame:
    """The frame in which the steepest of some directions (n, 2), in units of the widths, is least steep."""
    angles = np.arctan2(directions[:, 1], directions[:, 0])
    tried = np.arange(_ANGLES) * pi / _ANGLES + 0.001
    # turned by -a, a direction of angle b has the angle b - a
    level = np.abs(np.cos(angles[None] - tried[:, None])).min(axis=1, initial=1.0)
    best = float(tried[int(level.argmax())])
    return Frame(widths, (cos(best), sin(best)))


def corners(norm: str, frozen: tuple[bool, bool]) -> Floats | None:
    """The corners of the unit ball, before it is turned, (k, 2); None for a disc."""
    moving = [k for k in (0, 1) if not frozen[k]]
    if len(moving) == 2 and norm == "l2":
        return None
    if len(moving) == 2 and norm == "linf":
        return np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
    return np.array([side * np.eye(2)[k] for k in moving for side in (-1, 1)]).reshape(-1, 2)


def collected(parts: Sequence[Pieces]) -> Pieces:
    """Some collections of pieces as one."""
    return Pieces(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Pieces)))


def dilated(pieces: Pieces, ball: Floats | None, turned: Floats) -> tuple[Curves, Ints]:
    """The boundaries of convex sets whose union is what is within reach of the pieces, and the types of each set.

    ``turned``: the corners of the ball, turned like the pieces, or nothing for a disc.
    """
    if ball is None:
        return _round(pieces)
    parts = []
    for k in range(len(pieces)):
        points = (pieces.ends[k][:, None] + pieces.share[k] * turned[None]).reshape(-1, 2)
        error = pieces.error[k] + _rounded(pieces.share[k], 4, np.abs(points).max())
        parts.append(hull(points, error, k))
    return joined(parts), pieces.touched


def _near(rows: Floats) -> tuple[Floats, Ints]:
    """Some of the rows, and for each row one of these that it is very near to, if not itself."""
    distinct, back = np.unique(rows, axis=0, return_inverse=True)
    first = np.arange(len(distinct))
    for k in range(1, len(distinct)):
        earlier = np.arange(np.searchsorted(distinct[:, 0], distinct[k, 0] - _NEAR), k)
        near = earlier[np.abs(distinct[earlier] - distinct[k]).max(axis=1, initial=0) <= _NEAR]
        kept = near[first[near] == near]
        first[k] = kept[0] if len(kept) else k
    kept, which = np.unique(first, return_inverse=True)
    return distinct[kept], which[back.ravel()]


def _rounded(share: Floats, steps: int, size: Floats) -> Any:
    """A bound for the rounding of points of some size; a share of the ball that is not 1 is rounded, too."""
    return (steps + 4 * (share != 1)) * ULP * (1 + size)


def hull(points: Floats, error: float, owner: int) -> Curves:
    """The boundary of the convex hull of points (n, 2)."""
    order = sorted(map(tuple, points.tolist()))
    chains = []
    for side in (1, -1):
        chain: list[tuple[float, float]] = []
        for point in order:
            while len(chain) > 1 and side * _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        ends = np.array([chain[:-1], chain[1:]]).swapaxes(0, 1)
        n = len(ends)
        chains.append(straight(ends, np.full(n, error), np.full(n, owner), np.full(n, side)))
    return joined(chains)


def _turn(a: Sequence[float], b: Sequence[float], c: Sequence[float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _round(pieces: Pieces) -> tuple[Curves, Ints]:
    """Discs around the ends, those that are very near to each other once, and the rectangles between them."""
    both = np.column_stack([pieces.ends.reshape(-1, 2), np.repeat(pieces.share, 2)])
    rows, back = _near(both)
    ends, radius, away = rows[:, :2], rows[:, 2], np.abs(both - rows[back]).sum(axis=1).reshape(-1, 2)
    back = back.reshape(-1, 2)
    touched, error = np.zeros((len(ends), pieces.touched.shape[1]), dtype=np.int64), np.zeros(len(ends))
    for column in (0, 1):
        np.maximum.at(touched, back[:, column], pieces.touched)
        np.maximum.at(error, back[:, column], pieces.error + away[:, column])
    parts = [circles(ends, radius, error + _rounded(radius, 4, np.abs(ends).max(axis=1)), np.arange(len(ends)))]
    for k in range(len(pieces)):
        a, b = pieces.ends[k]
        angle = atan2(b[1] - a[1], b[0] - a[0])
        normal = pieces.share[k] * np.array([-sin(angle), cos(angle)])
        points = np.array([a + normal, a - normal, b + normal, b - normal])
        parts.append(hull(points, pieces.error[k] + _rounded(pieces.share[k], 8, np.abs(points).max()), len(ends) + k))
    return joined(parts), np.concatenate([touched, pieces.touched])
