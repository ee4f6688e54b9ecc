"""The neurons of a layer that are undecided on cells, few of many: work on vertices is done for these alone."""

from dataclasses import dataclass

import numpy as np

from symadv.classifiers._network import Layer
from symadv.geometry.polygons import ULP, Bools, Floats, Ints, Polygons


@dataclass(frozen=True)
class Open:
    """For each of n cells its undecided neurons: ``column`` (n, k), ``there`` (n, k) false where a cell has fewer;
    ``value`` and ``error`` (n, k, m) of their forms at the vertices."""

    column: Ints
    there: Bools
    value: Floats
    error: Floats

    def take(self, index: Bools) -> "Open":
        """Those of some of the cells."""
        return Open(self.column[index], self.there[index], self.value[index], self.error[index])

    def settle(self, cells: Polygons, decided: Bools, active: Bools, first: int) -> None:
        """Note which neurons (n, k) are active on whole cells or not, in the layer that begins at the ``first`` one."""
        i, k = np.nonzero(decided & self.there)
        cells.data["settled"][i, self.column[i, k]] = True
        cells.data["pattern"][i, first + self.column[i, k]] = active[i, k]


def undecided(cells: Polygons, first: int) -> Open:
    """The neurons of a layer that are not ``settled`` and that floats do not settle; those that they do are noted."""
    column, there = _left(~cells.data["settled"])
    forms, slack = (np.take_along_axis(cells.data[name], column[:, :, None], axis=1) for name in ("forms", "slack"))
    found = Open(column, there, *cells.values(forms, slack))
    active = np.asarray((found.value > found.error).all(axis=2))
    decided = np.asarray(active | (found.value < -found.error).all(axis=2))
    found.settle(cells, decided, active, first)
    place, there = _left(there & ~decided)
    value, error = (np.take_along_axis(v, place[:, :, None], axis=1) for v in (found.value, found.error))
    return Open(np.take_along_axis(column, place, axis=1), there, value, error)


def _left(wanted: Bools) -> tuple[Ints, Bools]:
    """The columns that are wanted in each row, first (n, k), and which of them are (n, k)."""
    count = wanted.sum(axis=1)
    column = np.argsort(~wanted, axis=1, kind="stable")[:, : int(count.max(initial=0))]
    return column, np.arange(column.shape[1]) < count[:, None]


def ahead(cells: Polygons, known: Open, pattern: Bools, layer: Layer, pairs: Ints) -> Ints:
    r"""For each pair of logits the sign of their difference on whole cells, or 0 where bounds leave it open (n, pairs).

    ``pattern`` (n, neurons): which settled neurons are active.  They add up to affine forms.  A convex function is
    largest at a vertex; so $\sum_k c_k \mathrm{relu}(z_k)$ over the others is bounded from above by its vertices, when
    the terms with $c_k < 0$ are replaced by affine functions that are not smaller.
    """
    a, b = pairs.T
    weight, bias = layer.weight[a] - layer.weight[b], layer.bias[a] - layer.bias[b]
    size, rounding = np.abs(layer.weight[a]) + np.abs(layer.weight[b]), (weight.shape[1] + 6) * ULP
    active = (cells.data["settled"] & pattern)[:, :, None]
    forms, slack = np.where(active, cells.data["forms"], 0), np.where(active, cells.data["slack"], 0)
    total, doubt = weight @ forms, size @ slack + rounding * (size @ np.abs(forms))
    total[:, :, 2] += bias
    doubt[:, :, 2] += rounding * (np.abs(layer.bias[a]) + np.abs(layer.bias[b]))
    base, error = cells.values(total, doubt * (1 + 1e-9))
    share, most = (np.where(known.there[:, None], w[:, known.column].swapaxes(0, 1), 0) for w in (weight, size))
    over, under = _relu(known.value, known.error)
    up, down = np.maximum(share, 0), np.minimum(share, 0)
    lower, upper = base + up @ under + down @ over, base + up @ over + down @ under
    error = (error + most @ known.error + rounding * (most @ np.abs(known.value) + np.abs(base))) * (1 + 1e-9)
    finite = cells.at[:, None, :, 2] > 0
    first = np.where(finite, lower > error, lower >= error).all(axis=2)
    second = np.where(finite, upper < -error, upper <= -error).all(axis=2)
    return np.where(first, 1, np.where(second, -1, 0))


def _relu(value: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Values at the vertices of functions that are not smaller than the relu of each neuron, and of some not larger."""
    active, idle = (np.asarray(v.all(axis=2))[:, :, None] for v in (value >= error, value <= -error))
    straight = np.where(active, value, 0)
    below = np.where(value.sum(axis=2)[:, :, None] > 0, value, 0)
    return np.where(active | idle, straight, np.maximum(value, 0)), np.where(active | idle, straight, below)
