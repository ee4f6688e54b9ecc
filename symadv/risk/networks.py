"""The exact risk of ReLU networks under every definition, on points, on lines, on circles and in planes."""

from collections.abc import Iterable
from typing import Any

import sympy

from symadv import catalog
from symadv.adversary.definition import Definition, by_margin
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import Network, is_network, read_network
from symadv.definitions import definition as definition_of
from symadv.language.errors import SymadvError
from symadv.probability.distribution import Distribution
from symadv.risk._mixed import MixedProblem
from symadv.risk._nested import nested, off_the_support
from symadv.risk._net_lines import LineProblem
from symadv.risk._net_passes import REAL, known_semantics
from symadv.risk._planes.circle_parts import beside_circles, stay_on_circles
from symadv.risk._planes.directions import directions, in_planes
from symadv.risk._planes.problem import PlaneProblem
from symadv.risk.bound import Bound
from symadv.risk.measure import is_straight
from symadv.risk.sums import by_flats

Problem = LineProblem | PlaneProblem | MixedProblem


def network_risk(
    network: Any,
    d: Distribution,
    threat: ThreatModel,
    *,
    definition: str | Definition = "label_invariant",
    semantics: str = REAL,
) -> Bound:
    r"""$\Pr_{(x, y)}[\text{an admissible } \tilde x \text{ is adversarial for } (x, y)]$ for a ReLU network, exactly.

    ``network``: a torch network of Linear, ReLU and Flatten layers with one logit per label, or
    ``classifier("relu", d, network=…, tie=…)``.  ``semantics``: "real", the real function of its stored weights, or
    "float32", bounds for every float32 pass (binary32 with subnormal numbers, rounded to nearest, sums in any order).
    ``d``: without free parameters, on points, lines, segments and rays in any position, and on planes in any position,
    such as all of the space of two features, with normal laws, mixtures or two independent features, also on all of
    these together; on circles in the plane of two features.  Of the features at most two may vary: the others need the
    budget 0, or ``threat.on_support``.  Bounds where budgets reach exactly as far as a border in a plane, where true
    labels that are asked for change along curves on planes that cross, or along too many, and where perturbed points
    stay on circles and on lines or planes beside these.
    Refused: other layers, weights that are not finite, networks with too many cells.
    """
    (bound,) = network_risks(network, d, threat, definitions=(definition,), semantics=semantics).values()
    return bound


def network_risks(
    network: Any,
    d: Distribution,
    threat: ThreatModel,
    *,
    definitions: Iterable[str | Definition] | None = None,
    semantics: str = REAL,
) -> dict[str, Bound]:
    """The exact risk of a ReLU network under each of some definitions (by default all of the room), by name."""
    names = catalog.names("definitions") if definitions is None else definitions
    chosen = [definition_of(n) if isinstance(n, str) else n for n in names]
    known = as_network(network, d)
    if threat.on_support and beside_circles(by_flats(d)):
        others = (network_risks(known, d, t, definitions=chosen, semantics=semantics) for t in off_the_support(threat))
        return nested(*others)
    problems = [(problem_of(known, d, threat, margin, semantics), group) for margin, group in by_margin(chosen)]
    found = {definition.name: problem.bound(definition) for problem, group in problems for definition in group}
    return {definition.name: found[definition.name] for definition in chosen}


def problem_of(
    network: Network, d: Distribution, threat: ThreatModel, margin: sympy.Expr = sympy.S.Zero, semantics: str = REAL
) -> Problem:
    """One network, distribution, threat and margin of the truth, on lines or in a plane."""
    meant = known_semantics(semantics)
    flats = by_flats(d)
    if not in_planes(flats):
        return LineProblem(network, flats, threat, margin, meant)
    ways = directions(flats) or ((),)
    on_lines = not stay_on_circles(flats, threat) and any(map(is_straight, flats.strata))
    planes = [PlaneProblem(network, flats, threat, margin, meant, way if len(ways) > 1 else ()) for way in ways]
    lines = [LineProblem(network, flats, threat, margin, meant, alone=False)] if on_lines else []
    return MixedProblem((*lines, *planes)) if lines or len(planes) > 1 else planes[0]


def as_network(given: Any, d: Distribution) -> Network:
    """A torch network, or a classifier made of one, as a classifier on d's feature space."""
    if is_network(given):
        return read_network(given, d)
    if not isinstance(given, Network):
        raise SymadvError(f"got {type(given).__name__}, wanted a torch network or classifier('relu', d, network=…)")
    if given.labels != d.labels or given.inputs != len(d.features):
        raise SymadvError(
            f"the network has the labels {given.labels} and {given.inputs} inputs, {d.name} has "
            f"{d.labels} and {len(d.features)} features"
        )
    return given
