r"""All points at which a smooth function is zero, as graphs $t = P(s)$ of polynomials with proven errors.

A window is cut into upright strips.  In a strip $[a, b]$ boxes in which the function is not zero are left out; where
the others lie above each other in a run on which the derivative by t has one sign, and the function has opposite signs
at the run's lower and upper end, it is zero along one graph over all of $[a, b]$, and nowhere else in the run.  Other
runs are cut again.  What is left at last are tiny boxes around vertical tangents, or around crossings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import flint
import numpy as np

from symadv.geometry.polygons import Bools, Floats, Ints
from symadv.risk._plane_balls import Balls, between, constant
from symadv.risk._plane_forms import Curved, Form

DEGREE = 24
_BITS = 106
_PARTS = (8, 4)  # of a run of boxes, looked at in turn
_NARROW, _FINE = 2.0**-12, (8, 4, 4, 4)  # in narrow strips these, so that nearly upright curves are told apart
_STRIPS = 16
_ASIDE = 0.3183098861837907  # where strips begin, so that no round number is an end of one
_AREA = 2.0**-49  # of boxes that may be left around vertical tangents
_BLURRED = 2.0**-46  # and around points where the function is too flat for floats
_THIN = 2.0**-44  # strips are not cut further
_CLOSE = 2.0**-46
_MOST = 3000  # graphs
_PIECES = 4  # in which the remainder is bounded
_STEPS = 24  # to a root


class Graph(NamedTuple):
    r"""The graph $t = \sum_k c_k x^k$, $x = (s - m)/h$, over $|x| \le 1$; ``error``: how far from it the function may
    be zero, ``turn``: by how much the slopes may differ; ``above``: the function's sign there."""

    middle: float
    half: float
    terms: Floats
    error: float
    turn: float
    above: int

    def near(self, low: float, high: float) -> bool:
        """Whether it may come between two heights."""
        spread = float(np.abs(self.terms[1:]).sum()) + self.error
        return bool(self.terms[0] + spread >= low and self.terms[0] - spread <= high)


@dataclass(frozen=True)
class Traced:
    """All graphs, and ``boxes`` (n, 4) (from s to s, from t to t) with the rest; ``steep``: whether one graph over t
    runs through a box, and how much it ``leans`` there: its slope over t is no larger."""

    graphs: tuple[Graph, ...]
    boxes: Floats
    steep: Bools
    leans: Floats


@dataclass(frozen=True, eq=False)
class Turned:
    """A function of the coordinates s and t: ``back`` is the matrix from these to features."""

    form: Form
    back: tuple[tuple[Any, Any], tuple[Any, Any]]

    def values(self, s: Any, t: Any) -> tuple[Any, Any, Any]:
        """The function and its derivatives by s and by t, of balls or series."""
        (a, b), (c, d) = self.back
        g, x, y = self.form.values((a * s + b * t, c * s + d * t))
        return g, a * x + c * y, b * x + d * y

    def value(self, s: Any, t: Any) -> Any:
        """The function of balls of many bits or series."""
        (a, b), (c, d) = self.back
        (found,) = self.form.value((a * s + b * t, c * s + d * t))
        return found

    def bends(self, s: Any, t: Any) -> tuple[Any, Any]:
        """The derivatives by s and t, and twice by t."""
        (a, b), (c, d) = self.back
        xx, xy, yy = self.form.bends((a * s + b * t, c * s + d * t))
        return a * b * xx + (a * d + b * c) * xy + c * d * yy, b * b * xx + 2 * b * d * xy + d * d * yy


def traced(function: Turned, window: Floats) -> Traced:
    """All of a function's zeros in a window, its low and its high corner (2, 2), and some beyond it."""
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
            again = []
            if len(graphs) + len(found) > _MOST:
                raise Curved
            for run, sign in zip(found[signs != 0].tolist(), signs[signs != 0].tolist(), strict=True):
                graph = _graph(function, run, sign)
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


def _graph(function: Turned, run: list[float], above: int) -> Graph | None:
    """The graph along which a function is zero in a run; None where a polynomial is not close enough to it."""
    a, b, low, high = run
    middle, half = (a + b) / 2, (b - a) / 2
    with flint.ctx.workprec(_BITS):
        series = _solved(function, middle, half, _root(function, middle, low, high, above))
        terms = np.array([float(c.mid()) for c in series]) if series else np.array([np.nan])
        size = 1 + abs(terms[0])
        if not np.isfinite(terms).all() or np.abs(terms[-3:]).max() > 1e-16 * size:
            return None
        terms[np.abs(terms) < 1e-40] = 0
        found = _closeness(function, middle, half, terms)
    if found is None or found[0] > 2e-15 * size:
        return None
    away = np.abs(terms[1:]).sum() + found[0]
    met = low <= terms[0] + away and terms[0] - away <= high  # on both together the function rises or falls
    return Graph(middle, half, terms, *found, above) if met else None


