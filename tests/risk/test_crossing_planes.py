"""Networks on planes that cross, on the support: against closed forms and grids on all planes."""

import mpmath
import numpy as np
import pytest

import symadv as sa
from symadv.adversary.threat import ThreatModel
from symadv.definitions import definition
from symadv.risk.networks import as_network, network_risks, problem_of
from tests.risk.nets import affine, random_net

torch = pytest.importorskip("torch")


def normal(mean):
    return sa.MultivariateNormal(mean, [[1, 0], [0, 1]])


def crossing(first, second, features=3, planes=({2: 0}, {0: 1})):
    """Two planes, each with half of the samples of each label, or all of one."""
    names = tuple(f"x{k + 1}" for k in range(features))
    parts = [sa.Component(sa.Flat(p), law) for p, law in zip(planes, (first, second), strict=True)]
    return sa.Distribution(name="crossing", features=names, labels=(0, 1), prior={0: "1/2", 1: "1/2"}, components=parts)


BOTH = crossing(
    {0: "1/2" * normal((0, 0)), 1: "1/2" * normal((1, 1))}, {0: "1/2" * normal((1, -1)), 1: "1/2" * normal((0, 0))}
)
APART = crossing({0: normal((0, 0))}, {1: normal((0, 0))})  # x3 = 0 is all of label 0, x1 = 1 of label 1
STEP = affine([[0, 0, 0], [0, 0, 1]], [0, -0.5])  # 1 where x3 > 1/2


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_a_step_along_the_other_plane(norm):
    """From x3 = 0 a change is within reach where |x1 - 1| is what 1/2 leaves of the ball."""
    found = network_risks(STEP, APART, ThreatModel(norm, "3/4", on_support=True))
    with mpmath.workdps(30):
        cdf, eps, half = mpmath.ncdf, mpmath.mpf(3) / 4, mpmath.mpf(1) / 2
        left = {"linf": eps, "l1": eps - half, "l2": mpmath.sqrt(eps**2 - half**2)}[norm]
        strip = cdf(1 + left) - cdf(1 - left)
        own = cdf(half + eps) - cdf(half - eps)  # on x1 = 1, also by way of x3 = 0
        wanted = {"prediction_change": (strip + own) / 2, "misclassification": cdf(half) / 2}
        # true labels tell the planes apart: 0 on one, 1 on the other
        wanted["error_region"] = (cdf(1 + eps) - cdf(1 - eps) + cdf(half + eps)) / 2
        for name, value in wanted.items():
            bound = found[name]
            assert bound.lower - 1e-15 <= value <= bound.upper + 1e-15, name
            assert bound.method == "exact" and bound.upper - bound.lower <= 1e-12, name


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_a_slanted_border_on_both_planes(norm):
    """1 where x2 + 3 x3 > 1/2: from x3 = 0 the border on x1 = 1 is nearer than the own one, but for the step in x1."""
    net, threat = affine([[0, 0, 0], [0, 1, 3]], [0, -0.5]), ThreatModel(norm, ("3/4", "1/2", "1/2"), on_support=True)
    bound = network_risks(net, APART, threat, definitions=["prediction_change"])["prediction_change"]
    with mpmath.workdps(30):
        cdf, phi, one, half = mpmath.ncdf, mpmath.npdf, mpmath.mpf(1), mpmath.mpf(1) / 2
        size = {"linf": half + 3 * half, "l1": 3 * half, "l2": half * mpmath.sqrt(10)}[
            norm
        ]  # the dual norm of the slope
        left = {"linf": lambda d: one, "l1": lambda d: 1 - d, "l2": lambda d: mpmath.sqrt(1 - d * d)}[norm]

        def beside(v):
            far = 3 * left(v / size) / 4
            return (phi(half - v) + phi(half + v)) * (cdf(1 + far) - cdf(1 - far))

        low = cdf(one) - cdf(0) + mpmath.quad(beside, [half, size])
        # from x1 = 1 the border there is nearer than the one on x3 = 0
        normal = mpmath.sqrt(10)
        high = cdf((half + size) / normal) - cdf((half - size) / normal)
    assert bound.method == "exact" and bound.upper - bound.lower <= 1e-12
    assert bound.lower - 1e-15 <= (low + high) / 2 <= bound.upper + 1e-15


def test_a_plane_outside_of_the_box_is_not_within_reach():
    """Nobody may move to x1 = 1; from there x3 = 0 is within reach, where the box lets x1 and x2 be."""
    threat = ThreatModel("linf", "3/4", box=(-1, "1/2"), on_support=True)
    bound = network_risks(STEP, APART, threat)["prediction_change"]
    with mpmath.workdps(30):
        cdf = mpmath.ncdf
        wanted = (cdf("0.75") - cdf("0.5")) * (cdf("1.25") - cdf("-1.75")) / 2
    assert bound.lower - 1e-15 <= wanted <= bound.upper + 1e-15 and bound.method == "exact"


