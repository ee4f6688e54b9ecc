"""The Bayes labels of the projection as conditions on two coordinates, around a stratum or on one of the support."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import sympy

from symadv.geometry.stratum import Stratum
from symadv.language.intervals import AFTER, BEFORE, Intervals
from symadv.language.regions import Cells
from symadv.probability.distribution import Distribution, TieRule
from symadv.probability.labels import bayes_on
from symadv.probability.support import Face
from symadv.probability.support_labels import true_regions
from symadv.risk._net_frame import Frame, standing
from symadv.risk._net_tiles import Q
from symadv.risk._net_truth import Case, Condition, sides_of

RULES: tuple[TieRule, ...] = ("every", "first")


@dataclass(frozen=True)
class TrueLabels:
    """The true labels of a distribution, with a margin, for each tie rule; perhaps ``on_support`` alone."""

    d: Distribution
    margin: sympy.Expr = sympy.S.Zero
    on_support: bool = False

    def around(self, frame: Frame) -> tuple[Case, ...]:
        """In the coordinates of a frame."""
        if frame not in self._around:
            place = dict(zip(self.d.features, frame.place, strict=True))
            self._around[frame] = tuple(
                Case(rule, label, sides)
                for rule, regions in self._everywhere.items()
                for label, region in regions.items()
                for cell in region.cells
                for sides in sides_of(tuple((form.xreplace(place), signs) for form, signs in cell))
            )
        return self._around[frame]

    def on(self, stratum: Stratum) -> tuple[Case, ...]:
        """On a stratum of the support by its coordinate: each point is its own projection."""
        if stratum not in self._on:
            cells = cells_on(self.d, stratum, self.margin).items()
            self._on[stratum] = tuple(
                Case(rule, label, sides)
                for label, region in cells
                for cell in region.cells
                for sides in sides_of(cell)
                for rule in RULES
            )
        return self._on[stratum]

    @cached_property
    def _everywhere(self) -> Mapping[TieRule, Mapping[int, Cells]]:
        return {
            rule: true_regions(replace(self.d, tie_rule=rule), self.margin, on_support=self.on_support)
            for rule in RULES
        }

    @cached_property
    def _around(self) -> dict[Frame, tuple[Case, ...]]:
        return {}

    @cached_property
    def _on(self) -> dict[Stratum, tuple[Case, ...]]:
        return {}


def cells_on(d: Distribution, stratum: Stratum, margin: sympy.Expr = sympy.S.Zero) -> dict[int, Cells]:
    """For which values Q of the coordinate of a stratum of the support the Bayes label is each one."""
    place = dict(zip(d.features, standing(stratum).place, strict=True))
    found: dict[int, list[tuple[Condition, ...]]] = {y: [] for y in d.labels}
    for face, regions in bayes_on(d, stratum, margin=margin):
        for y, region in regions.items():
            own = [tuple((form.xreplace(place), signs) for form, signs in cell) for cell in region.cells]
            found[y] += [(*within, *cell) for within in _within(_numbers(face, stratum)) for cell in own]
    return {y: Cells((Q,), tuple(cells)) for y, cells in found.items()}


def _numbers(face: Face, stratum: Stratum) -> Intervals:
    """The coordinates of a face on a stratum."""
    if not stratum.dim:
        return Intervals.line()
    found = _all_of(face.flat, stratum)
    for smaller in face.smaller:
        found = found & ~_all_of(smaller, stratum)
    return found


def _all_of(part: Stratum, stratum: Stratum) -> Intervals:
    """The coordinates of a part of a line, or of a point on it."""
    if not part.dim:
        return Intervals.point(stratum.coordinates(part.place(()))[0])
    ((low, high),) = part.bounds
    return Intervals.between(low, high, lower_closed=True, upper_closed=True)


def _within(numbers: Intervals) -> Iterator[tuple[Condition, ...]]:
    for start, end in numbers:
        cuts = ((start, BEFORE, 1), (end, AFTER, -1))
        yield tuple(
            (Q - cut.value, frozenset({0, side} if cut.side == inner else {side}))
            for cut, inner, side in cuts
            if cut.value.is_finite is not False
        )
