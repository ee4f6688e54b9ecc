"""How many of some independent coordinates have each of their values: all possibilities, and their law."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import reduce
from math import factorial, prod

import sympy

from symadv.geometry.product import Product
from symadv.language.errors import SymadvError
from symadv.probability.categorical import Categorical
from symadv.probability.densities import Atom, Independent
from symadv.probability.density import Density
from symadv.probability.repeated import Repeated

Tally = tuple[int, ...]

LARGEST = 2048  # combinations of tallies, or sums


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


def ways(tally: Tally) -> int:
    """How many points have a tally."""
    return factorial(sum(tally)) // prod(map(factorial, tally))


def law_of(laws: Iterable[Categorical]) -> dict[Tally, sympy.Expr]:
    """The probability of each tally of independent coordinates with these laws, which have the same values."""
    return reduce(_convolved, (_multinomial(law, n) for law, n in Counter(laws).items()))


def _multinomial(law: Categorical, n: int) -> dict[Tally, sympy.Expr]:
    return {tally: ways(tally) * chance_of(law, tally) for tally in tallies(n, len(law.values))}


def chance_of(law: Categorical, tally: Tally) -> sympy.Expr:
    """The probability of one point with a tally."""
    return sympy.Mul(*(p**k for p, k in zip(law.probabilities, tally, strict=True)))


def _convolved(a: dict[Tally, sympy.Expr], b: dict[Tally, sympy.Expr]) -> dict[Tally, sympy.Expr]:
    found: dict[Tally, sympy.Expr] = {}
    for s, p in a.items():
        for t, q in b.items():
            both = tuple(i + j for i, j in zip(s, t, strict=True))
            found[both] = found.get(both, sympy.S.Zero) + p * q
    return found


def require_few(count: int) -> None:
    """Refuse more possibilities than can be looked at one by one."""
    if count > LARGEST:
        raise SymadvError(
            f"got coordinates with {count} combinations of how many have each value, wanted at most {LARGEST}: "
            "more of them alike"
        )


def taken_apart(density: Density, stratum: Product) -> tuple[dict[int, Categorical], Density]:
    """The laws of the coordinates with values, and the density of the others."""
    laws, rest, free = dict[int, Categorical](), list[Density](), iter(stratum.flat.free)
    for factor in _factors(density):
        own = [next(free) for _ in range(factor.dim)]
        law = factor.factor if isinstance(factor, Repeated) else factor
        if isinstance(law, Categorical):
            laws |= dict.fromkeys(own, law)
        else:
            rest.append(factor)
    if set(laws) != {i for i, _ in stratum.values}:
        raise SymadvError(f"wanted a Categorical law for each coordinate with values, got {density}")
    return laws, Atom() if not rest else rest[0] if len(rest) == 1 else Independent(*rest)


def _factors(density: Density) -> Iterator[Density]:
    if not isinstance(density, Independent):
        yield density
        return
    for factor in density.factors:
        yield from _factors(factor)
