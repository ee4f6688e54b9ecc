"""Whether sign conditions contradict each other, asked of a solver for polynomials: fast, and sound when it says so.

Every function is a variable of its own of which only a little is said; what has no solution then has none at all.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import sympy

from symadv.language.errors import SymadvError
from symadv.language.functions import Phi
from symadv.language.signs import Signs, relation
from symadv.provers._solver import solve

Condition = tuple[sympy.Expr, Signs]

_STEPS = 500_000  # what is contradictory mostly shows in a few thousand
_ONE = tuple(frozenset({s}) for s in (-1, 0, 1))


def contradictory(alternatives: Iterable[Iterable[Condition]]) -> bool:
    """Whether no point of the domains satisfies one condition of each alternative; False when that is not shown."""
    variables = _Variables()
    stated = [sympy.Or(*(variables.condition(f, s) for f, s in some), evaluate=False) for some in alternatives]
    try:
        return solve([*stated, *variables.known], _STEPS).status == "unsat"
    except SymadvError:  # the solver has no word for a term
        return False


class _Variables:
    """Variables in the place of functions, and what is known of them."""

    def __init__(self) -> None:
        self.known: list[sympy.Basic] = []
        self._of: dict[sympy.Expr, sympy.Symbol] = {}

    def condition(self, form: sympy.Expr, signs: Signs) -> sympy.Basic:
        """A sign condition on polynomials."""
        return relation(self._polynomial(form), signs)

    def _polynomial(self, form: sympy.Expr) -> sympy.Expr:
        """A polynomial in parameters and variables that has the sign of a form."""
        polynomial, functions = _flat(form)
        return polynomial.xreplace({_slot(k): self._variable(f) for k, f in enumerate(functions)})

    def _variable(self, function: sympy.Expr) -> sympy.Symbol:
        if function not in self._of:
            self._of[function] = sympy.Symbol(f"function#{len(self._of)}", real=True)
            self.known += self._facts(function, self._of[function])
        return self._of[function]

    def _facts(self, function: sympy.Expr, variable: sympy.Symbol) -> Iterator[sympy.Basic]:
        if isinstance(function, sympy.log):
            yield self._same_sign(variable, function.args[0] - 1)
        elif isinstance(function, sympy.exp):
            yield sympy.StrictGreaterThan(variable, 0, evaluate=False)
            yield self._same_sign(variable - 1, function.args[0])
        elif isinstance(function, Phi):
            yield sympy.StrictGreaterThan(variable, 0, evaluate=False)
            yield sympy.StrictLessThan(variable, 1, evaluate=False)
            yield self._same_sign(2 * variable - 1, function.args[0])

    def _same_sign(self, a: sympy.Expr, b: sympy.Expr) -> sympy.Basic:
        both = (sympy.And(self.condition(a, s), self.condition(b, s), evaluate=False) for s in _ONE)
        return sympy.Or(*both, evaluate=False)


@lru_cache(maxsize=16384)
def _flat(form: sympy.Expr) -> tuple[sympy.Expr, tuple[sympy.Expr, ...]]:
    """A polynomial that has the sign of a form once functions are put into its slots, and these functions."""
    found = form.atoms(sympy.Function, sympy.exp) - form.atoms(sympy.Abs, sympy.Max, sympy.Min)
    outer = (f for f in found if not any(g != f and g.has(f) for g in found))
    functions = tuple(sorted(outer, key=sympy.default_sort_key))
    flat = form.xreplace({f: _slot(k) for k, f in enumerate(functions)})
    numerator, denominator = sympy.fraction(sympy.together(flat))
    return (numerator if denominator.is_positive else numerator * denominator), functions


def _slot(k: int) -> sympy.Symbol:
    return sympy.Symbol(f"slot#{k}", real=True)
