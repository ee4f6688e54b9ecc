"""Second opinions: they agree with exact risks, and contradict wrong ones."""

import json
from dataclasses import replace

import pytest
import sympy

import symadv as sa
from symadv.cli import main
from symadv.language.errors import SymadvError
from symadv.risk import among as room
from symadv.verify.opinions import opinions

D9 = sa.distribution("tsipras").at(p="9/10", eta=3)
X1 = sa.classifier("linear", D9, weights=(1, 0), bias=0, tie=1)
SLANTED = sa.classifier("linear", D9, weights=(1, "2/5"), bias=0, tie=1)
PLAIN = sa.definition("label_invariant")


@pytest.mark.parametrize(
    "threat",
    [
        sa.ThreatModel("linf", "3/2"),
        sa.ThreatModel("linf", 1, closed=False),
        sa.ThreatModel("linf", (0, 2)),
        sa.ThreatModel("linf", 2, on_support=True),
        sa.ThreatModel("l1", (2, 0), box=(-1, 5)),
    ],
    ids=str,
)
def test_they_agree_with_exact_risks(threat):
    for definition in (PLAIN, PLAIN.thick("1/4"), sa.definition("error_region")):
        bound = sa.risk(SLANTED, D9, threat, definition=definition)
        rows = list(opinions(SLANTED, D9, threat, {definition: bound}))
        assert [row.by for row in rows] == ["grid", *([] if threat.on_support else ["optimiser"]), "sampling"]
        assert all(row.agrees for row in rows), rows


def test_a_vulnerable_set_that_is_too_small_is_contradicted():
    threat = sa.ThreatModel("linf", 4)
    of_another = sa.risk("bayes", D9, threat, definition=PLAIN)
    grid, optimiser, sampling = opinions(X1, D9, threat, {PLAIN: of_another})
    assert not grid.agrees and not optimiser.agrees and "said to be safe" in grid.says
    assert sampling.agrees  # the empty set has probability 0


def test_a_wrong_probability_is_contradicted():
    threat = sa.ThreatModel("linf", 4)
    right = sa.risk(X1, D9, threat, definition=PLAIN)
    wrong = replace(
        right, evidence=replace(right.evidence, expression=right.evidence.expression - sympy.Rational(1, 50))
    )
    grid, optimiser, sampling = opinions(X1, D9, threat, {PLAIN: wrong})
    assert grid.agrees and optimiser.agrees and not sampling.agrees


def test_formulas_have_no_second_opinion():
    d, threat = sa.distribution("tsipras"), sa.ThreatModel("linf", 1)
    bound = sa.risk("bayes", d, threat, definition="boundary")
    with pytest.raises(SymadvError, match="needs numbers"):
        list(opinions(sa.classifier("bayes", d), d, threat, {sa.definition("boundary"): bound}))


def test_the_command_line_prints_them_and_fails_on_disagreement(capsys, monkeypatch):
    asked = ["risk", "point_masses", "--at", "gap=1", "--eps", "1", "--definition", "boundary", "--verify"]
    assert main(asked) == 0
    assert capsys.readouterr().out.count("agrees") == 3
    assert main([*asked, "--json"]) == 0
    assert [row["by"] for row in json.loads(capsys.readouterr().out)["opinions"]] == ["grid", "optimiser", "sampling"]
    monkeypatch.setattr(room, "members", lambda numbers, at: at != at)  # as if nobody were vulnerable
    assert main(asked) == 1
    assert "DISAGREES" in capsys.readouterr().out


def test_the_optimiser_looks_at_samples_of_both_kinds_and_finds_the_vulnerable_ones():
    linear = sa.classifier("linear", D9, weights=(1, 1), tie=1)
    threat = sa.ThreatModel("l2", 2)
    bound = sa.risk(linear, D9, threat, definition="adversarial_loss")
    _, optimiser, _ = opinions(linear, D9, threat, {sa.definition("adversarial_loss"): bound})
    assert optimiser.agrees and optimiser.says.startswith("2 found of 2 vulnerable, of 4 samples")


def test_networks_are_contradicted_too():
    torch = pytest.importorskip("torch")
    net = torch.nn.Sequential(torch.nn.Linear(2, 2).double())
    with torch.no_grad():
        net[0].weight[:], net[0].bias[:] = torch.tensor([[0.0, 0.0], [1.0, 0.25]]), torch.zeros(2)
    threat, f = sa.ThreatModel("linf", 4), sa.classifier("relu", D9, network=net)
    right = sa.risk(f, D9, threat, definition=PLAIN)
    assert all(row.agrees for row in opinions(f, D9, threat, {PLAIN: right}))
    of_another = sa.risk("bayes", D9, threat, definition=PLAIN)
    grid, optimiser, _ = opinions(f, D9, threat, {PLAIN: of_another})
    assert not grid.agrees and not optimiser.agrees
