r"""Exact risk of ReLU networks under normal laws on a plane: all of a plane feature space, or a plane that perturbed
points may not leave.

The formula is the usual one.  A point has a type within reach when it has the type itself, or lies in one of the convex
sets that the ball dilates the pieces of the type's boundary to.  The curves that bound these sets cut the plane into
gaps of slabs, in each of which nothing changes; the laws' masses are enclosed by ball arithmetic.  Lines have no mass:
open balls, ties and budgets that are a little smaller or larger give the same risk.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
import numpy as np
import sympy

from symadv import catalog
from symadv.adversary.definition import Definition, Types
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import Network
from symadv.definitions import definition as definition_of
from symadv.geometry.charts import Chart, rounded
from symadv.geometry.polygons import Bools, Floats, Ints
from symadv.geometry.strata import Flat
from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.language.order import order
from symadv.probability.distribution import Distribution
from symadv.probability.labels import label_regions
from symadv.risk._net_atoms import Atom
from symadv.risk._net_cells import DecisionCells
from symadv.risk._plane_arrangement import Arrangement, Gaps, gaps
from symadv.risk._plane_mass import PlaneLaw, normal_law, runs
from symadv.risk._plane_pieces import column, pieces, types
from symadv.risk._plane_reach import Pieces
from symadv.risk._plane_truth import Curved, Truth, truth_in_plane
from symadv.risk.bound import Bound, Evidence, conventions
from symadv.risk.implied import implied
from symadv.risk.size import refuse_too_large

_FAR = 9.5  # standard deviations; what is farther away has a mass below 1e-20
_TAIL = 1e-20
_CLOSE = 1e-12


def in_a_plane(d: Distribution) -> bool:
    """Whether all samples lie in one plane."""
    strata = {c.stratum for c in d.with_mass}
    return len(strata) == 1 and all(isinstance(s, Flat) and s.dim == 2 and not s.within for s in strata)


@dataclass(frozen=True)
class PlaneProblem:
    """One network, distribution, threat and margin of the truth; what the definitions share is computed once."""

    network: Network
    d: Distribution
    threat: ThreatModel
    margin: sympy.Expr = sympy.S.Zero

    def bound(self, definition: Definition) -> Bound:
        """The risk under one definition; bounds where it asks for true labels whose border is curved."""
        if definition.uses_truth and not self._knows_truth:
            names = catalog.names("definitions")
            known = {q: self._exact(q) for q in map(definition_of, names) if not q.uses_truth}
            return implied(self.network, self.d, self.threat, [definition], known)[definition.name]
        return self._exact(definition)

    def _exact(self, definition: Definition) -> Bound:
        total = flint.arb(0)
        for label in self.d.labels:
            side = self._border(self._vulnerable(definition, label, self._gaps.kinds))
            for y, share, law in self._laws:
                if y == label:
                    total += ball(share) * (self._mass(law, side) + flint.arb(0, self._slack(law, side)))
        lower, upper = (float(end) for end in (total.lower(), total.upper()))
        value = max(lower * (1 - 1e-15), 0.0), min(upper * (1 + 1e-15), 1.0)
        evidence = Evidence(
            knife_edge=False,
            below=value,
            above=value,
            otherwise={},
            expression=None,
            vulnerable={},
            semantics=conventions(
                self.threat,
                self.d.tie_rule,
                self.network.tie,
                "the network is the real function of its stored weights, integrated over a plane",
            ),
        )
        return Bound(*value, "exact" if value[1] - value[0] < _CLOSE else "bounded", evidence=evidence)

    def contains(self, definition: Definition, x: Floats, y: Ints) -> Bools:
        """Which samples x (n, d) of labels y (n,) are vulnerable; those within rounding of a boundary count as such."""
        if definition.uses_truth and not self._knows_truth:
            raise SymadvError(
                f"who is vulnerable under {definition.name} is not known: the border between the true labels of "
                f"{self.d.name} is curved, or of an irrational slope"
            )
        kinds = self._kinds(x[:, list(self.stratum.free)], self._scene.reached(x[:, list(self.stratum.free)]))
        found = np.zeros(len(x), dtype=bool)
        for label in self.d.labels:
            found |= (y == label) & self._vulnerable(definition, label, kinds)
        return found

    @property
    def stratum(self) -> Flat:
        """The plane."""
        found = self.d.with_mass[0].stratum
        if not isinstance(found, Flat):
            raise SymadvError(f"got {found}, wanted a plane")
        return found

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """The plane, as far as it matters."""
        return (Atom(self.stratum, self._chart, {}),)

    @cached_property
    def decided(self) -> DecisionCells:
        """The decision set, cut by the border of the true labels."""
        refuse_too_large(self.network, [self._chart])
        return DecisionCells(self.network, [self._chart], self._truth.dividers)

    @cached_property
    def _truth(self) -> Truth:
        """The true labels where their border is known; the box."""
        features = [self.d.features[i] for i in self.stratum.free]
        values = {self.d.features[i]: v for i, v in self.stratum.fixed}
        boxes = self.threat.boxes(len(self.d.features))
        box = [boxes[i] for i in self.stratum.free] if boxes else ()
        try:
            return truth_in_plane(label_regions(self.d, margin=self.margin), features, values, box)
        except Curved:
            return truth_in_plane({}, features, values, box)

    @property
    def _knows_truth(self) -> bool:
        return bool(self._truth.cells)

    @cached_property
    def _laws(self) -> tuple[tuple[int, sympy.Expr, PlaneLaw], ...]:
        """For each part of the law its label, probability and normal law."""
        found = []
        for component in self.d.with_mass:
            for label, weighted in component.densities:
                law = PlaneLaw(*normal_law(weighted.density, self.d.name), self._scene.frame.matrix)
                found.append((label, self.d.prior_of(label) * weighted.weight, law))
        return tuple(found)

    @cached_property
    def _budgets(self) -> tuple[sympy.Expr, sympy.Expr]:
        """Of the two features of the plane; the others must not move."""
        budgets = self.threat.budgets(len(self.d.features))
        if any(e.free_symbols for e in budgets):
            raise SymadvError(f"exact risk needs a numeric budget, got {self.threat.eps}")
        stuck = self.threat.on_support or all(order(budgets[i], sympy.S.Zero) == 0 for i, _ in self.stratum.fixed)
        if not stuck:
            raise SymadvError(
                f"the exact risk of a network on a plane is known where perturbed points stay on it; {self.d.name} has "
                f"{len(self.d.features)} features: wanted budgets of 0 for the others, or on_support=True"
            )
        one, other = (budgets[i] for i in self.stratum.free)
        return one, other

    @cached_property
    def _frozen(self) -> tuple[bool, bool]:
        one, other = (order(e, sympy.S.Zero) == 0 for e in self._budgets)
        return one, other

    @cached_property
    def _window(self) -> Floats:
        """The rectangle that holds nearly all samples, low and high corner (2, 2), of small rationals."""
        ends = []
        for component in self.d.with_mass:
            for _, weighted in component.densities:
                means, (one, _, other) = normal_law(weighted.density, self.d.name)
                mean, std = np.array([float(m) for m in means]), np.sqrt([float(one), float(other)])
                ends += [mean - _FAR * std, mean + _FAR * std]
        return np.array([np.floor(16 * np.min(ends, axis=0)) / 16, np.ceil(16 * np.max(ends, axis=0)) / 16])

    @cached_property
    def _chart(self) -> Chart:
        """The window and what is within reach of it."""
        i, j = self.stratum.free
        place: dict[int, str | sympy.Expr] = {**dict(self.stratum.fixed), i: "p", j: "q"}
        more = [np.ceil(float(e)) + 1 for e in self._budgets]
        (left, bottom), (right, top) = self._window + np.array([[-1], [1]]) * np.array(more)
        p, q = ((sympy.Rational(low), sympy.Rational(high)) for low, high in ((left, right), (bottom, top)))
        return Chart(tuple(place[k] for k in range(len(self.d.features))), p, q)

    @cached_property
    def _pieces(self) -> Pieces:
        """The pieces of all boundaries, in features."""
        return pieces(self.decided, self.network.labels.index(self.network.tie), self._truth)

    @cached_property
    def _scene(self) -> Arrangement:
        one, other = (1.0 if e == 0 else rounded(e)[0] for e in self._budgets)
        return Arrangement(self._pieces, (one, other), self._frozen, self.threat.norm, self._window)

    @cached_property
    def _gaps(self) -> Gaps:
        return gaps(self._scene, self._kinds)

    def _kinds(self, points: Floats, reached: Bools) -> Ints:
        """Label, true label and types within reach of points (n, 2) of the plane, (n, 2 + types)."""
        full = np.tile([np.nan if isinstance(v, str) else rounded(v)[0] for v in self._chart.place], (len(points), 1))
        full[:, list(self.stratum.free)] = points
        said = (
            np.searchsorted(self.d.labels, self.network.predict(full)) if len(points) else np.zeros(0, dtype=np.int64)
        )
        signs = self._truth.signs(points)
        true = self._truth.labels(signs)
        # staying put is admissible wherever it is
        mine = types(said, true, len(self.d.labels), len(self._truth.cells))
        return np.column_stack([said, true, (reached | (mine > 0)).astype(np.int64)])

    def _vulnerable(self, definition: Definition, label: int, kinds: Ints) -> Bools:
        """Which kinds of points are vulnerable for a label, (n,)."""
        found = np.zeros(len(kinds), dtype=bool)
        for clean, perturbed in definition.types(label, self.d.labels):
            near = np.zeros(len(kinds), dtype=bool)
            for c in self._columns(perturbed):
                near |= kinds[:, 2 + c] == 1
            here = np.isin(kinds[:, 0], [self.d.labels.index(a) for a in clean.f])
            if clean.c is not None:
                here &= np.isin(kinds[:, 1], [self.d.labels.index(b) for b in clean.c])
            found |= near & here
        return found

    def _columns(self, wanted: Types) -> Iterator[int]:
        truths = len(self._truth.cells)
        for a in wanted.f:
            for b in (None,) if wanted.c is None else wanted.c:
                yield column(self.d.labels.index(a), None if b is None else self.d.labels.index(b), truths)

    def _border(self, chosen: Bools) -> Ints:
        """For each curve of each slab 1 if only the gap below it is chosen, -1 if only the one above, else 0 (n, k)."""
        inside = chosen[self._gaps.kind].astype(np.int64)
        return np.asarray((inside[:, :-1] - inside[:, 1:]) * (self._gaps.strips.curve >= 0))

    def _mass(self, law: PlaneLaw, side: Ints) -> Any:
        total, strips = flint.arb(0), self._gaps.strips
        for sign in (1, -1):
            for run in runs(strips, side == sign):
                total += sign * law.below(self._scene.curves[0], run)
        return total

    def _slack(self, law: PlaneLaw, side: Ints) -> float:
        """What is in doubt: bands of curves on the border, parts of other bands, thin gaps, and far away."""
        strips = self._gaps.strips
        area = strips.lost + np.where(side != 0, strips.band, strips.shared)
        density = law.densest(strips.left, strips.right, strips.height, strips.around)
        return float((density * area).sum()) * (1 + 1e-6) + _TAIL
