r"""The nearest of many points, in floats: by products of matrices, and exactly where these leave a doubt.

$2\langle x, p\rangle - \|p\|^2$ is largest for the nearest point.  Points whose score is within the rounding error of
the largest one are compared with each other by the signs that decide everywhere else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symadv.geometry.strata import are_distinct_points
from symadv.geometry.stratum import Stratum
from symadv.oracle.inputs import Array, as_numpy, is_tensor, namespace
from symadv.oracle.signs import farther

_ENTRIES = 1 << 18  # scores at a time
_MANY = 32  # points that are searched; fewer are compared one by one
Floats = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Cloud:
    """Points ``(m, d)`` in the order in which they are listed."""

    points: Floats

    @staticmethod
    def of(strata: Sequence[Stratum]) -> "Cloud | None":
        """The points that some strata are; None if they are something else, or few."""
        if len(strata) < _MANY or not are_distinct_points(strata):
            return None
        return Cloud(np.array([s.embed(np.empty((1, 0)))[0] for s in strata]))

    def like(self, x: Array) -> Array:
        """The points in the kind, dtype and device of x."""
        if is_tensor(x):
            return namespace(x).as_tensor(self.points, dtype=x.dtype, device=x.device)
        return self.points.astype(x.dtype, copy=False)

    def index(self, x: Array) -> Array:
        """The number of the nearest point of each row, of several that of the first-listed one; ``(n,)``."""
        return self._as_index(np.concatenate([best for best, _ in self._searched(x)] or [np.empty(0, np.int64)]), x)

    def exactly(self, z: Array) -> Array:
        """The number of the point that each row is, -1 for those that are none; ``(n,)``."""
        given = as_numpy(z)
        if given.dtype not in self._sorted:
            keys = _keys(self.points.astype(given.dtype))
            self._sorted[given.dtype] = np.argsort(keys, kind="stable"), np.sort(keys, kind="stable")
        order, keys = self._sorted[given.dtype]
        wanted = _keys(given)
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return self._as_index(np.where(keys[place] == wanted, order[place], -1), z)

    def nearest(self, x: Array) -> Array:
        """The nearest point of each row."""
        return self.like(x)[self.index(x)]

    def rivals(self, x: Array, nearest: Array) -> Iterator[tuple[Array, Array]]:
        """Other points that may be as near, one for each row at a time, and a mask of the rows where they are."""
        points, found = self.like(x), [close for _, close in self._searched(x)]
        xp, most = namespace(x), max((close.shape[1] for close in found), default=0)
        for k in range(most):
            column = [c[:, k] if c.shape[1] > k else np.full(len(c), -1) for c in found]
            which = self._as_index(np.concatenate(column), x)
            z = xp.where((which < 0)[:, None], nearest, points[which])
            yield z, (z != nearest).any(1) & (farther(x, nearest, z) == 0)

    def _as_index(self, which: Floats, x: Array) -> Array:
        return namespace(x).as_tensor(which, device=x.device) if is_tensor(x) else which

    def _searched(self, x: Array) -> Iterator[tuple[Floats, Floats]]:
        """Block by block the nearest points and, padded by -1, those that are as near up to rounding."""
        given = as_numpy(x)
        points = self.points.astype(given.dtype)
        rows = max(1, _ENTRIES // len(points))
        for start in range(0, len(given), rows):
            yield self._block(given[start : start + rows], points)

    def _block(self, x: Floats, points: Floats) -> tuple[Floats, Floats]:
        close = self._candidates(x)
        counts, best = np.count_nonzero(close, axis=1), close.argmax(axis=1)
        doubtful = np.flatnonzero(counts > 1)
        if not len(doubtful):
            return best, np.empty((len(x), 0), np.int64)
        table = _padded(close[doubtful], int(counts.max()))
        for column in table.T[1:]:
            here = column >= 0
            own = doubtful[here]
            beaten = farther(x[own], points[best[own]], points[column[here]]) > 0
            best[own[beaten]] = column[here][beaten]
        everywhere = np.full((len(x), table.shape[1]), -1)
        everywhere[doubtful] = table
        return best, everywhere

    def _candidates(self, x: Floats) -> Floats:
        """Which points may be the nearest to each row, bool ``(n, m)``: one, but for rounding."""
        with np.errstate(over="ignore", invalid="ignore"):
            origin, centred, squares, largest = self._centred(x.dtype)
            moved = x.astype(np.float64) - origin
            scores = moved @ centred
            scores -= squares
            length = np.sqrt((moved * moved).sum(axis=1))
            error = 8 * (x.shape[1] + 4) * np.finfo(np.float64).eps * (length + largest) * largest + 1e-300
            lowest = scores.max(axis=1) - 2 * error
        lowest[~np.isfinite(lowest)] = -np.inf
        close: Floats = scores >= lowest[:, None]
        close |= np.isnan(scores) if not np.isfinite(lowest).all() else False
        return close

    def _centred(self, dtype: Any) -> tuple[Floats, Floats, Floats, float]:
        if dtype not in self._known:
            points = self.points.astype(dtype).astype(np.float64)
            origin = points.mean(axis=0)
            centred = points - origin
            squares = (centred * centred).sum(axis=1)
            self._known[dtype] = origin, np.ascontiguousarray(2 * centred.T), squares, float(np.sqrt(squares.max()))
        return self._known[dtype]

    @cached_property
    def _sorted(self) -> dict[Any, tuple[Floats, Floats]]:
        return {}

    @cached_property
    def _known(self) -> dict[Any, tuple[Floats, Floats, Floats, float]]:
        return {}


def _keys(points: Floats) -> Floats:
    """One comparable value for each row; equal ones for equal rows."""
    rows = np.ascontiguousarray(points + 0.0)  # the zeros get one sign
    keys: Floats = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).ravel()
    return keys


def _padded(close: Floats, width: int) -> Floats:
    """The columns in which each row is true, in order, then -1."""
    rows, columns = np.nonzero(close)
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    table = np.full((len(close), width), -1)
    table[rows, place] = columns
    return table
