"""Bounds for a risk that is not known, from risks that are: by which definitions imply which under every threat."""

from collections.abc import Mapping, Sequence

from symadv.adversary.classifier import Classifier
from symadv.adversary.definition import Definition, implies
from symadv.adversary.threat import ThreatModel
from symadv.probability.distribution import Distribution
from symadv.risk.bound import Bound, Evidence, conventions, nothing_known


def implied(
    f: Classifier,
    d: Distribution,
    threat: ThreatModel,
    wanted: Sequence[Definition],
    known: Mapping[Definition, Bound],
) -> dict[str, Bound]:
    """For each wanted definition the largest risk of those that imply it, and the smallest of those that it implies."""
    return {definition.name: _bound(f, d, threat, definition, known) for definition in wanted}


def _bound(
    f: Classifier, d: Distribution, threat: ThreatModel, wanted: Definition, known: Mapping[Definition, Bound]
) -> Bound:
    labels = d.labels
    below = [(b.lower, q.name) for q, b in known.items() if implies(q, wanted, labels=labels)]
    above = [(b.upper, q.name) for q, b in known.items() if implies(wanted, q, labels=labels)]
    lower, upper = max([(0.0, "0"), *below]), min([(1.0, "1"), *above])
    because = f"not known; between {lower[1]} and {upper[1]}, which hold by definition"
    value = lower[0], upper[0]
    evidence = Evidence(value, conventions(threat, d.tie_rule, f.tie, because), others=nothing_known)
    return Bound(*value, "bounded", evidence=evidence)
