"""A grid over two parameters: which of its points lie in the domains, and the values of a formula there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from symadv import catalog
from symadv.language.errors import SymadvError, unknown
from symadv.language.numbers import exact
from symadv.language.parameters import Parameter, domain_conditions

Floats = np.ndarray[Any, np.dtype[np.float64]]
Span = tuple[sympy.Expr, sympy.Expr]


@dataclass(frozen=True)
class Plane:
    """The first parameter to the right, the second upwards; ``side`` x ``side`` points, the centres of pixels."""

    parameters: tuple[Parameter, Parameter]
    spans: tuple[Span, Span]
    given: tuple[sympy.Basic, ...]
    side: int

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom, top."""
        (left, right), (bottom, top) = self.spans
        return float(left), float(right), float(bottom), float(top)

    @cached_property
    def columns(self) -> tuple[Floats, Floats]:
        """The parameters' values ``(side, side)``."""
        x, y = (_centres(float(low), float(high), self.side) for low, high in self.spans)
        first, second = np.meshgrid(x, y)
        return first, second

    @cached_property
    def inside(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Where both parameters are in their domains and all that is given holds."""
        result = np.ones((self.side, self.side), dtype=bool)
        for condition in (*(c for s in self.parameters for c in domain_conditions(s)), *self.given):
            result &= catalog.load("readers", "array")(condition, self.parameters)(*self.columns)
        return result

    def values(self, expression: sympy.Expr) -> Any:
        """A formula at the points, masked where it has no value: outside the domains, or undefined."""
        result = np.full((self.side, self.side), np.nan)
        there = {s.name: column[self.inside] for s, column in zip(self.parameters, self.columns, strict=True)}
        with np.errstate(all="ignore"):
            result[self.inside] = catalog.load("readers", "numeric")(expression, self.parameters)(**there)
        return np.ma.masked_invalid(result)


def plane(
    over: Mapping[str, tuple[Any, Any]], known: Sequence[Parameter], given: Sequence[sympy.Basic], side: int
) -> Plane:
    """The plane of two parameters, each with the span ``(from, to)`` that is shown."""
    if len(over) != 2:
        raise SymadvError(f"got {len(over)} parameters to draw over, wanted 2 such as p=(1/2, 1) and eta=(0, 4)")
    by_name = {s.name: s for s in known}
    for name in over:
        if not by_name:
            raise SymadvError(f"{name} cannot be drawn over: all parameters have values, and so has the budget")
        if name not in by_name:
            raise unknown("parameter", name, list(by_name))
    first, second = over
    if missing := [name for name in by_name if name not in over]:
        raise SymadvError(f"the risk depends on {', '.join(missing)} as well: give a value, or draw over it")
    spans = _span(first, over[first]), _span(second, over[second])
    shown = Plane((by_name[first], by_name[second]), spans, tuple(given), side)
    if not shown.inside.any():
        domains = " and ".join(f"{s.name} in {s.domain}" for s in shown.parameters)
        raise SymadvError(f"nothing of what is shown lies in the domains {domains}")
    return shown


def _span(name: str, ends: Any) -> Span:
    low, high = (exact(end) for end in ends)
    if low.free_symbols or high.free_symbols or not low < high:
        raise SymadvError(f"{name}: got the span from {ends[0]} to {ends[1]}, wanted two numbers, the smaller first")
    return low, high


def _centres(low: float, high: float, side: int) -> Floats:
    return np.asarray(low + (high - low) * (np.arange(side) + 0.5) / side)
