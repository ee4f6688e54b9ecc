"""What a density on the free coordinates of a stratum answers, and its weight."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from symadv.geometry.ends import LINE, Range
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.order import sign

Values = Mapping[sympy.Symbol, sympy.Expr]
Weights = Mapping[int, sympy.Expr]  # by the index of a coordinate; the others have weight 0
Floats = np.ndarray[Any, np.dtype[np.float64]]


class Density(ABC):
    """A probability density with respect to Lebesgue measure on ``dim`` free coordinates."""

    @property
    @abstractmethod
    def dim(self) -> int:
        """The number of coordinates it is a density of."""

    @abstractmethod
    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The density at a point, by name."""

    @abstractmethod
    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The logarithm of the density at a point, written out as a sum."""

    @abstractmethod
    def integral(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The integral over all coordinates, unevaluated: one over the support for each of them."""

    @abstractmethod
    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, dim)`` independent draws; its parameters must be numbers."""

    @abstractmethod
    def substitute(self, values: Values) -> "Density":
        """The density with values in place of parameters."""

    @abstractmethod
    def terms(self) -> tuple[sympy.Expr, ...]:
        """Its parameters' expressions, in the order of the constructor."""

    @property
    def means(self) -> tuple[sympy.Expr | None, ...]:
        """The mean of each coordinate; None where it is not told."""
        return (None,) * self.dim

    def combinations(self, weights: Sequence[Weights]) -> "tuple[Univariate, ...] | None":
        r"""The laws of some $\sum_i w_i x_i$ of disjoint coordinates, if known and independent; else None."""
        return None

    @property
    def support(self) -> tuple[Range, ...]:
        """For each coordinate the ends of the interval, or the values, on which the density is positive."""
        return (LINE,) * self.dim

    def on(self, stratum: Stratum) -> "Density":
        """The density on a stratum: one that leaves its place open takes it from there."""
        return self

    @property
    def parts(self) -> tuple["Weighted", ...]:
        """The weighted densities, without mixtures in them, that add up to this one."""
        return (Weighted(sympy.S.One, self),)

    def __rmul__(self, weight: Any) -> "Weighted":
        return Weighted(exact(weight), self)

    __mul__ = __rmul__


class Univariate(Density):
    """A density on one free coordinate that has a closed-form cumulative distribution function."""

    @property
    def dim(self) -> int:
        """One."""
        return 1

    def integral(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The integral over the support, unevaluated."""
        return sympy.Integral(self.density(x), (x[0], *self.support[0]))

    @abstractmethod
    def substitute(self, values: Values) -> "Univariate":
        """The density with values in place of parameters."""

    @abstractmethod
    def cdf(self, x: sympy.Expr) -> sympy.Expr:
        """The probability of values at most x, accurate in the lower tail."""

    @abstractmethod
    def survival(self, x: sympy.Expr) -> sympy.Expr:
        """The probability of values greater than x, accurate in the upper tail."""

    def integrated_cdf(self, x: sympy.Expr) -> sympy.Expr:
        r"""$\int_{-\infty}^x F(t)\,dt$; refused where no closed form is known."""
        raise SymadvError(f"no closed form of the integral of the cdf of {self}")

    def integrated_survival(self, x: sympy.Expr) -> sympy.Expr:
        r"""$\int_x^\infty (1 - F(t))\,dt$; refused where no closed form is known."""
        raise SymadvError(f"no closed form of the integral of the cdf of {self}")

    def scaled(self, factor: sympy.Expr) -> "Univariate | None":
        """The law of a nonzero multiple, if known."""
        return self if factor == 1 else None

    def shifted(self, offset: sympy.Expr) -> "Univariate | None":
        """The law of the variable plus a constant, if known."""
        return self if offset == 0 else None

    def combinations(self, weights: Sequence[Weights]) -> "tuple[Univariate, ...] | None":
        """The laws of some multiples of the coordinate, of which there can be at most one."""
        laws = [self.scaled(w[0]) for w in weights]
        return None if None in laws else tuple(law for law in laws if law is not None)

    def mass(self, lower: sympy.Expr, upper: sympy.Expr) -> sympy.Expr:
        """The probability of an interval (open or closed: its ends have no mass)."""
        if lower is -sympy.oo:
            return self.cdf(upper)
        if upper is sympy.oo:
            return self.survival(lower)
        return self.cdf(upper) - self.cdf(lower)


@dataclass(frozen=True)
class Weighted:
    """A density times a weight: the part of a label's law that lies on one stratum."""

    weight: sympy.Expr
    density: Density

    def __rmul__(self, factor: Any) -> "Weighted":
        return Weighted(exact(factor) * self.weight, self.density)

    __mul__ = __rmul__


def positive(value: Any, what: str) -> sympy.Expr:
    """The exact number, if it is proved to be positive on the domains of its parameters; else refused."""
    number = exact(value)
    if sign(number) != 1:
        raise SymadvError(
            f"got {value} as the {what}, wanted a number or expression that is positive on the parameters' domains"
        )
    return number
