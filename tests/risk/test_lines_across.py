"""Networks on lines beside planes in any position, on the support: closed forms, points that are just within reach, and
clouds of points."""

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
    middle = [(a + b) / 2 for a, b in zip(ends, ends[1:], strict=False)]
    return mpmath.fsum(
        mpmath.ncdf(b) - mpmath.ncdf(a) for a, b, m in zip(ends, ends[1:], middle, strict=False) if excess(m) <= 0
    )


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
