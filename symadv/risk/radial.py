r"""Concentric spheres with uniform laws as points on a line: $\|x - c\| = |t|$, both signs equally likely.

From a sphere of radius r an l2 ball of radius e reaches the distances $|t|$ with $t \in [r - e, r + e]$, in any
direction; so where classifier and true label depend on the distance alone, the risk is that of the points $\pm r$.
"""

import sympy

from symadv.adversary.classifier import Classifier, Partition
from symadv.adversary.threat import ThreatModel
from symadv.geometry.spheres import Sphere
from symadv.geometry.strata import Flat, Point
from symadv.language.forms import expand_outside
from symadv.language.parameters import parameter
from symadv.language.regions import Cells
from symadv.probability.densities import Atom
from symadv.probability.distribution import Component, Distribution
from symadv.probability.labels import label_regions
from symadv.risk.quotient import Quotient


def radial(f: Classifier, d: Distribution, threat: ThreatModel) -> Quotient | None:
    """The same risk on a line, in the signed distance from the centre; None where it does not reduce to that."""
    spheres = [s for s in d.strata if isinstance(s, Sphere)]
    if not spheres or threat.norm != "l2" or isinstance(threat.eps, tuple) or threat.box is not None:
        return None
    centre, regions = spheres[0].centre, f.ahead if isinstance(f, Partition) else f.regions()
    at_centre = (isinstance(s, Flat) and s == Point(centre) for s in d.strata if not isinstance(s, Sphere))
    if regions is None or any(s.centre != centre for s in spheres) or not all(at_centre):
        return None
    t = parameter("t", real=True)
    ahead = {label: _of_distance(region, d, spheres[0], t) for label, region in regions.items()}
    true = [_of_distance(region, d, spheres[0], t) for region in label_regions(d).values()]
    if any(region is None for region in (*ahead.values(), *true)):
        return None
    known = {label: region for label, region in ahead.items() if region is not None}
    here, line = f if isinstance(f, Partition) else Partition(f.name, f.labels, regions, f.tie), _line(d, t)
    return Quotient(here.carried(known, d=d, to=line), line, _ball(threat))


def _ball(threat: ThreatModel) -> ThreatModel:
    return ThreatModel("linf", threat.eps, on_support=threat.on_support, closed=threat.closed)


def _line(d: Distribution, t: sympy.Symbol) -> Distribution:
    """The points at both signed distances of each sphere."""
    components = []
    for c in d.with_mass:
        masses = {y: w.weight for y, w in c.densities}
        places = (c.stratum.radius, -c.stratum.radius) if isinstance(c.stratum, Sphere) else (sympy.S.Zero,)
        components += [
            Component(Point([place]), {y: w / len(places) * Atom() for y, w in masses.items()}) for place in places
        ]
    return Distribution(
        d.name, (t,), d.labels, dict(d.prior), tuple(components), given=d.given, tie_rule=d.tie_rule, source=d.source
    )


def _of_distance(region: Cells, d: Distribution, sphere: Sphere, t: sympy.Symbol) -> Cells | None:
    """A region that depends on the distance from the centre alone, in that distance; None for another one."""
    forms = dict.fromkeys(form for cell in region.cells for form, _ in cell)
    if any(in_distance(form, sphere, d.features, t) is None for form in forms):
        return None
    return Cells((t,), region.substitute(_on_axis(sphere, d.features, t)).cells)


def in_distance(
    form: sympy.Expr, sphere: Sphere, features: tuple[sympy.Symbol, ...], t: sympy.Symbol
) -> sympy.Expr | None:
    """A form that depends on the distance from the centre of a sphere alone, in that distance; None for another one."""
    squares = sphere.squares(features)
    along = expand_outside(form.xreplace(_on_axis(sphere, features, t)))
    if not along.is_polynomial(t):
        return None
    powers = sympy.Poly(along, t).terms()
    if any(k % 2 for (k,), _ in powers):
        return None
    radial = sympy.Add(*(a * squares ** (k // 2) for (k,), a in powers))
    return along if expand_outside(radial - form) == 0 else None


def _on_axis(sphere: Sphere, features: tuple[sympy.Symbol, ...], t: sympy.Symbol) -> dict[sympy.Symbol, sympy.Expr]:
    return {x: c + (t if x == features[0] else 0) for x, c in zip(features, sphere.centre, strict=True)}
