"""Networks on lines beside planes in any position, on the support: closed forms, points that are just within reach, and
clouds of points."""

import itertools
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.definitions import definition
from symadv.language.errors import SymadvError
from symadv.risk._net_inside import inside
from symadv.risk._net_lines import LineProblem
from symadv.risk._net_round import square_root
from symadv.risk._net_witness import witnesses
from symadv.risk.members import members
from symadv.risk.networks import as_network, network_risk
from tests.risk.mixed_cases import ORDERS, Part, mixed, truth
from tests.risk.nets import NINE, affine, random_net

torch = pytest.importorskip("torch")

HALF = Fraction(1, 2)
EVEN = {0: HALF, 1: HALF}


def normal(y, mean=(0, 0), weight=1):
    return {y: weight * sa.MultivariateNormal(mean, 1)}


def plane(fixed, laws, d=3):
    """A plane with the normal laws of some labels, of variance 1."""
    free = [i for i in range(d) if i not in fixed]
    ways = tuple(tuple(float(k == i) for k in range(d)) for i in free)
    origin = tuple(float(fixed.get(i, 0)) for i in range(d))

    def density(mean, weight):
        return lambda z: (
            float(weight) * np.exp(-((z[:, free] - np.array(mean, dtype=float)) ** 2).sum(axis=1) / 2) / (2 * np.pi)
        )

    densities = {y: density(*pair) for y, pair in laws.items()}
    law = {y: weight * sa.MultivariateNormal(mean, 1) for y, (mean, weight) in laws.items()}
    return Part(sa.Flat(fixed), law, origin, ways, ((-np.inf, np.inf),) * 2, densities)


def line(y, origin, way, weight=1):
    """The points origin + t way, with t standard normal; the first feature that varies is t itself."""
    origin, way = (tuple(map(Fraction, v)) for v in (origin, way))
    lead = next(k for k, w in enumerate(way) if w)
    assert (origin[lead], way[lead]) == (0, 1)
    straight = sum(map(bool, way)) == 1
    fixed = sa.Flat({k: v for k, v in enumerate(origin) if k != lead})
    start, ways = tuple(map(float, origin)), (tuple(map(float, way)),)
    size = np.linalg.norm(ways[0])

    def density(z):
        return float(weight) * np.exp(-(z[:, lead] ** 2) / 2) / np.sqrt(2 * np.pi) / size

    stratum = fixed if straight else sa.Line(origin, way)
    return Part(stratum, {y: weight * sa.Normal(0, 1)}, start, ways, ((-np.inf, np.inf),), {y: density})


def on_line(parts, prior, net, threat, name, **more):
    """The risk of the samples on points and lines alone."""
    d = mixed(parts, prior)
    return LineProblem(as_network(net, d), d, threat, alone=False, **more).bound(definition(name))


FLOOR = plane({2: 0}, {0: ((0, 0), 1)})
STEP = affine([[0.0, 0, 0], [1, 0, 0]], [0, -0.5])  # 1 where x1 > 1/2


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
@pytest.mark.parametrize("closed", [True, False])
def test_a_step_on_a_plane_that_the_line_is_orthogonal_to(norm, closed):
    """Beyond 1/2 on the plane another label is said, never so on the line x1 = x2 = 0."""
    eps = Fraction(3, 4)
    found = on_line(
        [FLOOR, line(1, (0, 0, 0), (0, 0, 1))],
        EVEN,
        STEP,
        sa.ThreatModel(norm, eps, on_support=True, closed=closed),
        "prediction_change",
    )
    with mpmath.workdps(30):
        far = {"linf": mpmath.mpf(3) / 4, "l1": mpmath.mpf(1) / 4, "l2": mpmath.sqrt(5) / 4}[norm]
        wanted = mpmath.erf(far / mpmath.sqrt(2)) / 2
    assert found.method == "exact" and found.lower - 1e-15 <= wanted <= found.upper + 1e-15
    assert not found.evidence.knife_edge


