"""Features that take finitely many values, such as random signs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from symadv.geometry.ends import Values, values_of
from symadv.language.aggregates import weighted_sum
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.order import sign
from symadv.probability.density import Density, Floats, positive
from symadv.probability.density import Values as Numbers

Exprs = tuple[sympy.Expr, ...]

_WRITTEN_OUT = 3  # features whose probabilities are multiplied one by one


@dataclass(frozen=True, init=False)
class Categorical(Density):
    r"""The law of one feature with $\Pr[x = v_j] = p_j$, written ``Categorical({-1: "1/4", 1: "3/4"})``.

    It is a density on a coordinate of a ``Product`` with these values.  With $L_j$ the polynomial that is 1 at $v_j$
    and 0 at the other values, its logarithm is $\sum_j L_j(x) \log p_j$: for two values, affine in x.
    """

    values: Values
    probabilities: Exprs

    def __init__(self, probabilities: Any) -> None:
        pairs = list(probabilities.items() if isinstance(probabilities, Mapping) else probabilities)
        chances = {exact(v): positive(chance, f"probability of {v}") for v, chance in pairs}
        if len(chances) < len(pairs):
            raise SymadvError(f"Categorical: got {probabilities}, wanted each value once")
        total = sympy.Add(*chances.values())
        if sign(total - 1) != 0:
            raise SymadvError(f"Categorical: the probabilities sum to {sympy.factor(total)}, wanted 1")
        values = values_of(chances)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "probabilities", tuple(chances[v] for v in values))

    @property
    def dim(self) -> int:
        """One."""
        return 1

    @property
    def support(self) -> tuple[Values]:
        """The values."""
        return (self.values,)

    @property
    def means(self) -> Exprs:
        """The mean."""
        return (sympy.Add(*(v * chance for v, chance in zip(self.values, self.probabilities, strict=True))),)

    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\prod_j p_j^{L_j(x)}$, which is the probability of x at each of the values."""
        return self.power(_powers(x[0], len(self.values)))

    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\sum_j L_j(x) \log p_j$, by powers of x."""
        return self.logarithm(_powers(x[0], len(self.values)))

    def power(self, moments: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\prod_j p_j^{n_j}$ with the counts $n_j = \sum_i L_j(x_i)$ from the moments $\sum_i x_i^k$."""
        return sympy.Mul(*(sympy.Pow(p, n) for p, n in zip(self.probabilities, self._counts(moments), strict=True)))

    def logarithm(self, moments: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\sum_j n_j \log p_j$, by moments."""
        return sympy.Add(*(c * m for c, m in zip(self.coefficients, moments, strict=True)))

    @property
    def coefficients(self) -> Exprs:
        """What the moments are multiplied with, the number of features first."""
        rows = [_lagrange(self.values, j) for j in range(len(self.values))]
        logs = [sympy.log(p) for p in self.probabilities]
        return tuple(sympy.Add(*(row[k] * log for row, log in zip(rows, logs, strict=True))) for k in range(len(rows)))

    def _counts(self, moments: Sequence[sympy.Expr]) -> Exprs:
        rows = (_lagrange(self.values, j) for j in range(len(self.values)))
        return tuple(sympy.Add(*(c * m for c, m in zip(row, moments, strict=True))) for row in rows)

    def integral(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The sum of the probabilities, not evaluated."""
        return sympy.Add(*(self.density([v]) for v in self.values), evaluate=False)

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, 1)`` draws."""
        return self.draws((n, 1), rng)

    def draws(self, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
        """Independent draws in an array of some shape."""
        values = np.array([float(v) for v in self.values])
        ends = np.cumsum([float(p) for p in self.probabilities])[:-1]
        drawn: Floats = values[np.searchsorted(ends, rng.random(shape), side="right")]
        return drawn

    def substitute(self, values: Numbers) -> "Categorical":
        """The law with values in place of parameters."""
        table = dict(values)
        pairs = zip(self.values, self.probabilities, strict=True)
        return Categorical([(v.xreplace(table), p.xreplace(table)) for v, p in pairs])

    def terms(self) -> Exprs:
        """The values, then their probabilities."""
        return (*self.values, *self.probabilities)


Block = tuple[Density, Sequence[sympy.Expr]]  # a factor of a product with its coordinates


def two_valued(blocks: Sequence[Block]) -> tuple[sympy.Expr, list[Block]]:
    r"""The log-density of features with two values, $c + \sum_i w_i x_i$, if these are many, and the other factors."""
    signs = [(f, x[0]) for f, x in blocks if isinstance(f, Categorical) and len(f.values) == 2 and x[0].is_Symbol]
    if len(signs) <= _WRITTEN_OUT:
        return sympy.S.Zero, list(blocks)
    constants, weights = Counter[sympy.Expr](), dict[sympy.Symbol, sympy.Expr]()
    known: dict[Density, Exprs] = {}
    for factor, x in signs:
        constant, weights[x] = known.setdefault(factor, factor.coefficients)
        constants[constant] += 1
    total = sympy.Add(*(count * constant for constant, count in constants.items()), weighted_sum(weights))
    return total, [(f, x) for f, x in blocks if x[0] not in weights]


def _powers(x: sympy.Expr, count: int) -> Exprs:
    return tuple(x**k for k in range(count))


def _lagrange(values: Sequence[sympy.Expr], j: int) -> Exprs:
    """The coefficients, from the constant one on, of the polynomial that is 1 at a value and 0 at the others."""
    row, scale = [sympy.S.One], sympy.S.One
    for k, v in enumerate(values):
        if k != j:
            row = [a - v * b for a, b in zip([sympy.S.Zero, *row], [*row, sympy.S.Zero], strict=True)]
            scale *= values[j] - v
    return tuple(a / scale for a in row)
