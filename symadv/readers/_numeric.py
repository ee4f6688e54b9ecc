"""Expressions as functions of their parameters by name, for numbers and arrays."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from symadv.language.errors import SymadvError, unknown
from symadv.language.functions import Phi
from symadv.language.parameters import Parameter


@dataclass(frozen=True)
class Numeric:
    """An expression as a function of its parameters: floats or arrays that broadcast, float64, by keyword.

    ``reader`` makes functions of arrays out of expressions.
    """

    expression: sympy.Expr
    parameters: tuple[Parameter, ...]
    reader: Callable[..., Any]

    def __call__(self, **values: Any) -> Any:
        """The values, a float when all parameters are numbers; refused outside the parameters' domains."""
        known = {s.name: s for s in self.parameters}
        for name in values:
            if name not in known:
                raise unknown("parameter", name, list(known))
        if missing := [name for name in known if name not in values]:
            raise SymadvError(f"got no value for {', '.join(missing)}; wanted {', '.join(known)}")
        columns = [_column(s, values[s.name]) for s in self.parameters]
        shape = np.broadcast_shapes(*(c.shape for c in columns))
        if not self.expression.free_symbols:
            result = np.full(shape, float(self.expression))
        else:
            result = np.broadcast_to(self._compiled(*columns), shape)
        return result if shape else float(result)

    @cached_property
    def _compiled(self) -> Any:
        return self.reader(in_the_tails(self.expression), self.parameters)


def _column(s: Parameter, value: Any) -> Any:
    column = np.asarray(value, dtype=np.float64)
    start, end = float(s.domain.start), float(s.domain.end)
    above = column > start if s.domain.left_open else column >= start
    below = column < end if s.domain.right_open else column <= end
    if not np.all(above & below):
        wrong = column[~(above & below)].flat[0]
        raise SymadvError(f"{s.name} = {wrong} is outside its domain {s.domain}")
    return column


def in_the_tails(expression: sympy.Expr) -> sympy.Expr:
    r"""Each $\Phi(b) - \Phi(a)$ as a difference of the smaller tails: $\Phi(b \wedge -a) - \Phi(a \wedge -b)$."""
    return expression.replace(lambda e: e.is_Add, _paired)


def _paired(total: sympy.Add) -> sympy.Expr:
    rest = list(total.args)
    for upper in total.args:
        weight, plus = upper.as_coeff_Mul()
        partners = [e for e in rest if isinstance(plus, Phi) and weight > 0 and _phi_of(e, -weight) is not None]
        if partners:
            lower = min(partners, key=lambda e: sympy.count_ops(plus.args[0] - _phi_of(e, -weight)))
            rest = [e for e in rest if e not in (upper, lower)]
            rest.append(weight * _difference(plus.args[0], _phi_of(lower, -weight)))
    return sympy.Add(*rest)


def _phi_of(e: sympy.Expr, weight: sympy.Expr) -> sympy.Expr | None:
    """The argument z of a summand w Phi(z) with the given weight."""
    own, phi = e.as_coeff_Mul()
    return phi.args[0] if isinstance(phi, Phi) and own == weight else None


def _difference(b: sympy.Expr, a: sympy.Expr) -> sympy.Expr:
    return Phi(sympy.Min(b, -a, evaluate=False)) - Phi(sympy.Min(a, -b, evaluate=False))
