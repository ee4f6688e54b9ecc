r"""The mean distance to vulnerability, $\int_0^\infty (1 - \mathrm{risk}(E))\,dE$, from the cdfs' integrals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy

from symadv.language.errors import SymadvError
from symadv.language.order import compare
from symadv.language.parameters import Parameter
from symadv.probability.density import Univariate
from symadv.risk._sweep import Stretch
from symadv.risk.measure import Measure
from symadv.risk.pieces import Spans

Span = tuple[sympy.Expr, sympy.Expr]


def mean_distance(law: Measure, between: Sequence[Stretch], budget: Parameter) -> sympy.Expr:
    """The integral over all budgets of the probability of the samples that are not vulnerable yet; it may be infinite.

    ``between`` are the stretches from budget 0 to infinity.
    """
    result = sympy.S.Zero
    for stretch in between:
        for part, spans in zip(law.parts, stretch.spans, strict=True):
            for span in _missing(spans):
                mass = _integrated(part.density, span, stretch, budget)
                if mass is sympy.oo:
                    return mass
                result += part.probability * mass
    return result


def _missing(spans: Spans) -> Iterator[Span]:
    """The gaps between intervals that do not touch."""
    ends = [-sympy.oo, *(end for span in spans for end in span), sympy.oo]
    return ((a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if a != b)


def _integrated(density: object, span: Span, over: Stretch, budget: Parameter) -> sympy.Expr:
    """The integral of the mass of an interval whose ends move with the budget."""
    if not isinstance(density, Univariate) or span == (-sympy.oo, sympy.oo):
        return over.end - over.start
    lower, upper = (_Moving(end, over, budget) for end in span)
    if lower.direction == upper.direction == 0:
        mass = density.mass(*span)
        empty = mass == 0 or compare(mass, sympy.S.Zero) == 0
        return sympy.S.Zero if empty else sympy.oo if over.end is sympy.oo else (over.end - over.start) * mass
    if over.end is sympy.oo and not _vanishes(lower, upper):
        return sympy.oo
    if upper.end is sympy.oo or (over.end is sympy.oo and lower.direction > 0):
        return lower.above(density) - upper.above(density)
    return upper.below(density) - lower.below(density)


def _vanishes(lower: "_Moving", upper: "_Moving") -> bool:
    """Whether the mass of the interval goes to 0: both ends go to infinity on one side."""
    up = lower.direction > 0 and (upper.end is sympy.oo or upper.direction > 0)
    return up or (upper.direction < 0 and (lower.end is -sympy.oo or lower.direction < 0))


@dataclass(frozen=True)
class _Moving:
    """An end of an interval, affine in the budget or infinite, over a stretch of budgets."""

    end: sympy.Expr
    over: Stretch
    budget: Parameter

    @cached_property
    def speed(self) -> sympy.Expr:
        """How far it moves per unit of budget."""
        speed = sympy.diff(self.end, self.budget)
        if speed.has(self.budget):
            raise SymadvError(f"no closed form of the mean distance: an interval ends at {self.end}")
        return speed

    @property
    def direction(self) -> int:
        """The sign of the speed; 0 at infinity."""
        return compare(self.speed, sympy.S.Zero) if self.end.is_finite is not False else 0

    def below(self, density: Univariate) -> sympy.Expr:
        """The integral of the cdf at the end."""
        if self.end is -sympy.oo:
            return sympy.S.Zero
        if self.direction == 0:
            return (self.over.end - self.over.start) * density.cdf(self.end)
        start, end = self._places
        return (density.integrated_cdf(end) - density.integrated_cdf(start)) / self.speed

    def above(self, density: Univariate) -> sympy.Expr:
        """The integral of the survival function at the end."""
        if self.end is sympy.oo:
            return sympy.S.Zero
        if self.direction == 0:
            return (self.over.end - self.over.start) * density.survival(self.end)
        start, end = self._places
        return (density.integrated_survival(start) - density.integrated_survival(end)) / self.speed

    @property
    def _places(self) -> tuple[sympy.Expr, sympy.Expr]:
        start, end = (self.end.xreplace({self.budget: e}) for e in (self.over.start, self.over.end))
        return start, end
