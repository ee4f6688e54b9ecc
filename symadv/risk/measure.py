"""How likely the pieces of strata are: exact masses of intervals under the laws of the labels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import sympy

from symadv.geometry.oblique import Oblique
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.order import order
from symadv.probability.densities import Atom, Independent
from symadv.probability.density import Density, Univariate
from symadv.probability.distribution import Component, Distribution
from symadv.risk.pieces import Spans


@dataclass(frozen=True)
class Part:
    """The part of a label's law that lies on one stratum, with its probability."""

    label: int
    stratum: Stratum
    probability: sympy.Expr
    density: Atom | Univariate

    @property
    def flat(self) -> Flat:
        """The stratum where only points and axis-parallel lines are known; another one is refused."""
        if not isinstance(self.stratum, Flat):
            raise SymadvError(f"got the stratum {self.stratum}; this risk is known on points and axis-parallel lines")
        return self.stratum


@dataclass(frozen=True)
class Measure:
    r"""The law of (x, y) as $\sum_y \pi_y \mu_y$, stratum by stratum."""

    parts: tuple[Part, ...]
    _known: dict[tuple[Univariate, sympy.Expr, sympy.Expr], sympy.Expr] = field(default_factory=dict, compare=False)

    def of(self, spans: Sequence[Spans]) -> sympy.Expr:
        """The probability of the samples of each part whose free coordinate lies in the part's intervals."""
        return sympy.Add(
            *(
                part.probability * self.mass(part.density, *span)
                for part, found in zip(self.parts, spans, strict=True)
                for span in found
            )
        )

    def mass(self, density: Atom | Univariate, lower: sympy.Expr, upper: sympy.Expr) -> sympy.Expr:
        """The mass of an interval; a point has mass 1."""
        if isinstance(density, Atom):
            return sympy.S.One
        key = density, lower, upper
        if key not in self._known:
            self._known[key] = _mass(density, lower, upper)
        return self._known[key]


def _mass(density: Univariate, lower: sympy.Expr, upper: sympy.Expr) -> sympy.Expr:
    """The mass of an interval as a difference in the tail on whose side it lies, where the difference is small."""
    if lower.is_finite and upper.is_finite and order(density.cdf(lower), sympy.S.Half) == 1:
        return density.survival(lower) - density.survival(upper)
    return density.mass(lower, upper)


@lru_cache(maxsize=64)
def measure(d: Distribution) -> Measure:
    """The law of a distribution without free parameters, all of whose strata are points or lines; else refused."""
    d.require_numbers("exact risk")
    return Measure(tuple(parts(d)))


@lru_cache(maxsize=64)
def measure_on_lines(d: Distribution) -> Measure:
    """The part of a law that is on points and lines."""
    d.require_numbers("exact risk")
    return Measure(tuple(part for c in d.with_mass if is_straight(c.stratum) for part in parts_of(c, d)))


def is_straight(stratum: Stratum) -> bool:
    """Whether a stratum is a point or a piece of a line."""
    return isinstance(stratum, Flat | Oblique) and stratum.dim <= 1


def parts(d: Distribution) -> Iterator[Part]:
    """The parts of a law, label by label on each stratum."""
    for component in d.with_mass:
        yield from parts_of(component, d)


def parts_of(component: Component, d: Distribution) -> Iterator[Part]:
    """The parts of a law on one stratum, a point or a line; else refused."""
    stratum = component.stratum
    if not is_straight(stratum):
        raise SymadvError(
            f"exact risk is known on points and lines (straight strata of dimension 0 and 1); {d.name} has {stratum}"
        )
    for label, weighted in component.densities:
        probability = d.prior_of(label) * weighted.weight
        yield Part(label, stratum, probability, _simple(weighted.density, d))


def _simple(density: Density, d: Distribution) -> Atom | Univariate:
    if isinstance(density, Independent):
        factors = [f for f in density.factors if f.dim > 0]
        return _simple(factors[0], d) if factors else Atom()
    if isinstance(density, Atom | Univariate):
        return density
    raise SymadvError(f"exact risk needs densities with a closed-form cdf; {d.name} has {density}")
