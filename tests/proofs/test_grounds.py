"""What claims rest on: their derivations are checked with them, remembered or not, and a wrong step shows."""

import json
from dataclasses import replace

import pytest
import sympy as sp

import symadv as sa
from symadv.cli import main
from symadv.language.goals import Claim
from symadv.language.plain import NotPlain
from symadv.language.plain_derivations import derivation_from, plain_derivation
from symadv.provers._claims import claims_at
from symadv.provers._memory import Memory
from symadv.verify.grounds import grounds

NAMES = ["stutz/the_max_margin_risk_is_zero_with_the_other_tie", "stutz/the_bayes_classifier_is_right_at_the_sample"]


def wrong(derivation):
    """The derivation with one side of its first step, that is no definition, off by one."""
    at = next(k for k, step in enumerate(derivation.steps) if not step.definition and step.relation == "=")
    step = derivation.steps[at]
    return replace(
        derivation, steps=(*derivation.steps[:at], replace(step, right=step.right + 1), *derivation.steps[at + 1 :])
    )


def test_a_derivation_counts_once_and_all_goals_are_proved():
    d = sa.distribution("point_masses")
    claims = [
        Claim(name, "", "s", "p", "says", sp.true, because=because)
        for name, because in (("a", {"one": sa.label(d)}), ("b", {"other": sa.label(d)}), ("c", {}))
    ]
    found = grounds(claims)
    assert found.proved and found.summary == "2 claims rest on 1 derivations: 2 goals, all proved"


def test_a_wrong_step_shows():
    derivation = wrong(sa.posterior(sa.distribution("point_masses")))
    found = grounds([Claim("a", "", "s", "p", "says", sp.true, because={"it": derivation})])
    assert not found.proved and "goals are not proved" in found.summary
    assert any("step" in row.claim for row in found.open)


@pytest.mark.parametrize("name", NAMES)
def test_remembered_claims_rest_on_the_same_goals(name, tmp_path, monkeypatch):
    monkeypatch.setenv("SYMADV_CACHE", str(tmp_path))
    memory = Memory.of_user()
    (fresh,), (again,) = claims_at(f"proofs/{name}", memory=memory), claims_at(f"proofs/{name}", memory=memory)
    assert fresh == again and again is not fresh and fresh.because
    assert {k: d.goals() for k, d in again.because.items()} == {k: d.goals() for k, d in fresh.because.items()}
    assert all(d.result is None for d in again.because.values())


def test_a_derivation_comes_back_from_plain_data_with_its_goals():
    d = sa.distribution("tsipras")
    for derivation in (sa.posterior(d), sa.log_odds(d), sa.label(d), sa.joint(d)):
        back = derivation_from(json.loads(json.dumps(plain_derivation(derivation))))
        assert back.goals() == derivation.goals() and len(back.goals()) >= 2
    with pytest.raises(NotPlain):
        plain_derivation("no derivation")


LEANING = """
import sympy as sp
import symadv as sa

def leans():
    d = sa.distribution("point_masses")
    posterior = sa.posterior(d)
    steps = posterior.steps
    {change}
    return sa.Claim("leans", "", "s", "p", "says", sp.S.true, because={{"the posterior": posterior}})
"""
SLIP = """from dataclasses import replace
    posterior = replace(posterior, steps=(replace(steps[0], right=steps[0].right + 1), *steps[1:]))"""


@pytest.mark.parametrize(("change", "code"), [("pass", 0), (SLIP, 1)])
def test_the_door_fails_on_a_claim_that_leans_on_a_wrong_step(change, code, tmp_path, capsys):
    (tmp_path / "leans.py").write_text(LEANING.format(change=change))
    assert main(["check", str(tmp_path)]) == code
    said = capsys.readouterr().out
    assert ("all proved" in said) == (code == 0) and "1 claims rest on 1 derivations" in said
    assert main(["check", str(tmp_path), "--json"]) == code
    assert json.loads(capsys.readouterr().out)["grounds"]["proved"] is (code == 0)
    assert main(["check", str(tmp_path), "--format", "latex"]) == code
    assert ("(not proved)" in capsys.readouterr().out) == (code == 1)
