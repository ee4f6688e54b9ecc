"""Types of a network's label with the sides of straight borders, before the signs of curved ones are known."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symadv.geometry.polygons import Bools, Ints
from symadv.risk._net_cells import DecisionCells
from symadv.risk._planes.truth import NOWHERE, Truth
from symadv.risk._planes.types import types


@dataclass(frozen=True, eq=False)
class States:
    """On which sides of the lines that true labels depend on cells lie; instead of true labels, where these depend on
    functions, too."""

    decided: DecisionCells
    truth: Truth

    @cached_property
    def _lines(self) -> Ints:
        used = [k for k, line in enumerate(self.truth.dividers) if line in self.truth.used]
        return np.array(used, dtype=np.int64)

    @cached_property
    def _rows(self) -> Ints:
        return np.unique(self.decided.cells.data["side"][:, self._lines].astype(np.int64), axis=0)

    @cached_property
    def cells(self) -> tuple[int, ...]:
        """One number for each state."""
        return tuple(range(len(self._rows)))

    def labels(self, side: Ints) -> Ints:
        """The number of the state on some sides of all lines (n, lines), or ``NOWHERE``."""
        found = np.full(len(side), NOWHERE)
        for k, row in enumerate(self._rows):
            found[(side[:, self._lines] == row).all(axis=1)] = k
        return found

    def boxed(self, side: Ints) -> Bools:
        """Where perturbed points may be."""
        return self.truth.boxed(side)

    @property
    def width(self) -> int:
        """The number of types with true labels."""
        return len(self.decided.ties) * (1 + len(self.truth.cells))

    def before(self, label: Ints, side: Ints) -> Ints:
        """The types with states (n, k) of points with some labels."""
        return types(label, self.labels(side), len(self.decided.ties), len(self.cells)) * self.boxed(side)[:, None]

    def types(self, label: Ints, true: Ints) -> Ints:
        """The types with true labels (n, width)."""
        return types(label, true, len(self.decided.ties), len(self.truth.cells))

    def true(self, side: Ints, signs: Ints) -> Ints:
        """The true labels, or ``NOWHERE``, on some sides of the lines, given the signs of the functions."""
        return self.truth.labels(np.column_stack([side, signs]))

    def expanded(self, touched: Ints, signs: Ints) -> Ints:
        """Types with states as ones with true labels, given the signs of the functions (n, functions)."""
        labels, states, truths = len(self.decided.ties), len(self.cells), len(self.truth.cells)
        own = touched.reshape(len(touched), labels, 1 + states)
        found = np.zeros((len(touched), labels, 1 + truths), dtype=np.int64)
        found[:, :, 0] = own[:, :, 0]
        side = np.ones((len(touched), len(self.truth.dividers)), dtype=np.int64)
        for k, row in enumerate(self._rows):
            side[:, self._lines] = row
            true = self.true(side, signs)
            for label in range(truths):
                found[:, :, 1 + label] |= own[:, :, 1 + k] * (true == label)[:, None]
        return found.reshape(len(touched), self.width)
