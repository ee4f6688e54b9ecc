r"""Bounds for balls that are not round, where only round ones are known: a larger ball never has a smaller risk.

In n features $B_2(\varepsilon) \subseteq B_\infty(\varepsilon) \subseteq B_2(\sqrt n\, \varepsilon)$ and
$B_2(\varepsilon / \sqrt n) \subseteq B_1(\varepsilon) \subseteq B_2(\varepsilon)$, open or closed alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.spheres import Sphere
from symadv.probability.distribution import Distribution
from symadv.risk.bound import Bound


def round_balls(d: Distribution, threat: ThreatModel) -> tuple[ThreatModel, ThreatModel] | None:
    """The largest round ball inside another one and the smallest around it; None where nothing is round."""
    if threat.norm == "l2" or isinstance(threat.eps, tuple) or not any(isinstance(s, Sphere) for s in d.strata):
        return None
    root = sympy.sqrt(len(d.features))
    inner, outer = (1, root) if threat.norm == "linf" else (1 / root, 1)
    smaller, larger = (replace(threat, norm="l2", eps=threat.eps * scale) for scale in (inner, outer))
    return smaller, larger


def between(
    threat: ThreatModel, balls: tuple[ThreatModel, ThreatModel], risks: Callable[[ThreatModel], Mapping[str, Bound]]
) -> dict[str, Bound]:
    """For each definition the risk for the ball inside and that for the ball around; exact where these agree."""
    low, high = map(risks, balls)
    return {name: _bound(threat, balls, low[name], high[name]) for name in low}


def tightest(one: Bound, other: Bound) -> Bound:
    """Of two bounds for one risk the exact one, or what both leave."""
    if other.method == "exact" or one.method == "exact":
        return other if other.method == "exact" else one
    narrower = min(one, other, key=lambda bound: bound.upper - bound.lower)
    return replace(narrower, lower=max(one.lower, other.lower), upper=min(one.upper, other.upper))


def _bound(threat: ThreatModel, balls: tuple[ThreatModel, ThreatModel], low: Bound, high: Bound) -> Bound:
    evidence, other = (bound.evidence for bound in (low, high))
    if evidence is None or other is None:
        return Bound(low.lower, high.upper, "bounded")
    because = f"between the {balls[0].words} and the {balls[1].words}"
    exact = low.method == high.method == "exact" and evidence.expression is not None
    same = exact and evidence.expression == other.expression
    told = (threat.words, because, *evidence.semantics[1:])
    known = replace(
        evidence,
        knife_edge=False,
        below=(0.0, 1.0),
        above=(0.0, 1.0),
        otherwise={},
        expression=evidence.expression if same else None,
        semantics=told,
    )
    return Bound(low.lower, high.upper, "exact" if same else "bounded", evidence=known)
