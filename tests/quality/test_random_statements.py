"""Random statements: none that is PROVED fails at any of thousands of random points, none VACUOUS has a point."""

import random

import numpy as np
import pytest
import sympy as sp
from scipy.special import expit, ndtr

from symadv.check import check
from symadv.language.functions import Expit, Phi
from symadv.language.goals import Goal
from symadv.language.parameters import parameter

p = parameter("p", between=(0, 1))
eta = parameter("eta", positive=True)
x = parameter("x", real=True)
q = parameter("q", between=(-1, 2))
R, POINTS, STATEMENTS = sp.Rational, 4000, 40
RELATIONS = (sp.Gt, sp.Ge, sp.Lt, sp.Le, sp.Eq, sp.Ne)


def term(depth, pick):
    """A random expression; partial functions may be undefined somewhere."""
    if depth == 0 or pick.random() < 0.25:
        return pick.choice([p, 1 - p, eta, x, q, R(1, 2), sp.Integer(1), sp.Integer(2), sp.Integer(-1), R(1, 3)])
    a = term(depth - 1, pick)
    build = (
        lambda: a + term(depth - 1, pick),
        lambda: a - term(depth - 1, pick),
        lambda: a * term(depth - 1, pick),
        lambda: a / pick.choice([p, eta, 1 + eta, 1 - p, term(depth - 1, pick)]),
        lambda: a**2,
        lambda: sp.exp(a),
        lambda: sp.log(pick.choice([p, 1 - p, eta, 1 + x**2, a])),
        lambda: sp.sqrt(pick.choice([p, eta, 1 + x**2, a])),
        lambda: sp.Abs(a),
        lambda: Phi(a),
        lambda: Expit(a),
        lambda: sp.log(p / (1 - p)),
        lambda: pick.choice([sp.Max, sp.Min])(a, term(depth - 1, pick)),
        lambda: sp.Piecewise((a, x > q), (term(depth - 1, pick), True)),
    )
    return pick.choice(build)()


def relation(depth, pick):
    return pick.choice(RELATIONS)(term(depth, pick), term(depth, pick), evaluate=False)


def statement(pick):
    """One relation, or two that may have to do with each other."""
    first = relation(2, pick)
    if pick.random() < 0.5:
        return first
    second = (
        relation(1, pick)
        if pick.random() < 0.6
        else pick.choice(RELATIONS)(first.lhs * eta, first.rhs * eta, evaluate=False)
    )
    return pick.choice([sp.Implies, sp.Equivalent, sp.Or, sp.And])(first, second)


def goals(seed):
    pick, found = random.Random(seed), []
    while len(found) < STATEMENTS:
        given = [relation(1, pick)] if pick.random() < 0.35 else []
        given += [pick.choice([sp.Eq(x, -1), x > 0, p > R(1, 2), sp.Or(sp.Eq(x, 1), sp.Eq(x, -1))])] * (
            pick.random() < 0.2
        )
        goal = Goal(statement(pick), tuple(given), f"statement {len(found)}")
        if not any(c in (sp.true, sp.false) or c.has(sp.zoo, sp.nan, sp.I, sp.oo) for c in (goal.statement, *given)):
            found.append(goal)
    return found


def grid(rng):
    def mixed(draw, special):
        return np.where(rng.random(POINTS) < 0.7, draw, rng.choice(special, POINTS))

    return {
        p: mixed(rng.uniform(0, 1, POINTS), [0.5, 0.25, 0.1, 0.9, 1 / 3, 0.001, 0.999]),
        eta: mixed(rng.exponential(1, POINTS) + 1e-9, [1, 0.5, 2, 3, 0.01, 30]),
        x: mixed(rng.normal(0, 2, POINTS), [0, 1, -1, 0.5, 2, -30, 30]),
        q: mixed(rng.uniform(-1, 2, POINTS), [0, 1, 0.5, -0.999, 1.999]),
    }


NUMPY = {
    sp.Add: lambda *a: sum(a), sp.Mul: lambda *a: np.prod(a, axis=0), sp.Pow: np.power, sp.exp: np.exp, sp.log: np.log,
    sp.Abs: np.abs, Phi: ndtr, Expit: expit, sp.Max: lambda *a: np.max(a, axis=0), sp.Min: lambda *a: np.min(a, axis=0),
}  # fmt: skip


def values(node, at):
    """An expression at the points, by numpy alone; NaN where a case is not certain."""
    if node in at:
        return at[node]
    if node.is_number and not node.args:
        return np.full(POINTS, float(node))
    if isinstance(node, sp.Piecewise):
        (first, test), (second, _) = node.args
        chosen = truth(test, at)
        return np.where(chosen == 1, values(first, at), np.where(chosen == -1, values(second, at), np.nan))
    return NUMPY[node.func](*(values(a, at) for a in node.args))


def truth(condition, at):
    """1, -1 or 0 where a condition certainly holds, certainly fails, or is too close to tell."""
    if isinstance(condition, sp.And | sp.Or):
        return (np.min if isinstance(condition, sp.And) else np.max)([truth(a, at) for a in condition.args], axis=0)
    if isinstance(condition, sp.Not):
        return -truth(condition.args[0], at)
    if isinstance(condition, sp.Implies | sp.Equivalent):
        a, b = (truth(part, at) for part in condition.args)
        return np.maximum(-a, b) if isinstance(condition, sp.Implies) else a * b
    if condition in (sp.true, sp.false):
        return np.full(POINTS, 1 if condition else -1)
    left, right = (values(side, at) for side in condition.args)
    size = 1e-7 * (1 + np.abs(left) + np.abs(right))
    above, below, nowhere = left - right > size, right - left > size, np.zeros(POINTS, bool)
    yes, no = {
        sp.StrictGreaterThan: (above, below), sp.GreaterThan: (above, below), sp.StrictLessThan: (below, above),
        sp.LessThan: (below, above), sp.Equality: (nowhere, above | below), sp.Unequality: (above | below, nowhere),
    }[condition.func]  # fmt: skip
    certain = np.isfinite(left) & np.isfinite(right)
    return np.where(certain & yes, 1, np.where(certain & no, -1, 0))


@pytest.mark.parametrize("seed", [20, 21])
def test_no_wrong_verdict(seed):
    at = grid(np.random.default_rng(seed))
    report = check(goals(seed), thorough=True)
    counts = {
        status: sum(row.verdict.status == status for row in report) for status in ("PROVED", "REFUTED", "UNDECIDED")
    }
    with np.errstate(all="ignore"):
        for row in report:
            goal = row.subject
            inside = np.min([np.ones(POINTS), *(truth(c, at) for c in goal.given)], axis=0) == 1
            fails = inside & (truth(goal.statement, at) == -1)
            assert not (row.verdict.status == "PROVED" and fails.any()), (goal, row.verdict)
            assert not (row.verdict.status == "VACUOUS" and inside.any()), (goal, row.verdict)
    assert counts["PROVED"] >= 5 and counts["REFUTED"] >= 20 and counts["UNDECIDED"] <= STATEMENTS // 3
