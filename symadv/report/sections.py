"""The parts that a page or an article is made of."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from symadv.language.derivations import Derivation
from symadv.language.errors import SymadvError
from symadv.language.goals import Report

_OF_A_STEP = re.compile(r"step (\d+)|link \d+ to (\d+)")


@dataclass(frozen=True)
class Heading:
    """A title; level 2 is a section, level 3 a part of one."""

    text: str
    level: int = 2

    def __post_init__(self) -> None:
        if self.level not in (2, 3, 4):
            raise SymadvError(f"heading {self.text!r}: got level {self.level}, wanted 2, 3 or 4 (the title has 1)")


@dataclass(frozen=True)
class Text:
    """Running text: paragraphs between blank lines, formulas in TeX between dollar signs."""

    prose: str


@dataclass(frozen=True)
class Table:
    """Rows of cells: text, numbers, truth values, formulas, regions, verdicts and bounds of risks; None is empty."""

    head: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    caption: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.head):
                raise SymadvError(f"table {self.caption!r}: got the row {row}, wanted {len(self.head)} cells")


@dataclass(frozen=True)
class Figure:
    """A picture as SVG text (shown in pages), PNG bytes (shown in pages without SVG, and in articles), or both."""

    caption: str
    svg: str | None = None
    png: bytes | None = None

    def __post_init__(self) -> None:
        if self.svg is None and self.png is None:
            raise SymadvError(f"figure {self.caption!r}: got neither svg nor png, wanted one of them")


@dataclass(frozen=True)
class DerivationBlock:
    """A derivation under a title, with what the provers say of its goals; folded unless ``open``."""

    title: str
    derivation: Derivation
    report: Report | None = None
    open: bool = False


Section = Heading | Text | Table | Figure | DerivationBlock | Report


def unproved_steps(report: Report) -> frozenset[int]:
    """The numbers of a derivation's steps that are not proved, or whose link to the step before is not."""
    found = [_OF_A_STEP.search(row.claim) for row in report if row.verdict.status != "PROVED"]
    return frozenset(int(match[1] or match[2]) for match in found if match is not None)


def summary(report: Report) -> str:
    """How many rows have which verdict, and whether all are as expected."""
    counts = Counter[str](row.verdict.status for row in report)
    order = ("PROVED", "REFUTED", "SUPPORTED", "UNDECIDED", "VACUOUS")
    said = ", ".join(f"{counts[status]} {status.lower()}" for status in order if counts[status])
    other = sum(not row.as_expected for row in report)
    return f"{len(report)} in all: {said or 'none'}; {f'{other} not' if other else 'all'} as expected"
