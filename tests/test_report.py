"""Articles that compile on TeX's base, pages without network or script, stable JSON, and readable terminals."""

import io
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
import sympy
from rich.console import Console

import symadv as sa
from symadv import catalog
from symadv.language.goals import Claim, Report, Row, Verdict
from symadv.language.intervals import Intervals
from symadv.report import (
    FORMATS,
    DerivationBlock,
    Figure,
    Heading,
    Table,
    Text,
    document,
    page,
    pdf,
    render,
    terminal,
    to_json,
    unproved_steps,
)
from symadv.report.tex import pictures

p, eta, x = sa.parameter("p", between=(0, 1)), sa.parameter("eta", positive=True), sa.parameter("x", real=True)
HALF = sympy.Rational(1, 2)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
SVG = """<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><metadata><a href="http://example.org"/></metadata>
<script>alert(1)</script><path d="M0 0L9 9"/></svg>"""
HOSTILE = r"""<script>alert("1")</script> & \input{x} 100 % {{ 7*7 }} $"""

needs_tex = pytest.mark.skipif(
    shutil.which("latexmk") is None or shutil.which("pdflatex") is None, reason="latexmk and pdflatex are not installed"
)


def three_labels():
    b = sa.parameter("b", positive=True)
    return sa.Distribution(
        name="mine",
        features=("x1", "x2"),
        labels=(0, 1, 2),
        prior={0: "1/2", 1: "1/4", 2: "1/4"},
        components=[
            sa.Component(sa.Flat({0: s}), {y: w * sa.Laplace(3 * y, b) for y, w in weights.items()})
            for s, weights in ((0, {0: "3/4", 1: "1/2", 2: "1/4"}), (1, {0: "1/4", 1: "1/2", 2: "3/4"}))
        ],
    )


@pytest.fixture(scope="module")
def derivations():
    d, points, own = sa.distribution("tsipras"), sa.distribution("point_masses"), three_labels()
    every = (sa.joint, sa.log_odds, sa.posterior, sa.bayes_rule, sa.label, sa.projection)
    found = [f(one) for one in (d, points, own) for f in every] + [sa.bayes_accuracy(d), sa.bayes_accuracy(points)]
    parameters = {s.name: s for s in d.parameters}
    shift = 2 * parameters["eta"]
    return [*found, sa.label_change(d, {-1: (0, shift), 1: (0, -shift)})]


@pytest.fixture(scope="module")
def report():
    claim = Claim("a_claim", HOSTILE, "x2019", "Section 1", "that $p$ is large", p > HALF, (eta > 1,), number="S1")
    refuted = Verdict("REFUTED", "smt", {p: sympy.Rational(1, 3), eta: sympy.sqrt(sympy.log(2) / 2)}, seconds=0.25)
    return Report(
        "all",
        (
            Row("a_claim", claim.says, refuted, "REFUTED", p > HALF, Verdict("PROVED", "algebra"), claim),
            Row(
                "another",
                HOSTILE,
                Verdict("UNDECIDED", why=HOSTILE),
                exactly_when=p > HALF,
                exactness=Verdict("REFUTED", why="if; slow"),
            ),
            Row("third", "third", Verdict("PROVED", "algebra")),
            Row("fourth", "sampled", Verdict("SUPPORTED", "sampling"), "SUPPORTED"),
            Row("fifth", "empty", Verdict("VACUOUS"), "VACUOUS"),
        ),
    )


@pytest.fixture(scope="module")
def sections(report, derivations):
    d9 = sa.distribution("tsipras").at(p="9/10", eta=3)
    risks = sa.risks("bayes", d9, sa.ThreatModel(norm="linf", eps=6))
    table = Table(
        ("definition", "risk", "exactly", "seen"),
        tuple((name, bound, bound.evidence.expression, True) for name, bound in risks.items()),
        r"At $p = 9/10$",
    )
    odd = Table(
        ("text", "number", "set", "verdict"),
        (
            (HOSTILE, 1e-20, Intervals.point(HALF), Verdict("PROVED", "algebra")),
            (None, -3, p > 0, None),
            ("π ≤ ½ – “x̃”", float("inf"), sympy.sqrt(2), None),
        ),
    )
    blocks = [DerivationBlock(f"Derivation {k}", getattr(d, "derivation", d)) for k, d in enumerate(derivations)]
    return [
        Heading("Verdicts"),
        report,
        Heading("Verdicts"),
        Text("One $x_1$.\n\nTwo paragraphs: " + HOSTILE),
        Heading("Derived"),
        *blocks,
        Heading("Risks & more", 3),
        table,
        odd,
        Figure("SVG of $x_1$", svg=SVG),
        Figure(HOSTILE, svg=SVG, png=PNG),
        Figure("PNG", png=PNG),
    ]


# pages


