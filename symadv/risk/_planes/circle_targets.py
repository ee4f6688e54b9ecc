r"""Arcs of circles and points that perturbed points may be on, how far they are, and where that is one budget.

Let K be a ball with corners, or a segment, and A an arc.  A point on the boundary of $A + K$ has no point of A inside
of its own ball: it is on $q + \partial K$ for an end q of A, or for a q at which the tangent is parallel to an edge of
K, or on the arc itself moved by a corner of K.  If K is a disc, it is on the circles of the same centre whose radius is
one budget smaller or larger, or on those around the ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import pi

import numpy as np

from symadv.geometry.polygons import ULP, Bools, Floats, Ints
from symadv.risk._planes.circle_crossings import TURN
from symadv.risk._planes.curves import Curves, circles, joined, straight
from symadv.risk._planes.reach import Frame, level_frame

_SLACK = 1e-9  # of angles


@dataclass(frozen=True)
class Ball:
    """A ball by its norm and budgets, of which those of frozen features are 0."""

    norm: str
    budgets: tuple[float, float]

    @property
    def moving(self) -> list[int]:
        """The features that are not frozen."""
        return [k for k in (0, 1) if self.budgets[k]]

    @property
    def round(self) -> bool:
        """Whether it is round: a disc, as far as is known here."""
        return self.norm == "l2" and len(self.moving) == 2

    @property
    def discs(self) -> "tuple[Ball, Ball]":
        """A ball in it, and one around it: discs where it is an ellipse, else itself."""
        if not self.round or self.budgets[0] == self.budgets[1]:
            return self, self
        small, large = min(self.budgets), max(self.budgets)
        return Ball(self.norm, (small, small)), Ball(self.norm, (large, large))

    @cached_property
    def corners(self) -> Floats:
        """Its corners in order, (k, 2)."""
        one, other = self.budgets
        if len(self.moving) == 2 and self.norm == "linf":
            return np.array([(-one, -other), (one, -other), (one, other), (-one, other)])
        ways = np.array([(one, 0.0), (0.0, other), (-one, 0.0), (0.0, -other)])
        return ways[ways.any(axis=1)]

    @cached_property
    def frame(self) -> Frame:
        """Coordinates in which no edge is vertical."""
        edges = np.eye(2) if self.round or not self.moving else np.roll(self.corners, -1, axis=0) - self.corners
        return level_frame((1.0, 1.0), edges)

    def length(self, steps: Floats) -> Floats:
        """The length (…) of steps (…, 2) in units of the ball; infinite where a frozen feature moves."""
        with np.errstate(all="ignore"):
            share = np.where(steps == 0, 0, np.abs(steps) / np.array(self.budgets))
        if self.norm == "l2":
            return np.asarray(np.hypot(share[..., 0], share[..., 1]))
        return np.asarray(share.max(axis=-1) if self.norm == "linf" else share.sum(axis=-1))


@dataclass(frozen=True, eq=False)
class Targets:
    """Arcs of circles around ``centre`` (m, 2), of some ``radius`` (m,), between angles ``low`` and ``high``; of radius
    0 for points.  ``error``: how far their ends may be from where they should be; ``sure`` and ``perhaps`` (m, types):
    the types that all points there have, and those that some may have; ``circle``: the number of the circle, or
    -1 - k for the point of number k."""

    centre: Floats
    radius: Floats
    low: Floats
    high: Floats
    error: Floats
    sure: Ints
    perhaps: Ints
    circle: Ints

    def __len__(self) -> int:
        return len(self.radius)

    def at(self, angles: Floats) -> Floats:
        """A point of each, at some angles (…, m), (…, m, 2)."""
        way = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
        return np.asarray(self.centre + self.radius[:, None] * way)

    def covers(self, angles: Floats) -> Bools:
        """Whether some angles (…, m) are between the ends."""
        return np.asarray((angles - self.low) % TURN <= self.high - self.low)

    def distance(self, points: Floats, ball: Ball) -> Floats:
        """How far points (n, 2) are from each, in units of the ball, (n, m)."""
        away = points[:, None] - self.centre
        angles = np.stack([np.broadcast_to(v, away.shape[:2]) for v in (self.low, self.high)])
        if not ball.moving:
            return np.full(away.shape[:2], np.inf)
        found = ball.length(self.at(angles) - points[:, None]).min(axis=0)
        for angle in self._candidates(away, ball):
            length = self._length(away, angle, ball)
            found = np.minimum(found, np.where(self.covers(angle) & np.isfinite(angle), length, np.inf))
        return np.asarray(found)

    def _length(self, away: Floats, angle: Floats, ball: Ball) -> Floats:
        way = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        steps = self.radius[:, None] * way - away
        for k in (0, 1):
            if not ball.budgets[k]:
                steps[..., k] = 0  # the angles are those at which it is
        return ball.length(np.where(np.isnan(steps), 0, steps))

    def _candidates(self, away: Floats, ball: Ball) -> Iterator[Floats]:
        """Angles (n, m) of which one is nearest, if no end is; nan where there is none."""
        (one, other), r = ball.budgets, self.radius
        if ball.round:
            yield np.arctan2(away[..., 1], away[..., 0])
            return
        if len(ball.moving) < 2:
            yield from _level(away[..., 1 - ball.moving[0]], r, 1 - ball.moving[0])
            return
        turns = (0.0, pi / 2) if ball.norm == "linf" else (np.arctan2(one, other), -np.arctan2(one, other))
        for turn in (*turns, *(t + pi for t in turns)):
            yield np.full(away.shape[:2], turn)
        if ball.norm == "l1":
            for k in (0, 1):
                yield from _level(away[..., k], r, k)
            return
        for way in (np.array([one, other]), np.array([one, -other])):
            way = way / np.hypot(one, other)
            along, across = away @ way, away @ np.array([-way[1], way[0]])
            half = np.sqrt(np.maximum(r * r - across * across, 0))
            for side in (-1, 1):
                place = away + (side * half - along)[..., None] * way
                angle = np.arctan2(place[..., 1], place[..., 0])
                yield np.where(np.abs(across) <= r * (1 + 1e-12), angle, np.nan)

    def borders(self, ball: Ball) -> Curves:
        """Curves in the ball's frame on which all boundaries of what is within reach of each lie, as its ``owner``."""
        frame, each = ball.frame, np.arange(len(self))
        size = np.abs(self.centre).max(axis=1) + self.radius + max(ball.budgets)
        error, centre = self.error + 32 * ULP * (1 + size), frame.into(self.centre)
        ends = [frame.into(self.at(v)) for v in (self.low, self.high)]
        found = []
        if ball.round:
            budget = ball.budgets[0]
            radii = [(centre, np.maximum(self.radius + side * budget, 0)) for side in (-1, 1)]
            for middle, radius in (*radii, *((end, np.full(len(self), budget)) for end in ends)):
                found.append(circles(middle, radius, error, each))
            every = joined(found)
            return every.take(every.radius > 0)
        corners = ball.corners
        if not len(corners):
            return straight(np.zeros((0, 2, 2)), error[:0], each[:0], each[:0])
        for corner in corners:
            found.append(circles(frame.into(self.centre + corner), self.radius, error, each))
        for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            level = np.arctan2(-(b - a)[0], (b - a)[1])  # where the tangent is parallel to the edge
            for place in (self.low, self.high, np.full(len(self), level), np.full(len(self), level + pi)):
                kept = (place - self.low + _SLACK) % TURN <= self.high - self.low + 2 * _SLACK
                at = self.at(place)
                edge = np.stack([frame.into(at + a), frame.into(at + b)], axis=1)
                found.append(straight(edge[kept], error[kept], each[kept], each[kept] * 0))
        every = joined(found)
        return every.take(every.right > every.left)


def _level(away: Floats, radius: Floats, feature: int) -> Iterator[Floats]:
    """The two angles at which a feature is as far from the centre as at some points; nan where there are none."""
    with np.errstate(all="ignore"):
        share = away / radius
        share = np.where(np.abs(share) <= 1, share, np.where((radius == 0) & (away == 0), 0, np.nan))
    half = np.arccos(share) if feature == 0 else np.arcsin(share)
    yield half
    yield -half if feature == 0 else pi - half
