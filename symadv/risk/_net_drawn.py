r"""From where on lines and points something is within reach, by a drawing of the plane of two features.

Where true labels change along curves, places with one true label cannot be cut into polygons.  In the plane these
curves are traced, and the sets of points that have a type within reach are bounded by certified ones: a line is cut
where it crosses them, and what is within reach is found out between the places of which that is not certain.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import Any

import numpy as np
import sympy

from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import Network
from symadv.geometry.charts import rounded
from symadv.geometry.polygons import ULP, Bools, Floats
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.intervals import Intervals
from symadv.probability.distribution import Distribution
from symadv.probability.support_labels import true_regions
from symadv.risk._ball import Enclosed
from symadv.risk._net_ball import Situation
from symadv.risk._net_frame import standing
from symadv.risk._planes.curves import joined, joints, straight
from symadv.risk._planes.forms import Curved
from symadv.risk._planes.marginal import marginal
from symadv.risk._planes.reach import Frame
from symadv.risk._planes.readings import Readings
from symadv.risk._planes.seen import Case, Seen
from symadv.risk._planes.support import Planes
from symadv.risk._planes.tracks import PAD, Track, cut_at
from symadv.risk._planes.truth import Reader
from symadv.risk._planes.types import column
from symadv.risk._planes.view import View
from symadv.risk.measure import Part, measure_on_lines
from symadv.risk.pieces import Type

_UPRIGHT = 1e-6  # slopes that are not followed


Span = tuple[float, float]


@dataclass(frozen=True)
class Slice:
    """A line cut into intervals of its coordinate (n, 2), with how far they are off, and the types (n, types) within
    reach there."""

    ends: Floats
    error: float
    types: Bools

    def where(self, own: int, *, grown: bool) -> Intervals:
        """Where one type is within reach, less or more what the ends are off; beyond the cut line perhaps."""
        steps = np.diff(np.concatenate([[0], self.types[:, own].astype(np.int64), [0]]))
        cuts = []
        for first, last in zip(np.flatnonzero(steps > 0).tolist(), np.flatnonzero(steps < 0).tolist(), strict=True):
            low, high = _numbers(self.ends[first, 0], self.ends[last - 1, 1], self.error if grown else -self.error)
            cuts += [(low, high)] if low < high else []
        found = [Intervals.between(low, high) for low, high in cuts]
        if grown:
            left, right = _numbers(self.ends[0, 0], self.ends[-1, 1], -self.error)
            found += [Intervals.between(-sympy.oo, left), Intervals.between(right, sympy.oo)]
        return reduce(or_, found, Intervals())


@dataclass(frozen=True)
class Drawing:
    """The plane of a distribution in two features, where all of it is allowed but for a box."""

    network: Network
    d: Distribution
    threat: ThreatModel
    margin: sympy.Expr
    semantics: str

    def near(self, stratum: Stratum, kind: Type, situation: Situation) -> Enclosed:
        """From which values of the coordinate a point of a type is within reach; a point has it everywhere or not."""
        label, truth = kind
        sure, perhaps = (self._slice(stratum, situation, sure) for sure in (True, False))
        if truth is None or sure is None or perhaps is None:
            return Enclosed(Intervals(), Intervals.line())
        own = column(self.d.labels.index(label), self.d.labels.index(truth), len(self.d.labels))
        if stratum.dim:
            return Enclosed(sure.where(own, grown=False), perhaps.where(own, grown=True))
        found = bool(sure.types[:, own].all()), bool(perhaps.types[:, own].any())
        return Enclosed(*(Intervals.line() if yes else Intervals() for yes in found))

    def _slice(self, stratum: Stratum, situation: Situation, sure: bool) -> Slice | None:
        """A stratum, cut; None where the plane is not known well enough."""
        key = stratum, situation.closed, situation.tie, sure
        if key not in self._known:
            try:
                view = self._seen.view(0, self._seen.that_differs(Case(situation.closed, situation.tie), sure))
                span = self._span(stratum) if self._planes.truths[0].cells else None
                self._known[key] = None if span is None else _cut(stratum, span, view, sure)
            except (Curved, SymadvError):  # too many curves, or lines of irrational slopes
                self._known[key] = None
        return self._known[key]

    @cached_property
    def _known(self) -> dict[Any, Slice | None]:
        return {}

    def _span(self, stratum: Stratum) -> Span | None:
        """Between which values of the coordinate nearly all samples are; nothing of a point that is elsewhere."""
        if stratum.dim:
            ends = [marginal(p.density).window for p in self._parts if p.stratum == stratum]
            return min(low for low, _ in ends), max(high for _, high in ends)
        (low, high), at = self._planes.window, np.array([rounded(v)[0] for v in stratum.place(())])
        return (0.0, 0.0) if ((low <= at) & (at <= high)).all() else None

    @property
    def _parts(self) -> tuple[Part, ...]:
        return measure_on_lines(self.d).parts

    @cached_property
    def _planes(self) -> Planes:
        return Planes(self.d, self.threat, self.margin, lines=self._parts)

    @cached_property
    def _seen(self) -> Seen:
        return Seen(self._planes, Readings(self.network, self.semantics))


def _cut(stratum: Stratum, span: Span, view: View, sure: bool) -> Slice | None:
    """A stratum cut where something may begin or end to be within reach."""
    scene = view.scene
    drawn = _track(stratum, span, scene.frame)
    if drawn is None:
        return None
    track, start, pace = drawn
    said = [scene.frame.turned(pieces) for pieces in view.drawn.raw(view.plane)]
    edges = [straight(p.ends, p.error, *np.full((2, len(p)), -1)) for p in said]
    sets, touched = scene.sets
    curves = joined([*edges, *([] if scene.shown is None else [scene.shown.arcs]), sets])
    intervals, which = track.crossings(curves)
    found, owners = [intervals], [curves.owner[which]]
    if scene.shown is not None:
        ends, of = joints(sets)
        for boxes, owner in ((ends, of), (scene.shown.boxes, np.full(len(scene.shown.boxes), -1))):
            intervals, which = track.boxes(boxes)
            found.append(intervals)
            owners.append(owner[which])
    ends, (part, interval) = cut_at(np.concatenate(found), track.left, track.right)
    owner = np.concatenate(owners)[interval]
    doubt = np.zeros((len(ends), len(touched)), dtype=bool)
    doubt[part[owner >= 0], owner[owner >= 0]] = True
    unknown = ends[:, 1] - ends[:, 0] < 4 * (track.error + PAD * track.size)
    unknown[part[owner < 0]] = True
    points = scene.frame.back(track.at(ends.mean(axis=1)))
    inside = scene.inside(points)
    kinds = view.kinds(points, (inside & ~doubt if sure else inside | doubt) @ touched > 0)
    types = np.where(unknown[:, None], not sure, kinds[:, kinds.shape[1] // 2 :] > 0)
    error = (track.error + PAD * track.size) / abs(pace)
    ends = (ends - start) / pace
    return Slice(ends[:, ::-1][::-1] if pace < 0 else ends, error, types[::-1] if pace < 0 else types)


def _track(stratum: Stratum, span: Span, frame: Frame) -> tuple[Track, float, float] | None:
    """A line in a frame, its s at the coordinate 0, and how fast that grows; around a point a short one; None for an
    upright one."""
    own = standing(stratum)
    start, way = (frame.into(np.array([rounded(v)[0] for v in part])) for part in (own.home, own.along))
    both = (np.array([abs(rounded(v)[0]) for v in part]) @ np.abs(frame.matrix).T for part in (own.home, own.along))
    error = 8 * ULP * float(np.max(next(both) + max(map(abs, span)) * next(both)))
    s, t = start.tolist()
    if not stratum.dim:
        return Track(t, 0.0, s - 64 * error, s + 64 * error, error), s, 1.0
    if abs(way[0]) < _UPRIGHT * np.hypot(*way):
        return None
    slope, (low, high) = float(way[1] / way[0]), sorted(s + at * float(way[0]) for at in span)
    return Track(t - slope * s, slope, low, high, error * (1 + abs(slope))), s, float(way[0])


def _numbers(low: float, high: float, more: float) -> tuple[sympy.Rational, sympy.Rational]:
    """The ends of an interval that is larger by some, and by what was rounded then."""
    more += np.copysign(4 * ULP * (abs(low) + abs(high)), more)
    return sympy.Rational(low - more), sympy.Rational(high + more)


drawing = lru_cache(maxsize=16)(Drawing)


@lru_cache(maxsize=64)
def is_curved(d: Distribution, margin: sympy.Expr) -> bool:
    """Whether true labels change along curves in the plane, as far as these can be traced."""
    one, other = d.features
    reader = Reader((one, other))
    try:
        for region in true_regions(d, margin, on_support=False).values():
            for cell in region.cells:
                list(reader.cells(cell))
    except Curved:
        return False
    return bool(reader.forms)
