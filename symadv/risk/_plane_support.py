"""The planes that samples lie on, all of one direction, and how much of the ball is left for a jump between two."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.charts import Chart, rounded
from symadv.geometry.ends import Interval
from symadv.geometry.polygons import Floats
from symadv.geometry.strata import Flat
from symadv.language.errors import SymadvError
from symadv.language.order import compare, order
from symadv.probability.density import Density
from symadv.probability.distribution import Distribution
from symadv.probability.labels import label_regions
from symadv.risk._plane_forms import Curved
from symadv.risk._plane_laws import marginals
from symadv.risk._plane_marginal import marginal
from symadv.risk._plane_truth import Cell, Condition, Reader, Truth

_MOST_FORMS = 6  # whose signs together say what is true


def in_planes(d: Distribution) -> bool:
    """Whether some samples lie in a plane, and none in more dimensions."""
    strata = d.strata
    return all(isinstance(s, Flat) and s.dim <= 2 for s in strata) and any(s.dim == 2 for s in strata)


@dataclass(frozen=True)
class Part:
    """A part of the law: its label, probability, the number of its plane, and its density there."""

    label: int
    probability: sympy.Expr
    plane: int
    density: Density


@dataclass(frozen=True)
class Planes:
    """The planes of a distribution under a threat model; ``true``: whether true labels matter."""

    d: Distribution
    threat: ThreatModel
    margin: sympy.Expr
    true: bool = True

    @cached_property
    def each(self) -> tuple[Flat, ...]:
        """The planes, each once, without the ends of what lies in them."""
        found = tuple(dict.fromkeys(s.carrier for s in self._strata))
        if any(p.free != found[0].free or p.dim != 2 for p in found):
            raise SymadvError(
                f"the exact risk of a network is known on points and lines, or on planes of one direction, not for "
                f"both or for others; {self.d.name} has {', '.join(map(str, found))}"
            )
        return found

    @cached_property
    def _strata(self) -> tuple[Flat, ...]:
        return tuple(s for s in self.d.strata if isinstance(s, Flat))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the law, label by label on each stratum."""
        self.d.require_numbers("exact risk")
        return tuple(
            Part(y, self.d.prior_of(y) * w.weight, self.each.index(c.stratum.carrier), w.density)
            for c in self.d.with_mass
            for y, w in c.densities
        )

    @property
    def free(self) -> tuple[int, int]:
        """The two features that vary in a plane."""
        i, j = self.each[0].free
        return i, j

    @cached_property
    def _all_budgets(self) -> tuple[sympy.Expr, ...]:
        budgets = self.threat.budgets(len(self.d.features))
        if any(e.free_symbols for e in budgets):
            raise SymadvError(f"exact risk needs a numeric budget, got {self.threat.eps}")
        stuck = self.threat.on_support or all(order(budgets[i], sympy.S.Zero) == 0 for i, _ in self.each[0].fixed)
        if not stuck:
            raise SymadvError(
                f"the exact risk of a network on a plane is known where perturbed points stay on it; {self.d.name} has "
                f"{len(self.d.features)} features: wanted budgets of 0 for the others, or on_support=True"
            )
        return budgets

    @property
    def budgets(self) -> tuple[sympy.Expr, sympy.Expr]:
        """Of the two features that vary."""
        i, j = self.free
        return self._all_budgets[i], self._all_budgets[j]

    @cached_property
    def frozen(self) -> tuple[bool, bool]:
        """Which of the two must not move."""
        one, other = (order(e, sympy.S.Zero) == 0 for e in self.budgets)
        return one, other

    @cached_property
    def on_edge(self) -> bool:
        """Whether some plane is exactly as far from another one as the budget reaches."""
        return self.shares(closed=True) != self.shares(closed=False)

    def shares(self, *, closed: bool) -> tuple[tuple[float | None, ...], ...]:
        """How much of the ball is left, in a row for each plane, on all planes; None on those out of reach."""
        return tuple(tuple(self._share(a, b, closed) for b in self.each) for a in self.each)

    def _share(self, a: Flat, b: Flat, closed: bool) -> float | None:
        boxes = self.threat.boxes(len(self.d.features))
        if boxes and any(compare(v, boxes[i][0]) < 0 or compare(v, boxes[i][1]) > 0 for i, v in b.fixed):
            return None
        way = [(abs(v - w), self._all_budgets[i]) for (i, v), (_, w) in zip(a.fixed, b.fixed, strict=True) if v != w]
        if any(order(e, sympy.S.Zero) == 0 for _, e in way):
            return None
        used = [step / e for step, e in way]
        power = {"linf": None, "l2": 2, "l1": 1}[self.threat.norm]
        size = sympy.Max(0, *used) if power is None else sympy.Add(*(v**power for v in used))
        left = compare(sympy.S.One, size)
        if left < 0 or (left == 0 and way and not closed):
            return None
        if power is None:
            return 1.0
        return 0.0 if left == 0 else rounded((1 - size) ** sympy.Rational(1, power))[0]

    @cached_property
    def window(self) -> Floats:
        """The rectangle that holds nearly all samples, low and high corner (2, 2), of small rationals."""
        laws = [[marginal(law).window for law in marginals(part.density, self.d.name)] for part in self.parts]
        ends = np.array(laws)  # (parts, features, low and high)
        return np.array([ends[:, :, 0].min(axis=0), ends[:, :, 1].max(axis=0)])

    @cached_property
    def charts(self) -> list[Chart]:
        """For each plane the window and what is within reach of it."""
        more = np.array([np.ceil(float(e)) + 1 for e in self.budgets])
        (left, bottom), (right, top) = self.window + np.array([[-1], [1]]) * more
        p, q = ((sympy.Rational(low), sympy.Rational(high)) for low, high in ((left, right), (bottom, top)))
        (i, j), charts = self.free, []
        for plane in self.each:
            place: dict[int, str | sympy.Expr] = {**dict(plane.fixed), i: "p", j: "q"}
            charts.append(Chart(tuple(place[k] for k in range(len(self.d.features))), p, q))
        return charts

    @cached_property
    def truths(self) -> tuple[Truth, ...]:
        """For each plane the true labels, where their border is known on all planes, and where perturbed points go."""
        one, other = (self.d.features[i] for i in self.free)
        reader = Reader((one, other))
        try:
            cells = [self._labels(reader, plane) if self.true else () for plane in self.each]
            if len(reader.forms) > _MOST_FORMS:
                raise Curved
        except Curved:
            reader, cells = Reader(reader.features), [() for _ in self.each]
        places = [
            tuple(cell for own in self._within(plane) for cell in reader.cells([*self._ends(own), *self._box]))
            for plane in self.each
        ]
        return tuple(Truth(reader.dividers, reader.forms, *pair) for pair in zip(cells, places, strict=True))

    def _labels(self, reader: Reader, plane: Flat) -> tuple[tuple[Cell, ...], ...]:
        """For each label the cells in a plane: on all of it, or where its support is if nobody leaves that."""
        values = {self.d.features[i]: v for i, v in plane.fixed}
        return tuple(
            tuple(
                found
                for cell in region.cells
                for own in self._within(plane)
                for found in reader.cells([(form.xreplace(values), signs) for form, signs in cell], self._ends(own))
            )
            for region in label_regions(self.d, margin=self.margin).values()
        )

    def _within(self, plane: Flat) -> list[Flat]:
        """The parts of a plane in which perturbed points must stay, of which one is enough."""
        if not self.threat.on_support:
            return [plane]
        return [s for s in self.d.support if isinstance(s, Flat) and s.carrier == plane]

    def _ends(self, part: Flat) -> list[Condition]:
        """That a point of a plane is in a part of it."""
        return [bound for i, pair in zip(part.free, part.bounds, strict=True) for bound in self._between(i, pair)]

    @property
    def _box(self) -> list[Condition]:
        boxes = self.threat.boxes(len(self.d.features))
        return [bound for i in self.free if boxes for bound in self._between(i, boxes[i])]

    def _between(self, i: int, ends: Interval) -> Iterator[Condition]:
        for side, end in zip((1, -1), ends, strict=True):
            if end.is_finite:
                yield side * (self.d.features[i] - end), frozenset({0, 1})
