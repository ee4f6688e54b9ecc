"""Networks on lines beside planes in any position, on the support: closed forms, points that are just within reach."""

import itertools
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.definitions import definition
from symadv.risk._net_lines import LineProblem
from symadv.risk._net_round import square_root
from tests.risk.line_cases import DIAGONAL, EVEN, FLOOR, HALF, STEP, UPRIGHT, between, line, on_line, plane
from tests.risk.mixed_cases import Part, mixed
from tests.risk.nets import affine

torch = pytest.importorskip("torch")


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


def minimum(first, second):
    """Label 1 where two forms (a, b, c, constant) are positive: their minimum is one less a relu of the difference."""
    net = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2)).double()
    rows = np.array([first, [-v for v in first], np.subtract(first, second)], dtype=float)
    with torch.no_grad():
        net[0].weight[:], net[0].bias[:] = torch.tensor(rows[:, :3]), torch.tensor(rows[:, 3])
        net[2].weight[:], net[2].bias[:] = torch.tensor([[0.0, 0, 0], [1, -1, -1]]), 0
    return net


NARROW = (HALF, 1, Fraction(3, 4))
CORNER = minimum((1, 0, 0, -0.5), (0, 1, 0, -1))  # x1 > 1/2 and x2 > 1
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


def test_a_rectangle():
    """Only what the support has of the plane is within reach: x1 up to 1/4, x2 from 0 to 1/2."""
    law = sa.Independent(sa.Uniform(-1, Fraction(1, 4)), sa.Uniform(0, HALF))
    window = Part(sa.Flat({2: 0}), {0: law}, (0, 0, 0), (), (), {})
    near, far = affine([[0.0] * 3, [1, 1, 0]], [0, -0.5]), affine([[0.0] * 3, [1, 1, 0]], [0, -0.875])
    for norm, end in (("linf", 0.75), ("l1", 0.25), ("l2", mpmath.sqrt(mpmath.mpf(7) / 16))):  # by (1/4, 1/4), or both
        threat = sa.ThreatModel(norm, "3/4", on_support=True)
        found = on_line([window, UPRIGHT], EVEN, near, threat, "prediction_change")
        assert found.method == "exact" and abs(found.lower - between((-end, end))) < 1e-13
        assert on_line([window, UPRIGHT], EVEN, far, threat, "prediction_change").upper == 0


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
