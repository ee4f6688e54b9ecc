"""Quantifier elimination: what QEPCAD derives, how its answers are read, and that nothing depends on it."""

import pytest
import sympy as sp

from symadv.conditions import NoCondition, exact_condition
from symadv.language.functions import Phi
from symadv.language.goals import Exists, ForAll, Goal
from symadv.language.limits import Limits
from symadv.language.parameters import Parameter, parameter
from symadv.provers import _qepcad
from symadv.provers._eliminated import eliminated
from symadv.provers._field import Unsupported
from symadv.provers._onto import onto
from symadv.provers._qepcad import _Reader
from symadv.provers.elimination import elimination

p, q, eta = parameter("p", between=(0, 1)), parameter("q", positive=True), parameter("eta", positive=True)
x, y = parameter("x", real=True), parameter("y", real=True)
HALF = sp.Rational(1, 2)
article = (1 - p) * sp.exp(-2 * eta**2) < p
needs_qepcad = pytest.mark.skipif(not _qepcad.installed(), reason=_qepcad.ABSENT)


def over(variable, statement, head=ForAll):
    return head(sp.Tuple(variable), statement)


ELIMINATED = {
    "the article's inequality for every eta": (over(eta, article), 2 * p - 1 >= 0),
    "a definite quadratic": (over(x, x**2 + 2 * x * y + p > 0), y**2 - p < 0),
    "something in reach": (over(x, sp.And(sp.Abs(x) <= q, x >= p), Exists), q - p >= 0),
}


@needs_qepcad
@pytest.mark.parametrize("name", ELIMINATED)
def test_the_condition_is_derived(name):
    statement, condition = ELIMINATED[name]
    (found,) = eliminated(statement, (), seconds=60)
    left, right = found.lhs - found.rhs, condition.lhs - condition.rhs
    assert type(found) is type(condition) and sp.expand(left - right) == 0


@needs_qepcad
def test_the_exact_condition_of_a_quantified_statement():
    found = exact_condition(over(eta, article), solve_for=p, seconds=60)
    assert found.condition == (p >= HALF) and found.exactness.status == "PROVED"
    assert "exp_eta = exp(-2*eta**2) maps eta in (0, oo) onto (0, 1)" in found.exactness.reductions


@needs_qepcad
@pytest.mark.parametrize(
    ("statement", "given"),
    [
        (article, (p >= HALF,)),
        (x**2 + y**2 >= 2 * x * y, ()),
        (sp.sqrt(q) <= (1 + q) / 2, ()),
        (over(y, y > x, Exists), ()),
        (sp.Abs(x + y) <= sp.Abs(x) + sp.Abs(y), ()),
    ],
)
def test_true_statements(statement, given):
    assert elimination(Goal(statement, given), limits=Limits(seconds=60)).status == "PROVED"


@needs_qepcad
@pytest.mark.parametrize(
    "statement",
    [
        article,
        x**2 > 0,
        sp.sqrt(q) < (1 + q) / 2,
        over(y, y > x),
        over(y, y**2 > x, Exists).xreplace({y: Parameter("y", sp.Interval.open(0, 1))}),
        Phi(x) > HALF,
        sp.cos(x) <= 1,
    ],
)
def test_what_does_not_follow_is_left_open(statement):
    assert elimination(Goal(statement), limits=Limits(seconds=60)).status == "UNDECIDED"


def test_without_the_program_it_is_skipped_with_a_word(monkeypatch):
    monkeypatch.setattr(_qepcad.shutil, "which", lambda name: None)
    verdict = elimination(Goal(x**2 >= 0), limits=Limits())
    assert verdict.status == "UNDECIDED" and "not installed" in verdict.why
    assert eliminated(x**2 > y, (), seconds=1) == []
    with pytest.raises(Unsupported, match="not installed"):
        _qepcad._run("", 1)


def test_without_the_program_a_simple_condition_is_found_all_the_same():
    assert exact_condition(x**2 < p, solve_for=p, seconds=60).condition == (p > x**2)
    with pytest.raises(NoCondition):
        exact_condition(over(x, sp.exp(x) + x > y), solve_for=y, seconds=60)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("2 x0 - 1 >= 0", 2 * x - 1 >= 0),
        ("x0 /= 0 /\\ [ x1 = 0 \\/ x0^2 x1 - 3 > 0 ]", sp.And(sp.Ne(x, 0), sp.Or(sp.Eq(y, 0), x**2 * y - 3 > 0))),
        ("- 2 x0^3 + x1 < 0", -2 * x**3 + y < 0),
        ("TRUE", sp.true),
        ("FALSE", sp.false),
    ],
)
def test_answers_are_read(text, condition):
    assert _Reader(text, {"x0": x, "x1": y}).formula() == condition


@pytest.mark.parametrize("text", ["__import__", "x0 > 0; x", "root_1 x0 > 0"])
def test_other_answers_are_not_read(text):
    with pytest.raises(Unsupported):
        _Reader(text, {"x0": x})


ONTO = [
    (eta, sp.exp(-2 * eta**2), "(0, 1)"),
    (eta, sp.exp(3 * eta), "(1, oo)"),
    (x, sp.exp(x / 2) + sp.exp(-x), "(0, oo)"),
    (x, sp.exp(x**3), "(0, oo)"),
]


@pytest.mark.parametrize(("v", "term", "interval"), ONTO)
def test_exponentials_become_a_variable(v, term, interval):
    (t,), body, (lemma,) = onto((v,), term < p)
    assert t in body.free_symbols and v not in body.free_symbols and lemma.name.endswith(f"onto {interval}")
    assert (
        sp.expand(body.lhs.xreplace({t: sp.exp(sp.sympify(lemma.name.split("(")[1].split(")")[0], {v.name: v}))}))
        == term
    )


@pytest.mark.parametrize(
    ("v", "body"),
    [
        (x, sp.exp(-(x**2)) < p),
        (eta, sp.exp(-eta) + eta < p),
        (eta, sp.exp(-eta) + sp.exp(-(eta**2)) < p),
        (eta, sp.exp(-p * eta) < p),
        (Parameter("v", sp.Interval.open(0, 3)), sp.exp(-Parameter("v", sp.Interval.open(0, 3))) < p),
        (Parameter("w", sp.Interval(0, sp.oo)), sp.exp(-Parameter("w", sp.Interval(0, sp.oo))) < p),
    ],
)
def test_what_is_no_such_map_stays(v, body):
    assert onto((v,), body) == ((v,), body, ())
