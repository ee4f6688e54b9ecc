"""Densities that are positive on an interval only: uniform and exponential ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
import sympy

from symadv.geometry.ends import Interval, Range
from symadv.geometry.ends import Values as Choice
from symadv.geometry.spheres import Sphere
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.forms import expand_outside
from symadv.language.functions import ExponentialDensity, UniformDensity
from symadv.language.numbers import exact
from symadv.language.order import compare, sign
from symadv.probability.categorical import Categorical
from symadv.probability.densities import Atom, Independent
from symadv.probability.density import Density, Floats, Univariate, Values, positive
from symadv.probability.on_strata import UniformOn
from symadv.probability.repeated import MOST_VALUES, Repeated


@dataclass(frozen=True)
class Uniform(Univariate):
    """The uniform law on an interval; ``Uniform()`` is that on the whole stratum it is used on, a bounded one."""

    lower: Any = None
    upper: Any = None

    def __post_init__(self) -> None:
        if (self.lower is None) != (self.upper is None):
            raise SymadvError("Uniform: got one end, wanted two, Uniform(a, b), or none for all of a bounded stratum")
        if self.lower is None:
            return
        object.__setattr__(self, "lower", exact(self.lower))
        object.__setattr__(self, "upper", exact(self.upper))
        if sign(self.upper - self.lower) != 1:
            raise SymadvError(
                f"got the ends {self.lower} and {self.upper} of a Uniform, wanted the smaller one first, "
                "proved from the parameters' domains"
            )

    @property
    def support(self) -> tuple[Interval, ...]:
        """The interval."""
        return ((self.lower, self.upper),)

    @property
    def mean(self) -> sympy.Expr:
        """The middle."""
        return (self.lower + self.upper) / 2

    def on(self, stratum: Stratum) -> Density:
        """The uniform law on all of a stratum, if no ends were given."""
        return stratum_law(stratum) if self.lower is None else self

    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\mathrm{Uniform}(x; a, b)$."""
        return UniformDensity(x[0], self.lower, self.upper)

    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$-\log(b - a)$."""
        return UniformDensity(x[0], self.lower, self.upper).logarithm()

    def cdf(self, x: sympy.Expr) -> sympy.Expr:
        r"""$(x-a)/(b-a)$ on the interval."""
        return inside((x - self.lower) / (self.upper - self.lower), x, self.lower, self.upper)

    def survival(self, x: sympy.Expr) -> sympy.Expr:
        r"""$(b-x)/(b-a)$ on the interval."""
        return inside((self.upper - x) / (self.upper - self.lower), -x, -self.upper, -self.lower)

    def integrated_cdf(self, x: sympy.Expr) -> sympy.Expr:
        r"""$\tfrac{(x-a)^2}{2(b-a)}$ on the interval, $x - \tfrac{a+b}2$ beyond it."""
        if x is -sympy.oo or compare(x, self.lower) <= 0:
            return sympy.S.Zero
        if compare(x, self.upper) >= 0:
            return x - (self.lower + self.upper) / 2
        return (x - self.lower) ** 2 / (2 * (self.upper - self.lower))

    def integrated_survival(self, x: sympy.Expr) -> sympy.Expr:
        """The integral of the cdf of the mirror image."""
        return Uniform(-self.upper, -self.lower).integrated_cdf(-x)

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, 1)`` draws."""
        return rng.uniform(float(self.lower), float(self.upper), (n, 1))

    def substitute(self, values: Values) -> "Uniform":
        """The law with values in place of parameters."""
        return Uniform(self.lower.xreplace(dict(values)), self.upper.xreplace(dict(values)))

    def terms(self) -> tuple[sympy.Expr, ...]:
        """The ends."""
        return (self.lower, self.upper)


