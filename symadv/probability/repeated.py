"""Independent, identically distributed features: a density whose formulas do not grow with their number."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from symadv.geometry.ends import Range
from symadv.language.aggregates import Head, statistic
from symadv.language.errors import SymadvError
from symadv.probability.categorical import Categorical
from symadv.probability.densities import Normal
from symadv.probability.density import Density, Floats, Univariate, Values, Weighted, Weights

MOST_VALUES = 3  # the sum and the sum of squares count them


@dataclass(frozen=True)
class Repeated(Density):
    r"""The law of ``count`` independent features that are $\mathcal N(\mu, \sigma^2)$ each, or Categorical.

    With $S = \sum_i x_i$ and $Q = \sum_i x_i^2$ its logarithm is $-(Q - 2\mu S + n\mu^2)/(2\sigma^2)$ and a constant;
    of features with two values it is affine in S, of those with three in S and Q.
    """

    factor: Normal | Categorical
    count: int

    def __post_init__(self) -> None:
        if not isinstance(self.factor, Normal | Categorical):
            got = type(self.factor).__name__
            raise SymadvError(
                f"Repeated: got a {got}, wanted a Normal or a Categorical; Independent takes any densities one by one"
            )
        if not isinstance(self.count, int) or isinstance(self.count, bool) or self.count < 1:
            raise SymadvError(f"Repeated: got the count {self.count!r}, wanted an int >= 1")
        if isinstance(self.factor, Categorical) and len(self.factor.values) > MOST_VALUES and self.count > 1:
            raise SymadvError(
                f"Repeated: got a Categorical with {len(self.factor.values)} values, wanted at most {MOST_VALUES}; "
                "Independent takes any densities one by one"
            )

    @property
    def dim(self) -> int:
        """The number of features."""
        return self.count

    @property
    def support(self) -> tuple[Range, ...]:
        """That of each feature, the same for all."""
        return self.factor.support * self.count

    @property
    def parts(self) -> tuple[Weighted, ...]:
        """Itself, or the law of the one feature."""
        return (Weighted(sympy.S.One, self.factor if self.count == 1 else self),)

    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The product of the densities, written with the sum and the sum of squares."""
        if self.count == 1:
            return self.factor.density(x)
        if isinstance(self.factor, Categorical):
            return self.factor.power(self._moments(x))
        scale = self.factor.std * sympy.sqrt(2 * sympy.pi)
        return sympy.exp(self._exponent(self.factor, x)) / scale**self.count

    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The sum of the log-densities, written with the sum and the sum of squares."""
        if self.count == 1:
            return self.factor.log_density(x)
        if isinstance(self.factor, Categorical):
            return self.factor.logarithm(self._moments(x))
        scale = sympy.log(self.factor.std) + sympy.log(2 * sympy.pi) / 2
        return self._exponent(self.factor, x) - self.count * scale

    def integral(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The product of the integrals over each feature (Fubini), which are equal."""
        return self.factor.integral(x[:1]) ** self.count

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, count)`` draws."""
        if isinstance(self.factor, Categorical):
            return self.factor.draws((n, self.count), rng)
        return rng.normal(float(self.factor.mean), float(self.factor.std), (n, self.count))

    def substitute(self, values: Values) -> "Repeated":
        """The law with values in place of parameters."""
        return Repeated(self.factor.substitute(values), self.count)

    @property
    def means(self) -> tuple[sympy.Expr, ...]:
        """The mean of each feature, the same for all."""
        return self.factor.means * self.count

    def combinations(self, weights: Sequence[Weights]) -> tuple[Univariate, ...] | None:
        r"""$\sum_i w_i x_i \sim \mathcal N(\mu \sum_i w_i, \sigma^2 \sum_i w_i^2)$."""
        if isinstance(self.factor, Categorical):
            return None
        mean, std = self.factor.mean, self.factor.std
        sums = [(_total(w, 1), _total(w, 2)) for w in weights]
        return tuple(Normal(mean * first, std * sympy.sqrt(second)) for first, second in sums)

    def terms(self) -> tuple[sympy.Expr, ...]:
        """The terms of the law of each feature."""
        return self.factor.terms()

    def _moments(self, x: Sequence[sympy.Expr]) -> list[sympy.Expr]:
        r"""$n$, $\sum_i x_i$ and, for three values, $\sum_i x_i^2$."""
        heads: tuple[Head, ...] = ("sum", "squares")
        return [sympy.Integer(self.count), *(statistic(head, x) for head in heads[: len(self.factor.support[0]) - 1])]

    def _exponent(self, law: Normal, x: Sequence[sympy.Expr]) -> sympy.Expr:
        squares, total = statistic("squares", x), statistic("sum", x)
        return -(squares - 2 * law.mean * total + self.count * law.mean**2) / (2 * law.std**2)


def _total(weights: Weights, power: int) -> sympy.Expr:
    """The sum of powers of weights, equal ones taken together."""
    return sympy.Add(*(count * w**power for w, count in Counter(weights.values()).items()))
