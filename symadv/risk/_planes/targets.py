"""What is on points, lines and planes that a plane does not contain: segments, and the types of points of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import ceil, floor, inf

import numpy as np
import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.charts import rounded
from symadv.geometry.ends import Interval
from symadv.geometry.oblique import Oblique
from symadv.geometry.polygons import ULP, Floats, Ints
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Stratum
from symadv.language.order import compare
from symadv.probability.distribution import Distribution
from symadv.risk._net_frame import Frame, standing
from symadv.risk._net_labels import TrueLabels
from symadv.risk._net_tiles import Tile
from symadv.risk._net_truth import sides_of, tiled, told
from symadv.risk._planes.lines import Place
from symadv.risk._planes.reach import Pieces

Cells = Sequence[tuple[Floats, Ints]]  # the corners (n, 2) of convex cells, and their types
_ZERO = sympy.S.Zero
_ROUNDED = 4  # corners, in units of the last place


@dataclass(frozen=True, eq=False)
class Targets:
    """Segments by their ``ends`` (n, 2, features), the distance from the exact ones (n,), the types that are on them or
    next to them (n, types), and the values of features that are the same on all; ``attained``: whether the types are on
    them."""

    ends: Floats
    error: Floats
    touched: Ints
    constant: Mapping[int, sympy.Expr]
    attained: bool = False

    def __len__(self) -> int:
        return len(self.ends)


def on_plane(plane: Flat, pieces: Pieces) -> Targets:
    """The boundaries of types on a plane."""
    kept = pieces.take(np.flatnonzero(pieces.touched.any(axis=1)))
    ends = plane.embed(kept.ends.reshape(-1, 2)).reshape(len(kept), 2, plane.ambient)
    return Targets(ends, kept.error, kept.touched, dict(plane.fixed))


def on_line(line: Stratum, pieces: Pieces) -> Targets:
    """What is on a line, in all features."""
    first, last = (line.place((v,)) for v in (_ZERO, sympy.S.One))
    constant = {i: a for i, (a, b) in enumerate(zip(first, last, strict=True)) if compare(a, b) == 0}
    return Targets(pieces.ends, pieces.error, pieces.touched, constant, attained=True)


def beside(plane: Flat, here: Flat, cells: Cells, frozen: Sequence[bool], *, sure: bool) -> Targets:
    """What is on a plane where one goes from another one without moving the features that vary here: a segment, where
    one of these varies on both, else a point.

    Points next to it count, too, unless features are ``frozen`` in which one would have to move.
    """
    across = [i for i in plane.free if i not in here.free]
    along = [plane.free.index(i) for i in plane.free if i in here.free]
    exact = {i: dict(here.fixed)[i] for i in across}
    place = [(plane.free.index(i), rounded(v)[0], frozen[i]) for i, v in exact.items()]
    spans: dict[tuple[int, ...], list[tuple[float, float]]] = {}
    for corners, touched in cells:
        span = _span(corners, place, along, sure=sure)
        if span is not None:
            spans.setdefault(tuple(touched.tolist()), []).append(span)
    found = [(span, touched) for touched, own in spans.items() for span in _unions(own)]
    points = np.zeros((len(found), 2, 2))
    for column, value, _ in place:
        points[:, :, column] = value
    for column in along:
        points[:, :, column] = np.array([span for span, _ in found]).reshape(-1, 2)
    ends = plane.embed(points.reshape(-1, 2)).reshape(len(found), 2, plane.ambient)
    width = len(cells[0][1]) if cells else 0
    types = np.array([touched for _, touched in found], dtype=np.int64).reshape(-1, width)
    size = 1 + max((float(np.abs(corners).max()) for corners, _ in cells), default=0.0)
    return Targets(ends, np.full(len(found), (_ROUNDED + 6) * ULP * size), types, {**dict(plane.fixed), **exact})


def _span(
    corners: Floats, place: Sequence[tuple[int, float, bool]], along: Sequence[int], *, sure: bool
) -> tuple[float, float] | None:
    """Between which values of the other feature, if there is one, a convex set has points at some values."""
    low, high, slack = -inf, inf, _ROUNDED * ULP * (1 + float(np.abs(corners).max()))
    shifts = [(-slack, slack) if frozen and sure else (0.0,) for *_, frozen in place]
    for shift in product(*shifts):
        part = corners
        for (axis, value, frozen), by in zip(place, shift, strict=True):
            room = 0.0 if frozen and sure else slack
            part = _clipped(part, axis, value + by - room, value + by + room)
        if not len(part):
            return None
        for axis in along:
            low, high = max(low, float(part[:, axis].min())), min(high, float(part[:, axis].max()))
    if not along:
        return 0.0, 0.0
    return (low, high) if low <= high else None


def _clipped(corners: Floats, axis: int, low: float, high: float) -> Floats:
    """The corners of the part of a convex polygon whose coordinate is between two numbers."""
    for bound, way in ((low, 1.0), (high, -1.0)):
        found: list[Floats] = []
        for k in range(len(corners)):
            first, last = corners[k], corners[(k + 1) % len(corners)]
            a, b = way * (first[axis] - bound), way * (last[axis] - bound)
            if a >= 0:
                found.append(first)
            if (a > 0 > b) or (a < 0 < b):
                found.append(_between(first, last, a, b) if abs(a) < abs(b) else _between(last, first, b, a))
        corners = np.array(found).reshape(-1, 2)
    return corners


def _between(first: Floats, last: Floats, a: float, b: float) -> Floats:
    """Where a form is 0 that has two values at two points, from the nearer one."""
    return first + (last - first) * (a / (a - b))


def _unions(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], high)
        else:
            found.append((low, high))
    return found


def steps_between(plane: Flat, other: Stratum) -> Iterator[tuple[int, sympy.Expr]]:
    """Features of which a plane and another flat or line have one value each, and how far these are apart, if they
    are."""
    if not isinstance(other, Flat | Oblique):
        return
    first, last = (other.place((v,) * other.dim) for v in (_ZERO, sympy.S.One))
    for i, v in plane.fixed:
        if compare(first[i], last[i]) == 0 and compare(first[i], v) != 0:
            yield i, abs(first[i] - v)


@lru_cache(maxsize=64)
def places_on(
    d: Distribution,
    threat: ThreatModel,
    margin: sympy.Expr,
    stratum: Stratum,
    window: tuple[tuple[int, int], ...],
    *,
    true: bool,
) -> tuple[Place, ...]:
    """The parts of a line of the support between some values of all features on which one label is true, as far as
    perturbed points may be there."""
    frame = standing(stratum)
    ends = _ends(frame, window)
    if ends is None:
        return ()
    tile = Tile((_ZERO, _ZERO), *((_ZERO, sympy.Integer(end)) for end in ends))
    cases = TrueLabels(d, margin, threat.on_support).on(stratum) if true else ()
    cases = tuple(case for case in cases if case.kind == d.tie_rule)
    return tuple(
        Place(0, frame.chart(part), told(left).get(d.tie_rule), beside=False)
        for room in sides_of(tuple(_room(frame, threat.boxes(len(d.features)) or (), stratum)))
        for part, left in tiled(tile, room, cases)
    )


def _ends(frame: Frame, window: tuple[tuple[int, int], ...]) -> tuple[int, int] | None:
    """Integers between which the coordinate on a line is where features are in a window; None for nowhere."""
    low, high = -inf, inf
    for (_, b, c), ends in zip(frame.forms, window, strict=True):
        slope, home = rounded(b)[0], rounded(c)[0]
        if b == 0:
            if not ends[0] <= home <= ends[1]:
                return None
            continue
        one, other = sorted((end - home) / slope for end in ends)
        low, high = max(low, one), min(high, other)
    return (floor(low) - 1, ceil(high) + 1) if low <= high else None


def _room(frame: Frame, boxes: Sequence[Interval], stratum: Stratum) -> Iterator[tuple[sympy.Expr, frozenset[int]]]:
    """That a point of a line is in the box, and between its ends."""
    within = [*zip(frame.place, boxes, strict=False)]
    if isinstance(stratum, Oblique):
        within.append((frame.place[stratum.leading], stratum.ends))
    elif isinstance(stratum, Flat):
        within += [(frame.place[i], ends) for i, ends in stratum.within]
    for form, ends in within:
        for side, end in zip((1, -1), ends, strict=True):
            if end.is_finite:
                yield side * (form - end), frozenset({0, 1})
