"""The smt prover: transcendental pieces as variables in their ranges, quantifiers, models back to exact points."""

import pytest
import sympy as sp
from sympy import Abs, Equivalent, Implies, Rational, exp, log, sqrt

from symadv.language.functions import Phi
from symadv.language.goals import Exists, ForAll, Goal
from symadv.language.limits import Limits
from symadv.language.parameters import parameter
from symadv.provers._replay import truth
from symadv.provers.smt import smt

p = parameter("p", between=(0, 1))
eta, gap, positive = (parameter(name, positive=True) for name in ("eta", "gap", "positive"))
x, y, a = (parameter(name, real=True) for name in ("x", "y", "a"))
odds = log(p / (1 - p))
strict = (1 - p) * exp(-2 * eta**2) < p


def some(variable, statement):
    return Exists(sp.Tuple(variable), statement)


def every(variable, statement):
    return ForAll(sp.Tuple(variable), statement)


PROVED = {
    "t = exp(-2 eta^2)": (strict, (p >= Rational(1, 2),)),
    "exact condition": (Equivalent(strict, p > exp(-2 * eta**2) / (1 + exp(-2 * eta**2))), ()),
    "linear, for all some": (every(x, some(y, sp.And(y > x, y < x + gap))), ()),
    "some, under the odds": (Equivalent(some(a, sp.And(a > odds, a < 0)), p < Rational(1, 2)), ()),
    "discriminant": (x**2 + a * x + 1 > 0, (Abs(a) < 2,)),
    "triangle inequality": (Implies(Abs(x - y) < gap / 2, Abs(x - y) < Abs(x - y - gap)), ()),
    "mixture of cdfs": (p * Phi(x) + (1 - p) * Phi(x + eta) > Phi(x), ()),
    "tangent of exp": (exp(x) >= 1 + x, ()),
    "tangents of log": (sp.And(log(eta) <= eta - 1, eta * log(eta) >= eta - 1), ()),
    "root": (Equivalent(sqrt(eta) < gap, eta < gap**2), ()),
    "root of a number": (sqrt(2) * eta < Rational(3, 2) * eta, ()),
    "closed formula": (some(x, sp.And(x**2 < 2, x > Rational(14142, 10000))), ()),
    "case distinction under a quantifier": (every(x, sp.Piecewise((x, x > 0), (-x, True)) >= 0), ()),
}

REFUTED = {
    "no condition": (strict, ()),
    "condition too weak": (strict, (p > Rational(49, 100),)),
    "no smallest positive number": (every(x, some(positive, positive < x)), ()),
    "discriminant with its end": (x**2 + a * x + 1 > 0, (Abs(a) <= 2,)),
    "some, under the odds": (some(a, sp.And(a > odds, a < 0)), ()),
    "closed formula": (some(x, x**2 < 0), ()),
    "cdf": (Phi(x) > Rational(1, 2), (x > -1,)),
}


@pytest.mark.parametrize(("statement", "given"), PROVED.values(), ids=PROVED.keys())
def test_proved(statement, given):
    verdict = smt(Goal(statement, given), limits=Limits())
    assert (verdict.status, verdict.why) == ("PROVED", "")


@pytest.mark.parametrize(("statement", "given"), REFUTED.values(), ids=REFUTED.keys())
def test_refuted_at_an_exact_point(statement, given):
    verdict = smt(Goal(statement, given), limits=Limits())
    assert verdict.status == "REFUTED"
    assert all(truth(condition, verdict.witness) for condition in given)
    if not statement.has(ForAll, Exists):
        assert truth(statement, verdict.witness) is False


def test_a_model_of_dropped_links_is_no_witness():
    """With e^x and e^(x^2) as independent variables there is a model; no x has it, and that is not a refutation."""
    verdict = smt(Goal(exp(x**2) * exp(Rational(1, 4)) >= exp(x)), limits=Limits())
    assert verdict.status in ("PROVED", "UNDECIDED")


def test_vacuous_needs_a_proof():
    impossible = (x * y > 0, x < -1, y > 0)
    assert smt(Goal(sp.Eq(x, y), impossible), limits=Limits()).status == "VACUOUS"
    assert smt(Goal(sp.Eq(x, x + 1, evaluate=False), impossible), limits=Limits()).status == "VACUOUS"


class Few(Limits):
    """A budget of a few hundred solver steps."""

    @property
    def solver_steps(self):
        return 300


def test_a_budget_of_steps_gives_up():
    statement = x**4 * y**2 + x**2 * y**4 + 1 >= 3 * x**2 * y**2  # Motzkin's, no sum of squares
    assert smt(Goal(statement), limits=Few()).status == "UNDECIDED"
    assert smt(Goal(statement), limits=Limits()).status == "PROVED"


def test_bound_and_free_variables_of_one_name():
    assert smt(Goal(sp.And(x < 1, every(x, x**2 >= 0)), (x < 0,)), limits=Limits()).status == "PROVED"
    assert smt(Goal(Implies(x > 0, every(x, x > 0))), limits=Limits()).status == "REFUTED"
