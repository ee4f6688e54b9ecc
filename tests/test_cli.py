"""The command line: exit codes, streams, JSON, nearest names, exact numbers, never a traceback for a user's mistake."""

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from symadv import catalog
from symadv.cli import main

PROJECT = Path(__file__).parent.parent
NUMBERS = ("--at", "p=9/10", "--at", "eta=3")

TOY = '''
import symadv as sa

def toy():
    """Two points, three times as often one as the other."""
    return sa.Distribution(name="toy", features=("x",), labels=(0, 1), prior={0: "1/4", 1: "3/4"}, components=[
        sa.Component(sa.Point((0,)), {0: sa.Atom()}), sa.Component(sa.Point((1,)), {1: sa.Atom()})])

def broken():
    raise RuntimeError("no such luck")

number = 7
'''

CLAIM = """
import sympy as sp
import symadv as sa

def {name}():
    x = sa.parameter("x", real=True)
    return sa.Claim(name="{name}", sentence="squares | are not negative", source="folklore", place="1", number="F1",
                    says="A square is never negative.",
                    statement=sp.Ge(x**2, {bound}, evaluate=False), expects="{expects}")
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one, and off the path again afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def claims(folder: Path, **bounds: tuple[str, str]) -> Path:
    place = folder / "proofs" / "folklore"
    place.mkdir(parents=True)
    for name, (bound, expects) in bounds.items():
        (place / f"{name}.py").write_text(CLAIM.format(name=name, bound=bound, expects=expects))
    return folder / "proofs"


def test_list_names_every_member_without_importing_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    out = capsys.readouterr().out
    for room in catalog.ROOMS:
        assert room in out
        assert all(name in out and catalog.summary(room, name) in out for name in catalog.names(room))
    code = "import sys; from symadv.cli import main; main(['list']); sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True).returncode == 0


def test_list_as_json_of_one_room(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "definitions", "--json"]) == 0
    (room,) = (told := json.loads(capsys.readouterr().out))
    assert room == "definitions" and [row["name"] for row in told[room]] == list(catalog.names("definitions"))


def test_derive_prints_what_was_proved(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", "point_masses", "posterior", "--format", "latex"]) == 0
    out, err = capsys.readouterr()
    assert r"\begin{align" in out and "not proved" not in out + err
    assert main(["derive", "point_masses", "posterior", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["proved"] is True and told["distribution"] == "point_masses" and len(told["goals"]) >= 4
    assert {row["verdict"] for row in told["goals"]} == {"PROVED"} and all(step["because"] for step in told["steps"])


def test_a_step_that_no_prover_accepts_is_marked_and_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A posterior with a wrong sign in it, as if the code that derives it had one."""
    from dataclasses import replace

    from symadv.language.derivations import Derivation
    from symadv.probability.distribution import Distribution
    from symadv.verify import derivations

    def wrong(d: Distribution) -> Derivation:
        right = derivations.log_odds(d)
        return replace(right, steps=(*right.steps[:-1], replace(right.steps[-1], right=-right.steps[-1].right)))

    monkeypatch.setitem(derivations._OF, "posterior", wrong)
    assert main(["derive", "tsipras", "posterior", *NUMBERS]) == 1
    out, err = capsys.readouterr()
    assert "not proved" in out.lower() and "not proved: log-odds" in err and "REFUTED" in err
    assert main(["derive", "tsipras", "posterior", *NUMBERS, "--no-check"]) == 0
    assert "not proved" not in capsys.readouterr().out.lower()


