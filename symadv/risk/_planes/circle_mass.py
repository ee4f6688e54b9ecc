"""How likely samples on circles are vulnerable: their angles cut where what there is in the plane changes."""

from collections.abc import Iterator
from functools import lru_cache
from math import pi, tan
from typing import Any

import flint
import numpy as np
import sympy

from symadv.adversary.definition import Definition
from symadv.geometry.charts import rounded
from symadv.geometry.polygons import ULP, Floats, Ints
from symadv.geometry.spheres import Sphere
from symadv.geometry.stratum import Stratum
from symadv.language.intervals import Intervals
from symadv.risk._planes.circle_crossings import PAD, parts
from symadv.risk._planes.circle_parts import Arcs, Place, Ring, angular, placed
from symadv.risk._planes.circle_support import Support
from symadv.risk._planes.circle_targets import Ball
from symadv.risk._planes.curves import joined, joints, straight
from symadv.risk._planes.types import vulnerable
from symadv.risk._planes.view import Drawn, View

_SEEN = 1e-9  # angles that matter in a picture


def vulnerable_share(ring: Ring, view: View, definition: Definition) -> Any:
    """A ball around the share of a circle, or point, at which samples are vulnerable, from what surely is to what may
    be."""

    def share(arcs: Arcs, kinds: Ints) -> float:
        chosen = vulnerable(definition, ring.label, view.drawn.planes.d.labels, kinds)
        return float((arcs.angles[chosen, 1] - arcs.angles[chosen, 0]).sum() / arcs.angles.max())

    inner, outer = _arcs(ring.stratum, view)
    low, high = share(inner, inner.sure), share(outer, outer.perhaps)
    return flint.arb((low + high) / 2, (high - low) / 2 + 8 * ULP * high)


def vulnerable_on(ring: Ring, view: View, definition: Definition) -> Intervals:
    """The tangents of half the angles at which samples on a circle are surely vulnerable; of a point all, or none."""
    arcs, _ = _arcs(ring.stratum, view)
    chosen = vulnerable(definition, ring.label, view.drawn.planes.d.labels, arcs.sure)
    if not isinstance(ring.stratum, Sphere):
        return Intervals.line() if chosen.all() else Intervals()
    found = Intervals()
    for low, high in _joined(arcs.angles[chosen]):
        for a, b in ((low, min(high, pi)), (max(low, pi), high)):
            if a < b:
                start, end = _half_tangent(a, b), _half_tangent(b, a)
                found = found | Intervals.between(start, end, lower_closed=start.is_finite, upper_closed=end.is_finite)
    return found


def _half_tangent(angle: float, other: float) -> sympy.Expr:
    """At one end of an interval of angles, of which half a turn is no inner one."""
    if angle == pi:
        return sympy.oo if other < angle else -sympy.oo
    return sympy.Rational(tan(angle / 2))


def _joined(angles: Floats) -> list[list[float]]:
    """Intervals of angles in order, with those as one between which there is next to nothing."""
    found: list[list[float]] = []
    for low, high in angles.tolist():
        if found and low - found[-1][1] < _SEEN:
            found[-1][1] = high
        else:
            found.append([low, high])
    return found


@lru_cache(maxsize=256)
def _arcs(stratum: Stratum, view: View) -> tuple[Arcs, Arcs]:
    """Where on a circle, or at a point, what there is and what is within reach changes; surely, and perhaps."""
    if isinstance(stratum, Sphere) and not view.drawn.planes.threat.on_support:
        found = _across(stratum, view)
        return found, found
    inner, outer = _supports(view.drawn, view.closed)
    if isinstance(stratum, Sphere):
        return inner.around(stratum), outer.around(stratum)
    place = Place(stratum.place(()), view.drawn.planes.label_on(stratum))
    return inner.at(place), outer.at(place)


def kinds_beside(points: Floats, view: View) -> Ints:
    """The kinds (n, 2 types) of samples of floats; what is nearly within reach counts as such."""
    if view.drawn.planes.circles and view.drawn.planes.threat.on_support:
        return _supports(view.drawn, view.closed)[1].beside(points)
    return view.kinds(points, view.scene.reached(points))


def near_on_support(x: Floats, view: View) -> Iterator[Floats]:
    """Points of circles, and beside them, that are within reach of a sample (2,) and that perturbed points stay on."""
    if view.drawn.planes.circles and view.drawn.planes.threat.on_support:
        yield from _supports(view.drawn, view.closed)[0].near(x)


@lru_cache(maxsize=64)
def _supports(drawn: Drawn, closed: bool) -> tuple[Support, Support]:
    """The support with a ball in that of the threat, and with one around it."""
    one, other = (rounded(e)[0] for e in drawn.planes.budgets)
    inner, outer = (Support(drawn, ball, closed) for ball in Ball(drawn.planes.threat.norm, (one, other)).discs)
    return inner, outer


def _across(circle: Sphere, view: View) -> Arcs:
    """Of a circle in a plane in which perturbed points may be anywhere."""
    scene, loop = view.scene, angular(circle, view.scene.frame)
    said = [scene.frame.turned(pieces) for pieces in view.drawn.said(view.plane)]
    edges = [straight(p.ends, p.error, *np.full((2, len(p)), -1)) for p in said]  # where what is said changes
    (sets, touched), count = scene.sets, sum(map(len, edges))
    found = [loop.crossings(joined([*edges, sets]))]
    owners = [np.concatenate([np.full(count, -1), sets.owner])[found[0][1]]]
    if scene.shown is not None:
        boxes, of = joints(sets)
        found += [loop.boxes(boxes), loop.boxes(scene.shown.boxes[scene.shown.still :])]
        owners += [of[found[1][1]], np.full(len(found[2][1]), -1)]
    angles, (part, interval) = parts(np.concatenate([a for a, _ in found]))
    owner = np.concatenate(owners)[interval]
    doubt = np.zeros((len(angles), len(touched)), dtype=bool)
    doubt[part[owner >= 0], owner[owner >= 0]] = True
    unknown = angles[:, 1] - angles[:, 0] < 2 * PAD
    unknown[part[owner < 0]] = True
    points = placed(circle, angles.mean(axis=1))
    inside, true = scene.inside(points), np.full(len(angles), view.drawn.planes.label_on(circle))
    sure, perhaps = (view.kinds(points, near @ touched > 0, true) for near in (inside & ~doubt, inside | doubt))
    return Arcs(angles, np.where(unknown[:, None], 0, sure), np.where(unknown[:, None], 1, perhaps))
