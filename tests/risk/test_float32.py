"""The risk of a float32 pass: the rounding bound against passes and rationals, the risk against samples of passes."""

import itertools

import numpy as np
import pytest

import symadv as sa
from symadv.classifiers import classifier
from symadv.classifiers._network import rational, read_network
from symadv.language.errors import SymadvError
from symadv.risk import risks
from symadv.risk._net_rounding import in_float32, rounding, shifted

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def fig2():
    return sa.distribution("tsipras").at(p="9/10", eta=3)


def random_net(seed, *widths, scale=1.0):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers = [layer for a, b in itertools.pairwise(widths) for layer in (torch.nn.Linear(a, b), torch.nn.ReLU())]
        net = torch.nn.Sequential(*layers[:-1])
        for p in net.parameters():
            p.data[:] = torch.randn(p.shape) * scale
    return net


def in_another_order(network, x, rng):
    """A float32 pass whose sums run one by one in a random order, the bias among the terms."""
    value = x.astype(np.float32)
    for layer in network.layers:
        terms = value[:, None, :] * layer.weight.astype(np.float32)
        terms = np.concatenate(
            [terms, np.broadcast_to(layer.bias.astype(np.float32)[:, None], (*terms.shape[:2], 1))], 2
        )
        value = np.cumsum(rng.permutation(terms, axis=2), axis=2, dtype=np.float32)[:, :, -1]
        value = np.maximum(value, 0) if layer.relu else value
    return value


def passes(net, network, x, rng):
    with torch.no_grad():
        yield net.float()(torch.as_tensor(x.astype(np.float32))).numpy()
    yield in_another_order(network, x, rng)


@pytest.mark.parametrize("scale", [1.0, 1e-13, 1e6])
@pytest.mark.parametrize("widths", [(2, 2), (2, 16, 16, 2), (2, 100, 2), (3, 8, 8, 8, 3)])
def test_no_pass_is_farther_from_the_rationals_than_the_bound(fig2, widths, scale):
    rng, net = np.random.default_rng(1), random_net(3, *widths, scale=scale)
    labels = fig2 if widths[0] == 2 else sa.distribution("finite", points=np.eye(3), labels=(0, 1, 2))
    network = in_float32(read_network(net, labels))
    by = rounding(network, "float32")
    x = rng.normal(size=(60, widths[0])) * 10.0 ** rng.integers(-30, 8, size=(60, 1))
    exact = [network.exact_logits(row.tolist()) for row in x]
    share = 0.0
    for found in passes(net, network, x, rng):
        assert np.isfinite(found).all()
        off = [[float(abs(rational(float(a)) - b)) for a, b in zip(*rows, strict=True)] for rows in zip(found, exact)]
        assert (np.array(off) <= by.bound(x)).all()
        share = max(share, (np.array(off) / by.bound(x)).max())
    assert share > 1e-3 or scale == 1e-13  # not for the price of a bound that says nothing


@pytest.mark.parametrize("widths", [(2, 2), (2, 6, 5, 2)])
@pytest.mark.parametrize("signs", [(1, -1), (-1, 1)])
def test_shifted_networks_are_beyond_the_bound(fig2, widths, signs):
    network = in_float32(read_network(random_net(5, *widths), fig2))
    by = rounding(network, "float32")
    moved = shifted(network, by, signs)
    for row in np.random.default_rng(0).normal(size=(50, 2)).tolist():
        pairs = zip(
            network.exact_logits(row), moved.exact_logits(row), signs, by.bound(np.array([row]))[0], strict=True
        )
        for old, new, sign, bound in pairs:
            assert sign * (new - old) > 0 and float(abs(new - old)) == pytest.approx(bound, rel=1e-6)


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_a_usual_network_has_a_narrow_band_around_the_real_risk(fig2, norm):
    net, threat = sa.train(fig2, hidden=(8, 8), steps=200, seed=0), sa.ThreatModel(norm, 2)
    real, pass_ = risks(net, fig2, threat), risks(net, fig2, threat, semantics="float32")
    for name, found in pass_.items():
        assert found.lower <= real[name].lower and real[name].upper <= found.upper, name
        assert found.upper - found.lower < 1e-4, name
    assert pass_["adversarial_loss"].method == "bounded"
    assert any("float32" in words for words in pass_["adversarial_loss"].evidence.semantics)


