r"""Straight and round paths in the plane, and integrals of $f(u)\, G(v \mid u)\, du$ along them in ball arithmetic."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import pairwise
from math import comb
from typing import Any

import flint
import numpy as np

from symadv.risk._planes.laws import PlaneLaw, Row
from symadv.risk._planes.marginal import place

_TOLERANCE = flint.arb(2) ** -70
_SMALL = flint.arb(2) ** -40


def _compare(a: Any, b: Any) -> int:
    return int(a > b) - int(a < b)


_ORDER = cmp_to_key(_compare)


class Path(ABC):
    """A curve by a parameter between two numbers, ``first`` and ``last``."""

    first: Any
    last: Any
    turns = 1  # how often a linear form may grow and fall between two marks

    @abstractmethod
    def at(self, where: Any) -> Row:
        """The coordinates s and t."""

    @abstractmethod
    def pace(self, where: Any) -> Row:
        """Their derivatives."""

    @abstractmethod
    def marks(self, row: Row, kinks: Sequence[Any]) -> Iterator[Any]:
        """Where a linear form has some values, and between which marks it grows or falls."""

    def extremes(self, row: Row, first: Any, last: Any) -> Sequence[Any]:
        """Numbers between which a linear form stays between two marks."""
        return [_form(row, self.at(end)) for end in (first, last)]


@dataclass(frozen=True, eq=False)
class Straight(Path):
    """From one point to another."""

    start: Row
    end: Row
    first = flint.arb(0)
    last = flint.arb(1)

    def at(self, where: Any) -> Row:
        """The point at a share of the way."""
        (s, t), (ds, dt) = self.start, self.pace(where)
        return s + where * ds, t + where * dt

    def pace(self, where: Any) -> Row:
        """The way."""
        return self.end[0] - self.start[0], self.end[1] - self.start[1]

    def marks(self, row: Row, kinks: Sequence[Any]) -> Iterator[Any]:
        """One for each value, unless the form is constant."""
        step, before = _form(row, self.pace(0)), _form(row, self.start)
        if not step.contains(0):
            yield from ((k - before) / step for k in kinks)


@dataclass(frozen=True, eq=False)
class Arc(Path):
    r"""A part of the upper or lower half of an ellipse, by angles from left to right: $a + r\cos\theta$ and
    $h + m r\cos\theta \pm \kappa r\sin\theta$."""

    centre: Row
    radius: Any
    slope: Any
    stretch: Any  # with the sign of the half
    first: Any
    last: Any

    def at(self, where: Any) -> Row:
        """The point at an angle."""
        (s, t), r, cos = self.centre, self.radius, where.cos()
        return s + r * cos, t + r * (self.slope * cos + self.stretch * where.sin())

    def pace(self, where: Any) -> Row:
        """Along the ellipse."""
        r, sin = self.radius, where.sin()
        return -r * sin, r * (self.stretch * where.cos() - self.slope * sin)

    def marks(self, row: Row, kinks: Sequence[Any]) -> Iterator[Any]:
        r"""By $a s + b t = c + R \cos(\theta - \varphi)$."""
        a, b = row[0] + row[1] * self.slope, self.stretch * row[1]
        turn, size = flint.arb.atan2(b, a), (a * a + b * b).sqrt() * self.radius
        found = [flint.arb(0), flint.arb.pi()]
        for k in kinks:
            angle = clipped((k - _form(row, self.centre)) / size).acos()
            found += [angle, -angle]
        for angle in found:
            yield from (turn + angle + 2 * n * flint.arb.pi() for n in (-1, 0, 1))


@dataclass(frozen=True, eq=False)
class Bent(Path):
    """A part of the graph of a polynomial of (s - middle) / half."""

    middle: Any
    half: Any
    terms: Any  # flint.arb_poly
    first: Any
    last: Any

    def at(self, where: Any) -> Row:
        """The point at a number from -1 to 1."""
        return self.middle + self.half * where, self._value(self.terms, where)

    def pace(self, where: Any) -> Row:
        """Along the graph."""
        return self.half, self._value(self.terms.derivative(), where)

    @property
    def turns(self) -> int:  # type: ignore[override]
        """As many as its degree at most."""
        return max(int(self.terms.degree()), 1)

    def extremes(self, row: Row, first: Any, last: Any) -> Sequence[Any]:
        """The Bernstein coefficients."""
        form = row[1] * self.terms + flint.arb_poly([row[0] * self.middle, row[0] * self.half])
        own = form(flint.arb_poly([first, last - first])).coeffs()
        n = max(len(own) - 1, 1)
        own += [flint.arb(0)] * (n + 1 - len(own))
        scaled = [c / comb(n, i) for i, c in enumerate(own)]
        return [sum((comb(j, i) * scaled[i] for i in range(j + 1)), flint.arb(0)) for j in range(n + 1)]

    def marks(self, row: Row, kinks: Sequence[Any]) -> Iterator[Any]:
        """Next to the roots of the polynomial that the form is along the graph, and of its derivative."""
        form = row[1] * self.terms + flint.arb_poly([row[0] * self.middle, row[0] * self.half])
        for k in kinks:
            yield from _roots(form - k)
        yield from _roots(form.derivative())

    @staticmethod
    def _value(poly: Any, where: Any) -> Any:
        total = where * 0
        for c in reversed(poly.coeffs()):
            total = total * where + c
        return total


def _roots(poly: Any) -> Iterator[Any]:
    """Numbers next to the roots of a polynomial between -1 and 1."""
    floats = np.array([float(c.mid()) for c in poly.coeffs()])
    if not floats.any():
        return
    floats = floats[: np.flatnonzero(np.abs(floats) > 1e-18 * np.abs(floats).max())[-1] + 1]
    slope = poly.derivative()
    for root in np.polynomial.Polynomial(floats).roots():
        if abs(root.imag) < 1e-6 and abs(root.real) < 1 + 1e-9:
            at = flint.arb(float(root.real))
            for _ in range(4):
                step = poly(at) / slope(at)
                at = (at - step).mid() if step.is_finite() else at
            yield at


def along(law: PlaneLaw, path: Path) -> Any:
    r"""$\int f(u)\, G(v \mid u)\, du$, as a ball."""
    one, other = law.rows
    if isinstance(path, Straight) and _form(one, path.pace(0)) == 0:
        return flint.arb(0)
    total = flint.arb(0)
    for first, last in pairwise([path.first, *_inner(law, path), path.last]):
        at = path.at((first + last) / 2)
        i, j = (place(kinks, _form(row, at)) for kinks, row in zip(law.kinks, law.rows, strict=True))
        flux = law.flux(i, j)

        def form(where: Any, flux: Any = flux) -> Any:
            s_t = path.at(where)
            return flux(_form(one, s_t), _form(other, s_t)) * _form(one, path.pace(where))

        total += _integral(form, first, last) + _beyond(law, path, (i, j), (first, last))
    return total


def _inner(law: PlaneLaw, path: Path) -> list[Any]:
    """Exact numbers next to those between which f and G are analytic along a path."""
    if not any(law.kinks):
        return []
    low, high = sorted((path.first.mid(), path.last.mid()), key=_ORDER)
    found = [
        mark.mid()
        for row, kinks in zip(law.rows, law.kinks, strict=True)
        for mark in path.marks(row, kinks)
        if low < mark.mid() < high
    ]
    found.sort(key=_ORDER)
    return found if low == path.first.mid() else found[::-1]


def _beyond(law: PlaneLaw, path: Path, pieces: tuple[int, int], ends: tuple[Any, Any]) -> Any:
    r"""A bound for what is wrong where a path leaves the piece of the law that it was integrated with.

    They leave it by at most $\delta$: f is wrong over at most $2\delta$ of u for each time that u turns round, and G by
    at most $\delta$ times its derivative.
    """
    error = flint.arb(0)
    for row, kinks, piece, most in zip(law.rows, law.kinks, pieces, law.most, strict=True):
        for value in path.extremes(row, *ends):
            over = max(
                [flint.arb(0)]
                + [(kinks[k] - value).upper() for k in (piece - 1,) if k >= 0]
                + [(value - kinks[k]).upper() for k in (piece,) if k < len(kinks)],
                key=float,
            )
            error += path.turns * 8 * most * over if most * over < _SMALL else flint.arb(1)
    return flint.arb(0, error.upper())


def _integral(form: Callable[[Any], Any], first: Any, last: Any) -> Any:
    rough = form(first.union(last)) * (last - first)
    if rough.rad() < _TOLERANCE:
        return rough
    found = flint.acb.integral(lambda z, _: form(z), flint.acb(first), flint.acb(last), abs_tol=_TOLERANCE)
    return found.real


def clipped(value: Any) -> Any:
    """The nearest number between -1 and 1."""
    return value.min(flint.arb(1)).max(flint.arb(-1))


def _form(row: Row, at: Row) -> Any:
    return row[0] * at[0] + row[1] * at[1]
