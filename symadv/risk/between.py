r"""Bounds where only round balls are known: a larger ball never has a smaller risk.

In n features $B_2(\varepsilon) \subseteq B_\infty(\varepsilon) \subseteq B_2(\sqrt n\, \varepsilon)$ and
$B_2(\varepsilon / \sqrt n) \subseteq B_1(\varepsilon) \subseteq B_2(\varepsilon)$, open or closed alike; with several
budgets $B_2(\min E) \subseteq B_2(E) \subseteq B_2(\max E)$, and the others likewise.  A box leaves at most all
perturbed points, and at least those on a support that it contains, or the clean one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce

import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.spheres import Sphere
from symadv.geometry.stratum import Stratum
from symadv.language.order import compare, order
from symadv.probability.distribution import Distribution
from symadv.risk.bound import Bound, nothing_known


def round_balls(d: Distribution, threat: ThreatModel) -> tuple[ThreatModel, ThreatModel] | None:
    """Round balls, inside another one and around it, without a box; None where nothing is round, or all is already."""
    known = threat.norm == "l2" and not isinstance(threat.eps, tuple) and threat.box is None
    if known or not any(isinstance(s, Sphere) for s in d.strata):
        return None
    inner, outer = _radii(threat.norm, threat.budgets(len(d.features)))
    smaller, larger = (replace(threat, norm="l2", eps=eps, box=None) for eps in (inner, outer))
    if threat.box is None:
        return smaller, larger
    return replace(smaller, on_support=True) if _contains(threat, d) else replace(smaller, eps=0), larger


def _radii(norm: str, budgets: Sequence[sympy.Expr]) -> tuple[sympy.Expr, sympy.Expr]:
    """Of the largest round ball inside and of the smallest around one with a budget for each feature."""
    least = reduce(lambda a, b: b if compare(b, a) < 0 else a, budgets)
    most = reduce(lambda a, b: b if compare(b, a) > 0 else a, budgets)
    if norm == "linf":
        return least, sympy.sqrt(sympy.Add(*(e**2 for e in budgets)))
    if norm == "l1":
        return 1 / sympy.sqrt(sympy.Add(*(1 / e**2 for e in budgets))) if least != 0 else least, most
    return least, most


def _contains(threat: ThreatModel, d: Distribution) -> bool:
    """Whether the box is proved to contain the support, of spheres and points."""
    boxes = threat.boxes(len(d.features)) or ()
    return all(
        order(low, x - r) in (-1, 0) and order(x + r, high) in (-1, 0)
        for r, place in map(_extent, d.strata)
        for x, (low, high) in zip(place, boxes, strict=True)
    )


def _extent(stratum: Stratum) -> tuple[sympy.Expr, tuple[sympy.Expr, ...]]:
    """How far a sphere, or a point, reaches from its centre, and the centre; another stratum is taken to be endless."""
    if isinstance(stratum, Sphere):
        return stratum.radius, stratum.centre
    centre = stratum.place((sympy.S.Zero,) * stratum.axes)
    return (sympy.S.Zero if stratum.axes == 0 else sympy.oo), centre


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
    kept = " that stays on the support" if balls[0].on_support and not threat.on_support else ""
    because = f"between the {balls[0].words}{kept} and the {balls[1].words}"
    exact = low.method == high.method == "exact" and evidence.expression is not None
    same = exact and evidence.expression == other.expression
    told = (threat.words, because, *evidence.semantics[1:])
    known = replace(
        evidence,
        value=(low.lower, high.upper),
        others=nothing_known,
        expression=evidence.expression if same else None,
        semantics=told,
    )
    return Bound(low.lower, high.upper, "exact" if same else "bounded", evidence=known)
