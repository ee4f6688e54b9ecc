"""One half-space in a product of sets: its shadow by largest values against elimination and against points."""

from functools import reduce
from itertools import product
from operator import or_

import hypothesis.strategies as st
import pytest
import sympy
from hypothesis import given, settings

from symadv.language.intervals import AFTER, BEFORE, Cut, Intervals
from symadv.risk._polyhedra import shadow
from symadv.risk.elimination import Inequality, between, over_box, projection

X, Y, Z = sympy.symbols("x y z", real=True)
LINE = Intervals.line()

ends = st.integers(-3, 3)


@st.composite
def sets(draw: st.DrawFn) -> Intervals:
    """One or two intervals, with open, closed and infinite ends, or a point."""
    found = Intervals()
    for _ in range(draw(st.integers(1, 2))):
        low, size = draw(ends), draw(st.integers(0, 3))
        start = Cut(sympy.Integer(low), draw(st.sampled_from((BEFORE, AFTER))))
        end = Cut(sympy.Integer(low + size), draw(st.sampled_from((BEFORE, AFTER))))
        if size == 0:
            start, end = Cut(start.value, BEFORE), Cut(end.value, AFTER)
        if draw(st.integers(0, 5)) == 0:
            start = Cut(-sympy.oo, AFTER)
        if draw(st.integers(0, 5)) == 0:
            end = Cut(sympy.oo, BEFORE)
        found = found | Intervals((start, end))
    return found


@st.composite
def half_spaces(draw: st.DrawFn) -> Inequality:
    slopes = {v: sympy.Integer(a) for v in (X, Y, Z) if (a := draw(st.integers(-2, 2)))}
    return Inequality(slopes, sympy.Integer(draw(ends)), draw(st.booleans()))


@settings(max_examples=300, deadline=None)
@given(half_spaces(), sets(), sets(), sets(), st.sampled_from((X, None)))
def test_it_is_what_elimination_finds(q, x, y, z, keep):
    box = {X: x, Y: y, Z: z}
    parts = product(*([between(v, start, end) for start, end in numbers] for v, numbers in box.items()))
    eliminated = reduce(
        or_, (projection([q, *(s for side in part for s in side)], keep) for part in parts), Intervals()
    )
    assert over_box(q, box, keep) == eliminated


@settings(max_examples=100, deadline=None)
@given(half_spaces(), sets(), sets())
def test_it_holds_where_a_point_shows_it(q, x, y):
    """Points far out and close to ends stand for all of a set, as the sum is linear: no elimination is needed."""
    box = {X: x, Y: y, Z: Intervals.point(sympy.S.Zero)}
    tiny = sympy.Rational(1, 1000)
    near = [sympy.Rational(k, 4) + d for k in range(-28, 29) for d in (-tiny, 0, tiny)] + [
        sympy.Integer(-99),
        sympy.Integer(99),
    ]
    there = [v for v in near if y.contains(v)]
    found = over_box(q, box, X)
    for t in (v for v in near if v.q in (1, 4)):
        form = q.constant + q.coefficients.get(X, 0) * t
        best = [form + q.coefficients.get(Y, 0) * v for v in there]
        shown = x.contains(t) and any(b > 0 or (b == 0 and not q.strict) for b in best)
        assert not shown or found.contains(t)
        if found.contains(t):  # then some point is within a thousandth of showing it
            assert x.contains(t) and max(best) > -3 * tiny


@pytest.mark.parametrize("signs", [{1}, {0, 1}, {-1}, {-1, 0}, {-1, 1}, {0}])
def test_the_shadow_of_one_condition_takes_either_way(signs):
    box = {X: LINE, Y: Intervals.between(sympy.S.Zero, sympy.S.One, lower_closed=True)}
    found = shadow([(X + Y, frozenset(signs))], box, X)
    below = Intervals.between(-sympy.oo, sympy.S.Zero, upper_closed=0 in signs)
    above = Intervals.between(sympy.S.NegativeOne, sympy.oo)
    wanted = {1: above, -1: below}
    if signs == {0}:
        assert found == Intervals.between(sympy.S.NegativeOne, sympy.S.Zero, upper_closed=True)
    else:
        assert found == reduce(or_, (wanted[s] for s in sorted(signs) if s), Intervals())
