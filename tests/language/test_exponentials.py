"""Signs of sums of exponentials: against scans at thirty digits; zeros that are close, double, far away or simple."""

from itertools import pairwise

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, exp

from symadv.language.balls import ball
from symadv.language.exponentials import exponentials
from symadv.language.functions import LaplaceDensity, NormalDensity, unfold
from symadv.language.intervals import Intervals
from symadv.language.order import compare
from symadv.language.real_roots import RealRoot
from symadv.language.roots import NoClosedForm, sign_sets

x = sp.Symbol("x", real=True)


def scanned(form, low, high, steps):
    """Where a form changes sign on a grid, closed in on by halving at thirty digits."""
    with mpmath.workdps(30):
        f = sp.lambdify(x, unfold(form), "mpmath")
        at = [low + mpmath.mpf(high - low) * (k + mpmath.mpf("0.3183")) / steps for k in range(steps)]
        values = [f(v) for v in at]
        found = []
        for (a, b), (left, right) in zip(pairwise(at), pairwise(values), strict=True):
            if left * right < 0:
                for _ in range(90):
                    middle = (a + b) / 2
                    a, b = (a, middle) if (f(middle) > 0) == (right > 0) else (middle, b)
                found.append(a)
        return found, values[0] > 0


def agree(form, low=-30, high=30, steps=3001):
    sets = sign_sets(form, x)
    ends = sorted({cut.value for cut in sets[0].cuts}, key=float)
    zeros, first = scanned(form, low, high, steps)
    assert len(ends) == len(zeros)
    with mpmath.workdps(30):
        for end, zero in zip(ends, zeros, strict=True):
            assert abs(mpmath.mpf(str(sp.N(end, 30))) - zero) < mpmath.mpf("1e-24")
    assert sets[1].contains(sp.Integer(low)) == first
    assert (sets[-1] | sets[0] | sets[1]).is_line and not sets[-1] & sets[1] and not sets[0] & (sets[1] | sets[-1])
    return ends


def normals(*terms):
    return sp.Add(*(w * NormalDensity(x, m, s) for w, m, s in map(sp.sympify, terms)))


THIRD = Rational(1, 3)
FORMS = {
    "a mixture around one law": (normals((1, -2, 1), (-2, 0, 1), (1, 2, 1)), 2),
    "wide and narrow": (normals((1, 0, 3), (-1, 0, THIRD)), 2),
    "three against two": (normals((THIRD, -4, 1), (THIRD, 0, 1), (THIRD, 4, 1), ("-1/2", -2, 1), ("-1/2", 2, 1)), 4),
    "of unlike spread": (normals((THIRD, -4, 1), ("2/3", 3, 2), ("-1/2", 0, "1/4"), ("-1/2", 1, 3)), 4),
    "a constant that is reached": (normals((1, 0, 1)) - Rational(1, 5), 2),
    "one that is not": (normals((1, 0, 1)) - Rational(2, 5), 0),
    "normal against Laplace": (NormalDensity(x, 0, 1) - LaplaceDensity(x, 1, 2), 2),
    "linear exponents": (2 * exp(-x) + exp(x / 3) - 3, 2),
    "one term": (-exp(3 * x - x**2), 0),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_signs_are_those_of_a_scan(name):
    form, count = FORMS[name]
    assert len(agree(form)) == count


@settings(max_examples=10, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(
            st.integers(-9, 9).filter(bool),
            st.integers(-12, 12).map(lambda k: Rational(k, 3)),
            st.sampled_from([Rational(1, 2), Rational(1), Rational(3, 2), Rational(3)]),
        ),
        min_size=2,
        max_size=4,
        unique_by=lambda term: term[1:],
    )
)
def test_random_mixtures(terms):
    try:
        sign_sets(normals(*terms), x)
    except NoClosedForm:  # a double zero; a scan would not see it
        return
    agree(normals(*terms), -60, 60, 2401)


