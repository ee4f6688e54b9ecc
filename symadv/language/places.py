"""Parameters with a place: what their domains leave open is decided there, and noted as a condition."""

from collections.abc import Callable

import sympy

from symadv.language.parameters import Parameter

Decide = Callable[[sympy.Expr], int | None]


class Placed(sympy.Symbol):
    """Stands for a parameter in one run of a computation; ``decide`` says the sign of expressions in such symbols.

    Symbols of different runs are different, so that nothing remembered of one run is taken for another's.
    """

    __slots__ = ("decide", "run")
    decide: Decide
    run: int

    def __new__(cls, parameter: Parameter, run: int, decide: Decide) -> "Placed":
        self: Placed = sympy.Symbol.__xnew__(cls, parameter.name, **parameter.assumptions0)
        self.decide, self.run = decide, run
        return self

    def _hashable_content(self) -> tuple[object, ...]:
        return (*super()._hashable_content(), self.run)


def decider(symbols: set[sympy.Basic]) -> Decide | None:
    """Who decides signs of expressions in these symbols: None unless all of them have a place."""
    deciders = [s.decide for s in symbols if isinstance(s, Placed)]
    return deciders[0] if symbols and len(deciders) == len(symbols) else None
