r"""From where on a line a ball meets a piece of a curve $z(s)$ with polynomials of degree at most 2.

A side $\langle n, z - x(t)\rangle \le r$ of a ball bounds t by such a polynomial of s, from below or from above.  Where
the bounds are in order, t ranges from the least largest lower one to the greatest smallest upper one.  An $\ell_2$
ball, seen along and across the line, bounds t by $z_\parallel(s) \mp \sqrt{R^2 - z_\perp(s)^2}$, which turns where
$z_\parallel'^2 (R^2 - z_\perp^2) = (z_\perp z_\perp')^2$: at the ends of a closed form on lines, else at roots of a
polynomial of degree 6, which balls enclose.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import combinations, product

import sympy

from symadv.language.forms import expand_outside
from symadv.language.intervals import Cut, Intervals
from symadv.language.order import Undecided, compare, sign
from symadv.language.roots import sign_sets
from symadv.risk._ball import Ball, Enclosed
from symadv.risk._near_roots import Near, near_roots
from symadv.risk._paths import Path
from symadv.risk._slanted import T

S = sympy.Symbol("s", real=True)  # the parameter of a piece of a boundary
NOTHING = Enclosed(Intervals(), Intervals())

Pair = tuple[sympy.Expr, sympy.Expr]
Side = tuple[sympy.Expr, sympy.Expr, sympy.Expr]  # n, r


class Sweep(ABC):
    """A ball around the points of a line."""

    @abstractmethod
    def over(self, arc: Path, piece: Intervals, closed: bool) -> Enclosed:
        """The values of t from which the piece of a curve, s in some intervals, is within reach."""


def sweep_of(ball: Ball, place: Pair, pair: tuple[int, int]) -> Sweep:
    """The ball in two features around a place in the plane of these."""
    if ball.norm == "l2" and not ball.is_product:
        return Round(place, (ball.budgets[pair[0]], ball.budgets[pair[1]]))
    return Polygonal(place, sides_of(ball, pair))


def joined(one: Enclosed, other: Enclosed) -> Enclosed:
    """The union of what two enclosures enclose."""
    if one.inner is one.outer and other.inner is other.outer:
        both = one.inner | other.inner
        return Enclosed(both, both)
    return Enclosed(one.inner | other.inner, one.outer | other.outer)


def sides_of(ball: Ball, pair: tuple[int, int]) -> tuple[Side, ...]:
    """The sides of a polygonal ball, each the condition that r - n (z - x) is not negative; r = 0 without room."""
    zero, one = sympy.S.Zero, sympy.S.One
    if not ball.is_product:
        e, f = (ball.budgets[i] for i in pair)
        return tuple((a / e, b / f, one) for a, b in product((1, -1), repeat=2))
    found: list[Side] = []
    for i, (a, b) in zip(pair, ((one, zero), (zero, one)), strict=True):
        e = ball.budgets[i]
        scale, r = (one, zero) if e == 0 else (1 / e, one)  # a frozen feature has no room
        found += [(side * a * scale, side * b * scale, r) for side in (1, -1)]
    return tuple(found)


@dataclass(frozen=True)
class Polygonal(Sweep):
    """A ball with finitely many sides."""

    place: Pair
    sides: tuple[Side, ...]

    def over(self, arc: Path, piece: Intervals, closed: bool) -> Enclosed:
        """The values of t from which the piece of a curve, s in some intervals, is within reach."""
        lower: list[sympy.Expr] = []
        upper: list[sympy.Expr] = []
        for side, level in self._bounds(arc):
            direction = _sign(level)
            if direction == 0:
                piece = piece & _positive(side, closed)
            else:
                (lower if direction > 0 else upper).append(expand_outside(-side / level))
        for low, high in product(lower, upper):
            room = expand_outside(high - low)
            piece = piece & _positive(room, closed or room == 0)  # none at a frozen feature, whatever the ball
        found = Intervals()
        for ends in piece:
            low, from_low = _least(lower, ends)
            high, from_high = _least([-bound for bound in upper], ends)
            open_ends = {"lower_closed": closed and from_low, "upper_closed": closed and from_high}
            found = found | Intervals.between(low, -high, **open_ends)
        return Enclosed(found, found)

    def _bounds(self, arc: Path) -> Iterator[Pair]:
        """Each side as the condition that constant + level * t is not negative."""
        for normal, level, offset in self._levels:
            yield (
                expand_outside(offset - sympy.Add(*(n * z for n, z in zip(normal, (arc.x, arc.y), strict=True)))),
                level,
            )

    @cached_property
    def _levels(self) -> tuple[tuple[Pair, sympy.Expr, sympy.Expr], ...]:
        """For each side n, what t adds to it, and its value at t = 0 and z = 0."""
        home = [x.xreplace({T: sympy.S.Zero}) for x in self.place]
        speed = [sympy.diff(x, T) for x in self.place]
        return tuple(((m, n), m * speed[0] + n * speed[1], r + m * home[0] + n * home[1]) for m, n, r in self.sides)


@dataclass(frozen=True)
class Round(Sweep):
    """An l2 ball, a disc in features divided by their budgets."""

    place: Pair
    budgets: Pair

    def over(self, arc: Path, piece: Intervals, closed: bool) -> Enclosed:
        """The values of t from which the piece of a curve, s in some intervals, is within reach."""
        (a, b), (v, w) = self._home, self._speed
        x, y = (expand_outside(z / e) for z, e in zip((arc.x, arc.y), self.budgets, strict=True))
        square = v**2 + w**2
        if square == 0:
            return self._of_point(expand_outside((x - a) ** 2 + (y - b) ** 2), piece, closed)
        along, across = expand_outside(v * (x - a) + w * (y - b)), expand_outside(v * (y - b) - w * (x - a))
        size = sympy.sqrt(square)  # of the disc, in these coordinates
        piece = piece & _positive(size - across, closed) & _positive(size + across, closed)
        found = NOTHING
        for ends in piece:
            low, high = (_turning(side * along, across, square, ends) for side in (1, -1))
            sets = []
            for least, most in ((low.high, high.high), (low.low, high.low)):
                low_end, high_end = (end if end is -sympy.oo else end / square for end in (least, most))
                sets.append(Intervals.between(low_end, -high_end, lower_closed=closed, upper_closed=closed))
            exact = low.low is low.high and high.low is high.high
            found = joined(found, Enclosed(sets[0], sets[0] if exact else sets[1]))
        return found

    @cached_property
    def _home(self) -> tuple[sympy.Expr, ...]:
        return self._scaled(x.xreplace({T: sympy.S.Zero}) for x in self.place)

    def _scaled(self, point: Iterable[sympy.Expr]) -> tuple[sympy.Expr, ...]:
        return tuple(x / e for x, e in zip(point, self.budgets, strict=True))

    @cached_property
    def _speed(self) -> tuple[sympy.Expr, ...]:
        return self._scaled(sympy.diff(x, T) for x in self.place)

    def _of_point(self, distance: sympy.Expr, piece: Intervals, closed: bool) -> Enclosed:
        """Where nothing depends on t: the line or nothing, by the least squared distance in units of the budgets."""
        everywhere, doubtful = Enclosed(Intervals.line(), Intervals.line()), False
        for ends in piece:
            for near in (*_ends_of(distance, distance, ends), *near_roots(sympy.diff(distance, S), distance, S, ends)):
                nearest, farthest = (compare(end, sympy.S.One) for end in (near.low, near.high))
                if farthest < 0 or (closed and near.attained and farthest == 0):
                    return everywhere
                doubtful |= nearest <= 0 and near.low is not near.high
        if doubtful:
            raise Undecided("a ball just touches a curve, or nearly does")
        return NOTHING


def _turning(along: sympy.Expr, across: sympy.Expr, square: sympy.Expr, ends: tuple[Cut, Cut]) -> Near:
    """The infimum of along - sqrt(square - across^2) between two ends."""
    height = along - sympy.sqrt(expand_outside(square - across**2))
    turns = along.diff(S) ** 2 * (square - across**2) - (across * across.diff(S)) ** 2
    found = [*_ends_of(height, along, ends), *near_roots(expand_outside(turns), height, S, ends)]
    bounds = [near.low for near in found], [near.high for near in found]
    low, high = (reduce(lambda a, b: b if compare(b, a) < 0 else a, values) for values in bounds)
    return Near(low, high)


def _ends_of(form: sympy.Expr, far: sympy.Expr, ends: tuple[Cut, Cut]) -> Iterator[Near]:
    """The values of a form at two ends; far away it goes where the polynomial ``far`` goes."""
    for cut in ends:
        if cut.value.is_finite is not False:
            value = expand_outside(form.xreplace({S: cut.value}))
            yield Near(value, value, Intervals(ends).contains(cut.value))
        else:
            value = _at(far, cut.value) if form.has(S) else form
            yield Near(value, value, False)


def _least(bounds: Sequence[sympy.Expr], ends: tuple[Cut, Cut]) -> tuple[sympy.Expr, bool]:
    """The infimum of the largest of some polynomials between two ends, and whether it is attained."""
    if not bounds:
        return -sympy.oo, False
    best, attained = sympy.oo, False
    within = Intervals(ends)
    for s in dict.fromkeys(_candidates(bounds, ends)):
        value = _largest(expand_outside(_at(bound, s)) for bound in bounds)
        side = compare(value, best)
        here = s.is_finite is not False and within.contains(s)
        if side < 0:
            best, attained = value, here
        elif side == 0:
            attained = attained or here
    return best, attained


def _candidates(bounds: Sequence[sympy.Expr], ends: tuple[Cut, Cut]) -> Iterator[sympy.Expr]:
    """Where the largest of some polynomials may be least: at ends, at turning points, where two are equal."""
    start, end = (cut.value for cut in ends)
    yield from (start, end)
    inside = Intervals.between(start, end)
    turning = (sympy.diff(bound, S) for bound in bounds)
    crossing = (expand_outside(a - b) for a, b in combinations(bounds, 2))
    for form in (*turning, *crossing):
        if form.has(S):
            yield from (low.value for low, _ in sign_sets(form, S)[0] & inside)


def _largest(values: Iterable[sympy.Expr]) -> sympy.Expr:
    return reduce(lambda a, b: b if compare(b, a) > 0 else a, values)


def _at(polynomial: sympy.Expr, s: sympy.Expr) -> sympy.Expr:
    """The value, or the limit at infinity."""
    if s.is_finite is not False:
        return polynomial.xreplace({S: s})
    for degree in (2, 1):
        side = _sign(polynomial.coeff(S, degree))
        if side:
            return sympy.oo * side * (1 if degree == 2 or s is sympy.oo else -1)
    return polynomial.coeff(S, 0)


def _positive(form: sympy.Expr, closed: bool) -> Intervals:
    sets = sign_sets(form, S)
    return sets[1] | sets[0] if closed else sets[1]


def _sign(number: sympy.Expr) -> int:
    result = sign(number)
    if result is None:
        raise Undecided(f"cannot decide the sign of {number}")
    return result