@pytest.mark.parametrize("format", ["text", "html"])
def test_derive_into_a_file(format: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = here / f"label.{format}"
    assert main(["derive", "point_masses", "label", "--format", format, "--no-check", "--out", str(target)]) == 0
    out, err = capsys.readouterr()
    text = target.read_text()
    assert out == "" and str(target) in err and ("<math" in text if format == "html" else "gap" in text)
    assert "http://" not in text.replace("http://www.w3.org", "") and "<script" not in text


@pytest.mark.skipif(shutil.which("latexmk") is None, reason="latexmk is not installed")
def test_derive_a_pdf(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", "point_masses", "posterior", "--format", "pdf", "--no-check", "--out", "posterior.pdf"]) == 0
    assert (here / "posterior.pdf").read_bytes().startswith(b"%PDF") and capsys.readouterr().out == ""


def test_label_change_by_a_shift_of_numbers_and_by_the_natural_one(capsys: pytest.CaptureFixture[str]) -> None:
    import symadv as sa

    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    by_hand = sa.label_change(d, {1: (0, -6), -1: (0, 6)}).result
    for shift in ([], ["--shift", "1=0,-6", "--shift", "-1=0,6.0"]):
        assert main(["derive", "tsipras", "label-change", *NUMBERS, *shift, "--no-check", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["result"]["latex"] == sa.latex(by_hand)


def test_a_shift_is_refused_where_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", "point_masses", "label-change"]) == 2
    assert "give a shift" in capsys.readouterr().err
    assert main(["derive", "tsipras", "posterior", "--shift", "1=0,0"]) == 2
    assert "label-change" in capsys.readouterr().err
    assert main(["derive", "tsipras", "label-change", "--shift", "1=1,0", "--shift", "-1=0,0"]) == 2
    assert "off the support" in capsys.readouterr().err


def test_risk_is_the_exact_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["risk", "tsipras", *NUMBERS, "--eps", "6", "--json"]) == 0
    risks = json.loads(capsys.readouterr().out)["risks"]
    assert set(risks) == set(catalog.names("definitions")) and risks["label_invariant"]["upper"] == 0
    assert risks["adversarial_loss"]["lower"] == pytest.approx(0.999618948509, abs=1e-11)
    assert main(["risk", "tsipras", *NUMBERS, "--eps", "6", "--definition", "misclassification"]) == 0
    assert "0.000765127471974" in capsys.readouterr().out


def test_risk_with_options_of_classifier_and_threat(capsys: pytest.CaptureFixture[str]) -> None:
    import symadv as sa

    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    f = sa.classifier("linear", d, weights=(1, "2/5"), bias="-1/3", tie=1)
    asked = ["--classifier", "linear", "--option", "weights=1,2/5", "--option", "bias=-1/3", "--option", "tie=1"]
    threat = sa.ThreatModel("linf", ("1/2", 2), box=(-3, "7/2"), closed=False)
    words = ["--eps", "1/2,2", "--box", "-3,7/2", "--open"]
    assert main(["risk", "tsipras", *NUMBERS, *asked, *words, "--json"]) == 0
    risks = json.loads(capsys.readouterr().out)["risks"]
    for name, bound in sa.risks(f, d, threat).items():
        assert (risks[name]["lower"], risks[name]["upper"]) == (bound.lower, bound.upper)


def test_risk_says_what_a_knife_edge_is(capsys: pytest.CaptureFixture[str]) -> None:
    """A budget of 1 makes x1 = 0 reachable: the closed ball counts it, the open one does not."""
    assert main(["risk", "tsipras", *NUMBERS, "--eps", "1", "--definition", "boundary"]) == 0
    out = capsys.readouterr().out
    assert "knife edge" in out and "slightly smaller budgets" in out and "open ball" in out
    assert main(["risk", "tsipras", *NUMBERS, "--eps", "1/2", "--definition", "boundary"]) == 0
    assert "knife edge" not in capsys.readouterr().out


def test_a_formula_is_told_for_other_conventions(capsys: pytest.CaptureFixture[str]) -> None:
    call = ("risk", "tsipras", "--classifier", "linear", "--option", "weights=1,0", "--option", "tie=1", "--eps", "1")
    assert main([*call, "--definition", "adversarial_loss", "--otherwise"]) == 0
    told = capsys.readouterr().out
    assert "adversarial_loss, open ball: 1 − p" in told
    assert "adversarial_loss, tie rule 'first' of the projection: the same" in told
    assert main([*call, "--definition", "adversarial_loss", "--otherwise", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["risks"]["adversarial_loss"]["otherwise"]
    assert set(told) == {"open ball", "f = -1 at its ties", "tie rule 'first' of the projection"}


def test_a_missing_option_of_a_classifier_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["risk", "tsipras", "--classifier", "linear", "--option", "weights=1,0", "--eps", "1"]) == 2
    assert "'tie'; its options: weights, tie, bias=0" in capsys.readouterr().err


def test_a_risk_with_parameters_is_a_formula(capsys: pytest.CaptureFixture[str]) -> None:
    """The threshold lies gap/2 from either point: beyond it both are vulnerable, exactly there only one is."""
    asked = ["risk", "point_masses", "--eps", "1", "--definition", "boundary"]
    assert main(asked) == 0
    out = capsys.readouterr().out
    assert "1 if gap < 2" in out and "0 if gap > 2" in out and "1/2 if gap = 2" in out
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["risks"]["boundary"]
    assert "gap < 2" in told["lower"]["text"] and told["upper"] == told["lower"]
    for gap, risk in (("3/2", 1), ("2", 0.5), ("5/2", 0)):
        assert main([*asked, "--at", f"gap={gap}", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["risks"]["boundary"]["lower"] == risk


def test_curve_prints_pieces_and_jumps_and_the_mean_distance(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["curve", "tsipras", *NUMBERS, "--definition", "adversarial_loss"]
    assert main(asked) == 0
    out = capsys.readouterr().out
    assert "jumps at E = 1" in out and "mean distance to vulnerability 2.65061359724" in out
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["curves"]["adversarial_loss"]
    assert len(told["pieces"]) == 2 and told["jumps"][0]["eps"]["text"] == "1" and told["limit"]["text"] == "1"
    thick = ["curve", "tsipras", *NUMBERS, "--definition", "label_invariant", "--margin", "1/4", "--scale", "0,1"]
    assert main(thick) == 0
    assert "label_invariant(margin 1/4)" in capsys.readouterr().out
    assert main(["risk", "tsipras", *NUMBERS, "--eps", "6", "--margin", "1/2"]) == 0
    assert "error_region(margin 1/2)" in capsys.readouterr().out


def test_sample_reads_back_as_it_was_drawn(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import symadv as sa

    x, y = sa.distribution("tsipras").at(p="9/10", eta=3).sample(20, rng=np.random.default_rng(5))
    asked = ["sample", "tsipras", *NUMBERS, "-n", "20", "--seed", "5"]
    assert main(asked) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head == "x1,x2,y"
    assert np.array_equal(np.loadtxt(rows, delimiter=","), np.column_stack([x, y]))
    assert main([*asked, "--out", "s.npz"]) == 0 and main([*asked, "--out", "s.csv"]) == 0
    assert capsys.readouterr().out == ""
    with np.load("s.npz") as stored:
        assert np.array_equal(stored["x"], x) and np.array_equal(stored["y"], y)
    assert np.array_equal(np.loadtxt("s.csv", delimiter=",", skiprows=1), np.column_stack([x, y]))
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert np.array_equal(told["x"], x) and told["y"] == y.tolist() and told["features"] == ["x1", "x2"]
    assert main(["sample", "tsipras", *NUMBERS, "-n", "0"]) == 0 and capsys.readouterr().out == "x1,x2,y\n"


def test_check_exits_with_1_when_a_verdict_differs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = claims(here, holds=("0", "PROVED"), fails=("1", "PROVED"))
    assert main(["check", str(folder), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {row["claim"]: row["verdict"] for row in told["claims"]} == {"holds": "PROVED", "fails": "REFUTED"}
    assert told["as_expected"] is False
    assert main(["check", str(folder), "--only", "holds"]) == 0
    assert "PROVED" in capsys.readouterr().out
    assert main(["check", str(folder)]) == 1
    assert "expected PROVED" in capsys.readouterr().out


def test_the_table_beside_claims_is_fresh_or_not(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = claims(here, holds=("0", "PROVED"))
    assert main(["table", str(folder), "--check"]) == 1
    assert "stale" in capsys.readouterr().err
    assert main(["table", str(folder), "--write"]) == 0
    assert main(["table", str(folder), "--check"]) == 0
    text = (folder / "README.md").read_text()
    (row,) = [line for line in text.splitlines() if "A square is never negative." in line]
    assert "| F1 |" in row and "PROVED" in row and r"squares \| are not negative" in row and "## folklore" in text
    (folder / "README.md").write_text(text.replace("PROVED", "REFUTED"))
    assert main(["table", str(folder), "--check"]) == 1
    assert main(["table", str(folder), "--check", "--write"]) == 2


def test_verify_through_the_door(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine.py").write_text(TOY)
    assert main(["verify", "mine:toy", "--quick", "--out", "report", "--json"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert told == {"out": "report", "as_expected": True, "problems": []} and "proofs" in err
    data = json.loads(Path("report/report.json").read_text())
    assert data["as_expected"] and data["claims"] == [] and list(data["distributions"]) == ["mine:toy"]
    assert (here / "report" / "index.html").stat().st_size > 1000


WRONG = [
    (["derive", "tsiprass", "posterior"], "tsipras"),
    (["derive", "tsipras", "posteriro"], "posterior"),
    (["derive", "tsipras", "posterior", "--format", "latx"], "latex"),
    (["derive", "tsipras", "posterior", "--format", "pdf"], "--out"),
    (["derive", "tsipras", "posterior", "--out", "no/such/folder/x.txt", "--no-check"], "no/such/folder"),
    (["derive", "tsipras", "posterior", "--formt", "latex"], "--format"),
    (["derive", "tsipras"], "WHAT"),
    (["derive", "tsipras", "posterior", "--at", "p"], "NAME=NUMBER"),
    (["derive", "tsipras", "posterior", "--at", "p=2"], "domain"),
    (["derive", "tsipras", "posterior", "--at", "q=1/2"], "p, eta"),
    (["derive", "tsipras", "posterior", "--at", "p=1/2", "--at", "p=1/3"], "twice"),
    (["derive", "tsipras", "label-change", "--shift", "one=0,6"], "LABEL="),
    (["risk", "tsipras", *NUMBERS], "--eps"),
    (["sample", "tsipras", "--at", "p=1/2"], "free parameters eta"),
    (["risk", "tsipras", *NUMBERS, "--eps", "-1"], "eps"),
    (["risk", "tsipras", *NUMBERS, "--eps", "1", "--norm", "lonf"], "linf"),
    (["risk", "tsipras", *NUMBERS, "--eps", "1", "--definition", "label_invariance"], "label_invariant"),
    (["risk", "tsipras", *NUMBERS, "--eps", "1", "--classifier", "lineer"], "linear"),
    (["risk", "tsipras", *NUMBERS, "--eps", "1", "--classifier", "linear"], "weights"),
    (["risk", "tsipras", *NUMBERS, "--eps", "1", "--box", "0"], "LOWER,UPPER"),
    (["sample", "tsipras", *NUMBERS, "--out", "x.pkl"], ".npz"),
    (["sample", "tsipras", *NUMBERS, "-n", "many"], "-n"),
    (["check", "proofs/stuzt"], "stutz"),
    (["check", "proofs/stutz", "--only", "the_projection_is_uniqe"], "the_projection_is_unique"),
    (["table", "no-such-folder"], "no-such-folder"),
    (["list", "distribution"], "distributions"),
    (["verify", "tsiprass"], "tsipras"),
    (["verfy"], "verify"),
    (["derive", "mine:tyo", "posterior"], "toy"),
    (["derive", "mine:broken", "posterior"], "no such luck"),
    (["derive", "mine:number", "posterior"], "int"),
    (["derive", "nobody:toy", "posterior"], "nobody"),
    (["derive", "mine:", "posterior"], "my.module:toy"),
]


@pytest.mark.parametrize(("arguments", "told"), WRONG, ids=[" ".join(arguments) for arguments, _ in WRONG])
def test_mistakes_are_told_without_a_traceback(
    arguments: list[str], told: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "mine.py").write_text(TOY)
    sys.modules.pop("mine", None)
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("error: ") and told in err and "Traceback" not in err


@pytest.mark.parametrize(
    "text", ["__import__('os').system('touch owned')", "9**9**9", "1;2", "p", "0x10", "1_000", "1e9999", ""]
)
def test_numbers_are_never_code(text: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", "tsipras", "--at", f"p={text}", "--at", "eta=3"]) == 2
    assert "number" in capsys.readouterr().err and not (here / "owned").exists()


def test_numbers_are_exact(capsys: pytest.CaptureFixture[str]) -> None:
    """0.9 typed by a person is 9/10, not the binary number nearest to it."""
    told = []
    for p in ("0.9", "9/10", "9e-1", " 0.90 "):
        assert main(["risk", "tsipras", "--at", f"p={p}", "--at", "eta=3", "--eps", "6", "--json"]) == 0
        told.append(capsys.readouterr().out)
    assert len(set(told)) == 1 and r"\log\left(9\right)" in told[0].replace(r"\\", "\\").replace(
        r"\log 9", r"\log\left(9\right)"
    )


def test_without_arguments_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    out, err = capsys.readouterr()
    assert "verify" in out + err and "Traceback" not in out + err
    assert main(["--help"]) == 0 and main(["derive", "--help"]) == 0 and main(["--version"]) == 0


def test_an_unknown_failure_is_one_line_unless_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("deep inside")

    monkeypatch.setattr("symadv.catalog.names", fails)
    assert main(["list"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: ZeroDivisionError: deep inside (SYMADV_TRACEBACK=1 shows where)"
    ]
    monkeypatch.setenv("SYMADV_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        main(["list"])


def test_a_reader_that_goes_away_is_no_error() -> None:
    code = "import sys; from symadv.cli import main; sys.exit(main(sys.argv[1:]))"
    asked = ["sample", "tsipras", *NUMBERS, "-n", "20000"]
    running = subprocess.Popen(
        [sys.executable, "-c", code, *asked], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None and running.stderr is not None
    assert running.stdout.readline() == b"x1,x2,y\n"
    running.stdout.close()
    with running.stderr as stderr:
        assert stderr.read() == b""
    assert running.wait(timeout=60) == 0


def test_a_terminal_without_unicode_gets_escapes() -> None:
    code = "import sys; from symadv.cli import main; sys.exit(main(['derive', 'tsipras', 'log-odds', '--no-check']))"
    environment = {"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, env=environment)
    assert done.returncode == 0 and done.stderr == b"" and b"log" in done.stdout
    io.TextIOWrapper(io.BytesIO(done.stdout), encoding="ascii").read()


def test_who_is_vulnerable_is_said_case_by_case(capsys):
    symbolic = ("risk", "tsipras", "--eps", "E", "--definition", "adversarial_loss", "--vulnerable")
    assert main(list(symbolic)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "vulnerable under adversarial_loss up to single points:" in lines and "  if E < 1:" in lines
    assert any(line.startswith("    label 1, x1 = 1: x2 in (−∞, E − ") for line in lines)
    assert main([*symbolic, "--json"]) == 0
    cases = json.loads(capsys.readouterr().out)["risks"]["adversarial_loss"]["vulnerable"]
    (small,) = (case for case in cases if [c["text"] for c in case["given"]] == ["E < 1"])
    assert next((place["label"], place["on"], place["free"]) for place in small["places"]) == (-1, "x1 = −1", "x2")


def test_who_is_vulnerable_is_said_at_numbers(capsys):
    assert main(["risk", "tsipras", *NUMBERS, "--eps", "6", "--vulnerable"]) == 0
    told = capsys.readouterr().out
    assert "label -1, x1 = −1: x2 in [−6 − log(9)/6, ∞)" in told and "label 1, x1 = 1: none" in told
    assert main(["risk", "point_masses", "--at", "gap=1", "--eps", "1", "--vulnerable"]) == 0
    assert "label 1, x = 0: all" in capsys.readouterr().out
