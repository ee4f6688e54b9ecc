"""The curves in a plane at which what is said, what is true or what is within reach changes, and the gaps between."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from symadv.geometry.polygons import Bools, Floats, Ints
from symadv.risk._planes.across import Across
from symadv.risk._planes.bordered import Bordered, Shown
from symadv.risk._planes.curves import Curves, joined, padded, straight
from symadv.risk._planes.events import events
from symadv.risk._planes.reach import Frame, Pieces, corners, dilated, level_frame
from symadv.risk._planes.settled import settled
from symadv.risk._planes.strips import Strips, refined, stacked, strips
from symadv.risk._planes.truth import NOWHERE

_AT_ONCE = 512  # points

Bytes = np.ndarray[Any, np.dtype[np.int8]]


@dataclass(frozen=True)
class Gaps:
    """All slabs, and the ``kind`` (n, k + 1) of each gap among ``kinds`` (m, 2 types): which types points have, and
    which are within reach; -1 outside."""

    strips: Strips
    kind: Ints
    kinds: Ints


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Pieces of boundaries in features, the budgets of these (``widths``, 1 for one that is ``frozen``), and the window
    that matters: its low and its high corner (2, 2).  ``across``: from where what is in no plane of this direction is
    within reach.  ``ways``: directions (n, 2) in features that shall not be upright in the frame, either.
    """

    pieces: Pieces
    widths: tuple[float, float]
    frozen: tuple[bool, bool]
    norm: str
    window: Floats
    bordered: Bordered | None = None
    across: Across | None = None
    ways: Floats | None = None

    @cached_property
    def ball(self) -> Floats | None:
        """The corners of the unit ball; None for a disc."""
        return corners(self.norm, self.frozen)

    @cached_property
    def frame(self) -> Frame:
        """Coordinates in which the ball is the unit ball and nothing is near vertical."""
        own = self.pieces.ends[:, 1] - self.pieces.ends[:, 0]
        more = np.zeros((0, 2)) if self.ways is None else self.ways
        ways = [own / np.array(self.widths), np.eye(2), more / np.array(self.widths)]
        ways += self.across.ways() if self.across else ()
        if self.ball is None:
            ways.append(ways[0][:, ::-1] * np.array([1.0, -1.0]))
        elif len(self.ball) > 1:
            ways.append(np.roll(self.ball, 1, axis=0) - self.ball)
        return level_frame(self.widths, np.concatenate(ways))

    @cached_property
    def turned(self) -> Pieces:
        """The pieces in the frame."""
        return self.frame.turned(self.pieces) if self.shown is None else self.shown.pieces

    @cached_property
    def shown(self) -> Shown | None:
        """What there is where borders are curved."""
        return None if self.bordered is None else self.bordered.shown(self.frame, self._corners)

    @cached_property
    def _corners(self) -> Floats | None:
        """The corners of the ball in the frame; None for a disc."""
        turn = self.frame.matrix * np.array(self.frame.widths)
        return None if self.ball is None else self.ball @ turn.T

    @cached_property
    def sets(self) -> tuple[Curves, Ints]:
        """The boundaries of the sets within reach of the pieces, and of what is across, and the types that each of them
        is in reach of."""
        curves, touched = self._sets
        if not self.across or not len(self.across.touched):
            return curves, touched
        more = self.across.curves(self.frame.turn, len(touched))
        return joined([curves, more]), np.concatenate([touched, self.across.touched])

    @cached_property
    def _sets(self) -> tuple[Curves, Ints]:
        wanted = self.turned.take((self.turned.share > 0) & self.turned.touched.any(axis=1))
        if all(self.frozen) or not len(wanted):
            return _none(), np.zeros((0, wanted.touched.shape[1]), dtype=np.int64)
        curves, touched = dilated(wanted, self.ball, np.zeros((0, 2)) if self._corners is None else self._corners)
        if self.shown is None:
            return curves, touched
        smooth = replace(self.shown.sets, owner=self.shown.sets.owner + len(touched))
        return joined([curves, smooth]), np.concatenate([touched, self.shown.touched])

    @cached_property
    def curves(self) -> tuple[Curves, Ints]:
        """All curves, those of the window last, and for each set its types, with one more column for the window."""
        sets, reached = self.sets
        n, k = len(self.turned), len(reached)
        nobody = np.full(n, -1), np.zeros(n, dtype=np.int64)
        (left, bottom), (right, top) = self.window
        around = self.frame.into(np.array([(left, bottom), (right, bottom), (right, top), (left, top)]))
        sides = np.stack([around, np.roll(around, -1, axis=0)], axis=1)
        lower = np.where(sides[:, 1, 0] > sides[:, 0, 0], 1, -1)  # counterclockwise
        window = straight(sides, np.zeros(4), np.full(4, k), lower)
        own = [straight(self.turned.ends, self.turned.error, *nobody)]
        own += [] if self.shown is None else [self.shown.arcs]
        curves = joined([*own, sets, window])
        reached = np.concatenate([reached, np.zeros((1, reached.shape[1]), dtype=np.int64)])
        inside = np.zeros((k + 1, 1), dtype=np.int64)
        inside[k] = 1
        return curves, np.concatenate([reached, inside], axis=1)

    def reached(self, points: Floats) -> Bools:
        """Which types are within reach of the pieces from points (n, 2), or nearly, (n, types)."""
        curves, touched = self.sets
        tolerance = curves.rounded.max(initial=0) * 64
        return np.asarray(self._within(points, tolerance) @ touched > 0)

    def inside(self, points: Floats) -> Bools:
        """Which of the sets points (n, 2) that are beside all curves lie in, (n, sets)."""
        return self._within(points, None)

    def _within(self, points: Floats, tolerance: float | None) -> Bools:
        curves, touched = self.sets
        s, t = np.split(self.frame.into(points), 2, axis=1)
        found = np.zeros((len(points), len(touched)), dtype=bool)
        for k in range(0, len(points), _AT_ONCE):
            rows = slice(k, k + _AT_ONCE)
            found[rows] = _around(curves, len(touched), s[rows], t[rows], tolerance)
        return found


