r"""From where on a plane segments that do not lie on its level are within reach, and points.

A step from x to $y(\tau)$, $\tau$ from 0 to 1, moves a feature that the plane fixes by $|p_e - y_e(\tau)|$: what this
leaves of the ball is left for the two others.  The set of all such x is convex: in units of the budgets, the union of
balls with centres along a segment.  Where the others leave a share $1 - \sum_e |d_e|$ (l1) that is linear between some
$\tau$, or all (linf), it is a hull of balls; under l2 it is two discs and what is between them of an ellipse.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np
import sympy

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import ULP, Floats
from symadv.geometry.strata import Flat
from symadv.language.order import compare, order
from symadv.risk._planes.across import Found, Hull
from symadv.risk._planes.ovals import Segment, round_sets
from symadv.risk._planes.reach import corners
from symadv.risk._planes.targets import Targets


@dataclass(frozen=True, eq=False)
class Crossing:
    """A plane and the ball; ``sure``: without sets of which it is not certain that they are there."""

    here: Flat
    budgets: tuple[sympy.Expr, ...]
    norm: str
    closed: bool
    sure: bool

    def reach(self, targets: Targets) -> Iterator[tuple[int, Found | None]]:
        """Convex sets in units of the budgets, whose union is what is within reach of each of some segments (by
        number); None in the place of one that is left out because it is not certain."""
        if all(self.frozen) or not self._near(targets):
            return
        for k in range(len(targets)):
            for segment, sure in self._segments(targets, k):
                for found, certain in self._sets(segment):
                    yield k, found if not self.sure or (sure and certain) else None

    @cached_property
    def frozen(self) -> tuple[bool, bool]:
        """Which of the features that vary must not move."""
        one, other = (order(self.budgets[i], sympy.S.Zero) == 0 for i in self.here.free)
        return one, other

    @cached_property
    def widths(self) -> Floats:
        """The units of the features that vary."""
        pairs = zip(self.here.free, self.frozen, strict=True)
        return np.array([1.0 if frozen else rounded(self.budgets[i])[0] for i, frozen in pairs])

    def _near(self, targets: Targets) -> bool:
        """Whether one can leave the plane from an area of it, and make each step of a feature that neither it nor the
        targets vary."""
        if any(frozen and i in targets.constant for i, frozen in zip(self.here.free, self.frozen, strict=True)):
            return False
        for i, v in self.here.fixed:
            step = abs(v - targets.constant.get(i, v))
            side = compare(step, self.budgets[i])
            if side > 0 or (side == 0 and step != 0 and not self.closed):
                return False
        return self._left(targets) and any(order(self.budgets[i], sympy.S.Zero) != 0 for i, _ in self.here.fixed)

    def _left(self, targets: Targets) -> bool:
        """Whether these steps together leave something of the ball."""
        power = {"linf": 0, "l2": 2, "l1": 1}[self.norm]
        steps = [(abs(v - targets.constant[i]), self.budgets[i]) for i, v in self.here.fixed if i in targets.constant]
        used = sympy.Add(*((step / budget) ** power for step, budget in steps if step != 0))
        return not power or compare(used, sympy.S.One) < 0

    def _segments(self, targets: Targets, k: int) -> Iterator[tuple[Segment, bool]]:
        """A segment, or the point of it that is on the plane in all features that must not move; whether it surely
        is."""
        ends, error, sure = targets.ends[k], float(targets.error[k]), True
        for i, v in self.here.fixed:
            if i in targets.constant or order(self.budgets[i], sympy.S.Zero) != 0:
                continue
            (value, wrong), (a, b) = rounded(v), ends[:, i].tolist()
            doubt = 2 * (error + wrong)
            one, other = a - value, b - value
            if max(abs(one), abs(other)) <= doubt:
                sure = sure and doubt == 0 and targets.attained
            elif min(one, other) > doubt or max(one, other) < -doubt:
                return
            else:
                sure = sure and min(abs(one), abs(other)) > doubt
                share = min(max(one / (one - other), 0.0), 1.0)
                error += 2 * error * float(np.abs(ends[1] - ends[0]).max()) / abs(one - other)
                ends = np.repeat((ends[0] + share * (ends[1] - ends[0]))[None], 2, axis=0)
        yield self._scaled(targets, ends, error), sure

    def _scaled(self, targets: Targets, ends: Floats, error: float) -> Segment:
        """The segment in units of the budgets; steps that only need to be short enough one by one are left out."""
        away, wrong = [], [error / width for width in self.widths]
        for i, v in self.here.fixed:
            constant = i in targets.constant
            if order(self.budgets[i], sympy.S.Zero) == 0 or (self.norm == "linf" and constant):
                continue
            budget = rounded(self.budgets[i])[0]
            step = np.full(2, rounded(v - targets.constant[i])[0]) if constant else rounded(v)[0] - ends[:, i]
            away.append(step / budget)
            wrong.append(0.0 if constant else (error + 2 * ULP * abs(rounded(v)[0])) / budget)
        flat, steps = ends[:, list(self.here.free)] / self.widths, np.array(away).reshape(-1, 2).T
        size = np.concatenate([np.abs(flat).max(axis=0), np.abs(steps).max(axis=0, initial=0)])
        every = np.array(wrong) + 4 * ULP * size
        return Segment(flat, steps, float(np.linalg.norm(every)), float(np.linalg.norm(every[2:])))

    def _sets(self, segment: Segment) -> Iterator[tuple[Found, bool]]:
        """The sets, and whether they are surely there."""
        if self.norm == "linf":
            yield from self._box(segment)
        elif self.norm == "l1":
            yield from ((found, True) for found in self._diamond(segment))
        else:
            yield from ((found, True) for found in round_sets(segment, self.frozen))

    @cached_property
    def _ball(self) -> Floats:
        found = corners(self.norm, self.frozen)
        return np.zeros((0, 2)) if found is None else found

    def _box(self, segment: Segment) -> Iterator[tuple[Found, bool]]:
        """Where no step is too long, nothing is lost."""
        inner, outer = (segment.within(1 + side * segment.lift) for side in (-1, 1))
        if outer is not None:
            slip = max(abs(a - b) for a, b in zip(inner or outer, outer, strict=True)) * segment.length
            points = np.concatenate([segment.at(share) + self._ball for share in outer])
            yield Hull(points, segment.error + slip), inner is not None

    def _diamond(self, segment: Segment) -> Iterator[Found]:
        """What is left is linear where none of the steps changes its sign."""
        with np.errstate(all="ignore"):
            turns = -segment.away[0] / segment.climb
        places = np.unique(np.concatenate([[0.0, 1.0], turns[(turns > 0) & (turns < 1)]]))
        doubt = segment.lift * sqrt(max(len(segment.climb), 1))
        left = 1 - np.abs(segment.away[0] + places[:, None] * segment.climb).sum(axis=1)
        if (np.abs(left) < 2 * doubt).any():  # there is perhaps something left, and then it is thin
            left, doubt = left + 2 * doubt, 6 * doubt
        points, error = [segment.at(t) + v * self._ball for t, v in zip(places, left, strict=True) if v >= 0], 0.0
        for k in np.flatnonzero(left[1:] * left[:-1] < 0):
            run, drop = places[k + 1] - places[k], left[k] - left[k + 1]
            points.append(segment.at(places[k] + run * left[k] / drop)[None])
            error = max(error, float(run / abs(drop)) * segment.length)
        if points:
            yield Hull(np.concatenate(points), segment.error + doubt * (1 + error))
