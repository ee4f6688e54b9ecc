"""Adapters to attack libraries: what they find at any scale, what they refuse, what they say when missing."""

import subprocess
import sys

import numpy as np
import pytest

import symadv as sa
from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError

torch = pytest.importorskip("torch")
LABELS = (-1, 1)


def load(name):
    pytest.importorskip("eagerpy" if name == "foolbox" else name)
    return sa.load("attacks", name)


def rng():
    return np.random.default_rng(5)


@pytest.mark.parametrize("name", ["foolbox", "torchattacks"])
@pytest.mark.parametrize(("norm", "dual"), [("linf", 1), ("l2", 2)])
def test_a_linear_network_far_from_the_unit_box_is_broken_where_it_can_be(linear, name, norm, dual):
    weights, budgets = np.array([1.0, -0.4, 0.003]), np.array([0.5, 0.5, 50.0])
    x = rng().normal(size=(500, 3)) * [1, 1, 100] + [3, -20, 1000]
    bias = float(-x.mean(0) @ weights)
    y = np.where(x @ weights + bias > 0, 1, -1)
    threat = ThreatModel(norm, tuple(budgets))
    x_adv = load(name)(linear(weights, bias), x, y, threat=threat, rng=rng(), labels=LABELS, restarts=2)
    best = y * (x @ weights + bias) - np.linalg.norm(budgets * weights, ord=dual)
    broken = y * (x_adv @ weights + bias) < 0
    assert 50 < broken.sum() < 450 and not (broken & (best > 0)).any() and broken.sum() > 0.9 * (best < 0).sum()
    assert threat.allows(x, x_adv).all() and (x_adv == x)[~broken].all()


@pytest.mark.parametrize("name", ["foolbox", "torchattacks"])
def test_the_same_generator_gives_the_same_points_and_nothing_global_moves(net, toy, name):
    x, y = toy.sample(60, rng=rng())
    before = torch.random.get_rng_state()
    runs = [load(name)(net, x, y, threat=ThreatModel("linf", 2), rng=np.random.default_rng(s)) for s in (1, 1)]
    assert (runs[0] == runs[1]).all() and torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize("name", ["foolbox", "torchattacks"])
def test_what_is_not_allowed_is_not_returned_and_the_box_is_kept(net, toy, name):
    x, y = toy.sample(200, rng=rng())
    threat = ThreatModel("linf", 6, box=(-4, 4))
    x_adv = load(name)(net, x, y, threat=threat, rng=rng(), allowed=lambda z: toy.label(z) == y)
    moved = (x_adv != x).any(1)
    assert (toy.label(x_adv) == y)[moved].all() and threat.allows(x, x_adv).all()


def test_a_norm_that_is_not_that_of_the_threat_is_told(net, toy):
    load("foolbox")
    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    g = sa.grade("foolbox", net, d, ThreatModel("l1", 3), definition="boundary", n=50, method="LinfFastGradientAttack")
    assert len(g.outside) > 10 and g.found == 0 and g.at_fault


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("foolbox", dict(method="L2DeepFool"), "nearest: L2DeepFoolAttack"),
        ("foolbox", dict(stepz=3), "stepz"),
        ("foolbox", dict(threat=ThreatModel("linf", (0, 1))), "positive ones"),
        ("foolbox", dict(restarts=0), "restarts must be"),
        ("torchattacks", dict(method="PGDL3"), "nearest: PGDL2"),
        ("torchattacks", dict(alpha_=3), "alpha_"),
        ("torchattacks", dict(threat=ThreatModel("l1", 1)), "no attack for l1"),
    ],
)
def test_mistakes_are_named(net, toy, name, options, message):
    x, y = toy.sample(10, rng=rng())
    with pytest.raises(SymadvError, match=message):
        load(name)(net, x, y, **{"threat": ThreatModel("linf", 1), "rng": rng(), **options})


def test_without_the_library_the_extra_is_named():
    code = (
        "import sys; sys.modules['foolbox'] = sys.modules['torchattacks'] = None\n"
        "import symadv as sa\n"
        "for name in ('foolbox', 'torchattacks'):\n"
        "    try:\n        sa.load('attacks', name)(None, None, None, threat=sa.ThreatModel('linf', 1), rng=None)\n"
        "    except sa.SymadvError as error:\n        print(error)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()
    assert "pip install 'symadv[foolbox]'" in out[0] and "pip install --no-deps torchattacks" in out[1]
