"""Circles in the plane of two features, and points: the parts of a law on these, what is true there, where they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil, floor

import numpy as np
import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.charts import rounded
from symadv.geometry.polygons import ULP, Floats, Ints
from symadv.geometry.spheres import Sphere
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.probability.bayes import bayes_on
from symadv.probability.distribution import Distribution
from symadv.probability.support import faces
from symadv.risk._planes.circle_crossings import Loop
from symadv.risk._planes.reach import Frame
from symadv.risk._planes.truth import NOWHERE


@dataclass(frozen=True)
class Ring:
    """A part of the law that is uniform on a circle, or all at one point: its label, and its probability."""

    label: int
    probability: sympy.Expr
    stratum: Stratum

    @property
    def extent(self) -> list[tuple[float, float]]:
        """For each feature two whole numbers between which it lies."""
        centre, radius = _measured(self.stratum)
        slack = 1e-12 * (radius + np.abs(centre).max())
        return [(floor(v - radius - slack), ceil(v + radius + slack)) for v in centre.tolist()]


@dataclass(frozen=True)
class Place:
    """A point by its exact coordinates, and the label (an index) that is true there, or ``NOWHERE``."""

    exact: tuple[sympy.Expr, ...]
    label: int

    @cached_property
    def point(self) -> Floats:
        """Its coordinates, rounded."""
        return np.array([rounded(v)[0] for v in self.exact])


@dataclass(frozen=True)
class Arcs:
    """Intervals of angles (n, 2) that make up a turn, and the kinds (n, 2 types) of points there: with the types that
    are surely within reach, and with those that perhaps are."""

    angles: Floats
    sure: Ints
    perhaps: Ints


def rings(d: Distribution, *, points: bool) -> Iterator[Ring]:
    """The parts, label by label, on circles, and on ``points``."""
    d.require_numbers("exact risk")
    for component in d.with_mass:
        if is_circle(component.stratum) or (points and component.stratum.dim == 0):
            for label, w in component.densities:
                yield Ring(label, d.prior_of(label) * w.weight, component.stratum)


def is_circle(stratum: Stratum) -> bool:
    """Whether a stratum is a circle, which lies in the plane of two features."""
    return isinstance(stratum, Sphere) and stratum.dim == 1


def beside_circles(d: Distribution) -> Stratum | None:
    """A line or a plane beside circles, if there is one."""
    others = (s for s in d.strata if not is_circle(s) and s.dim)
    return next(others, None) if any(map(is_circle, d.strata)) else None


def stay_on_circles(d: Distribution, threat: ThreatModel) -> bool:
    """Whether perturbed points stay on circles, and points beside them; where they stay on other strata, too, that is
    refused."""
    if not threat.on_support or not any(map(is_circle, d.strata)):
        return False
    if (other := beside_circles(d)) is not None:
        raise SymadvError(
            f"who is vulnerable to a network where perturbed points stay on circles is known where there are only "
            f"points beside these; {d.name} has {other}: wanted on_support=False"
        )
    return True


@lru_cache(maxsize=256)
def label_on(d: Distribution, stratum: Stratum, margin: sympy.Expr) -> int:
    """The Bayes label (an index) on a point of the support, or on all but finitely many of a circle; or ``NOWHERE``."""
    for face, regions in bayes_on(d, stratum, margin=margin):
        if face.flat == stratum:
            return next((k for k, y in enumerate(d.labels) if regions[y].is_everywhere), NOWHERE)
    return NOWHERE


@lru_cache(maxsize=64)
def places_of(d: Distribution, margin: sympy.Expr) -> tuple[Place, ...]:
    """The points of the support that are strata, or where strata meet."""
    found = [face.flat for face in faces(d) if face.flat.dim == 0]
    return tuple(Place(flat.place(()), label_on(d, flat, margin)) for flat in dict.fromkeys(found))


def angular(circle: Sphere, frame: Frame) -> Loop:
    """A circle in a frame."""
    centre, radius = _measured(circle)
    size = float(np.abs(frame.matrix).sum()) * (float(np.abs(centre).max()) + radius)
    return Loop(frame.into(centre), radius * frame.matrix, 16 * ULP * (1 + size), frame.widths[0] == frame.widths[1])


def placed(circle: Stratum, angles: Floats) -> Floats:
    """Points of a circle at some angles (n,), (n, 2)."""
    centre, radius = _measured(circle)
    return np.asarray(centre + radius * np.column_stack([np.cos(angles), np.sin(angles)]))


def _measured(stratum: Stratum) -> tuple[Floats, float]:
    if isinstance(stratum, Sphere):
        return np.array([rounded(c)[0] for c in stratum.centre]), rounded(stratum.radius)[0]
    if stratum.dim:
        raise SymadvError(f"got {stratum}, wanted a circle or a point")
    return np.array([rounded(v)[0] for v in stratum.place(())]), 0.0


@lru_cache(maxsize=64)
def with_points_apart(d: Distribution, margin: sympy.Expr) -> bool:
    """Whether at some points of circles another label may be true than anywhere around them."""
    circles = [s for s in d.support if is_circle(s)]
    others = [(s, {y for c in d.with_mass if c.stratum == s for y, _ in c.densities}) for s in d.support if s.dim == 1]
    for place in places_of(d, margin):
        through = [s for s in circles if s.contains(place.exact)]
        if not through or place.label == NOWHERE:
            continue
        near = {label_on(d, s, margin) for s in through}
        for stratum, labels in others:
            if not is_circle(stratum) and len(labels) == 1 and stratum.contains(place.exact):
                near |= {d.labels.index(y) for y in labels}
        if place.label not in near:
            return True
    return False
