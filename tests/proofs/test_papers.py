"""The paper of all claims: it compiles, everything that it cites is listed, nothing is wider than the page."""

import os
import re
import shutil
import subprocess

import pytest

import symadv as sa
from symadv.cli import main
from symadv.language.goals import Report, Row, Verdict
from symadv.provers._claims import SHELVES, claims_at
from symadv.report.bibliography import bibliography, cited_keys, sources
from symadv.verify.papers import paper

NO_TEX = shutil.which("latexmk") is None or shutil.which("pdflatex") is None


@pytest.fixture(scope="module")
def claims():
    return claims_at("proofs")  # remembered ones come without the results of their derivations


@pytest.fixture(scope="module")
def article(claims):
    """Every claim with the verdict that it expects: what is printed, without proving it again."""
    rows = []
    for claim in claims:
        exactness = Verdict(claim.expects_exactness, "smt") if claim.expects_exactness else None
        verdict = Verdict(claim.expects, "algebra")
        rows.append(Row(claim.name, claim.says, verdict, claim.expects, claim.exactly_when, exactness, claim))
    return paper(Report("proofs", tuple(rows)))


def test_every_claim_is_there_and_braces_balance(article, claims):
    kinds = re.findall(r"\\begin\{(proposition|claim)\}", article)
    assert len(kinds) == len(claims) > 60
    plain, depth = re.sub(r"\\[{}\\]", "", article), 0
    for brace in plain:
        depth += {"{": 1, "}": -1}.get(brace, 0)
        assert depth >= 0
    assert depth == 0
    assert sorted(re.findall(r"\\begin\{(.*?)\}", article)) == sorted(re.findall(r"\\end\{(.*?)\}", article))
    assert "``''" not in article and r"\text{for}" not in article and "Piecewise" not in article
    assert r"\begin{cases}" in article
    needed = {d.goals() for claim in claims for d in claim.because.values()}
    assert article.count(r"\begin{derivation}") == len(needed) > 25


def test_what_is_cited_is_listed(article):
    listed = re.findall(r"\\bibitem\{(.*?)\}", article)
    assert set(listed) == cited_keys(article) >= {"stutz2019", "tsipras2019"}
    assert len(listed) == len(set(listed))


def test_every_source_can_be_printed():
    known = sources((SHELVES[-1] / "sources.bib").read_text(encoding="utf-8"))
    text = bibliography("".join(rf"\cite[here]{{{key}}}" for key in known), known)
    assert len(known) >= 8 and text.count(r"\bibitem") == len(known)
    assert "Dimitris Tsipras, Shibani Santurkar" in text and "Learning Representations, 2019." in text
    assert bibliography(r"\cite{a2000}", {}).count("a2000") == 2


@pytest.mark.skipif(NO_TEX, reason="latexmk and pdflatex are not installed")
def test_the_paper_compiles_and_fits_the_page(article, tmp_path):
    (tmp_path / "a.tex").write_text(article, encoding="utf-8")
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1"}
    for _ in range(2):
        command = ["pdflatex", "-interaction=batchmode", "-halt-on-error", "a.tex"]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=120)
    log = (tmp_path / "a.log").read_text(encoding="latin-1")
    assert "undefined" not in log
    wide = [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide", log)]
    assert max(wide, default=0) < 5


@pytest.mark.skipif(NO_TEX, reason="latexmk and pdflatex are not installed")
def test_the_door_writes_the_same_bytes_twice(tmp_path):
    path = "proofs/tsipras/the_first_feature_attains_the_bound.py"
    files = [tmp_path / "one.pdf", tmp_path / "two.pdf"]
    for file in files:
        assert main(["check", path, "--format", "pdf", "--out", str(file)]) == 0
    assert files[0].read_bytes() == files[1].read_bytes() and files[0].read_bytes()[:4] == b"%PDF"


def test_the_door_prints_latex(capsys):
    assert main(["check", "proofs/tsipras/the_first_feature_attains_the_bound.py", "--format", "latex"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(r"\documentclass") and r"\begin{proof}[Counterexample]" in text
    assert "its sides are" in text and r"\bibitem{tsipras2019}" in text


@pytest.mark.parametrize(
    "options", [["--format", "pdf"], ["--format", "html"], ["--out", "a.tex"], ["--format", "latex", "--json"]]
)
def test_what_cannot_be_written_is_refused_at_once(options, capsys):
    assert main(["check", "proofs/tsipras", *options]) == 2
    assert re.search("wanted|needs a file|unknown format", capsys.readouterr().err)


def test_a_report_that_was_checked_is_latex():
    p = sa.parameter("p", between=(0, 1))
    report = sa.check([sa.Goal(p**2 < p, name="squares_shrink"), sa.Goal(p > sa.exact("1/2"), name="p_is_large")])
    text = sa.latex(report)
    assert r"\begin{proposition}[Squares shrink]" in text and r"\begin{claim}[P is large]" in text
