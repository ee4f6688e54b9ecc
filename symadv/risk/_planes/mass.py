r"""Masses of regions of the plane by the curves that bound them, enclosed by ball arithmetic.

A region's mass is the sum of $\int f(u)\, G(v \mid u)\, du$ along the curves that bound it from above, less that along
those that bound it from below, and what is missing where curves begin, end or cross: there the floats leave short
vertical gaps, which are integrated along, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import flint
import numpy as np

from symadv.geometry.polygons import Bools, Ints
from symadv.risk._planes.curves import Curves
from symadv.risk._planes.laws import BITS, PlaneLaw, Row
from symadv.risk._planes.paths import Arc, Bent, Path, Straight, along, clipped
from symadv.risk._planes.strips import Strips

Run = tuple[int, float, float]  # a curve, from where to where
Edge = tuple[float, int, int]  # where, from which curve to which


@dataclass(frozen=True, eq=False)
class Masses:
    """The masses of regions between curves under one law."""

    law: PlaneLaw
    curves: Curves
    _runs: dict[Run, Any] = field(default_factory=dict)
    _uprights: dict[Edge, Any] = field(default_factory=dict)

    def inside(self, strips: Strips, side: Ints) -> Any:
        """The mass of the region that each curve of each slab bounds from above (1), from below (-1) or not (0)."""
        with flint.ctx.workprec(BITS):
            total, ends = flint.arb(0), dict[float, list[tuple[float, int, int]]]()
            for sign in (1, -1):
                for run in runs(strips, side == sign):
                    total += sign * self._along(run)
                    for at, weight in ((run[1], sign), (run[2], -sign)):
                        ends.setdefault(at, []).append((self._height(run[0], at), run[0], weight))
            if self.law.rows[0][1] != 0:  # else u does not change along a vertical
                for at, listed in ends.items():
                    for weight, edge in _edges(at, listed):
                        total += weight * self._upright(edge)
            return total

    def _along(self, run: Run) -> Any:
        if run not in self._runs:
            self._runs[run] = along(self.law, self._path(*run))
        return self._runs[run]

    def _upright(self, edge: Edge) -> Any:
        if edge not in self._uprights:
            at, first, last = edge
            self._uprights[edge] = along(self.law, Straight(self._point(first, at), self._point(last, at)))
        return self._uprights[edge]

    def _height(self, k: int, at: float) -> float:
        return float(self._point(k, at)[1].mid())

    def _path(self, k: int, left: float, right: float) -> Path:
        if self.curves.terms[k].any():
            start, radius, terms = self._polynomial(k)
            return Bent(start, radius, terms, (left - start) / radius, (right - start) / radius)
        if not self.curves.bend[k]:
            return Straight(self._point(k, left), self._point(k, right))
        start, height, slope, radius, stretch = self._of(k, "start", "height", "slope", "radius", "stretch")
        angles = [clipped((flint.arb(v) - start) / radius).acos() for v in (left, right)]
        return Arc((start, height), radius, slope, int(self.curves.bend[k]) * stretch, *angles)

    def _point(self, k: int, at: float) -> Row:
        s = flint.arb(at)
        if self.curves.terms[k].any():
            start, radius, terms = self._polynomial(k)
            return s, terms((s - start) / radius)
        start, height, slope, radius, stretch = self._of(k, "start", "height", "slope", "radius", "stretch")
        bend = int(self.curves.bend[k])
        if not bend:
            return s, height + slope * (s - start)
        share = clipped((s - start) / radius)
        up = slope * share + bend * stretch * (1 - share * share).sqrt()
        return start + share * radius, height + radius * up

    def _polynomial(self, k: int) -> tuple[Any, Any, Any]:
        start, radius, height = self._of(k, "start", "radius", "height")
        return start, radius, flint.arb_poly([height, *(flint.arb(float(c)) for c in self.curves.terms[k])])

    def _of(self, k: int, *names: str) -> Iterator[Any]:
        return (flint.arb(float(getattr(self.curves, name)[k])) for name in names)


def _edges(at: float, ends: list[tuple[float, int, int]]) -> Iterator[tuple[int, Edge]]:
    """The gaps between the ends of runs above each other, with the weight of each."""
    weight = 0
    for (_, one, own), (_, other, _) in pairwise(sorted(ends)):
        weight -= own
        if weight:
            yield weight, (at, one, other)


def runs(strips: Strips, chosen: Bools) -> list[Run]:
    """Where curves of slabs are ``chosen`` (n, k); slabs that follow each other together."""
    slab, place = np.nonzero(chosen)
    found: list[list[int]] = []
    for k, i in sorted(zip(strips.curve[slab, place].tolist(), slab.tolist(), strict=True)):
        if found and found[-1][0] == k and found[-1][2] == i - 1:
            found[-1][2] = i
        else:
            found.append([k, i, i])
    return [(k, float(strips.left[i]), float(strips.right[j])) for k, i, j in found]
