"""Signs by calculus on unbounded domains: known inequalities of the normal cdf, near-misses, limits."""

import mpmath
import pytest
import sympy as sp
from sympy import Rational, exp, log, oo, pi, sqrt

from symadv.check import prove
from symadv.language.functions import Phi
from symadv.language.goals import Exists, Goal
from symadv.language.limits import Limits
from symadv.language.parameters import parameter
from symadv.provers._limits import NoLimit, limit
from symadv.provers._ranges import ANY
from symadv.provers._shapes import Shapes
from symadv.provers.monotone import monotone

p, eta, x = parameter("p", between=(0, 1)), parameter("eta", positive=True), parameter("x", real=True)
b = parameter("b", positive=True)
HALF = Rational(1, 2)
odds = log(p / (1 - p))
accuracy = p * Phi(eta + odds / (2 * eta)) + (1 - p) * Phi(eta - odds / (2 * eta))
tail, density = 1 - Phi(eta), exp(-(eta**2) / 2) / sqrt(2 * pi)


def polya(constant):
    return 2 * Phi(eta) - 1 < sqrt(1 - exp(-constant * eta**2))


PROVED = {
    "Polya's inequality": (polya(2 / pi), ()),
    "Mills' ratio from above": (tail < density / eta, ()),
    "Mills' ratio from below": (tail > density * eta / (1 + eta**2), ()),
    "the tail is below half a Gaussian": (tail < exp(-(eta**2) / 2) / 2, ()),
    "the Bayes rule gains": (accuracy > Phi(eta), (p > HALF,)),
    "the Bayes rule loses nothing": (accuracy >= Phi(eta), (p >= HALF,)),
    "the Bayes rule beats the reliable feature": (accuracy > p, (p > HALF,)),
    "a tangent": (exp(x) >= 1 + x, ()),
    "a tangent of the logarithm": (log(1 + eta) < eta, ()),
    "on a half line": (eta * exp(-eta) < Rational(9, 10) * exp(-HALF), (eta > 3,)),
    "a greatest value that is reached": (eta**2 * exp(-eta) <= 4 * exp(-2), ()),
    "a greatest value": (eta**2 * exp(-eta) < Rational(55, 100), ()),
    "a greatest value at a root": (eta * exp(-(eta**2)) <= exp(-HALF) / sqrt(2), ()),
    "a least value without a formula": (exp(2 * eta**3) + 1 > exp(2 * eta**2), ()),
    "in two parameters": (p * exp(2 * eta**2) < p + exp(2 * eta**3), ()),
    "a polynomial without roots": (x**4 + 1 > x, ()),
    "both ends of the line": (exp(x) + exp(-x) >= 2, ()),
    "against a Gaussian": ((exp(x) + exp(-x)) / 2 <= exp(x**2 / 2), ()),
    "two parameters": (exp(-b * eta) > 1 - b * eta, ()),
}
NEAR_MISSES = {
    "Polya, by a millionth": (polya(2 / pi - Rational(1, 10**6)), ()),
    "Polya, by a millionth of a millionth": (polya(2 / pi - Rational(1, 10**12)), ()),
    "the tail": (tail < exp(-(eta**2) / 2) * (HALF - Rational(1, 10**6)), ()),
    "Mills' ratio": (tail < density / eta - Rational(1, 10**12), ()),
    "the Bayes rule, not given p > 1/2": (accuracy > Phi(eta), ()),
    "the Bayes rule, for p = 1/2 too": (accuracy > Phi(eta), (p >= HALF,)),
    "a tangent, strictly": (exp(x) > 1 + x, ()),
    "a greatest value, by a millionth of a millionth": (
        eta**2 * exp(-eta) <= 4 * exp(-2) - Rational(1, 10**12),
        (),
    ),
    "a least value, by too much": (exp(2 * eta**3) + 1 > exp(2 * eta**2) + Rational(18, 100), ()),
    "a polynomial with roots": (x**4 + Rational(47, 100) > x, ()),
    "both ends of the line, by a millionth of a millionth": (exp(x) + exp(-x) >= 2 + Rational(1, 10**12), ()),
    "a maximum": (eta * exp(-eta) < exp(-1) - Rational(1, 10**12), ()),
    "a maximum that is reached": (eta * exp(-eta) < exp(-1), ()),
}


def at(statement, **values):
    call = sp.lambdify(list(statement.free_symbols), statement, [{"Phi": mpmath.ncdf}, "mpmath"])
    return bool(call(*(values[str(s)] for s in statement.free_symbols)))


