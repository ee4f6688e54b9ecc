r"""Exact risks at numbers on points and lines, by one formula for every definition and classifier with regions:

$\sum_y \pi_y\, \mu_y\bigl(\bigcup \text{clean} \cap (\text{perturbed} \cup \text{reach(perturbed)})\bigr)$ .
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import sympy

from symadv.adversary.classifier import Classifier
from symadv.adversary.definition import Definition, by_margin
from symadv.adversary.threat import ThreatModel
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.intervals import Intervals
from symadv.language.order import INFINITESIMAL, order
from symadv.language.regions import Cells
from symadv.probability.distribution import Distribution
from symadv.risk._ball import Ball, Enclosed, standing
from symadv.risk._conventions import other_conventions
from symadv.risk.bound import Bound, Evidence, Others, Range, conventions, differ, enclose
from symadv.risk.measure import Measure
from symadv.risk.pieces import Pairs, Pieces, Reached, Spans, Type, cut, sections
from symadv.risk.sums import by_flats
from symadv.risk.types import region_types

_INNER, _OUTER = 0, 1


def numeric_risks(
    f: Classifier,
    d: Distribution,
    threat: ThreatModel,
    chosen: Sequence[Definition],
    law: Measure,
    *,
    reached: Reached = sections,
) -> dict[str, Bound]:
    """The risks at numbers, by the law of one statistic and what is within reach at its values."""
    found: dict[str, Bound] = {}
    for margin, group in by_margin(chosen):
        problem = _Problem(f, d, threat, law, margin, any(q.uses_truth for q in group), reached)
        found |= {definition.name: problem.bound(definition) for definition in group}
    return found


@dataclass(frozen=True)
class _Situation:
    """A classifier, the Bayes labels and a ball, on all strata."""

    law: Measure
    pieces: Mapping[Stratum, Pieces]

    def masks(self, pairs: Mapping[int, Pairs], side: int) -> tuple[int, ...]:
        """For each part of the law the pieces where its samples are vulnerable."""
        return tuple(self.pieces[p.stratum].vulnerable(pairs[p.label], side) for p in self.law.parts)

    def sides(self, pairs: Mapping[int, Pairs]) -> tuple[tuple[Spans, ...], tuple[Spans, ...]]:
        """The inner and the outer intervals; they differ only where something is undecided."""
        inner = self._spans(pairs, _INNER)
        return inner, inner if self._decided else self._spans(pairs, _OUTER)

    @cached_property
    def _decided(self) -> bool:
        return all(pieces.decided for pieces in self.pieces.values())

    def _spans(self, pairs: Mapping[int, Pairs], side: int) -> tuple[Spans, ...]:
        """For each part of the law the intervals that its vulnerable samples fill up to single points."""
        masks = self.masks(pairs, side)
        return tuple(self.pieces[p.stratum].spans(mask) for p, mask in zip(self.law.parts, masks, strict=True))


@dataclass(frozen=True)
class _Problem:
    """One classifier, distribution and threat; what the definitions share is computed once."""

    classifier: Classifier
    d: Distribution
    threat: ThreatModel
    law: Measure
    margin: sympy.Expr
    with_labels: bool
    reached: Reached

    def bound(self, definition: Definition) -> Bound:
        """The risk under one definition, with its evidence."""
        pairs = {y: definition.types(y, self.d.labels) for y in self.d.labels}
        inner, outer = self._given.sides(pairs)
        lowest = self.law.of(inner)
        highest = lowest if inner == outer else self.law.of(outer)
        exact = inner == outer or lowest == highest
        value = enclose(lowest) if exact else (enclose(lowest)[0], enclose(highest)[1])

        def jump(other: _Situation) -> Range | None:
            spans = other.sides(pairs)
            if spans == (inner, outer):
                return None
            low, high = (self.law.of(side) for side in spans)
            return (enclose(low)[0], enclose(high)[1]) if differ(low, lowest) or differ(high, highest) else None

        def others() -> Others:
            otherwise = {name: jump(situation) for name, situation in self._otherwise}
            return Others(jump(self._open), jump(self._above), otherwise)

        expression = lowest if exact else None
        evidence = Evidence(value, self._semantics, expression, self._vulnerable(pairs), others=others)
        return Bound(*value, "exact" if exact else "bounded", evidence=evidence)

    def _vulnerable(self, pairs: Mapping[int, Pairs]) -> dict[int, dict[Stratum, Intervals]]:
        found: dict[int, dict[Stratum, Intervals]] = {y: {} for y in self.d.labels}
        for part, mask in zip(self.law.parts, self._given.masks(pairs, _INNER), strict=True):
            found[part.label][part.stratum] = self._given.pieces[part.stratum].intervals(mask)
        return found

    @property
    def _given(self) -> _Situation:
        return self._closed if self.threat.closed else self._open

    @cached_property
    def _open(self) -> _Situation:
        return self._situation(self._ball(closed=False))

    @cached_property
    def _closed(self) -> _Situation:
        return self._situation(self._ball(closed=True))

    @cached_property
    def _above(self) -> _Situation:
        ball = self._ball(closed=True)
        if not ball.is_product:
            return self._situation(replace(ball, above=True))
        grown = tuple(e if e == 0 and isinstance(self.threat.eps, tuple) else e + INFINITESIMAL for e in self._budgets)
        return self._situation(replace(ball, budgets=grown))

    @cached_property
    def _otherwise(self) -> tuple[tuple[str, _Situation], ...]:
        """The same risk under the other conventions."""
        return tuple(self._others())

    def _others(self) -> Iterator[tuple[str, _Situation]]:
        for other in other_conventions(self.classifier, self.d, closed=self.threat.closed):
            if other.closed != self.threat.closed:
                yield other.words, self._closed if other.closed else self._open
            else:
                types = self._typed(other.classifier, other.d)
                yield other.words, self._situation(self._ball(closed=other.closed), types)

    def _situation(self, ball: Ball, types: Mapping[Type, Cells] | None = None) -> _Situation:
        regions = self._types if types is None else types
        here = self._here if types is None else self._sections(regions, standing(len(self.d.features)))
        near = self._sections(regions, ball)
        return _Situation(self.law, {line: cut(line, here[line], near[line]) for line in here})

    def _sections(self, regions: Mapping[Type, Cells], ball: Ball) -> dict[Stratum, dict[Type, Enclosed]]:
        return {line: self.reached(line, regions, ball) for line in dict.fromkeys(p.stratum for p in self.law.parts)}

    @cached_property
    def _types(self) -> dict[Type, Cells]:
        return self._typed(self.classifier, self.d)

    def _typed(self, f: Classifier, d: Distribution) -> dict[Type, Cells]:
        by_cases = self.reached is sections
        return region_types(f, d, margin=self.margin, with_labels=self.with_labels, by_cases=by_cases)

    @cached_property
    def _here(self) -> dict[Stratum, dict[Type, Enclosed]]:
        return self._sections(self._types, standing(len(self.d.features)))

    @cached_property
    def _budgets(self) -> tuple[sympy.Expr, ...]:
        budgets = self.threat.budgets(len(self.d.features))
        if any(e.free_symbols for e in budgets):
            raise SymadvError(f"exact risk needs a numeric budget, got {self.threat.eps}")
        budgets = tuple(sympy.S.Zero if order(e, sympy.S.Zero) == 0 else e for e in budgets)
        return budgets

    def _ball(self, *, closed: bool) -> Ball:
        box = self.threat.boxes(len(self.d.features))
        strata = by_flats(self.d).support if self.threat.on_support else None
        return Ball(self._budgets, closed, box, strata, self.threat.norm)

    @property
    def _semantics(self) -> tuple[str, ...]:
        return conventions(self.threat, self.d.tie_rule, self.classifier.tie)
