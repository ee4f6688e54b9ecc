"""Special functions keep their tails and their derivatives."""

import mpmath
import pytest
import sympy as sp

from symadv.language.forms import coefficients_of, expand_outside
from symadv.language.functions import Expit, LaplaceDensity, NormalDensity, Phi, unfold
from symadv.language.parameters import parameter

x, m = parameter("x", real=True), parameter("m", real=True)
s = parameter("s", positive=True)


@pytest.mark.parametrize("z", [-37, -10, -1, 0, sp.Rational(1, 3), 10])
def test_phi_and_expit_to_30_digits(z):
    with mpmath.workdps(40):
        point = mpmath.mpf(sp.sympify(z).p) / sp.sympify(z).q
        truth = {Phi: mpmath.ncdf(point), Expit: 1 / (1 + mpmath.exp(-point))}
    for head, value in truth.items():
        assert abs(sp.Float(value, 35) / head(sp.sympify(z)).evalf(30) - 1) < sp.Float("1e-28")


def test_ends_and_derivatives():
    assert (Phi(sp.oo), Phi(-sp.oo), Phi(sp.S.Zero), Expit(sp.oo), Expit(-sp.oo)) == (1, 0, sp.S.Half, 1, 0)
    assert sp.simplify(sp.diff(Phi(x), x) - sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)) == 0
    assert sp.simplify(sp.diff(Expit(x), x).doit() - sp.diff(1 / (1 + sp.exp(-x)), x)) == 0
    assert Phi(x).is_positive and Phi(-x) != 1 - Phi(x)


@pytest.mark.parametrize("head", [NormalDensity, LaplaceDensity])
def test_densities_integrate_to_one(head):
    f = sp.lambdify(x, unfold(head(x, sp.Rational(1, 3), 2)), "mpmath")
    assert abs(mpmath.quad(f, [-mpmath.inf, mpmath.mpf(1) / 3, mpmath.inf]) - 1) < 1e-12


def test_expansion_stays_outside_functions():
    p = parameter("p", between=(0, 1))
    odds = sp.log(p / (1 - p))
    assert expand_outside((x + odds) * 2) == 2 * x + 2 * odds
    assert coefficients_of((x * s + odds) ** 2, x) == [s**2, 2 * s * odds, odds**2]
