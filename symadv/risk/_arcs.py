r"""Regions of the plane bounded by lines and parabolas: from where on a line a ball reaches them.

A ball is convex and contains its centre: it meets a region when the centre lies in it or the ball meets its boundary,
each piece of which is a curve $z(s)$ with polynomials of degree at most 2.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, reduce
from operator import or_

import sympy

from symadv.language.forms import expand_outside
from symadv.language.intervals import AFTER, BEFORE, Cut, Intervals
from symadv.language.kinks import Condition, branches, first_kink
from symadv.language.order import INFINITESIMAL, Undecided, sign
from symadv.language.regions import Cell
from symadv.language.roots import NoClosedForm, sign_sets
from symadv.risk._ball import Ball, Enclosed
from symadv.risk._slanted import T, inside, solved
from symadv.risk._sweeps import NOTHING, S, Sweep, joined, sweep_of

Pair = tuple[sympy.Expr, sympy.Expr]
Variables = tuple[sympy.Symbol, sympy.Symbol]


def around(
    cell: Cell, features: tuple[sympy.Symbol, ...], place: tuple[sympy.Expr, ...], pair: tuple[int, int], ball: Ball
) -> Enclosed:
    """From which x(t), the ``place``, a cell is within reach, if all happens in the plane of a pair of features."""
    above = ball.above or any(e.has(INFINITESIMAL) for e in ball.budgets)
    nearly = {INFINITESIMAL: sympy.S.Zero}
    limit = replace(ball, budgets=tuple(e.xreplace(nearly) for e in ball.budgets), above=above)
    variables, home = (features[pair[0]], features[pair[1]]), (place[pair[0]], place[pair[1]])
    others = {features[i]: x for i, x in enumerate(place) if i not in pair}
    stays = [part for stratum in ball.within for part in stratum.region(features).cells] if ball.within else [()]
    boxes = zip(features, ball.box or (), strict=False)
    box = [c for x, ends in boxes for c in inside(x, Intervals.between(*ends, lower_closed=True, upper_closed=True))]
    sweep = sweep_of(limit, home, pair)
    found = NOTHING
    for stay in stays:
        conditions = [(expand_outside(form.xreplace(others)), signs) for form, signs in (*cell, *stay, *box)]
        for system in _without_kinks(solved(conditions, variables), variables):
            found = joined(found, _reached(system, variables, home, sweep, limit))
    return found


def _reached(system: Cell, variables: Variables, home: Pair, sweep: Sweep, ball: Ball) -> Enclosed:
    """From where affine forms and parabolas have some signs within reach."""
    here = _section(system, dict(zip(variables, home, strict=True)), T)
    here = _closure(here) if ball.above else here
    found = Enclosed(here, here)
    flat = any(signs == {0} for _, signs in system)  # there is no interior
    for k, (form, signs) in enumerate(system):
        others = [*system[:k], *system[k + 1 :]]
        if 0 not in signs:  # then a piece of the boundary is approached from inside, which an open ball sees
            others = [(other, own - {0}) for other, own in others]
        if 0 in signs or not flat:
            for arc in _curves(form, variables):
                piece = _section(others, dict(zip(variables, arc, strict=True)), S)
                closed = ball.above or (ball.closed and 0 in signs)
                found = joined(found, sweep.over(arc, _closure(piece) if ball.above else piece, closed))
    return found


@lru_cache(maxsize=4096)
def _curves(form: sympy.Expr, variables: Variables) -> tuple[Pair, ...]:
    return tuple(_arcs(form, variables))


def _arcs(form: sympy.Expr, variables: Variables) -> Iterator[Pair]:
    """Where an affine form or a parabola is zero, as a polynomial curve; refused by NoClosedForm for other ones."""
    for (x, y), turn in ((variables, 1), (variables[::-1], -1)):
        square, mixed = form.coeff(x, 2), form.diff(x, y) / 2
        if any(part.has(x, y) for part in (square, mixed)):
            raise NoClosedForm(f"no closed form for where {form} is zero")
        if _sign(square) == 0:
            continue
        shear = mixed / square
        rest = expand_outside(form.xreplace({x: S - shear * y}))  # in s and y, without a product if it is a parabola
        slope, constant = expand_outside(rest.coeff(y, 1)), rest.xreplace({y: sympy.S.Zero})
        if slope.has(S) or _sign(rest.coeff(y, 2)) != 0:
            raise NoClosedForm(f"{form} is zero on no parabola")
        if _sign(slope) != 0:
            height = expand_outside(-constant / slope)
            yield (expand_outside(S - shear * height), height)[::turn]
        return
    a, b, c = (form.coeff(variables[0], 1), form.coeff(variables[1], 1), form.xreplace(dict.fromkeys(variables, 0)))
    if _sign(form.diff(*variables)) != 0:
        raise NoClosedForm(f"{form} is zero on no parabola")
    if _sign(b) != 0:
        yield S, expand_outside(-(c + a * S) / b)
    elif _sign(a) != 0:
        yield -c / a, S


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


def _section(system: Iterable[Condition], curve: dict[sympy.Symbol, sympy.Expr], variable: sympy.Symbol) -> Intervals:
    parts = Intervals.line()
    for form, signs in system:
        sets = sign_sets(expand_outside(form.xreplace(curve)), variable)
        parts = parts & reduce(or_, (sets[s] for s in sorted(signs)), Intervals())
        if not parts:
            break
    return parts


def _closure(numbers: Intervals) -> Intervals:
    closed = (Intervals((_outer(start, BEFORE), _outer(end, AFTER))) for start, end in numbers)
    return reduce(or_, closed, Intervals())


def _outer(cut: Cut, side: int) -> Cut:
    return Cut(cut.value, side) if cut.value.is_finite is not False else cut


def _sign(number: sympy.Expr) -> int:
    result = sign(number)
    if result is None:
        raise Undecided(f"cannot decide the sign of {number}")
    return result