def _root(function: Turned, at: float, low: float, high: float, above: int) -> Any:
    """The height at which a function that rises or falls is zero, by Newton's method, within what is known of it."""
    s, t = flint.arb(at), (low + high) / 2
    for k in range(_STEPS):
        value = function.value(s, flint.arb(t)) * above
        low, high = (t, high) if value < 0 else (low, t)
        if k < _STEPS // 4:
            t = (low + high) / 2
            continue
        step = value / (function.values(s, flint.arb(t))[2] * above)
        new = float((flint.arb(t) - step).mid()) if step.is_finite() else np.nan
        if abs(new - t) <= 1e-9 * (1 + abs(t)):
            return _polished(function, s, flint.arb(new))
        t = new if low < new < high else (low + high) / 2
    return _polished(function, s, flint.arb(t))


def _polished(function: Turned, s: Any, t: Any) -> Any:
    """By two more steps, of which the second is as small as balls allow."""
    _, _, rise = function.values(s, t)
    for _ in range(3):
        t = (t - function.value(s, t) / rise).mid()
    return t


def _solved(function: Turned, middle: float, half: float, root: Any) -> list[Any]:
    """The Taylor series of the height, by Newton's method."""
    found, cap = flint.arb_series([root]), flint.ctx.cap
    try:
        for length in (2, 4, 8, 16, DEGREE + 1):
            flint.ctx.cap = (length + 1) // 2  # enough, as the function is as small
            line = flint.arb_series([flint.arb(middle), flint.arb(half)][: flint.ctx.cap])
            rise = function.values(line, flint.arb_series(found.coeffs()))[2]
            flint.ctx.cap = length
            line = flint.arb_series([flint.arb(middle), flint.arb(half)])
            g = function.value(line, flint.arb_series(found.coeffs()))
            step = g / flint.arb_series(rise.coeffs())
            found = flint.arb_series([c.mid() for c in (flint.arb_series(found.coeffs()) - step).coeffs()])
    except (ZeroDivisionError, ValueError):
        return []
    finally:
        flint.ctx.cap = cap
    coefficients = found.coeffs()
    return [*coefficients, *[flint.arb(0)] * (DEGREE + 1 - len(coefficients))]


def _closeness(function: Turned, middle: float, half: float, terms: Floats) -> tuple[float, float] | None:
    r"""Bounds for the distance from a graph to the zeros next to it, and for that of their slopes.

    By the function's size along the graph, by Taylor's formula, and its least derivative by t.
    """
    poly, unit = flint.arb_poly([flint.arb(float(c)) for c in terms]), flint.arb(0, 1)
    cap, order = flint.ctx.cap, DEGREE + 1
    try:
        flint.ctx.cap = order
        s = flint.arb_series([flint.arb(middle), flint.arb(half)])
        near = _padded(function.value(s, flint.arb_series(poly.coeffs())), order)
        flint.ctx.cap = order + 1
        rest = flint.arb(0)
        for k in range(_PIECES):
            part = flint.arb((2 * k + 1) / _PIECES - 1, 1 / _PIECES)
            s = flint.arb_series([flint.arb(middle) + half * part, flint.arb(half)])
            moved = poly(flint.arb_poly([part, flint.arb(1)]))
            last = _padded(function.value(s, flint.arb_series(moved.coeffs())), order + 1)[order]
            rest = rest.max(abs(last))
        near.append(rest)
    finally:
        flint.ctx.cap = cap
    over = flint.arb(middle) + half * unit
    spread = sum((abs(flint.arb(float(c))) for c in terms[1:]), flint.arb(0)).upper() + _CLOSE
    t = flint.arb(float(terms[0]), spread)
    _, _, rise = function.values(over, t)
    _, _, centre = function.values(flint.arb(middle), flint.arb(float(terms[0])))
    both, twice = function.bends(over, t)
    near_by = centre + both * half * unit + twice * flint.arb(0, spread)
    least = rise.abs_lower().max(near_by.abs_lower())
    if not least > 0:
        return None
    size = sum((abs(c) for c in near), flint.arb(0))
    error = size / least
    slope = abs(poly.derivative()(unit)) / half
    speed = sum((k * abs(c) for k, c in enumerate(near)), flint.arb(0)) / half
    turn = (speed + error * (abs(both) + abs(twice) * slope)) / least
    if not (error < _CLOSE and turn.is_finite()):
        return None
    return float(error.upper()) * (1 + 1e-15), float(turn.upper()) * (1 + 1e-15)


def _padded(series: Any, length: int) -> list[Any]:
    found = series.coeffs()
    return [*found, *[flint.arb(0)] * (length - len(found))]
