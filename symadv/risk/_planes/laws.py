r"""Laws in the plane by a density f of one coordinate and the conditional cdf G of the other.

The mass of a region is $-\oint f(u)\, G(v \mid u)\, du$ around it, an integral over the curves that bound it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
import numpy as np
import sympy

from symadv.geometry.polygons import Floats
from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.probability.densities import Normal
from symadv.probability.density import Density, Univariate
from symadv.risk._planes.marginal import Marginal, marginal

BITS = 96

Row = tuple[Any, Any]
Flux = Callable[[Any, Any], Any]


@dataclass(frozen=True, eq=False)
class PlaneLaw(ABC):
    """A law of two features, seen in a frame: ``matrix`` (2, 2), floats that are taken exactly."""

    matrix: Floats

    @property
    @abstractmethod
    def rows(self) -> tuple[Row, Row]:
        """The coordinates u and v as linear forms of those of the frame, turned the same way round."""

    @property
    @abstractmethod
    def kinks(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The values of u and of v at which f or G are not analytic."""

    @property
    @abstractmethod
    def most(self) -> tuple[float, float]:
        """Bounds for f and for the derivative of G by v; only needed where there are kinks."""

    @abstractmethod
    def flux(self, i: int, j: int) -> Flux:
        r"""$f(u)\, G(v \mid u)$ between the i-th kinks of u and the j-th of v, an entire function."""

    @abstractmethod
    def densest(self, left: Floats, right: Floats, height: Floats, around: Floats) -> Floats:
        """A bound for the density in each slab [left, right] (n,) as far as ``around`` from a height (n, k)."""


