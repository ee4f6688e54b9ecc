"""How to sample the mass of an interval, also when it is rare: draws tilted to the end of the interval."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import sympy

from symadv.language.goals import Experiment
from symadv.language.intervals import Intervals
from symadv.probability.densities import Laplace, Normal
from symadv.probability.density import Univariate
from symadv.probability.experiments import log_density
from symadv.probability.importance import defensive, defensive_bounds

Floats = np.ndarray[Any, Any]
Values = Mapping[Any, sympy.Expr]


def interval_experiment(density: Univariate, lower: sympy.Expr, upper: sympy.Expr) -> Experiment | None:
    """The mass of an interval under a density, claimed by its cdf; None for the whole line."""
    if lower is -sympy.oo and upper is sympy.oo:
        return None

    def numbers(values: Values) -> tuple[Univariate, float, float]:
        table = dict(values)
        start, end = (float(e.xreplace(table).evalf(20)) for e in (lower, upper))
        return density.substitute(table), start, end

    def draw(values: Values) -> Callable[[int, Any], Floats]:
        at, start, end = numbers(values)
        return lambda n, rng: _inside(at.sample(n, rng)[:, 0], start, end)

    def rare(values: Values) -> tuple[Callable[[int, Any], Any], tuple[float, float]]:
        return _tilted(*numbers(values))

    what = f"mass of ({lower}, {upper}) under {type(density).__name__}({', '.join(map(str, density.terms()))})"
    one_sided = (lower is -sympy.oo or upper is sympy.oo) and isinstance(density, Normal | Laplace)
    return Experiment(what, density.mass(lower, upper), draw, rare=rare if one_sided else None)


def both_sides(interval: Intervals) -> list[tuple[sympy.Expr, sympy.Expr]]:
    """An interval as (lower, upper); a half-line together with its complement."""
    if not interval:
        return []
    start, end = (cut.value for cut in interval.cuts)
    if start is -sympy.oo and end is not sympy.oo:
        return [(start, end), (end, sympy.oo)]
    if end is sympy.oo and start is not -sympy.oo:
        return [(start, end), (-sympy.oo, start)]
    return [(start, end)]


def _inside(x: Floats, start: float, end: float) -> Floats:
    return ((x > start) & (x < end)).astype(float)


def _tilted(density: Univariate, start: float, end: float) -> tuple[Callable[[int, Any], Any], tuple[float, float]]:
    """Half of the draws from the same law centred at the end of the half-line, weighted back."""
    mean, scale = (float(term) for term in density.terms())
    at = end if np.isinf(start) else start
    distance = abs(at - mean) / scale
    outward = (at > mean) == np.isinf(end)
    gain = np.exp(distance**2 / 2 if isinstance(density, Normal) else distance) if outward else 0.0
    centred: Univariate = replace(density, mean=sympy.Float(at)) if isinstance(density, Normal | Laplace) else density
    sample = defensive(
        lambda n, rng: density.sample(n, rng)[:, 0],
        lambda n, rng: centred.sample(n, rng)[:, 0],
        lambda x: log_density(density, [x], len(x)),
        lambda x: log_density(centred, [x], len(x)),
        value=lambda x: _inside(np.asarray(x), start, end),
    )
    return sample, defensive_bounds(float(gain))
