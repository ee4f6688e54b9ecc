"""The steps that an adversary may take, and sets that are known from inside and from outside."""

from dataclasses import dataclass, replace

import sympy

from symadv.geometry.stratum import Stratum
from symadv.language.intervals import Intervals
from symadv.language.order import INFINITESIMAL


@dataclass(frozen=True)
class Enclosed:
    """A set that contains ``inner`` and is contained in ``outer``; these are equal unless something is undecided."""

    inner: Intervals
    outer: Intervals

    @property
    def exact(self) -> bool:
        """Whether the two are one."""
        return self.inner is self.outer or self.inner == self.outer


@dataclass(frozen=True)
class Ball:
    """The admissible steps: a budget per feature (0: frozen), open or closed, and intervals and strata to stay in."""

    budgets: tuple[sympy.Expr, ...]
    closed: bool = True
    box: tuple[tuple[sympy.Expr, sympy.Expr], ...] | None = None
    within: tuple[Stratum, ...] | None = None
    norm: str = "linf"
    above: bool = False  # the limit from larger balls

    @property
    def movable(self) -> tuple[int, ...]:
        """The features that are not frozen."""
        return tuple(i for i, e in enumerate(self.budgets) if e != 0)

    @property
    def is_product(self) -> bool:
        """Whether the ball is a product of intervals."""
        return self.norm == "linf" or len(self.movable) <= 1

    def boxed(self, *, inner: bool) -> "Ball":
        """The largest product of intervals with the same proportions inside the ball, or the smallest around it."""
        k = len(self.movable) if inner and not self.is_product else 1
        scale = sympy.sqrt(k) if self.norm == "l2" else k
        more = INFINITESIMAL if self.above else sympy.S.Zero
        budgets = tuple(e / scale + more if e != 0 else e for e in self.budgets)
        return replace(self, budgets=budgets, norm="linf", above=False)


def standing(d: int) -> Ball:
    """No step at all: what is within reach is where one is."""
    return Ball((sympy.S.Zero,) * d)
