r"""Exact risks in two features on circles, points and lines: where labels change on lines, parabolas and circles.

A point of a circle is $c + r\,(1 - t^2, 2 t) / (1 + t^2)$ with $t = \tan(\theta / 2)$, so that what lies in a region
and what a ball reaches from there is a union of intervals of t, and of the angle; of a uniform law it has the mass
$(\arctan b - \arctan a) / \pi$ for each.
"""

from collections.abc import Iterator, Mapping, Sequence

import sympy

from symadv.adversary.classifier import Classifier
from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.geometry.spheres import Sphere
from symadv.geometry.stratum import Features, Stratum
from symadv.language.errors import SymadvError
from symadv.language.intervals import Intervals
from symadv.language.order import Undecided
from symadv.language.regions import Cell, Cells, intersection, taking, union
from symadv.language.roots import NoClosedForm
from symadv.probability.distribution import Distribution
from symadv.probability.on_spheres import HalfTangent
from symadv.probability.on_strata import UniformOn
from symadv.risk._arcs import around
from symadv.risk._ball import Ball, Enclosed
from symadv.risk._paths import Path, path_of
from symadv.risk._slanted import T
from symadv.risk._sweeps import NOTHING, joined
from symadv.risk.bound import Bound
from symadv.risk.measure import Measure, Part, is_straight, parts_of
from symadv.risk.numeric import numeric_risks
from symadv.risk.pieces import Type, sections

_PLANE = (0, 1)


def _is_circular(d: Distribution) -> bool:
    """Whether a support is made of circles in the plane, and points and lines beside them."""
    return len(d.features) == 2 and all(isinstance(s, Sphere) or is_straight(s) for s in d.strata)


def on_circles(f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]) -> dict[str, Bound]:
    """The risks at numbers, bounds where labels change on other curves; none where there is more than the plane."""
    if not _is_circular(d):
        return {}
    d.require_numbers("exact risk")
    return numeric_risks(f, d, threat, chosen, Measure(tuple(_parts(d))), reached=_reached)


def _parts(d: Distribution) -> Iterator[Part]:
    for component in d.with_mass:
        if not isinstance(component.stratum, Sphere):
            yield from parts_of(component, d)
            continue
        for label, w in component.densities:
            if not isinstance(w.density, UniformOn):
                raise SymadvError(f"exact risk on circles is known for uniform laws; {d.name} has {w.density}")
            yield Part(label, component.stratum, d.prior_of(label) * w.weight, HalfTangent())


def _reached(line: Stratum, regions: Mapping[Type, Cells], ball: Ball) -> dict[Type, Enclosed]:
    """From which points of a stratum the region of each type is within reach."""
    known = {} if isinstance(line, Sphere) else sections(line, regions, ball)
    return {
        kind: found
        if (found := known.get(kind)) is not None and found.inner == found.outer
        else _of(line, region, ball)
        for kind, region in regions.items()
    }


def _of(line: Stratum, region: Cells, ball: Ball) -> Enclosed:
    home, found = path_of(line, _PLANE, T), NOTHING
    if isinstance(line, Sphere) and not ball.movable:
        region = _on(line, region)
    for cell in region.cells:
        known = _attempted(cell, region.features, home, ball)
        found = joined(found, known or Enclosed(Intervals(), _around_more(cell, region.features, home, ball)))
    return found


def _on(circle: Sphere, region: Cells) -> Cells:
    """A region at the points of a circle, whose distance from the centre is the radius."""
    length = sympy.sqrt(sympy.expand(circle.squares(region.features)))
    cells = (
        intersection(
            region.features, (taking(region.features, f.xreplace({length: circle.radius}), s) for f, s in cell)
        )
        for cell in region.cells
    )
    return union(region.features, cells)


def _attempted(cell: Cell, features: Features, home: Path, ball: Ball) -> Enclosed | None:
    try:
        return around(cell, features, home, _PLANE, ball, {})
    except (Undecided, NoClosedForm):
        return None


def _around_more(cell: Cell, features: Features, home: Path, ball: Ball) -> Intervals:
    """From where a cell without the conditions that are not dealt with is within reach: it is larger without them."""
    kept = tuple(c for c in cell if _attempted((c,), features, home, ball) is not None)
    known = _attempted(kept, features, home, ball)
    return Intervals.line() if known is None else known.outer
