"""Goals as statements of Rocq: what they say, that their terms are defined, names, and what is refused."""

import pytest
import sympy as sp
from sympy import Rational

from symadv.language.errors import SymadvError
from symadv.language.functions import Expit, NormalDensity, Phi
from symadv.language.goals import Exists, ForAll, Goal
from symadv.language.parameters import Parameter, parameter
from symadv.readers._rocq_cases import by_cases
from symadv.readers.rocq import rocq

p, eta = parameter("p", between=(0, 1)), parameter("eta", positive=True)
x, y = parameter("x", real=True), parameter("y", real=True)


def said(statement, *given):
    return " ".join(rocq(Goal(statement, given)).split())


def test_the_statement_is_what_one_would_write():
    statement = (1 - p) * sp.exp(-2 * eta**2) < p
    assert said(statement, p >= sp.Rational(1, 2)) == (
        "forall eta p : R, 0 < eta -> 0 < p -> p < 1 -> p >= 1 / 2 -> (1 - p) * exp (- 2 * eta ^ 2) < p"
    )


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (sp.Ne(x, -3), "x <> - 3"),
        (sp.Eq(-x / 2, y, evaluate=False), "- x / 2 = y"),
        (sp.Abs(x - y) <= sp.Max(x, y, 1), "Rabs (x - y) <= Rmax (Rmax 1 x) y"),
        (sp.Pow(x * (x + y), 2, evaluate=False) > sp.pi, "((x + y) * x) ^ 2 > PI"),
        (Phi(-x) < Expit(x), "Phi (- x) < expit x"),
        (sp.Gt(sp.exp(1) * x, 0, evaluate=False), "exp 1 * x > 0"),
        (NormalDensity(x, -y, 2) > x, "normal x (- y) 2 > x"),
        (sp.Or(x > 0, sp.And(y > 0, x < y)), "x > 0 \\/ y > 0 /\\ x < y"),
        (sp.And(y > 0, sp.Or(x > 0, x < y)), "y > 0 /\\ (x > 0 \\/ x < y)"),
        (sp.Implies(sp.Implies(x > 0, y > 0), sp.Not(sp.And(x > 0, y > 0))), "(x > 0 -> y > 0) -> ~ (x > 0 /\\ y > 0)"),
        (sp.Equivalent(x > 0, y > 0), "x > 0 <-> y > 0"),
    ],
)
def test_operators_keep_their_order(statement, expected):
    variables = sorted({s.name for s in statement.free_symbols})
    assert said(statement) == f"forall {' '.join(variables)} : R, {expected}"


def test_quantifiers_range_over_the_domains():
    statement = ForAll(sp.Tuple(eta), Exists(sp.Tuple(p, y), sp.And(x < y, p < eta)))
    assert said(statement) == (
        "forall x : R, forall eta : R, 0 < eta -> exists p y : R, 0 < p /\\ p < 1 /\\ (p < eta /\\ x < y)"
    )


def test_a_closed_goal_has_no_quantifier():
    assert said(sp.Gt(Phi(1), sp.Rational(1, 2), evaluate=False)) == "Phi 1 > 1 / 2"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (1 / x > 0, "x <> 0"),
        (sp.log(x) > 0, "0 < x"),
        (sp.sqrt(x) > 0, "0 <= x"),
        (x ** sp.Rational(-1, 2) > 0, "0 < x"),
        (sp.log(1 / x) > 0, "x <> 0 /\\ 0 < 1 / x"),
        (NormalDensity(0, 0, x) > 1, "0 < x"),
        (sp.And(x > 1, 1 / x < 1), "x <> 0"),
        (sp.Implies(x > 1, 1 / x < 1), "(x > 1 -> x <> 0)"),
        (sp.Implies(1 / x < 1, sp.log(x) > 0), "x <> 0 /\\ (1 / x < 1 -> 0 < x)"),
        (ForAll(sp.Tuple(y), x / y < 1), "(forall y : R, y <> 0)"),
        (Exists(sp.Tuple(eta), x / (eta + x) < 1), "(forall eta : R, 0 < eta -> eta + x <> 0)"),
    ],
)
def test_that_terms_are_defined_is_part_of_the_statement(statement, expected):
    assert expected in said(statement).split(" ( ")[0].removeprefix("forall x : R, ")


