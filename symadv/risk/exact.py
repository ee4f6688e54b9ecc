r"""Exact risk on strata of dimension 0 and 1, by one formula for every definition and every classifier with regions:

$\sum_y \pi_y\, \mu_y\bigl(\bigcup \text{clean} \cap (\text{perturbed} \cup \text{reach(perturbed)})\bigr)$ .
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sympy

from symadv import catalog
from symadv.adversary.classifier import Classifier, Partition
from symadv.adversary.definition import Definition, by_margin
from symadv.adversary.threat import ThreatModel
from symadv.classifiers import classifier as classifier_of
from symadv.definitions import definition as definition_of
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.intervals import Intervals
from symadv.language.order import INFINITESIMAL, order
from symadv.language.parameters import parameters_of
from symadv.language.regions import Cells
from symadv.probability.distribution import Distribution
from symadv.risk._ball import Ball, Enclosed, standing
from symadv.risk._conventions import other_conventions
from symadv.risk.bound import Bound, Evidence, Range, conventions, differ, enclose
from symadv.risk.caps import caps
from symadv.risk.implied import implied
from symadv.risk.measure import Measure, is_straight, measure
from symadv.risk.pieces import Pairs, Pieces, Spans, Type, cut, sections
from symadv.risk.quotient import Quotient, quotient, told
from symadv.risk.radial import radial
from symadv.risk.sums import by_flats
from symadv.risk.symbolic import depends_on_parameters, symbolic_risks
from symadv.risk.two_statistics import planar, planar_risks
from symadv.risk.types import region_types

Reached = Callable[[Stratum, Mapping[Type, Cells], Ball], dict[Type, Enclosed]]

_INNER, _OUTER = 0, 1


def risk(
    classifier: Any, d: Distribution, threat: ThreatModel, *, definition: str | Definition = "label_invariant"
) -> Bound:
    r"""$\Pr_{(x, y)}[\text{an admissible } \tilde x \text{ is adversarial for } (x, y)]$, exactly.

    ``classifier``: a classifier, or the name of one; ``definition``: one, or its name.  With parameters left in any of
    them, or in the budget, the risk is a formula: a case distinction with its ``derivation``.
    Bounds where an l2 or l1 ball moves more than two features; refused: strata of dimension 2 or more, networks.
    """
    (bound,) = risks(classifier, d, threat, definitions=(definition,)).values()
    return bound


def risks(
    classifier: Any, d: Distribution, threat: ThreatModel, *, definitions: Iterable[str | Definition] | None = None
) -> dict[str, Bound]:
    """The exact risk under each of some definitions (by default all members of the room), by name."""
    names = catalog.names("definitions") if definitions is None else definitions
    chosen = [definition_of(n) if isinstance(n, str) else n for n in names]
    f, flats = known_classifier(classifier, d), by_flats(d)
    if all(is_straight(s) for s in flats.strata):
        found = _solved(f, d, threat, chosen)
    else:
        found = _reduced(_on_flats(f, d), flats, threat, chosen)
    return {definition.name: found[definition.name] for definition in chosen}


def _on_flats(f: Classifier, d: Distribution) -> Classifier:
    """The classifier as one that sees the flats of small products one by one."""
    flats = by_flats(d)
    return f.anew(flats) if flats is not d and isinstance(f, Partition) and f.anew else f


def _reduced(f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]) -> dict[str, Bound]:
    """The risks by way of few statistics, fewer where the Bayes label does not matter; else bounds from these."""
    plain = [q for q in chosen if not q.uses_truth]
    found = _in_few_statistics(f, d, threat, plain, with_labels=False) if plain else {}
    rest = [q for q in chosen if q.uses_truth]
    if not rest:
        return found
    try:
        return found | _in_few_statistics(f, d, threat, rest, with_labels=True)
    except SymadvError:
        if _is_formula(f, d, threat, rest):
            raise
        others = [q for name in catalog.names("definitions") if not (q := definition_of(name)).uses_truth]
        known = _in_few_statistics(f, d, threat, others, with_labels=False)
        return found | implied(f, d, threat, rest, {q: known[q.name] for q in others})


def _in_few_statistics(
    f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition], *, with_labels: bool
) -> dict[str, Bound]:
    fewer = _fewer(f, d, threat, with_labels=with_labels)
    if fewer is not None and all(is_straight(s) for s in fewer.d.strata):
        return told(fewer, d, threat, _solved(fewer.classifier, fewer.d, fewer.threat, chosen))
    on_spheres = None if _is_formula(f, d, threat, chosen) else caps(f, d, threat)
    if on_spheres is not None:
        law = measure(on_spheres.fewer.d)
        return told(on_spheres.fewer, d, threat, _numbers(f, d, threat, chosen, law, on_spheres.sections))
    return _in_the_plane(f, d, threat, chosen)


def _in_the_plane(
    f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]
) -> dict[str, Bound]:
    """The risks by integration in the plane of two scores, where that is possible."""
    problem = planar(f, d, threat) if all(q.margin == 0 for q in chosen) else None
    return planar_risks(problem, d, f, threat, chosen) if problem else _solved(f, d, threat, chosen)


def _fewer(f: Classifier, d: Distribution, threat: ThreatModel, *, with_labels: bool) -> Quotient | None:
    return radial(f, d, threat) or quotient(f, d, threat, with_labels=with_labels)


def _solved(f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]) -> dict[str, Bound]:
    """The risks on points and lines, as formulas where there are parameters."""
    if _is_formula(f, d, threat, chosen):
        flats, g = by_flats(d), _on_flats(f, d)
        return {k: b for _, group in by_margin(chosen) for k, b in symbolic_risks(g, flats, threat, group).items()}
    return _numbers(f, d, threat, chosen, measure(by_flats(d)), sections)


def _is_formula(f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]) -> bool:
    return depends_on_parameters(f, d, threat) or bool(parameters_of(*(q.margin for q in chosen)))


def _numbers(
    f: Classifier,
    d: Distribution,
    threat: ThreatModel,
    chosen: Sequence[Definition],
    law: Measure,
    reached: Reached,
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

        below, above = jump(self._open), jump(self._above)
        otherwise = {name: jump(situation) for name, situation in self._otherwise}
        evidence = Evidence(
            knife_edge=any(other is not None for other in (below, above, *otherwise.values())),
            below=below or value,
            above=above or value,
            otherwise={name: other or value for name, other in otherwise.items()},
            expression=lowest if exact else None,
            vulnerable=self._vulnerable(pairs),
            semantics=self._semantics,
        )
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
        return region_types(f, d, margin=self.margin, with_labels=self.with_labels)

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


def known_classifier(given: Any, d: Distribution) -> Classifier:
    """A classifier, or the one of a name, for the labels of a distribution."""
    import sys

    torch = sys.modules.get("torch")
    if torch is not None and isinstance(given, torch.nn.Module):
        raise SymadvError(
            f"the exact risk of a network is not available yet, got a {type(given).__name__}; "
            f"available for classifiers with regions: {', '.join(catalog.names('classifiers'))}"
        )
    f = classifier_of(given, d) if isinstance(given, str) else given
    if not isinstance(f, Classifier):
        raise SymadvError(f"got the classifier {given!r}, wanted a name or name, labels, tie, predict and regions")
    if tuple(f.labels) != d.labels:
        raise SymadvError(f"the classifier {f.name} has the labels {f.labels}, {d.name} has {d.labels}")
    return f
