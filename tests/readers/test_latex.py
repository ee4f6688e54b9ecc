"""LaTeX as a paper would have it: what the traps of a computer algebra system come out as, balanced and in ASCII."""

import re

import pytest
import sympy
from sympy import Add, And, Eq, Mul, Or, Piecewise, Rational, Tuple, exp, log, oo, sqrt

import symadv as sa
from symadv import catalog
from symadv.language.functions import Expit, LaplaceDensity, NormalDensity, Phi
from symadv.language.goals import Claim, Exists, ForAll, Report, Row, Verdict
from symadv.language.intervals import Intervals
from symadv.language.regions import Cells, everywhere, nowhere, where
from symadv.readers._width import width
from symadv.readers._words import escape

latex = catalog.load("readers", "latex")

p, eta, gap = sa.parameter("p", between=(0, 1)), sa.parameter("eta", positive=True), sa.parameter("gap", positive=True)
x, x1, x2, x_adv = (sa.parameter(name, real=True) for name in ("x", "x1", "x2", "x_adv"))
q = sympy.Symbol("q")


def written(head, *arguments):
    """A sum or product as somebody wrote it down."""
    return head(*arguments, evaluate=False)


def balanced(tex):
    depth = 0
    for brace in re.sub(r"\\[{}\\]", "", tex):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            return False
    opened = []
    for kind, name in re.findall(r"\\(begin|end)\{([a-z*]+)\}", tex):
        if kind == "begin":
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return depth == 0 and not opened and tex.count(r"\left") - tex.count(r"\leftarrow") == tex.count(r"\right")


# the traps, each with the form a paper has

FORMS = [
    (p / (1 - p), r"\frac{p}{1 - p}"),
    (-p / (p - 1), r"\frac{p}{1 - p}"),
    (log(-p / (p - 1)), r"\log \frac{p}{1 - p}"),
    (log((1 - p) / p), r"\log \frac{1 - p}{p}"),
    (-q / (q - 1), r"\frac{q}{1 - q}"),  # a symbol without a domain
    (written(Mul, -1, p - 1), "1 - p"),
    (1 - p, "1 - p"),
    (2 * p - 1, "2 p - 1"),
    (-(x1 - x2) / (x1 + 1), r"\frac{x_2 - x_1}{x_1 + 1}"),
    (1 / (-x - 1), r"-\frac{1}{x + 1}"),
    (written(Add, x, written(Mul, -1, -eta)), r"x - (-\eta)"),
    (written(Mul, -1, written(Mul, -1, x)), "-(-x)"),
    (written(Add, x1, written(Mul, -1, written(Add, x2, eta))), r"x_1 - (x_2 + \eta)"),
    (written(Mul, 2, -3), "2 (-3)"),
    (written(Mul, 2, 3), r"2 \cdot 3"),
    (written(sympy.Pow, sympy.Integer(-2), 2), "(-2)^{2}"),
    (exp(-x), "e^{-x}"),
    (exp(2 * eta * x2), r"e^{2 \eta x_2}"),
    (exp(-((x2 - eta) ** 2) / 2), r"\exp\!\left(-\frac{(x_2 - \eta)^{2}}{2}\right)"),
    (2 * eta * x2 + x1 * log(p / (1 - p)), r"x_1 \log \frac{p}{1 - p} + 2 \eta x_2"),
    ((Rational(1, 2) - p / 2) * NormalDensity(x2, eta, 1), r"\frac{1 - p}{2}\, \mathcal{N}(x_2; \eta, 1)"),
    (1 / (1 + (1 - p) * exp(2 * eta * x2) / p), r"\frac{1}{1 + \frac{1 - p}{p}\, e^{2 \eta x_2}}"),
    (log(p / (1 - p)) / (2 * eta), r"\frac{1}{2 \eta} \log \frac{p}{1 - p}"),
    (log(p) + log(1 / (1 - p)), r"\log \frac{p}{1 - p}"),
    (log(1 - p) - log(p), r"\log(1 - p) - \log p"),  # a step of its own combines them
    (NormalDensity(x, -eta, 1).doit(), r"\frac{1}{\sqrt{2 \pi}} \exp\!\left(-\frac{(x + \eta)^{2}}{2}\right)"),
    (LaplaceDensity(x, 3, gap), r"\operatorname{Laplace}(x; 3, \mathrm{gap})"),
    (1 - Phi(-eta), r"1 - \Phi(-\eta)"),
    (Expit(-2 * eta * x2), r"\sigma(-2 \eta x_2)"),
    (log(p) ** 2, r"(\log p)^{2}"),
    (x ** Rational(-1, 2), r"\frac{1}{\sqrt{x}}"),
    (2**-p, r"\frac{1}{2^{p}}"),
    (x ** (1 - p), "x^{1 - p}"),
    (Rational(-3, 4) * p, r"-\frac{3 p}{4}"),
    (abs(x - x_adv), r"\lvert x - \tilde{x} \rvert"),
    (sympy.Max(x1, x2 - 1), r"\max(x_1, x_2 - 1)"),
    (sqrt(log(2) / 2), r"\sqrt{\frac{1}{2} \log 2}"),
    (-oo, r"-\infty"),
    (sympy.Float(0.1), "0.1"),
    (sympy.Float(2e-20), r"2 \cdot 10^{-20}"),
    (sympy.nan, r"\text{undefined}"),
    (sympy.Symbol("x1_adv"), r"\tilde{x}_1"),
    (sympy.Symbol("sigma_x"), r"\sigma_x"),
    (sympy.Symbol("x12"), "x_{12}"),
    (sympy.Symbol("eps"), r"\varepsilon"),
    (sympy.Function("f")(x, p), "f(x, p)"),
    (sympy.Integral(NormalDensity(x, 0, 1), (x, -oo, eta)), r"\int_{-\infty}^{\eta} \mathcal{N}(x; 0, 1) \, dx"),
]

