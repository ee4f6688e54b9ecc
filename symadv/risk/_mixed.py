"""Exact risk of ReLU networks on planes of several directions, and together with points and lines: a sum of risks,

of the samples in planes of each direction and of those on points and lines.  Perturbed points may be on all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from math import inf, nextafter

import numpy as np

from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import Network
from symadv.geometry.polygons import Bools, Floats, Ints
from symadv.geometry.strata import Flat
from symadv.language.numbers import exact
from symadv.probability.distribution import Distribution
from symadv.risk._net_lines import LineProblem
from symadv.risk._planes.problem import PlaneProblem
from symadv.risk.bound import EXACT, Bound, Evidence, Others, Range, nothing_known
from symadv.risk.measure import is_straight
from symadv.risk.members import along, members


@dataclass(frozen=True)
class MixedProblem:
    """One network, distribution, threat and margin of the truth, for samples in several parts of its support: those of
    points and lines, and of the planes of each direction."""

    parts: tuple[LineProblem | PlaneProblem, ...]

    @property
    def network(self) -> Network:
        """The network."""
        return self.parts[0].network

    @property
    def d(self) -> Distribution:
        """The distribution."""
        return self.parts[0].d

    @property
    def threat(self) -> ThreatModel:
        """The threat model."""
        return self.parts[0].threat

    @property
    def lines(self) -> LineProblem | None:
        """That of points and lines, if there are some."""
        return next((part for part in self.parts if isinstance(part, LineProblem)), None)

    @property
    def planes(self) -> tuple[PlaneProblem, ...]:
        """Those of planes."""
        return tuple(part for part in self.parts if isinstance(part, PlaneProblem))

    def bound(self, definition: Definition) -> Bound:
        """The risk under one definition."""
        return _together([part.bound(definition) for part in self.parts])

    def contains(self, definition: Definition, x: Floats, y: Ints) -> Bools:
        """Which samples x (n, d) of labels y (n,) are vulnerable."""
        found, in_planes = np.zeros(len(x), dtype=bool), ~self.on_lines(x)
        for part in self.planes:
            found[in_planes] |= part.contains(definition, x[in_planes], y[in_planes])
        for label, places in self.lines.vulnerable(definition).items() if self.lines else ():
            for stratum, numbers in places.items():
                rows = np.flatnonzero((y == label) & stratum.near(x))
                found[rows] |= members(numbers, along(stratum, x[rows]))
        return found

    def on_lines(self, x: Floats) -> Bools:
        """Which points are samples on points and lines, up to rounding."""
        found = np.zeros(len(x), dtype=bool)
        for stratum in dict.fromkeys(part.stratum for part in self.lines.law.parts) if self.lines else ():
            found |= stratum.near(x)
        return found

    @property
    def on_floats(self) -> bool:
        """Whether samples of points and lines that lie in planes can be told from those around them: are floats."""
        planes = [part for part in self.d.strata if not is_straight(part)]
        meeting = ((s, part) for s in self.d.strata if is_straight(s) for plane in planes for part in s.meet(plane))
        inside = (s for s, part in meeting if part.dim == s.dim)
        return all(isinstance(s, Flat) and all(exact(float(v)) == v for _, v in s.fixed) for s in inside)


def _together(found: Sequence[Bound]) -> Bound:
    """The risk whose parts are known."""
    known = [bound.evidence for bound in found if bound.evidence is not None]
    value = _sum(evidence.value for evidence in known)
    words = tuple(dict.fromkeys(told for evidence in known for told in evidence.semantics))
    evidence = Evidence(value, words, others=lambda: _others(known))
    return Bound(*value, "exact" if value[1] - value[0] <= EXACT else "bounded", evidence=evidence)


def _sum(ranges: Iterable[Range]) -> Range:
    """The sum of numbers between some ends."""

    def added(one: Range, other: Range) -> Range:
        return nextafter(one[0] + other[0], -inf), nextafter(one[1] + other[1], inf)

    low, high = reduce(added, ranges)
    return max(low, 0.0), min(high, 1.0)


def _others(known: list[Evidence]) -> Others:
    """The risk with other conventions, where one of some parts differs with them."""
    every = [evidence.found for evidence in known]

    def total(parts: list[Range | None]) -> Range | None:
        if all(part is None for part in parts):
            return None
        anything = nothing_known().below
        if anything in parts:
            return anything
        return _sum(part or evidence.value for part, evidence in zip(parts, known, strict=True))

    words = dict.fromkeys(words for found in every for words in found.otherwise)
    otherwise = {w: total([found.otherwise.get(w) for found in every]) for w in words}
    return Others(total([found.below for found in every]), total([found.above for found in every]), otherwise)
