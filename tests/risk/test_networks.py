"""Exact risk of networks: against symbolic classifiers, dense grids, mixed-integer programs and samples; refusals."""

import itertools
import sys
from fractions import Fraction

import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.adversary.pointwise import contains
from symadv.classifiers import classifier
from symadv.definitions import definition
from symadv.geometry.strata import Flat, Point
from symadv.language.errors import SymadvError
from symadv.probability.densities import Atom, Independent, Laplace, Normal
from symadv.probability.distribution import Component, Distribution
from symadv.probability.labels import label_regions, no_label
from symadv.risk._net_inside import inside
from symadv.risk.exact import risks
from symadv.risk.judge import members
from symadv.risk.networks import NetworkProblem, network_risk, network_risks

torch = pytest.importorskip("torch")

NINE = (
    "misclassification",
    "boundary",
    "adversarial_loss",
    "corrupted_instance",
    "prediction_change",
    "error_region",
    "label_invariant",
    "base_classifier",
    "invariance",
)


@pytest.fixture(scope="module")
def fig2():
    return sa.distribution("tsipras").at(p="9/10", eta=3)


@pytest.fixture(scope="module")
def hard():
    return sa.distribution("tsipras").at(p="19/20", eta="1/2")


def affine(weight, bias):
    """A network of one layer."""
    net = torch.nn.Sequential(torch.nn.Linear(len(weight[0]), len(weight)).double())
    net[0].weight.data[:], net[0].bias.data[:] = torch.tensor(weight), torch.tensor(bias)
    return net


