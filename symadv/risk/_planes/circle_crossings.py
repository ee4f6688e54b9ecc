r"""Where circles of samples cross curves in the plane: angles outside of which they surely do not.

In a frame a circle is $p(\theta) = c + A\,(\cos\theta, \sin\theta)$.  On it a line, or a circle if A is a rotation
times a number, is where $\alpha + \rho \cos(\theta - \varphi)$ is 0: what is known but for $\delta$ gives two
intervals, short ones where the curves cross, and of the size $\sqrt\delta$ where they touch.
"""

from dataclasses import dataclass
from functools import cached_property
from math import pi

import numpy as np

from symadv.geometry.polygons import ULP, Floats, Ints
from symadv.risk._planes.curves import Curves
from symadv.risk._planes.polynomials import near_zero

Found = tuple[Floats, Ints]

TURN = 2 * pi
PAD = 16 * ULP  # of angles that are computed
_PARTS, _TERMS = 32, 14  # of a turn, and of the series of sine and cosine on each


@dataclass(frozen=True)
class Loop:
    """A circle in a frame: its ``centre`` (2,) and ``matrix`` (2, 2); ``error``: how far its points are from where they
    should be; ``rigid``: whether it is a circle there, too."""

    centre: Floats
    matrix: Floats
    error: float
    rigid: bool

    def at(self, angles: Floats) -> Floats:
        """The points at some angles (n,), (n, 2)."""
        return np.asarray(self.centre + np.column_stack([np.cos(angles), np.sin(angles)]) @ self.matrix.T)

    @cached_property
    def size(self) -> float:
        """Of its coordinates, at most."""
        return float(np.abs(self.centre).max() + np.linalg.norm(self.matrix))

    def crossings(self, curves: Curves) -> Found:
        """Intervals of angles (m, 2) outside of which points are on none of some curves, and of which curve each is."""
        bent, arc = curves.bent, curves.bend != 0
        ways = (~bent & ~arc, self._lines), (bent, self._graphs), (arc, self._arcs if self.rigid else self._conics)
        angles, which = [np.zeros((0, 2))], [np.zeros(0, dtype=np.int64)]
        for kind, way in ways:
            found, number = way(curves.take(kind))
            angles.append(found)
            which.append(np.flatnonzero(kind)[number])
        return np.concatenate(angles), np.concatenate(which)

    def boxes(self, boxes: Floats) -> Found:
        """Intervals of angles (m, 2) outside of which points are in none of some boxes (n, 4), and of which each is."""
        left, right, low, high = boxes.reshape(-1, 4).T
        middle = np.column_stack([(left + right) / 2, (low + high) / 2])
        return self._near(middle, np.hypot(right - left, high - low) / 2 * (1 + 4 * ULP))

    def _near(self, points: Floats, radius: Floats) -> Found:
        """Intervals of angles outside of which it is farther from points (n, 2) than some radius."""
        back = np.linalg.inv(self.matrix)
        place = (points - self.centre) @ back.T
        length, most = np.hypot(*place.T), np.linalg.norm(back)
        reach = (radius + self.error + 16 * ULP * self.size) * most * (1 + 1e-9)
        near = np.abs(length - 1) <= reach
        place, length, reach = place[near], length[near], reach[near]
        share = np.where(reach < length, reach / np.where(length > 0, length, 1), 1)
        half = np.where(share < 1, np.arcsin(np.minimum(share, 1)) * (1 + 1e-9), pi) + PAD
        angle = np.arctan2(place[:, 1], place[:, 0])
        return np.column_stack([angle - half, angle + half]), np.flatnonzero(near)

    def _lines(self, lines: Curves) -> Found:
        m, away = lines.slope, self.centre[0] - lines.start
        constant = self.centre[1] - lines.height - m * away
        wave = self.matrix[1] - m[:, None] * self.matrix[0]
        size = np.abs(lines.height) + np.abs(m) * np.abs(lines.start) + (1 + np.abs(m)) * self.size
        doubt = (lines.rounded + self.error) * (1 + np.abs(m)) + 8 * ULP * size
        return self._kept(lines, *_waves(constant, wave, doubt))

    def _arcs(self, arcs: Curves) -> Found:
        away = self.centre - np.column_stack([arcs.start, arcs.height])
        radius = float(np.sqrt(np.abs(np.linalg.det(self.matrix))))
        apart = np.hypot(*away.T)
        constant = apart**2 + (radius - arcs.radius) * (radius + arcs.radius)
        error = arcs.rounded + self.error
        size = 4 * apart * (apart + self.size) + (radius + arcs.radius) * self.size
        doubt = error * (2 * arcs.radius + error) + 16 * ULP * size
        return self._kept(arcs, *_waves(constant, 2 * away @ self.matrix, doubt))

    def _conics(self, arcs: Curves) -> Found:
        """Of circles where the loop is an ellipse: zeros of sums of sines and cosines of one and two angles."""
        away = self.centre - np.column_stack([arcs.start, arcs.height])
        square = self.matrix.T @ self.matrix
        constant = (away**2).sum(axis=1) - arcs.radius**2 + np.trace(square) / 2
        once, twice = 2 * away @ self.matrix, np.array([(square[0, 0] - square[1, 1]) / 2, square[0, 1]])
        error = arcs.rounded + self.error
        size = (np.abs(away).sum(axis=1) + self.size) ** 2 + arcs.radius**2
        doubt = error * (2 * arcs.radius + error) + 32 * ULP * size
        centres, half = (np.arange(_PARTS) + 0.5) * TURN / _PARTS, pi / _PARTS * (1 + 1e-9)
        one, two = _series(centres, half), _series(2 * centres, 2 * half)
        terms = np.tensordot(once, one, 1) + np.tensordot(twice, two, 1)  # (curves, parts, terms)
        terms[:, :, 0] += constant[:, None]
        which, parts = near_zero(terms.reshape(-1, _TERMS), np.repeat(doubt, _PARTS))
        found = centres[which % _PARTS, None] + half * parts + np.array([-PAD, PAD])
        return self._kept(arcs, found, which // _PARTS)

    def _graphs(self, curves: Curves) -> Found:
        """Of graphs of polynomials: where on these the squared distance from the centre, a polynomial, is 1."""
        if not len(curves):
            return np.zeros((0, 2)), np.zeros(0, dtype=np.int64)
        half, back = (curves.right - curves.left) / 2, np.linalg.inv(self.matrix)
        up = _trimmed(curves.on(curves.left, curves.right))
        across = np.zeros_like(up)
        across[:, 0], across[:, 1] = (curves.left + curves.right) / 2 - self.centre[0], half
        up[:, 0] -= self.centre[1]
        one, other = (row[0] * across + row[1] * up for row in back)
        square = _product(one, one) + _product(other, other)
        square[:, 0] -= 1
        steep = (np.arange(up.shape[1]) * np.abs(up)).sum(axis=1) / half
        most = np.linalg.norm(back)
        length = (np.abs(across).sum(axis=1) + np.abs(up).sum(axis=1)) * most
        error = curves.rounded + self.error * (1 + steep) + 8 * ULP * self.size
        doubt = error * most * (2 + error * most) * (1 + 1e-6) + 64 * ULP * (1 + length) ** 2
        which, parts = near_zero(square, doubt)
        own, run = curves.take(which), half[which] * (parts[:, 1] - parts[:, 0]) / 2
        s = (curves.left + curves.right)[which] / 2 + half[which] * parts.mean(axis=1)
        points = np.column_stack([s, own.at(s)])
        away = (run * (1 + steep[which]) + own.rounded + 4 * ULP * np.abs(s)) * (1 + 1e-9)
        angles, near = self._near(points, away)
        return angles, which[near]

    def _kept(self, curves: Curves, angles: Floats, which: Ints) -> Found:
        """Those intervals in which points may be beside the curves themselves, not beside what they are parts of."""
        own, half = curves.take(which), (angles[:, 1] - angles[:, 0]) / 2
        points = self.at(angles.mean(axis=1))
        slack = own.rounded + self.error + 16 * ULP * (self.size + np.abs(own.start) + np.abs(own.height))
        aside, aslant = (np.linalg.norm(row) * half + slack for row in self.matrix)
        near = (points[:, 0] + aside >= own.left) & (points[:, 0] - aside <= own.right)
        first, last = own.at(own.left), np.where(own.bend == 0, own.at(own.right), own.height + own.bend * own.radius)
        near &= points[:, 1] + aslant >= np.minimum(first, last)
        near &= points[:, 1] - aslant <= np.maximum(first, last)
        return angles[near], which[near]


def parts(doubts: Floats) -> tuple[Floats, tuple[Ints, Ints]]:
    """A turn cut at the ends of intervals of angles (n, 2), (m, 2), and pairs of parts and intervals around them."""
    n, wide = len(doubts), doubts[:, 1] - doubts[:, 0]
    start = np.where(wide >= TURN, 0, doubts[:, 0] % TURN)
    start = np.concatenate([start, start - TURN])
    end = np.clip(start + np.tile(wide, 2), 0, TURN)
    start = np.clip(start, 0, TURN)
    cuts = np.unique(np.concatenate([[0.0, TURN], start, end]))
    first, last = np.searchsorted(cuts, start), np.searchsorted(cuts, end)
    count = last - first
    interval = np.repeat(np.tile(np.arange(n), 2), count)
    part = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    return np.column_stack([cuts[:-1], cuts[1:]]), (part, interval)


def _waves(constant: Floats, wave: Floats, doubt: Floats) -> Found:
    r"""The angles at which $|\alpha + \langle w, (\cos\theta, \sin\theta)\rangle| \leq \delta$, and whose they are."""
    height = np.hypot(*wave.T)
    with np.errstate(all="ignore"):
        low, high = (-constant - doubt) / height, (-constant + doubt) / height
    level = ~(height > doubt)
    low, high = (np.where(level, v, w) for v, w in ((-2.0, low), (2.0, high)))
    near = (low <= 1) & (high >= -1) & ~(level & (np.abs(constant) > doubt + height))
    which = np.flatnonzero(near)
    first, last = (np.arccos(np.clip(v[which], -1, 1)) for v in (high, low))
    centre = np.arctan2(wave[which, 1], wave[which, 0])
    both = [(centre + first, centre + last), (centre - last, centre - first)]
    angles = np.concatenate([np.column_stack([a - PAD, b + PAD]) for a, b in both])
    return angles, np.tile(which, 2)


def _series(centres: Floats, half: float) -> Floats:
    """The Taylor polynomials (2, n, terms) of cosine and sine around some angles, of a number from -1 to 1."""
    powers = half ** np.arange(_TERMS) / np.cumprod([1.0, *range(1, _TERMS)])
    turned = centres[:, None] + np.arange(_TERMS) * pi / 2
    return np.stack([np.cos(turned) * powers, np.sin(turned) * powers])


def _trimmed(terms: Floats) -> Floats:
    """Polynomials without the last coefficients where all are 0, of degree 1 at least."""
    used = np.flatnonzero(terms.any(axis=0))
    return terms[:, : max(int(used[-1]) + 1 if len(used) else 0, 2)].copy()


def _product(one: Floats, other: Floats) -> Floats:
    """The products of polynomials (n, k) and (n, l)."""
    found = np.zeros((len(one), one.shape[1] + other.shape[1] - 1))
    for k in range(one.shape[1]):
        found[:, k : k + other.shape[1]] += one[:, k, None] * other
    return found
