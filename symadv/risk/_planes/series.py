"""Taylor series in ball arithmetic, and polynomials of a lower degree next to them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import flint
import numpy as np

from symadv.geometry.polygons import Floats
from symadv.risk._planes.graphs import DEGREE

BEYOND = 1 + 2.0**-7  # an offset curve is known for a little more than a part
ORDER = 40  # of Taylor polynomials, before their degree is made lower
_LONG = 64  # coefficients of polynomials of polynomials that are known


def economized(poly: Any, close: float) -> Floats | None:
    """The coefficients of a polynomial of a lower degree next to one on [-1, 1]; None if it is not so close."""
    terms = np.array([float(c.mid()) for c in poly.coeffs()])
    terms = np.pad(terms, (0, ORDER - len(terms)))
    if not np.isfinite(terms).all() or np.abs(terms[-3:]).max() > close / 4:
        return None
    first, back = _waves()
    waves = first @ terms[1:]
    if np.abs(waves[DEGREE + 1 :]).sum() > close / 2:
        return None
    found = back @ waves[: DEGREE + 1]
    found[0] += terms[0]
    found[np.abs(found) < 1e-40] = 0
    return np.asarray(found)


@lru_cache(maxsize=1)
def _waves() -> tuple[Floats, Floats]:
    """The powers of x but the constant by Chebyshev polynomials, and those of low degrees by powers, in columns."""
    unit, cheb = np.eye(ORDER), np.polynomial.chebyshev
    first = [np.pad(v := cheb.poly2cheb(unit[k, : k + 1]), (0, ORDER - len(v))) for k in range(1, ORDER)]
    back = [np.pad(v := cheb.cheb2poly(unit[k, : k + 1]), (0, DEGREE + 1 - len(v))) for k in range(DEGREE + 1)]
    return np.array(first, dtype=np.float64).T, np.array(back, dtype=np.float64).T


def composed(poly: Any, inner: Sequence[Any]) -> tuple[Any, Any]:
    """The first coefficients of a polynomial of another one, but for the constant of that, and a bound for the others:
    what is left where all coefficients are positive."""
    found = []
    with capped(_LONG):
        for own, other in ((poly.coeffs(), inner), ([abs(c) for c in poly.coeffs()], [abs(c) for c in inner])):
            found.append(all_of(flint.arb_series(own)(flint.arb_series([flint.arb(0), *other[1:]]))))
    most = size([flint.arb(0), *inner[1:]])
    return flint.arb_poly(found[0]), (size(poly.coeffs(), most) - size(found[1])).max(flint.arb(0))


def size(terms: Sequence[Any], most: Any = BEYOND) -> Any:
    """A bound for a polynomial."""
    return sum((abs(c) * flint.arb(most) ** k if k else abs(c) for k, c in enumerate(terms)), flint.arb(0))


def series(poly: Any) -> Any:
    """A polynomial as a series."""
    return flint.arb_series(poly.coeffs()[: flint.ctx.cap])


def all_of(series: Any) -> list[Any]:
    """The coefficients of a series, as many as the cap says."""
    found = series.coeffs()
    return [*found, *[flint.arb(0)] * (flint.ctx.cap - len(found))]


class capped:
    """Series of some length."""

    def __init__(self, length: int) -> None:
        self._length = length

    def __enter__(self) -> None:
        self._before, flint.ctx.cap = flint.ctx.cap, self._length

    def __exit__(self, *_: object) -> None:
        flint.ctx.cap = self._before
