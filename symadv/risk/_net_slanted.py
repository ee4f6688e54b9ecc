r"""Networks on one slanted line in any number of features, perturbed along it: a problem of one feature.

The line $\{a + t s\}$ is composed with the first layer, and a step of t by $\tau$ is as long as
$|\tau| \, \|s / E\|$ in units of the budgets.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NoReturn

import numpy as np
import sympy
from numpy.typing import NDArray

from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import Network
from symadv.geometry.charts import Chart
from symadv.geometry.oblique import Oblique
from symadv.geometry.polygons import Bools, Floats
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.order import sign
from symadv.probability.distribution import Component, Distribution
from symadv.risk._net_atoms import Atom
from symadv.risk._net_cells import DecisionCells
from symadv.risk._net_lines import LineProblem
from symadv.risk.bound import Bound

_LINE = (-sympy.oo, sympy.oo)


def is_slanted(d: Distribution) -> bool:
    """Whether some samples lie on a slanted line."""
    return any(isinstance(c.stratum, Oblique) for c in d.with_mass)


@dataclass(frozen=True)
class SlantedProblem:
    """One network, distribution, threat and margin of the truth."""

    network: Network
    d: Distribution
    threat: ThreatModel
    margin: sympy.Expr = sympy.S.Zero

    def bound(self, definition: Definition) -> Bound:
        """The risk under one definition; who is vulnerable is told by the feature t along the line."""
        found = self._problem.bound(definition)
        if found.evidence is None:
            return found
        along = self._carrier
        leading = self.d.features[along.leading]
        _, *others = found.evidence.semantics
        told = (self.threat.words, f"reckoned in {leading} along the line, with the budget {self._budget}", *others)
        return replace(found, evidence=replace(found.evidence, semantics=told, statistics=(leading,)))

    def contains(self, definition: Definition, x: Floats, y: NDArray[np.int64]) -> Bools:
        """Refused: floats do not lie on a slanted line."""
        self._refuse("which floats are vulnerable")

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """Refused: floats do not lie on a slanted line."""
        self._refuse("which floats are witnesses")

    @property
    def decided(self) -> DecisionCells:
        """The decision set along the line."""
        return self._problem.decided

    def _refuse(self, what: str) -> NoReturn:
        raise SymadvError(
            f"{what} on the slanted line of {self.d.name} is not known: floats lie beside it; attacks are graded on "
            "points, axis-parallel lines and planes"
        )

    @cached_property
    def _problem(self) -> LineProblem:
        line = self._carrier
        if not self.threat.on_support or any(self._off(s) for s in (*self.d.support, *self._strata)):
            raise SymadvError(
                "on slanted lines the exact risk of a network is known where perturbed points stay on the support "
                f"(on_support=True) and that lies on one line; {self.d.name} has the strata "
                f"{', '.join(map(str, self._strata))}"
            )
        components = tuple(Component(self._along(c.stratum), c.densities) for c in self.d.components)
        smaller = replace(self.d, features=(self.d.features[line.leading],), components=components)
        threat = replace(self.threat, eps=self._budget, box=self._box, norm="linf")
        return LineProblem(self.network, smaller, threat, self.margin, lift=self._lifted)

    @property
    def _strata(self) -> Sequence[Stratum]:
        return [c.stratum for c in self.d.components]

    @cached_property
    def _carrier(self) -> Oblique:
        return next(s.carrier for s in self._strata if isinstance(s, Oblique))

    def _off(self, stratum: Stratum) -> bool:
        """Whether a stratum is no part of the line."""
        line = self._carrier
        if isinstance(stratum, Oblique):
            return stratum.carrier != line
        if not isinstance(stratum, Flat) or stratum.dim:
            return True
        at = [value for _, value in stratum.fixed]
        return any(sign(a - b) != 0 for a, b in zip(at, line.place((at[line.leading],)), strict=True))

    def _along(self, stratum: Stratum) -> Flat:
        """A part of the line as one of the numbers t."""
        if isinstance(stratum, Oblique):
            return Flat({}, 1, within={0: stratum.ends})
        return Flat({0: dict(stratum.terms and getattr(stratum, "fixed", ()))[self._carrier.leading]}, 1)

    @cached_property
    def _budget(self) -> sympy.Expr:
        """How far t may move."""
        line, shares = self._carrier, list[sympy.Expr]()
        for slope, e in zip(line.slopes, self.threat.budgets(len(self.d.features)), strict=True):
            if slope != 0 and e == 0:
                return sympy.S.Zero
            if slope != 0:
                shares.append(sympy.Abs(slope) / e)
        if self.threat.norm == "linf":
            return 1 / sympy.Max(*shares)
        power = 1 if self.threat.norm == "l1" else 2
        return sympy.S.One / sympy.Add(*(s**power for s in shares)) ** sympy.Rational(1, power)

    @cached_property
    def _box(self) -> tuple[sympy.Expr, sympy.Expr] | None:
        """Between which t the features are in their box."""
        boxes = self.threat.boxes(len(self.d.features))
        if boxes is None:
            return None
        parts = self._carrier.meet(Flat({}, len(boxes), within={i: b for i, b in enumerate(boxes) if b != _LINE}))
        for part in parts:
            if isinstance(part, Oblique):
                return part.ends
        raise SymadvError(f"the box {self.threat.box} leaves no part of the line of {self.d.name}")

    def _lifted(self, chart: Chart) -> Chart:
        """A chart of t as one of all features."""
        (where,), line = chart.place, self._carrier
        if where != "q":
            return replace(chart, place=line.place((where,)))
        place = []
        for slope, offset in zip(line.slopes, line.offsets, strict=True):
            if not slope.is_Rational:
                raise SymadvError(f"a slanted line of a network needs rational slopes, got {slope}")
            place.append((slope, offset) if slope != 0 else offset)
        return replace(chart, place=tuple(place))
