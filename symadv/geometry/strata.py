"""Strata: the pieces of a support, each of which knows its points and the point of it nearest to any other."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy

from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.order import Undecided, sign
from symadv.language.regions import Cells, intersection, where

Features = tuple[sympy.Symbol, ...]


class Stratum(ABC):
    """A closed piece of feature space."""

    @abstractmethod
    def within_dimension(self, d: int) -> "Stratum":
        """The stratum as a subset of $R^d$; refused when it does not fit there."""

    @property
    @abstractmethod
    def dim(self) -> int:
        """The number of free coordinates."""

    @abstractmethod
    def region(self, features: Features) -> Cells:
        """The points of the stratum."""

    @abstractmethod
    def nearest(self, point: Sequence[sympy.Expr]) -> tuple[sympy.Expr, ...]:
        r"""$\arg\min_{z \in S} \|x - z\|_2$, coordinate by coordinate."""

    @abstractmethod
    def substitute(self, values: Mapping[sympy.Symbol, sympy.Expr]) -> "Stratum":
        """The stratum with values in place of parameters."""

    @abstractmethod
    def embed(self, free: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Points ``(n, d)`` of the stratum from their free coordinates ``(n, dim)``; its parameters must be numbers."""

    def squared_distance(self, point: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\min_{z \in S} \|x - z\|_2^2$."""
        return sympy.Add(*((x - z) ** 2 for x, z in zip(point, self.nearest(point), strict=True) if x is not z))

    def contains(self, point: Sequence[Any]) -> bool:
        """Whether an exact point lies on the stratum."""
        coordinates = [exact(x) for x in point]
        result = sign(self.squared_distance(coordinates))
        if result is None:
            raise Undecided(f"cannot decide whether {tuple(point)} lies on {self}")
        return result == 0


@dataclass(frozen=True)
class Flat(Stratum):
    """An axis-parallel flat: some coordinates are fixed, the others free.

    ``fixed`` maps indices of features to values (a dict on the way in).
    """

    fixed: Any
    d: int | None = None

    def __post_init__(self) -> None:
        pairs = self.fixed.items() if isinstance(self.fixed, Mapping) else self.fixed
        object.__setattr__(self, "fixed", tuple(sorted((int(i), exact(value)) for i, value in pairs)))
        indices = [i for i, _ in self.fixed]
        if len(set(indices)) != len(indices) or any(i < 0 for i in indices):
            raise SymadvError(f"got the fixed coordinates {indices}, wanted distinct indices of features, from 0")
        if self.d is not None and indices and indices[-1] >= self.d:
            raise SymadvError(
                f"the flat fixes coordinate {indices[-1]}, but there are only {self.d} features (0 to {self.d - 1})"
            )

    def within_dimension(self, d: int) -> "Flat":
        """The flat as a subset of $R^d$; refused when it does not fit there."""
        if self.d not in (None, d):
            raise SymadvError(f"got a stratum with {self.d} coordinates in a distribution with {d} features")
        return replace(self, d=d)

    @property
    def ambient(self) -> int:
        """The number of coordinates of the space it lies in."""
        if self.d is None:
            raise SymadvError("this flat does not know its space yet; use it in a Distribution or give d=")
        return self.d

    @property
    def dim(self) -> int:
        """The number of free coordinates."""
        return self.ambient - len(self.fixed)

    @property
    def free(self) -> tuple[int, ...]:
        """The indices of the free coordinates."""
        fixed = dict(self.fixed)
        return tuple(i for i in range(self.ambient) if i not in fixed)

    def region(self, features: Features) -> Cells:
        """The points of the flat."""
        return intersection(features, [where(features, features[i] - value, "=") for i, value in self.fixed])

    def nearest(self, point: Sequence[sympy.Expr]) -> tuple[sympy.Expr, ...]:
        """The point with its fixed coordinates replaced."""
        fixed = dict(self.fixed)
        return tuple(fixed.get(i, x) for i, x in enumerate(point))

    def substitute(self, values: Mapping[sympy.Symbol, sympy.Expr]) -> "Flat":
        """The flat with values in place of parameters."""
        return Flat(tuple((i, value.xreplace(dict(values))) for i, value in self.fixed), self.d)

    def embed(self, free: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Points ``(n, d)`` of the flat from their free coordinates ``(n, dim)``; its parameters must be numbers."""
        points = np.empty((len(free), self.ambient))
        points[:, list(self.free)] = free
        for i, value in self.fixed:
            points[:, i] = float(value)
        return points

    def meet(self, other: "Flat") -> "Flat | None":
        """The intersection of two flats; None when it is empty, Undecided when their parameters leave that open."""
        fixed = dict(self.fixed)
        for i, value in other.fixed:
            if i in fixed:
                difference = sign(fixed[i] - value)
                if difference is None:
                    raise Undecided(f"cannot decide whether two flats meet: coordinate {i} is {fixed[i]} and {value}")
                if difference != 0:
                    return None
            else:
                fixed[i] = value
        return Flat(fixed, self.ambient)


def Point(coordinates: Sequence[Any]) -> Flat:
    """The flat of dimension 0 at some coordinates."""
    return Flat(dict(enumerate(coordinates)), len(coordinates))


def Whole(d: int) -> Flat:
    """All of $R^d$."""
    return Flat({}, d)