CONDITIONS = [
    (And(written(sympy.Lt, 0, p), written(sympy.Lt, p, 1)), "0 < p < 1"),
    (written(sympy.Lt, 0, eta), r"\eta > 0"),
    (And(x1 > 0, x2 < 0), r"x_1 > 0 \text{ and } x_2 < 0"),  # no chain through the number 0
    (Eq(gap, x), r"x = \mathrm{gap}"),
    (Or(And(x1 > 0, x2 > 1), x1 > 7), r"x_1 > 7 \text{ or } (x_1 > 0 \text{ and } x_2 > 1)"),
    (sympy.Implies(x1 > 0, x2 > 0), r"x_1 > 0 \implies x_2 > 0"),
    (sympy.Equivalent(x1 > 0, x2 > 0), r"x_1 > 0 \iff x_2 > 0"),
    (ForAll(Tuple(p, x), x > p), r"\forall\, 0 < p < 1,\, x \in \mathbb{R}:\; x > p"),
    (Exists(Tuple(eta), eta > p), r"\exists\, \eta > 0:\; \eta > p"),
    (
        Piecewise((0, Eq(x, 1)), (p, x > 2), (1, True)),
        r"\begin{cases} 0 & \text{if } x = 1 \\ p & \text{if } x > 2 \\ 1 & \text{otherwise} \end{cases}",
    ),
    (sympy.true, r"\text{always}"),
]


@pytest.mark.parametrize(("thing", "wanted"), FORMS + CONDITIONS, ids=lambda value: str(value)[:40])
def test_a_formula_has_the_form_of_a_paper(thing, wanted):
    assert latex(thing) == wanted


def test_no_minus_stands_beside_a_minus_or_a_plus():
    second = (-p, sympy.Integer(-2), -p / 3, p - 1)
    nested = [written(Add, a, written(Mul, -1, b)) for a in (x, -x, -3) for b in second]
    for thing in [*nested, *(written(Mul, 2, term) for term in nested)]:
        assert not re.search(r"[-+]\s*[-+]", latex(sympy.sympify(thing))), latex(thing)


@pytest.mark.parametrize("name", ["foo\\input{x}", "a}b", "$x$", "x y", "ü", "1x", "%", "a\nb", "\\"])
def test_a_name_outside_the_grammar_is_text(name):
    tex = latex(sympy.Symbol(name))
    assert tex.startswith(r"\text{") and balanced(tex) and tex.isascii()
    assert not re.search(r"(?<!\\textbackslash\{\})\\input", tex)


# regions and other outcomes

F = (x1, x2)