@pytest.mark.parametrize("name", PROVED)
def test_what_is_proved_holds_on_a_grid_at_thirty_digits(name):
    statement, given = PROVED[name]
    verdict = monotone(Goal(statement, given), limits=Limits())
    assert verdict.status == "PROVED" and verdict.reductions
    with mpmath.workdps(300):  # both tails, where the two sides agree to many digits
        for k in range(-9, 10):
            value = mpmath.mpf(2) ** (mpmath.mpf(k) / 3)
            for q in (HALF, Rational(501, 1000), Rational(9, 10), Rational(999, 1000)):
                values = {"eta": value, "x": value - 2, "b": 3 * value, "p": mpmath.mpf(q.p) / q.q}
                if all(at(g, **values) for g in given):
                    assert at(statement, **values), values


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_a_near_miss_is_not_proved(name):
    statement, given = NEAR_MISSES[name]
    assert monotone(Goal(statement, given), limits=Limits()).status == "UNDECIDED"


@pytest.mark.parametrize("name", sorted(set(NEAR_MISSES) - {"a maximum that is reached", "a maximum"}))
def test_all_provers_together_refute_it(name):
    statement, given = NEAR_MISSES[name]
    verdict = prove(statement, given=given, seconds=60)
    assert verdict.status == "REFUTED" and verdict.witness


def test_a_greatest_value_decides_only_where_the_slope_has_one_zero():
    waves = Rational(1, 3) + exp(-eta) * (eta - 1) * (eta - 2) * (eta - 3)  # two extrema, of either sign of the slope
    assert monotone(Goal(waves > 0), limits=Limits()).status == "UNDECIDED"
    assert prove(waves > 0, seconds=60).status == "REFUTED"
    assert monotone(Goal(eta**2 * exp(-eta) < 4 * exp(-2)), limits=Limits()).status == "UNDECIDED"  # it is reached


def test_what_it_does_not_read_it_leaves_open():
    for statement in (Exists(sp.Tuple(x), x > eta), sp.Eq(Phi(x), HALF), sp.cos(x) <= 1, log(x) < x):
        assert monotone(Goal(statement), limits=Limits()).status == "UNDECIDED"
    assert monotone(Goal(eta > 1, (eta > 3, eta < 2)), limits=Limits()).status == "UNDECIDED"


def test_conditions_on_two_parameters_are_not_lost_nor_overused():
    assert monotone(Goal(exp(eta) > exp(b) * (1 + eta - b), (eta > b,)), limits=Limits()).status != "REFUTED"
    assert monotone(Goal(exp(eta) > 1 + b, (eta < b,)), limits=Limits()).status == "UNDECIDED"
    assert monotone(Goal(log(1 + eta) < eta, (eta < b,)), limits=Limits()).status == "PROVED"


LIMITS = [
    ((2 * Phi(eta) - 1) ** 2 - 1, eta, oo, 0),
    (eta**7 * exp(-eta), eta, oo, 0),
    (eta**7 * exp(-eta), eta, 0, 0),
    (exp(b * eta) * Phi(-eta), eta, oo, 0),
    (exp(b * eta) / eta**3, eta, oo, oo),
    (log(1 + eta) - eta, eta, oo, -oo),
    (eta * log(eta), eta, 0, 0),
    (log(b + eta), eta, 0, log(b)),
    (Phi(b - 1 / eta), eta, 0, 0),
    (Phi(b + 1 / eta), eta, oo, Phi(b)),
    (sqrt(4 * eta**2 + 1) / eta, eta, oo, 2),
    ((1 + eta) / (eta + b), eta, 0, 1 / b),
    (log(eta) / eta, eta, oo, 0),
]


@pytest.mark.parametrize(("f", "v", "end", "value"), LIMITS)
def test_limits(f, v, end, value):
    assert limit(f, v, sp.sympify(end), below=end is oo, sign=Shapes((), 0).known_signs) == value


@pytest.mark.parametrize("f", [sqrt(eta**2 + 1) - eta, exp(exp(eta)), exp((b - 1) * eta), sp.sin(eta), eta**b])
def test_limits_that_no_rule_gives(f):
    with pytest.raises(NoLimit):
        limit(f, eta, oo, below=True, sign=Shapes((), 0).known_signs)
    with pytest.raises(NoLimit):
        limit(b * eta, eta, oo, below=True, sign=lambda e: ANY)
