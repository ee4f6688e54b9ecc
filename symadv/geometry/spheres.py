"""Spheres: in the plane circles; in many dimensions formulas in the squared distance from the centre alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from symadv.geometry.crossings import contains, with_flat, with_line, with_sphere
from symadv.geometry.oblique import Oblique
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Exprs, Features, Sheet, Stratum, apart
from symadv.language.aggregates import statistic
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.order import Undecided, sign
from symadv.language.regions import Cells, intersection, taking, union, where

_ROUNDING = 1e-12
_WRITTEN_OUT = 3  # features whose squares are added one by one


@dataclass(frozen=True)
class Sphere(Stratum):
    r"""$\{x : \|x - c\|_2 = r\}$ in two or more dimensions.

    The coordinates of its points are their directions from the centre, vectors of any length.  All its points are
    nearest to the centre; the first-listed one is that in the direction of the first feature.
    """

    radius: Any
    centre: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "radius", exact(self.radius))
        object.__setattr__(self, "centre", tuple(exact(c) for c in self.centre))
        if sign(self.radius) != 1:
            raise SymadvError(f"Sphere: got the radius {self.radius}, wanted one proved to be positive")
        if len(self.centre) < 2:
            raise SymadvError(f"Sphere: got a centre with {len(self.centre)} coordinates, wanted 2 or more")

    def within_dimension(self, d: int) -> "Sphere":
        """The sphere, if it lies in $R^d$; else refused."""
        if len(self.centre) != d:
            raise SymadvError(f"got a centre with {len(self.centre)} coordinates in a distribution with {d} features")
        return self

    @property
    def dim(self) -> int:
        """One less than the number of features."""
        return len(self.centre) - 1

    @property
    def terms(self) -> Exprs:
        """Radius and centre."""
        return (self.radius, *self.centre)

    @property
    def volume(self) -> sympy.Expr:
        r"""$2 \pi^{d/2} r^{d-1} / \Gamma(d/2)$."""
        half = sympy.Rational(len(self.centre), 2)
        return 2 * sympy.pi**half * self.radius**self.dim / sympy.gamma(half)

    def squares(self, point: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\|x - c\|_2^2$."""
        if len(self.centre) <= _WRITTEN_OUT:
            return apart(point, self.centre)
        return statistic("squares", list(point), None if all(c == 0 for c in self.centre) else self.centre)

    def region(self, features: Features) -> Cells:
        """The points of the sphere."""
        return where(features, self.squares(features) - self.radius**2, "=")

    def at(self, point: Exprs, features: Features) -> Cells | None:
        """A point of the sphere as the direction from the centre that it is in."""
        steps = self.coordinates(point)
        seen = self.coordinates(features)
        k = next((k for k, step in enumerate(steps) if sign(step)), None)
        if k is None:
            return None
        across = (where(features, seen[i] * steps[k] - seen[k] * steps[i], "=") for i in range(len(steps)) if i != k)
        return intersection(features, (where(features, seen[k] * steps[k], ">"), *across))

    def conditions(self, features: Features, *, open_at: Any = ()) -> tuple[sympy.Basic, ...]:
        """Its equation."""
        return (sympy.Eq(self.squares(features), self.radius**2, evaluate=False),)

    def nearest(self, point: Sequence[sympy.Expr]) -> Exprs:
        r"""$c + r\,(x - c) / \|x - c\|$, and $c + r e_1$ for the centre."""
        squares, selected = self.squares(point), self._selected
        if not squares.free_symbols:
            return selected if sign(squares) == 0 else self._towards(point, squares)
        at_centre = sympy.Eq(squares, 0)
        return tuple(
            sympy.Piecewise((c, at_centre), (z, True))
            for c, z in zip(selected, self._towards(point, squares), strict=True)
        )

    @property
    def _selected(self) -> Exprs:
        return (self.centre[0] + self.radius, *self.centre[1:])

    def _towards(self, point: Sequence[sympy.Expr], squares: sympy.Expr) -> Exprs:
        length = sympy.sqrt(squares)
        return tuple(c + self.radius * (x - c) / length for x, c in zip(point, self.centre, strict=True))

    def sheets(self, features: Features) -> tuple[Sheet, ...]:
        """Everything but the centre, and the centre."""
        squares = self.squares(features)
        return (
            Sheet(where(features, squares, "!="), self._towards(features, squares), self.squared_distance(features)),
            Sheet(where(features, squares, "="), self._selected, self.radius**2),
        )

    def choices(self, features: Features) -> Cells:
        """The centre."""
        return where(features, self.squares(features), "=")

    def one_nearest(self, region: Cells, features: Features) -> Cells:
        """Where the nearest point lies in a region: by polynomials in the features and the distance from the centre."""
        squares = self.squares(features)
        at_centre = region.substitute(dict(zip(features, self._selected, strict=True)))
        elsewhere = union(
            features,
            (
                intersection(features, (taking(features, self._seen(form, features), signs) for form, signs in cell))
                for cell in region.cells
            ),
        )
        if at_centre.is_everywhere and elsewhere.is_everywhere:
            return elsewhere
        return (where(features, squares, "!=") & elsewhere) | (where(features, squares, "=") & at_centre)

    def _seen(self, form: sympy.Expr, features: Features) -> sympy.Expr:
        r"""A form at the nearest point $c + r (x - c) / \ell$, times a power of the distance $\ell = \|x - c\| > 0$."""
        length, squares = sympy.Dummy(positive=True), self.squares(features)
        shown = {x: c + self.radius * (x - c) / length for x, c in zip(features, self.centre, strict=True)}
        numerator, denominator = sympy.fraction(sympy.together(form.xreplace(shown)))
        if not numerator.is_polynomial(length) or denominator.free_symbols - {length}:
            return form.xreplace(dict(zip(features, self._towards(features, squares), strict=True)))
        powers = sympy.Poly(numerator / denominator.xreplace({length: sympy.S.One}), length).terms()
        return sympy.Add(*(a * squares ** (k // 2) * (sympy.sqrt(squares) if k % 2 else 1) for (k,), a in powers))

    def squared_distance(self, point: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$(\|x - c\| - r)^2$, written out."""
        squares = self.squares(point)
        return squares - 2 * self.radius * sympy.sqrt(squares) + self.radius**2

    def substitute(self, values: Mapping[sympy.Symbol, sympy.Expr]) -> "Sphere":
        """The sphere with values in place of parameters."""
        table = dict(values)
        return Sphere(self.radius.xreplace(table), [c.xreplace(table) for c in self.centre])

    def embed(self, free: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Points ``(n, d)`` in some directions ``(n, d)``."""
        length = np.linalg.norm(free, axis=1, keepdims=True)
        result: np.ndarray[Any, Any] = np.array([float(c) for c in self.centre]) + float(self.radius) * free / length
        return result

    def near(self, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Which rows of ``x`` (n, d) lie on the sphere, up to rounding."""
        length = np.linalg.norm(x - np.array([float(c) for c in self.centre]), axis=1)
        result: np.ndarray[Any, Any] = np.abs(length - float(self.radius)) <= _ROUNDING * (length + float(self.radius))
        return result

    def coordinates(self, point: Sequence[sympy.Expr]) -> Exprs:
        """The direction from the centre."""
        return tuple(x - c for x, c in zip(point, self.centre, strict=True))

    def place(self, free: Sequence[sympy.Expr]) -> Exprs:
        """The point in a direction."""
        return self._towards([c + x for x, c in zip(free, self.centre, strict=True)], sympy.Add(*(x**2 for x in free)))

    def distance(self, point: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$|\,\|x - c\| - r\,|$."""
        return sympy.Abs(sympy.sqrt(self.squares(point)) - self.radius)

    def contains(self, point: Sequence[Any]) -> bool:
        """Whether an exact point is at the distance r from the centre."""
        result = sign(sympy.expand(self.squares([exact(x) for x in point]) - self.radius**2))
        if result is None:
            raise Undecided(f"cannot decide whether {tuple(point)} lies on {self}")
        return result == 0

    def meet(self, other: Stratum) -> tuple[Stratum, ...]:
        """Itself in what surrounds it, or the points in which the two meet; what is neither is refused."""
        if self == other:
            return (self,)
        if isinstance(other, Sphere):
            return with_sphere(self, other)
        if not isinstance(other, Flat | Oblique):
            return other.meet(self)
        if other.dim == 0:
            return (other,) if self.contains(other.place(())) else ()
        if isinstance(other, Oblique) or other.dim == 1:
            return with_line(self, other)
        return (self,) if contains(other, self) else with_flat(self, other)