def test_what_is_given_guards_what_is_stated():
    assert "(x > 1 -> 0 < x)" in said(sp.log(x) > 0, x > 1)


def test_numerals_need_no_condition():
    assert said(sp.log(9) * x / sp.Integer(6) > NormalDensity(x, 0, 1)) == "forall x : R, x * ln 9 / 6 > normal x 0 1"


def test_integrals_have_to_exist():
    tail = sp.Integral(NormalDensity(y, 0, 1), (y, x, sp.oo))
    body = "(fun y : R => normal y 0 1) (at_point x) (Rbar_locally p_infty)"
    assert said(tail > 0) == f"forall x : R, ex_RInt_gen {body} /\\ ( RInt_gen {body} > 0)"
    between = sp.Integral(NormalDensity(y, 0, 1), (y, 0, x))
    assert "ex_RInt (fun y : R => normal y 0 1) 0 x" in said(between > 0)


def test_names_are_no_words_of_the_language():
    strange = [parameter(name, real=True) for name in ("exp", "forall", "R", "Phi")]
    assert said(sp.Eq(sum(strange), sp.exp(x))).startswith("forall Phi_ R_ exp_ forall_ x : R,")


def test_two_symbols_of_one_name_stay_apart():
    other = parameter("x", positive=True)
    assert said(sp.Eq(x, other)) in (
        "forall x x_ : R, 0 < x_ -> x = x_",
        "forall x x_ : R, 0 < x -> x_ = x",
        "forall x x_ : R, 0 < x_ -> x_ = x",
        "forall x x_ : R, 0 < x -> x = x_",
    )


def test_a_bound_name_does_not_capture_a_free_one():
    inner = parameter("x", positive=True)
    assert said(Exists(sp.Tuple(inner), inner > x)) == "forall x : R, exists x_ : R, 0 < x_ /\\ x_ > x"


@pytest.mark.parametrize(
    "statement",
    [sp.sin(x) > 0, x > sp.Float("0.1"), sp.Eq(x, sp.zoo, evaluate=False)],
)
def test_what_rocq_does_not_say_is_refused(statement):
    with pytest.raises(SymadvError, match="Rocq has no"):
        rocq(Goal(statement))


def test_a_name_that_rocq_cannot_read_is_refused():
    with pytest.raises(SymadvError, match="parameter name"):
        rocq(Goal(Parameter("x y", sp.Interval.open(0, 2)) > 1))


chosen = sp.Piecewise((x, x > 0), (y, sp.Eq(x, 0)), (1 - x, True))


def test_values_by_cases_are_spoken_of_case_by_case():
    assert said(chosen > y) == (
        "forall x y : R, (x > 0 -> x > y) /\\ (x = 0 /\\ x <= 0 -> y > y) /\\ (x <= 0 /\\ x <> 0 -> 1 - x > y)"
    )


def test_cases_that_leave_something_out_have_to_apply():
    partial = sp.Piecewise((1 / y, x > 0), (y, x < -1))
    assert said(partial > 0).startswith("forall x y : R, (x > 0 \\/ x < - 1) /\\ (x > 0 -> y <> 0) /\\ (")


@pytest.mark.parametrize(
    "relation",
    [
        chosen > y,
        sp.Ne(chosen, y),
        chosen + 2 * sp.Piecewise((1, y > 1), (chosen, True)) <= 3 * y,
        sp.Eq(sp.Piecewise((chosen, x < y), (y, x >= y)), x),
    ],
)
def test_cases_say_the_same_at_every_point(relation):
    """On a grid with all boundaries, by sympy's own evaluation of the values."""
    stated, seen = by_cases(relation), set()
    assert not stated.has(sp.Piecewise)
    for a in (-2, -1, Rational(-1, 2), 0, Rational(1, 2), 1, 2):
        for b in (-2, -1, 0, Rational(1, 2), 1, Rational(3, 2), 2):
            at = {x: sp.Rational(a), y: sp.Rational(b)}
            truth = bool(relation.func(*(side.subs(at) for side in relation.args)))
            assert bool(stated.subs(at)) == truth
            seen.add(truth)
    assert seen == {True, False}
