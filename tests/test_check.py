"""From claims, derivations and paths to a report: order, exactness, disagreement, limits, determinism."""

import os
import subprocess
import sys

import pytest
import sympy as sp

from symadv.check import Contradiction, check, prove
from symadv.language.derivations import Derivation, Step
from symadv.language.errors import SymadvError
from symadv.language.functions import Phi
from symadv.language.goals import Claim, Exists, Experiment, Goal, Verdict
from symadv.language.limits import Limits
from symadv.language.parameters import parameter

p = parameter("p", between=(0, 1))
eta, gap = parameter("eta", positive=True), parameter("gap", positive=True)
x, y = parameter("x", real=True), parameter("y", real=True)
strict = (1 - p) * sp.exp(-2 * eta**2) < p
HERE = __name__


def claim(name="some_claim", **fields):
    return Claim(name, "sentence", "source", "place", "says", **fields)


def liar(goal, *, limits):
    """A prover that believes everything."""
    return Verdict("PROVED", "liar")


def bluffer(goal, *, limits):
    """A prover that refutes everything at a point that it makes up."""
    return Verdict("REFUTED", "bluffer", witness={x: sp.Integer(3)})


def sleeper(goal, *, limits):
    """A prover that never comes back."""
    while True:
        pass


def crasher(goal, *, limits):
    """A prover that ends its process."""
    os._exit(3)


def stumbler(goal, *, limits):
    """A prover with a bug."""
    raise ZeroDivisionError("a bug")


def test_a_goal():
    report = check(Goal(p < 1, name="below one"))
    (row,) = report
    assert report.proved and report.as_expected and report.title == "below one" and len(report) == 1
    assert row.claim == "below one" and row.verdict.prover == "algebra" and row.subject.statement == (p < 1)


def test_the_next_prover_is_asked_when_the_first_does_not_know():
    (row,) = check(Goal(Exists(sp.Tuple(y), y > x)))
    assert (row.verdict.status, row.verdict.prover) == ("PROVED", "smt")


def test_a_derivation_with_a_wrong_step_and_a_broken_link():
    steps = (
        Step((x + 1) ** 2, "=", x**2 + 2 * x + 1, "expanded"),
        Step(x**2 + 2 * x, "<=", x**2 + 2 * x + 1, "one more"),
        Step(x**2 + 2 * x + 1, "=", x**2, "wrong"),
    )
    report = check(Derivation("square", "x", steps, x**2, conclusions=(((), x**2, x**2),)))
    assert [row.verdict.status for row in report] == ["PROVED", "REFUTED", "PROVED", "PROVED", "REFUTED", "PROVED"]
    assert not report.proved and not report.as_expected
    assert report.rows[0].claim == "square, step 1: expanded" and report.rows[-1].claim == "square, result 1"


class Carrier:
    """A result that knows how it was derived."""

    derivation = Derivation("carried", "x", (Step(x - x, "=", sp.S.Zero, "cancelled"),), sp.S.Zero)


def test_what_carries_a_derivation_and_several_at_once():
    report = check([Carrier(), Goal(p < 1, name="g"), claim(statement=p > 0)])
    assert [row.claim for row in report] == ["carried, step 1: cancelled", "g", "some_claim"] and report.proved


def test_claims_are_compared_with_what_they_expect():
    (row,) = check(claim(statement=strict, expects="REFUTED"))
    assert row.as_expected and row.verdict.witness is not None
    assert not check(claim(statement=strict)).as_expected


def test_an_exact_condition():
    exact = p > sp.exp(-2 * eta**2) / (1 + sp.exp(-2 * eta**2))
    (row,) = check(claim(statement=strict, exactly_when=exact, expects="REFUTED"))
    assert row.exactness.status == "PROVED" and row.exactly_when == exact


@pytest.mark.parametrize(
    ("condition", "direction"),
    [(p > sp.Rational(1, 2), "if"), ((1 - p) * sp.exp(-2 * eta**2) / 2 < p, "only if"), (eta > 1, "open")],
)
def test_a_condition_that_is_not_exact_says_its_direction(condition, direction):
    (row,) = check(claim(statement=strict, exactly_when=condition, expects="REFUTED"))
    assert row.exactness.status == "REFUTED" and row.exactness.why == direction


def test_a_claim_without_a_statement():
    (row,) = check(claim(why="about images", expects="UNDECIDED"))
    assert row.verdict == Verdict("UNDECIDED", why="about images") and row.as_expected


def test_two_provers_that_disagree_stop_the_run():
    with pytest.raises(Contradiction, match=r"algebra says REFUTED at .* but liar says PROVED"):
        check(Goal(x > 0, name="wrong"), provers=("algebra", f"{HERE}:liar"), thorough=True)
    assert check(Goal(x > 0), provers=("algebra", f"{HERE}:liar")).rows[0].verdict.status == "REFUTED"


def test_a_witness_that_does_not_replay_is_no_refutation():
    bluff = (f"{HERE}:bluffer",)
    verdict = check(Goal(x > 0), provers=bluff).rows[0].verdict
    assert verdict.status == "UNDECIDED" and "does not replay" in verdict.why
    assert check(Goal(x < 3), provers=bluff).rows[0].verdict.status == "REFUTED"
    assert check(Goal(x < 3, (x < 1,)), provers=bluff).rows[0].verdict.status == "UNDECIDED"
    assert check(Goal(x + y < 3), provers=bluff).rows[0].verdict.status == "UNDECIDED"


