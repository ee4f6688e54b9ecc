"""The posterior oracle against a line written by hand, for each family of distributions, with numpy.

By hand stands what one writes who knows the formula: its constants are typed in, nothing is checked, and where the
oracle finds out on which part of the support a point lies, the line does so, too.  Both return both columns.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from scipy.special import expit

import symadv as sa
from benchmarks.pairs import ratio

ENTRIES = 4_000_000  # coordinates of all points together
AT_MOST = 1.5

CORNERS = np.array([[0.0, 0], [0, 1], [3, 0], [3, 1]])
TABLE = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])

Line = Callable[[np.ndarray], np.ndarray]


def both(odds: np.ndarray) -> np.ndarray:
    """Both columns from the log-odds."""
    return np.stack([expit(-odds), expit(odds)], axis=1)


def two(name: str, stratum: Any, first: Any, second: Any, features: int = 1) -> Any:
    """Two equally likely labels on one stratum."""
    return sa.Distribution(
        name=name,
        features=tuple(f"x{i + 1}" for i in range(features)),
        labels=(-1, 1),
        prior={-1: "1/2", 1: "1/2"},
        components=[sa.Component(stratum, {-1: first, 1: second})],
    )


def uniform(x: np.ndarray) -> np.ndarray:
    """Of the uniform laws on (0, 2) and (1, 5)."""
    u = x[:, 0]
    low, high = np.where(u <= 2, 1 / 2, 0.0), np.where(u >= 1, 1 / 4, 0.0)
    return np.stack([low / (low + high), high / (low + high)], axis=1)


def circles(x: np.ndarray) -> np.ndarray:
    """Of circles of the radii 1 and 3/2."""
    outer = np.sqrt((x * x).sum(axis=1)) > 5 / 4
    return np.stack([~outer, outer], axis=1).astype(float)


def points(x: np.ndarray) -> np.ndarray:
    """Of the points 1 and 0."""
    return np.stack([x[:, 0] == 1, x[:, 0] == 0], axis=1).astype(float)


def rectangle(x: np.ndarray) -> np.ndarray:
    """Of the four points of ``finite``, each of which is looked for."""
    return TABLE[(x[:, None] == CORNERS).all(axis=2).argmax(axis=1)]


def mixture(x: np.ndarray) -> np.ndarray:
    """Of two humps at -2 and 2 against one at 0."""
    u = x[:, 0]
    return both(np.log(2) - np.logaddexp(-2 * u - 2, 2 * u - 2))


def families() -> Iterator[tuple[str, Any, Line]]:
    """Name, distribution with numbers, and the line by hand."""
    whole = sa.Whole(1)
    yield "Normal, Normal", two("n", whole, sa.Normal(-1, 1), sa.Normal(1, 1)), lambda x: both(2 * x[:, 0])
    yield (
        "unequal variances",
        two("v", whole, sa.Normal(0, 1), sa.Normal(0, 2)),
        lambda x: both(3 / 8 * x[:, 0] ** 2 - np.log(2)),
    )
    yield (
        "Laplace, Laplace",
        two("l", whole, sa.Laplace(-1, 1), sa.Laplace(1, 1)),
        lambda x: both(np.abs(x[:, 0] + 1) - np.abs(x[:, 0] - 1)),
    )
    yield "Uniform, Uniform", two("u", whole, sa.Uniform(0, 2), sa.Uniform(1, 5)), uniform
    ray = sa.Ray((0,), (1,))
    exponential = two("e", ray, sa.Exponential(1), sa.Exponential(2))
    yield "Exponential, Exponential", exponential, lambda x: both(np.log(2) - x[:, 0])
    humps = sa.Mixture("1/2" * sa.Normal(-2, 1), "1/2" * sa.Normal(2, 1))
    yield "mixture, Normal", two("m", whole, humps, sa.Normal(0, 1)), mixture
    yield "points", sa.distribution("point_masses").at(gap=1), points
    yield "finite", sa.distribution("finite"), rectangle
    yield "circles", sa.distribution("spheres").at(R="3/2"), circles
    covariance = ((2, 1), (1, 2))
    normals = [sa.MultivariateNormal((s, 0), covariance) for s in (-1, 1)]
    yield (
        "MultivariateNormal",
        two("c", sa.Whole(2), *normals, features=2),
        lambda x: both((4 * x[:, 0] - 2 * x[:, 1]) / 3),
    )
    weak = sa.distribution("tsipras", weak=100).at(p="9/10", eta="3/10")
    yield "tsipras(weak=100)", weak, lambda x: both(0.6 * x[:, 1:].sum(axis=1) + np.log(9) * x[:, 0])
    signs = sa.distribution("bernoulli", dimension=100).at(p="11/20")
    yield "bernoulli(dimension=100)", signs, lambda x: both(np.log(11 / 9) * x.sum(axis=1))


def rows(entries: int = ENTRIES, *, rounds: int = 9) -> Iterator[tuple[str, float]]:
    """The ratio of the times for each family."""
    for name, d, line in families():
        x, _ = d.sample(entries // len(d.features), rng=0)
        oracle = sa.oracle(d, validate=False)
        if not np.allclose(oracle.posterior(x), line(x), rtol=1e-9, atol=1e-12):
            raise AssertionError(f"{name}: the line by hand is another function")
        ours, theirs = partial(oracle.posterior, x), partial(line, x)
        yield name, ratio(ours, theirs, rounds=rounds, clock=time.process_time)


def main() -> bool:
    """Print the ratios; whether they are within the limit."""
    good = True
    print(f"posterior of {ENTRIES:.0e} coordinates, oracle / by hand (at most {AT_MOST})")
    for name, found in rows():
        print(f"  {name}: {found:.2f}")
        good &= found <= AT_MOST
    return good


if __name__ == "__main__":
    raise SystemExit(not main())