class Strict(HTMLParser):
    """Every element is closed in its order; what is linked and run is remembered."""

    VOID = frozenset({"meta", "link", "br", "img", "wbr", "hr", "input", "path", "mspace"})

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.links, self.ids = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for name, value in attributes:
            assert not name.startswith("on"), name
            if name in ("href", "src", "action", "data", "xlink:href"):
                self.links.append(value)
            if name == "id":
                self.ids.append(value)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_a_page_needs_no_network_and_no_script(sections):
    text = page(sections, title=HOSTILE)
    seen = Strict(text)
    assert "script" not in seen.tags and "iframe" not in seen.tags and "{{" not in text.replace("{{ 7*7 }}", "")
    assert all(link.startswith(("#", "data:")) for link in seen.links)
    assert not re.search(r"@import|url\((?!data:)", text)
    remote = {url for url in re.findall(r"https?://[^\"'<> ]+", text)}
    assert remote <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert len(seen.ids) == len(set(seen.ids)) and {link[1:] for link in seen.links if link[0] == "#"} <= set(seen.ids)
    assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|49", text)


def test_every_formula_of_a_page_is_well_formed_mathml(sections):
    known = {
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "mtext",
        "mspace",
        "mfrac",
        "msub",
        "msup",
        "msubsup",
        "msqrt",
        "mroot",
        "mover",
        "munder",
        "munderover",
        "mtable",
        "mtr",
        "mtd",
        "mstyle",
    }
    formulas = re.findall(r"<math\b.*?</math>", page(sections), flags=re.DOTALL)
    assert len(formulas) > 200
    for formula in formulas:
        tree = ET.fromstring(formula)
        assert {node.tag for node in tree.iter()} <= known
        assert not any(re.search(r"[\\$&]|ex\]", text) for text in tree.itertext())


def test_a_page_shows_each_part(sections, report):
    text = page(sections)
    for row in report:
        assert f'<span class="badge {row.verdict.status.lower()}">{row.verdict.status}</span>' in text
    assert "expected PROVED" in text and "not as expected" in text
    assert text.count("<svg") == 2 and text.count("data:image/png;base64,") == 1
    assert text.count('<details class="block"') == sum(isinstance(s, DerivationBlock) for s in sections)
    assert "prefers-color-scheme: dark" in text


def test_a_derivation_shows_what_is_not_proved():
    d = sa.log_odds(sa.distribution("tsipras"))
    rows = [Row(goal.name, "", Verdict("PROVED", "algebra"), subject=goal) for goal in d.goals()]
    rows[2] = Row(rows[2].claim, "", Verdict("UNDECIDED"), subject=rows[2].subject)
    partly = Report("log-odds", tuple(rows))
    assert "step 2" in rows[2].claim and unproved_steps(partly) == {2}
    block = DerivationBlock("Log-odds", d, partly)
    text = page([block])
    assert text.count(">not proved<") == 1 and "not all proved" in text and " open" in text
    assert "not proved" in document([block], "x")
    assert "not all proved" not in page([DerivationBlock("Log-odds", d, Report("", tuple(rows[:2])))])


def test_a_link_belongs_to_the_step_it_leads_to():
    rows = (
        Row("d, link 3 to 4", "", Verdict("UNDECIDED")),
        Row("d, step 1: x", "", Verdict("REFUTED")),
        Row("d, result 1", "", Verdict("UNDECIDED")),
        Row("d, step 2: x", "", Verdict("PROVED")),
    )
    assert unproved_steps(Report("d", rows)) == {1, 4}


# articles


@needs_tex
def test_an_article_with_everything_compiles_on_the_base_of_tex(sections, tmp_path):
    tex = document(sections, HOSTILE)
    assert tex.isascii()
    made = pdf(tex, tmp_path / "all.pdf", files=pictures(sections))
    assert made.read_bytes().startswith(b"%PDF") and (tmp_path / "all.tex").read_text() == tex
    groups = re.findall(r"\\usepackage(?:\[[^]]*\])?\{([^}]*)\}", tex)
    packages = {name for group in groups for name in group.split(",")}
    assert packages <= {"amsmath", "amssymb", "amsthm", "geometry", "graphicx", "hyperref", "longtable"}