@pytest.mark.parametrize(
    ("name", "why", "seconds"),
    [("sleeper", "0.5", 0.5), ("crasher", "status 3", 60), ("stumbler", "ZeroDivisionError: a bug", 60)],
)
def test_a_prover_that_fails_is_undecided_and_the_next_one_is_asked(name, why, seconds):
    prover, limits = f"{HERE}:{name}", Limits(seconds=seconds)
    lone = check(Goal(p < 1), provers=(prover,), limits=limits).rows[0].verdict
    assert lone.status == "UNDECIDED" and why in lone.why
    assert check(Goal(p < 1), provers=(prover, "algebra"), limits=Limits(seconds=max(seconds, 5))).proved


def test_only_some_rows():
    goals = [Goal(p < 1, name="one"), Goal(p > 0, name="two")]
    assert [row.claim for row in check(goals, only=["two"])] == ["two"]
    with pytest.raises(SymadvError, match="nearest: two"):
        check(goals, only=["twoo"])


def test_progress_is_counted():
    seen = []
    check([Goal(p < 1, name=str(k)) for k in range(3)], progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_what_cannot_be_checked_is_refused():
    with pytest.raises(SymadvError, match="cannot check int"):
        check(3)
    assert not check([]).proved


def coin(values):
    share = float(Phi(values[eta]).evalf())
    return lambda n, rng: (rng.random(n) < share).astype(float)


def test_sampling_adds_rows_and_a_wrong_formula_stops_the_run():
    right = claim(statement=p < 1, experiments=(Experiment("coin", Phi(eta), coin),))
    report = check(right, sample=True)
    assert [(row.claim, row.verdict.status) for row in report] == [
        ("some_claim", "PROVED"),
        ("some_claim: coin", "SUPPORTED"),
    ]
    assert report.as_expected and len(check(right)) == 1
    wrong = claim(statement=p < 1, experiments=(Experiment("coin", Phi(eta / 2), coin),))
    with pytest.raises(Contradiction, match="coin"):
        check(wrong, sample=True)


def test_prove():
    assert prove(strict, given=[p >= sp.Rational(1, 2)]).status == "PROVED"
    assert prove(p < 2, given=[p > 1]).status == "VACUOUS"
    verdict = prove(strict)
    assert verdict.status == "REFUTED" and not bool(strict.subs(verdict.witness))


FILE = '''
import sympy as sp
import symadv as sa

def {name}():
    """A claim."""
    x = sa.parameter("x", real=True)
    return sa.Claim("{claim}", "sentence", "source", "place", "says", statement=x**{power} + 1 > x, number="{number}")
'''


def write(folder, name, *, claim=None, power=2, number=""):
    folder.mkdir(exist_ok=True, parents=True)
    (folder / f"{name}.py").write_text(FILE.format(name=name, claim=claim or name, power=power, number=number))


def test_claims_from_folders_in_the_order_of_their_text(tmp_path):
    write(tmp_path / "b", "first", number="S1")
    write(tmp_path / "a", "tenth", number="S10", power=3)
    write(tmp_path / "a", "second", number="S2")
    (tmp_path / "a" / "_helper.py").write_text("raise SystemExit")
    report = check(tmp_path)
    assert [row.claim for row in report] == ["second", "tenth", "first"]
    assert [row.verdict.status for row in report] == ["PROVED", "REFUTED", "PROVED"]
    assert [row.claim for row in check(str(tmp_path / "a" / "second.py"))] == ["second"]


def test_claims_that_cannot_be_read_are_named(tmp_path):
    write(tmp_path / "a", "other_name", claim="another_name")
    with pytest.raises(
        SymadvError, match=r"other_name\.py: got the claim 'another_name', wanted the claim 'other_name'"
    ):
        check(tmp_path / "a")
    write(tmp_path / "b", "broken")
    (tmp_path / "b" / "broken.py").write_text("1 / 0")
    with pytest.raises(SymadvError, match=r"broken\.py: ZeroDivisionError"):
        check(tmp_path / "b")
    (tmp_path / "c").mkdir()
    with pytest.raises(SymadvError, match="no claims in"):
        check(tmp_path / "c")
    with pytest.raises(SymadvError, match="unknown path of claims 'proofs/stutzz'; nearest: proofs/stutz"):
        check("proofs/stutzz")


def test_the_packaged_claims_are_found_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (row,) = check("proofs/stutz/the_projection_is_unique")
    assert row.claim == "the_projection_is_unique" and row.verdict.status == row.expects


SCRIPT = """
import sympy as sp, symadv as sa
from symadv.check import check
from symadv.language.goals import Goal
p, eta = sa.parameter("p", between=(0, 1)), sa.parameter("eta", positive=True)
x = sa.parameter("x", real=True)
s = (1 - p) * sp.exp(-2 * eta**2) < p
nearer = sp.Abs(x - eta) + p < sp.Max(x, p)
report = check([Goal(s), Goal(s, (p >= sp.Rational(1, 2),)), Goal(nearer), Goal(x**2 + p * x + 1 > 0)])
print([(r.verdict.status, r.verdict.prover, str(r.verdict.witness), r.verdict.reductions) for r in report])
"""


def test_the_same_verdicts_whatever_the_hash_seed():
    def printed(seed):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", SCRIPT]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert printed("1") == printed("2") != ""
