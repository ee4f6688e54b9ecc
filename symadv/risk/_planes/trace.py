r"""All points at which a smooth function is zero, as graphs $t = P(s)$ of polynomials with proven errors.

A window is cut into upright strips.  In a strip $[a, b]$ boxes in which the function is not zero are left out; where
the others lie above each other in a run on which the derivative by t has one sign, and the function has opposite signs
at the run's lower and upper end, it is zero along one graph over all of $[a, b]$, and nowhere else in the run.  Other
runs are cut again.  What is left at last are tiny boxes around vertical tangents, or around crossings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from symadv.geometry.polygons import Bools, Floats, Ints
from symadv.risk._planes.balls import Balls, between, constant
from symadv.risk._planes.forms import Curved
from symadv.risk._planes.graphs import Graph, Turned, graph_of

_PARTS = (8, 4)  # of a run of boxes, looked at in turn
_NARROW, _FINE = 2.0**-12, (8, 4, 4, 4)  # in narrow strips these, so that nearly upright curves are told apart
_STRIPS = 16
_ASIDE = 0.3183098861837907  # where strips begin, so that no round number is an end of one
_AREA = 2.0**-49  # of boxes that may be left around vertical tangents
_BLURRED = 2.0**-46  # and around points where the function is too flat for floats
_THIN = 2.0**-44  # strips are not cut further
_MOST = 3000  # graphs


@dataclass(frozen=True)
class Traced:
    """All graphs, and ``boxes`` (n, 4) (from s to s, from t to t) with the rest; ``steep``: whether one graph over t
    runs through a box, and how much it ``leans`` there: its slope over t is no larger."""

    graphs: tuple[Graph, ...]
    boxes: Floats
    steep: Bools
    leans: Floats


Halves = tuple[tuple[float, float, float], ...]  # where a s + b t + c is not negative, for each triple


def traced(function: Turned, window: Floats, places: tuple[Halves, ...] = ((),)) -> Traced:
    """All of a function's zeros in a window, its low and its high corner (2, 2), and in one of some ``places``, and
    some beyond these."""
    (left, bottom), (right, top) = window
    unit = 2.0 ** (np.ceil(np.log2(1 + max(abs(left), abs(right)))) - 50)
    left = np.floor(left) - np.floor(_ASIDE / unit) * unit
    cuts = left + np.arange(_STRIPS + 1) * 2.0 ** np.ceil(np.log2((right - left) / _STRIPS))
    waiting = np.array([(a, b, bottom, top) for a, b in pairwise(cuts) if a < right])
    graphs: list[Graph] = []
    boxes, steep = [np.zeros((0, 4))], [np.zeros(0, dtype=bool)]
    with np.errstate(all="ignore"):
        while len(waiting):
            found, signs, upright = _runs(function, waiting)
            there = np.any([_reaching(found, halves) for halves in places], axis=0)
            found, signs, upright = found[there], signs[there], upright[there]
            again = []
            if len(graphs) + len(found) > _MOST:
                raise Curved
            for run, sign in zip(found[signs != 0].tolist(), signs[signs != 0].tolist(), strict=True):
                graph = graph_of(function, run, sign)
                again.append(run) if graph is None else graphs.append(graph)
            rest, upright = found[signs == 0], upright[signs == 0]
            wide = rest[:, 1] - rest[:, 0]
            area = wide * (rest[:, 3] - rest[:, 2])
            tiny = (wide <= _THIN) | (area <= np.where(upright, _AREA, _BLURRED))
            boxes.append(rest[tiny])
            steep.append(upright[tiny])
            waiting = np.concatenate([rest[~tiny], np.array(again).reshape(-1, 4)])
            middle = (waiting[:, 0] + waiting[:, 1]) / 2
            waiting = np.concatenate([_with(waiting, 1, middle), _with(waiting, 0, middle)])
    return _united(function, graphs, Traced((), np.concatenate(boxes), np.concatenate(steep), np.zeros(0)))


def _reaching(boxes: Floats, halves: Halves) -> Bools:
    """Which boxes (n, 4) may reach into some half-planes, all of them."""
    found = np.ones(len(boxes), dtype=bool)
    for a, b, c in halves:
        terms = [np.maximum(a * boxes[:, 0], a * boxes[:, 1]), np.maximum(b * boxes[:, 2], b * boxes[:, 3])]
        found &= terms[0] + terms[1] + c >= -1e-9 * (1 + np.abs(terms[0]) + np.abs(terms[1]) + abs(c))
    return found


def _united(function: Turned, graphs: Sequence[Graph], left: Traced) -> Traced:
    """Boxes next to each other as one, where one graph over t runs through that and no other is near."""
    rest, steep = left.boxes.tolist(), left.steep.tolist()
    found: list[tuple[list[float], bool]] = []
    while rest:
        box, upright = rest.pop(), steep.pop()
        for k, other in enumerate(rest):
            a, b, low, high = pair = [f(v) for f, *v in zip((min, max, min, max), box, other, strict=True)]
            beside = (box[0] == other[1] or box[1] == other[0]) and max(box[2], other[2]) <= min(box[3], other[3])
            alone = not any(g.middle + g.half > a and g.middle - g.half < b and g.near(low, high) for g in graphs)
            if beside and alone and (b - a) * (high - low) <= 4 * _AREA and _looked(function, np.array([pair]))[2][0]:
                rest[k], steep[k] = pair, True
                break
        else:
            found.append((box, upright))
    boxes = np.array([box for box, _ in found]).reshape(-1, 4)
    upright = np.array([own for _, own in found], dtype=bool)
    return Traced(tuple(graphs), boxes, upright, _leaning(function, boxes))


def _leaning(function: Turned, boxes: Floats) -> Floats:
    """Bounds for the slopes over t of a function's zeros in boxes (n, 4), infinite where they may be graphs over s."""
    _, across, rising = function.values(between(boxes[:, 0], boxes[:, 1], 0), between(boxes[:, 2], boxes[:, 3], 0))
    found = np.broadcast_to((abs(rising) / abs(across)).ends[1], len(boxes)) if len(boxes) else np.zeros(0)
    return np.where(np.isnan(found), np.inf, found)


