"""Training: accurate, reproducible, without a trace in global state, and robust when trained against an adversary."""

import subprocess
import sys
import time

import numpy as np
import pytest

from symadv.adversary.threat import ThreatModel
from symadv.attacks.pgd import pgd
from symadv.language.errors import SymadvError
from symadv.train import train

torch = pytest.importorskip("torch")
from symadv.train._stack import network  # noqa: E402


class Blobs:
    """Three Gaussian blobs of width 1/2 on a line, labels 0, 5, 9."""

    features = ("u",)
    labels = (0, 5, 9)

    def sample(self, n, *, rng):
        k = rng.integers(3, size=n)
        return rng.normal(2.0 * k, 0.5)[:, None], np.take(self.labels, k)


class Pair:
    """Two labels, -1 around (-1, -2) and 1 around (1, 2); the first feature is exact, the second noisy."""

    features = ("a", "b")
    labels = (-1, 1)

    def sample(self, n, *, rng):
        y = rng.choice([-1, 1], n)
        return np.stack([y.astype(float), rng.normal(2.0 * y)], axis=1), y


def weights(net):
    return torch.cat([p.detach().flatten() for p in net.parameters()])


def accuracy(net, d, x, y):
    with torch.no_grad():
        return (np.take(d.labels, net(torch.as_tensor(x).float()).argmax(1).numpy()) == y).mean()


def test_it_learns_and_column_k_belongs_to_label_k():
    d = Blobs()
    net = train(d, steps=400, seed=0)
    x, y = d.sample(20_000, rng=np.random.default_rng(9))
    bayes = (np.take(d.labels, np.clip(np.rint(x[:, 0] / 2), 0, 2).astype(int)) == y).mean()
    assert bayes > 0.96 and accuracy(net, d, x, y) > bayes - 0.01


def test_the_layers_are_linear_and_relu_in_float32():
    net = train(Pair(), hidden=(5, 4, 3), steps=1)
    kinds = [type(layer) for layer in net]
    assert kinds == [torch.nn.Linear, torch.nn.ReLU] * 3 + [torch.nn.Linear]
    assert [layer.out_features for layer in net[::2]] == [5, 4, 3, 2] and not net.training
    assert all(p.dtype == torch.float32 for p in net.parameters())
    assert len(train(Pair(), hidden=(), steps=1)) == 1


@pytest.mark.parametrize("adversary", [None, ThreatModel("l2", "1/2")])
def test_a_seed_fixes_the_weights_and_leaves_global_state_alone(adversary):
    torch.manual_seed(123)
    before, numpy_before = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    one, again, other = (train(Pair(), steps=30, seed=s, adversary=adversary) for s in (4, 4, 5))
    assert torch.equal(before, torch.random.get_rng_state()) and (numpy_before == np.random.get_state()[1]).all()
    torch.manual_seed(7)
    later = train(Pair(), steps=30, seed=4, adversary=adversary)
    assert torch.equal(weights(one), weights(again)) and torch.equal(weights(one), weights(later))
    assert not torch.equal(weights(one), weights(other))


def test_training_against_an_adversary_makes_a_network_robust():
    """A budget of 2 turns the first feature round; the second alone keeps Phi(3/2) = .933 of the points."""
    d, threat = Pair(), ThreatModel("linf", (2, "1/2"))
    x, y = d.sample(2000, rng=np.random.default_rng(8))
    kept = {}
    for name, adversary in (("plain", None), ("robust", threat)):
        net = train(d, steps=400, seed=1, adversary=adversary)
        x_adv = pgd(net, x, y, threat=threat, rng=np.random.default_rng(0))
        kept[name] = accuracy(net, d, x_adv, y)
    assert kept["robust"] > 0.9 > 0.5 > kept["plain"]


def test_two_thousand_steps_take_seconds():
    start = time.process_time()
    train(Pair(), steps=2000)
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (dict(steps=-1), "steps must be"),
        (dict(batch=0), "batch must be"),
        (dict(samples=2.5), "samples must be"),
        (dict(hidden=(3, 0)), "hidden must be"),
        (dict(learning_rate=float("nan")), "learning_rate must be"),
        (dict(adversary=ThreatModel("linf", 1, on_support=True)), "does not know the support"),
        (dict(adversary=ThreatModel("linf", (1, 2, 3))), "3 budgets, wanted 2"),
    ],
)
def test_mistakes_are_named(options, message):
    with pytest.raises(SymadvError, match=message):
        train(Pair(), **options)


def test_no_steps_give_the_initial_network():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        fresh = network(2, (16, 16), 2)
    assert torch.equal(weights(fresh), weights(train(Pair(), steps=0, seed=3)))


def test_without_torch_there_is_a_clear_message():
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from symadv.train import train\n"
        "from symadv.attacks.pgd import pgd\n"
        "from symadv.adversary.threat import ThreatModel\n"
        "for call in (lambda: train(None), lambda: pgd(None, None, None, threat=ThreatModel('linf', 1), rng=None)):\n"
        "    try:\n        call()\n"
        "    except ValueError as error:\n        print(type(error).__name__, error)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines() == [
        "SymadvError training needs torch: pip install 'symadv[torch]'",
        "SymadvError attacks need torch: pip install 'symadv[torch]'",
    ]


def test_importing_the_module_loads_no_torch():
    code = "import sys, symadv.train, symadv.attacks.pgd, symadv.risk.attacked; print('torch' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "False"


@pytest.mark.parametrize(
    "adversary", [None, ThreatModel("linf", "1/2"), ThreatModel("l2", (1, "1/2")), ThreatModel("l1", 1)]
)
def test_many_seeds_side_by_side_give_what_each_gives_alone(adversary):
    options = dict(steps=25, hidden=(6, 5), samples=500, batch=64, adversary=adversary)
    together = train(Pair(), seeds=range(3, 8), **options)
    alone = [train(Pair(), seed=seed, **options) for seed in range(3, 8)]
    assert len(together) == 5 and all(not net.training for net in together)
    for one, other in zip(together, alone, strict=True):
        assert torch.allclose(weights(one), weights(other), atol=2e-5, rtol=1e-4)
        assert all(a.dtype == b.dtype == torch.float32 for a, b in zip(one.parameters(), other.parameters()))
    assert not torch.allclose(weights(together[0]), weights(together[1]), atol=0.1)


def test_seeds_in_stacks_and_their_kinds(monkeypatch):
    monkeypatch.setattr(sys.modules["symadv.train"], "_AT_ONCE", 2)
    nets = train(Pair(), seeds=np.array([5, 1, 5]), steps=3)
    assert torch.equal(weights(nets[0]), weights(train(Pair(), seeds=[5, 1], steps=3)[0]))
    assert torch.allclose(weights(nets[0]), weights(nets[2]), atol=1e-6)
    assert train(Pair(), seeds=[], steps=3) == []
    for options, message in (
        (dict(seeds=[1], seed=1), "one of them"),
        (dict(seeds=[-1]), "-1"),
        (dict(seed=0.5), "0.5"),
    ):
        with pytest.raises(SymadvError, match=message):
            train(Pair(), steps=1, **options)
