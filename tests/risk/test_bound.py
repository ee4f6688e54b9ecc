"""Bounds: what they refuse, when they are a number, and how tight the floats around a closed form are."""

import pickle

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import symadv as sa
from symadv.language.errors import SymadvError
from symadv.language.functions import Phi
from symadv.risk.bound import Bound, differ, enclose


@pytest.mark.parametrize(("lower", "upper"), [(0.5, 0.4), (-0.1, 0.5), (0.5, 1.1), (float("nan"), 0.5)])
def test_impossible_bounds_are_refused(lower, upper):
    with pytest.raises(SymadvError, match="lower <= upper"):
        Bound(lower, upper, "exact")


def test_a_number_only_when_it_is_one():
    assert float(Bound(0.25, 0.25, "exact")) == 0.25
    assert float(Bound(0.25, 0.25 + 9e-10, "exact")) == pytest.approx(0.25)
    with pytest.raises(SymadvError, match=r"0\.25.*0\.5"):
        float(Bound(0.25, 0.5, "bounded"))


@given(st.integers(-35 * 64, 35 * 64))
def test_floats_around_a_normal_cdf(n):
    lower, upper = enclose(Phi(sympy.Rational(n, 64)))
    with mpmath.workdps(400):
        truth = mpmath.ncdf(mpmath.mpf(n) / 64)
        assert lower <= truth <= upper
    assert upper - lower <= 4e-16 * upper


@given(st.integers(-35 * 64, 35 * 64))
def test_floats_around_a_difference_that_cancels(n):
    """Between two arguments near 35 the difference of cdfs has 250 digits less than its terms."""
    z = sympy.Rational(n, 64)
    lower, upper = enclose(Phi(z + 1) - Phi(z))
    with mpmath.workdps(700):
        truth = mpmath.ncdf(mpmath.mpf(n) / 64 + 1) - mpmath.ncdf(mpmath.mpf(n) / 64)
        assert lower <= truth <= upper
    assert upper - lower <= 4e-16 * upper


@pytest.mark.parametrize("value", [0, 1])
def test_zero_and_one_are_exact(value):
    assert enclose(sympy.Integer(value)) == (value, value)


def test_one_that_is_not_recognised_stays_below_one():
    lower, upper = enclose(Phi(sympy.Integer(2)) + Phi(sympy.Integer(-2)))
    assert 1 - 2e-16 <= lower <= upper == 1


def test_different_numbers():
    tiny = sympy.Rational(1, 10**300)
    assert differ(Phi(sympy.Integer(1)), Phi(sympy.Integer(1)) + tiny)
    assert not differ(Phi(sympy.Integer(1)), 1 - Phi(sympy.Integer(-1)))


def test_evidence_can_be_sent_to_another_process():
    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    bound = sa.risk("bayes", d, sa.ThreatModel("linf", 1), definition="adversarial_loss")
    sent = pickle.loads(pickle.dumps(bound))
    assert sent == bound and sent.evidence.knife_edge and sent.evidence.otherwise == bound.evidence.otherwise
