"""The named densities: an atom, the normal and the Laplace law, and products of independent coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import sympy

from symadv.geometry.ends import Range
from symadv.language.forms import expand_outside
from symadv.language.functions import LaplaceDensity, NormalDensity, Phi
from symadv.language.numbers import exact
from symadv.language.order import compare, sign
from symadv.probability.categorical import two_valued
from symadv.probability.density import Density, Floats, Univariate, Values, Weighted, Weights, positive


@dataclass(frozen=True)
class Atom(Density):
    """The unit mass on a point."""

    @property
    def dim(self) -> int:
        """Zero."""
        return 0

    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """1, the density with respect to the counting measure."""
        return sympy.S.One

    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """0."""
        return sympy.S.Zero

    def integral(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """1."""
        return sympy.S.One

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, 0)``: there is nothing to draw."""
        return np.empty((n, 0))

    def substitute(self, values: Values) -> "Atom":
        """Itself."""
        return self

    def terms(self) -> tuple[sympy.Expr, ...]:
        """None."""
        return ()


@dataclass(frozen=True)
class Normal(Univariate):
    r"""The normal law $\mathcal N(\mu, \sigma^2)$ by its mean and its standard deviation, as in scipy and torch."""

    mean: Any
    std: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", exact(self.mean))
        object.__setattr__(self, "std", positive(self.std, "standard deviation of a Normal"))

    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\mathcal N(x; \mu, \sigma^2)$."""
        return NormalDensity(x[0], self.mean, self.std)

    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$-(x-\mu)^2/(2\sigma^2) - \log\sigma - \tfrac12\log 2\pi$."""
        return NormalDensity(x[0], self.mean, self.std).logarithm()

    def cdf(self, x: sympy.Expr) -> sympy.Expr:
        r"""$\Phi((x-\mu)/\sigma)$."""
        return Phi(expand_outside((x - self.mean) / self.std)) if x.is_finite is not False else Phi(x)

    def survival(self, x: sympy.Expr) -> sympy.Expr:
        r"""$\Phi((\mu-x)/\sigma)$."""
        return Phi(expand_outside((self.mean - x) / self.std)) if x.is_finite is not False else Phi(-x)

    def integrated_cdf(self, x: sympy.Expr) -> sympy.Expr:
        r"""$\sigma\,(z\,\Phi(z) + \varphi(z))$ with $z = (x-\mu)/\sigma$."""
        if x is -sympy.oo:
            return sympy.S.Zero
        z = expand_outside((x - self.mean) / self.std)
        return self.std * (z * Phi(z) + sympy.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi))

    def integrated_survival(self, x: sympy.Expr) -> sympy.Expr:
        """The integral of the cdf of the mirror image."""
        return Normal(-self.mean, self.std).integrated_cdf(-x)

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, 1)`` draws."""
        return rng.normal(float(self.mean), float(self.std), (n, 1))

    @property
    def means(self) -> tuple[sympy.Expr, ...]:
        """The mean."""
        return (self.mean,)

    def scaled(self, factor: sympy.Expr) -> "Normal":
        """The law of a nonzero multiple."""
        return Normal(factor * self.mean, sympy.Abs(factor) * self.std)

    def shifted(self, offset: sympy.Expr) -> "Normal":
        """The law of the variable plus a constant."""
        return Normal(self.mean + offset, self.std)

    def substitute(self, values: Values) -> "Normal":
        """The law with values in place of parameters."""
        return Normal(self.mean.xreplace(dict(values)), self.std.xreplace(dict(values)))

    def terms(self) -> tuple[sympy.Expr, ...]:
        """Mean and standard deviation."""
        return (self.mean, self.std)


@dataclass(frozen=True)
class Laplace(Univariate):
    r"""The Laplace law with density $\exp(-|x-\mu|/b)/(2b)$ by its mean and its scale b."""

    mean: Any
    scale: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", exact(self.mean))
        object.__setattr__(self, "scale", positive(self.scale, "scale of a Laplace"))

    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\mathrm{Laplace}(x; \mu, b)$."""
        return LaplaceDensity(x[0], self.mean, self.scale)

    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$-|x-\mu|/b - \log 2b$."""
        return LaplaceDensity(x[0], self.mean, self.scale).logarithm()

    def cdf(self, x: sympy.Expr) -> sympy.Expr:
        r"""$\tfrac12 e^{-|z|}$ below the mean, $1 - \tfrac12 e^{-|z|}$ above, with $z = (x-\mu)/b$."""
        if x in (sympy.oo, -sympy.oo):
            return sympy.S.One if x is sympy.oo else sympy.S.Zero
        z = expand_outside((x - self.mean) / self.scale)
        below, above = sympy.exp(z) / 2, 1 - sympy.exp(-z) / 2
        side = sign(z)
        if side is not None:
            return below if side < 0 else above
        return sympy.Piecewise((below, z < 0), (above, True))

    def survival(self, x: sympy.Expr) -> sympy.Expr:
        """The cdf of the mirror image."""
        return Laplace(-self.mean, self.scale).cdf(-x)

    def integrated_cdf(self, x: sympy.Expr) -> sympy.Expr:
        r"""$\tfrac b2 e^{-|z|}$ below the mean, $b\,(z + \tfrac12 e^{-|z|})$ above, with $z = (x-\mu)/b$."""
        if x is -sympy.oo:
            return sympy.S.Zero
        z = expand_outside((x - self.mean) / self.scale)
        below, above = sympy.exp(z) / 2, z + sympy.exp(-z) / 2
        return self.scale * (below if compare(z, sympy.S.Zero) < 0 else above)

    def integrated_survival(self, x: sympy.Expr) -> sympy.Expr:
        """The integral of the cdf of the mirror image."""
        return Laplace(-self.mean, self.scale).integrated_cdf(-x)

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, 1)`` draws."""
        return rng.laplace(float(self.mean), float(self.scale), (n, 1))

    @property
    def means(self) -> tuple[sympy.Expr, ...]:
        """The mean."""
        return (self.mean,)

    def scaled(self, factor: sympy.Expr) -> "Laplace":
        """The law of a nonzero multiple."""
        return Laplace(factor * self.mean, sympy.Abs(factor) * self.scale)

    def shifted(self, offset: sympy.Expr) -> "Laplace":
        """The law of the variable plus a constant."""
        return Laplace(self.mean + offset, self.scale)

    def substitute(self, values: Values) -> "Laplace":
        """The law with values in place of parameters."""
        return Laplace(self.mean.xreplace(dict(values)), self.scale.xreplace(dict(values)))

    def terms(self) -> tuple[sympy.Expr, ...]:
        """Mean and scale."""
        return (self.mean, self.scale)


