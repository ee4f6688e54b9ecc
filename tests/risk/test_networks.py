"""Exact risk of networks against symbolic classifiers: balls, ties, knife edges, supports."""

import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.classifiers import classifier
from symadv.geometry.strata import Flat, Point
from symadv.probability.densities import Atom, Independent, Normal
from symadv.probability.distribution import Component, Distribution
from symadv.risk._net_inside import inside
from symadv.risk.exact import risks
from symadv.risk.networks import network_risk, network_risks
from tests.risk.nets import affine

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def fig2():
    return sa.distribution("tsipras").at(p="9/10", eta=3)


@pytest.fixture(scope="module")
def hard():
    return sa.distribution("tsipras").at(p="19/20", eta="1/2")


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


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize(
    "more",
    [{"eps": 1}, {"eps": (0, 2)}, {"eps": (1, "1/2"), "closed": False}, {"eps": 2, "box": (-2, 3)},
     {"eps": 2, "on_support": True}],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("labels", [2, 3])
def test_the_enclosure_is_narrow_for_trained_networks(norm, more, labels):
    """All nine definitions within 1e-12, also of three labels on two lines."""
    lines = [Component(Flat({0: s}), {y: 1 * Normal(2 * y, 1) for y in range(labels)}) for s in (0, 1)]
    halves = [Component(c.stratum, {y: weight * w for y, w in c.densities}) for c, weight in zip(lines, ("1/4", "3/4"))]
    d = Distribution(
        name="lines", features=("a", "b"), labels=tuple(range(labels)),
        prior={y: sympy.Rational(1, labels) for y in range(labels)}, components=halves,
    )  # fmt: skip
    net = sa.train(d, hidden=(8, 8), steps=60, seed=1)
    risks = network_risks(net, d, sa.ThreatModel(norm, **more))
    assert len(risks) == 9
    for name, bound in risks.items():
        assert bound.method == "exact" and bound.upper - bound.lower <= 1e-12, name


def test_one_input():
    d = sa.distribution("point_masses").at(gap=1)
    wide = Distribution(
        name="wide", features=("a",), labels=(0, 1, 2), prior={y: "1/3" for y in range(3)},
        components=[Component(Flat({}), {y: 1 * Normal(2 * y, 1) for y in range(3)})],
    )  # fmt: skip
    for law in (d, wide):
        net = sa.train(law, hidden=(8,), steps=60, seed=0)
        for norm in ("linf", "l2", "l1"):
            for bound in network_risks(net, law, sa.ThreatModel(norm, "3/4")).values():
                assert bound.method == "exact" and bound.upper - bound.lower <= 1e-12
