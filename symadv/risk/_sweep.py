"""The risk at all budgets: the symbolic run of one budget holds until the next root of a sign that it asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy

from symadv.language.errors import SymadvError
from symadv.language.order import INFINITESIMAL, Undecided, compare
from symadv.language.parameters import Parameter
from symadv.language.roots import NoClosedForm, sign_sets
from symadv.risk._sym_place import Leaf, Place, Question
from symadv.risk.pieces import Spans

_MOST = 2000


@dataclass(frozen=True)
class Stretch:
    """What is vulnerable, part by part of a law, for start < E < end; where these are the same, at that budget."""

    start: sympy.Expr
    end: sympy.Expr
    spans: tuple[Spans, ...]


def sweep(question: Question, budget: Parameter) -> Iterator[tuple[Stretch, ...]]:
    """All budgets from 0 on, in turn a single one and those up to the next; at each a stretch for every definition.

    A run just above a budget notes each comparison whose outcome depends on the budget; up to the first root of one of
    these forms every outcome stays as it was, and with it the result.
    """
    at = sympy.S.Zero
    for _ in range(_MOST):
        yield _stretches(at, at, question.at(Place({}), {budget: at}))
        place = Place({budget: at + INFINITESIMAL})
        try:
            leaf = question.at(place, {})
            end = _first(_roots(list(place.conditions), budget), at)
        except (NoClosedForm, sympy.PolynomialError) as open_:
            told = "the risk is no piecewise closed form in the budget; ask for its values at some (budgets=…)"
            raise SymadvError(told) from open_
        yield _stretches(at, end, leaf)
        if end is sympy.oo:
            return
        at = end
    raise SymadvError(f"the curve has more than {_MOST} pieces; ask for its values at some budgets (budgets=…)")


def _stretches(start: sympy.Expr, end: sympy.Expr, leaf: Leaf) -> tuple[Stretch, ...]:
    return tuple(Stretch(start, end, spans) for spans in leaf)


def _roots(forms: Sequence[sympy.Expr], budget: Parameter) -> Iterator[sympy.Expr]:
    for form in forms:
        zeros = sign_sets(form, budget)[0]
        if zeros.is_line:
            raise Undecided(f"{form} was to have a sign, and is zero")
        yield from (cut.value for cut in zeros.cuts[::2])


def _first(roots: Iterator[sympy.Expr], after: sympy.Expr) -> sympy.Expr:
    """The smallest root after a budget; infinity when there is none."""
    first = sympy.oo
    for root in roots:
        if compare(root, after) > 0 and compare(root, first) < 0:
            first = root
    return first