def half_space(norm, budgets, normal, offset, x):
    """How many budgets it takes from x to the points of x3 = 0 with normal . z >= offset."""
    short = max(offset - normal[0] * x[0] - normal[1] * x[1], mpmath.mpf(0))
    gain = [abs(n) * e for n, e in zip(normal, budgets, strict=False)]
    up = abs(x[2]) / budgets[2]
    if norm == "linf":
        return max(up, short / (gain[0] + gain[1]))
    if norm == "l1":
        return up + short / max(gain[:2])
    return mpmath.sqrt(up**2 + short**2 / (gain[0] ** 2 + gain[1] ** 2))


def brute(norm, budgets, origin, way, normal, offset):
    """The mass of the t from which what is said changes, with the means of mpmath alone."""
    size = mpmath.norm([w / e for w, e in zip(way, budgets, strict=True)], {"linf": mpmath.inf, "l1": 1, "l2": 2}[norm])
    slope = mpmath.fdot(normal, way)

    def excess(t):
        x = [a + t * w for a, w in zip(origin, way, strict=True)]
        ahead = mpmath.fdot(normal, x) - offset
        sign = 1 if ahead <= 0 else -1
        across = half_space(norm, budgets, [sign * n for n in normal], sign * offset, x)
        return min(across, abs(ahead) / abs(slope) * size if slope else mpmath.inf) - 1

    ends, step = [mpmath.mpf(-7)], mpmath.mpf(1) / 64
    for k in range(-448, 448):
        low, high = k * step + mpmath.mpf("0.0001"), (k + 1) * step + mpmath.mpf("0.0001")
        if (excess(low) > 0) != (excess(high) > 0):
            ends.append(mpmath.findroot(excess, (low, high), solver="anderson", tol=1e-24))
    ends.append(mpmath.mpf(7))
    return mpmath.fsum(mpmath.ncdf(b) - mpmath.ncdf(a) for a, b in itertools.pairwise(ends) if excess((a + b) / 2) <= 0)


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
@pytest.mark.parametrize(
    ("budgets", "origin", "way", "normal", "offset"),
    [
        (("3/4", "1/2", 1), (0, 0, "1/4"), (1, 0, 1), (1, 1, 0), "3/4"),
        ((1, 1, 1), (0, "-1/4", 0), (1, "-1/2", "1/2"), (1, "-1/2", 0), "3/2"),
        (("1/2", 1, "1/4"), (0, "1/2", 1), (1, 1, "-1/3"), (0, 1, "1/2"), "1/4"),
        ((1, "3/4", "5/4"), (0, 1, "1/3"), (1, 2, 8), (1, 0, "-1/4"), "1/2"),
        ((1, 1, 1), (1, 0, 1), (0, 1, -3), (-1, "3/2", "1/2"), "1/8"),
        ((1, 1, 1), (0, "1/2", "1/2"), (1, 2, 0), (-1, "3/2", "1/2"), "1/8"),
    ],
)
def test_half_spaces(norm, budgets, origin, way, normal, offset):
    """A network of one layer: both half-spaces, on the plane and along the line, which may be parallel to it."""
    net = affine([[0.0, 0, 0], [float(Fraction(v)) for v in normal]], [0, -float(Fraction(offset))])
    threat = sa.ThreatModel(norm, budgets, on_support=True)
    found = on_line([FLOOR, line(1, origin, way)], EVEN, net, threat, "prediction_change")
    with mpmath.workdps(30):
        numbers = [
            [mpmath.mpf(Fraction(v).numerator) / Fraction(v).denominator for v in row]
            for row in (budgets, origin, way, normal)
        ]
        level = mpmath.mpf(Fraction(offset).numerator) / Fraction(offset).denominator
        wanted = brute(norm, *numbers, level) / 2
    assert found.method == "exact" and abs(found.lower - wanted) < 1e-13


def between(*ends):
    """Half the probability of intervals under the standard normal law, at 30 digits."""
    with mpmath.workdps(30):
        return mpmath.fsum(mpmath.ncdf(b) - mpmath.ncdf(a) for a, b in ends) / 2


def minimum(first, second):
    """Label 1 where two forms (a, b, c, constant) are positive: their minimum is one less a relu of the difference."""
    net = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2)).double()
    rows = np.array([first, [-v for v in first], np.subtract(first, second)], dtype=float)
    with torch.no_grad():
        net[0].weight[:], net[0].bias[:] = torch.tensor(rows[:, :3]), torch.tensor(rows[:, 3])
        net[2].weight[:], net[2].bias[:] = torch.tensor([[0.0, 0, 0], [1, -1, -1]]), 0
    return net


