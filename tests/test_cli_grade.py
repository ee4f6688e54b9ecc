"""``symadv grade``: what is told, in which form, with which exit code, and how mistakes are named."""

import json
import sys

import pytest

import symadv as sa
from symadv.cli import main

torch = pytest.importorskip("torch")

PLACE = ("tsipras", "--at", "p=9/10", "--at", "eta=3")

ATTACKS = '''
import numpy as np

def far(model, x, y, *, threat, allowed=None, rng):
    """Leaves the ball."""
    return x + 1000.0

def holes(model, x, y, *, threat, allowed=None, rng):
    """Returns no numbers."""
    return x * np.nan
'''


@pytest.fixture(scope="module")
def nets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nets")
    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    net = sa.train(d, hidden=(8, 8), steps=200)
    sa.save_network(net, folder / "net.safetensors")
    torch.save(net, folder / "module.pt")
    sa.save_network(sa.train(sa.distribution("point_masses").at(gap=1), hidden=(3,), steps=1), folder / "one.pt")
    net[0].weight.data[0, 0] = float("nan")
    sa.save_network(net, folder / "nan.pt")
    net[0].weight.data[0, 0] = float("inf")
    sa.save_network(net, folder / "inf.pt")
    wide = torch.nn.Sequential(torch.nn.Linear(2, 512), torch.nn.ReLU(), torch.nn.Linear(512, 512), torch.nn.ReLU())
    sa.save_network(torch.nn.Sequential(*wide, torch.nn.Linear(512, 2)), folder / "wide.pt")
    three = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Linear(4, 3))
    sa.save_network(three, folder / "three.pt")
    (folder / "text.pt").write_text("no weights")
    return folder


@pytest.fixture
def here(nets, monkeypatch):
    monkeypatch.chdir(nets)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (nets / "odd_attacks.py").write_text(ATTACKS)


def told(capsys, *arguments):
    code = main(["grade", *arguments, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out), err


def test_a_grade_as_json(here, capsys):
    arguments = ("pgd", *PLACE, "--model", "net.safetensors", "--eps", "6", "-n", "200", "--option", "steps=20")
    code, found, _ = told(capsys, *arguments)
    assert code == 0 and found["network"] == "2-8-8-2 from net.safetensors"
    (grade,) = found["grades"].values()
    assert grade["definition"] == "label_invariant" and grade["found"] <= grade["vulnerable"] <= grade["n"] == 200
    assert grade["missed_count"] == grade["vulnerable"] - grade["found"] and len(grade["missed"]) == 3
    assert grade["gradients"] == 20 * 200 and grade["found_last"] is not None and grade["outside"] == []
    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    f = sa.classifier("relu", d, network=sa.load_network("net.safetensors"))
    missed = grade["missed"][0]
    x, x_adv = torch.tensor([missed["x"]]).double().numpy(), torch.tensor([missed["witness"]]).double().numpy()
    assert sa.oracle(d).is_adversarial(
        x, torch.tensor([missed["y"]]).numpy(), x_adv, f, threat=sa.ThreatModel("linf", 6)
    )


def test_all_definitions_as_a_table(here, capsys):
    assert main(["grade", "label_pgd", *PLACE, "--model", "net.safetensors", "--eps", "6", "-n", "50",
                 "--definition", "all"]) == 0  # fmt: skip
    out = capsys.readouterr().out
    assert all(name in out for name in sa.names("definitions")) and "recall" in out and "witness (" in out
    assert "–" in out  # nothing is misclassified, so that there is no recall


def test_without_a_model_one_is_trained_and_this_is_said(here, capsys, monkeypatch):
    import symadv.train

    quick = sys.modules["symadv.train"].train
    monkeypatch.setattr(sys.modules["symadv.train"], "train", lambda d, seed: quick(d, seed=seed, steps=50))
    code, found, err = told(capsys, "pgd", *PLACE, "--eps", "1/2", "-n", "20", "--norm", "l2", "--seed", "3")
    assert code == 0 and "trained on tsipras with seed 3" in err and "since no --model" in found["network"]
    assert symadv.train is quick


@pytest.mark.parametrize(("attack", "said"), [("far", "Outside the threat model, 40 samples"), ("holes", "not finite")])
def test_an_attack_at_fault_is_exit_code_1(here, capsys, attack, said):
    arguments = ["grade", f"odd_attacks:{attack}", *PLACE, "--model", "net.safetensors", "--eps", "1", "-n", "40"]
    assert main(arguments) == 1
    assert said in capsys.readouterr().out
    assert told(capsys, *arguments[1:])[0] == 1


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (dict(model="nothing.safetensors"), "there is no file"),
        (dict(model="text.pt"), "cannot be read as a state dict"),
        (dict(model="module.pt"), "pickled module is refused"),
        (dict(model="net.onnx"), "wanted a file that ends in"),
        (dict(model="nan.pt"), "nan"),
        (dict(model="inf.pt"), "inf"),
        (dict(model="one.pt"), "1 inputs, wanted one for 2 features"),
        (dict(model="three.pt"), "3 logits, wanted 2"),
        (dict(model="wide.pt"), "too large"),
        (dict(eps="-1"), "-1"),
        (dict(eps="nan"), "nan"),
        (dict(eps="1,2,3"), "3 budgets, wanted 2"),
        (dict(norm="l3"), "l3"),
        (dict(definition="label_invariance"), "nearest: label_invariant"),
        (dict(attack="labelpgd"), "nearest: label_pgd"),
        (dict(attack="odd_attacks:fare"), "nearest: far"),
        (dict(option="stpes=3"), "nearest: steps"),
        (dict(option="steps=0"), "steps must be"),
    ],
)
def test_mistakes_are_named_with_exit_code_2(here, capsys, changed, message):
    asked = dict(attack="pgd", model="net.safetensors", eps="1", norm="linf") | changed
    attack = asked.pop("attack")
    options = [part for key, value in asked.items() for part in (f"--{key}", value)]
    assert main(["grade", attack, *PLACE, *options, "-n", "10"]) == 2
    err = capsys.readouterr().err
    assert message in err and "Traceback" not in err


def test_parameters_without_a_value_are_named(here, capsys):
    assert main(["grade", "pgd", "tsipras", "--at", "p=9/10", "--eps", "1"]) == 2
    assert "eta" in capsys.readouterr().err
