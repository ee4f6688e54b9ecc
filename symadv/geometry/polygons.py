r"""Convex polygons, many at once as arrays: cut by lines, every vertex exactly known where floats do not suffice.

A line is a row $(a, b, c)$, the points with $ap + bq + c = 0$, where a and b are rational and c is a rational
combination of 1 and some irrational numbers, the basis.  A vertex is the crossing of two lines, kept as floats with a
bound for their error.  Homogeneous coordinates $(p, q, 1)$; a vertex at infinity is $(0, \pm 1, 0)$.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import flint
import numpy as np
import sympy
from numpy.typing import NDArray

from symadv.language.order import Undecided, sign

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Signs = NDArray[np.int8]
Row = tuple[Any, ...]  # flint.fmpq: the coefficients of p and q, then those of 1 and of the other basis numbers

ULP = 2.0**-53
_SLACK = 1 + 1e-9  # covers the rounding of the error bounds themselves


class Basis:
    """The irrational numbers that occur, next to 1: exact numbers as rational vectors."""

    def __init__(self) -> None:
        self.numbers: list[sympy.Expr] = []

    def vector(self, number: sympy.Expr) -> Row:
        """A number as coefficients of 1 and of the basis so far, which grows by terms that are new and irrational."""
        if number.is_Rational:
            return (flint.fmpq(int(number.p), int(number.q)),)
        found = [flint.fmpq(0)] * (1 + len(self.numbers))
        for term in sympy.Add.make_args(number):
            share, rest = term.as_coeff_Mul()
            if rest is not sympy.S.One and rest not in self.numbers:
                self.numbers.append(rest)
                found.append(flint.fmpq(0))
            place = 0 if rest is sympy.S.One else 1 + self.numbers.index(rest)
            found[place] += flint.fmpq(int(share.p), int(share.q))
        return tuple(found)

    def number(self, vector: Row) -> sympy.Expr:
        """The number of a vector."""
        result = sympy.Rational(int(vector[0].p), int(vector[0].q))
        for c, alpha in zip(vector[1:], self.numbers, strict=False):
            if c:
                result = result + sympy.Rational(int(c.p), int(c.q)) * alpha
        return result

    def sign(self, vector: Row) -> int:
        """-1, 0 or 1 as the number of a vector is negative, zero or positive."""
        if not any(vector[1:]):
            return int(vector[0] > 0) - int(vector[0] < 0)
        result = sign(self.number(vector))
        if result is None:
            raise Undecided(f"cannot decide the sign of {self.number(vector)}")
        return result


class Lines:
    """A numbered collection of lines whose exact rows are computed when somebody asks."""

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self._starts: list[int] = [0]
        self._makers: list[Callable[[int], Row]] = []
        self._vertices: dict[tuple[int, int], tuple[Row, Row]] = {}

    def add(self, count: int, row: Callable[[int], Row]) -> Ints:
        """Numbers for ``count`` new lines; ``row(k)`` gives the k-th one exactly."""
        start = self._starts[-1]
        self._starts.append(start + count)
        self._makers.append(row)
        return np.arange(start, start + count)

    def row(self, number: int) -> Row:
        """The exact row of a line."""
        chunk = int(np.searchsorted(self._starts, number, side="right")) - 1
        return self._makers[chunk](number - self._starts[chunk])

    def crossing(self, first: int, second: int) -> tuple[Row, Row]:
        """The exact coordinates of the point where two lines cross."""
        key = (first, second)
        if key not in self._vertices:
            (a, b, *c), (e, f, *g) = self.row(first), self.row(second)
            determinant = a * f - e * b
            self._vertices[key] = (_combined(b, g, -f, c, determinant), _combined(e, c, -a, g, determinant))
        return self._vertices[key]

    def value(self, row: Row, first: int, second: int, direction: int) -> Row:
        """An affine form at the crossing of two lines, or (``direction`` = 1, -1) at infinity in that direction."""
        a, b, *c = row
        if direction:
            return (b * direction,)
        p, q = self.crossing(first, second)
        return _combined(flint.fmpq(1), _combined(a, p, b, q, flint.fmpq(1)), flint.fmpq(1), c, flint.fmpq(1))


def _combined(x: Any, a: Any, y: Any, b: Any, scale: Any) -> Row:
    """(x a + y b) / scale, for vectors that may differ in length."""
    zero = flint.fmpq(0)
    return tuple(
        (x * (a[k] if k < len(a) else zero) + y * (b[k] if k < len(b) else zero)) / scale
        for k in range(max(len(a), len(b)))
    )


@dataclass(frozen=True)
class Polygons:
    """n convex polygons of at most m vertices each, in cyclic order; missing vertices repeat the last one.

    ``at`` (n, m, 3) homogeneous, ``error`` (n, m, 2) bounds for p and q; ``crossing`` (n, m, 2) the two lines of each
    vertex, ``edge`` (n, m) the line from it to the next one, ``marks`` (n, m) bits of the marked lines that it lies on;
    ``count`` (n,) vertices.  ``data`` holds what else goes along with each polygon, arrays (n, ...).
    """

    at: Floats
    error: Floats
    crossing: Ints
    edge: Ints
    marks: Ints
    count: Ints
    data: dict[str, NDArray[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.at)

    @property
    def real(self) -> Bools:
        """Which vertices are no repetitions, (n, m)."""
        return np.arange(self.at.shape[1]) < self.count[:, None]

    @property
    def following(self) -> Ints:
        """The index of the vertex after each one, (n, m)."""
        after = np.arange(1, self.at.shape[1] + 1)
        return np.where(after < self.count[:, None], after, 0)

    def take(self, index: Any) -> "Polygons":
        """Some of the polygons."""
        arrays = {name: getattr(self, name)[index] for name in ("at", "error", "crossing", "edge", "marks", "count")}
        return Polygons(**arrays, data={name: values[index] for name, values in self.data.items()})

    def having(self, **data: NDArray[Any]) -> "Polygons":
        """The polygons with other data."""
        return replace(self, data={**self.data, **data})

    def marked(self, marks: Ints) -> "Polygons":
        """The polygons with more marks (n, m)."""
        return replace(self, marks=self.marks | marks)

    def values(self, forms: Floats, error: Floats) -> tuple[Floats, Floats]:
        """Affine forms (n, k, 3) at the vertices, (n, k, m), with bounds for the rounding."""
        points = np.swapaxes(self.at, 1, 2)
        slack = np.zeros_like(points)
        slack[:, :2] = np.swapaxes(self.error, 1, 2)
        size, around = np.abs(forms), np.abs(points)
        bound = (6 * ULP * size + error) @ (around + slack) + size @ slack
        return forms @ points, bound * _SLACK + 1e-300


def joined(parts: list[Polygons]) -> Polygons:
    """Some collections of polygons as one."""
    parts = [p for p in parts if len(p)] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    m = max(p.at.shape[1] for p in parts)

    def stacked(name: str) -> NDArray[Any]:
        return np.concatenate([_padded(getattr(p, name), m) for p in parts])

    data = {name: np.concatenate([p.data[name] for p in parts]) for name in parts[0].data}
    return Polygons(
        stacked("at"),
        stacked("error"),
        stacked("crossing"),
        stacked("edge"),
        stacked("marks"),
        np.concatenate([p.count for p in parts]),
        data,
    )


def _padded(values: NDArray[Any], m: int) -> NDArray[Any]:
    missing = m - values.shape[1]
    return values if not missing else np.concatenate([values, np.repeat(values[:, -1:], missing, axis=1)], axis=1)


def cut(
    cells: Polygons, signs: Signs, value: Floats, error: Floats, line: Ints, mark: Ints
) -> tuple[Polygons, Polygons]:
    """Each polygon's parts where the value of an affine form is at least 0, and at most 0.

    ``signs`` (n, m): the exact signs of the form at the vertices, both 1 and -1 among them; ``value``, ``error`` (n, m)
    its values in floats; ``line`` (n,): the number of the line where it is 0, ``mark`` (n,): bits for the points of it.
    """
    after = cells.following
    signs = np.where(cells.real, signs, np.take_along_axis(signs, cells.count[:, None] - 1, axis=1))
    next_sign = np.take_along_axis(signs, after, axis=1)
    crossed = cells.real & (signs * next_sign < 0)
    with np.errstate(all="ignore"):
        at, bound = _crossings(cells, after, value, error)
    new = Polygons(
        at,
        bound,
        np.stack([cells.edge, np.broadcast_to(line[:, None], cells.edge.shape)], axis=2),
        cells.edge,
        (cells.marks & np.take_along_axis(cells.marks, after, axis=1)) | mark[:, None],
        cells.count,
    )
    lying = np.where(cells.real & (signs == 0), mark[:, None], 0)
    old = replace(cells, marks=cells.marks | lying)
    upper, lower = (_side(old, new, s * signs, s * next_sign, crossed, line) for s in (1, -1))
    return upper, lower


def _crossings(cells: Polygons, after: Ints, value: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Where the form is 0 on each edge, if its signs at the ends differ; garbage with an honest error elsewhere."""
    here, there = cells.at, np.take_along_axis(cells.at, after[:, :, None], axis=1)
    error_here, error_there = cells.error, np.take_along_axis(cells.error, after[:, :, None], axis=1)
    v, w = value, np.take_along_axis(value, after, axis=1)
    ev, ew = error, np.take_along_axis(error, after, axis=1)
    swap = here[:, :, 2] == 0
    here, there = np.where(swap[:, :, None], there, here), np.where(swap[:, :, None], here, there)
    error_here, error_there = (
        np.where(swap[:, :, None], b, a) for a, b in ((error_here, error_there), (error_there, error_here))
    )
    v, w, ev, ew = (np.where(swap, b, a) for a, b in ((v, w), (w, v), (ev, ew), (ew, ev)))
    infinite = there[:, :, 2] == 0
    whole = np.where(infinite, np.abs(w), np.abs(v - w))
    spread = whole - np.where(infinite, ew, ev + ew)
    share = np.abs(v) / whole
    share_error = np.where(spread > 0, (np.abs(w) * ev + np.abs(v) * ew) / (whole * spread), np.inf) + 4 * ULP * share
    way = np.where(infinite[:, :, None], there, there - here)[:, :, :2]
    at = np.ones_like(here)
    at[:, :, :2] = here[:, :, :2] + share[:, :, None] * way
    bound = np.maximum(error_here, error_there) + np.abs(way) * share_error[:, :, None]
    bound = (bound + 8 * ULP * (np.abs(here[:, :, :2]) + np.abs(at[:, :, :2]) + np.abs(way))) * _SLACK
    return at, np.where(np.isnan(bound), np.inf, bound)