def on_planes(d, side=97, far=4.0):
    """A grid on all planes, that no border of small rationals passes."""
    t = -far + 2 * far * (np.arange(side) + 0.3183098861) / side
    free = np.stack(np.meshgrid(t, t), axis=-1).reshape(-1, 2)
    return np.concatenate([s.embed(free) for s in d.support]), 2 * far / side


@pytest.mark.parametrize(("norm", "box"), [("linf", None), ("linf", (-1, "3/2")), ("l1", None), ("l2", None)])
@pytest.mark.parametrize("planes", [({2: 0}, {0: 1}), ({2: 0}, {1: "-1/2"})])
def test_samples_against_a_grid(norm, box, planes):
    law = [dict(c.densities) for c in BOTH.components]
    d = crossing(*law, planes=planes)
    net, threat = random_net(7, inputs=3, hidden=(4,)), ThreatModel(norm, ("3/4", 1, "1/2"), box=box, on_support=True)
    f, o = as_network(net, d), sa.oracle(d)
    x, y = d.sample(60, rng=3)
    x, y = x[(np.abs(x) < 3).all(axis=1)], y[(np.abs(x) < 3).all(axis=1)]
    z, step = on_planes(d)
    z = z if box is None else z[((z >= -1) & (z <= 1.5)).all(axis=1)]
    moved = np.abs(z[None] - x[:, None]) / np.array([0.75, 1, 0.5])
    size = {"linf": moved.max(axis=2), "l1": moved.sum(axis=2), "l2": np.linalg.norm(moved, axis=2)}[norm]
    said, true = (f.predict(x), f.predict(z)), (o.bayes_label(x), o.bayes_label(z))
    problem = problem_of(f, d, threat)
    for name in ("adversarial_loss", "label_invariant", "error_region", "invariance"):
        exact = problem.contains(definition(name), x, y)
        for k in range(len(x)):
            n = len(z)
            hit = definition(name).holds(
                np.full(n, y[k]), np.full(n, said[0][k]), said[1], np.full(n, true[0][k]), true[1], labels=(0, 1)
            )
            stays = definition(name).holds(
                y[[k]], said[0][[k]], said[0][[k]], true[0][[k]], true[0][[k]], labels=(0, 1)
            )
            assert exact[k] or not ((hit & (size[k] < 1 - 1e-9)).any() or stays[0]), (name, x[k])
            assert not exact[k] or (hit & (size[k] < 1 + 4 * step)).any() or stays[0], (name, x[k])


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_the_risk_is_the_share_of_vulnerable_samples(norm):
    net, threat = random_net(5, inputs=3, hidden=(4,)), ThreatModel(norm, "1/2", on_support=True)
    x, y = BOTH.sample(4000, rng=0)
    problem = problem_of(as_network(net, BOTH), BOTH, threat)
    for name, bound in network_risks(net, BOTH, threat).items():
        share = problem.contains(definition(name), x, y).mean()
        assert bound.method == "exact" and abs(float(bound) - share) < 5 * 0.5 / np.sqrt(len(x)), name


def test_planes_without_a_common_feature():
    """x3 = x4 = 0 and x1 = x2 = 0 in four features: from a ball around the point that they share."""
    d = crossing({0: normal((0, 0))}, {1: normal((0, 0))}, features=4, planes=({2: 0, 3: 0}, {0: 0, 1: 0}))
    never = affine([[0] * 4, [0] * 4], [1, 0])  # label 0 everywhere
    for norm in ("linf", "l1", "l2"):
        bound = network_risks(never, d, ThreatModel(norm, 1, on_support=True))["error_region"]
        with mpmath.workdps(30):
            inside, root = (lambda v: 2 * mpmath.ncdf(v) - 1), mpmath.sqrt(2)
            ball = {"linf": inside(1) ** 2, "l1": inside(1 / root) ** 2, "l2": 1 - mpmath.exp(-mpmath.mpf(1) / 2)}
            wanted = (1 + ball[norm]) / 2
        assert bound.lower - 1e-15 <= wanted <= bound.upper + 1e-15 and bound.method == "exact"


def test_grades_and_witnesses_jump_to_the_other_plane():
    threat = ThreatModel("linf", "3/4", on_support=True)
    grade = sa.grade("pgd", STEP, APART, threat, definition="prediction_change", n=60, seed=0)
    assert grade.found <= grade.vulnerable and grade.vulnerable > 10
    x, _ = APART.sample(60, rng=np.random.default_rng(0))
    below = np.flatnonzero((x[:, 2] == 0) & (np.abs(x[:, 0] - 1) < 0.7))  # 1/2 is up on the other plane alone
    assert len(below) > 5
    for k in below[:5]:
        point = grade.witness(k)
        assert point is not None and point[0] == 1 and point[2] > 0.5 and np.abs(point - grade.x[k]).max() <= 0.75
