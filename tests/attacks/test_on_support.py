"""Attacks that must stay on the support search on it, from one stratum to the other."""

import numpy as np
import pytest

import symadv as sa
from symadv.language.errors import SymadvError

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def fig2():
    return sa.distribution("tsipras").at(p="9/10", eta=3)


def linear(weights, bias=0.0):
    """A network with the logits (0, w x + b)."""
    layer = torch.nn.Linear(2, 2).double()
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[0.0, 0.0], weights], dtype=torch.float64))
        layer.bias.copy_(torch.tensor([0.0, bias], dtype=torch.float64))
    return torch.nn.Sequential(layer)


@pytest.mark.parametrize("norm", ["linf", "l2"])
@pytest.mark.parametrize("name", ["pgd", "label_pgd"])
def test_every_iterate_lies_on_the_support_and_in_the_ball(fig2, name, norm):
    x, y = fig2.sample(100, rng=np.random.default_rng(0))
    o, seen = sa.oracle(fig2), []
    threat = sa.ThreatModel(norm, "5/2", on_support=True)
    attack = sa.load("attacks", name)
    options = dict(allowed=lambda z: np.abs(z[:, 0]) == 1, project=o.project, rng=np.random.default_rng(1))
    attack(linear([1.0, 1.0]), x, y, threat=threat, labels=fig2.labels, visit=seen.append, **options)
    flipped = 0
    for z in seen:
        assert (np.abs(z[:, 0]) == 1).all() and threat.allows(x, z).all()
        flipped += (z[:, 0] != x[:, 0]).any()
    assert flipped > len(seen) / 2  # the other line is within reach, and looked at


@pytest.mark.parametrize(("eps", "flips"), [("19/10", False), (2, True)])
def test_a_network_that_looks_at_the_line_alone_is_broken_from_the_budget_that_crosses(fig2, eps, flips):
    threat = sa.ThreatModel("linf", eps, on_support=True)
    g = sa.grade("pgd", linear([1.0, 0.0]), fig2, threat, definition="boundary", n=300)
    assert g.vulnerable == (flips and (g.x[:, 0] == g.y).sum()) and g.found >= 0.98 * g.vulnerable


@pytest.mark.parametrize(("name", "least"), [("pgd", 0.9), ("label_pgd", 1.0), ("exhaustive", 1.0)])
def test_what_is_vulnerable_on_the_support_is_found(fig2, name, least):
    net = sa.train(fig2, hidden=(8, 8), steps=200)
    threat = sa.ThreatModel("linf", 3, on_support=True)
    definition = "label_invariant" if name == "label_pgd" else "adversarial_loss"
    options = dict(points=31) if name == "exhaustive" else {}
    g = sa.grade(name, net, fig2, threat, definition=definition, n=60, **options)
    assert g.vulnerable > 15 and g.recall >= least and len(g.outside) == 0


def test_the_projection_is_asked_for(fig2):
    x, y = fig2.sample(3, rng=np.random.default_rng(0))
    for name in ("pgd", "label_pgd", "exhaustive"):
        with pytest.raises(SymadvError, match="project=oracle"):
            attack, threat = sa.load("attacks", name), sa.ThreatModel("linf", 1, on_support=True)
            attack(linear([1.0, 1.0]), x, y, threat=threat, labels=fig2.labels, rng=np.random.default_rng(0))


def test_a_support_that_curves():
    """Projected on a circle, iterates follow it to where the network changes its mind."""

    def circle(z):
        return z / np.linalg.norm(z, axis=1, keepdims=True)

    angle = np.linspace(0.05, 1.2, 50)
    x, seen = np.stack([np.sin(angle), np.cos(angle)], 1), []
    threat = sa.ThreatModel("l2", 1, on_support=True)
    pgd = sa.load("attacks", "pgd")
    options = dict(project=circle, rng=np.random.default_rng(0), labels=(0, 1), visit=seen.append)
    x_adv = pgd(linear([1.0, 0.0]), x, np.ones(50), threat=threat, **options)
    assert all(np.allclose(np.linalg.norm(z, axis=1), 1) for z in seen)
    assert ((x_adv[:, 0] < 0) == (angle < np.pi / 3)).all()  # a chord of length 1 spans 60 degrees
