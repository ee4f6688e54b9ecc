"""Samples in planes, with lines in any position and planes of other directions as places to go."""

import mpmath
import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.adversary.threat import ThreatModel
from symadv.classifiers import classifier
from symadv.definitions import definition
from symadv.risk._planes.crossing import Crossing
from symadv.risk._planes.problem import PlaneProblem
from symadv.risk._planes.targets import Targets
from symadv.risk.networks import as_network
from symadv.risk.sums import by_flats
from tests.risk.nets import affine, random_net

torch = pytest.importorskip("torch")

EXACT = 1e-12


def problem(net, d, threat, way=(0, 1), **more):
    """The samples in the planes of one direction."""
    return PlaneProblem(as_network(net, d), by_flats(d), threat, sympy.S.Zero, direction=way, **more)


def beside(stratum, law, features=3, fixed=None):
    """Samples of label 0 on x3 = 0 (and x4 = 0), of label 1 on another stratum."""
    plane = sa.Flat(fixed or {k: 0 for k in range(2, features)}, features)
    parts = [sa.Component(plane, {0: sa.MultivariateNormal((0, 0), 1)}), sa.Component(stratum, {1: law})]
    names = tuple(f"x{k + 1}" for k in range(features))
    return sa.Distribution(name="beside", features=names, labels=(0, 1), prior={0: "1/2", 1: "1/2"}, components=parts)


SLANTED = beside(sa.Line((0, 0, 0), (1, 0, 1)), sa.Normal(0, 1))  # (t, 0, t)
DIAGONAL = beside(sa.Line((0, 0, 0), (1, 1, 1)), sa.Normal(0, 1))
HIGH = affine([[0, 0, 0], [0, 0, 1]], [0, -0.5])  # 1 where x3 > 1/2


def mass(low, high, width):
    """That the one of two normal features is between two numbers, and the other one between two that depend on it."""
    phi, cdf = mpmath.npdf, mpmath.ncdf

    def at(a):
        return phi(a) * max(cdf(width(a)[1]) - cdf(width(a)[0]), 0)

    return mpmath.quad(at, [low, *sorted(v for v in (mpmath.mpf(1) / 2, mpmath.mpf(1)) if low < v < high), high])


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_the_upper_half_of_a_slanted_line(norm):
    """A change is at (t, 0, t) with t > 1/2; under l2, behind t = 1/2 an ellipse is within reach, before it a disc."""
    bound = problem(HIGH, SLANTED, ThreatModel(norm, 1, on_support=True)).bound(definition("prediction_change"))
    with mpmath.workdps(30):
        half, root = mpmath.mpf(1) / 2, mpmath.sqrt
        if norm == "linf":  # t up to 1
            wanted = mass(-half, mpmath.mpf(2), lambda a: (-1, 1))
        elif norm == "l1":
            wanted = mass(0, mpmath.mpf(1), lambda a: (-min(a, 1 - a), min(a, 1 - a)))
        else:

            def side(a):
                left = 0.75 - (a - half) ** 2 if a < 1 else 1 - a * a / 2
                return root(max(left, 0))

            wanted = mass(half - root(3) / 2, root(2), lambda a: (-side(a), side(a)))
        assert bound.method == "exact" and bound.upper - bound.lower <= EXACT
        assert bound.lower - 1e-15 <= wanted / 2 <= bound.upper + 1e-15


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_a_feature_that_must_not_move(norm):
    """With x2 frozen, one may go from (a, b, 0) to (b, b, b) alone."""
    threat = ThreatModel(norm, (1, 0, 1), on_support=True)
    bound = problem(HIGH, DIAGONAL, threat).bound(definition("prediction_change"))
    with mpmath.workdps(30):
        left = {"linf": lambda b: 1, "l1": lambda b: 1 - b, "l2": lambda b: mpmath.sqrt(1 - b * b)}[norm]
        wanted = mass(mpmath.mpf(1) / 2, mpmath.mpf(1), lambda b: (b - left(b), b + left(b))) / 2
    assert bound.method == "exact" and bound.upper - bound.lower <= EXACT
    assert bound.lower - 1e-15 <= wanted <= bound.upper + 1e-15


