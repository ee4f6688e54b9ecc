"""What stands in the cell of a table: every value as running text with formulas, or as a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import sympy

from symadv import catalog
from symadv.language.errors import SymadvError
from symadv.language.goals import Verdict
from symadv.language.intervals import Intervals
from symadv.language.regions import Region
from symadv.risk.bound import Bound


@dataclass(frozen=True)
class Cell:
    """Running text with formulas between dollar signs; a number stands at the right; a note qualifies it."""

    prose: str = ""
    number: bool = False
    note: str = ""
    verdict: Verdict | None = None


@singledispatch
def cell(value: Any) -> Cell:
    """The cell for a value."""
    if hasattr(value, "item"):  # a number of numpy
        return cell(value.item())
    raise SymadvError(f"got {type(value).__name__} in a table; wanted text, a number, a formula, a verdict or a bound")


@cell.register(type(None))
def _empty(value: None) -> Cell:
    return Cell()


@cell.register(Cell)
def _itself(value: Cell) -> Cell:
    return value


@cell.register(str)
def _text(value: str) -> Cell:
    return Cell(value)


@cell.register(bool)
def _truth(value: bool) -> Cell:
    return Cell("yes" if value else "no")


@cell.register(int)
def _integer(value: int) -> Cell:
    return Cell(str(value), number=True)


@cell.register(float)
def _real(value: float) -> Cell:
    return Cell(_shown(value), number=True)


@cell.register(sympy.Basic)
@cell.register(Region)
@cell.register(Intervals)
def _formula(value: Any) -> Cell:
    return Cell(f"${catalog.load('readers', 'latex')(value)}$", number=isinstance(value, sympy.Number))


@cell.register(Verdict)
def _verdict(value: Verdict) -> Cell:
    return Cell(verdict=value)


@cell.register(Bound)
def _bound(value: Bound) -> Cell:
    low, high = _shown(value.lower), _shown(value.upper)
    notes = []
    if value.confidence < 1:
        notes.append(f"confidence {value.confidence:.4g}")
    if value.evidence is not None and value.evidence.knife_edge:
        notes.append("knife edge")
    return Cell(low if low == high else f"[{low}, {high}]", number=True, note=", ".join(notes))


def numeric(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[bool]:
    """For each column whether it holds numbers, and nothing else."""
    columns = [[row[k] for row in rows if row[k] != Cell()] for k in range(len(head))]
    return [bool(column) and all(c.number for c in column) for column in columns]


def _shown(value: float) -> str:
    """Six digits; a power of ten where a plain decimal would be long."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    text = f"{value:.6g}"
    if "e" not in text:
        return text
    mantissa, _, exponent = text.partition("e")
    return rf"${mantissa} \cdot 10^{{{int(exponent)}}}$"
