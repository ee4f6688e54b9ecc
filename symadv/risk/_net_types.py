"""Types of points that definitions ask for, and where on a stratum it is open whether they are within reach."""

from collections.abc import Mapping
from dataclasses import replace
from math import inf, nextafter

from symadv.adversary.definition import Types
from symadv.geometry.charts import rounded
from symadv.geometry.stratum import Stratum
from symadv.language.intervals import Intervals
from symadv.risk.bound import EXACT, Range
from symadv.risk.pieces import Mask, Pieces, Type

TypePairs = Mapping[int, tuple[tuple[Types, Types], ...]]
_SHORT = 1e-14


def between_ends(stratum: Stratum, numbers: Intervals) -> Intervals:
    """The numbers between the ends of a stratum, without what is too short to matter."""
    found = Intervals()
    for start, end in numbers & Intervals.between(*stratum.bounds[0]) if stratum.dim else numbers:
        short = start.value.is_finite and end.value.is_finite and rounded(end.value - start.value)[0] < _SHORT
        found = found if short else found | Intervals((start, end))
    return found


def needed(pairs: TypePairs, labels: tuple[int, ...]) -> tuple[frozenset[Type], frozenset[Type]]:
    """The types that definitions ask for at the clean point, and at the perturbed one."""

    def kinds(types: Types) -> set[Type]:
        return {(a, b) for a in types.f for b in ((None,) if types.c is None else types.c)}

    clean = {t for both in pairs.values() for a, _ in both for t in kinds(a)}
    perturbed = {t for both in pairs.values() for _, b in both for t in kinds(b)}
    return frozenset(clean | perturbed), frozenset(perturbed)


def filled(pieces: Pieces, labels: tuple[int, ...]) -> Pieces:
    """With masks for the types that nobody asks for, too."""
    nothing: dict[Type, Mask] = {(a, b): (0, 0) for a in labels for b in (None, *labels)}
    return replace(pieces, here={**nothing, **pieces.here}, near={**nothing, **pieces.near})


def are_apart(one: Range, other: Range) -> bool:
    """Whether two enclosures differ by more than what is taken for exact."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) >= EXACT


def widened(value: Range, lost: float) -> Range:
    """A range of a probability, if a share that is lost counts for it or not."""
    low, high = value
    return (max(nextafter(low - lost, -inf), 0.0), min(nextafter(high + lost, inf), 1.0)) if lost else value
