r"""Exact risk of ReLU networks on planes: all of a plane feature space, or planes that perturbed points may not leave.

The formula is the usual one.  A point has a type within reach when it has the type itself, or lies in one of the convex
sets that the ball dilates the pieces of the type's boundary to.  The curves that bound these sets cut the plane into
gaps of slabs, in each of which nothing changes; the laws' masses are enclosed by ball arithmetic.  Lines have no mass:
open balls, ties and budgets that are a little smaller or larger give the same risk, but where the ball just reaches
another plane.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import flint
import numpy as np
import sympy

from symadv import catalog
from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import Network
from symadv.definitions import definition as definition_of
from symadv.geometry.polygons import Bools, Floats, Ints
from symadv.geometry.stratum import Stratum
from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.language.intervals import Intervals
from symadv.probability.distribution import Distribution
from symadv.risk._net_atoms import Atom
from symadv.risk._net_cells import DecisionCells
from symadv.risk._net_passes import REAL
from symadv.risk._planes.circle_mass import kinds_beside, near_on_support, vulnerable_on, vulnerable_share
from symadv.risk._planes.circle_parts import with_points_apart
from symadv.risk._planes.directions import directions
from symadv.risk._planes.forms import Curved
from symadv.risk._planes.laws import plane_law
from symadv.risk._planes.marginal import TAIL
from symadv.risk._planes.mass import Masses
from symadv.risk._planes.readings import Readings
from symadv.risk._planes.seen import Case, Seen
from symadv.risk._planes.support import Planes
from symadv.risk._planes.thin import decided_on
from symadv.risk._planes.types import vulnerable
from symadv.risk._planes.view import View
from symadv.risk.bound import EXACT, Bound, Evidence, Others, Range, conventions
from symadv.risk.implied import implied


@dataclass(frozen=True)
class PlaneProblem:
    """One network, distribution, threat and margin of the truth; what the definitions share is computed once.

    ``direction``: which features vary on the planes whose samples count, where there are planes of several directions.
    """

    network: Network
    d: Distribution
    threat: ThreatModel
    margin: sympy.Expr = sympy.S.Zero
    semantics: str = REAL
    direction: tuple[int, ...] = ()

    def bound(self, definition: Definition) -> Bound:
        """The risk under one definition; bounds where it asks for true labels whose border is not known."""
        try:
            if not definition.uses_truth or self._knows_truth:
                return self._exact(definition)
        except Curved as reason:
            self._reasons.append(reason)
        known = {q: self._exact(q) for q in map(definition_of, catalog.names("definitions")) if not q.uses_truth}
        return implied(self.network, self.d, self.threat, [definition], known)[definition.name]

    def _exact(self, definition: Definition) -> Bound:
        value = self._range(definition, self._given)

        def instead(case: Case) -> Range | None:
            found = self._range(definition, case)
            return found if _apart(found, value) else None

        def others() -> Others:
            closed = self.threat.closed
            ball = instead(self._given._replace(closed=not closed))
            ties = {tie: k for k, tie in enumerate(self.d.labels) if k != self._given.tie}
            told = {f"f = {tie} at its ties": instead(self._given._replace(tie=k)) for tie, k in ties.items()}
            words = "open ball" if closed else "closed ball"
            return Others(ball if closed else None, None if closed else ball, {words: ball, **told})

        where = "planes" if self._planes.parts else "circles"
        semantics = conventions(
            self.threat, self.d.tie_rule, self.network.tie, f"{self._seen.readings.words}, integrated over {where}"
        )
        evidence = Evidence(value, semantics, vulnerable=self._vulnerable(definition), others=others)
        return Bound(*value, "exact" if value[1] - value[0] <= EXACT else "bounded", evidence=evidence)

    def _vulnerable(self, definition: Definition) -> dict[int, dict[Stratum, Intervals]]:
        """For each label the circles, and where on them samples are vulnerable, if there are none in planes."""
        found: dict[int, dict[Stratum, Intervals]] = {}
        for ring in () if self._planes.parts else self._planes.circles:
            view = self._sees(definition).view(0, self._sees(definition).that_differs(self._given, True))
            found.setdefault(ring.label, {})[ring.stratum] = vulnerable_on(ring, view, definition)
        return found

    def _range(self, definition: Definition, case: Case) -> Range:
        low, high = (self._total(definition, self._sees(definition).that_differs(case, sure)) for sure in (True, False))
        lost = self._seen.readings.lost(self._planes)
        lower, upper = float(low.lower()) * (1 - 1e-15) - lost, float(high.upper()) * (1 + 1e-15) + lost
        return max(lower, 0.0), min(upper, 1.0)

    def _total(self, definition: Definition, case: Case) -> Any:
        if (definition, case) not in self._totals:
            total = flint.arb(0)
            for number, part in enumerate(self._planes.parts):
                view = self._sees(definition).view(part.plane, case)
                side = _border(view, vulnerable(definition, part.label, self.d.labels, view.gaps.kinds))
                masses = self._masses(number, view)
                slack = flint.arb(0, _slack(masses, view, side))
                total += ball(part.probability) * (masses.inside(view.gaps.strips, side) + slack)
            for ring in self._planes.circles:
                view = self._sees(definition).view(0, case)
                total += ball(ring.probability) * vulnerable_share(ring, view, definition)
            self._totals[definition, case] = total
        return self._totals[definition, case]

    def contains(self, definition: Definition, x: Floats, y: Ints) -> Bools:
        """Which samples x (n, d) of labels y (n,) are vulnerable; those within rounding of a boundary count as such."""
        try:
            if not definition.uses_truth or self._knows_truth:
                return self._contains(definition, x, y)
        except Curved as reason:
            self._reasons.append(reason)
        raise SymadvError(
            f"who is vulnerable under {definition.name} is not known: the border between the true labels of "
            f"{self.d.name} is curved in too many ways"
        )

    def _contains(self, definition: Definition, x: Floats, y: Ints) -> Bools:
        found, seen = np.zeros(len(x), dtype=bool), self._sees(definition)
        case = seen.that_differs(self._given, False)
        for k, plane in enumerate(self._planes.each):
            rows = np.flatnonzero(plane.near(x))
            points = x[rows][:, list(self._planes.free)]
            found[rows] |= self._told(definition, seen.view(k, case), points, y[rows])
            sure = case._replace(sure=True)
            surely = self._told(definition, seen.view(k, sure), points, y[rows]) if seen.crossed else found[rows]
            if (found[rows] & ~surely).any():
                raise SymadvError(
                    f"who is vulnerable under {definition.name} is known in part only: strata of {self.d.name} cross"
                )
        return found

    def _told(self, definition: Definition, view: View, points: Floats, y: Ints) -> Bools:
        kinds = kinds_beside(points, view)
        found = np.zeros(len(points), dtype=bool)
        for label in self.d.labels:
            found |= (y == label) & vulnerable(definition, label, self.d.labels, kinds)
        return found

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """The planes, as far as they matter."""
        pairs = zip(self._planes.each, self._planes.charts, strict=False)
        return tuple(Atom(plane, chart, {}) for plane, chart in pairs)

    def on_circles(self, x: Floats) -> Iterator[Floats]:
        """Points within reach of a sample (2,), where perturbed points stay on circles."""
        yield from near_on_support(x, self._seen.view(0, self._given)) if self._planes.circles else ()

    @property
    def decided(self) -> DecisionCells:
        """The decision set of the real function, cut by the border of the true labels."""
        return self._seen.cells(self.network)

    @property
    def on_lines(self) -> Iterator[tuple[tuple[Atom, ...], DecisionCells]]:
        """What is on lines of each plane, and perhaps nowhere around, and on lines across; with the decision set
        there."""
        thin = zip(self._planes.each, self._planes.thin, strict=False)
        across = ((self._planes.each[0], places) for places in self._planes.places.values())
        for plane, places in (*thin, *across):
            if places:
                yield tuple(Atom(plane, p.chart, {}) for p in places), decided_on(self.network, places)

    @cached_property
    def _planes(self) -> Planes:
        return Planes(self.d, self.threat, self.margin, direction=self.direction)

    @cached_property
    def _seen(self) -> Seen:
        return self._drawn(true=True)

    def _drawn(self, *, true: bool) -> Seen:
        """What is seen of the network, and of true labels."""
        readings = Readings(self.network, self.semantics)
        others = [other for other in directions(self.d) if other != self.direction] if self.direction else []
        found = (Planes(self.d, self.threat, self.margin, true, other) for other in others)
        planes = replace(self._planes, true=true)
        return Seen(self._planes if true else planes, readings, tuple(Seen(other, readings) for other in found))

    def _sees(self, definition: Definition) -> Seen:
        """What is seen of the network and of what a definition asks for."""
        return self._seen if definition.uses_truth or self._simple else self._said

    @cached_property
    def _said(self) -> Seen:
        """The network without true labels."""
        return self._drawn(true=False)

    @cached_property
    def _given(self) -> Case:
        """The conventions asked for."""
        return Case(self.threat.closed, self.d.labels.index(self.network.tie))

    @property
    def _knows_truth(self) -> bool:
        every = [seen.planes.truths[0] for seen in (self._seen, *self._seen.beside)]
        across = any(seen.planes.truths[0].forms for seen in self._seen.beside)
        known = all(truth.cells for truth in every) and not self._reasons and not across
        return known and not (self._planes.circles and self._thin_circles)

    @cached_property
    def _thin_circles(self) -> bool:
        """Whether on circles in planes, or at points of circles, other labels may be true than around."""
        if self._planes.parts:
            return True
        return not self.threat.on_support and with_points_apart(self.d, self.margin)

    @cached_property
    def _simple(self) -> bool:
        """Whether true labels change along straight lines."""
        return not any(seen.planes.truths[0].forms for seen in (self._seen, *self._seen.beside))

    @cached_property
    def _reasons(self) -> list[Curved]:
        """Why true labels are not known after all."""
        return []

    @cached_property
    def _totals(self) -> dict[tuple[Definition, Case], Any]:
        return {}

    @cached_property
    def _known(self) -> dict[tuple[int, View], Masses]:
        return {}

    def _masses(self, number: int, view: View) -> Masses:
        if (number, view) not in self._known:
            law = plane_law(self._planes.parts[number].density, view.scene.frame.matrix, self.d.name)
            self._known[number, view] = Masses(law, view.scene.curves[0])
        return self._known[number, view]


def _border(view: View, chosen: Bools) -> Ints:
    """For each curve of each slab 1 if only the gap below it is chosen, -1 if only the one above, else 0 (n, k)."""
    inside = chosen[view.gaps.kind].astype(np.int64)
    return np.asarray((inside[:, :-1] - inside[:, 1:]) * (view.gaps.strips.curve >= 0))


def _slack(masses: Masses, view: View, side: Ints) -> float:
    """What is in doubt: bands of curves on the border, parts of other bands, thin gaps, and far away."""
    strips = view.gaps.strips
    near = strips.near.copy()
    near[:, 1:] |= strips.near[:, :-1]
    area = strips.lost + strips.thin + np.where((side != 0) | near, strips.band, strips.shared)
    density = masses.law.densest(strips.left, strips.right, strips.height, strips.around)
    return float((density * area).sum()) * (1 + 1e-6) + 4 * TAIL + _unseen(masses, view)


def _unseen(masses: Masses, view: View) -> float:
    """A bound for the mass of the boxes in which nothing is known."""
    if view.scene.shown is None or not len(view.scene.shown.boxes):
        return 0.0
    left, right, low, high = view.scene.shown.boxes.T
    density = masses.law.densest(left, right, ((low + high) / 2)[:, None], ((high - low) / 2)[:, None])
    return float((density[:, 0] * (right - left) * (high - low)).sum()) * (1 + 1e-6)


def _apart(one: Range, other: Range) -> bool:
    """Whether two enclosed numbers are surely different."""
    return one[1] < other[0] or other[1] < one[0]
