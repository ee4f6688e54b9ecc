"""``symadv grade`` and ``symadv risk --model``: what is told, with which exit code, how mistakes are named."""

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
    for name in ("text.pt", "text.safetensors"):
        (folder / name).write_text("no weights")
    torch.save(torch.nn.Sequential(torch.nn.Conv1d(2, 2, 1)).state_dict(), folder / "conv.pt")
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


def test_pictures_of_attacks_say_the_threat(here, capsys, tmp_path):
    pytest.importorskip("matplotlib")
    threat = ("--box", "-3,3", "--open", "--on-support", "--norm", "l2", "-n", "5", "--attack", "pgd")
    for picture, budget in (("recall", "--eps"), ("attacks", "--upto")):
        out = tmp_path / f"{picture}.svg"
        assert (
            main(["plot", picture, *PLACE, "--model", "net.safetensors", budget, "2", *threat, "--out", str(out)]) == 0
        )
        words = capsys.readouterr().out
        assert all(part in words for part in ("open L2 ball", "on the support", "in the box (-3, 3)")) and out.exists()


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


WRONG_FOR_BOTH = [
    (dict(model="nothing.safetensors"), "there is no file"),
    (dict(model="text.pt"), "cannot be read as a state dict"),
    (dict(model="text.safetensors"), "is no safetensors file"),
    (dict(model="module.pt"), "pickled module is refused"),
    (dict(model="conv.pt"), "wanted floats: the weight (m, n) and bias (m,) of Linear layers only"),
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
]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        *WRONG_FOR_BOTH,
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


def test_the_risk_of_a_network_in_a_file(here, capsys):
    arguments = ["risk", *PLACE, "--model", "net.safetensors", "--norm", "linf", "--eps", "6", "--definition", "all"]
    found = {}
    for semantics in ("real", "float32"):
        assert main([*arguments, "--semantics", semantics, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["classifier"] == "2-8-8-2 from net.safetensors"
        found[semantics] = told["risks"]
    d, net = sa.distribution("tsipras").at(p="9/10", eta=3), sa.load_network("net.safetensors")
    for name, bound in sa.risks(net, d, sa.ThreatModel("linf", 6)).items():
        real, passed = found["real"][name], found["float32"][name]
        assert (real["lower"], real["upper"], real["method"]) == (bound.lower, bound.upper, "exact")
        assert passed["lower"] <= real["lower"] <= real["upper"] <= passed["upper"] < passed["lower"] + 1e-4
    assert main([*arguments, "--semantics", "float32"]) == 0
    text = capsys.readouterr().out
    assert all(name in text for name in sa.names("definitions")) and "its float32 pass" in text and "[0." in text


def test_ties_of_a_network_are_an_option(here, capsys):
    zero = torch.nn.Sequential(torch.nn.Linear(2, 2))
    torch.nn.init.zeros_(zero[0].weight), torch.nn.init.zeros_(zero[0].bias)
    sa.save_network(zero, "zero.safetensors")
    arguments = ["risk", *PLACE, "--model", "zero.safetensors", "--eps", "1", "--option", "tie=-1", "--json"]
    assert main(arguments) == 0
    semantics = json.loads(capsys.readouterr().out)
    assert semantics["risks"]["misclassification"]["lower"] == 0.5
    assert semantics["risks"]["boundary"]["lower"] == 0


def test_second_opinions_on_a_network(here, capsys):
    arguments = ["risk", *PLACE, "--model", "net.safetensors", "--eps", "3", "--definition", "label_invariant"]
    assert main([*arguments, "--verify", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["opinions"]
    assert [row["by"] for row in rows] == ["grid", "optimiser", "sampling"] and all(row["agrees"] for row in rows)
    assert "0 found" not in rows[0]["says"] + rows[1]["says"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        *WRONG_FOR_BOTH,
        (dict(semantics="float16"), 'wanted "real" or "float32"'),
        (dict(classifier="bayes"), "wanted one of them"),
        (dict(option="tie=3"), "tie: got 3"),
        (dict(semantics="float32", verify=None), "second opinions are about the real function"),
    ],
)
def test_mistakes_in_the_risk_of_a_network_are_named_with_exit_code_2(here, capsys, changed, message):
    asked = dict(model="net.safetensors", eps="1", norm="linf") | changed
    options = [part for key, value in asked.items() for part in (f"--{key}", value) if part is not None]
    assert main(["risk", *PLACE, *options]) == 2
    err = capsys.readouterr().err
    assert message in err and "Traceback" not in err


def test_only_networks_have_another_semantics(here, capsys):
    assert main(["risk", *PLACE, "--eps", "1", "--semantics", "float32"]) == 2
    assert "only networks" in capsys.readouterr().err
