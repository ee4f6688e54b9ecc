"""What is within reach, against an SMT solver that decides the same question point by point."""

from itertools import pairwise

import numpy as np
import pytest
import sympy
import z3

from symadv.geometry.strata import Flat, Point
from symadv.language.functions import Phi
from symadv.language.intervals import Intervals
from symadv.language.order import INFINITESIMAL
from symadv.language.parameters import parameter
from symadv.language.regions import Cells, everywhere, intersection, union, where
from symadv.risk._ball import Ball, standing
from symadv.risk.elimination import Inequality, projection
from symadv.risk.reach import Reach

A, B, C = FEATURES = tuple(parameter(name, real=True) for name in "abc")
RELATIONS = {
    ">": lambda v: v > 0,
    ">=": lambda v: v >= 0,
    "=": lambda v: v == 0,
    "<": lambda v: v < 0,
    "<=": lambda v: v <= 0,
    "!=": lambda v: v != 0,
}
half = sympy.Rational(1, 2)


def number(value):
    return z3.Q(int(value.p), int(value.q))


def form(rng):
    """A random form as sympy and as z3 writes it: affine, now and then with absolute values, Max or Min."""
    weights, constant = [int(w) for w in rng.integers(-2, 3, 3)], int(rng.integers(-4, 5))
    unknowns = z3.Reals("a b c")
    mine = sum((w * f for w, f in zip(weights, FEATURES, strict=True)), sympy.Integer(constant))
    theirs = sum(w * z for w, z in zip(weights, unknowns, strict=True)) + constant
    (f, g), (z, w) = FEATURES[:2], unknowns[:2]
    bends = (
        (sympy.Abs(f - g), z3.If(z >= w, z - w, w - z)),
        (sympy.Max(f, g, 1), z3.If(z3.And(z >= w, z >= 1), z, z3.If(w >= 1, w, 1))),
        (sympy.Min(f, 2 * g), z3.If(z <= 2 * w, z, 2 * w)),
        (sympy.Abs(g), z3.If(w >= 0, w, -w)),
    )
    if rng.random() < 0.4:
        k, size = int(rng.integers(4)), int(rng.choice([-2, -1, 1]))
        mine, theirs = mine + size * bends[k][0], theirs + size * bends[k][1]
    return sympy.expand(mine), theirs


def instance(rng):
    cells, formulas = [], []
    for _ in range(int(rng.integers(1, 4))):
        conditions = [(*form(rng), str(rng.choice(list(RELATIONS)))) for _ in range(int(rng.integers(1, 4)))]
        cells.append(intersection(FEATURES, [where(FEATURES, mine, relation) for mine, _, relation in conditions]))
        formulas.append(z3.And(*(RELATIONS[relation](theirs) for _, theirs, relation in conditions)))
    budgets = tuple(sympy.Rational(int(n), 2) for n in rng.integers(0, 4, 3))
    box = (
        None
        if rng.random() < 0.6
        else tuple((sympy.Integer(int(n)), sympy.Integer(int(n) + 2)) for n in rng.integers(-2, 1, 3))
    )
    within = None if rng.random() < 0.6 else (Flat({0: 0}, 3), Flat({1: 1, 2: 0}, 3))
    return union(FEATURES, cells), z3.Or(*formulas), Ball(budgets, bool(rng.integers(2)), box, within)


def is_reached(formula, x, ball):
    z = z3.Reals("a b c")
    solver = z3.Solver()
    solver.add(formula)
    for z_i, x_i, e in zip(z, x, ball.budgets, strict=True):
        step, size = z_i - number(x_i), number(e)
        solver.add(
            step == 0
            if e == 0
            else z3.And(step <= size, -step <= size)
            if ball.closed
            else z3.And(step < size, -step < size)
        )
    if ball.box is not None:
        solver.add(
            *(z3.And(z_i >= number(low), z_i <= number(high)) for z_i, (low, high) in zip(z, ball.box, strict=True))
        )
    if ball.within is not None:
        solver.add(z3.Or(*(z3.And(*(z[i] == number(v) for i, v in flat.fixed)) for flat in ball.within)))
    result = solver.check()
    assert result in (z3.sat, z3.unsat)
    return result == z3.sat


@pytest.mark.parametrize("seed", range(60))
def test_on_random_lines(seed):
    rng = np.random.default_rng(seed)
    region, formula, ball = instance(rng)
    free = int(rng.integers(3))
    fixed = {i: sympy.Rational(int(rng.integers(-2, 3)), 2) for i in range(3) if i != free}
    found = Reach(FEATURES, Flat(fixed, 3), ball).of(region)
    assert found.inner == found.outer
    ends = sorted({cut.value for cut in found.inner.cuts if cut.value.is_finite})
    probes = [
        *ends,
        *((s + t) / 2 for s, t in pairwise(ends)),
        *(sympy.Rational(k, 4) for k in (-13, -2, 1, 14)),
    ]
    for t in probes:
        x = [fixed.get(i, t) for i in range(3)]
        assert found.inner.contains(t) == is_reached(formula, x, ball), t


@pytest.mark.parametrize("seed", range(20))
def test_from_random_points(seed):
    rng = np.random.default_rng(1000 + seed)
    region, formula, ball = instance(rng)
    x = [sympy.Rational(int(n), 2) for n in rng.integers(-3, 4, 3)]
    found = Reach(FEATURES, Point(x), ball).of(region)
    assert found.inner == found.outer and found.inner in (Intervals(), Intervals.line())
    assert bool(found.inner) == is_reached(formula, x, ball)


