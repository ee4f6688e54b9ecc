"""Second opinions on the exact risk of networks: clouds, samples, mixed-integer programs, derivatives."""

from fractions import Fraction

import numpy as np
import pytest

import symadv as sa
from symadv.adversary.pointwise import contains
from symadv.classifiers import classifier
from symadv.definitions import definition
from symadv.geometry.strata import Flat
from symadv.language.errors import SymadvError
from symadv.probability.densities import Laplace, Normal
from symadv.probability.distribution import Component, Distribution
from symadv.probability.labels import label_regions, no_label
from symadv.risk.members import members
from symadv.risk.networks import network_risk, problem_of
from tests.risk.nets import NINE, exactly, random_net

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def hard():
    return sa.distribution("tsipras").at(p="19/20", eta="1/2")


def brute(problem, x, y, names, rng, points=20_000):
    """For each definition whether some of many admissible points is adversarial, one sample at a time."""
    threat, d = problem.threat, problem.d
    budgets = np.array([float(e) for e in threat.budgets(x.shape[1])])
    regions = label_regions(d)

    def truth(z):
        found = np.full(len(z), no_label(d))
        for label, region in regions.items():
            found[contains(region, z)] = label
        return found

    result = {name: np.zeros(len(x), dtype=bool) for name in names}
    for k in range(len(x)):
        step = rng.uniform(-1, 1, (points, x.shape[1]))
        length = np.linalg.norm(step, ord={"linf": np.inf, "l2": 2, "l1": 1}[threat.norm], axis=1)
        z = x[k] + budgets * step[length < 1 - 1e-9]
        for i, (low, high) in enumerate(threat.boxes(x.shape[1]) or ()):
            z = z[(z[:, i] >= float(low)) & (z[:, i] <= float(high))]
        z = np.concatenate([x[k : k + 1], z])
        f, c = problem.network.predict(z), truth(z)
        for name in names:
            result[name][k] = definition(name).holds(y[k], f[0], f, c[0], c, labels=d.labels).any()
    return result


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize("seed", range(4))
def test_points_of_a_cloud(hard, norm, seed):
    """What a cloud of points breaks is vulnerable, and hardly anything else is."""
    rng = np.random.default_rng(seed)
    eps = (Fraction(3, 2), (1, Fraction(1, 2)), 1, (Fraction(5, 4), 2))[seed]
    problem = problem_of(classifier("relu", hard, network=random_net(seed)), hard, sa.ThreatModel(norm, eps))
    x, y = hard.sample(60, rng=rng)
    found = brute(problem, x, y, NINE, rng)
    for name in NINE:
        exact = exactly(problem, name, x, y)
        assert not (found[name] & ~exact).any(), name
        assert (exact & ~found[name]).sum() <= 3, name


@pytest.fixture(scope="module")
def three():
    return Distribution(
        name="three",
        features=("x1", "x2"),
        labels=(0, 1, 2),
        prior={0: "1/2", 1: "1/4", 2: "1/4"},
        components=[
            Component(Flat({0: s}), {y: w * Laplace(3 * y, "1/2") for y, w in weights.items()})
            for s, weights in ((0, {0: "3/4", 1: "1/2", 2: "1/4"}), (1, {0: "1/4", 1: "1/2", 2: "3/4"}))
        ],
    )


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_three_labels_and_laplace(three, norm):
    rng = np.random.default_rng(5)
    problem = problem_of(
        classifier("relu", three, network=random_net(7, outputs=3)), three, sa.ThreatModel(norm, Fraction(3, 4))
    )
    x, y = three.sample(60, rng=rng)
    found = brute(problem, x, y, NINE, rng)
    for name in NINE:
        exact = exactly(problem, name, x, y)
        assert not (found[name] & ~exact).any(), name
        assert (exact & ~found[name]).sum() <= 3, name


def test_the_risk_is_the_probability_of_a_vulnerable_sample(hard):
    problem = problem_of(classifier("relu", hard, network=random_net(1)), hard, sa.ThreatModel("l2", 1))
    x, y = hard.sample(40_000, rng=3)
    for name in NINE:
        bound, rate = problem.bound(definition(name)), exactly(problem, name, x, y).mean()
        assert abs(rate - float(bound)) <= 5 * np.sqrt(max(float(bound), 1e-4) / len(x)), name
        assert bound.upper - bound.lower < 1e-12


