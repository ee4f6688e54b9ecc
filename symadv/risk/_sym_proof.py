"""What the case distinction rests on: regions of parameters proved empty, formulas proved equal, points found."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
import sympy

from symadv import catalog
from symadv.language.forms import expand_outside
from symadv.language.functions import Phi
from symadv.language.goals import Goal
from symadv.language.limits import Limits
from symadv.language.parameters import Parameter
from symadv.language.signs import ANY, Signs, relation
from symadv.provers._attempt import attempt
from symadv.provers._relaxation import contradictory
from symadv.risk._sym_points import Parameters, holding, values, witness

Condition = tuple[sympy.Expr, int]
Point = dict[Parameter, sympy.Expr]

_EQUAL = 1e-11


class Unproved(Exception):
    """Neither that a region is empty is proved, nor is a point of it known."""


def point_of(conditions: Sequence[Condition], parameters: Parameters) -> Point | None:
    """Values of the parameters at which forms have certain signs; None when it is proved that there are none."""
    found = witness(conditions, parameters)
    if found is not None:
        return dict(found)
    if contradictory(((f, frozenset({s})),) for f, s in conditions):
        return None
    if any(not power.exp.is_Integer for f, _ in conditions for power in f.atoms(sympy.Pow)):
        raise Unproved  # of square roots the prover knows no more than the relaxation
    verdict = catalog.load("provers", "smt")(Goal(sympy.false, _stated(conditions)), limits=Limits())
    if verdict.status == "VACUOUS":
        return None
    if verdict.status != "REFUTED":
        raise Unproved
    return {s: verdict.witness.get(s, _anywhere(s)) for s in parameters}


def empty(conditions: Sequence[Condition]) -> bool:
    """Whether it is proved that no values of the parameters give forms certain signs."""
    return _empty(tuple(conditions))


@lru_cache(maxsize=4096)
def _empty(conditions: tuple[Condition, ...]) -> bool:
    if contradictory(((f, frozenset({s})),) for f, s in conditions):
        return True
    return bool(
        catalog.load("provers", "smt")(Goal(sympy.false, _stated(conditions)), limits=Limits()).status == "VACUOUS"
    )


def covering(cases: Iterable[dict[sympy.Expr, Signs]], given: Sequence[Condition]) -> bool:
    """Whether it is proved that each point of the domains is in some case: that nothing is left of the complement."""
    missed = [[(form, ANY - signs) for form, signs in where.items()] for where in cases]
    return contradictory([*missed, *([(form, frozenset({s}))] for form, s in given)])


def without_implied(where: Mapping[sympy.Expr, Signs], given: Sequence[Condition]) -> dict[sympy.Expr, Signs]:
    """The same region with fewer conditions: none, the longest first, that the others are proved to imply.

    Those with square roots stay and prove nothing, because they also say where the roots are real.
    """
    kept = dict(where)
    plain = [form for form in where if all(power.exp.is_Integer for power in form.atoms(sympy.Pow))]
    for form in sorted(plain, key=lambda f: (-f.count_ops(), sympy.default_sort_key(f))):
        others = tuple((f, kept[f]) for f in plain if f in kept and f != form)
        if _implied(form, where[form], others, tuple(given)):
            del kept[form]
    return kept


@lru_cache(maxsize=4096)
def _implied(
    form: sympy.Expr, signs: Signs, others: tuple[tuple[sympy.Expr, Signs], ...], given: tuple[Condition, ...]
) -> bool:
    held = [*others, *((f, frozenset({s})) for f, s in given)]
    return contradictory([*([condition] for condition in held), [(form, ANY - signs)]])


def zero_everywhere(form: sympy.Expr, conditions: Sequence[Condition]) -> bool:
    """Whether it is proved that a form is zero where others have certain signs."""
    return attempt(Goal(sympy.Eq(form, 0, evaluate=False), _stated(conditions)), Limits()).proved is not None


@lru_cache(maxsize=4096)
def identical(a: sympy.Expr, b: sympy.Expr, conditions: tuple[Condition, ...], parameters: Parameters) -> bool:
    """Whether two formulas are proved to be equal where some conditions hold."""
    if a == b:
        return True
    if any(e.has(sympy.zoo, sympy.nan, sympy.oo) for e in (a, b)):
        return False
    inside = holding(conditions, parameters) > 0
    if np.any(np.abs(values(a, parameters) - values(b, parameters))[inside] > _EQUAL):
        return False
    if expand_outside((a - b).replace(Phi, _oriented)) == 0:
        return True
    return attempt(Goal(sympy.Eq(a, b, evaluate=False), _stated(conditions)), Limits()).proved is not None


def _oriented(z: sympy.Expr) -> sympy.Expr:
    r"""$\Phi(-z) = 1 - \Phi(z)$."""
    inner = expand_outside(z)
    return 1 - Phi(expand_outside(-inner)) if inner.could_extract_minus_sign() else Phi(inner)


def _stated(conditions: Sequence[Condition]) -> tuple[sympy.Basic, ...]:
    return tuple(relation(form, frozenset({s})) for form, s in conditions)


def _anywhere(s: Parameter) -> sympy.Expr:
    start, end = s.domain.start, s.domain.end
    if start.is_finite:
        return (start + end) / 2 if end.is_finite else start + 1
    return end - 1 if end.is_finite else sympy.S.Zero
