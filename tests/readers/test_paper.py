"""Claims and verdicts as a paper: what stands in a proof, what fails at a counterexample."""

import re

import pytest
import sympy as sp
from sympy import Rational

import symadv as sa
from symadv.language.goals import Claim, Report, Row, Verdict
from symadv.readers._derived import Checked
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


def resting(*whats):
    """A row whose claim rests on derivations of the point masses, by what they derive."""
    d = sa.distribution("point_masses")
    known = {"label": sa.label(d), "posterior": sa.posterior(d)}
    subject = claim(p > HALF, because={f"The {what} [here]": known[what] for what in whats})
    return Row("c", "s", Verdict("PROVED", "algebra"), subject=subject)


def test_derivations_stand_before_the_first_claim_that_needs_them_once():
    rows = (resting("label"), resting("posterior", "label"), resting("label"))
    text = sa.latex(Report("r", rows))
    assert [text.count(rf"\label{{derivation-{k}}}") for k in (1, 2, 3)] == [1, 1, 0]
    assert r"\begin{derivation}[The label {[}here{]}]" in text and "squared distances compared" in text
    cited = re.findall(r"Formally, by (Derivations?~[^,]*),", text)
    one, two = r"\ref{derivation-1}", r"\ref{derivation-2}"
    assert cited == [f"Derivation~{one}", rf"Derivations~{one} and {two}", f"Derivation~{one}"]
    assert text.index(one) > text.index(r"\label{derivation-1}")


@pytest.mark.parametrize(
    ("by", "unproved", "said"),
    [
        ({"algebra": 2}, frozenset(), r"Proved step by step, by \textsf{algebra}."),
        ({"smt": 1}, frozenset({2}), r"Of 2 goals (steps, links, results) 1 are proved, by \textsf{smt}"),
        ({}, frozenset({1, 2}), "None of its steps is proved."),
    ],
)
def test_by_whom_a_derivation_is_proved(by, unproved, said):
    row = resting("label")
    (derivation,) = row.subject.because.values()
    text = sa.latex(Report("r", (row,)), checked={derivation.goals(): Checked(by, unproved)})
    assert said in text and text.count("(not proved)") == len(unproved)


def test_letters_are_explained_below_the_statement():
    row = Row("c", "s", Verdict("PROVED", "algebra"), subject=claim(p > HALF, where=r"$p$ is the mass & no more"))
    assert "Here $p$ is the mass \\& no more.\n\\end{proposition}" in sa.latex(row)


def test_what_is_settled_by_writing_it_down_has_no_prover():
    for statement, word in ((sp.true, "true"), (sa.ForAll(sp.Tuple(x), sp.true), "true")):
        text = sa.latex(Row("c", "s", Verdict("PROVED", "algebra"), subject=claim(statement)))
        assert f"is {word} as soon as it is written down" in text and "Nothing is left to prove" in text


def test_a_cover_is_shown_box_by_box():
    data = {"parameters": [["eta#0", "0", "oo", True, True]], "boxes": [[[["2/5", "oo"]], "holds"]]}
    proved = Verdict("PROVED", "interval", reductions=("the domain is covered",), evidence=(data,))
    text = sa.latex(Row("c", "s", proved, subject=claim(p > HALF)))
    assert r"one box with rational ends: $\eta \ge \frac{2}{5}$. A second program" in text


def test_long_fractions_of_lemmas_are_decimals():
    told = lemma("pi is a number in [392699/125000, 3141593/1000000]", [])
    assert told == r"$\pi \in \left[3.141592, 3.141593\right]$"
    assert lemma("p is a number in [1/3000, 2/5]", [p]) == r"$p \in \left[\frac{1}{3000}, \frac{2}{5}\right]$"
