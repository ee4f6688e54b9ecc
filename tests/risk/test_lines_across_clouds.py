"""Networks on lines beside planes in any position: clouds of points, irrational numbers, float32 passes, witnesses."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.definitions import definition
from symadv.risk._net_inside import inside
from symadv.risk._net_lines import LineProblem
from symadv.risk._net_witness import witnesses
from symadv.risk.members import members
from symadv.risk.networks import as_network, network_risk, problem_of
from tests.risk.line_cases import EVEN, FLOOR, HALF, STEP, UPRIGHT, line, on_line, plane
from tests.risk.mixed_cases import ORDERS, mixed, truth
from tests.risk.nets import NINE, affine, random_net

torch = pytest.importorskip("torch")

BOTH = plane({2: 0}, {0: ((-1, 0), HALF), 1: ((1, 0), HALF)})  # the border x1 = 0 of its true labels
THIRDS = {y: Fraction(1, 3) for y in (0, 1, 2)}
CASES = {
    "crossing": ([BOTH, line(1, (0, 0, 0), (0, 0, 1), HALF), line(0, (0, HALF, -HALF), (1, HALF, 1), HALF)], EVEN),
    "inside": ([BOTH, line(1, (0, 0, 0), (1, -1, 0), HALF), line(0, (0, 0, 0), (0, 1, HALF), HALF)], EVEN),
    "three": (
        [
            BOTH,
            plane({0: 1}, {2: ((0, 0), HALF)}),
            line(0, (1, 0, 0), (0, 1, 0), HALF),
            line(1, (1, 0, 0), (0, 1, 2), HALF),
            line(2, (0, -HALF, HALF), (1, 1, -2), HALF),
        ],
        THIRDS,
    ),
}


def cloud(parts, x, threat, rng, points=6000):
    """Points of each stratum within reach of x, which is the first."""
    budgets = np.array([float(e) for e in threat.budgets(len(x))])
    found = [x[None]]
    for part in parts:
        ways = np.array(part.ways)
        size = 2 * (budgets.sum() + np.abs(x - np.array(part.origin)).max())
        u = rng.uniform(-size, size, (points, part.dim))
        near = (x - np.array(part.origin)) @ ways.T / (ways**2).sum(axis=1)
        found += [part.at(u), part.at(near + u * np.minimum(budgets.min() / size, 1))]
        found.append(part.at(near + rng.uniform(-1, 1, (points, part.dim)) * budgets.max()))
    z = np.concatenate(found)
    size = np.linalg.norm((z - x) / budgets, ord=ORDERS[threat.norm], axis=1)
    return z[(size < 1 - 1e-9)]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("norm", "eps"), [("linf", "3/4"), ("l1", (1, "3/4", 1)), ("l2", ("3/4", 1, "1/2"))])
def test_points_of_a_cloud(name, norm, eps):
    """What a cloud of points breaks is vulnerable, and hardly anything else is."""
    parts, prior = CASES[name]
    d, rng, threat = mixed(parts, prior), np.random.default_rng(5), sa.ThreatModel(norm, eps, on_support=True)
    net = as_network(random_net(11, inputs=3, hidden=(12,), outputs=len(prior)), d)
    problem = LineProblem(net, d, threat, alone=False)
    for part in (part for part in parts if part.dim == 1):
        t = rng.uniform(-2, 2, 25)
        x = part.at(t[:, None])
        lead = int(np.flatnonzero(part.ways[0])[0])
        ((y, _),) = part.laws.items()
        broken = {q: np.zeros(len(x), dtype=bool) for q in NINE}
        for k in range(len(x)):
            z = cloud(parts, x[k], threat, rng)
            f, c = net.predict(z), truth(parts, prior, z)
            for q in NINE:
                broken[q][k] = definition(q).holds(y, f[0], f, c[0], c, labels=d.labels).any()
        for q in NINE:
            bound, numbers = (
                problem.bound(definition(q)),
                problem.vulnerable(definition(q))[y][part.stratum.within_dimension(3)],
            )
            vulnerable = members(numbers, x[:, lead])
            assert bound.upper - bound.lower <= 1e-12, q
            assert not (broken[q] & ~vulnerable).any(), (q, x[broken[q] & ~vulnerable])
            assert (vulnerable & ~broken[q]).sum() <= 2, (q, x[vulnerable & ~broken[q]])


def test_irrational_budgets_and_directions():
    """Polygons of irrational slopes lie between polygons of rational ones: all but exact."""
    net, root = random_net(3, inputs=3, hidden=(8,)), sympy.sqrt(2)
    beside = sympy.Rational(float(root))
    for norm in ("linf", "l1"):
        every = []
        for number in (root, beside):
            d = mixed([FLOOR, line(1, (0, 0, 0), (0, 0, 1))], EVEN)
            slanted = sa.Component(sa.Line((0, 0, HALF), (1, number, -1)), {1: sa.Normal(0, 1)})
            d = sa.Distribution(
                name="slanted",
                features=d.features,
                labels=d.labels,
                prior=EVEN,
                components=[sa.Component(FLOOR.stratum, FLOOR.laws), slanted],
            )
            threat = sa.ThreatModel(norm, (number / 2, HALF, 1), on_support=True)
            every.append(LineProblem(as_network(net, d), d, threat, alone=False).bound(definition("prediction_change")))
        near, right = every
        assert near.method == "exact" and abs(near.lower - right.lower) < 1e-12 and near.lower > 0.01


def test_a_float32_pass_has_a_narrow_band_around_the_real_risk():
    parts, net = CASES["crossing"][0], random_net(5, inputs=3, hidden=(8,)).float()
    for norm in ("linf", "l2"):
        threat = sa.ThreatModel(norm, HALF, on_support=True)
        for name in ("prediction_change", "label_invariant"):
            real, found = (on_line(parts, EVEN, net, threat, name, semantics=s) for s in ("real", "float32"))
            assert found.lower <= real.lower and real.upper <= found.upper and found.upper - found.lower < 1e-4


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_witnesses_are_on_the_plane(norm):
    """From the upright line another label is said on the plane alone."""
    d, threat = mixed([FLOOR, UPRIGHT], EVEN), sa.ThreatModel(norm, "3/4", on_support=True)
    net = as_network(STEP, d)
    problem = LineProblem(net, d, threat, alone=False)
    x = np.array([0.0, 0.0, 0.125])
    found = [z for z in witnesses(problem, x) if net.predict(z[None])[0] == 1]
    assert found and all(z[2] == 0 and inside(threat, x, z) for z in found[:20])


def test_a_network_on_a_plane_and_a_line_across():
    """With x3 frozen nobody leaves plane or line: the sum of both risks, and what floats are vulnerable."""
    d = mixed([FLOOR, line(1, (0, 0, 0), (1, 0, 1))], EVEN)
    threat = sa.ThreatModel("linf", (HALF, HALF, 0), on_support=True)
    found = network_risk(STEP, d, threat, definition="prediction_change")
    with mpmath.workdps(30):
        wanted = (mpmath.ncdf(1) - mpmath.ncdf(0)) / 2  # of the plane; the line is stuck
    assert found.method == "exact" and abs(found.lower - wanted) < 1e-13


def test_a_plane_beside_an_oblique_line_that_is_parallel_to_it():
    """The network always says 0, which is wrong on the line: within reach of |x2 - 2 x1| <= 9/2."""
    d = mixed([FLOOR, line(1, (0, 0, 1), (1, 2, 0))], EVEN)
    never = affine([[0.0] * 3, [0.0] * 3], [1, 0])
    threat = sa.ThreatModel("linf", Fraction(3, 2), on_support=True)
    found = network_risk(never, d, threat, definition="error_region")
    with mpmath.workdps(30):
        wanted = (1 + mpmath.erf(mpmath.mpf(9) / 2 / mpmath.sqrt(10))) / 2
    assert found.lower - 1e-15 <= wanted <= found.upper + 1e-15 and found.method == "exact"
    x, y = d.sample(400, rng=np.random.default_rng(0))
    grade = sa.grade("pgd", never, d, threat, definition="error_region", n=200)
    assert (
        abs(problem_of(as_network(never, d), d, threat).contains(definition("error_region"), x, y).mean() - wanted)
        < 0.1
    )
    assert grade.vulnerable >= grade.found > 50
