"""Where arcs and segments may cross: short zones on them, outside of which they surely do not.

Floats leave out all places but some; where the difference of two curves grows or falls all along one of these, balls of
many bits say how near to its zero they can meet.
"""

from collections.abc import Iterator, Sequence
from math import ulp
from typing import Any

import flint
import numpy as np

from symadv.geometry.polygons import ULP, Bools, Floats, Ints
from symadv.risk._planes.curves import Curves
from symadv.risk._planes.polynomials import near_zero

_AT_ONCE = 20_000
_CLEAR = 256  # ulps between which floats tell nothing
_BITS = 106


def meetings(one: Curves, other: Curves, wanted: Bools | None = None) -> tuple[Ints, Ints, Floats]:
    """Pairs of curves, one of the first and one of the others, and the zones (n, 2) of s where they may cross.

    ``wanted`` (n, m): which pairs matter.
    """
    low, high = np.maximum(one.left[:, None], other.left), np.minimum(one.right[:, None], other.right)
    both = low < high if wanted is None else (low < high) & wanted
    bottom, top = zip(*(_levels(c) for c in (one, other)), strict=True)
    both &= (bottom[0][:, None] <= top[1]) & (bottom[1] <= top[0][:, None])
    first, second = np.nonzero(both)
    found = [(np.zeros(0, dtype=np.int64), np.zeros((0, 2)))]
    for k in range(0, len(first), _AT_ONCE):
        i, j = first[k : k + _AT_ONCE], second[k : k + _AT_ONCE]
        a, b = low[i, j], high[i, j]
        p, q = one.take(i), other.take(j)
        terms = _wide(p.on(a, b), q.on(a, b))
        size = 1 + np.abs(terms[0]).sum(axis=1) + np.abs(terms[1]).sum(axis=1)
        own = [c.error * (1 + np.abs(c.slope)) for c in (p, q)]  # of polynomials by their height already
        close = own[0] + own[1] + _CLEAR * ULP * size
        which, parts = near_zero(terms[0] - terms[1], close)
        centre, half = ((a + b) / 2)[which, None], ((b - a) / 2)[which, None]
        apart = (own[0] + own[1])[which]
        zones = list(_sharp(p.take(which), q.take(which), centre + half * parts, apart))
        kept = np.array([zone is not None for zone in zones], dtype=bool)
        found.append((which[kept] + k, np.array([zone for zone in zones if zone is not None]).reshape(-1, 2)))
    which = np.concatenate([w for w, _ in found])
    return first[which], second[which], np.concatenate([p for _, p in found])


def _sharp(one: Curves, other: Curves, zones: Floats, apart: Floats) -> Iterator[tuple[float, float] | None]:
    """Zones (n, 2), shorter where that is known, or nothing where two curves are farther ``apart`` all along."""
    with flint.ctx.workprec(_BITS):
        for k, (low, high) in enumerate(zones.tolist()):
            middle = (low + high) / 2
            gap = _exact(one, k, middle) - _exact(other, k, middle)
            half = flint.arb(max(high - middle, middle - low))
            pace = gap.derivative()(flint.arb(0, half))
            if pace.contains(0) or not pace.is_finite():
                yield low, high
                continue
            at = flint.arb(0)
            for _ in range(4):
                at = (at - gap(at) / gap.derivative()(at)).mid()
            value = gap(at) if abs(at) <= half else gap(half if at > 0 else -half)
            if abs(at) > half and abs(value) > float(apart[k]):
                yield None
                continue
            place = flint.arb(middle) + (at if abs(at) <= half else (half if at > 0 else -half))
            away = (abs(value) + float(apart[k])) / pace.abs_lower()
            near, slack = float(place.mid()), float(away.upper()) * (1 + 1e-12)
            slack += 2 * ulp(near)
            yield max(low, near - slack), min(high, near + slack)


def _exact(curves: Curves, k: int, centre: float) -> Any:
    """The height of a curve that is no arc, by the distance from a number."""
    start, height, slope = (flint.arb(float(getattr(curves, name)[k])) for name in ("start", "height", "slope"))
    away = flint.arb_poly([flint.arb(centre) - start, flint.arb(1)])
    found = height + slope * away
    if curves.terms.shape[1] and curves.radius[k] > 0:
        terms = flint.arb_poly([flint.arb(0), *(flint.arb(float(c)) for c in curves.terms[k])])
        found += terms(away * (1 / flint.arb(float(curves.radius[k]))))
    return found


def turning(curves: Curves, way: Floats, turn: Floats) -> tuple[Ints, Floats]:
    """Which polynomials may have a tangent of some direction, and in which zones (n, 2) of s."""
    terms = curves.on(curves.left, curves.right)
    half = (curves.right - curves.left) / 2
    slopes = np.column_stack([terms[:, 1:] * np.arange(1, terms.shape[1]), np.zeros(len(terms))])
    values = slopes * way[0]
    values[:, 0] -= way[1] * half
    size = np.abs(slopes).sum(axis=1) * abs(way[0]) + half * abs(way[1])
    which, parts = near_zero(values, turn * half * abs(way[0]) + _CLEAR * ULP * size)
    centre = ((curves.left + curves.right) / 2)[which, None]
    return which, centre + half[which, None] * parts


def _levels(curves: Curves) -> tuple[Floats, Floats]:
    """Numbers between which curves that are no arcs stay."""
    spread = np.abs(curves.terms).sum(axis=1) + curves.error + 1e-12
    ends = np.stack([curves.height + curves.slope * (s - curves.start) for s in (curves.left, curves.right)])
    return ends.min(axis=0) - spread, ends.max(axis=0) + spread


def _wide(*terms: Floats) -> list[Floats]:
    width = max(t.shape[1] for t in terms)
    return [np.pad(t, ((0, 0), (0, width - t.shape[1]))) for t in terms]


def merged(parts: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Zones of one curve in order, those that overlap together."""
    found: list[tuple[float, float]] = []
    for low, high in sorted(parts):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found
