r"""Masses of regions of the plane under normal laws, by the curves that bound them, enclosed by ball arithmetic.

With t normal given s, the mass below a curve over [a, b] is $\int_a^b \varphi(s) \Phi(t(s))\, ds$: an integral of an
entire function, for an arc after $s = a_0 + \cos\theta$.  A region's mass is the sum over the curves that bound it from
above less that over those that bound it from below.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import flint
import numpy as np
import sympy

from symadv.geometry.polygons import Bools, Floats
from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.probability.densities import Normal
from symadv.probability.density import Density
from symadv.risk._plane_curves import Curves, Strips

BITS = 96
_TOLERANCE = flint.arb(2) ** -70

Run = tuple[int, float, float]  # a curve, from where to where


@dataclass(frozen=True, eq=False)
class PlaneLaw:
    """A normal law of two features, seen in a frame: ``matrix`` (2, 2), floats that are taken exactly."""

    means: tuple[sympy.Expr, sympy.Expr]
    covariance: tuple[sympy.Expr, sympy.Expr, sympy.Expr]  # of x and x, of x and y, of y and y
    matrix: Floats
    _known: dict[Run, Any] = field(default_factory=dict)

    def below(self, curves: Curves, run: Run) -> Any:
        """The mass below a part of a curve, as a ball."""
        if run not in self._known:
            with flint.ctx.workprec(BITS):
                self._known[run] = self._below(curves, *run)
        return self._known[run]

    def densest(self, left: Floats, right: Floats, height: Floats, around: Floats) -> Floats:
        """A bound for the density in each slab [left, right] (n,) as far as ``around`` from a height (n, k)."""
        mean, std, offset, drift, rest = (
            float(v.mid()) for v in (self._mean, self._std, self._offset, self._drift, self._rest)
        )
        away = np.maximum(np.maximum(left - mean, mean - right), 0) / std
        centre = offset + drift * (left + right) / 2
        spread = around + (abs(drift) * (right - left))[:, None]
        beside = np.maximum(np.abs(height - centre[:, None]) - spread, 0) / rest
        exponent = np.maximum(away[:, None] - 1e-6, 0) ** 2 + np.maximum(beside - 1e-6, 0) ** 2
        return np.asarray(1.001 / (2 * np.pi * std * rest) * np.exp(-exponent / 2))

    def _below(self, curves: Curves, k: int, left: float, right: float) -> Any:
        start, height, slope = (flint.arb(float(getattr(curves, n)[k])) for n in ("start", "height", "slope"))
        bend = int(curves.bend[k])
        if not bend:
            value = _integral(lambda s: self._density(s) * self._share(s, height + slope * (s - start)), left, right)
        else:
            ends = [flint.arb(min(max(v - float(curves.start[k]), -1.0), 1.0)).acos() for v in (right, left)]

            def along(angle: Any) -> Any:
                s = start + angle.cos()
                return self._density(s) * self._share(s, height + bend * angle.sin()) * angle.sin()

            value = _integral(along, *ends)
        return value

    def _density(self, s: Any) -> Any:
        z = (s - self._mean) / self._std
        return (-z * z / 2).exp() / self._scale

    def _share(self, s: Any, t: Any) -> Any:
        """The conditional probability of being below t."""
        z = (t - self._offset - self._drift * s) / self._rest
        return (-z / self._root).erfc() / 2

    @cached_property
    def _root(self) -> Any:
        return flint.arb(2).sqrt()

    @cached_property
    def _scale(self) -> Any:
        return (2 * flint.arb.pi()).sqrt() * self._std

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


def _integral(f: Callable[[Any], Any], left: Any, right: Any) -> Any:
    found = flint.acb.integral(lambda z, _: f(z), flint.acb(left), flint.acb(right), abs_tol=_TOLERANCE)
    return found.real


def normal_law(density: Density, name: str) -> tuple[tuple[sympy.Expr, ...], tuple[sympy.Expr, ...]]:
    """Means and covariances of two normal features; refused for other laws."""
    found = [density.combinations([{i: sympy.S.One for i in chosen}]) for chosen in ((0,), (1,), (0, 1))]
    laws = [laws[0] for laws in found if laws and isinstance(laws[0], Normal)]
    if len(laws) < 3:
        raise SymadvError(f"the exact risk of a network in a plane is known for normal laws; {name} has {density}")
    one, other, both = laws
    covariance = sympy.expand((both.std**2 - one.std**2 - other.std**2) / 2)
    return (one.mean, other.mean), (one.std**2, covariance, other.std**2)


def runs(strips: Strips, chosen: Bools) -> list[Run]:
    """Where curves of slabs are ``chosen`` (n, k); slabs that follow each other together."""
    slab, place = np.nonzero(chosen)
    found: list[list[int]] = []
    for k, i in sorted(zip(strips.curve[slab, place].tolist(), slab.tolist(), strict=True)):
        if found and found[-1][0] == k and found[-1][2] == i - 1:
            found[-1][2] = i
        else:
            found.append([k, i, i])
    return [(k, float(strips.left[i]), float(strips.right[j])) for k, i, j in found]
