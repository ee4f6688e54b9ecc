r"""Regions of the plane bounded by lines, parabolas and circles: from where on a line or a circle a ball reaches them.

A ball is convex and contains its centre: it meets a region when the centre lies in it or the ball meets its boundary,
each piece of which is a curve $z(s)$ with polynomials, or rational functions, of degree at most 2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache, reduce
from operator import or_

import sympy

from symadv.language.forms import expand_outside
from symadv.language.intervals import AFTER, BEFORE, Cut, Intervals
from symadv.language.kinks import Condition, branches, first_kink
from symadv.language.order import INFINITESIMAL, Undecided, sign
from symadv.language.regions import Cell
from symadv.risk._ball import Ball, Enclosed
from symadv.risk._events import Events
from symadv.risk._isolated import where
from symadv.risk._paths import Path, zeros
from symadv.risk._slanted import T, inside, solved
from symadv.risk._sweeps import NOTHING, S, joined, sweep_of

Variables = tuple[sympy.Symbol, sympy.Symbol]


def around(
    cell: Cell,
    features: tuple[sympy.Symbol, ...],
    home: Path,
    pair: tuple[int, int],
    ball: Ball,
    others: Mapping[sympy.Symbol, sympy.Expr],
) -> Enclosed:
    """From which points of a path, ``home``, a cell is within reach, if all happens in the plane of a pair of features.

    ``others``: where the other features are.
    """
    above = ball.above or any(e.has(INFINITESIMAL) for e in ball.budgets)
    nearly = {INFINITESIMAL: sympy.S.Zero}
    limit = replace(ball, budgets=tuple(e.xreplace(nearly) for e in ball.budgets), above=above)
    variables = features[pair[0]], features[pair[1]]
    stays = [part for stratum in ball.within for part in stratum.region(features).cells] if ball.within else [()]
    boxes = zip(features, ball.box or (), strict=False)
    box = [c for x, ends in boxes for c in inside(x, Intervals.between(*ends, lower_closed=True, upper_closed=True))]
    found = NOTHING
    for stay in stays:
        conditions = [(expand_outside(form.xreplace(dict(others))), signs) for form, signs in (*cell, *stay, *box)]
        for system in _without_kinks(solved(conditions, variables), variables):
            found = joined(found, _reached(system, variables, home, pair, limit))
    return found


def _reached(system: Cell, variables: Variables, home: Path, pair: tuple[int, int], ball: Ball) -> Enclosed:
    """From where forms have some signs within reach."""
    here = _section(system, variables, home, T)
    found = _closure(here) if ball.above else here
    if not ball.movable:
        return found
    flat = any(signs == {0} for _, signs in system)  # there is no interior
    for k, (form, signs) in enumerate(system):
        others = [*system[:k], *system[k + 1 :]]
        if 0 not in signs:  # then a piece of the boundary is approached from inside, which an open ball sees
            others = [(other, own - {0}) for other, own in others]
        if 0 in signs or not flat:
            for arc in _whole(zeros(form, variables, S), home):
                piece = _section(others, variables, arc, S)
                closed = ball.above or (ball.closed and 0 in signs)
                found = joined(found, _swept(arc, _closure(piece) if ball.above else piece, home, pair, ball, closed))
    return found


def _whole(arcs: tuple[Path, ...], home: Path) -> tuple[Path, ...]:
    """Curves with the points that circles lack, which matter where the ball is around one point alone."""
    if home.x.has(T) or home.y.has(T):
        return arcs
    return (*arcs, *(Path(arc.circle[1] - arc.circle[0], arc.circle[2]) for arc in arcs if arc.circle is not None))


def _swept(arc: Path, piece: Enclosed, home: Path, pair: tuple[int, int], ball: Ball, closed: bool) -> Enclosed:
    """From where a ball meets a piece of a curve, of which an inner and an outer part are known."""
    straight = home.is_line and arc.is_polynomial and (arc.x.has(S) or arc.y.has(S))
    sweep = sweep_of(ball, (home.x, home.y), pair) if straight else Events(home, ball, pair)
    found = sweep.over(arc, piece.inner, closed)
    return found if piece.exact else Enclosed(found.inner, sweep.over(arc, piece.outer, closed).outer)


@lru_cache(maxsize=4096)
def _without_kinks(conditions: Cell, variables: Variables) -> tuple[Cell, ...]:
    """The cells of affine forms and parabolas that make up a cell; some that are seen to be empty are left out."""
    kept = []
    for form, signs in conditions:
        if form.has(*variables):
            kept.append((form, signs))
        elif _sign(form) not in signs:
            return ()
    kink = first_kink(kept, variables)
    if kink is None:
        return (tuple(kept),)
    return tuple(part for branch in branches(kept, kink) for part in _without_kinks(tuple(branch), variables))


def _section(system: Iterable[Condition], variables: Variables, path: Path, parameter: sympy.Symbol) -> Enclosed:
    inner = outer = Intervals.line()
    for form, signs in system:
        there = where(path.of(form, variables), parameter, signs)
        inner, outer = inner & there.inner, outer & there.outer
        if not outer:
            break
    return Enclosed(inner, inner if inner == outer else outer)


def _closure(numbers: Enclosed) -> Enclosed:
    inner = _closed(numbers.inner)
    return Enclosed(inner, inner if numbers.exact else _closed(numbers.outer))


def _closed(numbers: Intervals) -> Intervals:
    parts = (Intervals((_outer(start, BEFORE), _outer(end, AFTER))) for start, end in numbers)
    return reduce(or_, parts, Intervals())


def _outer(cut: Cut, side: int) -> Cut:
    return Cut(cut.value, side) if cut.value.is_finite is not False else cut


def _sign(number: sympy.Expr) -> int:
    result = sign(number)
    if result is None:
        raise Undecided(f"cannot decide the sign of {number}")
    return result
