"""Networks around slanted lines in two features, perturbed in all directions, and true labels with slanted borders."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from scipy import stats
from scipy.optimize import brentq
from scipy.special import ndtr

import symadv as sa
from symadv.adversary.pointwise import contains
from symadv.classifiers import classifier
from symadv.definitions import definition
from symadv.geometry.strata import Point
from symadv.language.errors import SymadvError
from symadv.probability.distribution import Component, Distribution
from symadv.probability.labels import label_regions
from symadv.risk.judge import Judge
from symadv.risk.members import members
from symadv.risk.networks import network_risk, network_risks, problem_of
from tests.risk.nets import NINE, affine, random_net

torch = pytest.importorskip("torch")

LENGTHS = {"linf": np.inf, "l2": 2, "l1": 1}


def halves(*components, features=("a", "b")):
    return Distribution(
        name="slanted", features=features, labels=(0, 1), prior={0: "1/2", 1: "1/2"}, components=components
    )


def uniform(stratum, label, weight=1):
    return Component(stratum, {label: weight * sa.Uniform(*stratum.ends)})


PARALLEL = halves(
    Component(sa.Line((0, 0), (3, 4)), {0: 1 * sa.Normal(0, 1), 1: "1/2" * sa.Normal(2, 1)}),
    Component(sa.Line((2, 0), (3, 4)), {1: "1/2" * sa.Normal(0, 1)}),
)
APART = halves(uniform(sa.Segment((0, 0), (1, 2)), 0), uniform(sa.Segment((2, 0), (3, -1)), 1))
MIXED = halves(
    uniform(sa.Segment((0, 0), (1, 2)), 0, "1/2"),
    Component(Point((1, 1)), {0: "1/2" * sa.Atom()}),
    Component(sa.Line((2, 0), (0, 1)), {1: 1 * sa.Normal(0, 1)}),
)
THREATS = (
    sa.ThreatModel("linf", "1/2"),
    sa.ThreatModel("l2", ("1/2", 1)),
    sa.ThreatModel("l1", ("1/2", "3/4"), closed=False),
    sa.ThreatModel("linf", ("3/4", 0)),
    sa.ThreatModel("linf", "3/4", box=(-1, "3/2")),
    sa.ThreatModel("l2", "9/4", on_support=True),
    sa.ThreatModel("linf", "7/4", on_support=True, closed=False),
)


def broken(problem, threat, x, y, rng, points=1500):
    """Which samples a cloud of admissible points breaks, under each definition."""
    d, budgets = problem.d, np.array([float(e) for e in threat.budgets(2)])
    unit = np.where(budgets > 0, budgets, 1)
    found = {name: np.zeros(len(x), dtype=bool) for name in NINE}
    for k in range(len(x)):
        z = x[k] + budgets * rng.uniform(-1, 1, (points, 2))
        if threat.on_support:
            ends = [np.clip([float(e) for e in s.bounds[0]], -6, 6) if s.dim else (0, 0) for s in d.support]
            z = np.concatenate(
                [s.embed(np.linspace(*e, 801)[:, None][:, : s.dim]) for s, e in zip(d.support, ends, strict=True)]
            )
        steps = z - x[k]
        good = (np.linalg.norm(steps / unit, ord=LENGTHS[threat.norm], axis=1) < 1 - 1e-9) & (
            (steps == 0) | (budgets > 0)
        ).all(axis=1)
        for i, (low, high) in enumerate(threat.boxes(2) or ()):
            good &= (z[:, i] >= float(low)) & (z[:, i] <= float(high))
        z = np.concatenate([x[k : k + 1], z[good]])
        f, c = problem.network.predict(z), truth(d, z)
        for name in NINE:
            found[name][k] = definition(name).holds(y[k], f[0], f, c[0], c, labels=d.labels).any()
    return found


def truth(d, z):
    found = np.full(len(z), -9)
    for label, region in label_regions(d).items():
        found[contains(region, z)] = label
    return found


def vulnerable(problem, name, x, y):
    found = np.zeros(len(x), dtype=bool)
    for label, by_stratum in problem.vulnerable(definition(name)).items():
        for stratum, numbers in by_stratum.items():
            rows = (y == label) & stratum.near(x)
            place = stratum.coordinates((0, 1))
            found[rows] |= members(numbers, x[rows, place[0]] if place else np.zeros(rows.sum()))
    return found


@pytest.mark.parametrize(
    ("d", "number"), [*((PARALLEL, k) for k in range(7)), (APART, 4), (APART, 6)],
    ids=[*(f"parallel {k}" for k in range(7)), "apart 4", "apart 6"],
)  # fmt: skip
def test_clouds_break_only_what_is_vulnerable(d, number):
    """... and hardly less."""
    rng, threat = np.random.default_rng(number), THREATS[number]
    f = classifier("relu", d, network=random_net(number + 3))
    problem, risks = problem_of(f, d, threat), network_risks(f, d, threat)
    x, y = d.sample(40, rng=rng)
    found = broken(problem, threat, x, y, rng)
    for name in NINE:
        exact = vulnerable(problem, name, x, y)
        if risks[name].method == "exact":
            assert not (found[name] & ~exact).any(), name
        assert (exact & ~found[name]).sum() <= 3, name


@pytest.mark.parametrize(("d", "numbers"), [(PARALLEL, range(7)), (MIXED, (6,))], ids=["parallel", "mixed"])
def test_linear_networks_against_linear_classifiers(d, numbers):
    """Two independent ways: polygons of a network, and regions of a classifier; all conventions too."""
    net = affine([[0.0, 0.0], [1.0, 0.5]], [0.0, -0.25])
    f = sa.classifier("linear", d, weights=(1, "1/2"), bias="-1/4", tie=0)
    for threat in (THREATS[k] for k in numbers):
        one = sa.risks(f, d, threat)
        other = network_risks(classifier("relu", d, network=net, tie=0), d, threat)
        for name in NINE:
            a, b = one[name], other[name]
            assert a.lower <= b.upper + 1e-15 and b.lower <= a.upper + 1e-15, (threat, name)
            if b.method == "exact":
                assert b.upper - b.lower < 1e-12
                assert a.evidence.knife_edge == b.evidence.knife_edge, (threat, name)
                same = {"below": (a.evidence.below, b.evidence.below), "above": (a.evidence.above, b.evidence.above)}
                same |= {key: (a.evidence.otherwise[key], value) for key, value in b.evidence.otherwise.items()}
                for key, (here, there) in same.items():
                    assert here == pytest.approx(there, abs=1e-14), (threat, name, key)


@pytest.mark.parametrize("eps", ["1/2", "5/4"])
def test_turned_by_a_rational_angle(eps):
    """Round balls do not see a rotation: axis-parallel lines and points turned by the angle of 3, 4 and 5."""

    def d(turn):
        place = lambda p: tuple(sum(Fraction(t) * c for t, c in zip(row, p, strict=True)) for row in turn)
        ray = lambda start, way: sa.Ray(place(start), place(way))
        scale = Fraction(turn[0][0]) or 1  # of the leading feature along a turned line
        return halves(
            Component(ray((0, 0), (1, 0)), {0: 1 * sa.Exponential(2 / scale), 1: "1/4" * sa.Exponential(1 / scale)}),
            Component(sa.Point(place((-1, 1))), {1: "3/4" * sa.Atom()}),
        )

    turn = ((Fraction(3, 5), Fraction(-4, 5)), (Fraction(4, 5), Fraction(3, 5)))
    straight, turned = d(((1, 0), (0, 1))), d(turn)
    net = random_net(11, hidden=(5, 4))
    other = random_net(11, hidden=(5, 4))
    with torch.no_grad():
        first = torch.round(net[0].weight * 64) * 5 / 64
        net[0].weight[:] = first
        other[0].weight[:] = first @ torch.tensor([[3.0, 4.0], [-4.0, 3.0]], dtype=torch.float64) / 5
    assert torch.equal(other[0].weight * 64, torch.round(other[0].weight * 64))
    one = network_risks(net, straight, sa.ThreatModel("l2", eps))
    two = network_risks(other, turned, sa.ThreatModel("l2", eps))
    for name in NINE:
        exact = [b.method == "exact" for b in (one[name], two[name])]
        assert all(exact) or (eps == "5/4" and definition(name).uses_truth), name
        if all(exact):
            assert two[name].lower == pytest.approx(one[name].lower, abs=1e-13), name
        assert two[name].lower <= one[name].upper + 1e-13 and one[name].lower <= two[name].upper + 1e-13
    assert len({round(b.lower, 9) for b in one.values()}) > 3


def test_features_in_the_other_order():
    d = halves(
        Component(sa.Line((0, 0), (1, 2)), {0: 1 * sa.Normal(0, 1)}),
        Component(sa.Line((2, 0), (1, 2)), {1: 1 * sa.Normal(0, 1)}),
    )
    swapped = halves(
        Component(sa.Line((0, 0), (2, 1)), {0: 1 * sa.Normal(0, 2)}),
        Component(sa.Line((0, 2), (2, 1)), {1: 1 * sa.Normal(-4, 2)}),
    )
    net, other = random_net(5), random_net(5)
    with torch.no_grad():
        other[0].weight[:] = net[0].weight[:, [1, 0]]
    for threat, eps in (("linf", ("1/2", "1/4")), ("l1", ("1/2", 1))):
        one = network_risks(net, d, sa.ThreatModel(threat, eps))
        two = network_risks(other, swapped, sa.ThreatModel(threat, eps[::-1]))
        for name in NINE:
            assert two[name].lower == pytest.approx(one[name].lower, abs=1e-14), name


def test_critical_budgets():
    """The network says 1 where 3 a + 4 b > 5; the point mass at 0 and all of the line 3 a + 4 b = 0 are 1 away."""
    line = sa.Line((0, 0), (4, -3))
    d = halves(Component(line, {0: "1/2" * sa.Normal(0, 1)}), Component(Point((0, 0)), {0: "1/2" * sa.Atom()}),
               Component(Point((9, 9)), {1: 1 * sa.Atom()}))  # fmt: skip
    net = affine([[0.0, 0.0], [3.0, 4.0]], [0.0, -5.0])
    risk = lambda eps, closed, tie, norm="l2": network_risk(
        classifier("relu", d, network=net, tie=tie), d, sa.ThreatModel(norm, eps, closed=closed), definition="boundary"
    )
    for norm, eps in (("l2", 1), ("linf", "5/7"), ("l1", "5/4")):
        found = {key: risk(eps, *key, norm) for key in ((True, 0), (True, 1), (False, 0), (False, 1))}
        assert {key: float(b) for key, b in found.items()} == {k: 0.5 * (k == (True, 1)) for k in found}
        assert all(b.evidence.knife_edge for b in found.values())
        assert found[True, 0].evidence.above == (0.5, 0.5) and found[True, 1].evidence.below == (0, 0)
    assert float(risk("1001/1000", False, 0)) == 0.5 and float(risk("999/1000", True, 1)) == 0
    along = affine([[0.0, 0.0], [3.0, 4.0]], [0.0, 0.0])  # equal logits on all of the line
    for tie in (0, 1):
        f = classifier("relu", d, network=along, tie=tie)
        wrong = network_risk(f, d, sa.ThreatModel("l2", 0), definition="misclassification")
        assert float(wrong) == tie / 2 and wrong.evidence.knife_edge
        assert float(network_risk(f, d, sa.ThreatModel("linf", "1/9"), definition="adversarial_loss")) == 0.5
        on = sa.ThreatModel("linf", 2, on_support=True)
        assert float(network_risk(f, d, on, definition="prediction_change")) == 0


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_points_in_general_position(norm):
    """Slanted borders between true labels are no longer in doubt."""
    rng = np.random.default_rng(8)
    points, labels = (rng.integers(0, 40, (7, 2)) / 4).tolist(), [0, 1, 2, 1, 0, 2, 1]
    d = sa.distribution("finite", points=points, labels=labels)
    net = random_net(8, outputs=3)
    with torch.no_grad():
        net[-1].bias -= net(torch.full((1, 2), 5.0).double())[0]
    threat = sa.ThreatModel(norm, "3/2")
    problem, risks = problem_of(classifier("relu", d, network=net), d, threat), network_risks(net, d, threat)
    x, y = np.array(points), np.array(labels)
    found = broken(problem, threat, x, y, rng, points=6000)
    for name in NINE:
        assert risks[name].method == "exact"
        exact = vulnerable(problem, name, x, y)
        assert not (found[name] & ~exact).any(), name
        assert float(risks[name]) == pytest.approx(exact.mean(), abs=1e-12)
        assert (exact & ~found[name]).sum() <= 1, name
    assert len({float(b) for b in risks.values()}) > 3


def test_curved_borders_within_reach():
    """The border between the point and the line is the parabola b = a^2 / 2; the network says 1 above b = 1."""
    d = halves(
        Component(sa.Line((0, "-1/2"), (1, 0)), {0: 1 * sa.Normal(0, 1)}),
        Component(Point((0, "1/2")), {1: 1 * sa.Atom()}),
    )
    net = affine([[0.0, 0.0], [0.0, 1.0]], [0.0, -1.0])
    threat = sa.ThreatModel("linf", ("1/4", 2))
    found = network_risk(net, d, threat, definition="invariance")  # f = c = 0, and f = c = 1 within reach
    assert 0 < found.upper - found.lower < 1e-11
    reach = np.sqrt(2) + 0.25  # between a^2 / 2 and 1 is b where f = 0 and c = 1; the point itself has f = 0 and c = 1
    exact = 0.5 * (2 * ndtr(reach) - 1)
    assert found.lower <= exact <= found.upper


def test_a_curved_border_that_is_just_touched():
    """The parabola between the point and the line a = 2 comes to a = 3 / 2, where the closed ball ends."""
    threat = sa.ThreatModel("linf", "1/2")
    found = network_risk(affine([[0.0, 0.0], [0.0, 0.0]], [0.0, 1.0]), MIXED, threat, definition="error_region")
    assert float(found) == 0.5


def test_mixtures_of_laws_on_one_line():
    """The labels change at zeros without a closed form; a sample breaks within 1 / 4 of where 0 and 1 are confused."""
    laws = {
        0: ((2 / 3, stats.norm(-1, 1)), (1 / 3, stats.norm(2, 0.5))),
        1: ((3 / 5, stats.norm(1, 1)), (2 / 5, stats.norm(-2, 1))),
    }
    line = sa.Line((0, 0), (0, 1))
    d = halves(
        Component(line, {0: "2/3" * sa.Normal(-1, 1), 1: "3/5" * sa.Normal(1, 1)}),
        Component(line, {0: "1/3" * sa.Normal(2, "1/2"), 1: "2/5" * sa.Normal(-2, 1)}),
    )
    ahead = lambda q: sum(w * law.pdf(q) for w, law in laws[1]) - sum(w * law.pdf(q) for w, law in laws[0])
    first, second, third, fourth = (brentq(ahead, *e, xtol=1e-15) for e in ((-3, -1), (-1, 1), (1, 2), (2, 4)))
    assert ahead(-5) > 0 > ahead(-1) and ahead(1) > 0 > ahead(2) and ahead(5) > 0
    net = affine([[0.0, 0.0], [0.0, 1.0]], [0.0, -0.5])  # it says 1 beyond b = 1 / 2
    mass = lambda low, high: sum(w * (law.cdf(high) - law.cdf(low)) for own in laws.values() for w, law in own) / 2
    # confused: before the first zero, from the second to 1 / 2, and between the last two
    clean = network_risk(net, d, sa.ThreatModel("linf", 0), definition="corrupted_instance")
    assert float(clean) == pytest.approx(mass(-np.inf, first) + mass(second, 0.5) + mass(third, fourth), abs=1e-13)
    for on_support in (False, True):
        threat = sa.ThreatModel("l2", "1/4", on_support=on_support)
        found = network_risk(net, d, threat, definition="error_region")
        parts = ((-np.inf, first + 0.25), (second - 0.25, 0.75), (third - 0.25, fourth + 0.25))
        assert found.method == "exact" and float(found) == pytest.approx(sum(mass(*p) for p in parts), abs=1e-13)


def test_irrational_borders_are_enclosed():
    """The borders between crossing lines halve their angles, here with slopes 1 +- sqrt(2)."""
    d = halves(
        Component(sa.Line((0, 0), (1, 0)), {0: 1 * sa.Normal(0, 1)}),
        Component(sa.Line((0, 0), (1, 1)), {1: 1 * sa.Normal(0, 1)}),
    )
    f = classifier("relu", d, network=random_net(4))
    threat = sa.ThreatModel("l2", "1/2")
    risks, problem = network_risks(f, d, threat), problem_of(f, d, threat)
    rng = np.random.default_rng(0)
    x, y = d.sample(40, rng=rng)
    found = broken(problem, threat, x, y, rng)
    for name in NINE:
        assert risks[name].upper - risks[name].lower < 1e-12 and risks[name].method == "exact", name
        exact = vulnerable(problem, name, x, y)
        assert not (found[name] & ~exact).any() and (exact & ~found[name]).sum() <= 3, name


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_attacks_are_graded_beside_slanted_lines(norm):
    f, threat = classifier("relu", PARALLEL, network=random_net(5)), sa.ThreatModel(norm, "1/2")
    for attack, name, n in (("pgd", "adversarial_loss", 1000), ("label_pgd", "label_invariant", 200)):
        grade = sa.grade(attack, f, PARALLEL, threat, definition=name, n=n, steps=10)
        risk = float(network_risk(f, PARALLEL, threat, definition=name))
        assert abs(grade.vulnerable / grade.n - risk) < 4 * np.sqrt(risk * (1 - risk) / grade.n)
        assert grade.recall > 0.5 and len(grade.ambiguous) < 5


def test_samples_within_rounding_of_the_end_are_decided_one_by_one():
    """The end of what is vulnerable is t = 3 / 5; floats around it, each judged by its own exact place."""
    line = sa.Segment((0, 0), (3, 4))
    d = halves(Component(line, {0: 1 * sa.Uniform(0, 3)}), Component(Point((9, 9)), {1: 1 * sa.Atom()}))
    net = affine([[0.0, 0.0], [3.0, 4.0]], [0.0, -10.0])  # 1 beyond distance 2 from 0; from t = 3 / 5 on it is 1 away
    near = 0.6 + 2.0**-53 * np.arange(-16, 17, 2)
    x = np.column_stack([near, near / 3 * 4])
    judge = Judge(
        classifier("relu", d, network=net, tie=1), d, sa.ThreatModel("l2", 1), x, np.zeros(len(x), dtype=np.int64)
    )
    exact = [3 * Fraction(a) + 4 * Fraction(b) >= 5 for a, b in x.tolist()]
    assert judge.vulnerable(definition("adversarial_loss")).tolist() == exact
    assert 0 < sum(exact) < len(exact)


def test_float32_passes_on_slanted_lines():
    f, threat = classifier("relu", PARALLEL, network=random_net(5)), sa.ThreatModel("linf", "1/2")
    real = network_risk(f, PARALLEL, threat, definition="adversarial_loss")
    passes = network_risk(f, PARALLEL, threat, definition="adversarial_loss", semantics="float32")
    assert passes.lower <= real.lower <= real.upper <= passes.upper and 0 < passes.upper - passes.lower < 1e-4


def test_budgets_of_irrational_proportions():
    """... against linear classifiers."""
    f = sa.classifier("linear", PARALLEL, weights=(1, "1/2"), bias="-1/4", tie=0)
    net, threat = affine([[0.0, 0.0], [1.0, 0.5]], [0.0, -0.25]), sa.ThreatModel("l2", (1, sympy.sqrt(2)))
    one = sa.risks(f, PARALLEL, threat)
    other = network_risks(classifier("relu", PARALLEL, network=net, tie=0), PARALLEL, threat)
    for name in NINE:
        assert other[name].method == "exact" and abs(float(one[name]) - float(other[name])) < 1e-14, name


STEEP = halves(
    Component(sa.Line((0, 0), (1, sympy.sqrt(2))), {0: 1 * sa.Normal(0, 1), 1: "1/2" * sa.Normal(2, 1)}),
    Component(sa.Line((2, 0), (1, sympy.sqrt(2))), {1: "1/2" * sa.Normal(0, 1)}),
)


@pytest.mark.parametrize("threat", [sa.ThreatModel("linf", 1), sa.ThreatModel("linf", 1, on_support=True)], ids=str)
def test_irrational_slopes(threat):
    """The network is taken within a band of 1e-30 around it; against linear classifiers."""
    f = sa.classifier("linear", STEEP, weights=(1, "1/2"), bias="-1/4", tie=0)
    net = affine([[0.0, 0.0], [1.0, 0.5]], [0.0, -0.25])
    one = sa.risks(f, STEEP, threat)
    other = network_risks(classifier("relu", STEEP, network=net, tie=0), STEEP, threat)
    for name in NINE:
        assert other[name].upper - other[name].lower < 1e-13, name
        assert other[name].lower - 1e-15 <= float(one[name]) <= other[name].upper + 1e-15, name


@pytest.mark.parametrize(("norm", "dual"), [("linf", 1.5), ("l2", np.sqrt(1.25)), ("l1", 1.0)])
def test_irrational_slopes_in_closed_form(norm, dual):
    """a + b / 2 > 1 / 4 along (t, sqrt(2) t) and (t, sqrt(2) (t - 2)); a step changes it by its dual norm at most."""
    net, slope = affine([[0.0, 0.0], [1.0, 0.5]], [0.0, -0.25]), 1 + np.sqrt(0.5)
    found = network_risk(net, STEEP, sa.ThreatModel(norm, 1), definition="adversarial_loss")
    low, high = ((0.25 + side * dual) / slope for side in (-1, 1))
    beside = (0.25 + dual + np.sqrt(2)) / slope
    exact = ndtr(-low) / 2 + ndtr(high - 2) / 4 + ndtr(beside) / 4
    assert found.method == "exact" and float(found) == pytest.approx(exact, abs=1e-14)


def test_what_is_refused():
    f = classifier("relu", PARALLEL, network=random_net(5))
    with pytest.raises(SymadvError, match="may not move"):
        sa.grade("pgd", f, PARALLEL, sa.ThreatModel("linf", (1, 0)), n=50, steps=2)
