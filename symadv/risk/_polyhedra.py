"""The polyhedra that make up a cell: absolute values, Max and Min resolved, every affine form an inequality."""

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from itertools import product
from operator import or_

import sympy

from symadv.language.forms import symbols_of
from symadv.language.intervals import Intervals
from symadv.language.kinks import Condition, branches, first_kink
from symadv.language.roots import NoClosedForm, sign_sets
from symadv.risk.elimination import Inequality, between, inequalities, over_box, projection

Features = tuple[sympy.Symbol, ...]
Domains = Mapping[sympy.Symbol, Intervals]


def polyhedra(cell: Iterable[Condition], variables: Features) -> Iterator[list[Inequality]]:
    """The polyhedra that make up a cell; refused by NoClosedForm when one of its forms in several is not affine."""
    conditions = list(cell)
    kink = first_kink(conditions, variables)
    if kink is not None:
        for branch in branches(conditions, kink):
            yield from polyhedra(branch, variables)
    else:
        yield from systems(*_alone(conditions, variables), variables)


def _alone(conditions: list[Condition], variables: Features) -> tuple[list[Condition], Domains]:
    """The conditions but for curved ones on single coordinates, and what these leave of each."""
    coupled, domains = list[Condition](), dict.fromkeys(variables, Intervals.line())
    for form, signs in conditions:
        used = [v for v in variables if v in symbols_of(form)]
        if symbols_of(form) == {*used} and len(used) == 1 and not _is_affine(form, used[0]):
            sets = sign_sets(form, used[0])
            domains[used[0]] &= reduce(or_, (sets[s] for s in sorted(signs)))
        else:
            coupled.append((form, signs))
    return coupled, domains


def _is_affine(form: sympy.Expr, variable: sympy.Symbol) -> bool:
    return bool(form.is_polynomial(variable)) and sympy.degree(form, variable) < 2


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
