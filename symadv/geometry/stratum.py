"""What a stratum is: a piece of a support that knows its points and the point of it nearest to any other."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from symadv.geometry.ends import LINE, Range
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.order import Undecided, sign
from symadv.language.regions import Cells, everywhere, nowhere

Features = tuple[sympy.Symbol, ...]
Exprs = tuple[sympy.Expr, ...]


class Stratum(ABC):
    """A closed piece of feature space, with coordinates of its own."""

    @abstractmethod
    def within_dimension(self, d: int) -> "Stratum":
        """The stratum as a subset of $R^d$; refused when it does not fit there."""

    @property
    @abstractmethod
    def dim(self) -> int:
        """The number of free coordinates."""

    @property
    @abstractmethod
    def terms(self) -> Exprs:
        """The numbers and expressions that it is made of, in the order in which they are written."""

    @property
    def axes(self) -> int:
        """The number of coordinates that a density on it takes."""
        return self.dim

    @property
    def bounds(self) -> tuple[Range, ...]:
        """What each free coordinate may be."""
        return (LINE,) * self.axes

    @abstractmethod
    def region(self, features: Features) -> Cells:
        """The points of the stratum."""

    def relative(self, features: Features, to: "tuple[Stratum, ...]") -> Cells:
        """The points of the stratum among those of some strata that contain it."""
        return everywhere(features) if self in to else self.region(features)

    def at(self, point: Exprs, features: Features) -> Cells | None:
        """One of the points of the stratum, by conditions that tell it among these alone; None where it has no such."""
        return None

    def conditions(self, features: Features, *, open_at: "Collection[Stratum]" = ()) -> tuple[sympy.Basic, ...]:
        """The points of the stratum as conditions, without the facets in ``open_at``."""
        return (self.region(features).condition,)

    @abstractmethod
    def nearest(self, point: Sequence[sympy.Expr]) -> Exprs:
        r"""$\arg\min_{z \in S} \|x - z\|_2$, coordinate by coordinate."""

    def sheets(self, features: Features) -> "tuple[Sheet, ...]":
        """The nearest point piece by piece, each image of one formula; the regions partition space."""
        image = self.nearest(features)
        return (Sheet(everywhere(features), image, apart(features, image)),)

    def choices(self, features: Features) -> Cells:
        """The points to which more than one point of the stratum is nearest."""
        return nowhere(features)

    def one_nearest(self, region: Cells, features: Features) -> Cells:
        """Where the nearest point, the first-listed one of several, lies in a region."""
        return region.substitute(dict(zip(features, self.nearest(features), strict=True)))

    def all_nearest(self, region: Cells, features: Features) -> Cells:
        """Where all nearest points lie in a region that does not contain all of the stratum."""
        return self.one_nearest(region, features) & ~self.choices(features)

    @abstractmethod
    def substitute(self, values: Mapping[sympy.Symbol, sympy.Expr]) -> "Stratum":
        """The stratum with values in place of parameters."""

    @abstractmethod
    def embed(self, free: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Points ``(n, d)`` of the stratum from their free coordinates ``(n, dim)``; its parameters must be numbers."""

    @abstractmethod
    def near(self, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Which rows of ``x`` (n, d) lie on the stratum, curved ones up to rounding; its parameters must be numbers."""

    @abstractmethod
    def coordinates(self, point: Sequence[sympy.Expr]) -> Exprs:
        """The free coordinates of a point of the stratum."""

    @abstractmethod
    def place(self, free: Sequence[sympy.Expr]) -> Exprs:
        """The point with some free coordinates."""

    @property
    def stretch(self) -> sympy.Expr:
        """The volume of a piece of the stratum per volume of its free coordinates."""
        return sympy.S.One

    @abstractmethod
    def meet(self, other: "Stratum") -> "tuple[Stratum, ...]":
        """The pieces of the intersection; none when it is empty, Undecided when parameters leave that open."""

    def lies_in(self, other: "Stratum") -> bool:
        """Whether it is a part of another stratum."""
        meeting = self.meet(other)
        return bool(meeting) if self.axes == 0 else meeting == (self,)

    @property
    def carrier(self) -> "Stratum":
        """The stratum without the ends of its coordinates' intervals."""
        return self

    @property
    def facets(self) -> "tuple[tuple[int, int, Stratum], ...]":
        """For each end of a coordinate's interval: which coordinate, 0 for the lower and 1 for the upper, the part."""
        return ()

    def restricted(self, intervals: Sequence[Any]) -> "Stratum":
        """The part of the stratum whose free coordinates lie in some intervals."""
        if any(pair != LINE for pair in intervals):
            raise SymadvError(f"got the intervals {intervals}, wanted none on {self}")
        return self

    def squared_distance(self, point: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\min_{z \in S} \|x - z\|_2^2$."""
        return apart(point, self.nearest(point))

    def distance(self, point: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\min_{z \in S} \|x - z\|_2$."""
        return sympy.sqrt(self.squared_distance(point))

    def contains(self, point: Sequence[Any]) -> bool:
        """Whether an exact point lies on the stratum."""
        coordinates = [exact(x) for x in point]
        result = sign(self.squared_distance(coordinates))
        if result is None:
            raise Undecided(f"cannot decide whether {tuple(point)} lies on {self}")
        return result == 0


@dataclass(frozen=True)
class Sheet:
    """Where one formula gives the nearest point of a stratum, the formula, and the squared distance."""

    region: Cells
    image: Exprs
    distance: sympy.Expr


def apart(x: Sequence[sympy.Expr], z: Sequence[sympy.Expr]) -> sympy.Expr:
    r"""$\|x - z\|_2^2$."""
    return sympy.Add(*((a - b) ** 2 for a, b in zip(x, z, strict=True) if a is not b))
