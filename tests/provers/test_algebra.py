"""The algebra prover: the identities, equivalences and integrals that derivations are made of."""

import pytest
import sympy as sp
from sympy import Abs, Equivalent, Implies, Integral, Rational, exp, log, oo, sqrt

from symadv.language.functions import Expit, LaplaceDensity, NormalDensity, Phi
from symadv.language.goals import Exists, Goal
from symadv.language.limits import Limits
from symadv.language.parameters import Parameter, parameter
from symadv.provers.algebra import algebra

p = parameter("p", between=(0, 1))
eta, gap, b, s1, s2, u, v, w = (parameter(n, positive=True) for n in ("eta", "gap", "b", "s1", "s2", "u", "v", "w"))
x, x1, x2, a, m = (parameter(name, real=True) for name in ("x", "x1", "x2", "a", "m"))
closed = Parameter("closed", sp.Interval(0, 1))
t = sp.Symbol("t", real=True)
odds = log(p / (1 - p))
N, L = NormalDensity, LaplaceDensity


def eq(left, right):
    return sp.Eq(left, right, evaluate=False)


def posterior(first, *others):
    return first / sum(others, first)


def softmax(first, *others):
    return exp(first) / sum((exp(o) for o in others), exp(first))


def score(k, mean):
    return log(k) - (x2 - mean) ** 2 / (2 * s1**2)


PROVED = {
    "log-odds": eq(log(N(x2, eta, 1) * p / 2) - log(N(x2, -eta, 1) * (1 - p) / 2), 2 * eta * x2 + odds),
    "log-odds, unequal std": eq(
        log(N(x2, eta, s1) * p) - log(N(x2, -eta, s2) * (1 - p)),
        odds + log(s2 / s1) - (x2 - eta) ** 2 / (2 * s1**2) + (x2 + eta) ** 2 / (2 * s2**2),
    ),
    "log-odds, Laplace": eq(
        log(L(x2, eta, s1) * p) - log(L(x2, -eta, s2) * (1 - p)),
        odds + log(s2) - log(s1) - Abs(x2 - eta) / s1 + Abs(x2 + eta) / s2,
    ),
    "posterior": eq(posterior(N(x2, eta, 1) * p, N(x2, -eta, 1) * (1 - p)), Expit(2 * eta * x2 + odds)),
    "three labels": eq(
        posterior(u * N(x2, eta, s1), v * N(x2, 0, s1), w * N(x2, -eta, s1)),
        softmax(score(u, eta), score(v, 0), score(w, -eta)),
    ),
    "threshold": Equivalent(2 * eta * x2 + odds > 0, x2 > -odds / (2 * eta)),
    "threshold by densities": Equivalent(p * N(x2, eta, 1) >= (1 - p) * N(x2, -eta, 1), x2 >= -odds / (2 * eta)),
    "one half": Equivalent(Expit(2 * eta * x2 + odds) > Rational(1, 2), 2 * eta * x2 + odds > 0),
    "squares": eq((x1 + 1) ** 2 - (x1 - 1) ** 2, 4 * x1),
    "nearer": Equivalent(Abs(x - gap) < Abs(x), x > gap / 2),
    "nearer, as an equation of conditions": sp.Eq(Abs(x - gap) < Abs(x), x > gap / 2),
    "exact condition": Equivalent((1 - p) * exp(-2 * eta**2) < p, p > exp(-2 * eta**2) / (1 + exp(-2 * eta**2))),
    "upper half line": eq(Integral(w * N(t, m, s1), (t, a, oo)), w * Phi((m - a) / s1)),
    "lower half line": eq(Integral(w * N(t, m, s1), (t, -oo, a)), w * Phi((a - m) / s1)),
    "interval": eq(Integral(N(t, m, s1), (t, a, a + b)), Phi((a + b - m) / s1) - Phi((a - m) / s1)),
    "sum of integrals": eq(
        Integral(w * N(t, m, s1), (t, -oo, a)) + Integral(p * N(t, -m, 1), (t, a, oo)),
        w * Phi((a - m) / s1) + p * Phi(-a - m),
    ),
    "Laplace half line": eq(
        Integral(L(t, m, b), (t, -oo, a)),
        sp.Piecewise((exp((a - m) / b) / 2, a < m), (1 - exp((m - a) / b) / 2, True)),
    ),
    "Phi and its mirror": eq(Phi(-x) + Phi(x), 1),
    "Phi increases": Equivalent(Phi(x) > Phi(a), x > a),
    "above one half": Equivalent(Phi(x) >= Rational(1, 2), x >= 0),
    "erf": eq(sp.erf(x / sqrt(2)), 2 * Phi(x) - 1),
    "roots": eq(sqrt(2 * eta**2) * sqrt(2), 2 * eta),
    "root of a sum": Equivalent(sqrt(1 + eta) < 1 + gap, 1 + eta < (1 + gap) ** 2),
    "cases": Implies(sp.Eq(x1, -1), eq(sp.Piecewise((x2, x1 < 0), (-x2, True)), x2)),
    "maximum": eq(sp.Max(x, a) + sp.Min(x, a), x + a),
    "closed domain": closed * (1 - closed) <= Rational(1, 4),
    "guarded logarithm": Implies(x > 1, log(x) > 0),
    "exponents with a float": eq(
        N(x2, Rational(0.3), 1) / N(x2, -Rational(0.3), 1) * exp(-Rational(0.3) * x2), exp(Rational(0.3) * x2)
    ),
    "large exponents": Equivalent(exp(1000 * x2) < exp(3000 * x), x2 < 3 * x),
    "exponents of different steps": eq(exp(eta / 2) ** 3 * exp(eta / 3), exp(11 * eta / 6)),
}


