"""What is seen of a uniform law on a sphere along one direction, and of one on a circle by angles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from symadv.geometry.ends import Interval
from symadv.geometry.spheres import Sphere
from symadv.language.order import compare
from symadv.probability.density import Floats, Univariate, Values
from symadv.probability.on_intervals import inside


@dataclass(frozen=True)
class OnSphere(Univariate):
    r"""The law of one coordinate $t = m + r h$ of a uniform point of a sphere of radius r in $R^n$.

    $h \in [-1, 1]$ has the density $(1 - h^2)^{(n-3)/2} / B(\tfrac12, \tfrac{n-1}2)$: $(1 + h)/2$ has a beta law with
    both parameters $(n-1)/2$, and the mass of a cap is a regularised incomplete beta function.
    """

    centre: sympy.Expr
    radius: sympy.Expr
    dimension: int

    @property
    def support(self) -> tuple[Interval, ...]:
        """From one end of the sphere to the other."""
        return ((self.centre - self.radius, self.centre + self.radius),)

    @property
    def means(self) -> tuple[sympy.Expr | None, ...]:
        """The centre."""
        return (self.centre,)

    @property
    def _shape(self) -> sympy.Expr:
        return sympy.Rational(self.dimension - 1, 2)

    def _height(self, x: sympy.Expr) -> sympy.Expr:
        return (x - self.centre) / self.radius

    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The density written out."""
        return self._density(self._height(x[0])) / self.radius

    def _density(self, h: sympy.Expr) -> sympy.Expr:
        return (1 - h**2) ** (self._shape - 1) / sympy.beta(sympy.S.Half, self._shape).rewrite(sympy.gamma)

    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The logarithm of the density as a sum."""
        h = self._height(x[0])
        constant = sympy.log(sympy.beta(sympy.S.Half, self._shape).rewrite(sympy.gamma) * self.radius)
        return (self._shape - 1) * sympy.log(1 - h**2) - constant

    def cdf(self, x: sympy.Expr) -> sympy.Expr:
        r"""$I_{(1+h)/2}(\tfrac{n-1}2, \tfrac{n-1}2)$ on the sphere."""
        a, ((lower, upper),) = self._shape, self.support
        return inside(sympy.betainc_regularized(a, a, 0, (1 + self._height(x)) / 2), x, lower, upper)

    def survival(self, x: sympy.Expr) -> sympy.Expr:
        """The cdf of the mirror image."""
        return OnSphere(-self.centre, self.radius, self.dimension).cdf(-x)

    def integrated_cdf(self, x: sympy.Expr) -> sympy.Expr:
        r"""$(x - m) F(x) + r\, (1 - h^2)^{(n-1)/2} / ((n-1) B(\tfrac12, \tfrac{n-1}2))$ on the sphere."""
        if x is -sympy.oo or compare(x, self.centre - self.radius) <= 0:
            return sympy.S.Zero
        if compare(x, self.centre + self.radius) >= 0:
            return x - self.centre
        h = self._height(x)
        return (x - self.centre) * self.cdf(x) + self.radius * self._density(h) * (1 - h**2) / (self.dimension - 1)

    def integrated_survival(self, x: sympy.Expr) -> sympy.Expr:
        """The integral of the cdf of the mirror image."""
        return OnSphere(-self.centre, self.radius, self.dimension).integrated_cdf(-x)

    def scaled(self, factor: sympy.Expr) -> "OnSphere":
        """The law of a nonzero multiple."""
        return OnSphere(factor * self.centre, sympy.Abs(factor) * self.radius, self.dimension)

    def shifted(self, offset: sympy.Expr) -> "OnSphere":
        """The law of the coordinate plus a constant."""
        return OnSphere(self.centre + offset, self.radius, self.dimension)

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, 1)`` draws."""
        a = float(self._shape)
        result: Floats = float(self.centre) + float(self.radius) * (2 * rng.beta(a, a, (n, 1)) - 1)
        return result

    def substitute(self, values: Values) -> "OnSphere":
        """The law with values in place of parameters."""
        table = dict(values)
        return OnSphere(self.centre.xreplace(table), self.radius.xreplace(table), self.dimension)

    def terms(self) -> tuple[sympy.Expr, ...]:
        """Centre and radius."""
        return (self.centre, self.radius)


def along(sphere: Sphere, weights: Sequence[sympy.Expr]) -> OnSphere:
    r"""The law of $\langle w, x\rangle$ for a uniform point of a sphere, one weight for each feature."""
    centre = sympy.Add(*(w * c for w, c in zip(weights, sphere.centre, strict=True)))
    length = sympy.sqrt(sympy.Add(*(w**2 for w in weights)))
    return OnSphere(centre, sphere.radius * length, len(sphere.centre))


@dataclass(frozen=True)
class HalfTangent(Univariate):
    r"""The law of $t = \tan(\theta / 2)$ for an angle $\theta$ uniform on $(-\pi, \pi)$: the standard Cauchy law.

    With this t a uniform point of a circle is $c + r\,(1 - t^2, 2 t) / (1 + t^2)$.
    """

    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$1 / (\pi (1 + t^2))$."""
        return 1 / (sympy.pi * (1 + x[0] ** 2))

    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """Its logarithm."""
        return -sympy.log(sympy.pi) - sympy.log(1 + x[0] ** 2)

    def cdf(self, x: sympy.Expr) -> sympy.Expr:
        r"""$\tfrac12 + \arctan(t) / \pi$."""
        return sympy.S.Half + sympy.atan(x) / sympy.pi

    def survival(self, x: sympy.Expr) -> sympy.Expr:
        """The cdf of the mirror image."""
        return self.cdf(-x)

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, 1)`` draws."""
        return rng.standard_cauchy((n, 1))

    def substitute(self, values: Values) -> "HalfTangent":
        """Itself: it has no parameters."""
        return self

    def terms(self) -> tuple[sympy.Expr, ...]:
        """None."""
        return ()