@pytest.mark.parametrize("seed", range(20))
def test_a_budget_a_little_larger(seed):
    """With an infinitesimal the answer is that of a small enough number."""
    rng = np.random.default_rng(2000 + seed)
    region, formula, ball = instance(rng)
    x = [sympy.Rational(int(n), 2) for n in rng.integers(-3, 4, 3)]
    grown, small = (
        Ball(tuple(e + more for e in ball.budgets), True, ball.box, ball.within)
        for more in (INFINITESIMAL, sympy.Rational(1, 10**6))
    )
    assert bool(Reach(FEATURES, Point(x), grown).of(region).inner) == is_reached(formula, x, small)


def test_standing_still_is_membership():
    region = where(FEATURES, A + B - C**2, ">=") & where(FEATURES, sympy.Abs(A) - 2, "<")
    found = Reach(FEATURES, Flat({0: 1, 1: 3}, 3), standing(3)).of(region)
    assert (
        found.inner
        == found.outer
        == Intervals.between(sympy.Integer(-2), sympy.Integer(2), lower_closed=True, upper_closed=True)
    )


def test_open_and_closed_ends_travel():
    region = where(FEATURES, B - A - 1, ">")
    line = Flat({0: 0, 2: 0}, 3)
    one = (sympy.Integer(1),) * 3
    assert Reach(FEATURES, line, Ball(one)).of(region).inner == Intervals.between(sympy.Integer(-1), sympy.oo)
    closed = where(FEATURES, B - A - 1, ">=")
    assert Reach(FEATURES, line, Ball(one)).of(closed).inner == Intervals.between(
        sympy.Integer(-1), sympy.oo, lower_closed=True
    )
    assert Reach(FEATURES, line, Ball(one, closed=False)).of(closed).inner == Intervals.between(
        sympy.Integer(-1), sympy.oo
    )


def test_a_curved_region_is_enclosed():
    """A parabola cannot be projected exactly yet: the inner set leaves it out, the outer one drops the condition."""
    parabola = where(FEATURES, B - A**2, ">") & where(FEATURES, B - 3, "<")
    found = Reach(FEATURES, Flat({0: 0, 2: 0}, 3), Ball((half,) * 3)).of(parabola | where(FEATURES, B - 10, "="))
    assert found.inner == Intervals.between(
        sympy.Rational(19, 2), sympy.Rational(21, 2), lower_closed=True, upper_closed=True
    )
    assert found.outer == Intervals.between(-sympy.oo, 3 + half) | found.inner


def test_what_cannot_be_compared_is_enclosed():
    """Phi(1) + Phi(-1) is 1, but neither algebra nor balls prove it."""
    one = Phi(sympy.Integer(1)) + Phi(sympy.Integer(-1))
    found = Reach(FEATURES, Point((1, 0, 0)), standing(3)).of(where(FEATURES, A - one, ">"))
    assert found.inner == Intervals() and found.outer == Intervals.line()


@pytest.mark.parametrize("seed", range(30))
def test_elimination(seed):
    rng = np.random.default_rng(seed)
    unknowns, system, formula = z3.Reals("a b c"), [], []
    for _ in range(int(rng.integers(2, 7))):
        weights, constant, strict = (
            [int(w) for w in rng.integers(-3, 4, 3)],
            int(rng.integers(-3, 4)),
            bool(rng.integers(2)),
        )
        system.append(
            Inequality(
                {v: sympy.Integer(w) for v, w in zip(FEATURES, weights, strict=True) if w},
                sympy.Integer(constant),
                strict,
            )
        )
        value = sum(w * z for w, z in zip(weights, unknowns, strict=True)) + constant
        formula.append(value > 0 if strict else value >= 0)
    shadow = projection(system, A)
    assert bool(projection(system, None)) == bool(shadow)
    for t in {sympy.Rational(n, 3) for n in range(-9, 10)} | {cut.value for cut in shadow.cuts if cut.value.is_finite}:
        solver = z3.Solver()
        solver.add(*formula, unknowns[0] == number(t))
        assert shadow.contains(t) == (solver.check() == z3.sat)


def test_an_empty_polyhedron_has_no_shadow():
    """a + b > 0 and a + b <= 0 meet in nothing, a + b >= 0 and a + b <= 0 in a line."""
    sum_ = {A: sympy.S.One, B: sympy.S.One}
    for strict, shadow in ((True, Intervals()), (False, Intervals.line())):
        above, below = (
            Inequality(sum_, sympy.S.Zero, strict),
            Inequality(sum_, sympy.S.Zero, False).scaled(-sympy.S.One),
        )
        assert projection([above, below], A) == shadow


def test_nothing_and_everything():
    reach = Reach(FEATURES, Flat({0: 0, 1: 0}, 3), Ball((half,) * 3))
    assert (
        reach.of(Cells(FEATURES, ())).outer == Intervals() and reach.of(everywhere(FEATURES)).inner == Intervals.line()
    )


def test_no_tolerance():
    """A sliver of width 1e-40 is found, one of width 0 is empty."""
    tiny = sympy.Rational(1, 10**40)
    for width, empty in ((tiny, False), (sympy.S.Zero, True)):
        sliver = where(FEATURES, A - sympy.log(9), ">") & where(FEATURES, A - 2 * sympy.log(3) - width, "<")
        found = Reach(FEATURES, Flat({0: sympy.log(9), 1: 0}, 3), Ball((half, half, half))).of(sliver)
        assert (found.outer == Intervals()) == empty