def test_a_fixed_feature_that_must_not_move():
    """With x3 frozen, nobody leaves x3 = 0, where the network is constant."""
    bound = problem(HIGH, SLANTED, ThreatModel("l2", (1, 1, 0), on_support=True)).bound(definition("prediction_change"))
    assert bound.upper < 1e-15


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_a_tie_at_one_point_of_a_line(norm):
    """Label 1 is said at ties alone, which are where x3 = 1/2: at one point of the line."""
    net = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU(), torch.nn.Linear(2, 2)).double()
    rows = torch.tensor([[0, 0, 1.0], [0, 0, -1.0]], dtype=torch.float64)
    net[0].weight.data, net[0].bias.data = rows, torch.tensor([-0.5, 0.5], dtype=torch.float64)
    net[2].weight.data, net[2].bias.data = torch.tensor([[1.0, 1.0], [0, 0]]).double(), torch.zeros(2).double()
    found = problem(classifier("relu", SLANTED, network=net, tie=1), SLANTED, ThreatModel(norm, 1, on_support=True))
    bound = found.bound(definition("prediction_change"))
    with mpmath.workdps(30):
        half = mpmath.mpf(1) / 2
        left = {
            "linf": lambda a: 1,
            "l1": lambda a: max(half - abs(a - half), 0),
            "l2": lambda a: mpmath.sqrt(max(mpmath.mpf(3) / 4 - (a - half) ** 2, 0)),
        }[norm]
        reach = {"linf": 1, "l1": half, "l2": mpmath.sqrt(3) / 2}[norm]
        wanted = mass(half - reach, half + reach, lambda a: (-left(a), left(a))) / 2
    assert bound.method == "exact" and bound.upper - bound.lower <= EXACT
    assert bound.lower - 1e-15 <= wanted <= bound.upper + 1e-15
    other = problem(classifier("relu", SLANTED, network=net, tie=0), SLANTED, ThreatModel(norm, 1, on_support=True))
    assert other.bound(definition("prediction_change")).upper < 1e-12


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_a_change_that_the_budget_just_reaches(norm, closed):
    """x3 > 1/2 is just out of reach: it is in doubt under linf alone, where it could be from an area."""
    threat = ThreatModel(norm, "1/2", closed=closed, on_support=True)
    bound = problem(HIGH, SLANTED, threat).bound(definition("prediction_change"))
    assert bound.lower == 0 and (bound.upper < 1e-12 or norm == "linf")
    more = problem(HIGH, SLANTED, ThreatModel(norm, "257/512", on_support=True)).bound(definition("prediction_change"))
    assert more.method == "exact" and (more.lower > 0.05 if norm == "linf" else more.lower > 0)


@pytest.mark.parametrize(("norm", "closed"), [("linf", True), ("linf", False), ("l2", True)])
def test_a_line_that_is_as_far_as_the_budget(norm, closed):
    """(t, 1, 1/2 + t, 1): x4 is one budget away on all of the line, within reach of closed balls under linf."""
    d = beside(sa.Line((0, 1, "1/2", 1), (1, 0, 1, 0)), sa.Normal(0, 1), features=4)
    net = affine([[0] * 4, [0, 0, 0, 1]], [0, -0.5])
    threat = ThreatModel(norm, (1, 1, 1, 1), closed=closed, on_support=True)
    bound = problem(net, d, threat).bound(definition("prediction_change"))
    with mpmath.workdps(30):
        cdf = mpmath.ncdf
        wanted = (cdf("1.5") - cdf("-2.5")) * (cdf(2) - cdf(0)) / 2  # t from -3/2 to 1/2
    wanted = wanted if norm == "linf" and closed else 0
    assert bound.lower - 1e-15 <= wanted <= bound.upper + 1e-15 and bound.upper - bound.lower <= EXACT