def test_a_region_is_solved_for_its_feature():
    assert latex(where(F, 2 * eta * x2 + log(p / (1 - p)), ">")) == (
        r"\left\{ (x_1, x_2) : x_2 > -\frac{1}{2 \eta} \log \frac{p}{1 - p} \right\}"
    )
    assert latex(where((x,), gap**2 - 2 * gap * x, "<=")) == r"\left\{ x : x \ge \frac{\mathrm{gap}}{2} \right\}"
    assert latex(where(F, x1 - x2, ">")) == r"\left\{ (x_1, x_2) : x_1 > x_2 \right\}"
    assert latex(where(F, x1, "!=")) == r"\left\{ (x_1, x_2) : x_1 \ne 0 \right\}"


def test_regions_without_boundary():
    assert latex(everywhere(F)) == r"\mathbb{R}^{2}" and latex(everywhere((x,))) == r"\mathbb{R}"
    assert latex(nowhere(F)) == r"\emptyset"
    union = where(F, x1, "<") | (where(F, x1, "=") & where(F, x2, ">"))
    assert isinstance(union, Cells) and r"\text{ or }" in latex(union) and balanced(latex(union))


def test_intervals_are_open_and_closed_as_they_are():
    half = Intervals.between(sympy.Integer(0), log(2), lower_closed=True)
    assert latex(half) == r"\left[0, \log 2\right)"
    assert latex(half | Intervals.point(sympy.Integer(3))) == r"\left[0, \log 2\right) \cup \{3\}"
    assert latex(Intervals.line()) == r"\left(-\infty, \infty\right)" and latex(Intervals()) == r"\emptyset"


def test_what_has_no_latex_is_refused():
    with pytest.raises(sa.SymadvError, match="object"):
        latex(object())


# derivations

DERIVED = [
    (name, what)
    for name in ("tsipras", "point_masses")
    for what in ("joint", "log_odds", "posterior", "bayes_rule", "label", "projection", "bayes_accuracy")
]


@pytest.fixture(scope="module")
def derived():
    return {(name, what): getattr(sa, what)(sa.distribution(name)) for name, what in DERIVED}


@pytest.mark.parametrize("key", DERIVED, ids="-".join)
def test_a_derivation_reads_as_text(derived, key):
    thing = derived[key]
    derivation = getattr(thing, "derivation", thing)
    tex = latex(thing)
    assert balanced(tex) and tex.isascii() and r"\begin{align" in tex
    for habit in (r"\text{for}", "NormalDensity", "Piecewise", "(-(", "+ -", "- -", "log(-", r"\log\left(-", "True"):
        assert habit not in tex
    for step in derivation.steps:
        assert escape(step.because.partition("$")[0]) in tex
    assert re.search(r"Here \$.*\$\.$", tex.strip())


def test_a_chain_goes_on_where_it_ended(derived):
    """Three steps on x1 = -1: one left side, then relations only."""
    tex = latex(derived["tsipras", "log_odds"])
    lead, _, rest = tex.partition(r"\begin{align*}")
    first = rest.partition(r"\end{align*}")[0]
    assert lead.strip() == "On $x_1 = -1$:"
    rows = first.strip().split(r"\\")
    assert [bool(row.partition("&")[0].strip()) for row in rows] == [True, *[False] * (len(rows) - 1)]
    assert tex.rstrip().endswith(r"Here $0 < p < 1$ and $\eta > 0$.")


def test_a_left_side_that_is_another_is_shown():
    steps = (
        sa.Step(x, "=", x1, "first"),
        sa.Step(written(Add, x1, 0), "=", x2, "second"),
        sa.Step(x2, "<=", x, "third", given=(p > 0,)),
    )
    rows = latex(sa.Derivation("d", "x", steps, x)).split(r"\\")
    assert rows[1].partition("&")[0].strip() == "x_1 + 0" and rows[2].partition("&")[0].strip() == ""
    assert "<" not in rows[1] and r"\le" in rows[2]


def test_an_unproved_step_is_marked(derived):
    marked = latex(derived["tsipras", "log_odds"], unproved={2})
    assert marked.count("not proved") == 1
    assert re.search(r"densities written out[^&]*not proved", marked)


