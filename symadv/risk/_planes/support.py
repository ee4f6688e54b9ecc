"""The planes that samples lie on, all of one direction, and how much of the ball is left for a jump between two."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

import numpy as np
import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.charts import Chart, rounded
from symadv.geometry.ends import Interval
from symadv.geometry.polygons import Floats
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.order import compare, order
from symadv.probability.density import Density
from symadv.probability.distribution import Distribution
from symadv.probability.support_labels import true_regions
from symadv.risk._net_truth import UNKNOWN
from symadv.risk._planes.circle_parts import Ring, is_circle, label_on, rings
from symadv.risk._planes.forms import Curved
from symadv.risk._planes.lines import Lines, Place
from symadv.risk._planes.targets import places_on, steps_between
from symadv.risk._planes.truth import Cell, Condition, Reader, Truth
from symadv.risk._planes.windows import around, on_line, on_plane, on_planes
from symadv.risk.measure import Part as Line
from symadv.risk.measure import is_straight

_MOST_FORMS = 8  # whose signs together say what is true


@dataclass(frozen=True)
class Part:
    """A part of the law: its label, probability, the number of its plane, and its density there."""

    label: int
    probability: sympy.Expr
    plane: int
    density: Density


@dataclass(frozen=True)
class Planes:
    """The planes of a distribution under a threat model; its points and lines are places where one may go; ``true``:
    whether true labels matter; ``direction``: which features vary on them, where there are planes of several ones;
    ``lines``: parts of the law on points and lines that are looked at, too."""

    d: Distribution
    threat: ThreatModel
    margin: sympy.Expr
    true: bool = True
    direction: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()

    @cached_property
    def each(self) -> tuple[Flat, ...]:
        """The planes, each once, without the ends of what lies in them; all of space where there are only circles."""
        found = tuple(dict.fromkeys(s.carrier for s in self._strata)) or (Flat((), len(self.d.features)),)
        if any(p.free != found[0].free or p.dim != 2 for p in found):
            raise SymadvError(
                f"the exact risk of a network is known on points, lines and planes of one direction, not on others; "
                f"{self.d.name} has {', '.join(map(str, found))}"
            )
        return found

    @cached_property
    def levels(self) -> tuple[Flat, ...]:
        """The planes, then those of their direction in which points and lines of the support lie: there one may go."""
        return tuple(dict.fromkeys((*self.each, *(level for level in self._lower.values() if level is not None))))

    @cached_property
    def across(self) -> tuple[Stratum, ...]:
        """The lines of the support that are in no plane of this direction: there one may go, too."""
        return tuple(line for line, level in self._lower.items() if level is None)

    @cached_property
    def _lower(self) -> dict[Stratum, Flat | None]:
        """The points and lines of the support, and the planes of this direction that they lie in, if they do."""
        lower = [s for s in self.d.support if is_straight(s)] if self.threat.on_support and not self._stuck else []
        return {s: self._level(s) for s in lower}

    def _level(self, stratum: Stratum) -> Flat | None:
        ends = [stratum.place((v,) * stratum.dim) for v in (sympy.S.Zero, sympy.S.One)]
        if any(compare(*(end[i] for end in ends)) != 0 for i, _ in self.each[0].fixed):
            return None
        return Flat({i: ends[0][i] for i, _ in self.each[0].fixed}, len(self.d.features))

    @cached_property
    def places(self) -> dict[Stratum, tuple[Place, ...]]:
        """What is true on each of the lines across, as far as they are near."""
        ends = dict(zip(self.free, (self.charts[0].p, self.charts[0].q), strict=True))
        for k, (i, _) in enumerate(self.each[0].fixed):
            budget, values = self.all_budgets[i] + 1, [plane.fixed[k][1] for plane in self.each]
            ends[i] = sympy.Min(*values) - budget, sympy.Max(*values) + budget
        window = tuple((floor(rounded(low)[0]), ceil(rounded(high)[0])) for _, (low, high) in sorted(ends.items()))
        true = bool(self.truths[0].cells)
        return {line: places_on(self.d, self.threat, self.margin, line, window, true=true) for line in self.across}

    @cached_property
    def _strata(self) -> tuple[Flat, ...]:
        planes = (s for s in self.d.strata if isinstance(s, Flat) and s.dim > 1)
        return tuple(s for s in planes if self.direction in ((), s.free))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the law, label by label on each stratum."""
        self.d.require_numbers("exact risk")
        return tuple(
            Part(y, self.d.prior_of(y) * w.weight, self.each.index(c.stratum.carrier), w.density)
            for c in self.d.with_mass
            if c.stratum in self._strata
            for y, w in c.densities
        )

    @property
    def ways(self) -> Floats:
        """The directions of the lines that are looked at, (n, 2)."""
        lines = [part.stratum for part in self.lines if part.stratum.dim]
        ends = [[line.place((v,)) for v in (sympy.S.Zero, sympy.S.One)] for line in lines]
        found = [[rounded(b - a)[0] for a, b in zip(*pair, strict=True)] for pair in ends]
        return np.array(found).reshape(-1, len(self.d.features))[:, list(self.free)]

    @cached_property
    def circles(self) -> tuple[Ring, ...]:
        """The parts of the law that lie on circles; and on points, where perturbed points stay on these."""
        found = tuple(rings(self.d, points=self.threat.on_support))
        return found if any(is_circle(ring.stratum) for ring in found) else ()

    def label_on(self, stratum: Stratum) -> int:
        """The label (an index) that is true on a circle or point of the support, or ``NOWHERE``."""
        return label_on(self.d, stratum, self.margin)

    @property
    def free(self) -> tuple[int, int]:
        """The two features that vary in a plane."""
        i, j = self.each[0].free
        return i, j

    @cached_property
    def all_budgets(self) -> tuple[sympy.Expr, ...]:
        """Of all features."""
        budgets = self.threat.budgets(len(self.d.features))
        if any(e.free_symbols for e in budgets):
            raise SymadvError(f"exact risk needs a numeric budget, got {self.threat.eps}")
        if not (self.threat.on_support or all(order(budgets[i], sympy.S.Zero) == 0 for i, _ in self.each[0].fixed)):
            raise SymadvError(
                f"the exact risk of a network on a plane is known where perturbed points stay on it; {self.d.name} has "
                f"{len(self.d.features)} features: wanted budgets of 0 for the others, or on_support=True"
            )
        return budgets

    @property
    def _stuck(self) -> bool:
        """Whether nobody leaves a plane."""
        return all(order(self.all_budgets[i], sympy.S.Zero) == 0 for i, _ in self.each[0].fixed)

    @property
    def budgets(self) -> tuple[sympy.Expr, sympy.Expr]:
        """Of the two features that vary."""
        i, j = self.free
        return self.all_budgets[i], self.all_budgets[j]

    @cached_property
    def frozen(self) -> tuple[bool, bool]:
        """Which of the two must not move."""
        one, other = (order(e, sympy.S.Zero) == 0 for e in self.budgets)
        return one, other

    @cached_property
    def on_edge(self) -> bool:
        """Whether some plane is exactly as far from another one as the budget reaches, or a feature of a line is."""
        steps = (step for plane in self.each for other in self.d.support for step in steps_between(plane, other))
        at_edge = self.threat.on_support and any(compare(v, self.all_budgets[i]) == 0 for i, v in steps)
        moving = bool(self.circles) and self.threat.on_support  # whose points may all be as far from another one
        return at_edge or moving or self.shares(closed=True) != self.shares(closed=False)

    def shares(self, *, closed: bool) -> tuple[tuple[float | None, ...], ...]:
        """How much of the ball is left, in a row for each plane, on all levels; None on those out of reach."""
        return tuple(tuple(self._share(a, b, closed) for b in self.levels) for a in self.each)

    def boxed(self, plane: Flat) -> bool:
        """Whether perturbed points may have the values that a plane fixes."""
        boxes = self.threat.boxes(len(self.d.features))
        return not boxes or all(compare(boxes[i][0], v) <= 0 <= compare(boxes[i][1], v) for i, v in plane.fixed)

    def _share(self, a: Flat, b: Flat, closed: bool) -> float | None:
        if not self.boxed(b):
            return None
        way = [(abs(v - w), self.all_budgets[i]) for (i, v), (_, w) in zip(a.fixed, b.fixed, strict=True) if v != w]
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
        laws = [on_plane(part.density, self.d.name) for part in self.parts]
        return around([*laws, *(ring.extent for ring in self.circles), *map(on_line, self.lines)])

    @property
    def _wider(self) -> Floats:
        """The window, with what can be seen from planes that cross these."""
        found = self.window
        for seen in on_planes(self.d, self.free) if self.direction else ():
            found = np.stack([np.minimum(found[0], seen[0]), np.maximum(found[1], seen[1])])
        return np.stack([np.floor(found[0]), np.ceil(found[1])])

    @cached_property
    def charts(self) -> list[Chart]:
        """For each level the window and what is within reach of it."""
        more = np.array([np.ceil(float(e)) + 1 for e in self.budgets])
        (left, bottom), (right, top) = self._wider + np.array([[-1], [1]]) * more
        p, q = ((sympy.Rational(low), sympy.Rational(high)) for low, high in ((left, right), (bottom, top)))
        (i, j), charts = self.free, []
        for plane in self.levels:
            place: dict[int, str | sympy.Expr] = {**dict(plane.fixed), i: "p", j: "q"}
            charts.append(Chart(tuple(place[k] for k in range(len(self.d.features))), p, q))
        return charts

    @cached_property
    def truths(self) -> tuple[Truth, ...]:
        """For each level the true labels, where their border is known on all planes, and where perturbed points go."""
        one, other = (self.d.features[i] for i in self.free)
        reader = Reader((one, other))
        try:
            cells = [self._labels(reader, plane) if self.true else () for plane in self.levels]
            if len(reader.forms) > _MOST_FORMS:
                raise Curved
        except Curved:
            reader, cells = Reader(reader.features), [() for _ in self.levels]
        for divider in (found for lines in self._lines for found in lines.dividers(true=bool(cells[0]))):
            reader.known.setdefault(divider)
        places = [
            tuple(cell for own in self._within(plane) for cell in reader.cells([*self._ends(own), *self._box]))
            for plane in self.levels
        ]
        return tuple(Truth(reader.dividers, reader.forms, *pair) for pair in zip(cells, places, strict=True))

    @cached_property
    def thin(self) -> tuple[tuple[Place, ...], ...]:
        """For each level what is on its lines, and perhaps nowhere around."""
        return tuple(
            tuple(dict.fromkeys(own.places(truth))) for own, truth in zip(self._lines, self.truths, strict=True)
        )

    @property
    def in_doubt(self) -> bool:
        """Whether there are places at which the true label is not known."""
        return any(place.label == UNKNOWN for own in (*self.thin, *self.places.values()) for place in own)

    @cached_property
    def _lines(self) -> tuple[Lines, ...]:
        pairs = zip(self.levels, self.charts, strict=True)
        return tuple(Lines(self.d, self.threat, self.margin, plane, chart) for plane, chart in pairs)

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
            for region in true_regions(self.d, self.margin, on_support=self.threat.on_support).values()
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
