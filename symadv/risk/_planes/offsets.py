r"""What is within a distance R of a part of a graph $t = P(s)$, by its normals: on each side a fan of them.

On the side where R is less than the radius of curvature 1/k the normals of length R cover a set once that the graph,
the offset curve $(s - R P'/w, P + R/w)$, $w^2 = 1 + P'^2$, and two normals bound; the offset curve has the slopes of
the graph, and is one itself.  Whoever is nearer to the part than R, but to none of its ends, is in a fan.

Two kinds of fans add nothing to the discs around the ends.  Where $k \ge 1/R$ all along, at most a right angle is
turned, and the part is no longer than R, it lies in the disc of radius R that touches it at any of its points
(Blaschke), whose centre, like the point itself, is within R of both ends, and so is the normal between them: they are
hidden.  And where the offset curve, whose length is $\lambda = \int |1 - k R|\, |d(s, P)|$, is short, a normal is
within R of an end but for its last $2 \lambda$: the distance from the end is convex along it, and at most
$R + \lambda$ at last.  That is a tiny box.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ulp
from typing import Any, NamedTuple

import flint
import numpy as np

from symadv.geometry.polygons import ULP, Floats
from symadv.risk._planes.forms import Curved
from symadv.risk._planes.series import BEYOND, ORDER, all_of, capped, composed, economized, series, size

WHOLE, HIDDEN, SHORT = "whole", "hidden", "short"  # fans

_BITS = 106
_PIECES = 4  # in which remainders are bounded
_TERMS = 12  # of the pace of an offset curve
_SHORT = 2.0**-28  # offset curves of which only a box is known
_HALVINGS = 64
_CLOSE = 4e-15  # how far from an offset curve a polynomial may be
_LITTLE, _FAR = 2.0**-56, 1e-13  # what area may be between, where that curve is short; and how far then


class Polynomial(NamedTuple):
    r"""The graph $t = \sum_k c_k x^k$, $x = (s - start) / scale$, for which ``terms`` holds the bytes of the
    coefficients; ``error``: how far from it the exact curve is at most."""

    start: float
    scale: float
    terms: bytes
    error: float

    @property
    def coefficients(self) -> Floats:
        """Those of the powers of x, from the constant on."""
        return np.frombuffer(self.terms)

    def at(self, s: float) -> float:
        """The height over a number, in floats."""
        return float(np.polynomial.polynomial.polyval((s - self.start) / self.scale, self.coefficients))

    @property
    def rounded(self) -> float:
        """A bound for the rounding of that."""
        terms = np.abs(self.coefficients)
        return float(4 * ULP * (terms[0] + terms @ np.arange(len(terms))))


class Fan(NamedTuple):
    """The offset ``curve`` on one side, the points (2, 2) at its ends, and numbers between which it is known."""

    curve: Polynomial
    ends: Floats
    known: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a graph from ``low`` to ``high``: its ends (2, 2), slopes there, and a bound for its length; what its
    fans are on the lower and the upper side, and what is known of them; ``boxes`` (n, 4) in which nothing is known."""

    low: float
    high: float
    ends: Floats
    slopes: tuple[float, float]
    length: float
    kinds: tuple[str, str]
    fans: tuple[Fan | None, Fan | None]
    boxes: Floats