def _around(curves: Curves, number: int, s: Floats, t: Floats, tolerance: float | None) -> Bools:
    """Which of a number of sets points (n, 1) are in, or nearly if there is a ``tolerance``, (n, number): as many of
    its curves below as begin it, less those that end it."""
    aside = tolerance or 0.0
    row, column = np.nonzero((curves.left - aside <= s) & (s <= curves.right + aside))
    own = curves.take(column)
    away = t[row, 0] - own.at(np.clip(s[row, 0], own.left, own.right))
    at = row * number + own.owner
    over = (own.left <= s[row, 0]) & (s[row, 0] < own.right)
    count = np.bincount(at, own.side * (over & (away > 0)), len(s) * number)
    if tolerance is None:
        return np.asarray(count > 0).reshape(len(s), number)
    steep = np.where(own.bend == 0, np.abs(own.slopes(np.clip(s[row, 0], own.left, own.right))), 0)
    slack = tolerance * (1 + steep) + np.where(own.bend == 0, 0, own.stretch * np.maximum(own.radius, 1) * 1e-7)
    near = np.bincount(at, np.abs(away) <= slack, len(s) * number)
    return ((count > 0) | (near > 0)).reshape(len(s), number)


def gaps(scene: "Arrangement", kinds_of: Callable[[Floats, Bools], Ints]) -> Gaps:
    """The gaps of all slabs; ``kinds_of`` says what points (n, 2) are, which types of boundaries being within reach."""
    curves, reached = scene.curves
    window = curves.take(curves.owner == len(reached) - 1)
    cuts = refined(curves, events(curves, float(window.left.min()), float(window.right.max())))
    sides = curves.side[:, None] * np.where((curves.owner >= 0)[:, None], reached[curves.owner], 0)
    parts = []
    for strip in strips(curves, cuts):
        steps = np.where((strip.curve >= 0)[:, :, None], sides[strip.curve], 0)
        count = np.concatenate(
            [np.zeros((len(steps), 1, steps.shape[2]), dtype=np.int64), steps.cumsum(axis=1)], axis=1
        )
        strip, inside = settled(strip, steps, count), count[:, :, -1] > 0
        found = np.full((*inside.shape, 2 * (count.shape[2] - 1)), NOWHERE, dtype=np.int8)
        found[inside] = kinds_of(scene.frame.back(strip.middle[inside]), (count[:, :, :-1] > 0)[inside])
        parts.append((strip, found))
    kinds, kind = _distinct(np.concatenate([found.reshape(-1, found.shape[2]) for _, found in parts]))
    outside = int(np.flatnonzero((kinds == NOWHERE).all(axis=1))[0])
    places = np.split(kind.ravel(), np.cumsum([found.shape[0] * found.shape[1] for _, found in parts])[:-1])
    together = stacked([strip for strip, _ in parts])
    width = together.curve.shape[1] + 1
    each = [padded(k.reshape(f.shape[:2]), width, outside) for k, (_, f) in zip(places, parts, strict=True)]
    return Gaps(together, np.concatenate(each), kinds)


def _none() -> Curves:
    floats, ints = np.zeros(0), np.zeros(0, dtype=np.int64)
    return Curves(floats, floats, floats, floats, floats, floats, ints, floats, ints, ints, np.zeros((0, 0)))


def _distinct(rows: Bytes) -> tuple[Ints, Ints]:
    """The distinct rows, and which of them each row is."""
    whole = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1]))).ravel()
    found, index = np.unique(whole, return_inverse=True)
    return found.view(np.int8).reshape(-1, rows.shape[1]).astype(np.int64), np.asarray(index)
