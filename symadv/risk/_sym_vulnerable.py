"""Where the vulnerable samples are, case by case: the intervals of every label on every stratum as formulas."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sympy

from symadv.geometry.stratum import Stratum
from symadv.language.intervals import AFTER, BEFORE, Cut, Intervals
from symadv.risk._sym_cases import Tree, Zero
from symadv.risk._sym_merge import Case, Merger, conjuncts, where_holds
from symadv.risk._sym_proof import identical
from symadv.risk.pieces import Spans


@dataclass(frozen=True)
class VulnerableCase:
    """Where the vulnerable samples are when all of ``given`` hold.

    ``vulnerable``: for each label and stratum the open intervals that the free coordinates of its vulnerable samples
    fill up to single points (for a point: the whole line, or nothing).
    """

    given: tuple[sympy.Basic, ...]
    vulnerable: Mapping[int, Mapping[Stratum, Intervals]]


@dataclass(frozen=True)
class Places(Merger):
    """Cases with the same vulnerable samples: more than with the same risk, which may belong to different samples."""

    def vulnerable(self, tree: Tree) -> tuple[VulnerableCase, ...]:
        """The cases, their conditions in the parameters that the tree starts with."""
        return tuple(self._case(case) for case in self.cases(tree))

    def agree(self, there: Sequence[Spans], here: Sequence[Spans], region: Zero) -> bool:
        """Whether each interval has the same ends, once those that have shrunk to a point are left out."""
        return all(
            len(a) == len(b) and all(_same(x, y, region) for x, y in zip(_ends(a), _ends(b), strict=True))
            for a, b in zip((_on(s, region) for s in there), (_on(s, region) for s in here), strict=True)
        )

    def _case(self, case: Case) -> VulnerableCase:
        where, spans = case
        found: dict[int, dict[Stratum, Intervals]] = {part.label: {} for part in self.law.parts}
        for part, intervals in zip(self.law.parts, spans, strict=True):
            cuts = (cut for lower, upper in intervals for cut in (Cut(lower, AFTER), Cut(upper, BEFORE)))
            found[part.label][part.stratum] = Intervals(tuple(cuts))
        return VulnerableCase(conjuncts(where_holds(where, self.start.parameters)), found)


def _ends(spans: Spans) -> Iterator[sympy.Expr]:
    for span in spans:
        yield from span


def _same(a: sympy.Expr, b: sympy.Expr, region: Zero) -> bool:
    """Proved equality of two ends; an infinite one equals itself only."""
    if a.is_infinite or b.is_infinite:
        return bool(a == b)
    return identical(a, b, region.conditions, region.parameters)


def _on(spans: Spans, region: Zero) -> Spans:
    """Intervals on a surface: none without length, and none that the next one continues."""
    found: list[tuple[sympy.Expr, sympy.Expr]] = []
    for span in spans:
        lower, upper = (end.xreplace(dict(region.surface)) for end in span)
        if _same(lower, upper, region):
            continue
        if found and _same(found[-1][1], lower, region):
            found[-1] = found[-1][0], upper
        else:
            found.append((lower, upper))
    return tuple(found)
