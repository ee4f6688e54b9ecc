r"""From which points of a line a region is within reach: $\{t : \exists z \in R, z - x(t) \in B\}$, exactly.

The line is a stratum $x(t)$ with at most one free coordinate.  Where the ball is a product of intervals, all
coordinates of z but that one range over fixed intervals and can be eliminated; what is left of R, a set of numbers, is
dilated.  A ball that is round in two coordinates is rolled along polygons; in more, it lies between two products.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, reduce
from itertools import product
from operator import or_

import sympy

from symadv.geometry.strata import Flat
from symadv.language.forms import expand_outside, symbols_of
from symadv.language.intervals import Intervals
from symadv.language.order import INFINITESIMAL, Undecided, order, sign
from symadv.language.regions import Cell, Cells
from symadv.language.roots import NoClosedForm, sign_sets
from symadv.risk._kinks import branches, first_kink
from symadv.risk._polyhedra import polyhedra, shadow
from symadv.risk._round import Disc
from symadv.risk.elimination import Inequality, between

Features = tuple[sympy.Symbol, ...]
Condition = tuple[sympy.Expr, frozenset[int]]
Domains = Mapping[sympy.Symbol, Intervals]


@dataclass(frozen=True)
class Enclosed:
    """A set that contains ``inner`` and is contained in ``outer``; these are equal unless something is undecided."""

    inner: Intervals
    outer: Intervals


@dataclass(frozen=True)
class Ball:
    """The admissible steps: a budget per feature (0: frozen), open or closed, and intervals and flats to stay in."""

    budgets: tuple[sympy.Expr, ...]
    closed: bool = True
    box: tuple[tuple[sympy.Expr, sympy.Expr], ...] | None = None
    within: tuple[Flat, ...] | None = None
    norm: str = "linf"
    above: bool = False  # the limit from larger balls

    @property
    def movable(self) -> tuple[int, ...]:
        """The features that are not frozen."""
        return tuple(i for i, e in enumerate(self.budgets) if e != 0)

    @property
    def is_product(self) -> bool:
        """Whether the ball is a product of intervals."""
        return self.norm == "linf" or len(self.movable) <= 1

    def boxed(self, *, inner: bool) -> "Ball":
        """The largest product of intervals with the same proportions inside the ball, or the smallest around it."""
        k = len(self.movable) if inner and not self.is_product else 1
        scale = sympy.sqrt(k) if self.norm == "l2" else k
        more = INFINITESIMAL if self.above else sympy.S.Zero
        budgets = tuple(e / scale + more if e != 0 else e for e in self.budgets)
        return replace(self, budgets=budgets, norm="linf", above=False)


def standing(d: int) -> Ball:
    """No step at all: what is within reach is where one is."""
    return Ball((sympy.S.Zero,) * d)


@dataclass(frozen=True)
class Reach:
    """What is within reach of the points of a stratum that has at most one free coordinate."""

    features: Features
    line: Flat
    ball: Ball

    @cached_property
    def free(self) -> int | None:
        """The index of the free coordinate; None for a point."""
        return self.line.free[0] if self.line.free else None

    def of(self, region: Cells) -> Enclosed:
        """The values of the free coordinate from which the region is within reach; for a point the line or nothing."""
        try:
            return self._of(region) if self.ball.is_product else self._of_round(region)
        except (Undecided, NoClosedForm):
            return Enclosed(Intervals(), Intervals.line())

    def _of(self, region: Cells) -> Enclosed:
        inner, outer = Intervals(), Intervals()
        for cell, domains in product(region.cells, self._domains):
            try:
                found = _projection(cell, domains, self._variable)
                inner, outer = inner | found, outer | found
            except (Undecided, NoClosedForm):
                outer = outer | _projection(_settled(cell, domains, self._variable), domains, self._variable)
        return Enclosed(self._dilated(inner), self._dilated(outer))

    def _of_round(self, region: Cells) -> Enclosed:
        """A ball that is round in the free coordinate and one other is dealt with exactly, else from both sides."""
        inner, outer = Intervals(), Intervals()
        for cell in region.cells:
            try:
                found = reduce(or_, (self._rolled(cell, domains) for domains in self._domains), Intervals())
                inner, outer = inner | found, outer | found
            except (Undecided, NoClosedForm):
                alone = Cells(region.features, (cell,))
                inner = inner | replace(self, ball=self.ball.boxed(inner=True)).of(alone).inner
                outer = outer | replace(self, ball=self.ball.boxed(inner=False)).of(alone).outer
        return Enclosed(inner, outer)

    def _rolled(self, cell: Cell, domains: Domains) -> Intervals:
        """From where a cell is within reach of a round ball."""
        movable = self.ball.movable
        along = self.free if self.free is not None else movable[-1]
        if len(movable) != 2 or along not in movable:
            raise NoClosedForm(f"no closed form for what a round ball in {len(movable)} features reaches")
        (across,) = (i for i in movable if i != along)
        home = dict(self.line.fixed)
        disc = Disc(
            self.features[across],
            self.features[along],
            home[across],
            self.ball.budgets[across],
            self.ball.budgets[along],
            self.ball.norm,
            self.ball.closed,
            self.ball.above,
        )
        polygons = _polyhedra(cell, domains, (disc.across, disc.along))
        found = reduce(or_, (disc.reach(polygon) for polygon in polygons), Intervals())
        if self.free is not None:
            return found
        return Intervals.line() if found.contains(home[along]) else Intervals()

    @property
    def _variable(self) -> sympy.Symbol | None:
        return None if self.free is None else self.features[self.free]

    @cached_property
    def _domains(self) -> tuple[Domains, ...]:
        """Where each coordinate of z may be, for each flat that z may stay on; the free one not yet near t."""
        found = []
        for flat in self.ball.within or (None,):
            domains = {feature: self._domain(i, flat) for i, feature in enumerate(self.features)}
            if all(domains.values()):
                found.append(domains)
        return tuple(found)

    def _domain(self, i: int, flat: Flat | None) -> Intervals:
        result = Intervals.line()
        if flat is not None:
            lower, upper = flat.ranges[i]
            result = Intervals.between(lower, upper, lower_closed=True, upper_closed=True)
        if self.ball.box is not None:
            lower, upper = self.ball.box[i]
            result = result & Intervals.between(lower, upper, lower_closed=True, upper_closed=True)
        if i != self.free and (self.ball.is_product or self.ball.budgets[i] == 0):
            result = result & self._near(dict(self.line.fixed)[i], self.ball.budgets[i])
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


def _settled(cell: Cell, domains: Domains, keep: sympy.Symbol | None) -> Cell:
    """The conditions of a cell that can be dealt with, each taken alone: without the others the cell only grows."""

    def settled(condition: Condition) -> bool:
        try:
            _projection((condition,), domains, keep)
        except (Undecided, NoClosedForm):
            return False
        return True

    return tuple(condition for condition in cell if settled(condition))


def _projection(cell: Iterable[Condition], domains: Domains, keep: sympy.Symbol | None) -> Intervals:
    """The values of one coordinate in a cell whose coordinates stay in given sets; of none, the line or nothing."""
    narrowed = _narrowed(list(cell), dict(domains))
    if narrowed is None:
        return Intervals()
    coupled, within = narrowed
    if not coupled:
        return within[keep] if keep is not None else Intervals.line()
    kink = first_kink(coupled, tuple(domains))
    if kink is not None:
        return reduce(or_, (_projection(branch, within, keep) for branch in branches(coupled, kink)))
    if keep is None:
        return Intervals.line() if _occupied(coupled, within) else Intervals()
    return shadow(coupled, within, keep)


def _polyhedra(cell: Iterable[Condition], domains: Domains, kept: Features) -> Iterator[list[Inequality]]:
    """The polyhedra in some coordinates that make up a cell whose other coordinates are points."""
    narrowed = _narrowed(list(cell), dict(domains))
    if narrowed is None:
        return
    coupled, within = narrowed
    sides = [[between(v, start, end) for start, end in within[v]] for v in kept]
    for polygon, *rest in product(list(polyhedra(coupled, kept)), *sides):
        yield [*polygon, *(inequality for side in rest for inequality in side)]


def _occupied(conditions: list[Condition], domains: Domains) -> bool:
    """Whether some point satisfies the conditions: one variable may occur in any way, the others affinely."""
    curved = [v for v in domains if any(_curved(form, v) for form, _ in conditions)]
    kept = curved[0] if curved else None
    return bool(shadow(conditions, domains, kept))


def _curved(form: sympy.Expr, variable: sympy.Symbol) -> bool:
    return bool(sympy.diff(form, variable).has(variable))


def _narrowed(
    pending: list[Condition], domains: dict[sympy.Symbol, Intervals]
) -> tuple[list[Condition], Domains] | None:
    """Conditions on one coordinate turned into its domain, coordinates that are a point put into the others."""
    while True:
        points = tuple((v, p) for v, s in domains.items() if (p := _only_point(s)) is not None)
        coupled, settled = [], len(points)
        for form, signs in pending:
            form = _at(form, points)
            symbols = symbols_of(form)
            used = [v for v in domains if v in symbols]
            if len(used) > 1:
                coupled.append((form, signs))
            elif used:
                domains[used[0]] = domains[used[0]] & _allowed(form, used[0], signs)
                if not domains[used[0]]:
                    return None
            elif _sign(form) not in signs:
                return None
        if not coupled or settled == sum(_only_point(s) is not None for s in domains.values()):
            return coupled, domains
        pending = coupled


def _only_point(numbers: Intervals) -> sympy.Expr | None:
    if len(numbers.cuts) != 2:
        return None
    start, end = numbers.cuts
    return start.value if order(start.value, end.value) == 0 else None


@lru_cache(maxsize=16384)
def _at(form: sympy.Expr, values: tuple[tuple[sympy.Symbol, sympy.Expr], ...]) -> sympy.Expr:
    return expand_outside(form.xreplace(dict(values)))


@lru_cache(maxsize=16384)
def _allowed(form: sympy.Expr, variable: sympy.Symbol, signs: frozenset[int]) -> Intervals:
    sets = sign_sets(form, variable)
    return reduce(or_, (sets[s] for s in sorted(signs)))


def _sign(number: sympy.Expr) -> int:
    result = sign(number)
    if result is None:
        raise Undecided(f"cannot decide the sign of {number}")
    return result
