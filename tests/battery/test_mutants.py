"""Slips of the pen: made everywhere, each once, none of them nonsense."""

import pytest
import sympy as sp

import symadv as sa
from symadv.battery import mutants
from symadv.battery.mutants import true_goals
from symadv.battery.shots import refuted_at_random, refuted_on_boundaries
from symadv.language.functions import NormalDensity, Phi
from symadv.language.goals import Goal

p = sa.parameter("p", between=(0, 1))
eta = sa.parameter("eta", positive=True)


x, y = sa.parameter("x", real=True), sa.parameter("y", real=True)


def cells(test):
    return sp.Piecewise((p, test), (1 - p, True))


def statements(statement, given=()):
    return {(m.operator, m.goal.statement) for m in mutants(Goal(statement, given, "g"))}


def test_every_kind_of_slip_is_made():
    x = sa.parameter("x", real=True)
    made = statements(sp.And(p * sp.exp(-eta) < 2, sp.Or(Phi(eta) >= p, sp.Max(eta, p) > sp.Abs(x))))
    for wrong in (
        ("strictness", sp.And(p * sp.exp(-eta) <= 2, sp.Or(Phi(eta) >= p, sp.Max(eta, p) > sp.Abs(x)))),
        ("direction", sp.And(p * sp.exp(-eta) > 2, sp.Or(Phi(eta) >= p, sp.Max(eta, p) > sp.Abs(x)))),
        ("probability", sp.And((1 - p) * sp.exp(-eta) < 2, sp.Or(Phi(eta) >= p, sp.Max(eta, p) > sp.Abs(x)))),
        ("tail", sp.And(p * sp.exp(-eta) < 2, sp.Or(1 - Phi(eta) >= p, sp.Max(eta, p) > sp.Abs(x)))),
        ("connective", sp.And(p * sp.exp(-eta) < 2, Phi(eta) >= p, sp.Max(eta, p) > sp.Abs(x))),
        ("sign", sp.And(p * sp.exp(eta) < 2, sp.Or(Phi(eta) >= p, sp.Max(eta, p) > sp.Abs(x)))),
        ("condition", sp.Or(Phi(eta) >= p, sp.Max(eta, p) > sp.Abs(x))),
        ("factor", sp.And(p < 2, sp.Or(Phi(eta) >= p, sp.Max(eta, p) > sp.Abs(x)))),
        ("extremum", sp.And(p * sp.exp(-eta) < 2, sp.Or(Phi(eta) >= p, sp.Min(eta, p) > sp.Abs(x)))),
        ("growth", sp.And(p * sp.exp(-eta) < 2, sp.Or(Phi(eta) >= p, sp.Max(eta, p) > x**2))),
        ("number", sp.And(p * sp.exp(-eta) < 3, sp.Or(Phi(eta) >= p, sp.Max(eta, p) > sp.Abs(x)))),
    ):
        assert wrong[1] in {statement for _, statement in made}, wrong  # two kinds may make the same mistake
        assert wrong[0] in {kind for kind, _ in made}


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("tie", sp.Eq(cells(x < 0), p), sp.Eq(cells(x <= 0), p)),
        ("swap", sp.Eq(cells(x < 0), p), sp.Eq(sp.Piecewise((1 - p, x < 0), (p, True)), p)),
        ("branch", cells(x < 0) < eta, p < eta),
        ("quantifier", sa.ForAll(sp.Tuple(x), x < eta), sa.Exists(sp.Tuple(x), x < eta)),
        ("addition", p < eta, sp.And(p < eta, p > sp.Rational(1, 2))),
        ("addition", x < eta, sp.And(x < eta, x > 0)),
        ("term", p + eta < x, p < x),
        ("prior", p / 2 < x, p < x),
        ("prior", p / 4 < x, p / 2 < x),
        ("normaliser", y**2 / (eta * (1 + eta)) < x, y**2 < x),
        ("normaliser", NormalDensity(x, p, eta) < 1, NormalDensity(x, p, eta**2) < 1),
        ("normaliser", NormalDensity(x, p, eta) < 1, eta * NormalDensity(x, p, eta) < 1),
        ("norm", sp.Max(sp.Abs(x), sp.Abs(y)) < 1, sp.Abs(x) + sp.Abs(y) < 1),
        ("norm", sp.Max(sp.Abs(x), sp.Abs(y)) < 1, sp.sqrt(x**2 + y**2) < 1),
        ("norm", sp.Abs(x) + sp.Abs(y) < 1, sp.Max(sp.Abs(x), sp.Abs(y)) < 1),
        ("norm", sp.sqrt(x**2 + y**2) < 1, sp.Abs(x) + sp.Abs(y) < 1),
        ("norm", sp.And(sp.Abs(x) <= 1, sp.Abs(y) <= 1, x < y), sp.And(sp.Abs(x) + sp.Abs(y) <= 1, x < y)),
        ("extremum", sp.Abs(x) < y, -sp.Abs(x) < y),
        ("number", eta**2 < x, eta**3 < x),
    ],
)
def test_a_slip_of_each_kind(kind, right, wrong):
    assert (kind, wrong) in statements(right)


