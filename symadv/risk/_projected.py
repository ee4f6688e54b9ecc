"""Cells seen along some of their coordinates: projections, exact where the conditions that couple them are affine."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, reduce
from itertools import product
from operator import or_

import sympy

from symadv.language.forms import expand_outside, symbols_of
from symadv.language.intervals import Intervals
from symadv.language.kinks import branches, first_kink
from symadv.language.order import Undecided, order, sign
from symadv.language.regions import Cell
from symadv.language.roots import NoClosedForm, sign_sets
from symadv.risk._polyhedra import polyhedra, shadow
from symadv.risk.elimination import Inequality, between

Features = tuple[sympy.Symbol, ...]
Condition = tuple[sympy.Expr, frozenset[int]]
Domains = Mapping[sympy.Symbol, Intervals]


def settled(cell: Cell, domains: Domains, keep: sympy.Symbol | None) -> Cell:
    """The conditions of a cell that can be dealt with, each taken alone: without the others the cell only grows."""

    def alone(condition: Condition) -> bool:
        try:
            projection((condition,), domains, keep)
        except (Undecided, NoClosedForm):
            return False
        return True

    return tuple(condition for condition in cell if alone(condition))


def projection(cell: Iterable[Condition], domains: Domains, keep: sympy.Symbol | None) -> Intervals:
    """The values of one coordinate in a cell whose coordinates stay in given sets; of none, the line or nothing."""
    narrowed = _narrowed(list(cell), dict(domains))
    if narrowed is None:
        return Intervals()
    coupled, within = narrowed
    if not coupled:
        return within[keep] if keep is not None else Intervals.line()
    kink = first_kink(coupled, tuple(domains))
    if kink is not None:
        return reduce(or_, (projection(branch, within, keep) for branch in branches(coupled, kink)))
    if keep is None:
        return Intervals.line() if _occupied(coupled, within) else Intervals()
    return shadow(coupled, within, keep)


def polygons(cell: Iterable[Condition], domains: Domains, kept: Features) -> Iterator[list[Inequality]]:
    """The polyhedra in some coordinates that make up a cell whose other coordinates are points."""
    narrowed = _narrowed(list(cell), dict(domains))
    if narrowed is None:
        return
    coupled, within = narrowed
    sides = [[between(v, start, end) for start, end in within[v]] for v in kept]
    for polygon, *rest in product(list(polyhedra(coupled, kept)), *sides):
        yield [*polygon, *(inequality for side in rest for inequality in side)]


def _occupied(conditions: list[Condition], domains: Domains) -> bool:
    """Whether some point satisfies the conditions: one variable may occur in any way, the others affinely."""
    curved = [v for v in domains if any(_curved(form, v) for form, _ in conditions)]
    kept = curved[0] if curved else None
    return bool(shadow(conditions, domains, kept))


def _curved(form: sympy.Expr, variable: sympy.Symbol) -> bool:
    return bool(sympy.diff(form, variable).has(variable))


def _narrowed(
    pending: list[Condition], domains: dict[sympy.Symbol, Intervals]
) -> tuple[list[Condition], Domains] | None:
    """Conditions on one coordinate turned into its domain, coordinates that are a point put into the others."""
    while True:
        points = tuple((v, p) for v, s in domains.items() if (p := _only_point(s)) is not None)
        coupled, settled = [], len(points)
        for form, signs in pending:
            form = _at(form, points)
            symbols = symbols_of(form)
            used = [v for v in domains if v in symbols]
            if len(used) > 1:
                coupled.append((form, signs))
            elif used:
                domains[used[0]] = domains[used[0]] & _allowed(form, used[0], signs)
                if not domains[used[0]]:
                    return None
            elif _sign(form) not in signs:
                return None
        if not coupled or settled == sum(_only_point(s) is not None for s in domains.values()):
            return coupled, domains
        pending = coupled


def _only_point(numbers: Intervals) -> sympy.Expr | None:
    if len(numbers.cuts) != 2:
        return None
    start, end = numbers.cuts
    return start.value if order(start.value, end.value) == 0 else None


@lru_cache(maxsize=16384)
def _at(form: sympy.Expr, values: tuple[tuple[sympy.Symbol, sympy.Expr], ...]) -> sympy.Expr:
    return expand_outside(form.xreplace(dict(values)))


@lru_cache(maxsize=16384)
def _allowed(form: sympy.Expr, variable: sympy.Symbol, signs: frozenset[int]) -> Intervals:
    sets = sign_sets(form, variable)
    return reduce(or_, (sets[s] for s in sorted(signs)))


def _sign(number: sympy.Expr) -> int:
    result = sign(number)
    if result is None:
        raise Undecided(f"cannot decide the sign of {number}")
    return result
