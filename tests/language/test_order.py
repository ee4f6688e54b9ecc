"""The comparator: decided by proof, or not at all."""

from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from symadv.language.balls import ball, bounds
from symadv.language.enclosures import range_of
from symadv.language.errors import SymadvError
from symadv.language.functions import Expit, Phi
from symadv.language.numbers import exact
from symadv.language.order import INFINITESIMAL, Undecided, compare, order, sign
from symadv.language.parameters import parameter
from symadv.language.ranges import Range

_P, _ETA = parameter("p", between=(0, 1)), parameter("eta", positive=True)
_REAL = parameter("x", real=True)

EQUAL = [
    (sp.log(9), 2 * sp.log(3)),
    (sp.log(sp.Rational(9, 10)) - sp.log(sp.Rational(1, 10)), sp.log(9)),
    (sp.sqrt(2) * sp.sqrt(3), sp.sqrt(6)),
    (sp.sqrt(5 + 2 * sp.sqrt(6)), sp.sqrt(2) + sp.sqrt(3)),
    (sp.log(6), sp.log(2) + sp.log(3)),
    (sp.log(sp.Rational(1, 9)), -sp.log(9)),
    (sp.exp(1) * sp.exp(2), sp.exp(3)),
    (sp.log(sp.sqrt(2)), sp.log(2) / 2),
    ((2 - sp.log(2)) / (sp.log(2) - 2), sp.Integer(-1)),
    (1 / (sp.sqrt(2) - 1), sp.sqrt(2) + 1),
    (sp.log(9) / sp.log(3), sp.Integer(2)),
]


@pytest.mark.parametrize(("a", "b"), EQUAL)
def test_equal_numbers_written_differently(a, b):
    assert order(a, b) == 0 and order(b, a) == 0


@pytest.mark.parametrize(("a", "b"), EQUAL)
@pytest.mark.parametrize("digits", [12, 60, 300])
def test_a_sliver_between_them_is_seen(a, b, digits):
    assert order(a + sp.Rational(1, 10**digits), b) == 1 and order(a - sp.Rational(1, 10**digits), b) == -1


def test_a_float_is_not_log_9():
    with mpmath.workdps(40):
        difference = mpmath.mpf(2.1972245773362196) - mpmath.log(9)
    assert 1e-17 < abs(difference) < 1e-15
    assert order(exact(2.1972245773362196), sp.log(9)) == int(mpmath.sign(difference))


@given(st.fractions(), st.fractions())
def test_rationals(a, b):
    assert order(exact(a), exact(b)) == (a > b) - (a < b)


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_against_mpmath(a, b):
    left, right = Phi(exact(a)), Expit(exact(b))
    with mpmath.workdps(400):
        difference = mpmath.ncdf(a) - 1 / (1 + mpmath.exp(-mpmath.mpf(b)))
        assert order(left, right) == int(mpmath.sign(difference))


def test_infinite_ends():
    assert order(-sp.oo, sp.Integer(0)) == -1 and order(sp.oo, sp.log(9)) == 1 and order(sp.oo, sp.oo) == 0


def test_undecided_stays_undecided():
    a, b = parameter("a", real=True), parameter("b", positive=True)
    assert order(a, sp.Integer(0)) is None and order(b, sp.Integer(0)) == 1 and order(b, sp.Integer(1)) is None
    with pytest.raises(Undecided):
        compare(a, b)
    # An identity that no rule here knows: equal to 4096 bits, and not claimed to be equal.
    assert order(Phi(sp.Integer(1)) + Phi(sp.Integer(-1)), sp.Integer(1)) is None


def test_domains_decide():
    p = parameter("p", between=(0, 1))
    assert order(p, sp.Integer(1)) == -1 and order(1 - p, sp.Integer(0)) == 1 and order(p * (1 - p), sp.Integer(0)) == 1
    assert order(p, sp.Rational(1, 2)) is None and order(p**2, p) == -1


def test_infinitesimals_are_smaller_than_every_number():
    tiny = sp.Rational(1, 10**100)
    assert order(INFINITESIMAL, sp.Integer(0)) == 1 and order(INFINITESIMAL, tiny) == -1
    assert order(sp.log(9) + INFINITESIMAL, 2 * sp.log(3)) == 1 and order(1 - INFINITESIMAL, sp.Integer(1)) == -1
    assert order(2 * INFINITESIMAL, INFINITESIMAL) == 1 and order(INFINITESIMAL**2, INFINITESIMAL) == -1


@given(st.floats(-37, 37))
def test_balls_hold_the_tails(z):
    low, high = bounds(Phi(exact(z)))
    with mpmath.workdps(40):
        truth = mpmath.ncdf(mpmath.mpf(z))
        assert low <= truth <= high and high - low <= 4e-16 * high + 1e-320


def test_balls_refuse_what_they_cannot_do():
    with pytest.raises(SymadvError):
        bounds(sp.gamma(sp.Rational(1, 3)))
    with pytest.raises(SymadvError):
        bounds(sp.log(sp.Integer(0) + parameter("x", real=True)))
    with pytest.raises(SymadvError):
        bounds(1 / (sp.log(9) - 2 * sp.log(3)))
    assert ball(sp.Max(1, sp.sqrt(2)) - sp.Min(3, sp.sqrt(2))).contains(0)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (1 - sp.exp(-_ETA), 1),
        (1 - Phi(_ETA), 1),
        (1 - sp.sqrt(_P), 1),
        (sp.log(_P), -1),
        (Phi(_ETA) - sp.Rational(1, 2), 1),
        (sp.exp(-_ETA) - sp.Rational(1, 2), None),
        (sp.log(_ETA - 1), None),
        (1 - sp.exp(-_REAL), None),
    ],
)
def test_signs_through_monotone_functions(expression, expected):
    assert sign(expression) == expected


def test_ranges_of_expressions_hold_at_many_points():
    for k in range(1, 60):
        point = {_ETA: sp.Rational(k, 7), _P: sp.Rational(k, 60), _REAL: sp.Rational(30 - k, 5)}
        for e in (
            sp.exp(-(_REAL**2)) * _P,
            _ETA / (1 + _ETA),
            sp.sqrt(_P) - _ETA**3,
            sp.Max(_REAL, _P),
            abs(_REAL) ** 3,
        ):
            r, value = range_of(e), Fraction(str(sp.N(e.xreplace(point), 30)))
            assert r.low <= value <= r.high
            narrow = range_of(e, {s: Range(*(Fraction(v.p, v.q),) * 2) for s, v in point.items()})
            assert narrow.low - Fraction(1, 10**25) <= value <= narrow.high + Fraction(1, 10**25)
