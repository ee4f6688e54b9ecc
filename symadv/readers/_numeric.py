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

_BLOCK = 1 << 15  # points at a time: few enough for a cache


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
    def _compiled(self) -> Callable[..., Any]:
        if isinstance(self.expression, sympy.Piecewise):
            return _Cases(self.expression, self.parameters, self.reader)
        function: Callable[..., Any] = self.reader(in_the_tails(self.expression), self.parameters)
        return function


class _Cases:
    """A case distinction as a function of arrays: each case is computed only where it is the one."""

    def __init__(
        self, expression: sympy.Piecewise, parameters: tuple[Parameter, ...], reader: Callable[..., Any]
    ) -> None:
        numbered = [(sympy.Integer(k), condition) for k, (_, condition) in enumerate(expression.args)]
        self._which = reader(sympy.Piecewise(*numbered, evaluate=False), parameters)
        self._values = [reader(in_the_tails(value), parameters) for value, _ in expression.args]

    def __call__(self, *columns: Any) -> Any:
        whole = np.broadcast_arrays(*columns)
        flat = [np.ascontiguousarray(c).reshape(-1) for c in whole]
        result = np.full(flat[0].shape, np.nan)
        for start in range(0, len(result), _BLOCK):
            block, out = [c[start : start + _BLOCK] for c in flat], result[start : start + _BLOCK]
            which = self._which(*block)
            for k, value in enumerate(self._values):
                here = np.flatnonzero(which == k)
                if len(here):
                    out[here] = value(*(c[here] for c in block))
        return result.reshape(whole[0].shape)


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
