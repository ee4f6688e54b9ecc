"""Samples on circles and points whose perturbed points stay on the support, which is made of circles and points."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import sympy

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import ULP, Bools, Floats, Ints
from symadv.geometry.spheres import Sphere
from symadv.language.order import compare
from symadv.risk._planes.circle_crossings import PAD, parts
from symadv.risk._planes.circle_parts import Arcs, Place, angular, placed, places_of
from symadv.risk._planes.circle_targets import Ball, Targets
from symadv.risk._planes.curves import Curves, joined, straight
from symadv.risk._planes.truth import NOWHERE
from symadv.risk._planes.types import types
from symadv.risk._planes.view import Drawn

_FAR = 1e-7  # from one budget: more than what rounding does to a distance, near to touching circles, too
_NEARLY, _AT_ONCE = 1e-9, 1024  # of floats that stand for points of a circle
_BESIDE = 1e-12  # from where what is said changes


@dataclass(frozen=True, eq=False)
class Support:
    """Networks on a support of circles and points, for one ``ball``; ``closed``: whether it is."""

    drawn: Drawn
    ball: Ball
    closed: bool

    def around(self, circle: Sphere) -> Arcs:
        """Arcs of a circle, with the types that points have there and those within reach."""
        loop, targets = angular(circle, self.ball.frame), self.targets
        edges, _ = loop.crossings(self._edges)
        borders = targets.borders(self.ball)
        angles, which = loop.crossings(borders)
        owner = borders.owner[which]
        same = self._touching(circle)
        kept = ~same[owner]
        ends = np.concatenate([targets.low[same], targets.high[same]])[:, None] + np.array([-1, 1]) * 16 * PAD
        angles = np.concatenate([angles[kept], ends, edges])
        owner = np.concatenate([owner[kept], np.tile(np.flatnonzero(same), 2), np.full(len(edges), NOWHERE)])
        cuts, (part, interval) = parts(angles)
        half = (cuts[:, 1] - cuts[:, 0]) / 2
        points = placed(circle, cuts.mean(axis=1))
        length = (
            targets.distance(points, self.ball) if self.ball.moving else np.full((len(points), len(targets)), np.inf)
        )
        on = self.closed & (targets.covers(cuts.mean(axis=1)[:, None]) | (targets.radius == 0))
        length = np.where(same, np.where(on, 0.0, 2.0), length)
        doubt = np.zeros(length.shape, dtype=bool)
        doubt[part[owner[interval] >= 0], owner[interval][owner[interval] >= 0]] = True
        if len(self.ball.moving) == 2:  # the distance does not jump
            speed = 2 * rounded(circle.radius)[0] / min(self.ball.budgets)
            doubt &= (np.abs(length - 1) <= _FAR + speed * half[:, None]) | same
        unknown = half < PAD
        unknown[part[owner[interval] < 0]] = True
        true = np.full(len(cuts), self.drawn.planes.label_on(circle))
        return self._kinds(cuts, points, true, unknown, length, doubt)

    def at(self, place: Place) -> Arcs:
        """What there is at one point, as an arc of any length."""
        point, (sure, _) = np.array([place.point]), self._said(place)
        length = self.targets.distance(point, self.ball)
        exact = self._budgets_away(place)
        length = np.where(exact != 0, 1.0 + exact, length)
        doubt, true = np.zeros(length.shape, dtype=bool), np.array([place.label])
        unknown = np.array([not sure.any()])
        return self._kinds(np.array([[0.0, 1.0]]), point, true, unknown, length, doubt)

    def beside(self, points: Floats) -> Ints:
        """The kinds of points (n, 2) that are on the support but for rounding; what is nearly within reach is, too."""
        true, found = np.full(len(points), NOWHERE), []
        for circle in self._circles:
            true[circle.near(points)] = self.drawn.planes.label_on(circle)
        for place in places_of(self.drawn.planes.d, self.drawn.planes.margin):
            away = np.abs(points - place.point).max(axis=1)
            true[away <= _BESIDE * (1 + np.abs(place.point).max())] = place.label
        for k in range(0, len(points), _AT_ONCE):
            length = self.targets.distance(points[k : k + _AT_ONCE], self.ball)
            found.append((length <= 1 + _NEARLY) @ self.targets.perhaps > 0)
        own, _ = self.drawn.own(0, points, true)
        near = np.concatenate([np.zeros((0, own.shape[1]), dtype=bool), *found]) | (own > 0)
        return np.asarray(np.concatenate([own, near.astype(np.int64)], axis=1))

    def near(self, x: Floats) -> Iterator[Floats]:
        """Points of all arcs within reach of a point, those in the middle of arcs first."""
        share = np.array(sorted(np.linspace(0, 1, 65)[1:-1], key=lambda v: abs(v - 0.5)))[:, None]
        points = self.targets.at(self.targets.low + share * (self.targets.high - self.targets.low)).reshape(-1, 2)
        yield from points[self.ball.length(points - x) <= 1]

    def _kinds(self, cuts: Floats, points: Floats, true: Ints, unknown: Bools, length: Floats, doubt: Bools) -> Arcs:
        own, _ = self.drawn.own(0, points, true)
        doubt = doubt | (np.abs(length - 1) <= _FAR)
        found = []
        for near, kinds in (((length < 1) & ~doubt, self.targets.sure), ((length < 1) | doubt, self.targets.perhaps)):
            found.append(np.concatenate([own, ((near @ kinds > 0) | (own > 0)).astype(np.int64)], axis=1))
        sure, perhaps = found
        return Arcs(cuts, np.where(unknown[:, None], 0, sure), np.where(unknown[:, None], 1, perhaps))

    @property
    def _equal(self) -> bool:
        """Whether both budgets are the same."""
        return compare(*self.drawn.planes.budgets) == 0

    def _budgets_away(self, place: Place) -> Ints:
        """Whether each target is surely farther from a point than one budget (1), or not (-1), by exact numbers; 0
        where that is not looked at."""
        places, budgets = self._places, self.drawn.planes.budgets

        moving = [compare(e, sympy.S.Zero) != 0 for e in budgets]

        def side(number: int) -> int:
            if number < 0:
                steps = [abs(a - b) for a, b in zip(place.exact, places[-1 - number].exact, strict=True)]
                if any(not free and compare(v, sympy.S.Zero) != 0 for v, free in zip(steps, moving, strict=True)):
                    return 1
                used = [v / e for v, e, free in zip(steps, budgets, moving, strict=True) if free]
                size = {"linf": sympy.Max(0, *used), "l1": sympy.Add(*used)}.get(self.ball.norm)
                found = compare(sympy.Add(*(v**2 for v in used)) if size is None else size, sympy.S.One)
            else:
                circle = self._circles[number]
                centred = all(compare(a, b) == 0 for a, b in zip(circle.centre, place.exact, strict=True))
                if not (centred and self.ball.round and self._equal):
                    return 0
                found = compare(circle.radius, budgets[0])
            return found or (-1 if self.closed else 1)

        known = {number: side(number) for number in set(self.targets.circle.tolist())}
        return np.array([known[number] for number in self.targets.circle.tolist()], dtype=np.int64)

    @cached_property
    def targets(self) -> Targets:
        """All arcs and points of the support, cut where what is said changes, as far as perturbed points may go."""
        places = places_of(self.drawn.planes.d, self.drawn.planes.margin)
        found = [self._on(k) for k in range(len(self._circles))] + [
            self._at(k, place) for k, place in enumerate(places)
        ]
        return Targets(*(np.concatenate([getattr(t, f.name) for t in found]) for f in fields(Targets)))

    @cached_property
    def _places(self) -> tuple[Place, ...]:
        """The points of the support, and those at which a circle touches the box."""
        found = list(places_of(self.drawn.planes.d, self.drawn.planes.margin))
        for circle in self._circles:
            for i, ends in enumerate(self.drawn.planes.threat.boxes(2) or ()):
                for side in (-1, 1):
                    at = circle.centre[i] + side * circle.radius
                    if any(compare(at, end) == 0 for end in ends):
                        exact = tuple(at if k == i else c for k, c in enumerate(circle.centre))
                        found.append(Place(exact, self.drawn.planes.label_on(circle)))
        return tuple(found)

    @cached_property
    def _circles(self) -> list[Sphere]:
        return [s for s in self.drawn.planes.d.support if isinstance(s, Sphere)]

    def _on(self, number: int) -> Targets:
        circle = self._circles[number]
        loop = angular(circle, self.ball.frame)
        said, walls = (loop.crossings(curves)[0] for curves in (self._edges, self._walls))
        angles, (part, interval) = parts(np.concatenate([said, walls]))
        n, true = len(angles), self.drawn.planes.label_on(circle)
        doubt, beside = angles[:, 1] - angles[:, 0] < 2 * PAD, np.zeros(n, dtype=bool)
        doubt[part[interval < len(said)]] = True
        beside[part[interval >= len(said)]] = True
        points = placed(circle, angles.mean(axis=1))
        own, inside = self.drawn.own(0, points, np.full(n, true))[0], self._inside(points, np.zeros(n))
        beside &= self._inside(points, (angles[:, 1] - angles[:, 0]) * rounded(circle.radius)[0] + _BESIDE)
        sure = own * (inside & ~beside & ~doubt)[:, None]
        perhaps = np.where(doubt[:, None], self._any(true), own) * (inside | beside)[:, None]
        centre, radius = np.array([rounded(c)[0] for c in circle.centre]), rounded(circle.radius)[0]
        error = np.full(n, 16 * ULP * (1 + float(np.abs(centre).max()) + radius))
        return Targets(
            np.tile(centre, (n, 1)),
            np.full(n, radius),
            angles[:, 0],
            angles[:, 1],
            error,
            sure,
            perhaps,
            np.full(n, number),
        )

    def _at(self, number: int, place: Place) -> Targets:
        sure, perhaps = self._said(place)
        flat, error = np.zeros(1), np.full(1, 16 * ULP * (1 + float(np.abs(place.point).max())))
        inside = self._inside_exactly(place)
        return Targets(
            np.array([place.point]), flat, flat, flat, error, sure * inside, perhaps * inside, np.array([-1 - number])
        )

    def _said(self, place: Place) -> tuple[Ints, Ints]:
        """The types that a point surely has, and those that it may have, (1, types)."""
        point = np.array([place.point])
        if self._away(point[0]) > _BESIDE * (1 + float(np.abs(point).max())):
            own, _ = self.drawn.own(0, point, np.array([place.label]))
            return own, own
        found = self._any(place.label)[None]
        return found * 0, found

    def _any(self, true: int) -> Ints:
        """The types of points with some true label (an index), whatever is said there."""
        labels, truths = len(self.drawn.planes.d.labels), len(self.drawn.planes.truths[0].cells)
        found = types(np.arange(labels), np.full(labels, true if truths else NOWHERE), labels, truths)
        return np.asarray(found.max(axis=0))

    def _away(self, point: Floats) -> float:
        """How far a point is from where what is said changes."""
        ends = np.concatenate([p.ends for p in self.drawn.said(0)])
        way = ends[:, 1] - ends[:, 0]
        long = np.maximum((way**2).sum(axis=1), 1e-300)
        share = np.clip(((point - ends[:, 0]) * way).sum(axis=1) / long, 0, 1)
        return float(np.hypot(*(ends[:, 0] + share[:, None] * way - point).T).min(initial=np.inf))

    @cached_property
    def _edges(self) -> Curves:
        """Where what is said changes, in the frame of the ball."""
        said = [self.ball.frame.turned(pieces) for pieces in self.drawn.said(0)]
        return joined([straight(p.ends, p.error, *np.full((2, len(p)), -1)) for p in said])

    @cached_property
    def _bounds(self) -> Floats:
        """The box, low and high corner (2, 2)."""
        boxes = self.drawn.planes.threat.boxes(2)
        if boxes is None:
            return np.array([[-np.inf] * 2, [np.inf] * 2])
        return np.array([[float(low) for low, _ in boxes], [float(high) for _, high in boxes]])

    @cached_property
    def _walls(self) -> Curves:
        """The sides of the box, as far as they are near the support."""
        (left, bottom), (right, top) = self.drawn.planes.window + np.array([[-1.0], [1.0]])
        ends = [[(v, bottom), (v, top)] for v in self._bounds[:, 0] if left < v < right]
        ends += [[(left, v), (right, v)] for v in self._bounds[:, 1] if bottom < v < top]
        found = self.ball.frame.into(np.array(ends).reshape(-1, 2, 2))
        return straight(
            found, np.full(len(found), 16 * ULP * (1 + np.abs(found).max(initial=0))), *np.full((2, len(found)), -1)
        )

    def _inside(self, points: Floats, slack: Floats) -> Bools:
        """Which points are in the box, or not far from it."""
        (low, high), away = self._bounds, slack[:, None]
        return np.asarray(((points >= low - away) & (points <= high + away)).all(axis=1))

    def _inside_exactly(self, place: Place) -> bool:
        boxes = self.drawn.planes.threat.boxes(2) or ()
        return all(compare(low, v) <= 0 <= compare(high, v) for v, (low, high) in zip(place.exact, boxes, strict=False))

    def _touching(self, circle: Sphere) -> Bools:
        """Which targets are exactly one budget away from all of a circle, as ones of the same centre are."""
        budget, places = self.drawn.planes.budgets[0], self._places
        if not self.ball.round or not self._equal:
            return np.zeros(len(self.targets), dtype=bool)

        def touches(number: int) -> bool:
            if number < 0:
                place = places[-1 - number]
                centred = all(compare(a, b) == 0 for a, b in zip(place.exact, circle.centre, strict=True))
                return centred and compare(circle.radius, budget) == 0
            other = self._circles[number]
            centred = all(compare(a, b) == 0 for a, b in zip(other.centre, circle.centre, strict=True))
            return centred and compare(abs(circle.radius - other.radius), budget) == 0

        known = {number: touches(number) for number in set(self.targets.circle.tolist())}
        return np.array([known[number] for number in self.targets.circle.tolist()], dtype=np.bool_)
