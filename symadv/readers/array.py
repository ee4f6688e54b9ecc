"""Expressions and regions as functions of numpy arrays or torch tensors: one translation, two tables of operations."""

from collections.abc import Sequence
from typing import Any

import sympy

from symadv.language.aggregates import Aggregate, aggregates_of
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.regions import Cells
from symadv.readers import _array_arithmetic, _array_conditions, _array_logarithms
from symadv.readers._array_builder import Builder
from symadv.readers._array_function import ArrayFunction
from symadv.readers._array_inputs import computable, inputs
from symadv.readers._array_margin import margin as margin_of
from symadv.readers._array_margin import size
from symadv.readers._array_program import Program

_RULES = (_array_arithmetic, _array_conditions, _array_logarithms)  # imported for the rules that they add


def array(
    term: Any, arguments: Sequence[sympy.Symbol], *, normalise: bool = False, margin: bool = False
) -> ArrayFunction:
    r"""A term as a function of one array per argument: an expression, a condition, a region, or a tuple of expressions.

    The arrays are numpy or torch, of one floating dtype, and broadcast; the result is of their kind, dtype and device
    (truth values for conditions and regions), and a tuple becomes the columns of the last axis.  Numbers are rounded
    once, and equal parts computed once.  In torch the function is differentiable, also at the seams of cases.
    With ``normalise`` a tuple holds logarithms $t_k$ of weights, and the result is $e^{t_k} / \sum_i e^{t_i}$.
    With ``margin`` the result for a region is the distance from its boundaries relative to the rounding error of its
    forms: where it exceeds the dtype's epsilon, rounding does not decide membership.
    """
    symbols = tuple(arguments)
    if not symbols or not all(isinstance(a, sympy.Symbol) for a in symbols) or len(set(symbols)) < len(symbols):
        raise SymadvError(f"got the arguments {symbols}, wanted one or more different symbols")
    several = isinstance(term, tuple | list | sympy.Tuple)
    terms = [_exact(t, symbols) for t in (term if several else (term,))]
    _check(terms, symbols, several=several, normalise=normalise, margin=margin)
    used = _used(terms, symbols, margin=margin)
    plain, masked = (_compile(terms, used, m, several, normalise, margin) for m in (False, True))
    return ArrayFunction(tuple(str(s) for s in symbols), inputs(used, symbols), plain, masked)


def _used(terms: list[Any], symbols: tuple[sympy.Symbol, ...], *, margin: bool) -> tuple[sympy.Symbol, ...]:
    """The arguments that the terms have, and the aggregates of arguments; at least one symbol, for the shape's sake."""
    found = {s for t in terms for s in _symbols(t)}
    aggregates = sorted((s for s in found - set(symbols) if isinstance(s, Aggregate)), key=lambda a: a.name)
    sizes = [s for a in aggregates for s in aggregates_of(size(a)) if s not in found] if margin else []
    used = (*(s for s in symbols if s in found), *aggregates, *dict.fromkeys(sizes))
    return used or symbols[:1]


def _exact(term: Any, arguments: tuple[sympy.Symbol, ...]) -> Any:
    """A term with exact numbers, and with no other aggregates than those of arguments."""
    if isinstance(term, Cells):
        return _without_strange_aggregates(term, arguments)
    if isinstance(term, sympy.Basic):
        exactly = term.xreplace({f: exact(f) for f in term.atoms(sympy.Float)})
        return exactly.xreplace(_to_be_spelled_out(exactly.free_symbols, arguments))
    return exact(term)


def _without_strange_aggregates(region: Cells, arguments: tuple[sympy.Symbol, ...]) -> Cells:
    table = _to_be_spelled_out(_symbols(region), arguments)
    if not table:
        return region
    cells = tuple(tuple((form.xreplace(table), signs) for form, signs in cell) for cell in region.cells)
    return Cells(region.features, cells)


def _to_be_spelled_out(
    symbols: set[sympy.Symbol], arguments: tuple[sympy.Symbol, ...]
) -> dict[sympy.Symbol, sympy.Expr]:
    strangers = (s for s in symbols if isinstance(s, Aggregate) and s not in arguments)
    return {s: s.spelled_out for s in strangers if not computable(s, arguments)}


def _check(
    terms: list[Any], symbols: tuple[sympy.Symbol, ...], *, several: bool, normalise: bool, margin: bool
) -> None:
    if margin and (several or not isinstance(terms[0], Cells)):
        raise SymadvError("got margin=True without a region, wanted a region")
    if normalise and (len(terms) < 2 or _is_truth(terms[0])):
        raise SymadvError("got normalise=True, wanted a tuple of two or more logarithms of weights")
    if len({_is_truth(t) for t in terms}) != 1:
        raise SymadvError(f"got the tuple {tuple(terms)}, wanted one or more expressions, or else conditions")
    found = {s for t in terms for s in _symbols(t)} - set(symbols)
    strangers = sorted(str(s) for s in found if not (isinstance(s, Aggregate) and computable(s, symbols)))
    if strangers:
        hint = "symbols of one name with different assumptions are different"
        if not set(strangers) & {str(s) for s in symbols}:
            hint = "give parameters their values first"
        wanted = ", ".join(map(str, symbols))
        raise SymadvError(f"got a term in {', '.join(strangers)} too, wanted one in {wanted} alone; {hint}")


def _symbols(term: Any) -> set[sympy.Symbol]:
    if isinstance(term, Cells):
        return {s for cell in term.cells for form, _ in cell for s in form.free_symbols}
    return set(term.free_symbols)


def _is_truth(term: Any) -> bool:
    return isinstance(term, Cells | sympy.logic.boolalg.Boolean) and not isinstance(term, sympy.Symbol)


def _compile(
    terms: list[Any], symbols: tuple[sympy.Symbol, ...], masked: bool, several: bool, normalise: bool, margin: bool
) -> Program:
    builder = Builder(symbols, masked=masked)
    stacked = len(terms) if several else None
    if margin:
        return builder.program([margin_of(terms[0], builder)], finish=None, stacked=None, truth=False)
    if not normalise:
        outputs = [builder.read(t) for t in terms]
        return builder.program(outputs, finish=None, stacked=stacked, truth=_is_truth(terms[0]))
    if len(terms) == 2 and terms[0] == 0:
        return builder.program([builder.read(terms[1])], finish="expits", stacked=stacked, truth=False)
    return builder.program([builder.read(t) for t in terms], finish="softmax", stacked=stacked, truth=False)
