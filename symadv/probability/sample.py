"""Draws from a distribution whose parameters are numbers."""

from typing import Any

import numpy as np

from symadv.language.errors import SymadvError
from symadv.probability.distribution import Distribution


def sample(d: Distribution, n: int, *, rng: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """``n`` independent points: x ``(n, d)`` float64, y ``(n,)`` labels; ``rng`` is a numpy Generator or a seed."""
    d.require_numbers("sampling")
    if not isinstance(n, int | np.integer) or n < 0:
        raise SymadvError(f"got n = {n!r}, wanted a number of samples, an int >= 0")
    rng = np.random.default_rng(rng)
    y = rng.choice(np.array(d.labels), size=n, p=_probabilities([value for _, value in d.prior]))
    x = np.empty((n, len(d.features)))
    for label in d.labels:
        rows = np.flatnonzero(y == label)
        parts = [(c.stratum, w) for c in d.components for known, w in c.densities if known == label]
        which = rng.choice(len(parts), size=len(rows), p=_probabilities([w.weight for _, w in parts]))
        for k, (stratum, w) in enumerate(parts):
            here = rows[which == k]
            x[here] = stratum.embed(w.density.sample(len(here), rng))
    return x, y


def _probabilities(values: list[Any]) -> np.ndarray[Any, Any]:
    floats = np.array([float(value) for value in values])
    return floats / floats.sum()
