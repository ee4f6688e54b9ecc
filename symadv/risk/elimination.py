"""Fourier-Motzkin elimination: exact projections of polyhedra whose faces are open or closed as they are.

Faces may be curved in the one variable that is kept: only the others have to occur linearly.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_

import sympy

from symadv.language.forms import expand_outside, symbols_of
from symadv.language.intervals import AFTER, BEFORE, Cut, Intervals
from symadv.language.order import Undecided, infinite, sign
from symadv.language.roots import sign_sets


@dataclass(frozen=True)
class Inequality:
    r"""$\sum_i a_i z_i + b > 0$, or $\ge 0$ when it is not strict; variables with $a_i = 0$ are left out.

    b is a number, or depends on the one variable that is never eliminated.
    """

    coefficients: Mapping[sympy.Symbol, sympy.Expr]
    constant: sympy.Expr
    strict: bool

    def speaks_of(self, keep: sympy.Symbol | None) -> bool:
        """Whether it depends on any variable: on one that it is linear in, or on the one that is kept."""
        return bool(self.coefficients) or keep in symbols_of(self.constant)

    def scaled(self, factor: sympy.Expr) -> "Inequality":
        """The inequality times a number; a negative one belongs to an equation."""
        if factor == 1:
            return self
        coefficients = {v: expand_outside(factor * a) for v, a in self.coefficients.items()}
        return Inequality(coefficients, expand_outside(factor * self.constant), self.strict)


@lru_cache(maxsize=4096)
def affine(form: sympy.Expr, variables: tuple[sympy.Symbol, ...]) -> tuple[tuple[sympy.Expr, ...], sympy.Expr] | None:
    """The coefficients and the constant of an affine form; None when it is not affine."""
    coefficients = tuple(sympy.diff(form, v) for v in variables)
    if any(a.has(*variables) for a in coefficients):
        return None
    return coefficients, form.xreplace(dict.fromkeys(variables, sympy.S.Zero))


def inequalities(
    form: sympy.Expr, signs: frozenset[int], variables: tuple[sympy.Symbol, ...], keep: sympy.Symbol | None = None
) -> list[list[Inequality]] | None:
    """Where an affine form takes one of some signs, as a union of systems of inequalities; None for any other form.

    A form may depend in any way on the variable to ``keep``, as long as that leaves the others' coefficients numbers.
    """
    read = affine(form, variables)
    if read is None and keep is not None:
        variables = tuple(v for v in variables if v != keep)
        read = affine(form, variables)
        if read is not None and any(keep in symbols_of(a) for a in read[0]):
            return None
    if read is None:
        return None
    coefficients, constant = read
    nonzero = {v: a for v, a in zip(variables, coefficients, strict=True) if _sign(a) != 0}
    above = Inequality(nonzero, constant, strict=0 not in signs)
    below = Inequality(nonzero, constant, strict=0 not in signs).scaled(sympy.S.NegativeOne)
    if signs == {0}:
        return [[above, below]]
    return [[side] for side, which in ((above, 1), (below, -1)) if which in signs]


def between(variable: sympy.Symbol, start: Cut, end: Cut) -> list[Inequality]:
    """The inequalities of one interval."""
    result = []
    if start.value.is_finite is not False:
        result.append(Inequality({variable: sympy.S.One}, -start.value, strict=start.side == AFTER))
    if end.value.is_finite is not False:
        result.append(Inequality({variable: sympy.S.NegativeOne}, end.value, strict=end.side == BEFORE))
    return result


def projection(system: Iterable[Inequality], keep: sympy.Symbol | None) -> Intervals:
    """The values of one variable that occur in a polyhedron; of none, the whole line unless the polyhedron is empty."""
    remaining = _consistent(list(system), keep)
    while remaining:
        others = dict.fromkeys(v for q in remaining for v in q.coefficients if v != keep)
        if not others:
            break
        remaining = _consistent(_without(min(others, key=lambda v: _cost(remaining or [], v)), remaining), keep)
    if remaining is None:
        return Intervals()
    return reduce(and_, (_where(q, keep) for q in remaining), Intervals.line())


def over_box(q: Inequality, box: Mapping[sympy.Symbol, Intervals], keep: sympy.Symbol | None) -> Intervals:
    """Like :func:`projection`, for one inequality in a product of sets: it holds where its largest value there does."""
    constant, strict = q.constant, q.strict
    for variable, slope in q.coefficients.items():
        if variable != keep:
            up = _sign(slope) > 0
            end = box[variable].cuts[-1 if up else 0]
            if infinite(end.value):
                return Intervals.line() if keep is None else box[keep]
            constant += slope * end.value
            strict |= end.side == (BEFORE if up else AFTER)
    kept = {v: a for v, a in q.coefficients.items() if v == keep}
    left = Inequality(kept, expand_outside(constant), strict)
    if _consistent([left], keep) is None:
        return Intervals()
    found = _where(left, keep) if left.speaks_of(keep) else Intervals.line()
    return found if keep is None else found & box[keep]


def _where(q: Inequality, keep: sympy.Symbol | None) -> Intervals:
    """The values of the one variable that an inequality speaks of at which it holds."""
    if keep in symbols_of(q.constant):
        form = q.constant + sympy.Add(*(a * v for v, a in q.coefficients.items()))
        sets = sign_sets(expand_outside(form), keep)
        return sets[1] if q.strict else sets[0] | sets[1]
    (slope,) = q.coefficients.values()
    root, closed = expand_outside(-q.constant / slope), not q.strict
    if _sign(slope) > 0:
        return Intervals.between(root, sympy.oo, lower_closed=closed)
    return Intervals.between(-sympy.oo, root, upper_closed=closed)


def _cost(system: list[Inequality], variable: sympy.Symbol) -> int:
    signs = [_sign(q.coefficients[variable]) for q in system if variable in q.coefficients]
    return signs.count(1) * signs.count(-1)


def _without(variable: sympy.Symbol, system: list[Inequality]) -> list[Inequality]:
    """What a system says about the other variables: each lower bound is below each upper bound."""
    rest = [q for q in system if variable not in q.coefficients]
    bounding = [(q, _sign(q.coefficients[variable])) for q in system if variable in q.coefficients]
    for lower in (q for q, s in bounding if s > 0):
        for upper in (q for q, s in bounding if s < 0):
            rest.append(_sum(lower.scaled(-upper.coefficients[variable]), upper.scaled(lower.coefficients[variable])))
    return rest


def _sum(a: Inequality, b: Inequality) -> Inequality:
    total = {
        v: a.coefficients.get(v, sympy.S.Zero) + b.coefficients.get(v, sympy.S.Zero)
        for v in (*a.coefficients, *b.coefficients)
    }
    return Inequality({v: c for v, c in total.items() if _sign(c) != 0}, a.constant + b.constant, a.strict or b.strict)


def _consistent(system: list[Inequality], keep: sympy.Symbol | None) -> list[Inequality] | None:
    """The inequalities that still speak of a variable; None when one of the others is false."""
    speaking = []
    for q in system:
        if q.speaks_of(keep):
            speaking.append(q)
        else:
            s = _sign(q.constant)
            if s < 0 or (s == 0 and q.strict):
                return None
    return speaking


def _sign(number: sympy.Expr) -> int:
    result = sign(number)
    if result is None:
        raise Undecided(f"cannot decide the sign of {number}")
    return result