CORNER = sa.Distribution(
    name="corner",
    features=("x", "y", "z"),
    labels=(0, 1, 2),
    prior={0: "1/3", 1: "1/3", 2: "1/3"},
    components=[
        sa.Component(
            sa.Flat({2: 0}), {0: sa.MultivariateNormal((0, 0), 1), 1: "1/2" * sa.MultivariateNormal((1, 1), 1)}
        ),
        sa.Component(sa.Flat({0: "1/2"}), {1: "1/2" * sa.MultivariateNormal((1, "-1/2"), 1)}),
        sa.Component(sa.Segment((0, -1, "1/3"), (1, 1, "5/4")), {2: "1/2" * sa.Uniform()}),
        sa.Component(sa.Ray(("1/4", 0, "1/2"), (1, -1, 1)), {2: "1/4" * sa.Exponential(1)}),
        sa.Component(sa.Point(("1/2", "1/4", "3/4")), {2: "1/4" * sa.Atom()}),
    ],
)


def near(strata, box, side=141, far=4.0):
    """A grid on strata, no border of small rationals passes it but at their ends."""
    t = -far + 2 * far * (np.arange(side) + 0.3183098861) / side
    flat = np.stack(np.meshgrid(t, t), axis=-1).reshape(-1, 2)
    parts = []
    for s in strata:
        if s.dim == 2:
            parts.append(s.embed(flat))
        elif s.dim == 1:
            low, high = (float(v) for v in s.bounds[0])
            parts.append(s.embed(np.linspace(max(low, -far), min(high, far), 4001)[:, None]))
        else:
            parts.append(s.embed(np.zeros((1, 0))))
    z = np.concatenate(parts)
    return z if box is None else z[((z >= -1) & (z <= 1.5)).all(axis=1)]


@pytest.mark.parametrize("eps", [("3/4", 1, "1/2"), ("3/4", 0, 1)])
@pytest.mark.parametrize(("norm", "box"), [("linf", None), ("l1", (-1, "3/2")), ("l2", None), ("l2", (-1, "3/2"))])
def test_samples_against_a_grid(norm, box, eps):
    """Three labels; planes that cross, lines across them, a point; from samples of x3 = 0."""
    net = random_net(3, inputs=3, outputs=3, hidden=(5,))
    threat = ThreatModel(norm, eps, box=box, on_support=True)
    f, o, own = as_network(net, CORNER), sa.oracle(CORNER), problem(net, CORNER, threat)
    x, y = CORNER.sample(300, rng=3)
    kept = (x[:, 2] == 0) & (np.abs(x) < 2.5).all(axis=1)
    x, y = x[kept][:40], y[kept][:40]
    z = near(by_flats(CORNER).support, box)
    budgets = np.array([float(sa.exact(e)) for e in eps])
    moved = np.abs(z[None] - x[:, None]) / np.where(budgets > 0, budgets, 1e-9)
    size = {"linf": moved.max(axis=2), "l1": moved.sum(axis=2), "l2": np.sqrt((moved**2).sum(axis=2))}[norm]
    said, true = (f.predict(x), f.predict(z)), (o.bayes_label(x), o.bayes_label(z))
    step = 0.25 if min(budgets) > 0 else np.inf  # of the grid; a frozen feature misses it
    for name in ("adversarial_loss", "label_invariant", "error_region", "invariance"):
        exact = own.contains(definition(name), x, y)
        for k in range(len(x)):
            n, labels = len(z), CORNER.labels
            fixed = (np.full(n, v) for v in (y[k], said[0][k], true[0][k]))
            one, clean, home = fixed
            hit = definition(name).holds(one, clean, said[1], home, true[1], labels=labels)
            stays = definition(name).holds(
                y[[k]], said[0][[k]], said[0][[k]], true[0][[k]], true[0][[k]], labels=labels
            )
            assert exact[k] or not ((hit & (size[k] < 1 - 1e-9)).any() or stays[0]), (name, x[k])
            assert not exact[k] or (hit & (size[k] < 1 + step)).any() or stays[0] or step == np.inf, (name, x[k])