def _side(old: Polygons, new: Polygons, signs: Signs, next_sign: Signs, crossed: Bools, line: Ints) -> Polygons:
    """The part where ``signs`` are not negative: the vertices there and the crossings, in their order."""
    n, m = signs.shape
    cutting = np.broadcast_to(line[:, None], (n, m))
    # From a vertex on the line, or a crossing, the way on the other side is replaced by the line itself.
    edge = _alternated(
        np.where((signs == 0) & (next_sign < 0), cutting, old.edge), np.where(signs > 0, cutting, old.edge)
    )
    keep = _alternated(old.real & (signs >= 0), crossed)
    count = keep.sum(axis=1)
    order = np.argsort(~keep, axis=1, kind="stable")
    width = int(count.max(initial=1))
    index = np.take_along_axis(order, np.minimum(np.arange(width), count[:, None] - 1), axis=1)

    def chosen(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
        both = _alternated(first, second)
        return np.take_along_axis(both, index.reshape(*index.shape, *(1,) * (both.ndim - 2)), axis=1)

    return Polygons(
        chosen(old.at, new.at),
        chosen(old.error, new.error),
        chosen(old.crossing, new.crossing),
        np.take_along_axis(edge, index, axis=1),
        chosen(old.marks, new.marks),
        count,
        old.data,
    )


def _alternated(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    n, m = first.shape[:2]
    return np.stack([first, second], axis=2).reshape(n, 2 * m, *first.shape[2:])
