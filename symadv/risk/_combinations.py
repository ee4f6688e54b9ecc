r"""Exact signs of $c_0 + \sum_j n_j c_j$ for many rows of counts n: by floats with error bounds, else exactly."""

from collections.abc import Sequence

import numpy as np
import sympy
from numpy.typing import NDArray

from symadv.language.balls import bounds
from symadv.language.order import INFINITESIMAL, Undecided, sign

Counts = NDArray[np.int64]
Signs = NDArray[np.int8]

_ULP = 2.0**-52
_SMALL = 1e-30  # more than anything infinitely small


def signs(counts: Counts, numbers: Sequence[sympy.Expr], constant: sympy.Expr) -> Signs:
    """The sign of ``constant + counts @ numbers`` for each row of nonnegative counts (..., k), without rounding."""
    if any(n.free_symbols - {INFINITESIMAL} for n in (*numbers, constant)):
        return _one_by_one(counts, numbers, constant)
    shape, rows = counts.shape[:-1], counts.reshape(int(np.prod(counts.shape[:-1])), counts.shape[-1])
    low, high = np.array([_bounds(c) for c in numbers], dtype=float).reshape(-1, 2).T
    start, end = _bounds(constant)
    slack = (len(numbers) + 4) * _ULP * (rows @ np.maximum(abs(low), abs(high)) + max(abs(start), abs(end)))
    below, above = rows @ low + start - slack, rows @ high + end + slack
    result = (below > 0).astype(np.int8) - (above < 0).astype(np.int8)
    unsure = np.flatnonzero((below <= 0) & (above >= 0))
    if len(unsure):
        result[unsure] = _one_by_one(rows[unsure], numbers, constant)
    return np.asarray(result.reshape(shape))


def _one_by_one(counts: Counts, numbers: Sequence[sympy.Expr], constant: sympy.Expr) -> Signs:
    """The signs by exact arithmetic, once for equal rows."""
    kinds, back = np.unique(counts.reshape(-1, len(numbers)), axis=0, return_inverse=True)
    decided = np.array([_sign(kind, numbers, constant) for kind in kinds], dtype=np.int8)
    return np.asarray(decided[back.ravel()].reshape(counts.shape[:-1]))


def _bounds(number: sympy.Expr) -> tuple[float, float]:
    """Floats around a number that may have an infinitely small part."""
    low, high = bounds(number.xreplace({INFINITESIMAL: sympy.S.Zero}))
    return (low - _SMALL, high + _SMALL) if number.has(INFINITESIMAL) else (low, high)


def value(counts: Sequence[int], numbers: Sequence[sympy.Expr], constant: sympy.Expr) -> sympy.Expr:
    """The number itself, for one row."""
    return sympy.Add(constant, *(int(n) * c for n, c in zip(counts, numbers, strict=True) if n))


def _sign(counts: Sequence[int], numbers: Sequence[sympy.Expr], constant: sympy.Expr) -> int:
    number = value(counts, numbers, constant)
    result = sign(number)
    if result is None:
        raise Undecided(f"cannot decide the sign of {number}")
    return result
