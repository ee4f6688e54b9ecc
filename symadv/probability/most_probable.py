r"""How probable the most probable label is on points and grids: points with as many coordinates of each value together.

On $\{-1, 1\}^d$ with signs that agree with the label with probability p it is
$\sum_k \binom{d}{k} \max(\pi_1 p^k (1-p)^{d-k}, \pi_{-1} p^{d-k} (1-p)^k)$; where labels are equally probable, any of
them is right as often.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from math import comb, gcd, prod

import sympy

from symadv.geometry.product import Product
from symadv.language.derivations import Step
from symadv.language.errors import SymadvError
from symadv.language.order import order
from symadv.probability.categorical import Categorical
from symadv.probability.density import Weighted
from symadv.probability.support import Face
from symadv.probability.tallies import Tally, chance_of, require_few, taken_apart, tallies, ways

Block = tuple[int, tuple[Categorical, ...]]  # how many coordinates, and their laws in each term of the face


@dataclass(frozen=True)
class Kind:
    """Points of a face with the same joint probabilities: how many there are, and the probability of each label."""

    count: int
    joint: tuple[tuple[int, sympy.Expr], ...]

    @property
    def largest(self) -> sympy.Expr:
        """The largest joint probability, a maximum where parameters decide which one it is."""
        powers = [dict(value.as_powers_dict()) for _, value in self.joint]
        common = {x: min(own[x] for own in powers) for x in powers[0] if all(x in own for own in powers)}
        left: list[Powers] = []
        for own in powers:
            rest = {x: e - common.get(x, 0) for x, e in own.items() if e != common.get(x, 0)}
            if not any(_order(rest, known) in (-1, 0) for known in left):
                left = [*(known for known in left if _order(known, rest) not in (-1, 0)), rest]
        factors = [_multiplied(own) for own in left]
        return _multiplied(common) * (factors[0] if len(factors) == 1 else sympy.Max(*factors, evaluate=False))


Powers = dict[sympy.Expr, sympy.Expr]  # a product of positive numbers, by their exponents


def _multiplied(powers: Powers) -> sympy.Expr:
    return sympy.Mul(*(x**e for x, e in powers.items()))


def _order(a: Powers, b: Powers) -> int | None:
    """Which of two products is larger: of their roots, where all exponents have a common divisor."""
    exponents = [*a.values(), *b.values()]
    if not all(e.is_Integer for e in exponents):
        return order(_multiplied(a), _multiplied(b))
    divisor = max(1, gcd(*map(int, exponents)))
    return order(*(_multiplied({x: e / divisor for x, e in own.items()}) for own in (a, b)))


def is_finite(face: Face) -> bool:
    """Whether a face is a whole grid of finitely many points, and what has mass there is a law on this grid."""
    grid = isinstance(face.flat, Product) and face.flat.dim == 0 and not face.smaller
    return grid and all(stratum == face.flat for _, own in face.terms for _, _, stratum in own)


def kinds_on(face: Face) -> list[Kind]:
    """The kinds of points of a grid."""
    terms = [(y, prior * w.weight, w) for y, own in face.terms for prior, w, _ in own]
    blocks = _blocks(_grid(face), [w for _, _, w in terms])
    require_few(prod(comb(n + len(laws[0].values) - 1, n) for n, laws in blocks))
    return [
        Kind(prod(map(ways, chosen)), tuple(_joint([(y, share) for y, share, _ in terms], blocks, chosen).items()))
        for chosen in product(*(tallies(n, len(laws[0].values)) for n, laws in blocks))
    ]


def _grid(face: Face) -> Product:
    if not isinstance(face.flat, Product):
        raise SymadvError(f"got a face on {face.flat}, wanted a grid")
    return face.flat


def _blocks(grid: Product, given: Iterable[Weighted]) -> list[Block]:
    """The coordinates that have the same laws."""
    known = [taken_apart(w.density, grid)[0] for w in given]
    found: dict[tuple[Categorical, ...], int] = {}
    for i, _ in grid.values:
        laws = tuple(own[i] for own in known)
        found[laws] = found.get(laws, 0) + 1
    return [(n, laws) for laws, n in found.items()]


def _joint(
    terms: Iterable[tuple[int, sympy.Expr]], blocks: Iterable[Block], chosen: tuple[Tally, ...]
) -> dict[int, sympy.Expr]:
    """The joint probability of each label at one point with some tallies."""
    found: dict[int, sympy.Expr] = {}
    pairs = list(zip(blocks, chosen, strict=True))
    for k, (y, share) in enumerate(terms):
        value = sympy.Mul(share, *(chance_of(laws[k], tally) for (_, laws), tally in pairs))
        found[y] = found.get(y, sympy.S.Zero) + value
    return found


def normalised(face: Face, kinds: Sequence[Kind]) -> list[Step]:
    """That the probabilities of all points add up to what each label has on a grid: a check of how many there are."""
    steps = []
    for k, (y, own) in enumerate(face.terms):
        total = sympy.Add(*(kind.count * kind.joint[k][1] for kind in kinds), evaluate=False)
        mass = sympy.Add(*(prior * w.weight for prior, w, _ in own))
        steps.append(Step(total, "=", mass, f"the probabilities of all points with label {y} add up", begins=True))
    return steps


def by_largest(kinds: Iterable[Kind]) -> list[sympy.Expr]:
    """The largest joint probability of each kind times how many points have it, equal ones taken together."""
    found: dict[sympy.Expr, int] = {}
    for kind in kinds:
        found[kind.largest] = found.get(kind.largest, 0) + kind.count
    return [count * value for value, count in found.items()]
