"""Risks at some budgets, exactly bounded, and what they say about all others: a risk never falls with the budget."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from symadv.language.errors import SymadvError
from symadv.risk.bound import Bound

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class EvaluatedCurve:
    """The exact risk, as a Bound, at each of some ascending budgets."""

    budgets: tuple[Any, ...]
    risks: tuple[Bound, ...]

    def __call__(self, eps: ArrayLike) -> tuple[Any, Any]:
        """``(lower, upper)`` for the risk at any budgets >= 0: those known at the budgets on either side."""
        at = np.asarray(eps, dtype=np.float64)
        if not np.all(np.isfinite(at) & (at >= 0)):
            raise SymadvError(f"got the budgets {at}, wanted finite numbers >= 0")
        low, high = self._known
        ends = np.array([float(e) for e in self.budgets])
        return low[np.searchsorted(ends, at, side="right")], high[np.searchsorted(ends, at, side="left")]

    @cached_property
    def _known(self) -> tuple[Floats, Floats]:
        lower = np.maximum.accumulate([0.0, *(b.lower for b in self.risks)])
        upper = np.minimum.accumulate([1.0, *(b.upper for b in reversed(self.risks))])[::-1]
        return lower, upper
