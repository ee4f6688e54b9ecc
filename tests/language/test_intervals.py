"""Unions of intervals against pointwise logic, and signs against direct evaluation."""

import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symadv.language.intervals import Intervals
from symadv.language.parameters import parameter
from symadv.language.roots import sign_sets

NUMBERS = [sp.Rational(k, 2) for k in range(-6, 7)]
POINTS = [sp.Rational(k, 4) for k in range(-14, 15)]
one = st.builds(
    lambda a, b, c, d: Intervals.between(min(a, b), max(a, b), lower_closed=c, upper_closed=d),
    st.sampled_from([-sp.oo, *NUMBERS]),
    st.sampled_from([*NUMBERS, sp.oo]),
    st.booleans(),
    st.booleans(),
)
sets = st.lists(one, max_size=4).map(lambda parts: _join(parts))
t = parameter("t", real=True)


def _join(parts):
    result = Intervals()
    for part in parts:
        result = result | part
    return result


@given(sets, sets)
@settings(max_examples=150, deadline=None)
def test_boolean_algebra_pointwise(a, b):
    union, meet, rest = a | b, a & b, ~a
    for x in POINTS:
        assert union.contains(x) == (a.contains(x) or b.contains(x))
        assert meet.contains(x) == (a.contains(x) and b.contains(x))
        assert rest.contains(x) == (not a.contains(x))
    assert ~~a == a and (a | ~a) == Intervals.line() and not (a & ~a)


@given(sets, st.sampled_from([0, sp.Rational(1, 2), 1, 2]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_dilation_pointwise(a, amount, closed):
    grown = a.dilate(sp.sympify(amount), closed=closed)
    for x in POINTS:
        near = Intervals.between(x - amount, x + amount, lower_closed=closed, upper_closed=closed)
        assert grown.contains(x) == bool(a & near)


def test_open_and_closed_ends():
    half_open = Intervals.between(sp.S.Zero, sp.S.One, lower_closed=True)
    assert half_open.contains(sp.S.Zero) and not half_open.contains(sp.S.One)
    assert not Intervals.between(sp.S.One, sp.S.One, lower_closed=True) and Intervals.point(sp.S.One)
    assert not Intervals.between(sp.S.One, sp.S.Zero, lower_closed=True, upper_closed=True)
    assert (half_open | Intervals.point(sp.S.One)) == Intervals.between(
        sp.S.Zero, sp.S.One, lower_closed=True, upper_closed=True
    )


coefficients = st.sampled_from([-2, -1, 0, 1, sp.Rational(1, 3), sp.log(2), sp.sqrt(2)])


@given(coefficients, coefficients, coefficients, coefficients, st.sampled_from(["poly", "abs", "max", "min", "two"]))
@settings(max_examples=150, deadline=None)
def test_signs_against_evaluation(a, b, c, e, kind):
    form = {
        "poly": a * t**2 + b * t + c,
        "abs": a * sp.Abs(t - b) + c * t + e,
        "max": sp.Max(a * t, b) + c * t + e,
        "min": sp.Min(a * t, b * t + 1) + c,
        "two": sp.Abs(t) - sp.Abs(t - 3) * a + sp.Abs(sp.Abs(t) - 1) * b + c,
    }[kind]
    found = sign_sets(sp.sympify(form), t)
    for x in POINTS:
        value = sp.sympify(form).subs(t, x)
        truth = 0 if sp.simplify(value) == 0 else (1 if value > 0 else -1)
        assert {s: places.contains(x) for s, places in found.items()} == {s: s == truth for s in (-1, 0, 1)}
