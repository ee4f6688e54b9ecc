"""Where in a plane which true label holds, and where perturbed points may be: sides of lines, exact ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Bools, Floats, Ints
from symadv.language.aggregates import spelled_out
from symadv.language.order import sign
from symadv.language.regions import Cells
from symadv.risk._net_cells import Divider

NOWHERE = -1  # no label

Cell = tuple[tuple[int, frozenset[int]], ...]  # lines by number, and the signs that they must have


@dataclass(frozen=True)
class Truth:
    """Lines in the plane, and what holds on which sides of them.

    ``cells``: for each label (by index) conjunctions, of which one must hold; ``box``: what holds for perturbed points.
    """

    dividers: tuple[Divider, ...]
    cells: tuple[tuple[Cell, ...], ...]
    box: Cell

    def signs(self, points: Floats) -> Ints:
        """On which side of each line points (n, 2) lie, (n, lines), in floats."""
        lines = np.array([[float(rounded(v)[0]) for v in line.coefficients] for line in self.dividers]).reshape(-1, 3)
        return np.asarray(np.sign(points @ lines[:, :2].T + lines[:, 2]), dtype=np.int64)

    def labels(self, signs: Ints) -> Ints:
        """The index of the label that holds where the lines have some signs (n, lines), or ``NOWHERE``."""
        found = np.full(len(signs), NOWHERE)
        for label, cells in enumerate(self.cells):
            for cell in cells:
                found[_holds(cell, signs)] = label
        return found

    def boxed(self, signs: Ints) -> Bools:
        """Where perturbed points may be."""
        return _holds(self.box, signs)


def _holds(cell: Cell, signs: Ints) -> Bools:
    inside = np.ones(len(signs), dtype=bool)
    for line, wanted in cell:
        inside &= np.isin(signs[:, line], sorted(wanted))
    return inside


class Curved(Exception):
    """The border between two true labels is no line, or one of irrational slope."""


def truth_in_plane(
    regions: Mapping[int, Cells],
    features: Sequence[sympy.Symbol],
    values: Mapping[sympy.Symbol, sympy.Expr],
    box: Sequence[tuple[sympy.Expr, sympy.Expr]],
) -> Truth:
    """The true labels in the plane of two features, the others having values; or ``Curved``."""
    known: dict[Divider, int] = {}
    cells = tuple(
        tuple(
            read
            for cell in region.cells
            if (read := _cell([(f.xreplace(dict(values)), s) for f, s in cell], features, known)) is not None
        )
        for region in regions.values()
    )
    ends = [
        (side * (feature - end), frozenset({0, 1}))
        for feature, pair in zip(features, box, strict=False)
        for side, end in zip((1, -1), pair, strict=True)
        if end.is_finite
    ]
    sides = _cell(ends, features, known) or ()
    return Truth(tuple(known), cells, sides)


def _cell(
    conditions: Sequence[tuple[sympy.Expr, frozenset[int]]], features: Sequence[sympy.Symbol], known: dict[Divider, int]
) -> Cell | None:
    """Conditions on forms as conditions on lines; None where one never holds."""
    found = []
    for form, wanted in conditions:
        divider, side = _line(sympy.expand(spelled_out(form)), features)
        if divider is None:
            if side not in wanted:
                return None
            continue
        number = known.setdefault(divider, len(known))
        found.append((number, frozenset(side * s for s in wanted)))
    return tuple(found)


def _line(form: sympy.Expr, features: Sequence[sympy.Symbol]) -> tuple[Divider | None, int]:
    """The line where a form is 0, its first coefficient 1, and the side where the form is positive; or its sign."""
    if not form.is_polynomial(*features):
        raise Curved
    poly = sympy.Poly(form, *features)
    if poly.total_degree() > 1:
        raise Curved
    a, b, c = (poly.coeff_monomial(m) for m in (features[0], features[1], 1))
    first = a if a != 0 else b
    side = sign(first if first != 0 else c)
    if side is None:
        raise Curved
    if first == 0:
        return None, side
    one, other, rest = (v if v.is_Rational else sympy.simplify(v) for v in (a / first, b / first, c / first))
    if not (one.is_Rational and other.is_Rational):
        raise Curved
    return Divider((one, other, rest)), side
