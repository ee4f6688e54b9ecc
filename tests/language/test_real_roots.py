"""Roots between two ends: enclosed where the intermediate value theorem gives them, no numbers elsewhere."""

import pickle

import flint
import mpmath
import pytest
import sympy as sp
from sympy import Rational, exp, log, sqrt

from symadv import catalog
from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.language.functions import Phi
from symadv.language.parameters import Parameter, parameter
from symadv.language.plain import from_plain, to_plain
from symadv.language.real_roots import RealRoot


def between(low, high):
    return Parameter("v", sp.Interval.open(Rational(low), Rational(high)))


v, w = between(0, 2), between("1/2", 2)
ROOTS = {
    "a fixed point": (exp(-v) - v, v),
    "Lambert": (v * exp(v) - 1, v),
    "a quantile": (Phi(v) - Rational(9, 10), v),
    "a quintic": (v**5 - v - 1, v),
    "an end that is nearly the root": (v - 1 - Rational(1, 10**40), v),
    "in the middle": (v - 1, v),
    "with an absolute value": (sp.Abs(w - 1) + log(w), w),
}
NONE = {
    "no change of sign": (v**2 + 1, v),
    "a pole": (1 / (v - Rational(1, 3)), v),
    "a pole in the middle": (1 / (v - 1), v),
    "undefined on one side": (sqrt(v - 1) - Rational(1, 2), v),
    "a zero at an end": (v, v),
    "touching zero": ((v - 1) ** 2, v),
}


@pytest.mark.parametrize("name", ROOTS)
def test_a_root_is_enclosed(name):
    expression, variable = ROOTS[name]
    root = RealRoot(expression, variable)
    with mpmath.workdps(60):
        f = sp.lambdify(variable, expression, [{"Phi": mpmath.ncdf}, "mpmath"])
        low, high = mpmath.mpf("0.5"), mpmath.mpf(2)
        for _ in range(190):  # halving once more, by another arithmetic
            middle = (low + high) / 2
            low, high = (low, middle) if (f(middle) > 0) == (f(high) > 0) else (middle, high)
        enclosure = ball(root, bits=150)
        with flint.ctx.workprec(200):
            assert abs(enclosure - flint.arb(mpmath.nstr(low, 55))) < flint.arb("1e-40")
        assert abs(mpmath.mpf(str(sp.N(root, 40))) - low) < mpmath.mpf("1e-38")
    assert root.free_symbols == set() and root.is_real and root.is_positive
    assert from_plain(to_plain(root)) == root == pickle.loads(pickle.dumps(root))
    for reader in ("text", "latex"):
        assert "root" in catalog.load("readers", reader)(root)


@pytest.mark.parametrize("name", NONE)
def test_where_no_root_is_certain_there_is_no_number(name):
    assert not ball(RealRoot(*NONE[name])).is_finite()


def test_a_root_is_one_of_a_formula_in_one_parameter_between_rationals():
    for expression, variable in (
        (v + parameter("b", real=True), v),
        (sp.Integer(1), v),
        (parameter("x", real=True), parameter("x", real=True)),
    ):
        with pytest.raises(SymadvError, match="root"):
            RealRoot(expression, variable)
