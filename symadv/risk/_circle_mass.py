"""How likely samples on circles are vulnerable: their angles cut where what there is in the plane changes."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import flint
import numpy as np

from symadv.adversary.definition import Definition
from symadv.geometry.charts import rounded
from symadv.geometry.polygons import ULP, Floats, Ints
from symadv.geometry.spheres import Sphere
from symadv.risk._circle_crossings import PAD, TURN, Loop, parts
from symadv.risk._circle_parts import Ring
from symadv.risk._plane_curves import Curves, joined, straight
from symadv.risk._plane_reach import Frame
from symadv.risk._plane_types import vulnerable
from symadv.risk._plane_view import View


@dataclass(frozen=True)
class Arcs:
    """Intervals of angles (n, 2) that make up a turn, and the kinds (n, 2 types) of points there: with the types that
    are surely within reach, and with those that perhaps are."""

    angles: Floats
    sure: Ints
    perhaps: Ints


def vulnerable_share(ring: Ring, view: View, definition: Definition) -> Any:
    """A ball around the share of a circle on which samples are vulnerable, between what surely is and perhaps is."""
    arcs = _arcs(ring, view)
    long, labels = (arcs.angles[:, 1] - arcs.angles[:, 0]) / TURN, view.drawn.planes.d.labels
    low, high = (
        float(long[vulnerable(definition, ring.label, labels, kinds)].sum()) for kinds in (arcs.sure, arcs.perhaps)
    )
    return flint.arb((low + high) / 2, (high - low) / 2 + 8 * ULP * high)


@lru_cache(maxsize=256)
def _arcs(ring: Ring, view: View) -> Arcs:
    scene, loop = view.scene, looped(ring.circle, view.scene.frame)
    said = [scene.frame.turned(pieces) for pieces in view.drawn.said(view.plane)]
    edges = [straight(p.ends, p.error, *np.full((2, len(p)), -1)) for p in said]  # where what is said changes
    (sets, touched), count = scene.sets, sum(map(len, edges))
    found = [loop.crossings(joined([*edges, sets]))]
    owners = [np.concatenate([np.full(count, -1), sets.owner])[found[0][1]]]
    if scene.shown is not None:
        boxes, of = _ends(sets)
        found += [loop.boxes(boxes), loop.boxes(scene.shown.boxes[scene.shown.still :])]
        owners += [of[found[1][1]], np.full(len(found[2][1]), -1)]
    angles, (part, interval) = parts(np.concatenate([a for a, _ in found]))
    owner = np.concatenate(owners)[interval]
    doubt = np.zeros((len(angles), len(touched)), dtype=bool)
    doubt[part[owner >= 0], owner[owner >= 0]] = True
    unknown = angles[:, 1] - angles[:, 0] < 2 * PAD
    unknown[part[owner < 0]] = True
    points = ring.at(angles.mean(axis=1))
    inside, true = scene.inside(points), np.full(len(angles), view.drawn.planes.label_on(ring.circle))
    sure, perhaps = (view.kinds(points, near @ touched > 0, true) for near in (inside & ~doubt, inside | doubt))
    return Arcs(angles, np.where(unknown[:, None], 0, sure), np.where(unknown[:, None], 1, perhaps))


def _ends(curves: Curves) -> tuple[Floats, Ints]:
    """Boxes (n, 4) around ends of curves that go on, but for rounding, in another one, and the set that these bound."""
    s = np.concatenate([curves.left, curves.right])
    twice = curves.take(np.tile(np.arange(len(curves)), 2))
    height, around = twice.at(s), 4 * twice.rounded
    places = np.column_stack([twice.owner, s, height])
    _, place, count = np.unique(places, axis=0, return_inverse=True, return_counts=True)
    alone = count[place.ravel()] == 1
    return np.column_stack([s - around, s + around, height - around, height + around])[alone], twice.owner[alone]


def looped(circle: Sphere, frame: Frame) -> Loop:
    """A circle in a frame."""
    centre, radius = np.array([rounded(c)[0] for c in circle.centre]), rounded(circle.radius)[0]
    size = float(np.abs(frame.matrix).sum()) * (float(np.abs(centre).max()) + radius)
    return Loop(frame.into(centre), radius * frame.matrix, 16 * ULP * (1 + size), frame.widths[0] == frame.widths[1])
