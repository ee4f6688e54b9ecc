"""Curved borders of true labels in a frame: traced once, as arcs of polynomials that are joined at nodes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
import numpy as np

from symadv.geometry.polygons import ULP, Bools, Floats, Ints
from symadv.risk._planes.curves import Curves
from symadv.risk._planes.forms import Form
from symadv.risk._planes.graphs import DEGREE, Graph, Turned
from symadv.risk._planes.trace import Halves, Traced, traced

_BITS = 192
_TOUCHING = 1e-13


@dataclass(frozen=True)
class Borders:
    """The zeros of some functions: ``arcs`` n curves, for each the number of its ``form``, its sign ``above``, by how
    much its slope may ``turn``, and its left and right ``nodes`` (n, 2).

    ``boxes`` (m, 4): what is left, from s to s and from t to t, by its ``box_form``; ``through``: whether one smooth
    curve passes that arcs on one side are the ends of; ``box_node``: the node of these; ``leans``: a bound for the
    slope over t of that.
    """

    arcs: Curves
    form: Ints
    above: Ints
    turn: Floats
    nodes: Ints
    boxes: Floats
    box_form: Ints
    through: Bools
    box_node: Ints
    leans: Floats


def borders(forms: tuple[Form, ...], places: tuple[tuple[Halves, ...], ...], matrix: Floats, window: Floats) -> Borders:
    """The zeros of functions of features, each in the ``places`` where it matters, in a window (2, 2) of the
    coordinates that a matrix maps features to."""
    with flint.ctx.workprec(_BITS):
        back = flint.arb_mat([[flint.arb(float(v)) for v in row] for row in matrix]).inv()
        rows = ((back[0, 0], back[0, 1]), (back[1, 0], back[1, 1]))
    nothing = Traced((), np.zeros((0, 4)), np.zeros(0, dtype=bool), np.zeros(0))
    found = [traced(Turned(f, rows), window, own) if own else nothing for f, own in zip(forms, places, strict=True)]
    graphs = [(k, graph) for k, one in enumerate(found) for graph in one.graphs]
    boxes = np.concatenate([np.zeros((0, 4)), *(one.boxes for one in found)])
    box_form = np.repeat(np.arange(len(found)), [len(one.boxes) for one in found])
    nodes, box_node, through = _Nodes(graphs, boxes, box_form, found).joined
    return Borders(
        _arcs([graph for _, graph in graphs]),
        np.array([k for k, _ in graphs], dtype=np.int64),
        np.array([graph.above for _, graph in graphs], dtype=np.int64),
        np.array([graph.turn for _, graph in graphs]),
        nodes,
        boxes,
        box_form,
        through,
        box_node,
        np.concatenate([np.zeros(0), *(one.leans for one in found)]),
    )


def _arcs(graphs: list[Graph]) -> Curves:
    n = len(graphs)
    middle, half, error = (np.array([getattr(g, name) for g in graphs]) for name in ("middle", "half", "error"))
    terms = np.array([g.terms for g in graphs]).reshape(n, DEGREE + 1)
    flat, ints = np.zeros(n), np.zeros(n, dtype=np.int64)
    return Curves(
        middle - half, middle + half, middle, terms[:, 0], flat, half, ints, error, ints - 1, ints, terms[:, 1:]
    )


@dataclass(frozen=True, eq=False)
class _Nodes:
    """Where graphs meet: at the same end of two strips, or at a box."""

    graphs: list[tuple[int, Graph]]
    boxes: Floats
    box_form: Ints
    found: list[Traced]

    @cached_property
    def joined(self) -> tuple[Ints, Ints, Bools]:
        """The nodes of graphs (n, 2), those of boxes (m,), and through which boxes one curve passes."""
        n = len(self.graphs)
        nodes = np.arange(2 * n).reshape(n, 2)
        ends: dict[tuple[int, float], list[tuple[int, int, float, float]]] = {}
        for k, (form, g) in enumerate(self.graphs):
            signs = (-1.0) ** np.arange(len(g.terms))
            for side, at, height in ((0, g.middle - g.half, g.terms @ signs), (1, g.middle + g.half, g.terms.sum())):
                ends.setdefault((form, at), []).append((k, side, float(height), g.error))
        for listed in ends.values():
            for k, side, height, error in listed:
                near = [
                    (j, other)
                    for j, other, level, own in listed
                    if other != side and abs(level - height) <= error + own + _TOUCHING
                ]
                if side == 1 and len(near) == 1:
                    nodes[near[0]] = nodes[k, side]
        box_node, through = self._boxes(nodes, ends)
        return nodes, box_node, through

    def _boxes(self, nodes: Ints, ends: dict[Any, Any]) -> tuple[Ints, Bools]:
        steep = np.concatenate([np.zeros(0, dtype=bool), *(one.steep for one in self.found)])
        box_node, through = np.arange(len(self.boxes)) + 2 * len(nodes), np.zeros(len(self.boxes), dtype=bool)
        lone = np.array([(nodes == v).sum() for v in range(2 * len(nodes))])
        for k, (a, b, low, high) in enumerate(self.boxes.tolist()):
            near = np.flatnonzero(
                (self.box_form == self.box_form[k])
                & (self.boxes[:, 0] <= b) & (self.boxes[:, 1] >= a)
                & (self.boxes[:, 2] <= high + _TOUCHING) & (self.boxes[:, 3] >= low - _TOUCHING)
            )  # fmt: skip
            met = [
                (j, side)
                for at, way in ((a, 1), (b, 0))
                for j, side, level, _ in ends.get((int(self.box_form[k]), at), [])
                if side == way and low - _TOUCHING <= level <= high + _TOUCHING and lone[nodes[j, side]] == 1
            ]
            if steep[k] and len(near) == 1 and len(met) == 2 and met[0][1] == met[1][1]:
                through[k] = True
                for j, side in met:
                    nodes[j, side] = box_node[k]
        return box_node, through


def size_of(boxes: Floats) -> Floats:
    """The largest extent of each box."""
    return np.asarray(np.maximum(boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]) + 8 * ULP)