def cancelling():
    """In the reals the sign of x2; in float32 x2 + 10^7 is rounded to an integer first."""
    net = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.ReLU(), torch.nn.Linear(1, 2))
    with torch.no_grad():
        net[0].weight[:], net[0].bias[:] = torch.tensor([[0.0, 1.0]]), 1e7
        net[2].weight[:], net[2].bias[:] = torch.tensor([[0.0], [1.0]]), torch.tensor([0.0, -1e7])
    return net


@pytest.mark.parametrize("eps", [0, "1/4"])
def test_where_a_float32_pass_has_another_risk_the_bound_contains_it(eps):
    """Only x2 matters and what is said grows with it, so the ends of the ball decide in the pass, too."""
    d = sa.distribution("tsipras").at(p="19/20", eta=2)
    net, threat, n = cancelling(), sa.ThreatModel("linf", eps), 100_000
    x, y = d.sample(n, rng=7)
    x[:, 1] -= y * float(threat.budgets(2)[1])
    with torch.no_grad():
        said = np.where(np.diff(net(torch.as_tensor(x.astype(np.float32))).numpy())[:, 0] > 0, 1, -1)
    rate, spread = (said != y).mean(), 5 * np.sqrt((said != y).mean() / n)
    real = sa.risk(net, d, threat, definition="adversarial_loss")
    found = sa.risk(net, d, threat, definition="adversarial_loss", semantics="float32")
    assert abs(rate - float(real)) > 2 * spread
    assert found.lower - spread <= rate <= found.upper + spread and found.upper - found.lower > 0.1


def test_points_of_three_labels_are_said_as_the_pass_says_them():
    x = np.array([(k, m) for k in (0, 2) for m in (0, 1)])
    y = np.array([0, 1, 2, 0])
    d, net = sa.distribution("finite", points=x, labels=y.tolist()), random_net(2, 2, 7, 3)
    with torch.no_grad():
        said = net(torch.as_tensor(x.astype(np.float32))).argmax(dim=1).numpy()
    found = sa.risk(net, d, sa.ThreatModel("linf", 0), definition="misclassification", semantics="float32")
    assert found.method == "exact" and float(found) == pytest.approx((said != y).mean(), abs=1e-15)


def test_a_tie_within_reach_is_in_doubt():
    d = sa.distribution("point_masses").at(gap=1)
    net = torch.nn.Linear(1, 2)
    with torch.no_grad():
        net.weight[:], net.bias[:] = torch.tensor([[1.0], [-1.0]]), torch.tensor([-0.5, 0.5])
    for eps, ends in (("1/2", (0, 1)), ("2/5", (0, 0)), ("3/5", (1, 1))):
        found = sa.risk(net, d, sa.ThreatModel("linf", eps), definition="adversarial_loss", semantics="float32")
        assert (found.lower, found.upper) == ends


def test_what_float32_cannot_hold(fig2):
    threat = sa.ThreatModel("linf", 1)
    small = random_net(0, 2, 4, 2)
    large = random_net(0, 2, 4, 2, scale=1e18)
    assert sa.risk(large, fig2, threat, semantics="float32").upper < 1
    huge = random_net(0, 2, 4, 4, 2, scale=1e12)
    assert (sa.risk(huge, fig2, threat, semantics="float32").upper, sa.risk(huge, fig2, threat).upper < 1) == (1, True)
    with pytest.raises(SymadvError, match="may overflow"):
        sa.risk(random_net(0, 2, 4, 4, 2, scale=1e14), fig2, threat, semantics="float32")
    with torch.no_grad():
        small.double()[0].weight[0, 0] = 1e39
    with pytest.raises(SymadvError, match="beyond float32"):
        sa.risk(small, fig2, threat, semantics="float32")


def test_other_semantics_are_refused(fig2):
    threat = sa.ThreatModel("linf", 1)
    with pytest.raises(SymadvError, match='wanted "real" or "float32"'):
        sa.risk(random_net(0, 2, 2), fig2, threat, semantics="float16")
    with pytest.raises(SymadvError, match="only networks"):
        sa.risk(classifier("bayes", fig2), fig2, threat, semantics="float32")
