"""Polynomials on intervals, many at once: what they are on a part of it, between which numbers they stay, where not."""

from fractions import Fraction
from functools import lru_cache
from math import comb

import numpy as np

from symadv.geometry.polygons import ULP, Floats, Ints

_FINE = 2.0**-50  # parts of [-1, 1]
_ROUNDS = 60


def on_part(terms: Floats, low: Floats, high: Floats) -> Floats:
    """The coefficients (n, k) of polynomials in y, where x runs from ``low`` to ``high`` as y does from -1 to 1."""
    centre, half = ((low + high) / 2)[:, None], ((high - low) / 2)[:, None]
    found = np.zeros_like(terms)
    for k in range(terms.shape[1] - 1, -1, -1):
        moved = found * centre
        moved[:, 1:] += found[:, :-1] * half
        found = moved
        found[:, 0] += terms[:, k]
    return found


def ranges(terms: Floats) -> tuple[Floats, Floats]:
    """Numbers between which polynomials stay on [-1, 1], by their Bernstein coefficients."""
    found = terms @ _bernstein(terms.shape[1])
    slack = 4 * terms.shape[1] * ULP * np.abs(terms).sum(axis=1)
    return found.min(axis=1) - slack, found.max(axis=1) + slack


@lru_cache(maxsize=64)
def _bernstein(length: int) -> Floats:
    """Row k: the Bernstein coefficients of y^k on [-1, 1]."""
    n = length - 1
    rows = []
    for k in range(length):
        powers = [Fraction(comb(k, i) * 2**i * (-1) ** (k - i)) for i in range(k + 1)]  # y = 2 u - 1
        rows.append(
            [
                sum((Fraction(comb(j, i), comb(n, i)) * powers[i] for i in range(min(j, k) + 1)), Fraction(0))
                for j in range(length)
            ]
        )
    return np.array(rows, dtype=np.float64)


def near_zero(terms: Floats, close: Floats) -> tuple[Ints, Floats]:
    """Parts (m, 2) of [-1, 1] outside of which polynomials (n, k) are more than ``close`` (n,) from 0, and whose they
    are, in order."""
    which, low, high = np.arange(len(terms)), np.full(len(terms), -1.0), np.full(len(terms), 1.0)
    found = [np.zeros((0, 3))]
    for _ in range(_ROUNDS):
        if not len(which):
            break
        least, most = ranges(on_part(terms[which], low, high))
        bound = close[which]
        near = ~((least > bound) | (most < -bound))
        done = near & (((least > -2 * bound) & (most < 2 * bound)) | (high - low < _FINE))
        found.append(np.column_stack([which, low, high])[done])
        rest = near & ~done
        which, low, high = which[rest], low[rest], high[rest]
        middle = (low + high) / 2
        which, low, high = np.tile(which, 2), np.concatenate([low, middle]), np.concatenate([middle, high])
    parts = np.concatenate(found)
    parts = parts[np.lexsort((parts[:, 1], parts[:, 0]))]
    if not len(parts):
        return np.zeros(0, dtype=np.int64), parts[:, 1:]
    fresh = np.concatenate([[True], (parts[1:, 0] != parts[:-1, 0]) | (parts[1:, 1] > parts[:-1, 2] + 4 * _FINE)])
    start = np.flatnonzero(fresh)
    last = np.concatenate([start[1:], [len(parts)]]) - 1
    return parts[start, 0].astype(np.int64), np.column_stack([parts[start, 1], parts[last, 2]])