UPRIGHT = line(1, (0, 0, 0), (0, 0, 1))
NARROW = (HALF, 1, Fraction(3, 4))
CORNER = minimum((1, 0, 0, -0.5), (0, 1, 0, -1))  # x1 > 1/2 and x2 > 1
DIAGONAL = line(1, (0, 0, 0), (1, 1, 1))
ABOVE = line(1, (0, 0, 1), (1, 2, 0))  # parallel to the plane, at the distance 1
BELOW = affine([[0.0, 0, 0], [1, 0, -10]], [0, -0.5])  # 1 on the plane beyond x1 > 1/2, nowhere on that line
KNIFE = {
    "side": (UPRIGHT, STEP, "linf", NARROW, (-0.75, 0.75)),
    "corner": (UPRIGHT, CORNER, "linf", NARROW, (-0.75, 0.75)),
    "edge": (DIAGONAL, affine([[0.0, 0, 0], [-1, 1, 0]], [0, -2]), "linf", 1, (-1, 1)),
    "edge, l1": (DIAGONAL, affine([[0.0, 0, 0], [-1, 1, 0]], [0, -1]), "l1", 1, (0, 0)),  # from the origin alone
    "parallel": (ABOVE, BELOW, "linf", 1, (-0.5, mpmath.inf)),
    "parallel, l1": (ABOVE, BELOW, "l1", 1, (0.5, mpmath.inf)),
    "parallel, l2": (ABOVE, BELOW, "l2", 1, (0.5, mpmath.inf)),
}


@pytest.mark.parametrize("name", KNIFE)
@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("tie", [0, 1])
def test_just_within_reach(name, closed, tie):
    """A closed ball reaches what gets the ties; open ones do not, larger ones do, whatever gets the ties."""
    own, net, norm, eps, ends = KNIFE[name]
    d = mixed([FLOOR, own], EVEN)
    f = sa.classifier("relu", d, network=net, tie=tie)
    threat = sa.ThreatModel(norm, eps, on_support=True, closed=closed)
    found = LineProblem(f, d, threat, alone=False).bound(definition("prediction_change"))
    all_of_it = between(ends)
    tied = "parallel" in name or tie == 1
    assert found.method == "exact" and abs(found.lower - (all_of_it if closed and tied else 0)) < 1e-13
    assert abs(found.evidence.below[1]) < 1e-13 and abs(found.evidence.above[0] - all_of_it) < 1e-13
    assert found.evidence.knife_edge == (all_of_it > 0)


def diagonal(norm, budgets, net, ends, way=(1, 1, 1), **more):
    found = on_line(
        [FLOOR, line(1, (0, 0, 0), way)],
        EVEN,
        net,
        sa.ThreatModel(norm, budgets, on_support=True, **more),
        "prediction_change",
    )
    assert found.method == "exact" and abs(found.lower - between(*ends)) < 1e-13


WIDE = affine([[0.0, 0, 0], [0, 1, 0]], [0, -0.75])  # 1 where x2 > 3/4
TILTED = affine([[0.0, 0, 0], [1, 0, 1]], [0, -0.5])  # 1 where x1 + x3 > 1/2


def test_frozen_features():
    """With x1 frozen, x1 tells the sample; with x3, or with x1 and x2 across the line, hardly anything is in reach."""
    root = mpmath.sqrt(mpmath.mpf(23) / 4)
    diagonal("linf", (0, 1, 1), WIDE, [(-0.25, 1)])
    diagonal("l1", (0, 1, 1), WIDE, [(-0.125, 0.875)])
    diagonal("l2", (0, 1, 1), WIDE, [((1.5 - root) / 4, (1.5 + root) / 4)])
    for norm in ("linf", "l1", "l2"):
        diagonal(norm, (0, 0, 1), TILTED, [(0.25, 0.5)])
        diagonal(norm, (1, 1, 0), WIDE, [])
        diagonal(norm, (0, 0, 1), WIDE, [])
        diagonal(norm, 0, TILTED, [])
        far = {"linf": 0.75, "l1": 0.5, "l2": mpmath.sqrt(mpmath.mpf(1) / 2)}[norm]
        diagonal(
            norm,
            (0, Fraction(3, 4), Fraction(3, 4)),
            affine([[0.0] * 3, [0, 1, 0]], [0, -0.25]),
            [(-far, far)],
            (0, 0, 1),
        )