@pytest.mark.parametrize("statement", PROVED.values(), ids=PROVED.keys())
def test_proved(statement):
    verdict = algebra(Goal(statement), limits=Limits())
    assert (verdict.status, verdict.why) == ("PROVED", "")


def test_conditions_are_used():
    strict = (1 - p) * exp(-2 * eta**2) < p
    assert algebra(Goal(strict, (p >= Rational(1, 2),)), limits=Limits()).status == "PROVED"
    assert algebra(Goal(strict), limits=Limits()).status == "REFUTED"
    assert algebra(Goal(eq(x1 * x2, -x2), (sp.Eq(x1, -1),)), limits=Limits()).status == "PROVED"
    either = (sp.Or(sp.Eq(x1, -1), sp.Eq(x1, 1)),)
    assert algebra(Goal(eq(x1**2, 1), either), limits=Limits()).status == "PROVED"
    assert algebra(Goal(eq(x1, 1), either), limits=Limits()).status == "REFUTED"


def test_a_tie_is_found_at_its_exact_place():
    verdict = algebra(
        Goal(Equivalent((1 - p) * exp(-2 * eta**2) < p, (1 - p) * exp(-2 * eta**2) <= p)), limits=Limits()
    )
    assert verdict.status == "REFUTED"
    at = verdict.witness
    assert sp.simplify(exp(2 * at[eta] ** 2) - (1 - at[p]) / at[p]) == 0


@pytest.mark.parametrize(
    "statement",
    [x / x1 > x / x1 - 1, log(x) <= log(x) + 1, sqrt(x) + 1 > 0, exp(1 / x) > 0],
    ids=["quotient", "logarithm", "root", "inside"],
)
def test_what_may_be_undefined_is_not_proved(statement):
    verdict = algebra(Goal(statement), limits=Limits())
    assert verdict.status == "UNDECIDED" and "cannot show" in verdict.why
    assert algebra(Goal(statement, (x > 0, x1 > 0)), limits=Limits()).status == "PROVED"


def test_given_that_is_undefined_excludes_the_point():
    assert algebra(Goal(x > 0, (log(x) < 5,)), limits=Limits()).status == "PROVED"


def test_nothing_follows_from_the_impossible():
    assert algebra(Goal(p < 2, (p > 1,)), limits=Limits()).status == "VACUOUS"
    assert algebra(Goal(x > 5, (x > 1, x < -1)), limits=Limits()).status == "VACUOUS"


def test_a_symbol_without_a_domain_is_not_read():
    assert "no domain" in algebra(Goal(eq((t + 1) ** 2, t**2 + 2 * t + 1)), limits=Limits()).why


def test_two_parameters_of_one_name_stay_apart():
    unit, line = parameter("q", between=(0, 1)), parameter("q", real=True)
    assert algebra(Goal(unit > line), limits=Limits()).status == "REFUTED"


def test_what_it_does_not_know_stays_undecided():
    assert algebra(Goal(Exists(sp.Tuple(a), a > x)), limits=Limits()).status == "UNDECIDED"
    assert algebra(Goal(sp.sin(x) <= 1), limits=Limits()).status in ("UNDECIDED", "PROVED")
    polya = 2 * Phi(eta) - 1 < sqrt(1 - exp(-2 * eta**2 / sp.pi))
    assert algebra(Goal(polya), limits=Limits()).status == "UNDECIDED"


def test_reductions_are_stated():
    verdict = algebra(Goal(PROVED["exact condition"]), limits=Limits())
    assert any("p/(1 - p)" in sentence for sentence in verdict.reductions)
