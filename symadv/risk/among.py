"""Which samples are vulnerable, one by one: by the intervals of an exact risk, or between the curves of a network."""

from functools import partial
from typing import Any

import numpy as np

from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import Network
from symadv.geometry.polygons import Bools, Floats
from symadv.probability.distribution import Distribution
from symadv.risk._mixed import MixedProblem
from symadv.risk._planes.problem import PlaneProblem
from symadv.risk.bound import Bound, Evidence
from symadv.risk.members import along, members
from symadv.risk.networks import problem_of
from symadv.risk.sampled import Among, coordinates


def among_vulnerable(
    f: Any, d: Distribution, threat: ThreatModel, definition: Definition, bound: Bound
) -> Among | None:
    """Which samples x (n, d) of labels y (n,) are vulnerable by an exact risk; None where it was integrated without
    that set.

    ``f``: the classifier that ``bound`` is about, a network as ``classifier("relu", d, network=…)``.
    """
    evidence: Any = bound.evidence
    if evidence is not None and evidence.vulnerable:
        return partial(_in_intervals, evidence, d)
    problem = problem_of(f, d, threat, definition.margin) if isinstance(f, Network) else None
    if isinstance(problem, PlaneProblem) or (isinstance(problem, MixedProblem) and problem.on_floats):
        return partial(problem.contains, definition)
    return None


def _in_intervals(evidence: Evidence, d: Distribution, x: Floats, y: Any) -> Bools:
    result, x = np.zeros(len(x), dtype=bool), coordinates(evidence, d)(x)
    for label, places in evidence.vulnerable.items():
        for stratum, numbers in places.items():
            rows = np.flatnonzero((y == label) & stratum.carrier.near(x))
            result[rows] |= members(numbers, along(stratum, x[rows]))
    return result