def test_a_box():
    """Nobody may be where x2 > 1/2, nor beyond 1/4 on the line's other side: what is said changes at x2 = 3/4, 0."""
    lower = affine([[0.0, 0, 0], [0, -1, 0]], [0, -0.25])  # 1 where x2 < -1/4
    for norm in ("linf", "l1", "l2"):
        diagonal(norm, 1, WIDE, [], (0, 0, 1), box=((-9, 9), (-9, HALF), (-9, 9)))
        far = {"linf": 1, "l1": 0.75, "l2": mpmath.sqrt(mpmath.mpf(15)) / 4}[norm]
        diagonal(norm, 1, lower, [(-far, far)], (0, 0, 1), box=((-9, 9), (-9, HALF), (-9, 9)))
        diagonal(norm, 1, lower, [], (0, 0, 1), box=((-9, 9), (-9, HALF), (Fraction(1, 8), 9)))


@pytest.mark.parametrize("closed", [True, False])
def test_lines_that_pass_a_plane_in_four_features(closed):
    """1/2 beside the plane x3 = x4 = 0; and between two of its features, all as far as the budget in l1."""
    floor = plane({2: 0, 3: 0}, {0: ((0, 0), 1)}, d=4)
    beside = line(1, (0, 0, 0, HALF), (0, 0, 1, 0))
    turned = affine([[0.0] * 4, [1, 0, 0, -2]], [0, -0.25])  # 1 where x1 - 2 x4 > 1/4
    ends = {"linf": (-0.75, 0.75), "l2": (-0.5, 0.5), "l1": (0, 0)}
    for norm, pair in ends.items():
        threat = sa.ThreatModel(norm, "3/4", on_support=True, closed=closed)
        found = on_line([floor, beside], EVEN, turned, threat, "prediction_change")
        assert found.method == "exact" and abs(found.lower - between(pair)) < 1e-13
    oblique = line(1, (0, 0, 0, 1), (0, 0, 1, -1))
    down = affine([[0.0] * 4, [0, 0, -1, -1]], [0, 0.5])  # 1 on the plane, 0 on the line
    found = on_line(
        [floor, oblique], EVEN, down, sa.ThreatModel("l1", 1, on_support=True, closed=closed), "prediction_change"
    )
    assert abs(found.lower - closed * between((0, 1))) < 1e-13 and found.evidence.knife_edge


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


@pytest.mark.parametrize("share", [Fraction(1, 7), 5, Fraction(45005, 3)])
@pytest.mark.parametrize("top", [True, False])
def test_roots_of_products_of_close_factors(share, top):
    """Integers that sympy 1.14 fails to take the root of."""
    product = 1000000000039000003000000000117 * 1000000000039000003000000000151
    number = sympy.Rational(share) * (product if top else sympy.Rational(1, product))
    found = 1 - 3 * square_root(number)
    with mpmath.workdps(60):
        wanted = 1 - 3 * mpmath.sqrt(mpmath.mpf(int(number.p)) / int(number.q))
        assert abs(mpmath.mpf(found.evalf(60)) - wanted) < 1e-20 * abs(wanted)


def test_wider_planes_are_refused():
    d = sa.Distribution(
        name="wide",
        features=("a", "b", "c", "e"),
        labels=(0, 1),
        prior=EVEN,
        components=[
            sa.Component(sa.Flat({3: 0}), {0: sa.MultivariateNormal((0, 0, 0), 1)}),
            sa.Component(sa.Point((0, 0, 0, 1)), {1: sa.Atom()}),
        ],
    )
    with pytest.raises(SymadvError):
        network_risk(random_net(0, inputs=4), d, sa.ThreatModel("linf", 1, on_support=True))
