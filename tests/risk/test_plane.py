"""Networks under normal laws in a plane: against half-planes, quadrature of shapes, clouds and samples."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr

import symadv as sa
from symadv.adversary.definition import implies
from symadv.classifiers import classifier
from symadv.definitions import definition
from symadv.geometry.strata import Flat, Whole
from symadv.language.errors import SymadvError
from symadv.probability.distribution import Component, Distribution
from symadv.probability.multivariate import MultivariateNormal
from symadv.risk.networks import network_risk, network_risks, problem_of
from tests.risk.nets import NINE, affine, random_net
from tests.risk.test_networks_seconded import brute

torch = pytest.importorskip("torch")

MIXTURE = sa.distribution("gaussian_mixture", variance=1, mean=(1, "1/2"), prior="2/5")
SLANTED = sa.distribution("gaussian_mixture", variance=((1, "1/2"), ("1/2", 2)), mean=(1, "1/2"))


def clouds(*means, covariance=1, name="clouds"):
    """One normal cloud for each label."""
    labels = tuple(range(len(means)))
    laws = {k: MultivariateNormal(mean, covariance) for k, mean in enumerate(means)}
    prior = {k: Fraction(1, len(means)) for k in labels}
    return Distribution(
        name=name, features=("x", "y"), labels=labels, prior=prior, components=[Component(Whole(2), laws)]
    )


def square(threshold=1.0):
    """Label 1 where max(|x|, |y|) exceeds a threshold: |x| + relu(|y| - |x|)."""
    nn = torch.nn
    net = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)).double()
    with torch.no_grad():
        net[0].weight[:], net[0].bias[:] = torch.tensor([[1.0, 0], [-1, 0], [0, 1], [0, -1]]), 0
        net[2].weight[:] = torch.tensor([[1.0, 1, 0, 0], [-1, -1, 1, 1], [0, 0, 0, 0]])
        net[2].bias[:] = 0
        net[4].weight[:], net[4].bias[:] = torch.tensor([[0.0, 0, 0], [1, 1, 0]]), torch.tensor([0.0, -threshold])
    return net


@pytest.mark.parametrize("d", [MIXTURE, SLANTED], ids=["round", "slanted"])
@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize("eps", ["1/2", ("1/3", 1), (0, "1/2"), 0])
def test_a_linear_network_has_the_risks_of_the_linear_classifier(d, norm, eps):
    """Polygons, slabs and curves against intersections of dilated half-planes."""
    net = classifier("relu", d, network=affine([[0.0, 0.0], [0.75, 1.5]], [0.0, 0.25]), tie=1)
    threat = sa.ThreatModel(norm, eps)
    expected = sa.risks(classifier("linear", d, weights=(0.75, 1.5), bias=0.25, tie=1), d, threat)
    for name, found in network_risks(net, d, threat).items():
        right = expected[name]
        assert found.lower <= right.upper + 1e-14 and right.lower <= found.upper + 1e-14, name
        assert found.method == "exact" and found.upper - found.lower < 1e-12
        assert not found.evidence.knife_edge


def dilated_square(norm, side, eps):
    """The mass of a square dilated by a ball, one quarter of it by quadrature over x."""
    if norm == "linf":
        return (2 * ndtr(side + eps) - 1) ** 2
    drop = {"l2": lambda s: np.sqrt(max(eps * eps - s * s, 0.0)), "l1": lambda s: max(eps - s, 0.0)}[norm]
    height = lambda x: side + drop(max(x - side, 0.0))
    density = lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi) * (2 * ndtr(height(x)) - 1)
    parts = [quad(density, *ends, epsabs=1e-14, epsrel=1e-14)[0] for ends in ((0, side), (side, side + eps))]
    return 2 * sum(parts)


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize("eps", [0.25, 1.5])
def test_a_square_grows_and_shrinks(norm, eps):
    """Outside the square label 1 is said; label 0 errs there, and may be brought there from near its sides."""
    d = clouds((0, 0), (0, 0))
    wrong = network_risk(square(), d, sa.ThreatModel(norm, eps), definition="misclassification")
    assert float(wrong) == pytest.approx(0.5, abs=1e-12)
    found = network_risk(square(), d, sa.ThreatModel(norm, eps), definition="adversarial_loss")
    inner = max(1 - eps, 0.0)  # from where no ball leaves the square, for each of the three norms
    expected = (1 - (2 * ndtr(inner) - 1) ** 2 + dilated_square(norm, 1.0, eps)) / 2
    tight = 1e-12 if norm == "linf" else 1e-10  # of the quadrature
    assert float(found) == pytest.approx(expected, abs=tight) and found.upper - found.lower < 1e-12


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize(
    ("d", "outputs", "threat"),
    [
        (MIXTURE, 2, {"eps": 1}),
        (SLANTED, 2, {"eps": ("3/4", "1/4"), "closed": False}),
        (clouds((0, 0), (2, 0), (1, 2)), 3, {"eps": "1/2"}),
        (MIXTURE, 2, {"eps": 1, "box": ((-1, 1), ("-1/2", 2))}),
        (SLANTED, 2, {"eps": 1, "on_support": True}),
    ],
    ids=["round", "slanted", "three labels", "box", "support"],
)
def test_points_of_a_cloud(norm, d, outputs, threat):
    """What a cloud of points breaks is vulnerable, and hardly anything else is."""
    rng = np.random.default_rng(3)
    net = classifier("relu", d, network=random_net(11, outputs=outputs))
    problem = problem_of(net, d, sa.ThreatModel(norm, **threat))
    x, y = d.sample(60, rng=rng)
    found = brute(problem, x, y, NINE, rng)
    seen = 0
    for name in NINE:
        exact = problem.contains(definition(name), x, y)
        assert not (found[name] & ~exact).any(), name
        assert (exact & ~found[name]).sum() <= 3, name
        seen += found[name].sum()
    assert seen > 60


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize(("d", "outputs"), [(SLANTED, 2), (clouds((0, 0), (2, 0), (1, 2)), 3)], ids=["two", "three"])
def test_the_risk_is_the_probability_of_a_vulnerable_sample(norm, d, outputs):
    problem = problem_of(classifier("relu", d, network=random_net(5, outputs=outputs)), d, sa.ThreatModel(norm, "3/4"))
    x, y = d.sample(40_000, rng=3)
    for name in NINE:
        bound, rate = problem.bound(definition(name)), problem.contains(definition(name), x, y).mean()
        assert bound.method == "exact" and bound.upper - bound.lower < 1e-12, name
        assert abs(rate - bound.lower) <= 5 * np.sqrt(max(bound.lower * (1 - bound.lower), 1e-4) / len(x)), name


def test_trained_networks_are_exact():
    net, threat = sa.train(MIXTURE, hidden=(16, 16), steps=300, seed=0), sa.ThreatModel("linf", "1/2")
    risks = network_risks(net, MIXTURE, threat)
    assert all(b.method == "exact" and b.upper - b.lower < 1e-12 for b in risks.values())
    for one in NINE:
        for other in NINE:
            if implies(definition(one), definition(other), labels=MIXTURE.labels):
                assert risks[one].lower <= risks[other].upper
    total = risks["misclassification"].lower + risks["boundary"].lower
    assert total == pytest.approx(risks["adversarial_loss"].lower, abs=1e-12)


def test_slivers_are_seen_however_thin():
    """The Bayes rule is x + y / 2 >= 0; a network that differs from it by 1e-18 errs within reach of everybody near."""
    d = sa.distribution("gaussian_mixture", variance=1, mean=(1, "1/2"))
    threat = sa.ThreatModel("linf", 1)
    exactly, nearly = (affine([[0.0, 0.0], [1.0, 0.5]], [0.0, bias]) for bias in (0.0, 2.0**-60))
    for name in ("label_invariant", "error_region"):
        assert network_risk(exactly, d, threat, definition=name).upper < 1e-12
        thin = network_risk(nearly, d, threat, definition=name)
        reach = 2 * ndtr(1.5 / np.sqrt(1.25)) - 1  # |x + y / 2| <= 3 / 2 under a centred law
        assert thin.method == "exact" and thin.lower > reach / 4


def test_a_plane_in_a_large_space():
    """Two of five features vary; on the support the network is one of two features."""
    place = {0: 1, 2: "1/3", 3: -2}
    laws = {k: MultivariateNormal((k, "1/2"), 1) for k in (0, 1)}
    d = Distribution(
        name="plane",
        features=tuple(f"x{k}" for k in range(5)),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[Component(Flat(place), laws)],
    )
    net = random_net(3, inputs=5)
    small = clouds((0, "1/2"), (1, "1/2"))
    composed = random_net(3, inputs=5)
    with torch.no_grad():
        fixed = torch.tensor([1.0, 0.0, 1 / 3, -2.0, 0.0], dtype=torch.float64)
        composed[0].bias[:] = net[0](fixed)
        composed[0].weight = torch.nn.Parameter(net[0].weight[:, [1, 4]].clone())
    for threat in (sa.ThreatModel("l2", "1/2", on_support=True), sa.ThreatModel("linf", (0, "1/2", 0, 0, 1))):
        own = sa.ThreatModel(threat.norm, (Fraction(1, 2), 1) if isinstance(threat.eps, tuple) else Fraction(1, 2))
        expected = network_risks(composed, small, own)
        for name, found in network_risks(net, d, threat).items():
            assert found.lower == pytest.approx(expected[name].lower, abs=1e-12), name
            assert found.method == "exact"
    with pytest.raises(SymadvError, match="wanted budgets of 0 for the others, or on_support"):
        network_risk(net, d, sa.ThreatModel("linf", 1))


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_attacks_are_graded_in_the_plane(norm):
    net, threat = sa.train(MIXTURE, hidden=(8, 8), steps=200, seed=1), sa.ThreatModel(norm, "1/2")
    g = sa.grade("pgd", net, MIXTURE, threat, definition="boundary", n=300, seed=0)
    assert g.recall > 0.9 and g.found <= g.vulnerable
    kept = sa.grade("label_pgd", net, MIXTURE, threat, definition="label_invariant", n=300, seed=0)
    exact = network_risk(net, MIXTURE, threat)
    assert abs(kept.vulnerable / kept.n - float(exact)) < 5 * np.sqrt(0.25 / 300)
    known = [kept.witness(int(row)) for row in kept.missed[:5]]
    assert kept.found + len(kept.missed) == kept.vulnerable and (not known or any(w is not None for w in known))
