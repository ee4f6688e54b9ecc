"""Remembered verdicts: taken only when nothing they depend on has changed, and never on trust."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sympy as sp

from symadv.check import check
from symadv.language.functions import Phi
from symadv.language.goals import Goal, Verdict
from symadv.language.limits import Limits
from symadv.language.parameters import Parameter, parameter
from symadv.language.plain import NotPlain, from_plain, to_plain
from symadv.provers import _asking, _memory
from symadv.provers._claims import claims_at
from symadv.provers._memory import Memory

p, eta, x = parameter("p", between=(0, 1)), parameter("eta", positive=True), parameter("x", real=True)
GOALS = [
    Goal((1 - p) * sp.exp(-2 * eta**2) < p, (p >= sp.Rational(1, 2),), "holds"),
    Goal((1 - p) * sp.exp(-2 * eta**2) < p, name="fails"),
    Goal(Phi(x) * sp.exp(-(x**2)) < sp.Rational(3, 5), name="by boxes"),
]


@pytest.fixture
def memory(tmp_path, monkeypatch):
    monkeypatch.setenv("SYMADV_CACHE", str(tmp_path))
    return Memory.of_user()


def asked(monkeypatch, goals, **options):
    """The verdicts, and how many calls of provers they took."""
    calls = []
    inner = _asking.isolate_many

    def counted(function, arguments, **limits):
        calls.extend(arguments)
        return inner(function, arguments, **limits)

    monkeypatch.setattr(_asking, "isolate_many", counted)
    rows = check(goals, **options).rows
    monkeypatch.setattr(_asking, "isolate_many", inner)
    return [row.verdict for row in rows], len(calls)


def test_the_second_time_nobody_is_asked(memory, monkeypatch):
    first, calls = asked(monkeypatch, GOALS)
    again, none = asked(monkeypatch, GOALS)
    assert calls >= 3 and none == 0
    assert again == first and [v.status for v in first] == ["PROVED", "REFUTED", "PROVED"]
    assert again[2].evidence == first[2].evidence != ()
    assert asked(monkeypatch, GOALS, cache=False) == (first, calls)


def test_what_is_asked_anew(memory, monkeypatch):
    goal = GOALS[0]
    asked(monkeypatch, [goal])
    changed = [
        Goal(sp.Le(*goal.statement.args), goal.given),
        Goal(goal.statement, (p >= sp.Rational(51, 100),)),
        Goal(goal.statement.xreplace({p: Parameter("p", sp.Interval(0, 1, True, False))}), goal.given),
        Goal(goal.statement),
    ]
    for other in changed:
        assert asked(monkeypatch, [other])[1] > 0
    assert asked(monkeypatch, [goal], limits=Limits(effort=2))[1] > 0
    assert asked(monkeypatch, [goal], limits=Limits(seconds=99))[1] == 0
    monkeypatch.setattr(_memory, "_source", lambda parts: "other provers")
    assert asked(monkeypatch, [goal])[1] > 0


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
        lambda text: text.replace("REFUTED", "PROVED"),
        lambda text: json.dumps({"digest": _memory._digest({}), "data": {}}),
        lambda text: "\x00\xff",
    ],
)
def test_an_entry_that_was_harmed_is_as_good_as_none(memory, monkeypatch, harm):
    first, calls = asked(monkeypatch, [GOALS[1]])
    for file in memory.folder.rglob("*.json"):
        file.write_text(harm(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert asked(monkeypatch, [GOALS[1]]) == (first, calls)
    assert asked(monkeypatch, [GOALS[1]])[1] == 0


def test_no_entry_is_left_half_written(memory, monkeypatch):
    asked(monkeypatch, GOALS)
    files = [f for f in memory.folder.rglob("*") if f.is_file()]
    assert files and all(f.suffix == ".json" for f in files)


def test_what_cannot_be_kept_is_no_harm(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SYMADV_CACHE", str(tmp_path / "file" / "below"))
    assert asked(monkeypatch, [GOALS[0]]) == asked(monkeypatch, [GOALS[0]])
    monkeypatch.setenv("SYMADV_CACHE", "off")
    assert Memory.of_user() is None
    monkeypatch.delenv("SYMADV_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Memory.of_user() == Memory(tmp_path / "symadv" / "verdicts") or sys.platform == "darwin"


def sleeper(goal, *, limits):
    """A prover that never comes back."""
    while True:
        pass


def test_neither_the_clock_nor_foreign_provers_are_remembered(memory, monkeypatch):
    for prover in (f"{__name__}:sleeper", "rocq"):
        limits = Limits(seconds=0.5 if ":" in prover else 60)
        assert asked(monkeypatch, [GOALS[0]], provers=(prover,), limits=limits)[1] == 1
    assert not list(memory.folder.rglob("*.json"))
    hopeless = Goal(Phi(x) < 2, name="too little time")
    assert asked(monkeypatch, [hopeless], provers=("algebra",), limits=Limits(seconds=1e-6))[1] == 1
    assert not list(memory.folder.rglob("*.json"))


def test_keys_do_not_depend_on_the_run(memory):
    code = (
        "import sympy as sp; from symadv.language.parameters import parameter; from symadv.language.goals import Goal;"
        "from symadv.language.limits import Limits; from symadv.provers._memory import _of_goal;"
        "a, b, c = (parameter(n, real=True) for n in 'abc');"
        "print(_of_goal('algebra', Goal(sp.Or(a > b, sp.And(b > c, c > a), a + b * c > 1)), Limits()))"
    )
    keys = set()
    for seed in ("0", "1", "77"):
        run = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        )
        keys.add(run.stdout)
    assert len(keys) == 1 and len(keys.pop()) > 40


def test_claims_are_built_anew_when_a_file_beside_them_changes(memory, tmp_path, monkeypatch):
    shelf = tmp_path / "shelf" / "proofs"
    shelf.mkdir(parents=True)
    source = Path("proofs/stutz/the_figure_shows_four_clusters.py").read_text(encoding="utf-8")
    file = shelf / "the_figure_shows_four_clusters.py"
    file.write_text(source, encoding="utf-8")
    monkeypatch.setattr("symadv.provers._claims.SHELVES", (shelf,))
    (built,), (kept,) = claims_at(shelf, memory=memory), claims_at(shelf, memory=memory)
    assert memory.claim(file) == kept and (kept.statement, kept.says) == (built.statement, built.says)
    file.write_text(source.replace("four clusters", "5 clusters"), encoding="utf-8")
    assert memory.claim(file) is None
    monkeypatch.setattr("symadv.provers._claims.SHELVES", ())
    before = sorted(memory.folder.rglob("*.json"))
    claims_at(shelf, memory=memory)
    assert sorted(memory.folder.rglob("*.json")) == before


def test_every_claim_comes_back_from_plain_data():
    some = 0
    for claim in claims_at("proofs/stutz"):
        for condition in (claim.statement, claim.exactly_when, *claim.given):
            if condition is not None:
                data = json.loads(json.dumps(to_plain(condition)))
                assert from_plain(data) == condition and to_plain(from_plain(data)) == data
                some += 1
    assert some > 60


@pytest.mark.parametrize("node", [sp.Dummy("d"), sp.sin(x), sp.Float(0.5), sp.zoo])
def test_what_has_no_plain_form(node):
    with pytest.raises(NotPlain):
        to_plain(node)


@pytest.mark.parametrize("data", [["os.system", "1"], ["Add", ["__class__"]], "import os", [], ["lambda", "x"], {}, 3])
def test_plain_data_are_never_run(data):
    with pytest.raises((NotPlain, ValueError, TypeError)):
        from_plain(data)
    assert _memory._verdict({"status": "PROVED", "prover": "", "witness": [[data, "1"]], "why": ""}) is None


def test_a_verdict_with_a_witness_comes_back():
    at = {p: sp.Rational(1, 3), eta: sp.sqrt(sp.log(2) / 2), x: -sp.pi}
    verdict = Verdict("REFUTED", "smt", witness=at, reductions=("a", "b"), why="w", seconds=0.5)
    data = json.loads(json.dumps(_memory._plain_verdict(verdict)))
    assert _memory._verdict(data) == verdict
