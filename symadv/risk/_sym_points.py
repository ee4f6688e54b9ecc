"""Points of the parameters' domains where some conditions hold: scattered at random, and picked far from boundaries."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import sympy

from symadv import catalog
from symadv.language.parameters import Parameter
from symadv.risk._sym_place import Condition

_POINTS = 4096
_APART = 1e-9  # how far from zero a form has to be at a point that is to show its sign

Floats = np.ndarray[Any, np.dtype[np.float64]]
Parameters = tuple[Parameter, ...]


@lru_cache(maxsize=64)
def scattered(parameters: Parameters) -> tuple[Floats, ...]:
    """One array per parameter: points over many orders of magnitude, also close to the ends of the domains."""
    rng = np.random.default_rng(20)
    return tuple(_spread(s, rng) for s in parameters)


def _spread(s: Parameter, rng: np.random.Generator) -> Floats:
    start, end = float(s.domain.start), float(s.domain.end)
    wild = rng.standard_normal(_POINTS)
    if np.isfinite(start) and np.isfinite(end):
        inside = np.asarray(start + (end - start) / (1 + np.exp(-2 * wild)))
        return np.clip(inside, np.nextafter(start, end), np.nextafter(end, start))
    if np.isfinite(start):
        return np.asarray(start + np.exp(1.5 * wild))
    return np.asarray(end - np.exp(1.5 * wild)) if np.isfinite(end) else np.asarray(4 * wild)


@lru_cache(maxsize=4096)
def values(term: sympy.Expr, parameters: Parameters) -> Floats:
    """An expression at the scattered points (one value when there are no parameters)."""
    if not term.free_symbols:
        return np.full(_POINTS if parameters else 1, float(term))
    return np.asarray(catalog.load("readers", "array")(term, parameters)(*scattered(parameters)))


def holding(conditions: Iterable[Condition], parameters: Parameters) -> Floats:
    """At each scattered point how far the forms are from zero, on the wanted side; negative where one is not."""
    margins = [s * values(form, parameters) for form, s in conditions]
    return np.asarray(np.min([np.full(_POINTS if parameters else 1, np.inf), *margins], axis=0))


def witness(conditions: Sequence[Condition], parameters: Parameters) -> dict[Parameter, sympy.Rational] | None:
    """A point at which all forms have their signs, clearly; None when none of the scattered points is one."""
    margin = np.nan_to_num(holding(conditions, parameters), nan=-np.inf, posinf=1.0)
    best = int(np.argmax(margin))
    if margin[best] < _APART:
        return None
    columns = scattered(parameters)
    return {s: sympy.Rational(*float(c[best]).as_integer_ratio()) for s, c in zip(parameters, columns, strict=True)}
