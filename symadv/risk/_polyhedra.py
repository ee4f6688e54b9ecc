"""The polyhedra that make up a cell: absolute values, Max and Min resolved, every affine form an inequality."""

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from itertools import product
from operator import or_

import sympy

from symadv.language.forms import symbols_of
from symadv.language.intervals import Intervals
from symadv.language.kinks import Condition, branches, first_kink
from symadv.language.roots import NoClosedForm
from symadv.risk.elimination import Inequality, between, inequalities, over_box, projection

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
    alternatives = [_read(condition, variables, keep) for condition in conditions]
    alternatives += [[between(v, start, end) for start, end in domains[v]] for v in variables]
    for choice in product(*alternatives):
        yield [inequality for system in choice for inequality in system]


def shadow(conditions: list[Condition], domains: Domains, keep: sympy.Symbol | None) -> Intervals:
    """The values of one coordinate at which coupled conditions hold somewhere in the domains of the others.

    They are affine in the others.  Of no coordinate it is the whole line, unless the conditions hold nowhere.
    """
    used = tuple(v for v in domains if v == keep or any(v in symbols_of(form) for form, _ in conditions))
    first = _read(conditions[0], used, keep)
    if len(conditions) == 1 and all(len(system) == 1 for system in first):
        found = [over_box(q, domains, keep) for (q,) in first]
    else:
        found = [projection(system, keep) for system in systems(conditions, domains, used, keep)]
    return reduce(or_, found, Intervals())


def _read(condition: Condition, variables: Features, keep: sympy.Symbol | None) -> list[list[Inequality]]:
    found = inequalities(*condition, variables, keep)
    if found is None:
        raise NoClosedForm(f"no exact projection of {condition[0]}: it is not affine")
    return found
