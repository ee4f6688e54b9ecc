"""Where to look at a distribution: numbers for its parameters, budgets at which something happens, classifiers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice, pairwise, product
from typing import Any

import sympy

from symadv.adversary.classifier import Classifier
from symadv.classifiers import classifier
from symadv.classifiers._usual import usual
from symadv.distributions import distribution
from symadv.geometry.product import Product
from symadv.geometry.strata import Flat
from symadv.language.derivations import Derivation
from symadv.language.errors import SymadvError
from symadv.language.order import compare
from symadv.language.parameters import Parameter
from symadv.probability.distribution import Distribution
from symadv.verify.derivations import everything, mean_shift

_SHARES = tuple(map(sympy.Rational, ("9/10", "1/2", "3/4")))  # of the way through a bounded domain
_STEPS = tuple(map(sympy.Rational, ("3", "1", "1/2")))  # from the end of a half-line, or from 0


@dataclass(frozen=True)
class Place:
    """A distribution, by the name that it is loaded by, with exact numbers for its parameters; it pickles."""

    name: str
    numbers: tuple[tuple[str, sympy.Expr], ...]

    @cached_property
    def symbolic(self) -> Distribution:
        """The distribution with its parameters."""
        return distribution(self.name)

    @cached_property
    def d(self) -> Distribution:
        """The distribution with numbers."""
        return self.symbolic.at(**dict(self.numbers))

    @cached_property
    def derivations(self) -> tuple[tuple[Derivation, ...], tuple[str, ...]]:
        """All that can be derived, in the parameters or else at the numbers, and why the rest cannot."""
        return everything(self.symbolic, at=self.d)

    @property
    def values(self) -> dict[Parameter, sympy.Expr]:
        """The numbers by parameter."""
        known = {s.name: s for s in self.symbolic.parameters}
        return {known[name]: value for name, value in self.numbers}

    def __reduce__(self) -> tuple[Any, ...]:
        """By its fields alone: what is cached cannot travel to another process."""
        return Place, (self.name, self.numbers)

    def __str__(self) -> str:
        return ", ".join(f"{name} = {value}" for name, value in self.numbers)


def places(name: str, *, at_most: int = 3) -> tuple[Place, ...]:
    """A few points of the parameters' domains that satisfy what is given; the first is the main one."""
    d = distribution(name)
    found = tuple(islice(_allowed(name, d), at_most))
    if not found:
        raise SymadvError(
            f"{d.name}: none of the numbers tried satisfies {d.given}; give numbers in a function of yours"
        )
    return found


def _allowed(name: str, d: Distribution) -> Iterator[Place]:
    choices = [_numbers(s) for s in d.parameters]
    together = zip(*choices, strict=True) if choices else [()]
    for values in dict.fromkeys([*together, *product(*choices)]):
        place = Place(name, tuple((s.name, v) for s, v in zip(d.parameters, values, strict=True)))
        try:
            _ = place.d
        except SymadvError:
            continue
        yield place


def _numbers(s: Parameter) -> tuple[sympy.Expr, ...]:
    low, high = s.domain.start, s.domain.end
    if low.is_finite and high.is_finite:
        return tuple(low + share * (high - low) for share in _SHARES)
    if low.is_finite or high.is_finite:
        return tuple(low + step if low.is_finite else high - step for step in _STEPS)
    return _STEPS


def budgets(d: Distribution) -> tuple[sympy.Expr, ...]:
    """Budgets of an L-infinity ball at which something happens, ascending, for a distribution with numbers.

    Half the distance between two strata (their ties come within reach), the distance (so does the other stratum), and
    the shift between the labels' means; with half of the smallest.
    """
    found = set()
    for a, b in combinations([s for s in d.strata if isinstance(s, Flat)], 2):
        fixed = dict(b.fixed)
        apart = sympy.Max(*(abs(value - fixed[i]) for i, value in a.fixed if i in fixed), 0)
        found |= {apart, apart / 2}
    for stratum in d.strata:
        if isinstance(stratum, Product):
            gaps = {b - a for values in stratum.groups for a, b in pairwise(values)}
            found |= {share for gap in gaps for share in (gap, gap / 2)}
    shift = mean_shift(d)
    if shift is not None:
        found.add(sympy.Max(*(abs(e) for e in shift[d.labels[0]])))
    ordered: list[sympy.Expr] = []
    for budget in found - {sympy.S.Zero}:
        if all(compare(other, budget) for other in ordered):
            ordered.insert(sum(compare(other, budget) < 0 for other in ordered), budget)
    return (ordered[0] / 2, *ordered) if ordered else (sympy.S.One,)


def classifiers(d: Distribution) -> dict[str, Classifier]:
    """The usual classifiers, and a constant one, by what they are."""
    last = d.labels[-1]
    return {**usual(d), f"always {last}": classifier("constant", d, label=last)}
