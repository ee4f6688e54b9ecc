r"""Concentric spheres and a classifier with one affine score: from which caps half-spaces and shells are reached.

A point is known by its height $\langle w, x - c\rangle / \|w\|$ and its distance $\rho$ from the centre: turning about
the axis changes neither law nor ball.  At the distance $\rho$ the half-space of heights at least b begins at the angle
$\beta = \arccos(b / \rho)$ from the axis, and an $\ell_2$ ball of radius e around a point of the sphere of radius r
turns by $\theta$ with $\cos\theta = (r^2 + \rho^2 - e^2) / (2 r \rho)$; so the points at angles up to the largest
$\beta + \theta$ reach it, a cap, of a height in closed form.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

import sympy

from symadv.adversary.classifier import Classifier
from symadv.adversary.threat import ThreatModel
from symadv.geometry.spheres import Sphere
from symadv.geometry.strata import Flat, Point
from symadv.geometry.stratum import Stratum
from symadv.language.forms import expand_outside
from symadv.language.intervals import AFTER, BEFORE, Cut, Intervals
from symadv.language.order import INFINITESIMAL, Undecided, compare
from symadv.language.parameters import parameter
from symadv.language.regions import Cell, Cells
from symadv.language.roots import NoClosedForm, sign_sets
from symadv.probability.distribution import Distribution
from symadv.risk._ball import Ball, Enclosed
from symadv.risk.pieces import Type
from symadv.risk.quotient import Group, Quotient, linear_part, quotient
from symadv.risk.radial import in_distance

_T = parameter("t", real=True)


@dataclass(frozen=True)
class Caps:
    """A problem in the statistic $\\langle w, x\\rangle$ on spheres about one centre."""

    fewer: Quotient
    spheres: tuple[Sphere, ...]
    features: tuple[sympy.Symbol, ...]
    weights: Group

    def sections(self, line: Stratum, regions: Mapping[Type, Cells], ball: Ball) -> dict[Type, Enclosed]:
        """From which values of the statistic on a sphere the region of each type is within reach."""
        ((lower, upper),) = line.bounds or ((self._middle, self._middle),)
        around = _Around((upper - lower) / (2 * self._length), ball, self._allowed(ball))
        return {kind: self._of(region, around) for kind, region in regions.items()}

    def _of(self, region: Cells, around: "_Around") -> Enclosed:
        try:
            found = reduce(or_, (self._told(around.reached(*self._read(cell))) for cell in region.cells), Intervals())
        except (Undecided, NoClosedForm):
            return Enclosed(Intervals(), Intervals.line())
        return Enclosed(found, found)

    def _told(self, heights: Intervals) -> Intervals:
        """Heights as values of the statistic."""

        def moved(end: sympy.Expr) -> sympy.Expr:
            return end if end in (sympy.oo, -sympy.oo) else self._middle + self._length * end

        return Intervals(tuple(Cut(moved(cut.value), cut.side) for cut in heights.cuts))

    def _read(self, cell: Cell) -> tuple[Intervals, Intervals]:
        """The heights and the distances from the centre between which a cell lies."""
        heights = Intervals.line()
        distances = Intervals.between(sympy.S.Zero, sympy.oo, lower_closed=True)
        for form, signs in cell:
            linear = linear_part(form, self.features)
            if linear is None:
                distance = in_distance(form, self.spheres[0], self.features, _T)
                if distance is None:
                    raise NoClosedForm(f"{form} depends on more than the height and the distance from the centre")
                distances = distances & _where(distance, signs)
            else:
                heights = heights & _where(self._in_height(form, linear), signs)
        return heights, distances

    def _in_height(self, form: sympy.Expr, linear: Group) -> sympy.Expr:
        first = next(iter(self.weights))
        scale = linear.get(first, sympy.S.Zero) / self.weights[first]
        every = {*linear, *self.weights}
        if any(compare(linear.get(x, sympy.S.Zero), scale * self.weights.get(x, sympy.S.Zero)) != 0 for x in every):
            raise NoClosedForm(f"{form} is no function of the height")
        centre = dict(zip(self.features, self.spheres[0].centre, strict=True))
        return expand_outside(scale * self._length * _T + form.xreplace(centre))

    def _allowed(self, ball: Ball) -> Intervals:
        """The distances from the centre at which a perturbed point may be."""
        if ball.within is None:
            return Intervals.between(sympy.S.Zero, sympy.oo, lower_closed=True)
        return reduce(or_, (Intervals.point(s.radius if isinstance(s, Sphere) else sympy.S.Zero) for s in ball.within))

    @cached_property
    def _length(self) -> sympy.Expr:
        return sympy.sqrt(sympy.Add(*(w**2 for w in self.weights.values())))

    @cached_property
    def _middle(self) -> sympy.Expr:
        centre = zip(self.features, self.spheres[0].centre, strict=True)
        return sympy.Add(*(self.weights.get(x, sympy.S.Zero) * c for x, c in centre))


@dataclass(frozen=True)
class _Around:
    """The ball around the points of a sphere of some radius, 0 for the centre, and the distances that are allowed."""

    radius: sympy.Expr
    ball: Ball
    allowed: Intervals

    def reached(self, heights: Intervals, distances: Intervals) -> Intervals:
        """The heights of the points from which something between some heights and distances is within reach."""
        found = Intervals()
        for start, end in heights:
            for low, high in self.allowed & distances & self._within:
                found = found | self._between((start, end), (low, high))
        return found

    @property
    def budget(self) -> sympy.Expr:
        """The radius of the ball."""
        return self.ball.budgets[0]

    @cached_property
    def _within(self) -> Intervals:
        """The distances from the centre that the ball reaches."""
        if self.budget == 0:
            return Intervals.point(self.radius)
        more = self.budget + (INFINITESIMAL if self.ball.above else 0)
        closed = self.ball.closed
        low = self.radius - more
        if compare(low, sympy.S.Zero) < 0:
            return Intervals.between(sympy.S.Zero, self.radius + more, lower_closed=True, upper_closed=closed)
        return Intervals.between(low, self.radius + more, lower_closed=closed, upper_closed=closed)

    def _between(self, heights: tuple[Cut, Cut], distances: tuple[Cut, Cut]) -> Intervals:
        start, end = heights
        low, high = (cut.value.xreplace({INFINITESIMAL: sympy.S.Zero}) for cut in distances)
        if start.value is not -sympy.oo and end.value is not sympy.oo:
            raise NoClosedForm("no closed form for what reaches a slab")
        if start.value is -sympy.oo and end.value is sympy.oo:
            return Intervals.line()
        turned = start.value is -sympy.oo  # seen from the other end of the axis
        b = -end.value if turned else start.value
        inside = end.side == AFTER if turned else start.side == BEFORE
        closed = inside and (self.ball.closed or self.budget == 0)
        if self.radius == 0:
            ahead = compare(high, b)
            attained = closed and distances[1].side == AFTER
            return Intervals.line() if ahead > 0 or (ahead == 0 and attained) else Intervals()
        least = self._least(b, low, high)
        if least is None:
            return Intervals()
        if least is -sympy.oo:
            return Intervals.line()
        if turned:
            return Intervals.between(-sympy.oo, -least, upper_closed=closed)
        return Intervals.between(least, sympy.oo, lower_closed=closed)

    def _least(self, b: sympy.Expr, low: sympy.Expr, high: sympy.Expr) -> sympy.Expr | None:
        """The least height from which heights of at least b are reached; None where none are."""
        best: sympy.Expr | None = None
        for height in self._candidates(b, low, high):
            if best is None or compare(height, best) < 0:
                best = height
        return best

    def _candidates(self, b: sympy.Expr, low: sympy.Expr, high: sympy.Expr) -> Iterator[sympy.Expr]:
        """The heights at which the largest angle can be: at the ends, and where the step goes along the axis."""
        r, e = self.radius, self.budget
        distances = [low, high]
        if compare(b, low) > 0 and compare(b, high) < 0:
            distances.append(b)
        yield from (h for rho in distances if (h := self._at(b, rho)) is not None)
        straight = b**2 + r**2 - (b - e) ** 2
        apart = compare((b - e) ** 2, r**2) <= 0 and compare(straight, sympy.S.Zero) > 0
        if apart and compare(straight, low**2) > 0 and compare(straight, high**2) < 0:
            yield b - e

    def _at(self, b: sympy.Expr, rho: sympy.Expr) -> sympy.Expr | None:
        """The least height from which heights of at least b at one distance from the centre are reached."""
        r, e = self.radius, self.budget
        if compare(b, rho) > 0:
            return None
        if compare(b, -rho) <= 0:
            return -sympy.oo
        first, second = b / rho, (r**2 + rho**2 - e**2) / (2 * r * rho)
        if compare(first + second, sympy.S.Zero) <= 0:
            return -sympy.oo
        return r * (first * second - sympy.sqrt(1 - first**2) * sympy.sqrt(sympy.expand(1 - second**2)))


def caps(f: Classifier, d: Distribution, threat: ThreatModel) -> Caps | None:
    """The problem on spheres about one centre, and the centre; None where that is not what it is."""
    spheres = tuple(s for s in d.strata if isinstance(s, Sphere))
    if not spheres or threat.norm != "l2" or isinstance(threat.eps, tuple) or threat.box is not None:
        return None
    centre = spheres[0].centre
    if any(s != Point(centre) for s in d.strata if isinstance(s, Flat)) or any(s.centre != centre for s in spheres):
        return None
    if any(not isinstance(s, Sphere | Flat) for s in d.strata):
        return None
    fewer = quotient(f, d, ThreatModel("l2", threat.eps, closed=threat.closed), with_labels=False)
    if fewer is None or len(fewer.statistics) != 1:
        return None
    weights = linear_part(fewer.statistics[0], d.features)
    return None if weights is None else Caps(fewer, spheres, d.features, weights)


def _where(form: sympy.Expr, signs: Sequence[int] | frozenset[int]) -> Intervals:
    sets = sign_sets(form, _T)
    return reduce(or_, (sets[s] for s in sorted(signs)))
