"""SMT-LIB scripts: what they say, by z3 and by hand."""

import pytest
import sympy as sp
import z3

from symadv.language.errors import SymadvError
from symadv.language.goals import Exists, ForAll
from symadv.language.parameters import parameter
from symadv.readers.smtlib import smtlib

p = parameter("p", between=(0, 1))
x, y = parameter("x", real=True), parameter("y", real=True)


def satisfiable(*conditions):
    solver = z3.Solver()
    solver.from_string(smtlib(*conditions))
    return {"sat": True, "unsat": False}[str(solver.check())]


def test_the_script_is_what_one_would_write():
    assert smtlib(3 * x**2 < x - sp.Rational(1, 2)).splitlines() == [
        "(declare-const |x| Real)",
        "(assert (< (* 3.0 (* |x| |x|)) (+ (- (/ 1.0 2.0)) |x|)))",
        "(check-sat)",
    ]


def test_domains_are_asserted():
    assert satisfiable(p > sp.Rational(99, 100)) and not satisfiable(p >= 1) and not satisfiable(sp.Eq(p, 0))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (sp.And(sp.Abs(x) < 1, x < -1), False),
        (sp.And(sp.Max(x, y, 3) < 4, sp.Min(x, y) > 3), True),
        (sp.Max(x, y, 3) < 3, False),
        (sp.And(sp.Eq(sp.sqrt(x), 3), x < 9), False),
        (sp.And(sp.Eq(sp.sqrt(x), 3), sp.Eq(x, 9)), True),
        (sp.Eq(sp.sqrt(x), -1, evaluate=False), False),
        (sp.And(sp.Eq(sp.Piecewise((x, x > 0), (-x, True)), 2), x < 0), True),
        (sp.Equivalent(x > 0, x <= 0, evaluate=False), False),
        (sp.Implies(x > 0, x < 0), True),
        (sp.And(sp.Ne(x, y), x >= y, x <= y), False),
        (ForAll(sp.Tuple(x), Exists(sp.Tuple(y), y > x)), True),
        (Exists(sp.Tuple(y), ForAll(sp.Tuple(x), y > x)), False),
        (ForAll(sp.Tuple(p), p < 1), True),
        (Exists(sp.Tuple(p), p >= 1), False),
    ],
)
def test_meaning(condition, expected):
    assert satisfiable(condition) is expected


def test_two_symbols_of_one_name():
    other = parameter("p", real=True)
    assert satisfiable(other > 2, p < sp.Rational(1, 2))


@pytest.mark.parametrize(
    "term", [sp.exp(x) > 1, 1 / x > 0, x ** sp.Rational(1, 3) > 0, ForAll(sp.Tuple(y), sp.sqrt(y) > y)]
)
def test_what_is_no_polynomial_is_refused(term):
    with pytest.raises(SymadvError, match="wanted polynomials"):
        smtlib(term)
