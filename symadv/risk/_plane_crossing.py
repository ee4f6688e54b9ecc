r"""Planes that cross a plane: from where on it points of a convex set on the other one are within reach.

A step from x to y moves a feature that varies on the first plane alone by $|x_i - b_i|$, on the other alone by
$|y_k - a_k|$, on both by $|x_m - y_m|$, on none by a constant, in units of the budgets.  What the others leave of the
ball is left for $x_m$ and $x_i$: the set of all such x is convex.  It is enclosed between polygons: for a diamond and
a box all but exactly, for a round ball in as many strips of y.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import pi

import numpy as np

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import ULP, Floats
from symadv.geometry.strata import Flat

_STRIPS, _CORNERS = 6, 16  # of a round ball
_ROUNDED = 128 * ULP


@dataclass(frozen=True)
class Crossing:
    """A plane, another one that crosses it, and the ball; ``outside``: whether sets are too large rather than small."""

    here: Flat
    there: Flat
    budgets: tuple[float, ...]
    norm: str
    outside: bool

    def reach(self, corners: Floats) -> Iterator[Floats]:
        """Polygons (k, 2) in the free features of the plane whose union is the set of points from which one of a convex
        set on the other plane, its corners (n, 2) in the free features there, is within reach."""
        slack = self._slack(corners)
        room = self._room(slack)
        if room is None:
            return
        if self._shared is None:
            yield from self._around(corners, room, slack)
            return
        for strip, middle in self._strips(corners, room, slack):
            balls = [self._ball(y, self._left_at(room, v, middle, slack)) for y, v in strip]
            points = [ball for ball in balls if ball is not None]
            if points:
                yield np.concatenate(points)

    def _slack(self, corners: Floats) -> float:
        """By how much sets are too large, or too small, in features."""
        fixed = [abs(rounded(v)[0]) for plane in (self.here, self.there) for _, v in plane.fixed]
        side, positive = 1 if self.outside else -1, [e for e in self.budgets if e > 0] or [1.0]
        size = 1 + float(np.abs(corners).max()) + max(fixed) + max(self.budgets)
        return side * _ROUNDED * size * max(positive) / min(positive)

    def _room(self, slack: float) -> float | None:
        """What steps of features that vary on neither plane leave of the ball, from 0 to 1; None for nothing."""
        here, there = dict(self.here.fixed), dict(self.there.fixed)
        way = [(abs(rounded(here[f] - there[f])[0]), self.budgets[f]) for f in here if f in there]
        if any(step > 0 and budget == 0 for step, budget in way):
            return None
        used = np.array([step / budget for step, budget in way if budget])
        order = {"linf": np.inf, "l1": 1, "l2": 2}[self.norm]
        left = self._left(1.0, float(np.linalg.norm(used, order)), slack) if used.any() else 1.0
        return left if left else None

    def _left(self, room: float, used: float, slack: float) -> float | None:
        """What a step of a part of a ball leaves of it; more or less by some slack in features."""
        used = max(used - slack / min([e for e in self.budgets if e > 0], default=1.0), 0.0)
        if used > room:
            return None
        return {"linf": room, "l1": room - used, "l2": float(np.sqrt(max(room * room - used * used, 0.0)))}[self.norm]

    def _left_at(self, room: float, used: float, middle: float, slack: float) -> float | None:
        """What is left, or more: of a round ball, where that is concave, by the tangent at another step."""
        if self.norm != "l2" or not self.outside:
            return self._left(room, used, slack)
        left = self._left(room, middle, slack)
        return None if left is None else left + middle / left * (middle - used) + slack

    @cached_property
    def _shared(self) -> tuple[int, int] | None:
        """The places of the feature that varies on both planes among those that vary here, and there."""
        both = [f for f in self.here.free if f in self.there.free]
        return (self.here.free.index(both[0]), self.there.free.index(both[0])) if both else None

    def _strips(self, corners: Floats, room: float, slack: float) -> Iterator[tuple[list[tuple[float, float]], float]]:
        """Parts of a convex set by how far their points are from the plane: the value of the shared feature and the
        distance of each corner, and a distance between; all in units of the budget."""
        shared = self._shared[1] if self._shared else 0
        feature = self.there.free[1 - shared]
        at, budget = rounded(dict(self.here.fixed)[feature])[0], self.budgets[feature]
        count = _STRIPS if self.norm == "l2" else 1
        # from inside, something has to be left of the ball at the farthest points
        reserve = slack if self.outside else 4 * slack * max(budget / min(e for e in self.budgets if e > 0), 1.0)
        angles = np.linspace(0.0, pi / 2, 2 * count + 1)
        ends, middles = room * np.sin(angles[::2]), room * np.sin(angles[1::2])
        for side in (1.0, -1.0):
            for (low, high), middle in zip(pairwise(ends.tolist()), middles.tolist(), strict=True):
                inner, outer = low * budget - slack, high * budget + reserve
                part = _clipped(corners, 1 - shared, side, at + side * inner, at + side * outer)
                if len(part):
                    away = np.abs(part[:, 1 - shared] - at) / budget if budget else np.zeros(len(part))
                    yield list(zip(part[:, shared].tolist(), np.minimum(away, room).tolist(), strict=True)), middle

    def _ball(self, y: float, left: float | None) -> Floats | None:
        """The points of the plane at which steps of what is ``left`` lead to a value of the shared feature."""
        if left is None or self._shared is None:
            return None
        one, other = self._shared[0], 1 - self._shared[0]
        centre = np.zeros(2)
        centre[one], centre[other] = y, rounded(dict(self.there.fixed)[self.here.free[other]])[0]
        return self._scaled(centre, left)

    def _scaled(self, centre: Floats, left: float) -> Floats | None:
        slack = self._slack(centre[None])
        width = np.array([self.budgets[f] for f in self.here.free]) * left + slack
        if (width < 0).any():
            return None
        if self.norm == "l1":
            unit = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)])
        elif self.norm == "linf":
            unit = np.array([(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)])
        else:
            angle = np.arange(_CORNERS) * 2 * pi / _CORNERS
            unit = np.stack([np.cos(angle), np.sin(angle)], axis=1)
            unit = unit / np.cos(pi / _CORNERS) * (1 + 1e-15) if self.outside else unit
        return np.asarray(centre + unit * width)

    def _around(self, corners: Floats, room: float, slack: float) -> Iterator[Floats]:
        """Where no feature varies on both planes: all that is around the other plane, if the set is there within reach;
        from inside only where it holds the point above, so that all of the ball is left."""
        ends = [(rounded(dict(self.here.fixed)[f])[0], self.budgets[f]) for f in self.there.free]
        if self.outside:
            for k, (at, budget) in enumerate(ends):
                corners = _clipped(corners, k, 1.0, at - budget * room - slack, at + budget * room + slack)
            near = len(corners) > 0
        else:
            near = _holds(corners, np.array([at for at, _ in ends]), -slack)
        centre = np.array([rounded(dict(self.there.fixed)[f])[0] for f in self.here.free])
        found = self._scaled(centre, room) if near else None
        if found is not None:
            yield found


def _clipped(corners: Floats, axis: int, side: float, low: float, high: float) -> Floats:
    """The corners of the part of a convex polygon whose coordinate is between two numbers, the nearer one first."""
    for bound, way in ((low, side), (high, -side)):
        found: list[Floats] = []
        for k in range(len(corners)):
            first, last = corners[k], corners[(k + 1) % len(corners)]
            a, b = way * (first[axis] - bound), way * (last[axis] - bound)
            if a >= 0:
                found.append(first)
            if (a > 0 > b) or (a < 0 < b):
                found.append(first + (last - first) * (a / (a - b)))
        corners = np.array(found).reshape(-1, 2)
        if not len(corners):
            break
    return corners


def _holds(corners: Floats, point: Floats, margin: float) -> bool:
    """Whether a point is inside a convex polygon, farther than a margin from its sides."""
    ends = np.roll(corners, -1, axis=0)
    way, away = ends - corners, point - corners
    turn = way[:, 0] * away[:, 1] - way[:, 1] * away[:, 0]
    far = np.linalg.norm(way, axis=1) * margin
    return bool((turn > far).all() or (turn < -far).all())


def united(polygons: Sequence[Floats]) -> list[Floats]:
    """Polygons; rectangles that are as wide or as high, and meet, as one."""
    for axis in (0, 1):
        boxes: dict[tuple[float, float], list[tuple[float, float]]] = {}
        others = []
        for polygon in polygons:
            ends = np.stack([polygon.min(axis=0), polygon.max(axis=0)])
            if all(len(np.unique(column)) == 2 for column in polygon.T) and len(polygon) >= 4:
                boxes.setdefault(tuple(ends[:, 1 - axis].tolist()), []).append(tuple(ends[:, axis].tolist()))
            else:
                others.append(polygon)
        polygons = [*others, *(_box(axis, across, span) for across in boxes for span in _unions(boxes[across]))]
    return list(polygons)


def _box(axis: int, across: tuple[float, float], along: tuple[float, float]) -> Floats:
    found = np.array([(across[0], along[0]), (across[1], along[0]), (across[1], along[1]), (across[0], along[1])])
    return found if axis else found[:, ::-1]


def _unions(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], high)
        else:
            found.append((low, high))
    return found
