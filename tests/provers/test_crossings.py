"""What fails only where two sides happen to be equal is refuted at a root, and the root is looked at once more."""

import mpmath
import pytest
import sympy as sp
from sympy import And, Equivalent, Implies, Ne, Rational, exp

from symadv.check import prove
from symadv.language.functions import Expit, NormalDensity, Phi
from symadv.language.goals import Goal
from symadv.language.parameters import Parameter, parameter
from symadv.language.real_roots import RealRoot
from symadv.provers._asking import _replayed
from symadv.provers._replay import truth

p, eta = parameter("p", between=(0, 1)), parameter("eta", positive=True)
x, y = parameter("x", real=True), parameter("y", real=True)

FALSE_AT_A_ROOT = {
    "a fixed point": (Ne(exp(-eta), eta), ()),
    "a quantile": (Ne(Phi(x), Rational(1, 3)), ()),
    "a quintic": (Ne(x**5 - x, 1), ()),
    "under a condition": (Ne(x * exp(x), 1), (x > Rational(1, 2), x < Rational(3, 4))),
    "two sides of a slip": (Ne((1 - p) * Expit(-2 * eta**3), (1 - p) * NormalDensity(-eta, eta, 1)), ()),
    "an implication": (Implies(sp.Eq(x * exp(x), 1), x > 1), ()),
    "an equivalence": (Equivalent(sp.Eq(exp(-eta), eta), eta > 10), (eta < 1,)),
}
TRUE = {
    "no root": (Ne(exp(-eta), -eta), ()),
    "a root outside": (Ne(exp(-eta), eta), (eta > 1,)),
    "a pole is no root": (Ne(1 / (x - 1), 0), (Ne(x, 1),)),
    "what holds at the root": (Implies(sp.Eq(exp(-eta), eta), And(eta > Rational(1, 2), eta < Rational(3, 5))), ()),
}


@pytest.mark.parametrize("name", FALSE_AT_A_ROOT)
def test_it_is_refuted_at_a_root(name):
    statement, given = FALSE_AT_A_ROOT[name]
    verdict = prove(statement, given=given)
    assert verdict.status == "REFUTED" and len(verdict.witness) == len(statement.free_symbols)
    root = next(value for value in verdict.witness.values() if isinstance(value, RealRoot))
    (equation,) = statement.atoms(sp.Equality, sp.Unequality)
    others = {q: value for q, value in verdict.witness.items() if value is not root}
    (moved,) = set(verdict.witness) - set(others)
    with mpmath.workdps(40):  # both sides agree there, by another arithmetic
        difference = (equation.lhs - equation.rhs).doit().xreplace(others)
        f = sp.lambdify(
            moved, difference, [{"Phi": mpmath.ncdf, "Expit": lambda t: 1 / (1 + mpmath.exp(-t))}, "mpmath"]
        )
        assert abs(f(mpmath.mpf(str(sp.N(root, 38))))) < mpmath.mpf("1e-35")
    for condition in given:
        assert bool(condition.subs({q: sp.N(value, 30) for q, value in verdict.witness.items()}))


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_not_refuted(name):
    statement, given = TRUE[name]
    assert prove(statement, given=given).status in ("PROVED", "UNDECIDED")


def root(expression, low, high):
    v = Parameter("v", sp.Interval.open(Rational(low), Rational(high)))
    return RealRoot(expression(v), v)


def test_a_root_that_is_made_up_refutes_nothing():
    for forged in (
        root(lambda v: v**2 + 1, 0, 1),  # no zero
        root(lambda v: 1 / (v - Rational(1, 2)), 0, 1),  # a pole
        root(lambda v: exp(-v) - v, 1, 2),  # a zero elsewhere
        root(lambda v: exp(-v) - v - Rational(1, 10**12), 0, 1),  # of something else
    ):
        assert not _replayed(Goal(Ne(exp(-eta), eta)), {eta: forged})
    assert _replayed(Goal(Ne(exp(-eta), eta)), {eta: root(lambda v: exp(-v) - v, 0, 1)})
    assert not _replayed(Goal(Ne(x, x + 1)), {x: root(lambda v: v - 1, 0, 2)})


def test_other_conditions_are_decided_at_a_root_by_balls():
    at = {eta: root(lambda v: exp(-v) - v, 0, 1)}
    assert truth(eta > Rational(567, 1000), at) and truth(eta < Rational(568, 1000), at)
    assert truth(sp.Eq(2 * exp(-eta), 2 * eta, evaluate=False), at) in (True, None)
    assert truth(sp.Eq(eta**2, exp(-2 * eta), evaluate=False), at) is None  # true, and nobody says so
