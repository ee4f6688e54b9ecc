"""Claims and verdicts as a paper: what stands in a proof, what fails at a counterexample."""

import re

import pytest
import sympy as sp
from sympy import Rational

import symadv as sa
from symadv.language.goals import Claim, Row, Verdict
from symadv.readers._failing import failing
from symadv.readers._lemmas import lemma

p, eta = sa.parameter("p", between=(0, 1)), sa.parameter("eta", positive=True)
x = sa.parameter("x", real=True)
HALF = Rational(1, 2)


def claim(statement, **options):
    return Claim("the_bound_s_name", "a quote", "tsipras2019", "Theorem 2.1", "that $p$ is large", statement, **options)


def test_a_proof_names_hypotheses_lemmas_and_provers():
    proved = Verdict("PROVED", "smt", reductions=("exp(2*eta**2) is a number in (1, oo)",))
    subject = claim(p * eta < 1, given=(eta < 1,))
    text = sa.latex(Row("the_bound_s_name", subject.says, proved, subject=subject), kernel={"the_bound_s_name": "a.v"})
    assert r"\begin{proposition}[The bound's name]" in text
    assert r"``a quote'' \cite[Theorem 2.1]{tsipras2019}" in text
    assert r"with $\eta < 1$:" in text and "$0 < p < 1$" in text and r"$\eta > 0$" in text
    assert r"\begin{lemma}" in text and r"\in \left(1, \infty\right)" in text
    assert "With the quantities of the lemma" in text and "Z3" in text and r"\nolinkurl{a.v}" in text
    assert text.index(r"\end{proposition}") < text.index(r"\begin{lemma}") < text.index(r"\begin{proof}")


def test_a_counterexample_shows_its_values_and_what_fails():
    statement = sa.ForAll(sp.Tuple(x), sp.Implies(x > 0, sp.And(p < 1, x * p + 1 >= 3, evaluate=False)))
    refuted = Verdict("REFUTED", "algebra", {p: HALF, x: sp.Integer(1)})
    text = sa.latex(Row("c", "s", refuted, subject=claim(statement)))
    assert r"\begin{claim}" in text and r"\begin{proof}[Counterexample]" in text
    assert r"Take $p = \frac{1}{2}$ and $x = 1$." in text
    assert r"= \frac{3}{2}$" in text and "which the statement asks for, fails" in text


def test_an_open_claim_has_no_proof():
    text = sa.latex(Row("c", "s", Verdict("UNDECIDED", why="too slow & hard"), subject=claim(p > HALF)))
    assert "begin{proposition}" not in text and r"\textsc{undecided}: too slow \& hard" in text


def test_both_directions_of_an_exact_condition():
    refuted = Verdict("REFUTED", "algebra", {p: Rational(1, 4)})
    row = Row("c", "s", refuted, "REFUTED", p >= HALF, Verdict("PROVED", "elimination"), claim(2 * p >= 1))
    text = sa.latex(row)
    assert r"holds if and only if $p \ge \frac{1}{2}$" in text and "Both directions are proved by elimination" in text
    one = Verdict("UNDECIDED", "smt", why="if; the other is open")
    text = sa.latex(Row("c", "s", refuted, "REFUTED", p >= HALF, one, claim(2 * p >= 1)))
    assert r"holds if $p \ge" in text and "Both" not in text and "Where the condition fails" not in text


@pytest.mark.parametrize(
    ("statement", "condition", "excluded"),
    [
        (sp.And(p > Rational(1, 4), p > HALF, evaluate=False), p > HALF, False),
        (sp.Not(sp.And(p > 0, p < 1, evaluate=False), evaluate=False), sp.And(p > 0, p < 1, evaluate=False), True),
        (sp.Or(p > HALF, p < Rational(1, 3)), sp.Or(p > HALF, p < Rational(1, 3)), False),
        (sa.Phi(p) > sp.exp(p), sa.Phi(p) > sp.exp(p), False),
    ],
)
def test_what_fails_at_a_point(statement, condition, excluded):
    found = failing(statement, {p: HALF})
    assert found is not None and (found.condition, found.excluded) == (condition, excluded)


def test_what_is_not_certain_is_not_said():
    tie = sp.Eq(sp.exp(sp.log(p, evaluate=False), evaluate=False), sp.sqrt(p) ** 2, evaluate=False)
    assert failing(sp.Not(sp.Gt(sp.exp(p), sp.exp(HALF), evaluate=False), evaluate=False), {p: HALF}) is None
    assert failing(tie, {p: HALF}) is None
    assert failing(sa.ForAll(sp.Tuple(x), x > p), {p: HALF}) is None
    assert failing(p > 0, {p: HALF}) is None


def test_lemmas_are_formulas_and_nothing_is_evaluated():
    assert lemma("Phi(eta) is a number in (1/2, 1)", [eta]) == r"$\Phi(\eta) \in \left(\frac{1}{2}, 1\right)$"
    told = lemma("p = s/(s + 1) with s = p/(1 - p), which ranges over (0, oo)", [p])
    assert told is not None and told.count("$") == 6 and "with" in told
    assert lemma("the domain is covered by 3 boxes", [p]) is None
    assert lemma("__import__('os') is a number in (0, 1)", [p]) is None


def test_hostile_words_stay_words():
    subject = Claim("a]b", "q \\input{x}", "no key}", "S] \\cite{y}", "s", p > HALF)
    text = sa.latex(Row("a]b", "s", Verdict("PROVED", "al\\gebra"), subject=subject))
    assert r"\input" not in text and r"\cite" not in text and r"\gebra" not in text
    depth = [0]
    for brace in re.sub(r"\\[{}\\]", "", text):
        depth.append(depth[-1] + {"{": 1, "}": -1}.get(brace, 0))
    assert depth[-1] == 0 and min(depth) == 0
