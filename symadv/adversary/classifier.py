"""Classifiers: what they say at points, and the regions of feature space in which they say it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symadv.adversary.pointwise import contains, points
from symadv.language.errors import SymadvError
from symadv.language.regions import Cells, intersection, nowhere
from symadv.probability.distribution import Distribution

_FEW = 16  # cells of a complement


@runtime_checkable
class Classifier(Protocol):
    """A total function from feature space to ``labels``; ``tie`` is what it says where no label is ahead."""

    @property
    def name(self) -> str: ...
    @property
    def labels(self) -> tuple[int, ...]: ...
    @property
    def tie(self) -> int: ...

    def predict(self, x: ArrayLike) -> NDArray[np.int64]:
        """The labels ``(n,)`` at points ``(n, d)``."""
        ...

    def regions(self) -> Mapping[int, Cells] | None:
        r"""$F_c = \{x : f(x) = c\}$ for each label, a partition of feature space; None when they are not known."""
        ...


@dataclass(frozen=True)
class Partition:
    """A classifier by regions: ``ahead`` says where each label is ahead of all others; the rest of space is a tie.

    ``made_from``: the distribution that it is made from, if it is, which need not be the one that it is judged on;
    ``anew`` makes the same classifier from another one.  ``behind`` tells where no label is ahead, if there is a
    shorter way to say so than as the complement of where one is.
    """

    name: str
    labels: tuple[int, ...]
    ahead: Mapping[int, Cells]
    tie: int
    made_from: Distribution | None = field(default=None, kw_only=True, compare=False, repr=False)
    anew: Callable[[Distribution], "Partition"] | None = field(default=None, kw_only=True, compare=False, repr=False)
    behind: Callable[[], Cells] | None = field(default=None, kw_only=True, compare=False, repr=False)

    def __post_init__(self) -> None:
        known_label("tie", self.tie, self.labels)

    def regions(self) -> dict[int, Cells]:
        r"""$F_c = \{x : f(x) = c\}$ for each label: a partition of feature space."""
        return dict(self._regions)

    def predict(self, x: ArrayLike) -> NDArray[np.int64]:
        """The labels ``(n,)`` at points ``(n, d)``, those of the exact classifier at these floats; NaN is refused."""
        array = points(x, len(next(iter(self.ahead.values())).features))
        result = np.full(len(array), self.tie, dtype=np.int64)
        for label, region in self.ahead.items():
            if label != self.tie:
                result[contains(region, array)] = label
        return result

    def remade(self, change: Callable[[Distribution], Distribution]) -> "Partition":
        """The same classifier made from a changed distribution; itself when it is made from none, or from that one."""
        if self.made_from is None or self.anew is None:
            return self
        changed = change(self.made_from)
        return self if changed == self.made_from else self.anew(changed)

    def carried(self, ahead: Mapping[int, Cells], *, d: Distribution, to: Distribution) -> "Partition":
        """The same classifier in statistics of d's features; if it is made from d, then it is made from their law."""
        if self.made_from != d:
            return Partition(self.name, self.labels, ahead, self.tie)
        return Partition(self.name, self.labels, ahead, self.tie, made_from=to, anew=self.anew)

    @cached_property
    def _regions(self) -> dict[int, Cells]:
        others = {label: region for label, region in self.ahead.items() if label != self.tie}
        rest = self._rest(others.values())
        return {
            label: others.get(label, rest if label == self.tie else nowhere(rest.features)) for label in self.labels
        }

    def _rest(self, others: Iterable[Cells]) -> Cells:
        """Where the label of ties is said: what the others leave."""
        features = next(iter(self.ahead.values())).features
        cells = prod(len(cell) for region in others for cell in region.cells)
        if self.behind is None or cells <= _FEW:
            return intersection(features, (~region for region in others))
        return self.ahead.get(self.tie, nowhere(features)) | self.behind()


def known_label(what: str, label: Any, labels: tuple[int, ...]) -> int:
    """A label of the distribution; anything else is refused."""
    if isinstance(label, bool) or label not in labels:
        raise SymadvError(f"{what}: got {label!r}, wanted one of the labels {', '.join(map(str, labels))}")
    return int(label)


def two_labels(what: str, labels: tuple[int, ...]) -> tuple[int, int]:
    """The smaller and the larger label; refused when there are more than two."""
    if len(labels) != 2:
        raise SymadvError(f"{what} needs a distribution with two labels, got {', '.join(map(str, labels))}")
    return labels[0], labels[1]