def test_a_density_without_a_scale_is_no_slip():
    made = statements(NormalDensity(x, p, 1) < eta)
    assert not any(d.args[2].is_nonpositive for _, s in made for d in s.atoms(NormalDensity))


def test_thresholds_are_off_by_a_millionth_and_by_a_millionth_of_that():
    made = {s for operator, s in statements(p < eta) if operator == "boundary"}
    assert made == {p < eta + sign * sp.Rational(1, 10**k) for k in (6, 12) for sign in (1, -1)}


def test_a_hypothesis_is_forgotten():
    found = [m for m in mutants(Goal(p > eta, (p > sp.Rational(1, 2), eta < 1), "g")) if m.operator == "hypothesis"]
    assert {m.goal.given for m in found} == {(eta < 1,), (p > sp.Rational(1, 2),)}


def test_what_is_no_statement_about_real_numbers_is_left_out():
    made = statements(sp.log(p / (1 - p)) > sp.sqrt(2) * eta)
    assert not any(s.has(sp.I) or s in (sp.true, sp.false) for _, s in made)
    assert not any(node.args[0].is_negative for _, s in made for node in s.atoms(sp.log))


def test_names_are_distinct():
    found = mutants(Goal(sp.And(p * eta < 2, p + eta > 1), (p > eta,), "g"))
    assert len({m.name for m in found}) == len(found) == len({(m.goal.statement, m.goal.given) for m in found})


def test_bound_variables_stay():
    x = sa.parameter("x", real=True)
    made = mutants(Goal(sa.ForAll(sp.Tuple(x), x**2 >= 0), (), "g"))
    assert any(isinstance(m.goal.statement, sa.Exists) for m in made)
    assert all(m.goal.statement.args[0] == sp.Tuple(x) for m in made)


def test_the_condition_of_a_refuted_claim_is_a_true_goal():
    claim = sa.Claim("c", "", "", "", "", p > sp.Rational(1, 2), exactly_when=p > sp.Rational(1, 2), expects="REFUTED")
    assert list(true_goals(claim)) == []  # nobody said that the condition is exact
    (goal,) = true_goals(sa.Claim(**(vars(claim) | {"expects_exactness": "PROVED", "statement": 2 * p > 1})))
    assert goal.statement == sp.Equivalent(2 * p > 1, p > sp.Rational(1, 2))


def test_points_refute_what_is_false_and_only_that():
    thin = sp.Rational(1, 10**12)
    assert refuted_at_random(Goal(p > sp.Rational(1, 2), (), "half"))
    assert not refuted_at_random(Goal(p < 1 + thin, (), "always"))
    assert not refuted_on_boundaries(Goal(p < 1 + thin, (), "always"))
    sliver = Goal(sp.Ne(p, sp.Rational(2, 7)), (), "one point")  # of measure zero: only a boundary point finds it
    assert not refuted_at_random(sliver)
    assert refuted_on_boundaries(sliver)
    assert not refuted_on_boundaries(Goal(p > sp.Rational(1, 2), (p > sp.Rational(1, 2),), "given"))
