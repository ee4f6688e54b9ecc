r"""Exact risk of ReLU networks on strata of dimension 0 and 1: polygons on which one label is said are the regions of

$\sum_y \pi_y\, \mu_y\bigl(\bigcup \text{clean} \cap (\text{perturbed} \cup \text{reach(perturbed)})\bigr)$ .
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import Any

import sympy

from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import Network
from symadv.geometry.stratum import Stratum
from symadv.language.intervals import Intervals
from symadv.probability.distribution import Distribution
from symadv.risk._ball import Enclosed
from symadv.risk._net_atoms import Atom, Surroundings, atoms_around, surroundings, taken_apart
from symadv.risk._net_ball import Situation, budgets_of, otherwise, resized, stays, within
from symadv.risk._net_cells import DecisionCells
from symadv.risk._net_drawn import drawing, is_curved
from symadv.risk._net_passes import REAL, Pass, the_pass
from symadv.risk._net_section import HERE
from symadv.risk._net_truth import UNKNOWN
from symadv.risk._net_types import TypePairs, are_apart, between_ends, filled, needed, widened
from symadv.risk.bound import EXACT, Bound, Evidence, Others, Range, conventions, differ, enclose
from symadv.risk.measure import Measure, measure, measure_on_lines
from symadv.risk.pieces import Pieces, Spans, Type, cut
from symadv.risk.size import refuse_too_large

_INNER, _OUTER = 0, 1
_ROUNDS, _MOST = 8, 64  # how often atoms beside curves are taken apart, and how many


@dataclass(frozen=True)
class LineProblem:
    """One network, distribution, threat and margin of the truth; what the definitions share is computed once.

    ``places``: strata to look at instead of the distribution's.  ``alone``: whether all samples are on points and
    lines; others are left out.  ``finer``: atoms that are taken apart.  ``drawn``: whether what is true around strata
    is known by a drawing of the plane alone.
    """

    network: Network
    d: Distribution
    threat: ThreatModel
    margin: sympy.Expr = sympy.S.Zero
    semantics: str = REAL
    places: tuple[Stratum, ...] = ()
    alone: bool = True
    finer: frozenset[Atom] = frozenset()
    drawn: bool = False

    def bound(self, definition: Definition) -> Bound:
        """The risk under one definition, with its evidence."""
        return self._known_by(definition)._bound(definition)

    def _known_by(self, definition: Definition) -> "LineProblem":
        """The problem that knows the risk: the sketch if that is exact, else with as fine atoms as it takes."""
        sketch = self._sketch if definition.uses_truth else None
        return sketch if sketch and sketch._bound(definition).method == "exact" else self._refined(definition)

    def _bound(self, definition: Definition) -> Bound:
        pairs = {y: definition.types(y, self.d.labels) for y in self.d.labels}
        inner, outer = (self._spans(self.given, pairs, side) for side in (_INNER, _OUTER))
        lowest = self.law.of(inner)
        highest = lowest if inner == outer else self.law.of(outer)
        known = (inner == outer or lowest == highest) and not self._lost
        value = enclose(lowest) if known else self._range(lowest, highest)

        def jump(other: Situation) -> Range | None:
            spans = [self._spans(other, pairs, side) for side in (_INNER, _OUTER)]
            if spans == [inner, outer]:
                return None
            low, high = self.law.of(spans[0]), self.law.of(spans[1])
            found = self._range(low, high)
            moved = differ(low, lowest) or differ(high, highest)
            return found if moved and (known or are_apart(found, value)) else None

        def others() -> Others:
            below, above = replace(self.given, closed=False), replace(self.given, closed=True, above=True)
            return Others(
                jump(below), jump(above), {name: jump(other) for name, other in otherwise(self.given, self.d.labels)}
            )

        evidence = Evidence(
            value,
            conventions(self.threat, self.d.tie_rule, self.network.tie, self._pass.words),
            lowest if known else None,
            self._vulnerable(definition),
            others=others,
        )
        return Bound(*value, "exact" if known or value[1] - value[0] < EXACT else "bounded", evidence=evidence)

    def vulnerable(self, definition: Definition) -> dict[int, dict[Stratum, Intervals]]:
        """For each label and stratum the values of the free coordinate at which a sample is vulnerable."""
        return self._known_by(definition)._vulnerable(definition)

    def _vulnerable(self, definition: Definition) -> dict[int, dict[Stratum, Intervals]]:
        pairs = {y: definition.types(y, self.d.labels) for y in self.d.labels}
        found: dict[int, dict[Stratum, Intervals]] = {y: {} for y in self.d.labels}
        for part in self.law.parts:
            pieces = self._pieces(self.given, part.stratum, pairs)
            found[part.label][part.stratum] = pieces.intervals(pieces.vulnerable(pairs[part.label], _INNER))
        return found

    def _refined(self, definition: Definition) -> "LineProblem":
        """The problem with atoms taken apart on which unknown true labels matter."""
        pairs = {y: definition.types(y, self.d.labels) for y in self.d.labels}
        for _ in range(_ROUNDS if definition.uses_truth else 0):
            last = self._latest[-1]
            inner, outer = (last._spans(self.given, pairs, side) for side in (_INNER, _OUTER))
            if inner == outer or enclose(self.law.of(outer))[1] - enclose(self.law.of(inner))[0] < EXACT:
                break
            _, near = needed(pairs, self.d.labels)
            found = frozenset(atom for kind in near for atom in last._doubtful(kind))
            if len(last.finer) + len(found) > _MOST or not any(atom.parts for atom in found):
                break
            self._latest.append(replace(last, finer=last.finer | {atom for atom in found if atom.parts}))
        return self._latest[-1]

    @cached_property
    def _latest(self) -> "list[LineProblem]":
        return [self]

    def _doubtful(self, kind: Type) -> Iterator[Atom]:
        """The atoms that can be taken apart because of which it is open from where a type is within reach."""
        label, truth = kind
        said, tie = self._pass.reading(self.d.labels.index(label), self.given.tie, sure=False)
        still = stays(self.threat)
        for stratum, own in self._numbered.items():
            known = self._places(self.given, stratum, kind, False)
            gap = between_ends(stratum, known.outer & ~known.inner)
            for k, atom in own if gap and truth is not None else ():
                if atom.open is None or atom.truth[self.given.rule] != UNKNOWN or not within(atom, self.given, still):
                    continue
                found = said.intervals(self.d.labels.index(label), tie, (k,), closed=True, above=False)
                if found & gap if stratum.dim else found:
                    yield atom

    def reached(self, stratum: Stratum, kind: Type) -> Enclosed:
        """From which values of the free coordinate a point of a type is within reach."""
        found = self._sketch._places(self.given, stratum, kind, False) if self._sketch else None
        unknown = found is None or (found.outer.is_line and not found.inner)
        return self._places(self.given, stratum, kind, False) if found is None or unknown else found

    def nearly(self, share: sympy.Rational) -> "tuple[LineProblem, LineProblem]":
        """The problems with a share less and more of the budgets."""
        if share not in self._scaled:
            others = (replace(self, threat=resized(self.threat, 1 + side * share)) for side in (-1, 1))
            self._scaled[share] = tuple(others) if share else (self, self)
        less, more = self._scaled[share]
        return less, more

    @cached_property
    def _scaled(self) -> dict[sympy.Rational, tuple["LineProblem", ...]]:
        return {}

    def at(self, definition: Definition, y: int) -> bool | None:
        """Whether a sample at the only of ``places``, a point, is vulnerable; None where that is not known."""
        known = self._sketch.at(definition, y) if definition.uses_truth and self._sketch else None
        if known is not None:
            return known
        (point,) = self._around
        pairs = {label: definition.types(label, self.d.labels) for label in self.d.labels}
        pieces = self._pieces(self.given, point, pairs)
        inner, outer = (bool(pieces.vulnerable(pairs[y], side)) for side in (_INNER, _OUTER))
        return inner if inner == outer else None

    def _range(self, lowest: sympy.Expr, highest: sympy.Expr) -> Range:
        """Floats around a risk between two numbers, if samples where the pass may overflow count for it or not."""
        return widened((enclose(lowest)[0], enclose(highest)[1]), self._lost)

    @cached_property
    def _lost(self) -> float:
        """The probability of samples from which the pass may overflow."""
        return enclose(self.law.of(self._pass.overflowing(self.law, self.threat.budgets(len(self.d.features)))))[1]

    @cached_property
    def law(self) -> Measure:
        """The law of the samples, part by part."""
        return measure(self.d) if self.alone else measure_on_lines(self.d)

    @cached_property
    def given(self) -> Situation:
        """The conventions asked for."""
        return Situation(self.threat.closed, False, self.d.labels.index(self.network.tie), self.d.tie_rule)

    def _spans(self, situation: Situation, pairs: TypePairs, side: int) -> tuple[Spans, ...]:
        found = []
        for part in self.law.parts:
            pieces = self._pieces(situation, part.stratum, pairs)
            found.append(pieces.spans(pieces.vulnerable(pairs[part.label], side)))
        return tuple(found)

    def _pieces(self, situation: Situation, stratum: Stratum, pairs: TypePairs) -> Pieces:
        """A stratum cut where a type that matters begins or ends to be there or within reach."""
        here, near = needed(pairs, self.d.labels)
        key = situation, stratum, here, near
        if key not in self._known:
            self._known[key] = cut(
                stratum,
                {t: self._places(situation, stratum, t, True) for t in here},
                {t: self._places(situation, stratum, t, False) for t in near},
            )
            self._known[key] = filled(self._known[key], self.d.labels)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[Any, Pieces]:
        return {}

    @cached_property
    def _sets(self) -> dict[Any, Enclosed]:
        return {}

    def _places(self, situation: Situation, stratum: Stratum, kind: Type, here: bool) -> Enclosed:
        """Where a point of a stratum has a type (``here``), or has one of that type within reach."""
        if here:
            situation = replace(situation, closed=True, above=False)
        key = situation, stratum, kind, here
        if key not in self._sets:
            found = Enclosed(*(self._intervals(*key, side=side) for side in (_INNER, _OUTER)))
            self._sets[key] = found if here or found.exact else self._drawn(found, situation, stratum, kind)
        return self._sets[key]

    def _drawn(self, found: Enclosed, situation: Situation, stratum: Stratum, kind: Type) -> Enclosed:
        """What is known from a drawing of the plane, too, where true labels are not known everywhere."""
        if kind[1] is None or not self._curved:
            return found
        d = replace(self.d, tie_rule=situation.rule)
        known = drawing(self.network, d, self.threat, self.margin, self.semantics).near(stratum, kind, situation)
        return Enclosed(found.inner | known.inner, found.outer & known.outer)

    @cached_property
    def _sketch(self) -> "LineProblem | None":
        """The problem by a drawing of the plane, where true labels change along curves."""
        return replace(self, drawn=True) if self._curved and not (self.drawn or self.finer) else None

    @cached_property
    def _curved(self) -> bool:
        free = len(self.d.features) == 2 and not (self.threat.on_support or stays(self.threat))
        return free and is_curved(self.d, self.margin)

    def _intervals(self, situation: Situation, stratum: Stratum, kind: Type, here: bool, *, side: int) -> Intervals:
        label, truth = kind
        truths = (truth,) if side == _INNER or truth is None else (truth, UNKNOWN)
        atoms = tuple(
            k
            for k, atom in self._numbered[stratum]
            if (truth is None or atom.truth[situation.rule] in truths)
            and (atom.span.sure or side == _OUTER)
            and (atom.kind == HERE if here else within(atom, situation, stays(self.threat)))
        )
        closed = situation.closed or not self._around[stratum].slides
        said, tie = self._pass.reading(self.d.labels.index(label), situation.tie, sure=side == _INNER)
        found = said.intervals(self.d.labels.index(label), tie, atoms, closed=closed, above=situation.above)
        if stratum.dim == 1 or not found:
            return found
        return Intervals.line() if here or found.contains(sympy.S.Zero) else Intervals()

    @cached_property
    def _around(self) -> dict[Stratum, Surroundings]:
        budgets = budgets_of(self.threat, len(self.d.features))
        return {
            s: surroundings(self.d, self.threat, s, budgets)
            for s in dict.fromkeys(self.places or (p.stratum for p in self.law.parts))
        }

    @cached_property
    def _numbered(self) -> dict[Stratum, list[tuple[int, Atom]]]:
        """The places that matter, by stratum."""
        number = count()
        found = {
            s: taken_apart(atoms_around(a, self.margin, not self.drawn), self.finer) for s, a in self._around.items()
        }
        return {s: [(next(number), atom) for atom in atoms] for s, atoms in found.items()}

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """The places that matter."""
        return tuple(atom for own in self._numbered.values() for _, atom in own)

    @property
    def decided(self) -> DecisionCells:
        """The decision set of the real function on all atoms."""
        return self._pass.real.decided

    @cached_property
    def _pass(self) -> Pass:
        charts = tuple(atom.chart for atom in self.atoms)
        refuse_too_large(self.network, charts)
        return the_pass(self.semantics, self.network, charts, self.atoms, self._around)
