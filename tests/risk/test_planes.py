"""Networks on several planes of one direction, and float32 passes in planes."""

from dataclasses import replace

import numpy as np
import pytest

import symadv as sa
from symadv.adversary.pointwise import contains
from symadv.classifiers import classifier
from symadv.definitions import definition
from symadv.language.errors import SymadvError
from symadv.probability.labels import label_regions, no_label
from symadv.risk._planes.problem import PlaneProblem
from symadv.risk.networks import network_risk, network_risks, problem_of
from symadv.verify.opinions import opinions
from tests.risk.nets import NINE, affine, random_net
from tests.risk.test_float32 import cancelling
from tests.risk.test_plane import MIXTURE, clouds
from tests.risk.test_plane_laws import LAPLACE

torch = pytest.importorskip("torch")

ORDERS = {"linf": np.inf, "l2": 2, "l1": 1}


@pytest.fixture(scope="module")
def two_planes():
    """x1 is -1 or 1, two weak features."""
    return sa.distribution("tsipras", weak=2).at(p="9/10", eta=1)


@pytest.mark.parametrize("weights", [(1.0, 0.5, 0.25), (0.0, 0.5, 0.5), (1.0, 0.0, 0.0)], ids=str)
@pytest.mark.parametrize(
    "threat",
    [
        sa.ThreatModel("linf", (0, 1, "1/2")),
        sa.ThreatModel("linf", 2, on_support=True),
        sa.ThreatModel("linf", 2, on_support=True, closed=False),
        sa.ThreatModel("l2", "5/2", on_support=True),
        sa.ThreatModel("l1", (2, 1, 1), on_support=True),
    ],
    ids=lambda t: f"{t.words} {t.on_support}",
)
def test_a_linear_network_has_the_risks_of_the_linear_classifier(two_planes, weights, threat):
    """Curves on two planes, between which one may jump, against formulas."""
    found = network_risks(affine([[0.0] * 3, list(weights)], [0.0, 0.125]), two_planes, threat)
    expected = sa.risks(classifier("linear", two_planes, weights=weights, bias=0.125, tie=1), two_planes, threat)
    for name in NINE:
        assert found[name].lower <= expected[name].upper + 1e-14, name
        assert expected[name].lower <= found[name].upper + 1e-14, name
        assert found[name].method == "exact"


def test_a_network_that_ignores_the_weak_features(two_planes):
    """It errs with probability 1 - p, and everyone is flipped where the budget reaches the other plane: exactly 2."""
    net = affine([[0.0] * 3, [1.0, 0.0, 0.0]], [0.0, 0.0])
    cases = [("linf", "19/10", True, 0.1), ("linf", 2, True, 1), ("linf", 2, False, 0.1), ("linf", "21/10", False, 1)]
    cases += [(norm, 2, closed, 1 if closed else 0.1) for norm in ("l2", "l1") for closed in (True, False)]
    for norm, eps, closed, expected in cases:
        threat = sa.ThreatModel(norm, eps, on_support=True, closed=closed)
        found = network_risk(net, two_planes, threat, definition="adversarial_loss")
        assert float(found) == pytest.approx(expected, abs=1e-12), (norm, eps, closed)
        assert found.evidence.knife_edge == (eps == 2)
        if eps == 2:
            assert found.evidence.below[1] == pytest.approx(0.1) and found.evidence.above[0] == pytest.approx(1)
    # whoever may not land on the other plane stays on this one
    boxed = sa.ThreatModel("linf", (3, 0, 0), on_support=True, box=((0, 2), (-9, 9), (-9, 9)))
    found = network_risk(net, two_planes, boxed, definition="adversarial_loss")
    assert float(found) == pytest.approx(0.1 + 0.45, abs=1e-12)  # those with y = -1 and x1 = -1


def on_planes(problem, x, y, names, rng, points=20_000):
    """For each definition whether some of many points of the two planes is adversarial, one sample at a time."""
    d, threat = problem.d, problem.threat
    budgets = np.array([float(e) for e in threat.budgets(3)])
    regions = label_regions(d)
    found = {name: np.zeros(len(x), dtype=bool) for name in names}
    for k in range(len(x)):
        z = np.concatenate([x[k : k + 1], x[k] + budgets * rng.uniform(-1, 1, (points, 3))])
        z[1:, 0] = rng.choice([-1.0, 1.0], points)
        length = np.linalg.norm((z - x[k]) / budgets, ord=ORDERS[threat.norm], axis=1)
        z = z[length < 1 - 1e-9]
        truth = np.full(len(z), no_label(d))
        for label, region in regions.items():
            truth[contains(region, z)] = label
        f = problem.network.predict(z)
        for name in names:
            found[name][k] = definition(name).holds(y[k], f[0], f, truth[0], truth, labels=d.labels).any()
    return found


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_points_of_a_cloud_on_both_planes(two_planes, norm):
    rng = np.random.default_rng(2)
    threat = sa.ThreatModel(norm, (3, 1, "1/2"), on_support=True)
    problem = problem_of(classifier("relu", two_planes, network=random_net(4, inputs=3)), two_planes, threat)
    x, y = two_planes.sample(40, rng=rng)
    found = on_planes(problem, x, y, NINE, rng)
    for name in NINE:
        exact = problem.contains(definition(name), x, y)
        assert not (found[name] & ~exact).any(), name
        assert (exact & ~found[name]).sum() <= 3, name
    x, y = two_planes.sample(20_000, rng=rng)
    for name in NINE:
        bound, rate = problem.bound(definition(name)), problem.contains(definition(name), x, y).mean()
        assert bound.method == "exact" and bound.upper - bound.lower < 1e-12, name
        assert abs(rate - bound.lower) <= 5 * np.sqrt(max(bound.lower * (1 - bound.lower), 1e-4) / len(x)), name