@lru_cache(maxsize=20_000)
def fanned(graph: Polynomial, low: float, high: float, radius: float) -> tuple[Part, ...]:
    """The parts of a graph over an interval, from left to right, on each of which it is known what is in reach."""
    waiting, found = [(low, high, 0)], []
    with flint.ctx.workprec(_BITS):
        while waiting:
            left, right, depth = waiting.pop()
            part = _Normals(graph, left, right, radius).part
            middle = (left + right) / 2
            if part is not None:
                found.append(part)
            elif depth < _HALVINGS and left < middle < right:
                waiting += [(middle, right, depth + 1), (left, middle, depth + 1)]
            else:
                raise Curved
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Normals:
    """A graph over [low, high], and all its normals of some length."""

    graph: Polynomial
    low: float
    high: float
    radius: float

    @cached_property
    def part(self) -> Part | None:
        """What is in reach; None where more has to be known of shorter parts."""
        fans: list[Fan | None] = []
        kinds, boxes = [], []
        for side in (-1, 1):
            pace, offset, length = self._pace(side)
            fan, kind = None, WHOLE
            if all(v < 0 for v in pace) and length < self.radius and self._turns_little:
                kind = HIDDEN
            elif offset < _SHORT and length < self.radius / 2:
                kind = SHORT
                boxes.append(self._box(side, offset))
            elif not all(v > 0 for v in pace) or (fan := self._fan(side, offset)) is None:
                return None
            kinds.append(kind)
            fans.append(fan)
        points = [(s, float(self._at(x)[0].mid())) for s, x in ((self.low, -1), (self.high, 1))]
        first, last = (float(self._at(x)[1].mid()) for x in (-1, 1))
        return Part(
            self.low,
            self.high,
            np.array(points),
            (first, last),
            length,
            (kinds[0], kinds[1]),
            (fans[0], fans[1]),
            np.array(boxes).reshape(-1, 4),
        )

    @cached_property
    def _centre(self) -> Any:
        return (flint.arb(self.low) + flint.arb(self.high)) / 2

    @cached_property
    def _half(self) -> Any:
        return (flint.arb(self.high) - flint.arb(self.low)) / 2

    @cached_property
    def _height(self) -> Any:
        """P as a polynomial of a number from -1 to 1."""
        own = flint.arb_poly([flint.arb(float(c)) for c in self.graph.coefficients])
        scale = flint.arb(self.graph.scale)
        return own(flint.arb_poly([(self._centre - flint.arb(self.graph.start)) / scale, self._half / scale]))

    @cached_property
    def _slope(self) -> Any:
        return self._height.derivative() * (1 / self._half)

    def _at(self, x: Any) -> tuple[Any, Any]:
        return self._height(flint.arb(x)), self._slope(flint.arb(x))

    @property
    def _turns_little(self) -> bool:
        """Whether the directions at both ends are at most a right angle apart."""
        return bool(1 + self._at(-1)[1] * self._at(1)[1] > 0)

    def _pace(self, side: int) -> tuple[list[Any], float, float]:
        r"""Bounds for $1 - k R$, in parts; for the length of the offset curve and of the graph."""
        found, offset, length = [], flint.arb(0), flint.arb(0)
        for place in range(_PIECES):
            x = flint.arb((2 * place + 1) / _PIECES - 1)
            near = flint.arb(x.mid(), BEYOND / _PIECES)
            with capped(_TERMS):
                own = self._paces(side, x)
            with capped(_TERMS + 1):
                own.append(self._paces(side, near)[_TERMS])
            away = flint.arb(BEYOND / _PIECES)
            pace = own[0] + flint.arb(0, 1) * sum((abs(c) * away**k for k, c in enumerate(own[1:], 1)), flint.arb(0))
            step = (1 + self._slope(near) ** 2).sqrt() * self._half * 2 * BEYOND / _PIECES
            found.append(pace)
            offset, length = offset + abs(pace) * step, length + step
        return found, float(offset.upper()), float(length.upper())

    def _paces(self, side: int, x: Any) -> list[Any]:
        """The Taylor series of these at a number."""
        near = flint.arb_poly([x, flint.arb(1)])
        slope = series(self._slope(near))
        bend = series(self._slope.derivative()(near)) * (side * self.radius / self._half)
        return all_of(1 - bend * (1 + slope * slope).rsqrt() / (1 + slope * slope))

    def _box(self, side: int, offset: float) -> tuple[float, float, float, float]:
        with capped(1):
            s, t = (float(all_of(v)[0].mid()) for v in self._offset(side, flint.arb(0)))
        away = 4 * (offset + 16 * self.graph.error) + 16 * ULP * (1 + abs(s) + abs(t))
        return s - away, s + away, t - away, t + away

    def _offset(self, side: int, x: Any) -> tuple[Any, Any]:
        """The Taylor series of the offset curve at a number from -1 to 1, as long as the cap says."""
        near = flint.arb_poly([x, flint.arb(1)])
        slope = series(self._slope(near))
        normal = (1 + slope * slope).rsqrt() * (side * self.radius)
        place = flint.arb_series([self._centre + self._half * x, self._half])
        return place - slope * normal, series(self._height(near)) + normal

    def _fan(self, side: int, length: float) -> Fan | None:
        """The offset curve as a graph; None where a polynomial is not close enough to it."""
        with capped(1):
            ends = np.array([[float(all_of(v)[0].mid()) for v in self._offset(side, flint.arb(x))] for x in (-1, 1)])
            known = [all_of(self._offset(side, flint.arb(x * BEYOND))[0])[0] for x in (-1, 1)]
        curve = self._curve(side, ends, length)
        if curve is None:
            return None
        low, high = (float(v.mid()) for v in known)
        return Fan(curve, ends, (low + 2 * ulp(low), high - 2 * ulp(high)))

    def _curve(self, side: int, ends: Floats, length: float) -> Polynomial | None:
        (s, away), (t, apart) = self._taylor(side)
        start = float(s[0].mid())
        scale = max(ends[1, 0] - start, start - ends[0, 0])
        if not scale > 0:
            return None
        own = [(c - start) / scale if k == 0 else c / scale for k, c in enumerate(s)]
        try:
            with capped(ORDER):
                found = all_of(flint.arb_series(t)(flint.arb_series([flint.arb(0), *own[1:]]).reversion()))
        except (ZeroDivisionError, ValueError):
            return None
        close = max(_CLOSE * (1 + abs(float(t[0].mid()))), min(_LITTLE / length, _FAR))
        terms = economized(flint.arb_poly(found)(flint.arb_poly([-own[0], 1])), close)
        if terms is None:
            return None
        poly = flint.arb_poly([flint.arb(float(c)) for c in terms])
        most = size(own) + away / scale
        steep = size(poly.derivative().coeffs(), most.max(flint.arb(1))) / scale
        inside, rest = composed(poly(flint.arb_poly([own[0], 1])), own)
        error = size((inside - flint.arb_poly(t)).coeffs()) + rest + apart + steep * away
        if not error.upper() <= close:
            return None
        return Polynomial(start, scale, terms.tobytes(), float(error.upper()) * (1 + 1e-15) + 2 * self.graph.error)

    def _taylor(self, side: int) -> list[tuple[list[Any], Any]]:
        """The coefficients of both coordinates of the offset curve, and bounds for what they leave out."""
        with capped(ORDER + 1):
            for parts in (_PIECES, 4 * _PIECES):
                rest = [flint.arb(0), flint.arb(0)]
                for place in range(parts):
                    x = flint.arb((2 * place + 1) / parts - 1, BEYOND / parts)
                    rest = [r.max(abs(all_of(v)[ORDER])) for r, v in zip(rest, self._offset(side, x), strict=True)]
                if rest[0] + rest[1] < _CLOSE / 8:
                    break
        with capped(ORDER):
            found = [all_of(v) for v in self._offset(side, flint.arb(0))]
        return [(own, r * flint.arb(BEYOND) ** ORDER) for own, r in zip(found, rest, strict=True)]