def worst_margin(net, x, y, eps):
    """The smallest logit difference in a box around x, by a mixed-integer program with one binary for each neuron."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    layers = [(m.weight.detach().numpy(), m.bias.detach().numpy()) for m in net if isinstance(m, torch.nn.Linear)]
    big = 1e3
    sizes = [len(x)] + [len(b) for _, b in layers[:-1]]
    start = np.cumsum([0, *sizes, *sizes[1:]])
    total = start[-1]
    rows, low, high = [], [], []
    for depth, (weight, bias) in enumerate(layers[:-1]):
        for k in range(len(bias)):
            a = start[depth + 1] + k
            b = start[len(sizes) + depth] + k
            pre = np.zeros(total)
            pre[start[depth] : start[depth] + sizes[depth]] = -weight[k]
            one, two, three = pre.copy(), pre.copy(), np.zeros(total)
            one[a], two[a], three[a] = 1, 1, 1
            two[b], three[b] = big, -big
            rows += [one, two, three]
            low += [bias[k], -np.inf, -np.inf]
            high += [np.inf, bias[k] + big, 0]
    lower, upper = np.zeros(total), np.full(total, big)
    lower[: len(x)], upper[: len(x)] = x - eps, x + eps
    binary = np.zeros(total)
    binary[start[len(sizes)] :], upper[start[len(sizes)] :] = 1, 1
    weight, bias = layers[-1]
    cost = np.zeros(total)
    cost[start[len(sizes) - 1] : start[len(sizes)]] = weight[y] - weight[1 - y]
    done = milp(
        cost,
        constraints=LinearConstraint(np.array(rows), low, high),
        bounds=Bounds(lower, upper),
        integrality=binary,
        options={"mip_rel_gap": 0},
    )
    assert done.success
    return done.fun + bias[y] - bias[1 - y]


def test_mixed_integer_programs_agree(hard):
    net = sa.train(hard, hidden=(5, 4), steps=200, seed=0).double()
    problem = problem_of(classifier("relu", hard, network=net), hard, sa.ThreatModel("linf", "3/4"))
    x, y = hard.sample(25, rng=11)
    exact = exactly(problem, "adversarial_loss", x, y)
    margins = np.array([worst_margin(net, a, int(b > 0), 0.75) for a, b in zip(x, y)])
    clear = np.abs(margins) > 1e-4
    assert clear.sum() > 20 and 0 < exact.sum() < len(x)
    assert ((margins < 0) == exact)[clear].all()


def test_the_support_may_lie_in_a_large_space():
    """A line in five features: on the support, the network is one of a single variable."""
    place = {0: 1, 1: "1/3", 3: -2, 4: 0}
    d = Distribution(
        name="line",
        features=tuple(f"x{k}" for k in range(5)),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[Component(Flat(place), {0: 1 * Normal(-1, 1), 1: 1 * Normal(1, 1)})],
    )
    net = random_net(3, inputs=5)
    threat = sa.ThreatModel("l2", "1/2", on_support=True)
    problem = problem_of(classifier("relu", d, network=net), d, threat)
    at = np.linspace(-6, 6, 24_001)
    x = np.tile([1, 1 / 3, 0, -2, 0], (len(at), 1))
    x[:, 2] = at
    wrong = problem.network.predict(x) != 1
    reach = np.array([wrong[np.abs(at - t) <= 0.5].any() for t in at[::40]])
    found = members(problem.vulnerable(definition("adversarial_loss"))[1][problem.law.parts[1].stratum], at[::40])
    assert (reach == found).mean() > 0.99 and 0 < found.sum() < len(found)
    with pytest.raises(SymadvError, match="at most two"):
        network_risk(net, d, sa.ThreatModel("linf", 1))


def ends(numbers):
    """Where a set of numbers begins and ends: its finite ends, with 1 or -1."""
    both = [((start, 1), (end, -1)) for start, end in numbers]
    return [(float(c.value), side) for pair in both for c, side in pair if c.value.is_finite]


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_differences_of_the_risk_are_its_derivative(hard, seed):
    r"""An end t of what is vulnerable to a budget of 1/2 for x2 moves like the zero $s = t \pm 1/2$ of the margin g:

    $\partial t / \partial w = - \partial_w g / \partial_s g$, by automatic differentiation.
    """
    net, threat = random_net(seed), sa.ThreatModel("linf", (0, "1/2"))
    risk = lambda: float(network_risk(net, hard, threat, definition="adversarial_loss"))
    slopes = [torch.zeros_like(p) for p in net.parameters()]
    problem = problem_of(classifier("relu", hard, network=net), hard, threat)
    for y, by_stratum in problem.vulnerable(definition("adversarial_loss")).items():
        for stratum, numbers in by_stratum.items():
            ((_, x1),) = stratum.fixed
            for t, side in ends(numbers):
                x = torch.tensor([float(x1), t + side / 2], dtype=torch.float64, requires_grad=True)
                g = torch.diff(net(x))[0]
                assert abs(g.item()) < 1e-12
                of_x, *of_weights = torch.autograd.grad(g, [x, *net.parameters()])
                share = (0.95 if y == x1 else 0.05) / 2 * np.exp(-((t - y / 2) ** 2) / 2) / np.sqrt(2 * np.pi)
                slopes = [s + side * share * w / of_x[1] for s, w in zip(slopes, of_weights, strict=True)]
    step = 1e-5
    for p, slope in zip(net.parameters(), slopes, strict=True):
        place = np.unravel_index(int(slope.abs().argmax()), slope.shape)
        with torch.no_grad():
            before = p[place].item()
            p[place] = before + step
            above = risk()
            p[place] = before - step
            below = risk()
            p[place] = before
        assert abs(slope[place]) > 1e-4
        assert (above - below) / (2 * step) == pytest.approx(slope[place].item(), rel=1e-4)
