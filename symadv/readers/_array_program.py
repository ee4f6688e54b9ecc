"""Straight-line programs: what is computed, step by step, whatever library computes it."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import EllipsisType
from typing import Any

Array = Any
Table = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Step:
    """``register target = operation(registers)``; ``dead`` are the registers that nobody reads later."""

    target: int
    operation: str
    operands: tuple[int, ...]
    dead: tuple[int, ...]


@dataclass(frozen=True)
class Program:
    """Steps over registers, the first of which hold the inputs; the operations are names, given a meaning by a table.

    ``finish`` names an operation from all the outputs to the final ones; ``stacked`` is their number where they become
    the columns of one array; ``truth`` says that they are truth values.
    """

    registers: int
    constants: tuple[tuple[int, float | bool], ...]
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]
    finish: str | None
    stacked: int | None
    truth: bool

    @property
    def last(self) -> str | None:
        """The operation that yields the result, where there is one result and one such operation."""
        if self.stacked is None and self.finish is None and self.steps and self.steps[-1].target == self.outputs[0]:
            return self.steps[-1].operation
        return None

    def run(
        self, table: Table, inputs: Sequence[Array], constants: Sequence[tuple[int, Array]], *, out: Array = None
    ) -> Sequence[Array]:
        """The results for some inputs, each an array or a single number where it does not depend on them.

        ``out``, if given, takes what the operation ``last`` yields.
        """
        registers: list[Array] = [None] * self.registers
        registers[: len(inputs)] = inputs
        for k, value in constants:
            registers[k] = value
        for step in self.steps:
            into = {} if out is None or step is not self.steps[-1] else {"out": out}
            registers[step.target] = table[step.operation](*[registers[k] for k in step.operands], **into)
            for k in step.dead:
                registers[k] = None
        results: Sequence[Array] = [registers[k] for k in self.outputs]
        return table[self.finish](*results) if self.finish else results


def parts(shape: tuple[int, ...], size: int) -> Iterator[slice | EllipsisType]:
    """What to index the first axis of an array with, so that each part has about ``size`` entries."""
    total = math.prod(shape)
    if not shape or total <= size:
        yield ...
        return
    rows = max(1, size * shape[0] // total)
    for start in range(0, shape[0], rows):
        yield slice(start, start + rows)
