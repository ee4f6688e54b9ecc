"""Lines and planes of normal laws, and the risk of the samples on lines."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

import symadv as sa
from symadv.definitions import definition
from symadv.risk._net_lines import LineProblem
from symadv.risk.networks import as_network
from tests.risk.mixed_cases import Part, mixed
from tests.risk.nets import affine

pytest.importorskip("torch")

HALF = Fraction(1, 2)
EVEN = {0: HALF, 1: HALF}


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


def between(*ends):
    """Half the probability of intervals under the standard normal law, at 30 digits."""
    with mpmath.workdps(30):
        return mpmath.fsum(mpmath.ncdf(b) - mpmath.ncdf(a) for a, b in ends) / 2


FLOOR = plane({2: 0}, {0: ((0, 0), 1)})
STEP = affine([[0.0, 0, 0], [1, 0, 0]], [0, -0.5])  # 1 where x1 > 1/2
UPRIGHT = line(1, (0, 0, 0), (0, 0, 1))
DIAGONAL = line(1, (0, 0, 0), (1, 1, 1))