@pytest.mark.parametrize(("norm", "semantics"), [("linf", "real"), ("l1", "float32"), ("l2", "real")])
def test_the_risk_is_the_share_of_vulnerable_samples(norm, semantics):
    net = random_net(4, inputs=3, outputs=3, hidden=(4,))
    own = problem(net, CORNER, ThreatModel(norm, ("3/4", 1, "1/2"), on_support=True), semantics=semantics)
    x, y = CORNER.sample(4000, rng=0)
    kept = x[:, 2] == 0
    for name in ("adversarial_loss", "label_invariant", "prediction_change"):
        bound = own.bound(definition(name))
        share = own.contains(definition(name), x[kept], y[kept]).sum() / len(x)
        assert abs((bound.lower + bound.upper) / 2 - share) < 5 * 0.5 / np.sqrt(len(x)), name
        assert bound.upper - bound.lower <= (EXACT if semantics == "real" else 1e-4), name


@pytest.mark.parametrize("frozen", [(), (0,), (2,)])
@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_sets_of_random_segments(norm, frozen):
    """Whether some point of a segment is within reach, by the least of many distances."""
    rng, n = np.random.default_rng(5), 24
    here = sa.Flat({2: "1/4", 3: "-1/2"}, 4)
    budgets = tuple(sa.exact(0 if i in frozen else e) for i, e in enumerate(("3/4", 1, "1/2", "5/4")))
    ends = rng.normal(size=(n, 2, 4)) * (1, 1, 0.7, 0.7) + (0, 0, 0.25, -0.5)
    ends[::4, 1] = ends[::4, 0] + (0.3, 1.1, 0, 0)  # along the plane
    ends[1::4, 1] = ends[1::4, 0] + (0, 0, 1, -1)  # towards it
    ends[2::4, 1, 2:] = ends[2::4, 0, 2:] + 1e-3  # nearly along it
    targets = Targets(ends, np.zeros(n), np.ones((n, 1), dtype=np.int64), {})
    crossing = Crossing(here, budgets, norm, closed=True, sure=False)
    x = here.embed(rng.uniform(-2, 2, size=(150, 2)))
    inside = np.zeros((n, len(x), 2), dtype=bool)
    for k, found in crossing.reach(targets):
        for column, turn in enumerate((0.3, 1.9)):
            matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
            inside[k, :, column] |= within(found.curves(matrix, 0), x[:, :2] / crossing.widths @ matrix.T)
    seen = 0
    for k in range(n):
        for row, point in enumerate(x):
            least = nearest(norm, frozen, point, ends[k], np.array([float(e) or 1 for e in budgets]))
            if abs(least - 1) > 2e-3:
                assert (inside[k, row] == (least < 1)).all(), (k, point, least)
                seen += least < 1
    assert seen > 20


def nearest(norm, frozen, point, ends, unit):
    """The least distance from a point of a segment at which the features that must not move are the same."""
    share = np.linspace(0, 1, 4001)
    for i in frozen:
        step = ends[1, i] - ends[0, i]
        at = (point[i] - ends[0, i]) / step if step else -1.0
        share = np.array([at])
    if not ((share >= 0) & (share <= 1)).all():
        return np.inf
    step = np.delete(np.abs(point - ends[0] - share[:, None] * (ends[1] - ends[0])) / unit, frozen, axis=1)
    return {"linf": step.max(axis=1), "l1": step.sum(axis=1), "l2": np.linalg.norm(step, axis=1)}[norm].min()


def within(curves, points):
    """Which points (n, 2) are above as many beginnings as ends of a set are below them."""
    s, t = points[:, :1], points[:, 1:]
    over = (curves.left <= s) & (s < curves.right)
    heights = np.where(over, curves.at(np.clip(s, curves.left, curves.right)), np.inf)
    return (curves.side * (heights < t)).sum(axis=1) > 0
