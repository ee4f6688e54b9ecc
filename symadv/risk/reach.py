r"""From which points of a line a region is within reach: $\{t : \exists z \in R, z - x(t) \in B\}$, exactly.

The line is a stratum $x(t)$ with at most one free coordinate.  Where the ball is a product of intervals and the line
runs along an axis, all coordinates of z but that one range over fixed intervals and can be eliminated; what is left of
R, a set of numbers, is dilated.  On an oblique line t is one more variable, coupled to those of z, and the one kept.
A ball that is round in two coordinates is rolled along polygons; in more, it lies between two products.
"""

from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import or_

import sympy

from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Stratum
from symadv.language.intervals import Intervals
from symadv.language.order import Undecided
from symadv.language.regions import Cell, Cells
from symadv.language.roots import NoClosedForm
from symadv.risk._arcs import around
from symadv.risk._ball import Ball, Enclosed, standing
from symadv.risk._paths import Path
from symadv.risk._projected import Domains, Features, polygons, projection, settled
from symadv.risk._round import Disc
from symadv.risk._slanted import T, along_line, polygonal_ball, solved


@dataclass(frozen=True)
class Reach:
    """What is within reach of the points of a stratum that has at most one free coordinate."""

    features: Features
    line: Stratum
    ball: Ball

    @cached_property
    def place(self) -> tuple[sympy.Expr, ...]:
        """The features of x(t)."""
        return self.line.place((T,) * self.line.dim)

    @cached_property
    def moving(self) -> tuple[int, ...]:
        """The features that vary along the line: several where it is oblique."""
        return tuple(i for i, x in enumerate(self.place) if x.has(T))

    @property
    def free(self) -> int | None:
        """The one feature that varies along a line; None for a point, and on an oblique line."""
        return self.moving[0] if len(self.moving) == 1 else None

    @property
    def oblique(self) -> bool:
        """Whether several features vary along the line."""
        return len(self.moving) > 1

    def of(self, region: Cells) -> Enclosed:
        """The values of the free coordinate from which the region is within reach; for a point the line or nothing."""
        if self.ball == standing(len(self.features)):
            return self._here(region)
        return self._within_reach(region)

    def _here(self, region: Cells) -> Enclosed:
        """Where the points of the stratum are in the region."""
        try:
            found = region.section(dict(zip(self.features, self.place, strict=True)), T)
        except (Undecided, NoClosedForm):
            return self._within_reach(region)
        return Enclosed(found, found)

    def _within_reach(self, region: Cells) -> Enclosed:
        try:
            polygonal = self.ball.is_product or (self.oblique and self.ball.norm == "l1")
            return self._of(region) if polygonal else self._of_round(region)
        except (Undecided, NoClosedForm):
            return Enclosed(Intervals(), Intervals.line())

    def _of(self, region: Cells) -> Enclosed:
        inner, outer = Intervals(), Intervals()
        for cell in region.cells:
            found = self._around(cell) if self.oblique else None
            found = found or self._by_elimination(cell)
            if not self.oblique and found.inner != found.outer:
                found = self._around(cell) or found
            inner, outer = inner | found.inner, outer | found.outer
        return Enclosed(inner, outer)

    def _by_elimination(self, cell: Cell) -> Enclosed:
        inner, outer = Intervals(), Intervals()
        for domains, stay in self._stays:
            coupled, places = self._coupled((*cell, *stay), domains)
            coupled = solved(coupled, self.features)
            try:
                found = projection(coupled, places, self._variable)
                inner, outer = inner | found, outer | found
            except (Undecided, NoClosedForm):
                outer = outer | projection(settled(coupled, places, self._variable), places, self._variable)
        known = self._dilated(inner)
        return Enclosed(known, known if inner == outer else self._dilated(outer))

    def _of_round(self, region: Cells) -> Enclosed:
        """A ball that is round in the free coordinate and one other is dealt with exactly, else from both sides."""
        inner, outer = Intervals(), Intervals()
        for cell in region.cells:
            try:
                parts = (self._rolled((*cell, *stay), domains) for domains, stay in self._stays)
                found = reduce(or_, parts, Intervals())
                known = Enclosed(found, found)
            except (Undecided, NoClosedForm):
                known = self._around(cell) or self._between_boxes(Cells(region.features, (cell,)))
            inner, outer = inner | known.inner, outer | known.outer
        return Enclosed(inner, outer)

    def _between_boxes(self, region: Cells) -> Enclosed:
        low, high = (replace(self, ball=self.ball.boxed(inner=side)).of(region) for side in (True, False))
        return Enclosed(low.inner, high.outer)

    def _around(self, cell: Cell) -> Enclosed | None:
        """What reaches a cell of the plane that may be bounded by parabolas; None where that is not known."""
        pair = tuple(sorted({*self.moving, *self.ball.movable}))
        if len(pair) != 2:
            return None
        try:
            home = Path(self.place[pair[0]], self.place[pair[1]])
            others = {x: z for i, (x, z) in enumerate(zip(self.features, self.place, strict=True)) if i not in pair}
            return around(cell, self.features, home, (pair[0], pair[1]), self.ball, others)
        except (Undecided, NoClosedForm):
            return None

    def _rolled(self, cell: Cell, domains: Domains) -> Intervals:
        """From where a cell is within reach of a round ball."""
        movable = self.ball.movable
        if self.oblique or len(movable) != 2 or not set(self.moving) <= set(movable):
            raise NoClosedForm(f"no closed form for what a round ball in {len(movable)} features reaches")
        along = self.free if self.free is not None else movable[-1]
        (across,) = (i for i in movable if i != along)
        disc = Disc(
            self.features[across],
            self.features[along],
            self.place[across],
            self.ball.budgets[across],
            self.ball.budgets[along],
            self.ball.norm,
            self.ball.closed,
            self.ball.above,
        )
        parts = polygons(solved(cell, self.features), domains, (disc.across, disc.along))
        found = reduce(or_, (disc.reach(polygon) for polygon in parts), Intervals())
        if self.free is not None:
            return found
        return Intervals.line() if found.contains(self.place[along]) else Intervals()

    def _coupled(self, cell: Cell, domains: Domains) -> tuple[Cell, Domains]:
        """On an oblique line the steps from x(t) as conditions on z and t."""
        if not self.oblique:
            return cell, domains
        ball = polygonal_ball(self.features, self.place, self.ball, self.moving)
        stuck = [i for i in self.moving if self.ball.budgets[i] == 0]
        return along_line((*cell, *ball), domains, {self.features[i]: self.place[i] for i in stuck})

    @property
    def _variable(self) -> sympy.Symbol | None:
        return T if self.oblique else None if self.free is None else self.features[self.free]

    @cached_property
    def _stays(self) -> tuple[tuple[Domains, Cell], ...]:
        """Where each coordinate of z may be, and what couples them, for each stratum that z may stay on.

        Coordinates that vary along the line are not yet near x(t).
        """
        found: list[tuple[Domains, Cell]] = []
        for stratum in self.ball.within or (None,):
            flat = stratum if isinstance(stratum, Flat) else None
            domains = {feature: self._domain(i, flat) for i, feature in enumerate(self.features)}
            coupling = ((),) if stratum is None or stratum is flat else stratum.region(self.features).cells
            if all(domains.values()):
                found += [(domains, cell) for cell in coupling]
        return tuple(found)

    def _domain(self, i: int, flat: Flat | None) -> Intervals:
        result = Intervals.line()
        if flat is not None:
            lower, upper = flat.ranges[i]
            result = Intervals.between(lower, upper, lower_closed=True, upper_closed=True)
        if self.ball.box is not None:
            lower, upper = self.ball.box[i]
            result = result & Intervals.between(lower, upper, lower_closed=True, upper_closed=True)
        if i not in self.moving and (self.ball.is_product or self.ball.budgets[i] == 0):
            result = result & self._near(self.place[i], self.ball.budgets[i])
        return result

    def _near(self, centre: sympy.Expr, budget: sympy.Expr) -> Intervals:
        if budget == 0:
            return Intervals.point(centre)
        closed = self.ball.closed
        return Intervals.between(centre - budget, centre + budget, lower_closed=closed, upper_closed=closed)

    def _dilated(self, found: Intervals) -> Intervals:
        if self.free is None or self.ball.budgets[self.free] == 0:
            return found
        return found.dilate(self.ball.budgets[self.free], closed=self.ball.closed)
