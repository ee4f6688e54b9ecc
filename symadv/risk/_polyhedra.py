"""The polyhedra that make up a cell: absolute values, Max and Min resolved, every affine form an inequality."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

import sympy

from symadv.language.intervals import Intervals
from symadv.language.roots import NoClosedForm
from symadv.risk._kinks import Condition, branches, first_kink
from symadv.risk.elimination import Inequality, between, inequalities

Features = tuple[sympy.Symbol, ...]
Domains = Mapping[sympy.Symbol, Intervals]


def polyhedra(cell: Iterable[Condition], variables: Features) -> Iterator[list[Inequality]]:
    """The polyhedra that make up a cell; refused by NoClosedForm when one of its forms is not affine."""
    conditions = list(cell)
    kink = first_kink(conditions, variables)
    if kink is not None:
        for branch in branches(conditions, kink):
            yield from polyhedra(branch, variables)
    else:
        yield from systems(conditions, {v: Intervals.line() for v in variables}, variables)


def systems(
    conditions: list[Condition], domains: Domains, variables: Features, keep: sympy.Symbol | None = None
) -> Iterator[list[Inequality]]:
    """The polyhedra that make up some coupled affine conditions and the domains of the coordinates."""
    alternatives = []
    for form, signs in conditions:
        found = inequalities(form, signs, variables, keep)
        if found is None:
            raise NoClosedForm(f"no exact projection of {form}: it is not affine")
        alternatives.append(found)
    alternatives += [[between(v, start, end) for start, end in domains[v]] for v in variables]
    for choice in product(*alternatives):
        yield [inequality for system in choice for inequality in system]
