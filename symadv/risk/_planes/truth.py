"""Where in a plane which true label holds, and where perturbed points may be: by lines, and signs of functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

import numpy as np
import sympy

from symadv.geometry.charts import rounded
from symadv.geometry.polygons import Bools, Floats, Ints
from symadv.language.aggregates import spelled_out
from symadv.language.errors import SymadvError
from symadv.language.functions import unfold
from symadv.language.order import order, sign
from symadv.risk._net_cells import Divider
from symadv.risk._planes.distances import by_distances
from symadv.risk._planes.forms import Curved, Form, levelled

NOWHERE = -1  # no label

Key = Divider | Form
Cell = tuple[tuple[Key, frozenset[int]], ...]  # lines and functions, and the signs that they must have

Condition = tuple[sympy.Expr, frozenset[int]]  # a form, and the signs that it must have
Conditions = Sequence[Condition]

_ANY, _OPEN = frozenset({-1, 0, 1}), frozenset({-1, 1})
_KINKED = (sympy.Abs, sympy.Max, sympy.Min)


@dataclass(frozen=True)
class Truth:
    """Lines and functions in the plane, and what holds on which sides of them.

    ``cells``: for each label (by index) conjunctions, of which one must hold; ``places``: conjunctions of which one
    must hold for perturbed points.  Signs are arrays (n, lines and functions).
    """

    dividers: tuple[Divider, ...]
    forms: tuple[Form, ...]
    cells: tuple[tuple[Cell, ...], ...]
    places: tuple[Cell, ...]

    def signs(self, points: Floats) -> Ints:
        """On which side of each line and function points (n, 2) lie, in floats; on it, on its positive side.

        Between the curves of an arrangement both sides of a line are alike.
        """
        curved = [form.signs(points) if form in self.used else np.ones(len(points)) for form in self.forms]
        signs = np.column_stack([self.sides(points), *curved]).astype(np.int64)
        return np.where(signs == 0, 1, signs)

    def sides(self, points: Floats) -> Ints:
        """On which sides of the lines points lie."""
        lines = np.array([[float(rounded(v)[0]) for v in line.coefficients] for line in self.dividers]).reshape(-1, 3)
        return np.where(points @ lines[:, :2].T + lines[:, 2] < 0, -1, 1)

    @cached_property
    def used(self) -> frozenset[Key]:
        """What true labels depend on."""
        return frozenset(key for cells in self.cells for cell in cells for key, _ in cell)

    def labels(self, signs: Ints) -> Ints:
        """The index of the label that holds where the lines and functions have some signs, or ``NOWHERE``."""
        found = np.full(len(signs), NOWHERE)
        for label, cells in enumerate(self.cells):
            for cell in cells:
                found[self._holds(cell, signs)] = label
        return found

    def boxed(self, signs: Ints) -> Bools:
        """Where perturbed points may be."""
        inside = np.zeros(len(signs), dtype=bool)
        for cell in self.places:
            inside |= self._holds(cell, signs)
        return inside

    def _holds(self, cell: Cell, signs: Ints) -> Bools:
        inside = np.ones(len(signs), dtype=bool)
        for key, wanted in cell:
            inside &= np.isin(signs[:, self._number[key]], sorted(wanted))
        return inside

    @cached_property
    def _number(self) -> dict[Key, int]:
        keys: tuple[Key, ...] = (*self.dividers, *self.forms)
        return {key: k for k, key in enumerate(keys)}


@dataclass(frozen=True)
class Reader:
    """Reads conditions on features as conditions on lines and functions in the planes of two of them, and collects
    these."""

    features: tuple[sympy.Symbol, sympy.Symbol]
    known: dict[Key, None] = field(default_factory=dict)
    read: dict[Any, tuple[Key | None, int]] = field(default_factory=dict)

    @property
    def dividers(self) -> tuple[Divider, ...]:
        """The lines."""
        return tuple(key for key in self.known if isinstance(key, Divider))

    @property
    def forms(self) -> tuple[Form, ...]:
        """The functions."""
        return tuple(key for key in self.known if isinstance(key, Form))

    def cells(self, conditions: Conditions, given: Conditions = ()) -> Iterator[Cell]:
        """Conjunctions on lines, one of which holds where some conditions and what is ``given`` do; or ``Curved``."""
        open_ = [(spelled_out(unfold(form)), signs) for form, signs in conditions if not signs >= _OPEN]
        yield from self._branches(list(given), open_)

    def _branches(self, given: list[Condition], conditions: list[Condition]) -> Iterator[Cell]:
        """Absolute values, largest and smallest ones are told apart by the sign of what they depend on."""
        if not conditions:
            cell = self._cell(given)
            if cell is not None:
                self.known.update((key, None) for key, _ in cell)
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
        """Where a form has some signs, by those of its factors, but for points on lines."""
        form = sympy.expand(form)
        polynomial = form.is_polynomial(*self.features)
        if polynomial and sympy.Poly(form, *self.features).total_degree() < 2:
            yield [(form, signs)]
            return
        constant, factors = sympy.factor_list(form, *self.features) if polynomial else by_distances(form, self.features)
        odd = [(f, _definite(f, self.features)) for f, power in factors if power % 2]
        for sides in product(*((side,) if side else (1, -1) for _, side in odd)):
            if (sign(constant) or 0) * prod(sides) in signs:
                yield [(f, frozenset({side})) for (f, known), side in zip(odd, sides, strict=True) if not known]

    def _possible(self, conditions: Sequence[Condition]) -> bool:
        """Whether conditions may hold in an open set."""
        return self._cell(conditions) is not None

    def _cell(self, conditions: Sequence[Condition]) -> Cell | None:
        """Conditions on forms as conditions on lines and functions; None where they never hold in an open set."""
        found: dict[Key, frozenset[int]] = {}
        for form, wanted in conditions:
            key, side = self._key(form)
            if key is not None:
                found[key] = found.get(key, _ANY) & frozenset(side * s for s in wanted)
            elif side not in wanted:
                return None
        if not all(signs & _OPEN for signs in found.values()) or _contradict(found):
            return None
        return tuple(found.items())

    def _key(self, form: sympy.Expr) -> tuple[Key | None, int]:
        """The line or the function that has the signs of a form, up to one sign; or the sign that it has everywhere."""
        if (form, self.features) not in self.read:
            self.read[form, self.features] = _line(sympy.expand(form), self.features) or _function(form, self.features)
        return self.read[form, self.features]


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
    if not form.is_polynomial(*features):
        return 0
    poly = sympy.Poly(form, *features)
    if poly.total_degree() != 2 or not all(c.is_Rational for c in poly.coeffs()):
        return 0
    one = sympy.Symbol("one")
    square = sympy.Poly(poly.homogenize(one), *features, one)
    matrix = sympy.hessian(square.as_expr(), (*features, one))
    if matrix.is_positive_semidefinite:
        return 1
    return -1 if matrix.is_negative_semidefinite else 0


def _contradict(found: Mapping[Key, frozenset[int]]) -> bool:
    """Whether the half-planes of two parallel lines, each beyond the other, do not overlap in an open set."""
    above, below = (
        [key.coefficients for key, signs in found.items() if isinstance(key, Divider) and signs & _OPEN == {side}]
        for side in (1, -1)
    )
    for one, other, low in above:
        for p, q, high in below:
            if (one, other) == (p, q) and order(low, high) in (-1, 0):
                return True
    return False


def _line(form: sympy.Expr, features: Sequence[sympy.Symbol]) -> tuple[Divider | None, int] | None:
    """The line where a form is 0, its first coefficient 1, and the side where the form is positive; or its sign; None
    for curves and lines of irrational slopes."""
    if not form.is_polynomial(*features):
        return None
    poly = sympy.Poly(form, *features)
    if poly.total_degree() > 1:
        return None
    a, b, c = (poly.coeff_monomial(m) for m in (features[0], features[1], 1))
    first = a if a != 0 else b
    side = sign(first if first != 0 else c)
    if side is None:
        raise Curved
    if first == 0:
        return None, side
    one, other, rest = (v if v.is_Rational else sympy.simplify(v) for v in (a / first, b / first, c / first))
    if not (one.is_Rational and other.is_Rational):
        return None
    return Divider((one, other, rest)), side


def _function(form: sympy.Expr, features: tuple[sympy.Symbol, sympy.Symbol]) -> tuple[Key | None, int]:
    """A function, the same for a form and its negative; or the sign that it has everywhere."""
    found = levelled(form, features)
    if not found.expression.free_symbols:
        side = sign(found.expression)
        if side is None:
            raise Curved
        return None, side
    if not found.sums and (line := _line(found.plain, features)) is not None:
        return line
    other = found.negative
    one, side = (found, 1) if str(found) < str(other) else (other, -1)
    try:
        one.signs(np.zeros((1, 2)))
    except (SymadvError, TypeError, AttributeError) as error:
        raise Curved from error
    return one, side