@dataclass(frozen=True)
class Exponential(Univariate):
    r"""The law with density $\lambda e^{-\lambda t}$ of the distance t from a start, by its rate.

    The start is that of the ray it is used on, or 0; ``direction=-1`` is for distances to the left.
    """

    rate: Any
    start: Any = None
    direction: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate", positive(self.rate, "rate of an Exponential"))
        if self.start is not None:
            object.__setattr__(self, "start", exact(self.start))
        if self.direction not in (-1, 1):
            raise SymadvError(f"got the direction {self.direction!r} of an Exponential, wanted 1 or -1")

    @property
    def support(self) -> tuple[Interval, ...]:
        """The half-line."""
        return ((self.start, sympy.oo),) if self.direction > 0 else ((-sympy.oo, self.start),)

    @property
    def mean(self) -> sympy.Expr:
        r"""$1/\lambda$ away from the start."""
        return self.start + self.direction / self.rate

    def on(self, stratum: Stratum) -> "Exponential":
        """The law of the distance from the start of a ray, if no start was given."""
        if self.start is not None:
            return self
        lower, upper = stratum.bounds[0] if stratum.dim == 1 else (-sympy.oo, sympy.oo)
        if lower is -sympy.oo and upper is not sympy.oo:
            return replace(self, start=upper, direction=-1)
        return replace(self, start=sympy.S.Zero if lower is -sympy.oo else lower)

    def _distance(self, x: sympy.Expr) -> sympy.Expr:
        return expand_outside(self.direction * (x - self.start))

    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\mathrm{Exponential}(t; \lambda)$."""
        return ExponentialDensity(self._distance(x[0]), self.rate)

    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\log\lambda - \lambda t$."""
        return ExponentialDensity(self._distance(x[0]), self.rate).logarithm()

    def cdf(self, x: sympy.Expr) -> sympy.Expr:
        r"""$1 - e^{-\lambda t}$ for distances to the right, $e^{-\lambda t}$ for those to the left."""
        return self._within(x) if self.direction > 0 else self._beyond(x)

    def survival(self, x: sympy.Expr) -> sympy.Expr:
        """The mirror image of the cdf."""
        return self._beyond(x) if self.direction > 0 else self._within(x)

    def integrated_cdf(self, x: sympy.Expr) -> sympy.Expr:
        r"""$t - (1 - e^{-\lambda t})/\lambda$ for distances to the right, $e^{-\lambda t}/\lambda$ for others."""
        if x is -sympy.oo:
            return sympy.S.Zero
        t = self._distance(x)
        inside = compare(t, sympy.S.Zero) > 0
        if self.direction > 0:
            return t - (1 - sympy.exp(-self.rate * t)) / self.rate if inside else sympy.S.Zero
        return sympy.exp(-self.rate * t) / self.rate if inside else 1 / self.rate - t

    def integrated_survival(self, x: sympy.Expr) -> sympy.Expr:
        """The integral of the cdf of the mirror image."""
        return Exponential(self.rate, -self.start, -self.direction).integrated_cdf(-x)

    def _beyond(self, x: sympy.Expr) -> sympy.Expr:
        """The probability of distances larger than that of x."""
        if x in (sympy.oo, -sympy.oo):
            return sympy.S.Zero if (x is sympy.oo) == (self.direction > 0) else sympy.S.One
        t = self._distance(x)
        side, tail = sign(t), sympy.exp(-self.rate * t)
        if side is not None:
            return tail if side > 0 else sympy.S.One
        return sympy.Piecewise((1, t < 0), (tail, True))

    def _within(self, x: sympy.Expr) -> sympy.Expr:
        return 1 - self._beyond(x)

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, 1)`` draws."""
        return float(self.start) + self.direction * rng.exponential(1 / float(self.rate), (n, 1))

    def substitute(self, values: Values) -> "Exponential":
        """The law with values in place of parameters."""
        return replace(self, rate=self.rate.xreplace(dict(values)), start=self.start.xreplace(dict(values)))

    def terms(self) -> tuple[sympy.Expr, ...]:
        """Rate and start."""
        return (self.rate, self.start)


def stratum_law(stratum: Stratum) -> Density:
    """The uniform law on a bounded stratum."""
    if isinstance(stratum, Sphere):
        return UniformOn(stratum)
    if any(end in (sympy.oo, -sympy.oo) for own in stratum.bounds for end in own):
        raise SymadvError(f"Uniform(): got {stratum}, which is not bounded; wanted a Segment or Uniform(a, b)")
    factors = [factor for own, run in groupby(stratum.bounds) for factor in _uniform(own, len(list(run)))]
    return Atom() if not factors else factors[0] if len(factors) == 1 else Independent(*factors)


def _uniform(own: Range, count: int) -> list[Density]:
    """The uniform law of some coordinates that may be the same."""
    if not isinstance(own, Choice):
        return [Uniform(*own)] * count
    law = Categorical([(value, sympy.Rational(1, len(own))) for value in own])
    return [Repeated(law, count)] if len(own) <= MOST_VALUES else [law] * count


def inside(value: sympy.Expr, x: sympy.Expr, lower: sympy.Expr, upper: sympy.Expr) -> sympy.Expr:
    """A cdf that is a value between two ends, 0 below and 1 above; a case distinction where x may be anywhere."""
    if x in (sympy.oo, -sympy.oo):
        return sympy.S.One if x is sympy.oo else sympy.S.Zero
    below, above = sign(x - lower), sign(x - upper)
    if below in (-1, 0):
        return sympy.S.Zero
    if above in (0, 1):
        return sympy.S.One
    if below is not None and above is not None:
        return value
    return sympy.Piecewise((0, x < lower), (value, x <= upper), (1, True))
