r"""What is within reach of a segment in a round ball: two discs, and what is between them of an ellipse.

Beside $y(\tau)$ there is a disc, in units of the budgets, whose radius is $\sqrt{1 - |d(\tau)|^2}$ with
$|d(\tau)|^2 = h^2 + |d'|^2 (\tau - \tau_0)^2$.  The union of all discs but those at the ends is the ellipse of points
within 1 of the whole line, between the chords of points that are nearest to its ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf, sqrt

import numpy as np

from symadv.geometry.polygons import ULP, Floats
from symadv.risk._planes.across import Disc, Found, Hull, Oval

Ends = tuple[float, float]

_SLACK = 1.5  # of a distance, in errors of the ends


@dataclass(frozen=True, eq=False)
class Segment:
    """How a segment lies: its ends in the plane's features (2, 2), and their steps to the plane (2, others), in units
    of the budgets; ``error``: the distance of all these of an end from the exact ones; ``lift``: that of its steps."""

    ends: Floats
    away: Floats
    error: float
    lift: float

    @cached_property
    def way(self) -> Floats:
        """The way along the plane."""
        return np.asarray(self.ends[1] - self.ends[0])

    @cached_property
    def climb(self) -> Floats:
        """The way towards it or from it."""
        return np.asarray(self.away[1] - self.away[0])

    @property
    def length(self) -> float:
        """Of the way along the plane."""
        return float(np.linalg.norm(self.way))

    def at(self, share: float) -> Floats:
        """The point of the plane beside one of the segment."""
        return np.asarray(self.ends[0] + share * self.way)

    def within(self, most: float) -> tuple[float, float] | None:
        """Between which shares of it no step is longer than a number."""
        low, high = 0.0, 1.0
        for first, step in zip(self.away[0].tolist(), self.climb.tolist(), strict=True):
            if step == 0:
                low = low if abs(first) <= most else inf
                continue
            one, other = sorted(((-most - first) / step, (most - first) / step))
            low, high = max(low, one), min(high, other)
        return (low, high) if low <= high else None


def round_sets(segment: Segment, frozen: tuple[bool, bool]) -> Iterator[Found]:
    """Convex sets whose union is within reach; one of the features may be frozen."""
    if not any(frozen):
        point = not (segment.way.any() or segment.climb.any())
        for end, away in [*zip(segment.ends, segment.away, strict=True)][point:]:
            radius, error = _radius(away, segment.lift)
            if radius:
                yield Disc(end, radius, error + segment.error)
    climb = float(np.linalg.norm(segment.climb))
    level = climb <= 2 * segment.lift
    middle = 0.0 if level else -float(segment.away[0] @ segment.climb) / climb**2
    least = segment.away[0] + middle * segment.climb
    radius, error = _radius(least, (1 + 2 * level) * segment.lift)
    if not radius:
        return
    if level or (any(frozen) and abs(segment.way[frozen.index(True)]) <= 4 * segment.error):
        yield from _strip(segment, frozen, radius if level else 1.0, error)
        return
    if not any(frozen) and segment.length <= 2 * segment.error:
        if 0 < middle < 1:
            yield Disc(segment.at(middle), radius, error + 2 * segment.error)
        return
    matrix, (low, high) = (_fixed if any(frozen) else _moving)(segment, frozen, climb, middle)
    if low < radius and high > -radius:
        far = min(max(abs(low), abs(high)), radius)
        wrong = _displaced(segment, matrix, radius, far, error)
        yield Oval(segment.at(middle), matrix, radius, (low, high), wrong + 16 * ULP * abs(middle) * segment.length)


def _radius(away: Floats, error: float) -> tuple[float, float]:
    """What steps leave of the ball, 0 for surely nothing, and by how much it may be wrong as these are."""
    size = float(np.linalg.norm(away))
    doubt = 2 * (size + error) * error + 8 * ULP * (1 + size**2)
    left = 1 - size**2
    if left <= -doubt:
        return 0.0, 0.0
    left = max(left, doubt)
    return sqrt(left), sqrt(left + doubt) - sqrt(max(left - doubt, 0.0))


def _strip(segment: Segment, frozen: tuple[bool, bool], radius: float, error: float) -> Iterator[Found]:
    """What is between discs of one radius, or between steps of the one feature that is not frozen."""
    if any(frozen):
        across = np.eye(2)[frozen.index(False)]
    elif segment.length <= 4 * segment.error:
        return  # the discs are the same
    else:
        across = np.array([-segment.way[1], segment.way[0]]) / segment.length
    points = np.concatenate([segment.ends + side * radius * across for side in (-1, 1)])
    yield Hull(points, error + segment.error + 4 * ULP)


def _moving(segment: Segment, _: tuple[bool, bool], climb: float, middle: float) -> tuple[Floats, Ends]:
    """The ellipse of points within 1 of a line, where both features move, and where the ends of the segment are."""
    length = segment.length
    total, way = float(np.hypot(climb, length)), segment.way / length
    matrix = np.array([way * total / climb, [-way[1], way[0]]]).T
    scale = total * climb / length
    return matrix, (-middle * scale, (1 - middle) * scale)


def _fixed(segment: Segment, frozen: tuple[bool, bool], climb: float, middle: float) -> tuple[Floats, Ends]:
    """The same where one feature is frozen, so that it says which point of the line one goes to."""
    matrix = np.array([segment.way / climb, np.eye(2)[frozen.index(False)]]).T
    return matrix, (-middle * climb, (1 - middle) * climb)


def _displaced(segment: Segment, matrix: Floats, radius: float, far: float, error: float) -> float:
    """By how much the boundary may be wrong as far as some distance from the middle: by the error of the distance from
    the line over its slope, or by that of the radius."""
    inverse = np.linalg.inv(matrix)
    slope = float(np.linalg.norm(np.array([far, sqrt(max(radius**2 - far**2, 0.0))]) @ inverse))
    size = float(np.linalg.norm(matrix))
    most = error * size
    if slope**2 > 1024 * segment.error:
        most = min(most, _SLACK * segment.error / slope)
    return most + segment.error + 16 * ULP * (1 + size * far)
