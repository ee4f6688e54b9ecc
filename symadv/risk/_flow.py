"""Bounds of the smallest adversarial loss: lines cut into cells, a flow between cells whose samples are in conflict.

A flow between cells all of whose samples are in conflict shows a loss that no classifier avoids; a cut between cells
some of whose samples are in conflict shows samples that one classifier gets right.  Capacities are integers: masses
rounded down, so both are bounds whatever is rounded.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import sympy

from symadv.probability.density import Univariate
from symadv.risk._conflicts import Conflicts, Node
from symadv.risk.bound import enclose

Floats = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.int64]]

_UNIT = 2**30
_CELLS = 400
_TAIL = 1e-9
_SLACK = 1e-9  # far above the rounding of ends and widths


@dataclass(frozen=True)
class _Cells:
    """Cells of one label: the node of each, its ends, and its mass in units, rounded down."""

    node: list[Node]
    lower: Floats
    upper: Floats
    units: Integers


def flow_bounds(problem: Conflicts) -> tuple[float, float]:
    """``(lower, upper)`` for the probability of the samples in these nodes that the best classifier loses."""
    nodes = (*problem.first, *problem.second)
    grid = np.linspace(*_range(nodes), _CELLS + 1)
    first, second = (_cells(side, grid) for side in (problem.first, problem.second))
    surely, perhaps = (_largest(_meet(problem, first, second, sure=sure), first, second) for sure in (True, False))
    total = enclose(sympy.Add(*(p.probability for node in nodes for p in node.parts)))[1]
    kept = int(first.units.sum() + second.units.sum()) - perhaps
    return surely / _UNIT, min(total, float(np.nextafter(total - kept / _UNIT, 2)))


def _range(nodes: tuple[Node, ...]) -> tuple[float, float]:
    """Ends between which nearly all mass is."""
    ends = [float(t) for node in nodes for _, t in node.atoms]
    for node in nodes:
        for _, density in node.law:
            ends += _ends(density)
    return min(ends), max(ends)


def _ends(density: Univariate) -> tuple[float, float]:
    centre, size = density.terms()[0], sympy.Integer(1)
    while max(enclose(density.cdf(centre - size))[1], enclose(density.survival(centre + size))[1]) > _TAIL:
        size *= 2
    return float(centre - size), float(centre + size)


def _cells(nodes: tuple[Node, ...], grid: Floats) -> _Cells:
    owner: list[Node] = []
    columns: list[tuple[Floats, Floats, Integers]] = []
    for node in nodes:
        for weight, t in node.atoms:
            at = np.array([float(t)])
            columns.append((np.nextafter(at, -np.inf), np.nextafter(at, np.inf), np.array([_down(enclose(weight)[0])])))
            owner.append(node)
        for weight, density in node.law:
            cdf = [enclose(density.cdf(sympy.Rational(*float(x).as_integer_ratio()))) for x in grid]
            mass = [enclose(weight)[0] * max(b[0] - a[1], 0.0) for a, b in pairwise(cdf)]
            columns.append((grid[:-1], grid[1:], np.array([_down(m) for m in mass])))
            owner += [node] * len(mass)
    lower, upper, units = (np.concatenate(column) for column in zip(*columns, strict=True))
    return _Cells(owner, lower, upper, units)


def _down(mass: float) -> int:
    """Units in a mass; one less than that, so that the rounding of floats is covered."""
    return max(0, int(mass * _UNIT) - 1)


def _meet(problem: Conflicts, first: _Cells, second: _Cells, *, sure: bool) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which pairs of cells are in conflict: with all their samples, or perhaps with some."""
    farthest = np.maximum(
        np.abs(first.upper[:, None] - second.lower[None]), np.abs(second.upper[None] - first.lower[:, None])
    )
    nearest = np.maximum(first.lower[:, None] - second.upper[None], second.lower[None] - first.upper[:, None])
    sides = (problem.first, problem.second)
    known = np.array([[_width(problem, a, b) for b in problem.second] for a in problem.first])
    rows, columns = ([side.index(n) for n in cells.node] for side, cells in zip(sides, (first, second), strict=True))
    width = known[np.ix_(rows, columns)]
    return np.asarray(farthest <= width - _SLACK if sure else nearest <= width + _SLACK)


def _width(problem: Conflicts, a: Node, b: Node) -> float:
    width = problem.widths.get((a, b))
    return -np.inf if width is None else float(width)


def _largest(meet: np.ndarray[Any, np.dtype[np.bool_]], first: _Cells, second: _Cells) -> int:
    """The largest flow, in units, from the cells of one label to those of the other one."""
    from scipy.sparse import coo_array, csr_array
    from scipy.sparse.csgraph import maximum_flow

    rows, columns = np.nonzero(meet)
    n, m = len(first.units), len(second.units)
    start = np.concatenate([np.zeros(n, dtype=int), rows + 1, np.arange(m) + n + 1])
    end = np.concatenate([np.arange(n) + 1, columns + n + 1, np.full(m, n + m + 1)])
    room = np.minimum(first.units[rows], second.units[columns])
    capacity = np.concatenate([first.units, room, second.units]).astype(np.int32)
    graph = csr_array(coo_array((capacity, (start, end)), shape=(n + m + 2, n + m + 2)))
    return int(maximum_flow(graph, 0, n + m + 1).flow_value)