@needs_tex
def test_lines_of_derivations_fit_the_page(derivations, tmp_path):
    tex = document(derivations, "derivations")
    (tmp_path / "a.tex").write_text(tex)
    subprocess.run(
        ["pdflatex", "-interaction=batchmode", "-halt-on-error", "a.tex"],
        cwd=tmp_path,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    log = (tmp_path / "a.log").read_text(errors="replace")
    too_wide = [float(w) for w in re.findall(r"Overfull \\hbox \(([0-9.]+)pt too wide\)", log)]
    assert max(too_wide, default=0.0) < 15, too_wide
    assert "Overfull \\vbox" not in log


@needs_tex
def test_a_pdf_is_reproducible(tmp_path, monkeypatch):
    tex = document([Heading("x"), Text("y")], "z")
    first, second = pdf(tex, tmp_path / "1.pdf").read_bytes(), pdf(tex, tmp_path / "2.pdf").read_bytes()
    assert first == second
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert pdf(tex, tmp_path / "3.pdf").read_bytes() != first


@needs_tex
def test_what_does_not_compile_is_said_and_kept(tmp_path):
    with pytest.raises(sa.SymadvError, match=r"(?s)does not compile: ! Undefined control sequence.*bad\.tex"):
        pdf(document([r"\undefinedcommand"], "x"), tmp_path / "bad.pdf")
    assert (tmp_path / "bad.tex").exists() and not (tmp_path / "bad.pdf").exists()


def test_without_latexmk_the_source_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(sa.SymadvError, match=r"not found: latexmk.*apt-get install.*a\.tex"):
        pdf("x", tmp_path / "a.pdf")
    assert (tmp_path / "a.tex").read_text() == "x"


# data, terminals, formats


def test_json_of_a_report_is_stable(report):
    data = json.loads(json.dumps(to_json(report)))
    assert set(data) == {"title", "as_expected", "claims"} and data["as_expected"] is False
    keys = {
        "claim",
        "says",
        "verdict",
        "prover",
        "expects",
        "as_expected",
        "holds",
        "exactly_when",
        "exactness",
        "witness",
        "why",
        "reductions",
        "seconds",
    }
    assert all(set(row) == keys for row in data["claims"])
    first, second, third, *_ = data["claims"]
    assert (first["verdict"], first["prover"], first["seconds"]) == ("REFUTED", "smt", 0.25)
    assert first["expects"] == "REFUTED" and first["as_expected"]
    assert first["witness"] == {"p": "1/3", "eta": "sqrt(2)*sqrt(log(2))/2"}
    assert first["exactly_when"] == {"latex": r"p > \frac{1}{2}", "text": "p > 1/2"}
    assert (first["holds"], second["holds"], third["holds"]) == ("exactly when", "if", None)
    assert first["exactness"]["verdict"] == "PROVED" and third["witness"] is None


def test_json_of_derivations_and_risks(derivations):
    for thing in derivations:
        data = json.loads(json.dumps(to_json(thing)))
        assert data["steps"] and all(step["because"] for step in data["steps"])
    d9 = sa.distribution("tsipras").at(p="9/10", eta=3)
    data = json.loads(json.dumps(to_json(sa.risks("bayes", d9, sa.ThreatModel(norm="linf", eps=6)))))
    assert len(data) == 9 and data["label_invariant"]["upper"] == 0 and data["boundary"]["method"] == "exact"
    with pytest.raises(sa.SymadvError, match="object"):
        to_json(object())


def test_a_terminal_shows_all_verdicts(report):
    out = io.StringIO()
    Console(file=out, width=160, markup=False).print(terminal(report))
    shown = out.getvalue()
    for row in report:
        assert row.claim in shown and row.verdict.status in shown
    assert "(expected PROVED)" in shown and "exactly when p > 1/2" in shown and "1 not as expected" in shown


def test_each_format_of_the_command_line(derivations):
    odds = derivations[1]
    assert r"\begin{align" in render(odds, "latex") and "Bayes' rule" in render(odds, "text")
    assert render(odds, "html").startswith("<!DOCTYPE html>")
    assert render(odds, "latex", unproved={1}).count("not proved") == 1
    assert ">not proved<" in render(odds, "html", unproved={1})
    assert FORMATS == ("latex", "pdf", "html", "text")
    with pytest.raises(sa.SymadvError, match="nearest: html"):
        render(odds, "htm")


@needs_tex
def test_a_pdf_of_one_derivation(derivations):
    assert render(derivations[1], "pdf").startswith(b"%PDF")


def test_every_reader_of_people_knows_what_the_others_know(report, derivations):
    for name in ("latex", "text", "html"):
        reader = catalog.load("readers", name)
        claim, pieces = report.rows[0].subject, derivations[5].pieces
        for thing in (p > HALF, Intervals.line(), report, claim, *derivations, "prose", 3, pieces):
            assert isinstance(reader(thing), str) and reader(thing)
        with pytest.raises(sa.SymadvError, match="object"):
            reader(object())


def test_sections_refuse_what_they_cannot_show():
    for make in (lambda: Heading("x", 1), lambda: Figure("x"), lambda: Table(("a",), ((1, 2),))):
        with pytest.raises(sa.SymadvError, match="wanted"):
            make()
    with pytest.raises(sa.SymadvError, match="table"):
        page([Table(("a",), ((object(),),))])
