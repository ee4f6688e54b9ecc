"""Where a ReLU network says what: polygons on each of which one label is ahead, only as fine as that needs.

Floats with error bounds decide nearly every sign; the others are decided by exact rational arithmetic.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import flint
import numpy as np
import sympy

from symadv.classifiers._network import Network
from symadv.geometry.charts import Chart, forms, polygons, rounded
from symadv.geometry.polygons import ULP, Basis, Bools, Floats, Ints, Lines, Polygons, Row, Signs, cut, joined
from symadv.language.errors import SymadvError
from symadv.risk._net_forms import ExactForms
from symadv.risk._net_open import ahead, undecided

ALL_TIED = -1
_SIDES = 4  # marks below these bits belong to the sides of charts
_MOST_LABELS = 11  # one mark for each pair of labels
_CHUNK, _FEW = 4096, 128
_BYTES = 2**30


@dataclass(frozen=True)
class Divider:
    """The line $a p + b q + c = 0$ of charts by ``coefficients``: rational a and b, and a number c."""

    coefficients: tuple[sympy.Expr, sympy.Expr, sympy.Expr]

    def row(self, basis: Basis) -> Row:
        """Its exact row."""
        a, b, c = self.coefficients
        return (flint.fmpq(int(a.p), int(a.q)), flint.fmpq(int(b.p), int(b.q)), *basis.vector(c))


class DecisionCells:
    """The decision set of a network on some charts, which ``dividers`` may cut beforehand.

    ``cells``: polygons with the data ``chart`` (which chart), ``winner``, the index of the label whose logit is the
    largest in the interior, or -1 where several coincide, and ``side``, for each divider 1 or -1.  ``ties``: for each
    winner the marks of the vertices at which another logit is as large; ``divided``: the mark of those on dividers.
    """

    divided = 1 << 60

    def __init__(self, network: Network, charts: Sequence[Chart], dividers: Sequence[Divider] = ()) -> None:
        if len(network.labels) > _MOST_LABELS:
            raise SymadvError(f"decision sets are known for at most {_MOST_LABELS} labels, got {len(network.labels)}")
        self.charts, self.dividers, self.basis = list(charts), list(dividers), Basis()
        self.lines = Lines(self.basis)
        self._layers, self._last = network.layers, len(network.layers) - 1
        self._start = polygons(self.charts, self.lines)
        self._start = self._start.having(side=np.zeros((len(self._start), len(dividers)), dtype=np.int8))
        for k, divider in enumerate(dividers):
            self._start = self._divided(self._start, k, divider)
        self._exact = ExactForms(network.layers, self.charts, self.basis)
        self._offsets, self._pairs = self._exact.offsets, np.array(self._exact.pairs)
        self._finished: list[Polygons] = []
        self.ties = [
            sum(1 << _SIDES + k for k, pair in enumerate(self._exact.pairs) if a in pair)
            for a in range(len(network.labels))
        ]
        with np.errstate(all="ignore"):
            self.cells = self._refined()

    def value(self, row: Row, cells: Polygons, i: int, j: int) -> Row:
        """The exact value of an affine form at vertex j of polygon i (at infinity its slope)."""
        direction = 0 if cells.at[i, j, 2] else int(cells.at[i, j, 1])
        return self.lines.value(row, int(cells.crossing[i, j, 0]), int(cells.crossing[i, j, 1]), direction)

    def _divided(self, cells: Polygons, k: int, divider: Divider) -> Polygons:
        """The parts of polygons on both sides of a line."""
        row = divider.row(self.basis)
        numbers = [rounded(c) for c in divider.coefficients]
        line, slack = (np.broadcast_to([n[i] for n in numbers], (len(cells), 1, 3)) for i in (0, 1))
        value, error = (v[:, 0] for v in cells.values(line, slack))
        signs = np.sign(value).astype(np.int8)
        for i, j in zip(*np.nonzero(~(np.abs(value) > error)), strict=True):
            signs[i, j] = self.basis.sign(self.value(row, cells, i, j))
        cells = cells.marked(np.where(signs == 0, self.divided, 0))
        above, below = (signs > 0).any(axis=1), (signs < 0).any(axis=1)
        mixed = above & below
        split = cells.take(mixed)
        numbered = self.lines.add(len(split), lambda _: row)
        mark = np.full(len(split), self.divided)
        parts = cut(split, signs[mixed], value[mixed], error[mixed], numbered, mark) if len(split) else ()
        found = []
        for side, part in zip(
            (1, -1, 1, -1), (*parts, *(cells.take(~mixed & s) for s in (above, below))), strict=False
        ):
            sides = part.data["side"].copy()
            sides[:, k] = side
            found.append(part.having(side=sides))
        return joined(found)

    def _refined(self) -> Polygons:
        value, slack = (v[self._start.data["chart"]] for v in forms(self.charts))
        nothing = np.zeros((len(self._start), self._offsets[-1]), dtype=bool)
        cells = self._start.having(forms=value, slack=slack, pattern=nothing)
        for depth, layer in enumerate(self._layers[:-1]):
            cells = self._affine(cells, depth)
            if layer.relu:
                cells = self._split_by_neurons(cells, depth)
        self._split_by_logits(self._affine(cells, self._last))
        return joined(self._finished)

    def _affine(self, cells: Polygons, depth: int) -> Polygons:
        """The forms of a layer's outputs from those of its inputs; at the last depth differences of logits."""
        layer = self._layers[depth]
        rounding = (layer.weight.shape[1] + 3) * ULP
        value = _product(layer.weight, cells.data["forms"])
        value[:, :, 2] += layer.bias
        slack = _product(np.abs(layer.weight), rounding * np.abs(cells.data["forms"]) + cells.data["slack"])
        slack[:, :, 2] += rounding * np.abs(layer.bias)
        if depth == self._last:
            a, b = self._pairs.T
            slack = slack[:, a] + slack[:, b] + ULP * (np.abs(value[:, a]) + np.abs(value[:, b]))
            value = value[:, a] - value[:, b]
        return cells.having(forms=value, slack=slack * (1 + 1e-9))

    def _split_by_neurons(self, cells: Polygons, depth: int) -> Polygons:
        """Cells on each of which every neuron of a layer is active or is not; those decided already are set aside."""
        own = slice(self._offsets[depth], self._offsets[depth + 1])
        waiting = [cells.having(settled=np.zeros((len(cells), own.stop - own.start), dtype=bool))]
        done = [waiting[0].take(slice(0))]
        influence = np.abs(self._layers[depth + 1].weight).sum(axis=0)
        while len(batch := self._next(waiting, done)):
            known = undecided(batch, own.start)
            if depth == self._last - 1:
                winner = self._leader(ahead(batch, known, batch.data["pattern"][:, own], self._layers[-1], self._pairs))
                self._finish(batch.take(winner >= 0), winner[winner >= 0])
                batch, known = batch.take(winner < 0), known.take(winner < 0)
            signs = self._signs(batch, known.value, known.error, depth, ~known.there, known.column)
            above, below = (np.asarray(side.any(axis=2)) for side in (signs > 0, signs < 0))
            mixed = above & below
            known.settle(batch, ~mixed, above, own.start)
            split = np.asarray(mixed.any(axis=1))
            done.append(batch.take(~split))
            if not split.any():
                continue
            reach = [np.abs(known.value).max(axis=2, where=side, initial=0) for side in (signs > 0, signs < 0)]
            score = np.where(mixed, np.nan_to_num(np.minimum(*reach)) * influence[known.column] + 1e-300, -1)
            place = np.flatnonzero(split), score[split].argmax(axis=1)
            waiting += self._cut(
                batch.take(split), known.column[place], signs[place], known.value[place], known.error[place], depth
            )
        return self._activated(joined(done), own)

    def _activated(self, cells: Polygons, own: slice) -> Polygons:
        idle = ~cells.data["pattern"][:, own]
        for name in ("forms", "slack"):
            cells.data[name][idle] = 0
        return cells.having(settled=cells.count)

    def _next(self, waiting: list[Polygons], done: list[Polygons]) -> Polygons:
        """The next polygons to look at; a network whose polygons need too much memory is refused."""
        if not waiting:
            return done[0].take(slice(0))
        cells = joined(waiting)
        number = len(cells) + sum(map(len, done)) + sum(map(len, self._finished))
        each = sum(v[:1].nbytes for v in cells.data.values()) + 80 * cells.at.shape[1]
        if number * each > _BYTES:
            raise SymadvError(
                f"network: its decision set needs more than {number} polygons of {each} bytes, wanted at "
                f"most {_BYTES} bytes in all; use a smaller network or a smaller budget"
            )
        waiting[:] = [cells.take(slice(_CHUNK, None))] if len(cells) > _CHUNK else []
        return cells.take(slice(0, _CHUNK))

    def _cut(
        self, cells: Polygons, chosen: Ints, signs: Signs, value: Floats, error: Floats, depth: int
    ) -> list[Polygons]:
        """Each polygon cut where its chosen form is 0, with the form's signs, values and errors (n, m)."""
        if not len(cells):
            return []
        rows, last = np.arange(len(cells)), depth == self._last
        charts, patterns = cells.data["chart"], cells.data["pattern"][:, : self._offsets[depth]].copy()

        def exact(k: int) -> Row:
            return self._exact.row(int(charts[k]), depth, patterns[k], int(chosen[k]))

        mark = 1 << _SIDES + chosen if last else np.zeros_like(chosen)
        parts = cut(cells, signs, value, error, self.lines.add(len(cells), exact), mark)
        return [self._settled(part, rows, chosen, side, depth) for part, side in zip(parts, (1, -1), strict=True)]

    def _settled(self, cells: Polygons, rows: Ints, chosen: Ints, side: int, depth: int) -> Polygons:
        settled, pattern = cells.data["settled"].copy(), cells.data["pattern"].copy()
        settled[rows, chosen] = True if depth < self._last else side
        if depth < self._last:
            pattern[rows, self._offsets[depth] + chosen] = side > 0
        return cells.having(settled=settled, pattern=pattern)

    def _signs(
        self, cells: Polygons, value: Floats, error: Floats, depth: int, known: Bools, column: Ints | None = None
    ) -> Signs:
        """Exact signs of forms of a layer at all vertices, those in some columns; 0 for those ``known`` (n, k)."""
        open_ = ~(np.abs(value) > error) & ~known[:, :, None] & cells.real[:, None, :]
        signs = np.where(known[:, :, None], 0, np.sign(value)).astype(np.int8)
        for i, k, j in zip(*np.nonzero(open_), strict=True):
            number = int(k if column is None else column[i, k])
            row = self._exact.row(int(cells.data["chart"][i]), depth, cells.data["pattern"][i], number)
            signs[i, k, j] = self.basis.sign(self.value(row, cells, i, j))
        return np.take_along_axis(signs, np.minimum(np.arange(signs.shape[2]), cells.count[:, None] - 1)[:, None], 2)

    def _leader(self, ahead: Ints) -> Ints:
        """The index of the label ahead of all others, from the sign for each pair (n, pairs); -1 without one."""
        return self._best(lambda k, s: ahead[:, k] == s, len(ahead))

    def _best(self, beats: Callable[[int, int], Bools], n: int) -> Ints:
        winner = np.full(n, -1)
        for label in range(len(self.ties)):
            wins = np.ones(n, dtype=bool)
            for k, (a, b) in enumerate(self._exact.pairs):
                if label in (a, b):
                    wins &= beats(k, 1 if label == a else -1)
            winner[wins] = label
        return winner

    def _split_by_logits(self, cells: Polygons) -> None:
        """Cells on each of which the logits keep their order, as far as the largest is concerned."""
        waiting = [cells.having(settled=np.zeros((len(cells), len(self._pairs)), dtype=np.int8))]
        while len(batch := self._next(waiting, [cells.take(slice(0))])):
            value, error = batch.values(batch.data["forms"], batch.data["slack"])
            settled = batch.data["settled"]
            signs = self._signs(batch, value, error, self._last, settled != 0)
            bits = 1 << _SIDES + np.arange(len(self._pairs))
            lying = (batch.marks[:, None, :] & bits[:, None]) != 0
            signs = np.where((settled != 0)[:, :, None], np.where(lying, 0, settled[:, :, None]), signs)
            batch = batch.marked((np.where(signs == 0, bits[:, None], 0)).sum(axis=1))
            split = (signs > 0).any(axis=2) & (signs < 0).any(axis=2) & ~self._dominated(signs)
            done = ~split.any(axis=1)
            self._finish(batch.take(done), self._winner(signs[done]))
            place = np.flatnonzero(~done), split[~done].argmax(axis=1)
            waiting += self._cut(batch.take(~done), place[1], signs[place], value[place], error[place], self._last)

    def _dominated(self, signs: Signs) -> Bools:
        """For each pair whether one of the two labels is behind some other label everywhere, (n, pairs)."""
        behind = np.zeros((len(signs), len(self.ties)), dtype=bool)
        for k, (a, b) in enumerate(self._exact.pairs):
            behind[:, a] |= (signs[:, k] < 0).all(axis=1)
            behind[:, b] |= (signs[:, k] > 0).all(axis=1)
        return behind[:, self._pairs[:, 0]] | behind[:, self._pairs[:, 1]]

    def _winner(self, signs: Signs) -> Ints:
        def beats(k: int, s: int) -> Bools:
            return np.asarray((s * signs[:, k] > 0).any(axis=1) & ~(s * signs[:, k] < 0).any(axis=1))

        return self._best(beats, len(signs))

    def _finish(self, cells: Polygons, winner: Ints) -> None:
        data = {"chart": cells.data["chart"], "side": cells.data["side"], "winner": winner}
        self._finished.append(
            Polygons(cells.at, cells.error, cells.crossing, cells.edge, cells.marks, cells.count, data)
        )

    @cached_property
    def sides(self) -> int:
        """The marks of the sides of charts."""
        return (1 << _SIDES) - 1


def _product(weight: Floats, forms: Floats) -> Floats:
    """Each form of (n, k, 3) as one of (n, m, 3): few multiplications of matrices that fit into a cache."""
    n, k, width = forms.shape
    result = np.empty((n, len(weight), width))
    for start in range(0, n, _FEW):
        some = forms[start : start + _FEW]
        flat = weight @ np.swapaxes(some, 0, 1).reshape(k, -1)
        result[start : start + _FEW] = np.swapaxes(flat.reshape(len(weight), len(some), width), 0, 1)
    return result
