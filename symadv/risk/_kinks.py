"""Absolute values, Max and Min in conditions: replaced by their branches, each where it is the one."""

from collections.abc import Iterator

import sympy

from symadv.language.forms import expand_outside

Condition = tuple[sympy.Expr, frozenset[int]]

_KINKS = (sympy.Abs, sympy.Max, sympy.Min)


def first_kink(conditions: list[Condition], variables: tuple[sympy.Symbol, ...]) -> sympy.Expr | None:
    """The simplest absolute value, Max or Min of some variables in some conditions."""
    kinks = {node for form, _ in conditions for node in form.atoms(*_KINKS) if node.has(*variables)}
    return min(kinks, key=lambda node: (sympy.count_ops(node), str(node))) if kinks else None


def branches(conditions: list[Condition], kink: sympy.Expr) -> Iterator[list[Condition]]:
    """An absolute value, a Max or a Min replaced by its two branches, each where it is the one."""
    if isinstance(kink, sympy.Abs):
        first, second = kink.args[0], -kink.args[0]
    else:
        first, second = kink.args[0], kink.func(*kink.args[1:])
    ahead = frozenset({0, -1} if isinstance(kink, sympy.Min) else {0, 1})
    difference = expand_outside(first - second)
    for value, signs in ((first, ahead), (second, frozenset({-1, 0, 1}) - ahead)):
        yield [(difference, signs), *((expand_outside(form.xreplace({kink: value})), s) for form, s in conditions)]
