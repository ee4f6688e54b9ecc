"""The neurons of a ReLU network as exact affine forms on a chart, for an activation pattern."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import flint
import numpy as np

from symadv.classifiers._network import Layer, exact_matrix
from symadv.geometry.charts import Chart
from symadv.geometry.polygons import Basis, Bools, Row


class ExactForms:
    """Rows of rationals, computed when a float is not enough, each activation pattern once."""

    def __init__(self, layers: Sequence[Layer], charts: Sequence[Chart], basis: Basis) -> None:
        self._layers = layers
        self._rows = [[chart.row(i, basis) for i in range(len(chart.place))] for chart in charts]
        self._width = 3 + len(basis.numbers)
        self._weights = [exact_matrix(layer.weight) for layer in layers]
        self.offsets = np.cumsum([0, *(len(layer.bias) for layer in layers)])
        self.pairs = list(combinations(range(len(layers[-1].bias)), 2))
        self._known: dict[tuple[int, int, bytes], Any] = {}

    def row(self, chart: int, depth: int, pattern: Bools, k: int) -> Row:
        """The exact form of a neuron, or at the last depth of the difference of a pair of logits."""
        matrix = self._matrix(int(chart), depth, pattern[: self.offsets[depth]])
        columns = range(matrix.ncols())
        if depth == len(self._layers) - 1:
            a, b = self.pairs[k]
            return tuple(matrix[a, c] - matrix[b, c] for c in columns)
        return tuple(matrix[int(k), c] for c in columns)

    def _matrix(self, chart: int, depth: int, pattern: Bools) -> Any:
        key = chart, depth, pattern.tobytes()
        if key not in self._known:
            result = self._weights[depth] * self._inputs(chart, depth, pattern)
            for i, bias in enumerate(self._layers[depth].bias):
                result[i, 2] += flint.fmpq(*float(bias).as_integer_ratio())
            self._known[key] = result
        return self._known[key]

    def _inputs(self, chart: int, depth: int, pattern: Bools) -> Any:
        if depth == 0:
            return flint.fmpq_mat([[*row, *[flint.fmpq(0)] * (self._width - len(row))] for row in self._rows[chart]])
        before = flint.fmpq_mat(self._matrix(chart, depth - 1, pattern[: self.offsets[depth - 1]]))
        if self._layers[depth - 1].relu:
            for k in np.flatnonzero(~pattern[self.offsets[depth - 1] : self.offsets[depth]]):
                for c in range(self._width):
                    before[int(k), c] = flint.fmpq(0)
        return before