def random_net(seed, inputs=2, hidden=(6, 5), outputs=2):
    """A network whose decision boundary passes through the middle."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        widths = [inputs, *hidden, outputs]
        layers = []
        for a, b in itertools.pairwise(widths):
            layers += [torch.nn.Linear(a, b).double(), torch.nn.ReLU()]
        net = torch.nn.Sequential(*layers[:-1])
        for p in net.parameters():
            p.data[:] = torch.randn(p.shape, dtype=torch.float64) * 0.8
        net[-1].bias.data -= net(torch.zeros(1, inputs, dtype=torch.float64))[0].detach()
    return net


THREATS = [
    {"eps": eps, "closed": closed, **more}
    for eps, closed, more in (
        (1, True, {}),
        (1, False, {}),
        (2, True, {}),
        (2, True, {"on_support": True}),
        (2, False, {"on_support": True}),
        ("1/2", True, {}),
        (3, True, {"box": (-2, 2)}),
        ((0, 1), True, {}),
        ((1, 0), False, {}),
        ((1, "1/3"), True, {}),
        (0, True, {}),
        (1, True, {"box": ((-1, 0), (-5, 5))}),
        ("3/2", True, {"on_support": True}),
    )
]


@pytest.mark.parametrize("threat", THREATS, ids=str)
@pytest.mark.parametrize("tie", [-1, 1])
def test_a_linear_network_has_the_risks_of_the_linear_classifier(hard, threat, tie):
    """Two ways that share neither geometry nor arithmetic: symbolic cells, and polygons of floats and rationals."""
    weights, bias = (0.75, 1.5), 0.25
    net = classifier("relu", hard, network=affine([[0.0, 0.0], list(weights)], [0.0, bias]), tie=tie)
    ball = sa.ThreatModel("linf", **threat)
    expected = risks(classifier("linear", hard, weights=weights, bias=bias, tie=tie), hard, ball)
    for name, found in network_risks(net, hard, ball).items():
        right = expected[name]
        assert found.method == right.method == "exact"
        assert found.lower <= right.upper and right.lower <= found.upper and found.upper - found.lower < 1e-12
        assert found.evidence.knife_edge == right.evidence.knife_edge, name
        assert found.evidence.below == pytest.approx(right.evidence.below, abs=1e-12), name
        assert found.evidence.above == pytest.approx(right.evidence.above, abs=1e-12), name
        assert set(found.evidence.otherwise) == set(right.evidence.otherwise)
        for what, value in found.evidence.otherwise.items():
            assert value == pytest.approx(right.evidence.otherwise[what], abs=1e-12), (name, what)


@pytest.mark.parametrize("eps", ["1/2", "2/5", "3/5", 1, 0])
@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("tie", [-1, 1])
def test_knife_edges_of_point_masses(eps, closed, tie):
    d = sa.distribution("point_masses").at(gap=1)
    net = classifier("relu", d, network=affine([[1.0], [-1.0]], [-0.5, 0.5]), tie=tie)
    ball = sa.ThreatModel("linf", eps, closed=closed)
    expected = risks(classifier("threshold", d, at="1/2", below=1, tie=tie), d, ball)
    for name, found in network_risks(net, d, ball).items():
        assert (found.lower, found.upper) == (expected[name].lower, expected[name].upper), name
        assert found.evidence.below == expected[name].evidence.below, name
        assert found.evidence.above == expected[name].evidence.above, name
        assert found.evidence.otherwise == expected[name].evidence.otherwise


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_equal_logits_follow_the_tie_rule(fig2, norm):
    zero = affine([[0.0, 0.0], [0.0, 0.0]], [0.0, 0.0])
    for tie in (-1, 1):
        f = classifier("relu", fig2, network=zero, tie=tie)
        bound = network_risk(f, fig2, sa.ThreatModel(norm, 1), definition="misclassification")
        assert (bound.lower, bound.upper) == (0.5, 0.5)
        assert bound.evidence.otherwise[f"f = {-tie} at its ties"] == (0.5, 0.5)


def test_a_crease_of_ties_is_seen(fig2):
    r"""$g = -|x_2 - 1|$ ties on a line with the same label on both sides; from everywhere within 1 it is reached."""
    net = torch.nn.Sequential(torch.nn.Linear(2, 2).double(), torch.nn.ReLU(), torch.nn.Linear(2, 2).double())
    net[0].weight.data[:] = torch.tensor([[0.0, 1.0], [0.0, -1.0]])
    net[0].bias.data[:] = torch.tensor([-1.0, 1.0])
    net[2].weight.data[:], net[2].bias.data[:] = torch.tensor([[0.0, 0.0], [-1.0, -1.0]]), torch.zeros(2)
    f = classifier("relu", fig2, network=net, tie=1)
    bound = network_risk(f, fig2, sa.ThreatModel("linf", 1), definition="prediction_change")
    cdf = lambda z: sympy.erfc(-z / sympy.sqrt(2)) / 2
    mass = float((cdf(-1) - cdf(-3) + cdf(5) - cdf(3)) / 2)
    assert float(bound) == pytest.approx(mass, abs=1e-12)
    assert bound.evidence.otherwise["f = -1 at its ties"] == (0, 0) and bound.evidence.knife_edge


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
        z = np.concatenate([x[k : k + 1], x[k] + budgets * step[length < 1 - 1e-9]])
        f, c = problem.network.predict(z), truth(z)
        for name in names:
            result[name][k] = definition(name).holds(y[k], f[0], f, c[0], c, labels=d.labels).any()
    return result


def exactly(problem, name, x, y):
    found = np.zeros(len(x), dtype=bool)
    for label, by_stratum in problem.vulnerable(definition(name)).items():
        for stratum, numbers in by_stratum.items():
            rows = (y == label) & np.all([x[:, i] == float(v) for i, v in stratum.fixed], axis=0)
            found[rows] = members(numbers, x[rows, stratum.free[0]])
    return found


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize("seed", range(4))
def test_points_of_a_cloud(hard, norm, seed):
    """What a cloud of points breaks is vulnerable, and hardly anything else is."""
    rng = np.random.default_rng(seed)
    eps = (Fraction(3, 2), (1, Fraction(1, 2)), 1, (Fraction(5, 4), 2))[seed]
    problem = NetworkProblem(classifier("relu", hard, network=random_net(seed)), hard, sa.ThreatModel(norm, eps))
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
    problem = NetworkProblem(
        classifier("relu", three, network=random_net(7, outputs=3)), three, sa.ThreatModel(norm, Fraction(3, 4))
    )
    x, y = three.sample(60, rng=rng)
    found = brute(problem, x, y, NINE, rng)
    for name in NINE:
        exact = exactly(problem, name, x, y)
        assert not (found[name] & ~exact).any(), name
        assert (exact & ~found[name]).sum() <= 3, name


def test_the_risk_is_the_probability_of_a_vulnerable_sample(hard):
    problem = NetworkProblem(classifier("relu", hard, network=random_net(1)), hard, sa.ThreatModel("l2", 1))
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
    problem = NetworkProblem(classifier("relu", hard, network=net), hard, sa.ThreatModel("linf", "3/4"))
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
    problem = NetworkProblem(classifier("relu", d, network=net), d, threat)
    at = np.linspace(-6, 6, 24_001)
    x = np.tile([1, 1 / 3, 0, -2, 0], (len(at), 1))
    x[:, 2] = at
    wrong = problem.network.predict(x) != 1
    reach = np.array([wrong[np.abs(at - t) <= 0.5].any() for t in at[::40]])
    found = members(problem.vulnerable(definition("adversarial_loss"))[1][problem.law.parts[1].stratum], at[::40])
    assert (reach == found).mean() > 0.99 and 0 < found.sum() < len(found)
    with pytest.raises(SymadvError, match="at most two"):
        network_risk(net, d, sa.ThreatModel("linf", 1))


def test_balls_and_budgets_are_ordered(fig2):
    net = sa.train(fig2, hidden=(16, 16), steps=100, seed=1)
    values = [
        float(network_risk(net, fig2, sa.ThreatModel(norm, 1), definition="adversarial_loss"))
        for norm in ("l1", "l2", "linf")
    ]
    assert values == sorted(values)
    all_nine = [float(b) for b in network_risks(net, fig2, sa.ThreatModel("linf", 2)).values()]
    larger = [float(b) for b in network_risks(net, fig2, sa.ThreatModel("linf", 3)).values()]
    assert all(a <= b + 1e-12 for a, b in zip(all_nine, larger))


def test_large_logits_change_nothing(fig2):
    net = sa.train(fig2, hidden=(8, 8), steps=50, seed=0).double()
    threat = sa.ThreatModel("linf", 3)
    before = float(network_risk(net, fig2, threat, definition="label_invariant"))
    with torch.no_grad():
        net[-1].weight *= 1024
        net[-1].bias *= 1024
    assert float(network_risk(net, fig2, threat, definition="label_invariant")) == pytest.approx(before, abs=1e-13)


@pytest.mark.parametrize(
    ("net", "word"),
    [
        (torch.nn.Linear(3, 2), "3 inputs.*2 features"),
        (torch.nn.Linear(2, 3), "3 logits, wanted 2"),
        (torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.GELU()), "GELU"),
        (torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Linear(3, 2)), "4 outputs"),
        (torch.nn.Linear(2, 5000), "5000"),
        (torch.nn.Flatten(0), "Flatten"),
        (affine([[float("nan"), 0.0], [0.0, 1.0]], [0.0, 0.0]), "nan"),
        (affine([[1.0, 0.0], [0.0, 1.0]], [0.0, float("inf")]), "inf"),
        ("bayes", "torch network"),
    ],
)
def test_what_cannot_be_read_is_refused(fig2, net, word):
    with pytest.raises(SymadvError, match=word):
        network_risk(net, fig2, sa.ThreatModel("linf", 1))


def test_a_network_with_too_many_cells_is_refused(fig2, monkeypatch):
    monkeypatch.setattr(sys.modules["symadv.risk._net_cells"], "_BYTES", 2**20)
    with pytest.raises(SymadvError, match="polygons"):
        network_risk(random_net(0, hidden=(64, 64)), fig2, sa.ThreatModel("linf", 3))


def test_refusals_of_the_classifier(fig2):
    net = random_net(0)
    with pytest.raises(SymadvError, match="tie"):
        classifier("relu", fig2, network=net, tie=0)
    with pytest.raises(SymadvError, match="torch"):
        classifier("relu", fig2, network="net")
    f = classifier("relu", fig2, network=net, tie=-1)
    assert f.regions() is None and f.labels == (-1, 1) and f.name == "relu"


def test_the_classifier_says_what_the_network_says(fig2):
    net = random_net(4)
    x = np.random.default_rng(0).normal(size=(500, 2))
    with torch.no_grad():
        said = np.where(np.diff(net(torch.as_tensor(x)).numpy(), axis=1)[:, 0] > 0, 1, -1)
    assert (classifier("relu", fig2, network=net).predict(x) == said).all()
    zero = classifier("relu", fig2, network=affine([[0.0, 1.0], [0.0, 1.0]], [0.0, 0.0]), tie=-1)
    assert (zero.predict(x) == -1).all()


def test_independent_laws_with_points_in_them():
    """A stratum may be given with an independent density; a budget may be irrational."""
    d = Distribution(
        name="mixed",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[Component(Flat({0: 0}), {0: 1 * Independent(Normal(0, 1)), 1: 1 * Independent(Normal(2, 1))})],
    )
    net = affine([[0.0, 0.0], [0.0, 1.0]], [0.0, -1.0])
    found = network_risk(net, d, sa.ThreatModel("linf", sympy.sqrt(2)), definition="adversarial_loss")
    expected = risks(classifier("linear", d, weights=(0, 1), bias=-1, tie=1), d, sa.ThreatModel("linf", sympy.sqrt(2)))
    assert float(found) == pytest.approx(float(expected["adversarial_loss"]), abs=1e-14)


def slanted():
    """Three points whose bisectors are slanted: the true label has no product structure."""
    return Distribution(
        name="slanted",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            Component(Point((0, 0)), {0: 1 * Atom()}),
            Component(Point((1, 1)), {1: "1/2" * Atom()}),
            Component(Point((2, 0)), {1: "1/2" * Atom()}),
        ],
    )


def curved():
    """A line and a point: the label changes at a parabola."""
    return Distribution(
        name="curved",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            Component(Flat({1: 0}), {0: 1 * Normal(0, 1), 1: "1/2" * Normal(1, 1)}),
            Component(Point((0, 1)), {1: "1/2" * Atom()}),
        ],
    )


@pytest.mark.parametrize("d", [slanted(), curved()], ids=lambda d: d.name)
@pytest.mark.parametrize("threat", [{"eps": 1}, {"eps": 0.5, "closed": False}, {"eps": 2, "on_support": True}], ids=str)
def test_where_the_true_label_is_out_of_reach_the_risk_is_bounded(d, threat):
    """What does not ask for the true label stays exact, the rest is enclosed."""
    ball = sa.ThreatModel("linf", **threat)
    net = classifier("relu", d, network=affine([[0.0, 0.0], [0.5, 0.25]], [0.0, -0.25]), tie=1)
    expected = risks(classifier("linear", d, weights=(0.5, 0.25), bias=-0.25, tie=1), d, ball)
    for name, found in network_risks(net, d, ball).items():
        right = expected[name]
        assert found.lower <= right.upper + 1e-15 and right.lower <= found.upper + 1e-15, name
        if name in ("misclassification", "boundary", "adversarial_loss", "prediction_change") or ball.on_support:
            assert found.method == "exact" and found.upper - found.lower < 1e-12


def test_inside_is_exact():
    x, on, beyond = np.array([0.0, 0.0]), np.array([0.1, 0.0]), np.array([np.nextafter(0.1, 1), 0.0])
    assert inside(sa.ThreatModel("linf", 0.1), x, on) and not inside(sa.ThreatModel("linf", 0.1), x, beyond)
    assert not inside(sa.ThreatModel("linf", "1/10"), x, on)  # the float 0.1 is larger than a tenth
    assert not inside(sa.ThreatModel("linf", 0.1, closed=False), x, on)
    assert inside(sa.ThreatModel("l1", 1), x, np.array([0.5, -0.5]))
    assert not inside(sa.ThreatModel("l2", (1, 0)), x, np.array([0.5, 1e-300]))
