r"""Oblique lines $x(t) = a + t s$: what a ball around x(t) reaches, with t as one more variable.

A ball with finitely many sides is a system of affine conditions on z and t.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

import sympy

from symadv.language.forms import expand_outside, symbols_of
from symadv.language.intervals import AFTER, BEFORE, Intervals
from symadv.language.order import INFINITESIMAL, sign
from symadv.language.regions import Cell
from symadv.risk._ball import Ball
from symadv.risk._paths import plain

T = sympy.Symbol("t", real=True)  # the coordinate along the line
_ZERO = frozenset({0})
_ACROSS, _ALONG = sympy.symbols("across along", real=True)

Features = tuple[sympy.Symbol, ...]
Exprs = tuple[sympy.Expr, ...]
Domains = Mapping[sympy.Symbol, Intervals]
Condition = tuple[sympy.Expr, frozenset[int]]


def polygonal_ball(features: Features, place: Exprs, ball: Ball, moving: tuple[int, ...]) -> Iterator[Condition]:
    """The l-infinity or l1 ball around a place that depends on t; features that do not vary there are left out of the
    first."""
    signs = frozenset({0, 1} if ball.closed else {1})
    steps = {i: features[i] - place[i] for i in ball.movable}
    if ball.is_product:
        for i in steps:
            if i in moving:
                yield from ((expand_outside(ball.budgets[i] - side * steps[i]), signs) for side in (1, -1))
        return
    radius = 1 + INFINITESIMAL if ball.above else sympy.S.One
    for sides in product((1, -1), repeat=len(steps)):
        used = (side * step / ball.budgets[i] for side, (i, step) in zip(sides, steps.items(), strict=True))
        yield expand_outside(radius - sympy.Add(*used)), signs


def inside(form: sympy.Expr, numbers: Intervals) -> Iterator[Condition]:
    """The conditions for a form to lie in one interval."""
    ((start, end),) = numbers
    if start.value.is_finite is not False:
        yield form - start.value, frozenset({0, 1} if start.side == BEFORE else {1})
    if end.value.is_finite is not False:
        yield form - end.value, frozenset({0, -1} if end.side == AFTER else {-1})


def along_line(
    cell: Iterable[Condition], domains: Domains, stuck: Mapping[sympy.Symbol, sympy.Expr]
) -> tuple[Cell, Domains]:
    """Conditions on z and t, with the features that cannot leave the line put in; t may be any number."""
    kept = [*cell, *(condition for v in stuck for condition in inside(v, domains[v]))]
    placed = tuple((expand_outside(form.xreplace(dict(stuck))), signs) for form, signs in kept)
    return placed, {**{v: s for v, s in domains.items() if v not in stuck}, T: Intervals.line()}


def solved(cell: Iterable[Condition], variables: Iterable[sympy.Symbol]) -> Cell:
    """A cell whose affine equations are solved for one variable each, which occurs in no other condition."""
    pending, equations = list(cell), list[Condition]()
    if not any(signs == _ZERO and len(symbols_of(form)) > 1 for form, signs in pending):
        return tuple(pending)  # nothing is coupled by an equation
    for v in variables:
        for condition in pending:
            slope = _slope(condition, v)
            if slope is not None:
                value = expand_outside(v - condition[0] * plain(1 / slope))
                pending.remove(condition)
                rest = ([(expand_outside(f.xreplace({v: value})), s) for f, s in part] for part in (pending, equations))
                pending, equations = rest
                equations.append((v - value, frozenset({0})))
                break
    return (*equations, *pending)


def _slope(condition: Condition, v: sympy.Symbol) -> sympy.Expr | None:
    """The coefficient of a variable in an equation in which it is affine; None where it is not."""
    form, signs = condition
    if signs != _ZERO or v not in symbols_of(form):
        return None
    slope = sympy.diff(form, v)
    return slope if slope.is_number and sign(slope) else None
