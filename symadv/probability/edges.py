"""Where strata end within each other: one-sided limits."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Protocol, TypeVar

from symadv.geometry.stratum import Stratum
from symadv.language.order import order


class OnStratum(Protocol):
    """Whatever lies on a stratum."""

    @property
    def stratum(self) -> Stratum: ...


Part = TypeVar("Part", bound=OnStratum)


def jumps(strata: Sequence[Stratum]) -> Iterator[Stratum]:
    """The parts of strata's ends on which another stratum with the same carrier does not end likewise."""
    for a, b in product(strata, repeat=2):
        if a == b or a.carrier != b.carrier:
            continue
        for k, side, facet in a.facets:
            if order(a.bounds[k][side], b.bounds[k][side]) == 0:
                continue
            yield from facet.meet(b)


def limits(place: Stratum, parts: Sequence[Part]) -> list[list[Part]]:
    """The parts that one meets on approaching a place from each side from which there are any.

    The sides are those of coordinates whose intervals end at the place; parts on other carriers are met from all sides.
    """
    ends = [_ends(place, part.stratum) for part in parts]
    cut = sorted({end[:-1] for found in ends for end in found}, key=str)
    found = []
    for sides in product((0, 1), repeat=len(cut)):
        # From below (0) one does not meet what has its lower end (0) at the place.
        away = {(*key, side) for key, side in zip(cut, sides, strict=True)}
        met = [part for part, own in zip(parts, ends, strict=True) if not own & away]
        if met:
            found.append(met)
    return found


def _ends(place: Stratum, stratum: Stratum) -> set[tuple[Stratum, int, int]]:
    """The carrier, the coordinate and the side of the ends of a stratum at which a place is."""
    return {(stratum.carrier, k, side) for k, side, facet in stratum.facets if place.lies_in(facet)}
