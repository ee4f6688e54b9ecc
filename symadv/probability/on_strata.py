"""The uniform law on a stratum that is no flat, such as a circle."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from symadv.geometry.spheres import Sphere
from symadv.probability.density import Density, Floats, Values


@dataclass(frozen=True)
class UniformOn(Density):
    """The uniform law on a sphere, with respect to its own volume; ``Uniform()`` on a sphere is this one."""

    stratum: Sphere

    @property
    def dim(self) -> int:
        """The dimension of the sphere."""
        return self.stratum.dim

    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """One over the volume."""
        return 1 / self.stratum.volume

    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """Minus the logarithm of the volume."""
        return -sympy.log(self.stratum.volume)

    def integral(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The volume times the density."""
        return self.stratum.volume * self.density(x)

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, d)`` directions: of normal vectors, which have no preferred one."""
        return rng.standard_normal((n, len(self.stratum.centre)))

    def substitute(self, values: Values) -> "UniformOn":
        """The law with values in place of parameters."""
        return UniformOn(self.stratum.substitute(values))

    def terms(self) -> tuple[sympy.Expr, ...]:
        """Those of the sphere."""
        return self.stratum.terms
