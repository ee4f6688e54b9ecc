"""Conditions at exact points, and the exact points that are tried."""

from itertools import islice

import pytest
import sympy as sp
from sympy import Rational, exp, log, sqrt

from symadv.language.functions import NormalDensity, Phi
from symadv.language.goals import Exists, ForAll, Goal
from symadv.language.parameters import Parameter, parameter
from symadv.provers._given import inside, search
from symadv.provers._points import in_domain, points
from symadv.provers._replay import truth
from symadv.provers._substitution import cases, free_parameters, opened, solved, substitute

p = parameter("p", between=(0, 1))
eta = parameter("eta", positive=True)
x, y = parameter("x", real=True), parameter("y", real=True)
half_open = Parameter("h", sp.Interval(0, 1, False, True))
t = sp.Symbol("t", real=True)


def eq(left, right):
    return sp.Eq(left, right, evaluate=False)


@pytest.mark.parametrize(
    ("condition", "point", "expected"),
    [
        (x > y, {x: 1, y: 1}, False),
        (x >= y, {x: Rational(1, 3), y: Rational(1, 3)}, True),
        (eq(exp(x), y), {x: 0, y: 1}, True),
        (eq(exp(x), y), {x: 1, y: Rational(271828, 100000)}, False),
        (exp(log(x)) < y, {x: 3, y: 3}, False),
        ((1 - p) * exp(-2 * eta**2) < p, {p: Rational(1, 4), eta: sqrt(log(3) / 2)}, False),
        ((1 - p) * exp(-2 * eta**2) <= p, {p: Rational(1, 4), eta: sqrt(log(3) / 2)}, True),
        (Phi(x) < Phi(y), {x: -40, y: -39}, True),
        (x / y > 0, {x: 1, y: 0}, None),
        (log(x) < 1, {x: -1}, None),
        (sqrt(x) >= 0, {x: -1}, None),
        (sp.Implies(y > 0, 1 / y > 0), {y: 0}, True),
        (sp.Or(x > 0, 1 / y > 0), {x: 1, y: 0}, True),
        (sp.And(x > 0, 1 / y > 0), {x: -1, y: 0}, False),
        (sp.Xor(x > 0, y > 0, evaluate=False), {x: 1, y: -1}, True),
        (sp.Piecewise((x, x > 0), (1 / x, True)) > 0, {x: 2}, True),
        (
            eq(sp.Integral(NormalDensity(t, x, 1), (t, -sp.oo, y)), Phi(y - x) + Rational(1, 10**20)),
            {x: 1, y: 2},
            False,
        ),
        (Exists(sp.Tuple(y), y > x), {x: 0}, None),
    ],
)
def test_truth_at_a_point(condition, point, expected):
    assert truth(condition, {k: sp.sympify(v) for k, v in point.items()}) is expected


def test_points_lie_in_their_domains_and_satisfy_the_equalities():
    given = (sp.Eq(x, 2 * y + 1), sp.Or(sp.Eq(y, -1), sp.Eq(y, 3)))
    found = list(points(p * eta + x > half_open, given, 60))
    assert len(found) == 60 and {point[y] for point in found} == {-1, 3}
    for point in found:
        assert point[x] == 2 * point[y] + 1
        assert all(in_domain(parameter, value) for parameter, value in point.items())
    assert 0 in {point[half_open] for point in found} and 1 not in {point[half_open] for point in found}


def test_points_come_in_the_same_order_and_the_simple_ones_first():
    first, again = (list(islice(points(x + y > p, (), 20), 20)) for _ in range(2))
    assert first == again and first[0] == {x: 0, y: 0, p: Rational(1, 2)}


def test_the_boundary_is_tried():
    assert search(Goal(sp.Ne(x**2, eta)), 100).witness is not None
    assert search(Goal(sp.Ne(exp(3 * x + 1), eta)), 100).witness is not None
    assert search(Goal(sp.Ne((1 - p) * exp(-2 * eta**2), p)), 100).witness is not None


def test_a_narrow_gap_between_two_numbers_is_found():
    assert inside(Goal(x > 0, (x > Rational(123, 1000), x < Rational(124, 1000))), 100) is not None
    assert inside(Goal(x > 0, (x > 1, x < 1)), 100) is None


def test_alternatives_and_equalities():
    given = (sp.Or(sp.Eq(x, 1), sp.Eq(x, -1)), y > x)
    assert {frozenset(case) for case in cases(given)} == {frozenset({sp.Eq(x, s), y > x}) for s in (-1, 1)}
    mapping, rest = solved((sp.Eq(x, -1), y > x, sp.Eq(2 * p, half_open)))
    assert mapping[x] == -1 and len(mapping) == 2
    assert all(not free & set(mapping) for free in (set(free_parameters(c)) for c in rest))


def test_leading_quantifiers_are_opened():
    inner = ForAll(sp.Tuple(x), sp.Implies(Exists(sp.Tuple(y), y > x), x > 0))
    assert not opened(inner).has(ForAll, Exists)
    clash = opened(sp.And(x > 0, ForAll(sp.Tuple(x), x > 5)))
    assert len(free_parameters(clash)) == 2
    assert opened(Exists(sp.Tuple(y), y > x)).has(Exists)


def test_substitution_leaves_relations_as_they_are():
    replaced = substitute(eq(x + y, y + x * 2), {y: sp.Integer(1)})
    assert isinstance(replaced, sp.Equality) and substitute(x > 0, {x: sp.Integer(1)}) is not sp.true
