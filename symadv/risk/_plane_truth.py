"""Where in a plane which true label holds, and where perturbed points may be: sides of lines, exact ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

import numpy as np
import sympy

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Bools, Floats, Ints
from symadv.language.aggregates import spelled_out
from symadv.language.order import order, sign
from symadv.risk._net_cells import Divider

NOWHERE = -1  # no label

Cell = tuple[tuple[int, frozenset[int]], ...]  # lines by number, and the signs that they must have


Condition = tuple[sympy.Expr, frozenset[int]]  # a form, and the signs that it must have
Conditions = Sequence[Condition]

_ANY, _OPEN = frozenset({-1, 0, 1}), frozenset({-1, 1})
_KINKED = (sympy.Abs, sympy.Max, sympy.Min)


@dataclass(frozen=True)
class Truth:
    """Lines in the plane, and what holds on which sides of them.

    ``cells``: for each label (by index) conjunctions, of which one must hold; ``places``: conjunctions of which one
    must hold for perturbed points.
    """

    dividers: tuple[Divider, ...]
    cells: tuple[tuple[Cell, ...], ...]
    places: tuple[Cell, ...]

    def signs(self, points: Floats) -> Ints:
        """On which side of each line points (n, 2) lie, (n, lines), in floats; on a line, on its positive side.

        Between the curves of an arrangement both sides of a line are alike.
        """
        lines = np.array([[float(rounded(v)[0]) for v in line.coefficients] for line in self.dividers]).reshape(-1, 3)
        return np.where(points @ lines[:, :2].T + lines[:, 2] < 0, -1, 1)

    def labels(self, signs: Ints) -> Ints:
        """The index of the label that holds where the lines have some signs (n, lines), or ``NOWHERE``."""
        found = np.full(len(signs), NOWHERE)
        for label, cells in enumerate(self.cells):
            for cell in cells:
                found[_holds(cell, signs)] = label
        return found

    def boxed(self, signs: Ints) -> Bools:
        """Where perturbed points may be."""
        inside = np.zeros(len(signs), dtype=bool)
        for cell in self.places:
            inside |= _holds(cell, signs)
        return inside


def _holds(cell: Cell, signs: Ints) -> Bools:
    inside = np.ones(len(signs), dtype=bool)
    for line, wanted in cell:
        inside &= np.isin(signs[:, line], sorted(wanted))
    return inside


class Curved(Exception):
    """The border between two true labels is no line, or one of irrational slope."""


@dataclass(frozen=True)
class Reader:
    """Reads conditions on features as conditions on lines in the planes of two of them, and collects the lines."""

    features: Sequence[sympy.Symbol]
    known: dict[Divider, int] = field(default_factory=dict)

    def cells(self, conditions: Conditions, given: Conditions = ()) -> Iterator[Cell]:
        """Conjunctions on lines, one of which holds where some conditions and what is ``given`` do; or ``Curved``."""
        yield from self._branches(list(given), [(spelled_out(form), signs) for form, signs in conditions])

    def _branches(self, given: list[Condition], conditions: list[Condition]) -> Iterator[Cell]:
        """Absolute values, largest and smallest ones are told apart by the sign of what they depend on."""
        if not conditions:
            cell = self._cell(given)
            if cell is not None:
                yield cell
            return
        (form, signs), *rest = conditions
        kinked = next(_kinks(form), None)
        if kinked is None:
            for simple in self._signs(form, signs):
                if self._possible([*given, *simple]):
                    yield from self._branches([*given, *simple], rest)
            return
        switch, above, below = _sides(kinked)
        for side, value in ((frozenset({0, 1}), above), (frozenset({-1}), below)):
            assumed = [*given, (switch, side)]
            if self._possible(assumed):
                yield from self._branches(assumed, [(f.xreplace({kinked: value}), s) for f, s in conditions])

    def _signs(self, form: sympy.Expr, signs: frozenset[int]) -> Iterator[Conditions]:
        """Where a form has some signs, by those of its linear factors, but for points on lines."""
        form = sympy.expand(form)
        if not form.is_polynomial(*self.features) or sympy.Poly(form, *self.features).total_degree() < 2:
            yield [(form, signs)]
            return
        constant, factors = sympy.factor_list(form, *self.features)
        odd = [(f, _definite(f, self.features)) for f, power in factors if power % 2]
        for sides in product(*((side,) if side else (1, -1) for _, side in odd)):
            if (sign(constant) or 0) * prod(sides) in signs:
                yield [(f, frozenset({side})) for (f, known), side in zip(odd, sides, strict=True) if not known]

    def _possible(self, conditions: Sequence[Condition]) -> bool:
        """Whether conditions may hold in an open set."""
        try:
            return self._cell(conditions) is not None
        except Curved:
            return True

    def _cell(self, conditions: Sequence[Condition]) -> Cell | None:
        """Conditions on forms as conditions on lines; None where they never hold in an open set."""
        found: dict[Divider, frozenset[int]] = {}
        curved = False
        for form, wanted in conditions:
            try:
                divider, side = _line(sympy.expand(form), self.features)
            except Curved:
                curved = True  # unless the others never hold
                continue
            if divider is not None:
                found[divider] = found.get(divider, _ANY) & frozenset(side * s for s in wanted)
            elif side not in wanted:
                return None
        if not all(signs & _OPEN for signs in found.values()) or _contradict(found):
            return None
        if curved:
            raise Curved
        return tuple((self.known.setdefault(line, len(self.known)), signs) for line, signs in found.items())


def _kinks(form: sympy.Expr) -> Iterator[sympy.Expr]:
    """The absolute values and the like in which there are no others."""
    found = sorted(form.atoms(*_KINKED), key=sympy.default_sort_key)
    return (node for node in found if not any(argument.has(*_KINKED) for argument in node.args))


def _sides(node: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
    """What an absolute value, or the largest or smallest of some numbers, depends on; the value where that is
    positive, and where it is negative."""
    first, *rest = node.args
    if isinstance(node, sympy.Abs):
        return first, first, -first
    other = node.func(*rest)
    return (first - other, first, other) if isinstance(node, sympy.Max) else (first - other, other, first)


def _definite(form: sympy.Expr, features: Sequence[sympy.Symbol]) -> int:
    """The sign that a polynomial of degree 2 has everywhere, but for lines and points; 0 where it has none."""
    poly = sympy.Poly(form, *features)
    if poly.total_degree() != 2 or not all(c.is_Rational for c in poly.coeffs()):
        return 0
    one = sympy.Symbol("one")
    square = sympy.Poly(poly.homogenize(one), *features, one)
    matrix = sympy.hessian(square.as_expr(), (*features, one))
    if matrix.is_positive_semidefinite:
        return 1
    return -1 if matrix.is_negative_semidefinite else 0


def _contradict(found: Mapping[Divider, frozenset[int]]) -> bool:
    """Whether the half-planes of two parallel lines, each beyond the other, do not overlap in an open set."""
    above = [(line, signs) for line, signs in found.items() if signs & _OPEN == {1}]
    below = [(line, signs) for line, signs in found.items() if signs & _OPEN == {-1}]
    for (one, other, low), _ in ((line.coefficients, signs) for line, signs in above):
        for (p, q, high), _ in ((line.coefficients, signs) for line, signs in below):
            if (one, other) == (p, q) and order(low, high) in (-1, 0):
                return True
    return False


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