@dataclass(frozen=True, eq=False)
class NormalLaw(PlaneLaw):
    """A normal law; u and v are the coordinates of the frame."""

    means: tuple[sympy.Expr, sympy.Expr]
    covariance: tuple[sympy.Expr, sympy.Expr, sympy.Expr]  # of x and x, of x and y, of y and y

    @property
    def rows(self) -> tuple[Row, Row]:
        """The frame's own."""
        return (flint.arb(1), flint.arb(0)), (flint.arb(0), flint.arb(1))

    @property
    def kinks(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """None."""
        return (), ()

    @property
    def most(self) -> tuple[float, float]:
        """Not needed."""
        return 0.0, 0.0

    def flux(self, i: int, j: int) -> Flux:
        """The one there is."""
        root = flint.arb(2).sqrt()
        scale = (2 * flint.arb.pi()).sqrt() * self._std

        def value(s: Any, t: Any) -> Any:
            z, w = (s - self._mean) / self._std, (t - self._offset - self._drift * s) / self._rest
            return (-z * z / 2).exp() / scale * (-w / root).erfc() / 2

        return value

    def densest(self, left: Floats, right: Floats, height: Floats, around: Floats) -> Floats:
        """By the distance from the mean of s, and from the conditional mean of t."""
        mean, std, offset, drift, rest = (
            float(v.mid()) for v in (self._mean, self._std, self._offset, self._drift, self._rest)
        )
        away = np.maximum(np.maximum(left - mean, mean - right), 0) / std
        centre = offset + drift * (left + right) / 2
        spread = around + (abs(drift) * (right - left))[:, None]
        beside = np.maximum(np.abs(height - centre[:, None]) - spread, 0) / rest
        exponent = np.maximum(away[:, None] - 1e-6, 0) ** 2 + np.maximum(beside - 1e-6, 0) ** 2
        return np.asarray(1.001 / (2 * np.pi * std * rest) * np.exp(-exponent / 2))

    @cached_property
    def _moments(self) -> tuple[Any, ...]:
        """The means of s and t, the variance of s, the covariance, the variance of t."""
        with flint.ctx.workprec(2 * BITS):
            (a, b), (c, d) = (tuple(flint.arb(float(v)) for v in row) for row in self.matrix)
            m, n = (ball(v, bits=2 * BITS) for v in self.means)
            x, xy, y = (ball(v, bits=2 * BITS) for v in self.covariance)
            return (
                a * m + b * n,
                c * m + d * n,
                a * a * x + 2 * a * b * xy + b * b * y,
                a * c * x + (a * d + b * c) * xy + b * d * y,
                c * c * x + 2 * c * d * xy + d * d * y,
            )

    @cached_property
    def _mean(self) -> Any:
        return self._moments[0]

    @cached_property
    def _std(self) -> Any:
        return self._moments[2].sqrt()

    @cached_property
    def _drift(self) -> Any:
        return self._moments[3] / self._moments[2]

    @cached_property
    def _offset(self) -> Any:
        return self._moments[1] - self._drift * self._moments[0]

    @cached_property
    def _rest(self) -> Any:
        """The conditional standard deviation of t."""
        return (self._moments[4] - self._moments[3] * self._drift).sqrt()


@dataclass(frozen=True, eq=False)
class ProductLaw(PlaneLaw):
    """The law of two independent features, which are u and v."""

    marginals: tuple[Marginal, Marginal]

    @cached_property
    def rows(self) -> tuple[Row, Row]:
        """The inverse of the frame's matrix."""
        with flint.ctx.workprec(2 * BITS):
            (a, b), (c, d) = (tuple(flint.arb(float(v)) for v in row) for row in self.matrix)
            scale = 1 / (a * d - b * c)
            return (d * scale, -b * scale), (-c * scale, a * scale)

    @cached_property
    def kinks(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Those of the two laws."""
        one, other = self.marginals
        return one.kinks, other.kinks

    @cached_property
    def most(self) -> tuple[float, float]:
        """The largest densities."""
        one, other = self.marginals
        return one.most, other.most

    def flux(self, i: int, j: int) -> Flux:
        """The density of the one, the cdf of the other."""
        one, other = self.marginals[0].pieces[i], self.marginals[1].pieces[j]
        return lambda u, v: one(u)[0] * other(v)[1]

    def densest(self, left: Floats, right: Floats, height: Floats, around: Floats) -> Floats:
        """The product of the largest densities between the least and the largest u and v, per area of the frame."""
        middle, half = ((left + right) / 2)[:, None], ((right - left) / 2)[:, None]
        found = np.full_like(height, abs(1 / np.linalg.det(self.matrix)) * 1.001)
        for law, row in zip(self.marginals, self.rows, strict=True):
            a, b = (float(v.mid()) for v in row)
            centre = a * middle + b * height
            spread = (abs(a) * half + abs(b) * around) * 1.001 + 1e-9 * (1 + np.abs(centre))
            found = found * law.largest(centre - spread, centre + spread)
        return found


def plane_law(density: Density, matrix: Floats, name: str) -> PlaneLaw:
    """The law of two features that are normal or independent; refused for other laws."""
    one, other = marginals(density, name)
    both = _joint(density, {0: sympy.S.One, 1: sympy.S.One})
    if isinstance(one, Normal) and isinstance(other, Normal) and isinstance(both, Normal):
        covariance = sympy.expand((both.std**2 - one.std**2 - other.std**2) / 2)
        return NormalLaw(matrix, (one.mean, other.mean), (one.std**2, covariance, other.std**2))
    return ProductLaw(matrix, (marginal(one), marginal(other)))


def marginals(density: Density, name: str) -> tuple[Univariate, Univariate]:
    """The laws of each of two features that are normal or independent; refused for other laws."""
    apart = density.combinations([{0: sympy.S.One}, {1: sympy.S.One}])
    laws = apart or tuple(law for i in (0, 1) if (law := _joint(density, {i: sympy.S.One})) is not None)
    if len(laws) < 2 or (apart is None and not all(isinstance(law, Normal) for law in laws)):
        raise SymadvError(
            f"the exact risk of a network in a plane is known for normal laws and for two independent features; "
            f"{name} has {density}"
        )
    return laws[0], laws[1]


def _joint(density: Density, weights: dict[int, sympy.Expr]) -> Univariate | None:
    found = density.combinations([weights])
    return found[0] if found else None
