r"""Which samples of floats are vulnerable: floats lie on a stratum, or beside it by their rounding.

A sample within $\kappa$ (in units of the budgets) of the point x(t) has within reach what x(t) has with $1 - \kappa$ of
the budgets, and nothing that x(t) does not have with $1 + \kappa$ of them.  What lies between is decided at the sample.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, log2

import numpy as np
import sympy
from numpy.typing import NDArray

from symadv.adversary.definition import Definition, Types
from symadv.geometry.charts import rounded
from symadv.geometry.polygons import ULP, Bools, Floats
from symadv.geometry.strata import Flat, Point
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.risk._ball import Enclosed
from symadv.risk._mixed import MixedProblem
from symadv.risk._net_frame import standing
from symadv.risk._planes.problem import PlaneProblem
from symadv.risk.members import members
from symadv.risk.networks import Problem
from symadv.risk.pieces import Type

_MOST = 256  # samples that are decided one by one

Labels = NDArray[np.int64]
Rows = NDArray[np.int64]
Pairs = Mapping[int, tuple[tuple[Types, Types], ...]]
Reached = Callable[[Stratum, Type], Enclosed]  # from which values of its coordinate a type is within reach


def vulnerable(problem: Problem, definition: Definition, samples: "Samples") -> Bools:
    """Which samples are vulnerable, exactly; refused where that is not known."""
    x, y = samples.x, samples.y
    if isinstance(problem, PlaneProblem):
        return problem.contains(definition, x, y)
    if isinstance(problem, MixedProblem):
        if problem.lines and not problem.on_floats:
            raise SymadvError(
                f"which floats are vulnerable in planes of {problem.d.name} is not known: floats lie beside slanted "
                "lines, and beside points and lines at numbers that are no floats; wanted others, such as 1/4 for 1/3"
            )
        found, on_lines = np.zeros(len(x), dtype=bool), problem.on_lines(x)
        for part in problem.parts:
            own = on_lines if part is problem.lines else ~on_lines
            found[own] |= vulnerable(part, definition, samples.take(own))
        return found
    pairs = {label: definition.types(label, problem.d.labels) for label in problem.d.labels}
    found, doubtful, known = np.zeros(len(x), dtype=bool), np.ones(len(x), dtype=bool), np.zeros(len(x), dtype=bool)
    for stratum in dict.fromkeys(part.stratum for part in problem.law.parts):
        rows = np.flatnonzero(samples.near(stratum) & ~known)
        less, more = problem.nearly(share(samples.beside(stratum, rows), problem.threat.budgets(x.shape[1])))
        sure, perhaps = samples.vulnerable(pairs, stratum, rows, less.reached, more.reached)
        found[rows], doubtful[rows], known[rows] = sure, perhaps & ~sure, True
    open_ = np.flatnonzero(doubtful)
    for k in open_:
        place = replace(problem, places=(Point(x[k].tolist()),))
        there = place.at(definition, int(y[k])) if len(open_) <= _MOST else None
        if there is None:
            raise SymadvError(
                f"whether the sample {x[k].tolist()} is vulnerable under {definition.name} is not known: it reaches a "
                f"border between the true labels of {problem.d.name} that is curved, or of an irrational slope"
            )
        found[k] = there
    return found


@dataclass(frozen=True, eq=False)
class Samples:
    """Points x (n, d) with their labels y, what a network says of them (n,), and what is true, both exactly."""

    x: Floats
    y: Labels
    said: Labels
    true: Labels

    def take(self, rows: Bools) -> "Samples":
        """Some of them."""
        return Samples(self.x[rows], self.y[rows], self.said[rows], self.true[rows])

    def near(self, stratum: Stratum) -> Bools:
        """Which of them lie on a stratum, up to rounding."""
        return np.asarray(stratum.near(self.x))

    def beside(self, stratum: Stratum, rows: Rows) -> Floats:
        """How far some of them are at most from the points of a stratum with the same coordinate, (d,).

        Flats count as being where floats put them.
        """
        x, line = self.x[rows], standing(stratum)
        if isinstance(stratum, Flat):
            return np.zeros(x.shape[1])
        home, along = (np.array([rounded(v)[0] for v in part]) for part in (line.home, line.along))
        steps = coordinate(stratum, x)[:, None] * along
        off = np.abs(x - home - steps) + 8 * ULP * (np.abs(x) + np.abs(home) + np.abs(steps))
        return np.asarray(off.max(axis=0, initial=0.0))

    def vulnerable(
        self, pairs: Pairs, stratum: Stratum, rows: Rows, inner: Reached, outer: Reached
    ) -> tuple[Bools, Bools]:
        """Which of some rows near a stratum surely are vulnerable, and which perhaps are."""
        at = coordinate(stratum, self.x[rows])
        kinds = dict.fromkeys(kind for own in pairs.values() for _, moved in own for kind in _kinds(moved))
        sure = {kind: members(inner(stratum, kind).inner, at) for kind in kinds}
        perhaps = {kind: members(outer(stratum, kind).outer, at) for kind in kinds}
        return self._holding(pairs, rows, sure), self._holding(pairs, rows, perhaps)

    def _holding(self, pairs: Pairs, rows: Rows, reached: Mapping[Type, Bools]) -> Bools:
        """Which of some rows are vulnerable, by the types that each of them has within reach."""
        y, said, true = self.y[rows], self.said[rows], self.true[rows]
        found = np.zeros(len(y), dtype=bool)
        for label, own in pairs.items():
            for clean, moved in own:
                near = np.any([reached[kind] for kind in _kinds(moved)], axis=0) | _has(moved, said, true)
                found |= (y == label) & _has(clean, said, true) & near
        return found


def share(off: Floats, budgets: Sequence[sympy.Expr]) -> sympy.Rational:
    """A power of 2 above a distance in units of the budgets; 0 for none.  Refused where a frozen feature is off."""
    if not any(budgets):
        return sympy.S.Zero
    if any(e == 0 and o > 0 for e, o in zip(budgets, off, strict=True)):
        raise SymadvError(
            "which floats are vulnerable beside a line is not known where a feature that varies along it may not move: "
            f"wanted budgets above 0, got {tuple(budgets)}"
        )
    total = sum(float(o) / rounded(e)[0] for e, o in zip(budgets, off, strict=True) if e != 0)
    return sympy.Integer(2) ** ceil(log2(4 * total)) if total else sympy.S.Zero


def coordinate(stratum: Stratum, x: Floats) -> Floats:
    """The free coordinate of points, 0 on a stratum that is a point."""
    index = stratum.coordinates(tuple(map(sympy.Integer, range(x.shape[1]))))
    return np.asarray(x[:, int(index[0])] if index else np.zeros(len(x)))


def _kinds(types: Types) -> list[Type]:
    return [(a, b) for a in types.f for b in ((None,) if types.c is None else types.c)]


def _has(types: Types, said: Labels, true: Labels) -> Bools:
    here = np.isin(said, sorted(types.f))
    return np.asarray(here if types.c is None else here & np.isin(true, sorted(types.c)))