def test_second_opinions_on_planes(two_planes):
    f = classifier("relu", two_planes, network=random_net(5, inputs=3))
    asked = definition("label_invariant")
    threat = sa.ThreatModel("l2", 2, on_support=True)
    right = network_risk(f, two_planes, threat)
    rows = list(opinions(f, two_planes, threat, {asked: right}))
    assert [row.by for row in rows] == ["grid", "sampling"] and all(row.agrees for row in rows)
    wrong = replace(right, lower=right.lower - 0.03, upper=right.upper - 0.03)
    grid, sampling = opinions(f, two_planes, threat, {asked: wrong})
    assert grid.agrees and not sampling.agrees


def test_second_opinions_contradict_a_set_that_is_too_small(monkeypatch):
    f, asked = classifier("relu", LAPLACE, network=random_net(5)), definition("adversarial_loss")
    threat = sa.ThreatModel("linf", "1/4")
    right = network_risk(f, LAPLACE, threat, definition=asked)
    rows = list(opinions(f, LAPLACE, threat, {asked: right}))
    assert [row.by for row in rows] == ["grid", "optimiser", "sampling"] and all(row.agrees for row in rows)
    monkeypatch.setattr(PlaneProblem, "contains", lambda self, q, x, y: np.zeros(len(x), dtype=bool))
    rows = list(opinions(f, LAPLACE, threat, {asked: right}))
    assert not any(row.agrees for row in rows)


def test_off_the_support_three_features_are_too_many(two_planes):
    with pytest.raises(SymadvError, match="wanted budgets of 0 for the others, or on_support"):
        network_risk(random_net(0, inputs=3), two_planes, sa.ThreatModel("linf", 1))


@pytest.mark.parametrize(
    ("d", "norm"),
    [(MIXTURE, "l2"), (LAPLACE, "linf"), (clouds((0, 0), (2, 0), (1, 2)), "linf")],
    ids=["normal", "laplace", "three"],
)
def test_a_usual_network_has_a_narrow_band_around_the_real_risk(d, norm):
    net, threat = random_net(5, outputs=len(d.labels)).float(), sa.ThreatModel(norm, "1/4")
    names = ("boundary", "label_invariant")
    real, found = (network_risks(net, d, threat, definitions=names, semantics=s) for s in ("real", "float32"))
    for name in names:
        assert found[name].lower <= real[name].lower and real[name].upper <= found[name].upper, name
        assert found[name].upper - found[name].lower < 1e-4 and found[name].method == "bounded", name
    assert any("float32" in words for words in found["boundary"].evidence.semantics)


@pytest.mark.parametrize("eps", [0, "1/4"])
def test_where_a_float32_pass_has_another_risk_the_bound_contains_it(eps):
    """Only y matters and what is said grows with it, so the ends of the ball decide in the pass, too."""
    d, net, n = clouds((0, -1), (0, 1)), cancelling(), 100_000
    threat = sa.ThreatModel("linf", eps)
    x, y = d.sample(n, rng=7)
    x[:, 1] -= (2 * y - 1) * float(threat.budgets(2)[1])
    with torch.no_grad():
        said = (np.diff(net(torch.as_tensor(x.astype(np.float32))).numpy())[:, 0] > 0).astype(int)
    rate, spread = (said != y).mean(), 5 * np.sqrt((said != y).mean() / n)
    real = network_risk(net, d, threat, definition="adversarial_loss")
    found = network_risk(net, d, threat, definition="adversarial_loss", semantics="float32")
    assert abs(rate - float(real)) > 2 * spread
    assert found.lower - spread <= rate <= found.upper + spread


def test_what_may_overflow_counts_as_lost():
    net = random_net(0, hidden=(4, 4)).float()
    d, threat = clouds((0, 0), (0, 2)), sa.ThreatModel("linf", 1)
    widths = []
    for scale in (1, 1e12, 1e12):
        with torch.no_grad():
            for p in net.parameters():
                p *= scale
        try:
            found = network_risk(net, d, threat, definition="boundary", semantics="float32")
        except SymadvError as error:
            assert "may overflow" in str(error) and len(widths) == 2
        else:
            widths.append(found.upper - found.lower)
    assert widths[0] < 1e-4 < 0.05 < widths[1]
