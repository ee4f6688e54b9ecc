"""A risk as a function of the budget, piece by piece, with its value and both limits at each budget where it jumps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import sympy
from numpy.typing import ArrayLike

from symadv import catalog
from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.language.derivations import Derivation
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.order import compare
from symadv.language.parameters import Parameter
from symadv.probability.distribution import Distribution
from symadv.risk._distance import mean_distance
from symadv.risk._sweep import Stretch
from symadv.risk._sym_derivation import derivation_of
from symadv.risk._sym_merge import Case, total, where_holds
from symadv.risk.bound import Bound, differ, enclose
from symadv.risk.measure import Measure

Stretches = tuple[Stretch, ...]
Floats = np.ndarray[Any, np.dtype[np.float64]]


class Piece(NamedTuple):
    """``risk``, an expression in the budget E, for ``start < E < end``."""

    start: sympy.Expr
    end: sympy.Expr
    risk: sympy.Expr


class Jump(NamedTuple):
    """A budget at which the risk jumps: its limit from smaller budgets, its value, its limit from larger ones.

    With closed balls ``below`` is also the risk with the open ball of this size; at budget 0 it is the value there.
    """

    eps: sympy.Expr
    below: sympy.Expr
    at: sympy.Expr
    above: sympy.Expr


@dataclass(frozen=True)
class Curve:
    r"""The exact risk of a classifier as a function of the budget E, under one definition.

    Called with budgets, a number or an array, it gives floats; :meth:`bound` takes one exact budget.  ``points`` and
    ``between`` alternate: the budgets 0, ... where the formula changes, and the stretch that follows each of them.
    """

    definition: Definition
    d: Distribution
    threat: ThreatModel
    budget: Parameter
    law: Measure = field(repr=False)
    points: tuple[Stretch, ...] = field(repr=False)
    between: tuple[Stretch, ...] = field(repr=False)

    def __call__(self, eps: ArrayLike) -> Any:
        """The risk at each budget, float64 of the same shape (a float for a number); budgets are finite and >= 0."""
        budgets = np.asarray(eps, dtype=np.float64)
        if not np.all(np.isfinite(budgets) & (budgets >= 0)):
            raise SymadvError(f"got the budgets {budgets}, wanted finite numbers >= 0")
        flat = budgets.ravel()
        reached, passed = (np.searchsorted(ends, flat, side="right") for ends in self._floats)
        result = np.empty(flat.shape)
        for k, function in enumerate(self._functions):
            behind = (reached == k + 1) & (passed == k + 1)
            result[behind] = function(**{self.budget.name: flat[behind]})
            result[(reached == k + 1) & (passed == k)] = float(self._at[k])
        risks = np.clip(result, 0.0, 1.0).reshape(budgets.shape)
        return risks if budgets.shape else float(risks)

    def bound(self, eps: Any) -> Bound:
        """The exact risk at one budget, read exactly."""
        return Bound(*enclose(self.exact(eps)), "exact")

    def exact(self, eps: Any) -> sympy.Expr:
        """The risk at one budget in closed form."""
        at = exact(eps)
        if compare(at, sympy.S.Zero) < 0:
            raise SymadvError(f"got the budget {eps}, wanted a number >= 0")
        sides = [compare(point.start, at) for point in self.points]
        if 0 in sides:
            return self._at[sides.index(0)]
        return self.pieces[sides.count(-1) - 1].risk.xreplace({self.budget: at})

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The formulas in E between the budgets where they change; the last one goes on for ever."""
        return tuple(Piece(s.start, s.end, total(self.law, s.spans)) for s in self.between)

    @cached_property
    def jumps(self) -> tuple[Jump, ...]:
        """The budgets at which the risk jumps, in ascending order; 0 is one when any budget above 0 gains at once."""
        found = (Jump(point.start, *self._around(k)) for k, point in enumerate(self.points))
        return tuple(j for j in found if differ(j.below, j.at) or differ(j.at, j.above))

    @cached_property
    def limit(self) -> sympy.Expr:
        r"""$\lim_{E \to \infty}$ of the risk: the probability of being vulnerable to some budget."""
        there = {self.budget: sympy.oo}
        last = tuple(tuple((a.subs(there), b.subs(there)) for a, b in spans) for spans in self.between[-1].spans)
        return total(self.law, last)

    @cached_property
    def integral(self) -> sympy.Expr:
        r"""$\int_0^\infty (1 - \mathrm{risk}(E))\,dE$: the mean of the smallest budget to which a sample is vulnerable.

        For ``adversarial_loss`` it is the mean distance to the error set.  Infinite where samples that no budget makes
        vulnerable have positive probability.
        """
        return mean_distance(self.law, self.between, self.budget)

    @cached_property
    def derivation(self) -> Derivation:
        """How the risk follows, stretch by stretch of E > 0; every budget belongs to one of them."""
        cases, symbols = list(self._cases()), (self.budget,)
        formulas = [(total(self.law, spans), where_holds(where, symbols)) for where, spans in cases]
        result = formulas[0][0] if len(formulas) == 1 else sympy.Piecewise(*formulas)
        return derivation_of(self.d, self.law, cases, symbols, self.definition, result)

    def _cases(self) -> Iterator[Case]:
        """Each stretch, with the budgets at its ends where the formula still holds; the others alone."""
        ends = [self.budget - point.start for point in self.points]
        joins = [self._joins(k) for k in range(len(ends))]
        for k, stretch in enumerate(self.between):
            where: dict[sympy.Expr, frozenset[int]] = {}
            if k > 0:
                where[ends[k]] = frozenset({0, 1} if joins[k] == 1 else {1})
            if k + 1 < len(ends):
                where[ends[k + 1]] = frozenset({-1, 0} if joins[k + 1] == -1 else {-1})
            if k > 0 and joins[k] == 0:
                yield {ends[k]: frozenset({0})}, self.points[k].spans
            yield where, stretch.spans

    def _joins(self, k: int) -> int:
        """Whether the value at a budget is the limit from above (1), else from below (-1), or neither (0)."""
        below, at, above = self._around(k)
        return 1 if not differ(at, above) else -1 if not differ(at, below) else 0

    def _around(self, k: int) -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
        """The risk just below, at and just above a budget where the formula changes."""
        here = {self.budget: self.points[k].start}
        below = self.pieces[k - 1].risk.xreplace(here) if k else self._at[0]
        return below, self._at[k], self.pieces[k].risk.xreplace(here)

    @cached_property
    def _at(self) -> tuple[sympy.Expr, ...]:
        return tuple(total(self.law, point.spans) for point in self.points)

    @cached_property
    def _functions(self) -> tuple[Any, ...]:
        numeric = catalog.load("readers", "numeric")
        return tuple(numeric(piece.risk, (self.budget,)) for piece in self.pieces)

    @cached_property
    def _floats(self) -> tuple[Floats, Floats]:
        """The smallest floats that are at least, and that are more than, each of the budgets."""
        near = [float(point.start) for point in self.points]
        sides = [compare(exact(x), point.start) for x, point in zip(near, self.points, strict=True)]
        after = np.nextafter(near, np.inf)
        at_least = np.where([side >= 0 for side in sides], near, after)
        return at_least, np.where([side > 0 for side in sides], near, after)


def merged(law: Measure, column: Sequence[Stretch], budget: Parameter) -> tuple[Stretches, Stretches]:
    """Single budgets and the stretches after them, from both in turn; without budgets where nothing happens."""
    points, between = [column[0]], [column[1]]
    for point, after in zip(column[2::2], column[3::2], strict=True):
        before = between[-1]
        here = {budget: point.start}
        if before.spans == after.spans and not differ(total(law, before.spans).xreplace(here), total(law, point.spans)):
            between[-1] = replace(before, end=after.end)
        else:
            points.append(point)
            between.append(after)
    return tuple(points), tuple(between)
