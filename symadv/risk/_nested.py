"""Bounds by two adversaries, one of whom can do no more and the other no less than the one that is meant."""

from collections.abc import Mapping
from dataclasses import replace

from symadv.adversary.threat import ThreatModel
from symadv.risk.bound import EXACT, Bound, Evidence, nothing_known


def off_the_support(threat: ThreatModel) -> tuple[ThreatModel, ThreatModel]:
    """For an adversary on the support those who stay put, and those who may leave it: true labels of points of the
    support are the same for all of them."""
    return replace(threat, eps=0, on_support=False), replace(threat, on_support=False)


def nested(less: Mapping[str, Bound], more: Mapping[str, Bound]) -> dict[str, Bound]:
    """The risks under some definitions, between those of two adversaries."""
    return {name: _between(bound, more[name]) for name, bound in less.items()}


def _between(less: Bound, more: Bound) -> Bound:
    value = less.lower, max(less.lower, more.upper)
    told = more.evidence.semantics if more.evidence else ()
    words = ("between the risks of staying put and of leaving the support", *told)
    method = "exact" if value[1] - value[0] <= EXACT else "bounded"
    return Bound(*value, method, evidence=Evidence(value, words, others=nothing_known))
