"""Ranges contain the values that they bound, and know an attained end from one that is not."""

import math
from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symadv.language.parameters import parameter
from symadv.language.ranges import LARGEST, Range, increasing, largest, of_symbol, point, smallest

fractions = st.fractions(min_value=-20, max_value=20, max_denominator=50)


@st.composite
def ranges_with_values(draw):
    """A range, and a value in it: often an attained end."""
    low, high = sorted([draw(fractions), draw(fractions)])
    assume(low < high)
    lows, highs = draw(st.booleans()), draw(st.booleans())
    inside = [low + (high - low) * Fraction(k, 7) for k in range(1, 7)]
    value = draw(st.sampled_from(inside + ([] if lows else [low, low]) + ([] if highs else [high, high])))
    if draw(st.integers(0, 4)) == 0:
        high, highs = math.inf, True
    if draw(st.integers(0, 4)) == 0:
        low, lows = -math.inf, True
    return Range(low, high, lows, highs), value


def within(value, r):
    return (r.low < value or (r.low == value and not r.low_open)) and (
        value < r.high or (value == r.high and not r.high_open)
    )


@given(ranges_with_values(), ranges_with_values(), st.integers(0, 5))
def test_arithmetic_contains_the_value(first, second, n):
    (a, x), (b, y) = first, second
    for value, r in [
        (x + y, a + b), (x * y, a * b), (-x, -a), (x**n, a.power(n)), (abs(x), a.absolute()),
        (max(x, y), largest([a, b])), (min(x, y), smallest([a, b])),
    ]:  # fmt: skip
        assert within(value, r)
    if b.is_positive or b.is_negative:
        assert within(1 / y, b.reciprocal())
        assert within(Fraction(1) / y**n, b.power(-n))
    assert not a.is_positive or x > 0
    assert not a.is_negative or x < 0
    assert not a.is_nonnegative or x >= 0


@given(ranges_with_values())
def test_increasing_functions_contain_the_value(drawn):
    r, x = drawn
    with mpmath.workdps(60):
        value = mpmath.exp(mpmath.mpf(x.numerator) / x.denominator)
        image = increasing(r, lambda b: b.exp(), limits=(Fraction(0), math.inf))
        low, high = (
            mpmath.mpf(e.numerator) / e.denominator if isinstance(e, Fraction) else e for e in (image.low, image.high)
        )
        assert low <= value <= high and image.is_positive
        if isinstance(r.high, Fraction):
            assert high - mpmath.exp(mpmath.mpf(r.high.numerator) / r.high.denominator) < 1e-12 * high


def test_ends_that_are_not_attained():
    unit = of_symbol(parameter("p", between=(0, 1)))
    assert unit.is_positive and (point(Fraction(1)) + -unit).is_positive
    assert not (point(Fraction(1)) + -Range(Fraction(0), Fraction(1))).is_positive
    assert (unit * of_symbol(parameter("eta", positive=True))).is_positive
    assert unit * point(Fraction(2)) == Range(Fraction(0), Fraction(2), True, True)
    assert unit.reciprocal() == Range(Fraction(1), math.inf, True, True)
    assert not of_symbol(parameter("x", real=True)).is_nonnegative
    assert of_symbol(parameter("x", real=True)).power(2) == Range(Fraction(0), math.inf, False, True)
    assert point(Fraction(0)) * of_symbol(parameter("x", real=True)) == point(Fraction(0))


@pytest.mark.parametrize("exponent", [2, 5, 12])
def test_ends_beyond_the_largest_number_are_moved_outward(exponent):
    large = point(LARGEST).power(exponent)
    assert (large.low, large.high) == (LARGEST, math.inf)
    assert within(-(LARGEST**3), -large.power(3))
