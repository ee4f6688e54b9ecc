"""How many of some independent coordinates have each of their values: all possibilities, and their law."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import reduce
from math import factorial, prod

import numpy as np
import sympy
from numpy.typing import NDArray

from symadv.language.errors import SymadvError
from symadv.probability.categorical import Categorical
from symadv.risk.sums import LARGEST

Tally = tuple[int, ...]


def tallies(n: int, kinds: int) -> list[Tally]:
    """All ways in which n coordinates are shared out among some kinds."""
    return list(_shared(n, kinds))


def _shared(n: int, kinds: int) -> Iterator[Tally]:
    if kinds == 1:
        yield (n,)
        return
    for first in range(n + 1):
        for rest in _shared(n - first, kinds - 1):
            yield (first, *rest)


def law_of(laws: Iterable[Categorical]) -> dict[Tally, sympy.Expr]:
    """The probability of each tally of independent coordinates with these laws, which have the same values."""
    return reduce(_convolved, (_multinomial(law, n) for law, n in Counter(laws).items()))


def _multinomial(law: Categorical, n: int) -> dict[Tally, sympy.Expr]:
    chances = law.probabilities
    return {
        tally: factorial(n) // prod(map(factorial, tally)) * sympy.Mul(*(p**k for p, k in zip(chances, tally)))
        for tally in tallies(n, len(chances))
    }


def _convolved(a: dict[Tally, sympy.Expr], b: dict[Tally, sympy.Expr]) -> dict[Tally, sympy.Expr]:
    require_few(len(a) * len(b) // max(1, min(len(a), len(b))))
    found: dict[Tally, sympy.Expr] = {}
    for s, p in a.items():
        for t, q in b.items():
            both = tuple(i + j for i, j in zip(s, t, strict=True))
            found[both] = found.get(both, sympy.S.Zero) + p * q
    return found


def matched(clean: Tally | NDArray[np.int64], moved: Tally | NDArray[np.int64]) -> NDArray[np.int64]:
    """How many go from each value to each place when both are matched in ascending order, for arrays of tallies.

    The shape of the result is (number of clean tallies, number of moved ones, values, places).
    """
    here, there = (np.cumsum(np.pad(np.asarray(t), ((0, 0), (1, 0))), axis=1) for t in (clean, moved))
    end = np.minimum(here[:, None, 1:, None], there[None, :, None, 1:])
    start = np.maximum(here[:, None, :-1, None], there[None, :, None, :-1])
    return np.maximum(end - start, 0)


def require_few(count: int) -> None:
    """Refuse more possibilities than can be looked at one by one."""
    if count > LARGEST:
        raise SymadvError(
            f"exact risk needs coordinates with values that are alike, with at most {LARGEST} ways of having these, "
            f"got {count}"
        )