def _with(boxes: Floats, column: int, value: Floats) -> Floats:
    found = boxes.copy()
    found[:, column] = value
    return found


def _runs(function: Turned, cells: Floats) -> tuple[Floats, Ints, Bools]:
    """The runs of boxes in some cells (n, 4) in which the function may be zero; for those along which it is so on one
    graph its sign above that, else 0; and which of the others are graphs over t at most."""
    boxes, cell = cells, np.arange(len(cells))
    for parts in _FINE if (cells[:, 1] - cells[:, 0]).min() < _NARROW else _PARTS:
        low, high = boxes[:, 2:3], boxes[:, 3:4]
        ends = low + (high - low) * np.arange(parts + 1) / parts
        ends[:, -1] = boxes[:, 3]
        boxes = np.column_stack([np.repeat(boxes[:, :2], parts, axis=0), ends[:, :-1].ravel(), ends[:, 1:].ravel()])
        cell = np.repeat(cell, parts)
        zero, rising, across = _looked(function, boxes)
        boxes, cell, rising, across = boxes[zero], cell[zero], rising[zero], across[zero]
    if not len(boxes):
        return boxes, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    first = np.concatenate([[True], (cell[1:] != cell[:-1]) | (boxes[1:, 2] != boxes[:-1, 3])])
    start = np.flatnonzero(first)
    last = np.concatenate([start[1:], [len(boxes)]]) - 1
    runs = boxes[start].copy()
    runs[:, 3] = boxes[last, 3]
    up, side = (
        np.where(np.minimum.reduceat(v, start) > 0, 1, np.where(np.maximum.reduceat(v, start) < 0, -1, 0))
        for v in (rising, across)
    )
    runs = _grown(function, runs, up)
    below, above = (_looked_at_ends(function, runs, column) for column in (2, 3))
    whole = (up != 0) & (above == up) & (below == -up)
    kept = ~((up != 0) & (above == below) & (above != 0))
    return runs[kept], np.where(whole, up, 0)[kept], (side != 0)[kept]


def _grown(function: Turned, runs: Floats, up: Ints) -> Floats:
    """Runs along which the function rises or falls, longer ones where its sign at an end is not known."""
    for column, way in ((2, -1), (3, 1)):
        for _ in range(3):
            open_ = np.flatnonzero((up != 0) & (_looked_at_ends(function, runs, column) == 0))
            if not len(open_):
                break
            longer = runs[open_].copy()
            longer[:, column] += way * (longer[:, 3] - longer[:, 2])
            rising = _looked(function, longer)[1]
            runs[open_] = np.where((rising == up[open_])[:, None], longer, runs[open_])
    return runs


def _looked_at_ends(function: Turned, runs: Floats, column: int) -> Ints:
    """The signs of a function at the lower or upper ends of runs, all along; else 0."""
    return _signs(function, np.column_stack([runs[:, :2], runs[:, column], runs[:, column]]))[0]


def _looked(function: Turned, boxes: Floats) -> tuple[Bools, Ints, Ints]:
    """Whether a function may be zero in boxes (n, 4), and the signs of its derivatives by t and by s, or 0."""
    found, s, t = _signs(function, boxes)
    return found == 0, t, s


def _signs(function: Turned, boxes: Floats) -> tuple[Ints, Ints, Ints]:
    """The signs of a function and of its derivatives in boxes, 0 where they are not certain."""
    s, t = between(boxes[:, 0], boxes[:, 1], 0), between(boxes[:, 2], boxes[:, 3], 0)
    nothing = np.zeros(len(boxes))
    whole, across, rising = function.values(s, t)
    centre, _, rise = function.values(Balls(s.mid, nothing), Balls(t.mid, nothing))
    mean = centre + across * Balls(nothing, s.rad) + rising * Balls(nothing, t.rad)
    own, better, a, r = (np.broadcast_to(v.sign, len(boxes)) for v in (whole, mean, across, rising))
    found = np.where(own != 0, own, better)
    return found, a, np.where((r != 0) | (found != 0), r, _steeply(function, s, t, rise))


def _steeply(function: Turned, s: Balls, t: Balls, rise: Balls) -> Ints:
    """The signs of the derivative by t in boxes, by it in the middle and the second derivatives; 0 if not certain."""
    both, twice = (constant(v) for v in function.bends(s, t))
    nothing = np.zeros(len(s.mid))
    with np.errstate(all="ignore"):
        found = (rise + both * Balls(nothing, s.rad) + twice * Balls(nothing, t.rad)).sign
    return np.asarray(np.broadcast_to(found, len(s.mid)))
