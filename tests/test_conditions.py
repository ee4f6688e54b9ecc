"""Exact conditions: found, proved in both directions, or not given at all."""

import random

import mpmath
import pytest
import sympy as sp

import symadv as sa
from symadv.conditions import NoCondition, exact_condition, exactly_when
from symadv.language.errors import SymadvError

p = sa.parameter("p", between=(0, 1))
eta, b = sa.parameter("eta", positive=True), sa.parameter("b", positive=True)
x, y = sa.parameter("x", real=True), sa.parameter("y", real=True)
HALF = sp.Rational(1, 2)

FOUND = {
    "the article's inequality": ((1 - p) * sp.exp(-2 * eta**2) < p, p, ()),
    "not strict": ((1 - p) * sp.exp(-2 * eta**2) <= p, p, ()),
    "in the other parameter": ((1 - p) * sp.exp(-2 * eta**2) < p, eta, (p < HALF,)),
    "a square": (x**2 < p, p, ()),
    "between two roots": (x**2 <= p, x, ()),
    "outside two roots": (x**2 > b, x, ()),
    "a normal cdf": (sa.Phi(eta) > p, p, ()),
    "an equality": (sp.Eq(2 * x, b), x, ()),
    "a negative slope": (eta - b * x >= 1, x, ()),
    "of two relations one counts": (sp.And(x > y, x > y - 1), x, ()),
}


@pytest.mark.parametrize("name", FOUND)
def test_the_condition_agrees_with_the_statement(name):
    statement, v, given = FOUND[name]
    found = exact_condition(statement, solve_for=v, given=given)
    assert found.exactness.status == "PROVED" and found.exactness.prover
    ends = [r.rhs for r in found.condition.atoms(sp.core.relational.Relational)]
    assert ends and all(v not in end.free_symbols for end in ends)
    rng = random.Random(0)
    both = set()
    for _ in range(200):
        point = {q: value(q, rng) for q in statement.free_symbols}
        if all(holds(g, point) for g in given):
            assert holds(statement, point) == holds(found.condition, point), point
            both.add(holds(statement, point))
    assert both == {True, False} or isinstance(statement, sp.Eq)


def value(q, rng):
    if q.domain.end == 1:
        return sp.Rational(rng.randint(1, 999), 1000)
    return sp.Rational(rng.randint(1 if q.domain.start == 0 else -3000, 3000), 1000)


def holds(condition, point):
    """By mpmath at 30 digits, independently of the program's own arithmetic."""
    if isinstance(condition, sp.And):
        return all(holds(c, point) for c in condition.args)
    if isinstance(condition, sp.Or):
        return any(holds(c, point) for c in condition.args)
    with mpmath.workdps(40):
        left, right = (mpmath.mpf(sp.N(side.xreplace(point), 40)) for side in condition.args)
        return bool(condition.func(sp.sign(sp.Float(left - right)), 0))


def test_always_and_never():
    assert exactly_when(p < 2, solve_for=p) is sp.true
    assert exactly_when(x**2 < 0, solve_for=x) is sp.false
    assert exactly_when(p > HALF, solve_for=p, given=[p > sp.Rational(3, 5)]) is sp.true


def test_no_guess():
    with pytest.raises(NoCondition, match="no condition on x"):
        exactly_when(sp.exp(x) + x > y, solve_for=x)
    with pytest.raises(NoCondition, match="no point satisfies"):
        exactly_when(p < HALF, solve_for=p, given=[p > 2])


def test_wrong_questions():
    with pytest.raises(SymadvError, match="its parameters: p"):
        exactly_when(p < HALF, solve_for=x)
    with pytest.raises(SymadvError, match="wanted a condition"):
        exactly_when(p, solve_for=p)
