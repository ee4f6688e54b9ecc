"""Closed forms of integrals against quadrature at thirty digits."""

import mpmath
import pytest
import sympy as sp

from symadv.language.functions import LaplaceDensity, NormalDensity
from symadv.language.goals import Goal
from symadv.language.limits import Limits
from symadv.language.parameters import parameter
from symadv.provers._field import Unsupported
from symadv.provers._integrals import value
from symadv.provers.algebra import algebra

t = sp.Symbol("t", real=True)
R = sp.Rational
N, L = NormalDensity, LaplaceDensity

INTEGRALS = [
    (N(t, R(1, 3), 2), -sp.oo, sp.sqrt(2), ()),
    (3 * N(t, -1, R(1, 5)) + N(t, 0, 1) / 7, R(-1, 2), sp.oo, ()),
    (sp.exp(-(t**2) + 3 * t - 2), -1, sp.log(2), ()),
    (sp.exp(-3 * t + 1), 2, sp.oo, ()),
    (sp.exp(R(5, 2) * t), -sp.oo, R(1, 3), ()),
    (L(t, R(1, 2), 3), -2, 4, (R(1, 2),)),
    (L(t, R(1, 2), 3), 1, 4, ()),
    (L(t, R(1, 2), 3), -sp.oo, R(1, 2), ()),
    (sp.exp(-2 * sp.Abs(3 - t) + t), -sp.oo, sp.oo, (3,)),
    (sp.Integer(5) / 3, -1, 2, ()),
    (N(t, 0, 1), 2, -3, ()),
]


@pytest.mark.parametrize(("integrand", "low", "high", "kinks"), INTEGRALS)
def test_against_quadrature(integrand, low, high, kinks):
    with mpmath.workdps(30):
        f = sp.lambdify(
            t,
            integrand.doit()
            if integrand.is_Function
            else sp.expand(integrand.replace(lambda e: isinstance(e, N | L), lambda e: e.doit())),
            "mpmath",
        )
        middle = [sp.sympify(k) for k in kinks or ([0] if sp.oo in (high, -low) and low < 0 < high else [])]
        ends = [
            mpmath.mpf(sp.N(e, 30)) if e not in (sp.oo, -sp.oo) else mpmath.inf * sp.sign(e)
            for e in map(sp.sympify, (low, *middle, high))
        ]
        expected = mpmath.quad(f, [mpmath.mpf(e) for e in ends])
        got = mpmath.mpf(sp.N(value(sp.Integral(integrand, (t, low, high))), 30))
        assert mpmath.almosteq(got, expected, 1e-25, 1e-25)


@pytest.mark.parametrize(
    ("integrand", "low", "high"),
    [
        (sp.exp(t), 0, sp.oo),
        (sp.Integer(1), 0, sp.oo),
        (sp.exp(t**2), 0, 1),
        (sp.exp(-(t**3)), 0, 1),
        (sp.sin(t), 0, 1),
        (t * N(t, 0, 1), 0, 1),
        (N(t, 0, 1) ** sp.Rational(1, 2) * sp.exp(2 * t**2), 0, 1),
    ],
)
def test_what_has_no_rule_is_refused(integrand, low, high):
    with pytest.raises(Unsupported):
        value(sp.Integral(integrand, (t, low, high)))


def test_an_integral_that_is_compared_with_itself_is_read_once():
    std = parameter("std", positive=True)
    total = sp.Integral(3 * N(t, 1, std), (t, 0, sp.oo)) + 1
    assert algebra(Goal(sp.Eq(total, total, evaluate=False)), limits=Limits()).status == "PROVED"
    for undefined in (sp.Integral(1 / t, (t, 0, 1)), sp.Integral(N(t, 1, std - 1), (t, 0, 1)), total / (std - 1)):
        same = sp.Eq(undefined, undefined, evaluate=False)
        assert algebra(Goal(same), limits=Limits()).status == "UNDECIDED"
