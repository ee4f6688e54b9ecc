"""Expressions as straight-line programs in ball arithmetic: read once, evaluated on thousands of boxes."""

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import flint
import sympy

from symadv.language.balls import UNARY, ball
from symadv.language.errors import SymadvError
from symadv.language.functions import unfold

_Balls = Callable[[Sequence[Any]], list[Any]]


def arb(*expressions: sympy.Expr, variables: Sequence[sympy.Symbol]) -> _Balls:
    """A function from one ball (``flint.arb``) for each variable to balls that contain the values of the expressions.

    Terms that occur more than once are evaluated once; a ball is not finite where its term may be undefined.  Analytic
    expressions take complex balls (``flint.acb``) and power series (``flint.arb_series``), too.
    """
    slots: dict[sympy.Expr, int] = {v: k for k, v in enumerate(variables)}
    start: list[Any] = [None] * len(slots)
    steps: list[tuple[int, Callable[..., Any], tuple[int, ...]]] = []

    def place(node: sympy.Expr) -> int:
        if node not in slots:
            if node.free_symbols:
                function, parts = _operation(node)
                arguments = tuple(place(part) for part in parts)
                steps.append((len(start), function, arguments))
                start.append(None)
            else:
                start.append(ball(node))
            slots[node] = len(start) - 1
        return slots[node]

    results = [place(unfold(e)) for e in expressions]

    def evaluate(values: Sequence[Any]) -> list[Any]:
        found = start.copy()
        found[: len(values)] = values
        for slot, function, arguments in steps:
            found[slot] = function(*(found[k] for k in arguments))
        return [found[k] for k in results]

    return evaluate


def _operation(node: sympy.Expr) -> tuple[Callable[..., Any], tuple[sympy.Expr, ...]]:
    if isinstance(node, sympy.Add):
        return lambda *balls: sum(balls[1:], balls[0]), node.args
    if isinstance(node, sympy.Mul):
        return lambda *balls: math.prod(balls[1:], start=balls[0]), node.args
    if isinstance(node, sympy.Pow) and node.exp.is_Rational:
        return _power(node.exp), (node.base,)
    if isinstance(node, sympy.Pow):
        return lambda base, exponent: base**exponent, node.args
    if isinstance(node, sympy.Max | sympy.Min):
        return (_max if isinstance(node, sympy.Max) else _min), node.args
    if type(node) in UNARY:
        return UNARY[type(node)], node.args
    raise SymadvError(f"cannot enclose {node}: no ball arithmetic for {type(node).__name__}")


def _power(exponent: sympy.Rational) -> Callable[[Any], Any]:
    p, q = int(exponent.p), int(exponent.q)
    return lambda base: _whole(base if q == 1 else base.sqrt() if q == 2 else base.root(q), p)


def _whole(base: Any, n: int) -> Any:
    """A power with an integer exponent; Arb's own is not finite around a real zero."""
    if isinstance(base, flint.acb | flint.arb_series):
        return base**n
    if n < 0:
        return 1 / _whole(base, -n)
    return abs(base) ** n if n % 2 == 0 else base * abs(base) ** (n - 1)


def _max(*balls: Any) -> Any:
    return reduce(lambda a, b: a.max(b), balls)


def _min(*balls: Any) -> Any:
    return reduce(lambda a, b: a.min(b), balls)
