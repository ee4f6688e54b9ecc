"""Falsehoods made of the true claims: every one is refuted with a witness, or is still true and proved."""

import json
from collections import Counter
from pathlib import Path

import pytest
import sympy as sp

import symadv as sa
from symadv.battery import Outcome, battery
from symadv.battery.mutants import Mutant
from symadv.battery.operators import OPERATORS
from symadv.battery.summary import summary
from symadv.cli import main
from symadv.language.goals import Claim, Goal, Verdict
from symadv.language.limits import Limits
from symadv.provers._claims import claims_at

PROOFS = Path(__file__).parents[2] / "proofs"
PATIENT = Limits(seconds=120)  # of wall clock: the provers' own budgets are counted in steps


@pytest.fixture(scope="module")
def outcomes():
    return battery(claims_at(PROOFS), per_goal=11, limits=PATIENT)


def test_there_are_many_of_many_claims(outcomes):
    assert len(outcomes) >= 500
    assert len({o.mutant.claim.removesuffix(", exactly when") for o in outcomes}) >= 25


def test_no_falsehood_is_proved(outcomes):
    assert [o.mutant.name for o in outcomes if o.fate == "unsound"] == []


def test_none_escapes(outcomes):
    assert {o.mutant.name: o.verdict.why for o in outcomes if o.fate == "missed"} == {}


def test_most_slips_are_false_and_boundary_points_find_what_random_ones_do_not(outcomes):
    (*_, every) = summary(outcomes)
    assert sum(every.by.values()) > len(outcomes) / 2
    assert every.boundary > every.random
    assert every.mutants == sum(every.by.values()) + every.still_true + every.missed


def test_each_kind_of_slip_was_made_somewhere_and_refuted_somewhere(outcomes):
    made, refuted = (Counter(o.mutant.operator for o in some) for some in (outcomes, _refuted(outcomes)))
    assert set(made) == {*OPERATORS, "hypothesis"}
    assert set(refuted) == set(made)


def _refuted(outcomes):
    return [o for o in outcomes if o.fate == "refuted"]


def test_a_prover_that_believes_everything_is_found_out():
    p = sa.parameter("p", between=(0, 1))
    mutant = Mutant("m", "c", "direction", Goal(p > sp.Rational(1, 2), (), "m"))
    believed = Outcome(mutant, Verdict("PROVED", "credulous"), random=True, boundary=False)
    assert believed.fate == "unsound"
    assert Outcome(mutant, Verdict("UNDECIDED", "shy"), random=False, boundary=False).fate == "missed"
    assert Outcome(mutant, Verdict("PROVED", "right"), random=False, boundary=False).fate == "still true"


def test_the_command_line_shows_it(tmp_path, capsys):
    folder = tmp_path / "claims"
    folder.mkdir()
    (folder / "half_is_in_the_middle.py").write_text(
        '"""A claim."""\nimport symadv as sa\n\n\ndef half_is_in_the_middle() -> sa.Claim:\n    """One."""\n'
        '    p = sa.parameter("p", between=(0, 1))\n'
        '    return sa.Claim(name="half_is_in_the_middle", sentence="", source="stutz2019", place="", says="",\n'
        "        statement=(p + 2 * (1 - p) > 1))\n"
    )
    assert main(["battery", str(folder), "--json"]) in (0, 1)
    found = json.loads(capsys.readouterr().out)
    assert {f["fate"] for f in found} <= {"refuted", "still true"}
    assert any(f["witness"] for f in found)
    assert main(["battery", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "direction" in shown and "still true" in shown


def test_claims_without_a_true_goal_have_no_mutants():
    p = sa.parameter("p", between=(0, 1))
    assert battery([Claim("no", "", "", "", "", p > 2, expects="REFUTED")]) == ()