def test_long_formulas_are_broken(derived):
    from symadv.readers._align import TEXT_WIDTH

    for thing in derived.values():
        body = re.findall(r"\\begin\{align\*\}(.*?)\\end\{align\*\}", latex(thing), flags=re.DOTALL)
        for row in (r for block in body for r in re.split(r"\\\\(?![^{]*\\end\{cases\})", block)):
            formula = re.sub(r"&& .*|&&& .*|\\text\{\\small.*", "", row, flags=re.DOTALL)
            if r"\begin{cases}" not in formula:
                assert width(re.sub(r"\\rlap\{\$\\displaystyle (.*)\$\}", r"\1", formula)) < TEXT_WIDTH + 2


def test_an_authors_formula_has_to_balance():
    for shown in ("{", "a}{b", "$x$", r"\input{secret}"):
        step = sa.Step(x, "=", x1, "why", shown=shown)
        with pytest.raises(sa.SymadvError, match="balanced"):
            latex(step)


def test_prose_is_escaped_and_its_formulas_are_not():
    assert latex("50 % of $x_1$ & {y} – η ≥ 0") == r"50 \% of $x_1$ \& \{y\} -- $\eta$ $\ge$ 0"
    assert latex("costs 5 $") == r"costs 5 \$"
    assert latex("label -1 on a one-way") == "label $-$1 on a one-way"
    assert latex("Schölkopf, naïve, 漢") == 'Sch\\"{o}lkopf, na\\"{i}ve, [U+6F22]'


def test_verdicts_claims_and_reports():
    verdict = Verdict("REFUTED", "smt", {p: Rational(1, 2), eta: sqrt(log(2) / 2)})
    assert latex(verdict) == r"\textsc{refuted} by smt at $p = \frac{1}{2}$ and $\eta = \sqrt{\frac{1}{2} \log 2}$"
    claim = Claim("p_is_large", "p is 90 %", "x2019", "Section 1", "it holds that $p$ is large", p > Rational(9, 10))
    assert "90 \\%" in latex(claim) and r"$p > \frac{9}{10}$" in latex(claim) and balanced(latex(claim))
    rows = (
        Row("a_b", "says $x$", verdict, "REFUTED", p > Rational(1, 2), Verdict("PROVED")),
        Row("c", "d", Verdict("PROVED"), "PROVED", p > Rational(1, 2), Verdict("UNDECIDED", why="only if; slow")),
        Row("e", "f", Verdict("PROVED"), "PROVED", p > Rational(1, 2), Verdict("UNDECIDED", why="open")),
    )
    paper = latex(Report("r", rows))
    assert balanced(paper) and paper == "".join(map(latex, rows))
    assert r"holds if and only if $p > \frac{1}{2}$" in paper and r"holds only if $p > \frac{1}{2}$" in paper
    assert r"exactly when $p > \frac{1}{2}$ is open" in paper
    unquoted = latex(Claim("c", "", "x2019", "Section 1", "that $p$"))
    assert "``" not in unquoted and "that $p$" in unquoted


# the other notations of the same readers


@pytest.mark.parametrize(
    ("thing", "wanted"),
    [
        (log(-p / (p - 1)), "log(p/(1 − p))"),
        (2 * eta * x2 + x1 * log(p / (1 - p)), "x₁ log(p/(1 − p)) + 2 η x₂"),
        (written(Add, x, written(Mul, -1, -eta)), "x − (−η)"),
        (log(p / (1 - p)) / (2 * eta), "log(p/(1 − p))/(2 η)"),
        (p / (q * (1 - p)), "p/(q (1 − p))"),
        ((x2 - eta) ** 2, "(x₂ − η)²"),
        (x_adv, "x̃"),
        (And(written(sympy.Lt, 0, p), written(sympy.Lt, p, 1)), "0 < p < 1"),
        (where(F, 2 * x2 - 1, ">="), "x₂ ≥ 1/2"),
    ],
)
def test_text_is_one_line_of_unicode(thing, wanted):
    assert catalog.load("readers", "text")(thing) == wanted


@pytest.mark.parametrize("key", DERIVED, ids="-".join)
def test_text_has_no_tex(derived, key):
    text = catalog.load("readers", "text")(derived[key])
    assert "\\" not in text and "{" not in text and "NormalDensity" not in text
    assert max(map(len, text.splitlines())) <= 160
