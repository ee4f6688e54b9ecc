"""One graph along which a smooth function is zero: a polynomial with proven errors, by its Taylor series."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import flint
import numpy as np

from symadv.geometry.polygons import Floats
from symadv.risk._planes.forms import Form

DEGREE = 24
_BITS = 106
_CLOSE = 2.0**-46
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


def graph_of(function: Turned, run: list[float], above: int) -> Graph | None:
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
