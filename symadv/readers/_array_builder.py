"""From expressions to programs: the builder, and the dispatch over heads that the files beside this one fill in."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import singledispatch
from typing import Any

import sympy

from symadv.language.errors import SymadvError
from symadv.readers._array_constants import nearest_float
from symadv.readers._array_program import Program, Step


@singledispatch
def compiled(node: Any, builder: "Builder") -> int:
    """The register that holds a node once the builder's steps have run; one rule per head."""
    raise SymadvError(f"cannot compute {node} on arrays: no rule for {type(node).__name__}")


class Builder:
    """Steps so far; equal steps are taken once.

    With ``masked``, the branches of a case distinction pass on gradients only where they apply.
    """

    def __init__(self, arguments: tuple[sympy.Symbol, ...], *, masked: bool) -> None:
        self.arguments, self.masked = arguments, masked
        self._constants: dict[int, float | bool] = {}
        self._steps: list[tuple[int, str, tuple[int, ...]]] = []
        self._registers = len(arguments)
        self._known: dict[Any, int] = {}
        self._scope: dict[sympy.Basic, int] = {symbol: k for k, symbol in enumerate(arguments)}

    def read(self, node: sympy.Basic) -> int:
        """The register of an expression or a condition."""
        if node not in self._scope:
            number = isinstance(node, sympy.Expr) and not node.free_symbols
            self._scope[node] = self.constant(nearest_float(node)) if number else compiled(node, self)
        return self._scope[node]

    def constant(self, value: float | bool) -> int:
        """The register of a number or a truth value."""
        key = type(value), repr(value)
        if key not in self._known:
            self._known[key] = self._new()
            self._constants[self._known[key]] = value
        return self._known[key]

    def value(self, register: int) -> float | bool | None:
        """What a register holds where that is known beforehand."""
        return self._constants.get(register)

    def emit(self, operation: str, *operands: int) -> int:
        """The register of an operation on registers."""
        key = operation, operands
        if key not in self._known:
            self._known[key] = self._new()
            self._steps.append((self._known[key], operation, operands))
        return self._known[key]

    @contextmanager
    def only_where(self, condition: int) -> Iterator[None]:
        """Within, arguments pass on gradients only where a condition holds; their values are what they are."""
        outer = self._scope
        if self.masked and self.value(condition) is not True:
            self._scope = {symbol: self.emit("hold", condition, outer[symbol]) for symbol in self.arguments}
        yield
        self._scope = outer

    def program(self, outputs: Sequence[int], *, finish: str | None, stacked: int | None, truth: bool) -> Program:
        """The steps that the outputs need, as a program."""
        read_later = set(outputs)
        kept = []
        for target, operation, operands in reversed(self._steps):
            if target in read_later:
                kept.append(Step(target, operation, operands, self._dead(operands, read_later)))
                read_later.update(operands)
        constants = tuple((k, value) for k, value in self._constants.items() if k in read_later)
        return Program(self._registers, constants, tuple(reversed(kept)), tuple(outputs), finish, stacked, truth)

    def _dead(self, operands: tuple[int, ...], read_later: set[int]) -> tuple[int, ...]:
        own = (k for k in dict.fromkeys(operands) if k >= len(self.arguments) and k not in self._constants)
        return tuple(k for k in own if k not in read_later)

    def _new(self) -> int:
        self._registers += 1
        return self._registers - 1