def test_zeros_that_are_close_are_two():
    near = Rational(1, 2**20)
    form = sp.expand((exp(x) - 1) * (exp(x) - 1 - near))
    assert len(sign_sets(form, x)[0].cuts) == 4
    first, second = (cut.value for cut in sign_sets(form, x)[0].cuts[::2])
    assert first == 0 and abs(sp.N(second, 30) - sp.N(sp.log(1 + near), 30)) < Rational(1, 10**24)


def test_a_double_zero_is_refused():
    with pytest.raises(NoClosedForm, match="too close"):
        sign_sets(exp(x) + exp(-x) - 2, x)


def test_simple_zeros_are_rational_numbers():
    sets = sign_sets(normals((1, -2, 1), (1, 1, 3), (-1, 2, 1), (-1, -1, 3)), x)
    assert Rational(0) in [cut.value for cut in sets[0].cuts]
    assert sign_sets(exp(2 * x) - exp(Rational(2, 3)), x)[0] == Intervals.point(THIRD)


def test_what_cancels_is_zero_everywhere():
    assert sign_sets(normals((1, 2, 1)) - exp(-((x - 2) ** 2) / 2) / sp.sqrt(2 * sp.pi), x)[0].is_line


def test_multiples_have_the_same_zeros():
    """As the borders of two labels, seen from either side, or under another prior's scale."""
    form = FORMS["of unlike spread"][0]
    zeros = sign_sets(form, x)[0]
    assert zeros == sign_sets(-form, x)[0] == sign_sets(Rational(3, 7) * form, x)[0]
    assert all(isinstance(cut.value, RealRoot) for cut in zeros.cuts)
    assert compare(zeros.cuts[0].value, zeros.cuts[0].value + Rational(1, 10**40)) < 0


def test_far_away_a_small_term_wins():
    form = exp(-(x**2)) - exp(-((x - 1) ** 2)) - Rational(1, 10**100) * exp(-(x**2) * Rational(999, 1000))
    ends = [cut.value for cut in sign_sets(form, x)[0].cuts[::2]]
    wanted = -mpmath.sqrt(mpmath.mpf(10) ** 5 * mpmath.log(10))
    assert len(ends) == 2 and abs(mpmath.mpf(str(sp.N(ends[0], 20))) - wanted) < mpmath.mpf("1e-10")
    assert 0 < ends[1] - Rational(1, 2) + Rational(1, 10**9) < Rational(1, 10**8)


def test_two_terms_have_a_closed_form():
    (low, _), (high, _) = sign_sets(3 * exp(-(x**2)) - 1, x)[0]
    assert high.value == sp.sqrt(sp.log(3)) and low.value == -high.value


def test_zeros_of_an_even_sum_are_negatives():
    zeros = [cut.value for cut in sign_sets(FORMS["three against two"][0], x)[0].cuts[::2]]
    assert zeros == [-z for z in reversed(zeros)]
    odd = sign_sets(normals((1, -3, 1), (-1, 3, 1), (2, 1, 1), (-2, -1, 1)), x)[0]
    assert 0 in [cut.value for cut in odd.cuts]
    three = [cut.value for cut in sign_sets((exp(x) - 2) * (exp(-x) - 2) * (exp(x) + exp(-x)), x)[0].cuts[::2]]
    assert three == [-three[1], three[1]]


def test_other_sums_are_none():
    for form in (x * exp(x) + 1, exp(x**3) - 2, sp.log(x) + exp(x), exp(exp(x)) - 3):
        assert exponentials(form, x) is None
        with pytest.raises(NoClosedForm):
            sign_sets(form, x)


def test_a_zero_has_a_ball_of_any_precision():
    (zero, _), _ = sign_sets(FORMS["a mixture around one law"][0], x)[0]
    with mpmath.workdps(120):
        wanted = -mpmath.acosh(mpmath.exp(2)) / 2
        assert abs(mpmath.mpf(ball(zero.value, bits=400).mid().str(100, radius=False)) - wanted) < mpmath.mpf("1e-95")