@dataclass(frozen=True, init=False)
class Independent(Density):
    """The product of densities of independent coordinates, in their order."""

    factors: tuple[Density, ...]

    def __init__(self, *factors: Density) -> None:
        object.__setattr__(self, "factors", factors)

    @property
    def dim(self) -> int:
        """The sum of the factors' dimensions."""
        return sum(f.dim for f in self.factors)

    @property
    def support(self) -> tuple[Range, ...]:
        """The intervals of the factors."""
        return tuple(interval for f in self.factors for interval in f.support)

    @property
    def parts(self) -> tuple[Weighted, ...]:
        """The products of the factors' parts."""
        choices = product(*(f.parts for f in self.factors))
        return tuple(
            Weighted(sympy.Mul(*(w.weight for w in choice)), Independent(*(w.density for w in choice)))
            for choice in choices
        )

    def _blocks(self, x: Sequence[sympy.Expr]) -> list[tuple[Density, Sequence[sympy.Expr]]]:
        blocks, start = [], 0
        for factor in self.factors:
            blocks.append((factor, x[start : start + factor.dim]))
            start += factor.dim
        return blocks

    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The product of the densities."""
        exponent, rest = two_valued(self._blocks(x))
        return sympy.Mul(sympy.exp(exponent), *(f.density(block) for f, block in rest))

    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The sum of the log-densities."""
        total, rest = two_valued(self._blocks(x))
        return sympy.Add(total, *(f.log_density(block) for f, block in rest))

    def integral(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The product of the factors' integrals (Fubini)."""
        return sympy.Mul(*(f.integral(block) for f, block in self._blocks(x)))

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, dim)`` draws."""
        return np.hstack([np.empty((n, 0)), *(f.sample(n, rng) for f in self.factors)])

    def substitute(self, values: Values) -> "Independent":
        """The law with values in place of parameters."""
        return Independent(*(f.substitute(values) for f in self.factors))

    @property
    def means(self) -> tuple[sympy.Expr | None, ...]:
        """The means of the factors."""
        return tuple(mean for f in self.factors for mean in f.means)

    def combinations(self, weights: Sequence[Weights]) -> tuple[Univariate, ...] | None:
        """The laws of sums of independent coordinates: any one coordinate, or normal ones."""
        laws = [self._combination(w) for w in weights]
        return None if None in laws else tuple(law for law in laws if law is not None)

    def _combination(self, weights: Weights) -> Univariate | None:
        found, start = list[Univariate](), 0
        for factor in self.factors:
            own = {i - start: w for i, w in weights.items() if start <= i < start + factor.dim}
            start += factor.dim
            laws = factor.combinations([own]) if own else ()
            if laws is None:
                return None
            found += laws
        return sum_of(found)

    def terms(self) -> tuple[sympy.Expr, ...]:
        """The parameters of the factors."""
        return tuple(term for f in self.factors for term in f.terms())


def sum_of(laws: Sequence[Univariate]) -> Univariate | None:
    """The law of a sum of independent variables: of one alone, or of normal ones."""
    normal = [law for law in laws if isinstance(law, Normal)]
    if len(laws) == 1:
        return laws[0]
    if len(normal) < len(laws) or not laws:
        return None
    return Normal(sympy.Add(*(n.mean for n in normal)), sympy.sqrt(sympy.Add(*(n.std**2 for n in normal))))
