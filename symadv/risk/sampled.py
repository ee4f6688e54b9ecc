"""Exact risks against samples: how often a drawn point lies in the set that is said to be vulnerable."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from symadv import catalog
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.goals import Experiment
from symadv.language.intervals import AFTER, BEFORE, Intervals
from symadv.probability.distribution import Distribution
from symadv.risk.bound import Bound, Evidence
from symadv.risk.members import along

Among = Callable[[NDArray[np.float64], NDArray[np.int64]], NDArray[np.bool_]]  # which samples x (n, d) of labels y


def risk_experiment(what: str, bound: Bound, d: Distribution) -> Experiment:
    """Draw (x, y), score 1 when x lies in the vulnerable set of label y; the mean is the exact risk.

    It tests the closed form of the masses against the sampler; the set itself is tested by brute force elsewhere.
    """
    if bound.evidence is None or bound.evidence.expression is None or not bound.evidence.vulnerable:
        raise SymadvError(f"{what}: wanted an exact risk at numbers, got one of method {bound.method!r}")
    vulnerable, place = bound.evidence.vulnerable, coordinates(bound.evidence, d)

    def among(x: NDArray[np.float64], y: NDArray[np.int64]) -> NDArray[np.bool_]:
        found, x = np.zeros(len(x), dtype=bool), place(x)
        for label, places in vulnerable.items():
            for stratum, intervals in places.items():
                found |= (y == label) & _on(stratum, intervals, x)
        return found

    return share_experiment(what, bound.evidence.expression, d, among)


def share_experiment(what: str, claimed: sympy.Expr, d: Distribution, among: Among) -> Experiment:
    """Draw (x, y), score 1 when it is among those that count; the mean is claimed to be a number."""

    def draw(values: Mapping[Any, sympy.Expr]) -> Callable[[int, Any], NDArray[np.float64]]:
        return lambda n, rng: among(*d.sample(n, rng=rng)).astype(float)

    return Experiment(what, claimed, draw)


def coordinates(evidence: Evidence, d: Distribution) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """From points ``(n, d)`` to the coordinates in which the vulnerable sets of some evidence are told."""
    if not evidence.statistics:
        return lambda x: x
    read: Callable[[NDArray[np.float64]], NDArray[np.float64]] = catalog.load("readers", "array")(
        evidence.statistics, d.features
    ).points
    return read


def _on(stratum: Stratum, intervals: Intervals, x: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which sampled points lie on a stratum with their coordinate there in some intervals."""
    here = stratum.near(x)
    t = along(stratum, x)
    inside = np.zeros(len(x), dtype=bool)
    for start, end in intervals:
        low, high = float(start.value), float(end.value)
        above = t >= low if start.side == BEFORE else t > low
        below = t <= high if end.side == AFTER else t < high
        inside |= above & below
    return here & inside
