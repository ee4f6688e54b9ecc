r"""The same region in fewer and simpler cells: empty ones left out, and what follows from the rest of a cell.

Whether affine conditions with rational coefficients contradict each other is decided by Fourier-Motzkin elimination,
exactly, with balls around irrational constants; of all other forms only constants are decided.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product
from operator import sub

import flint
import sympy

from symadv.language.balls import ball
from symadv.language.kinks import branches, first_kink
from symadv.language.regions import Cell, Cells, union
from symadv.language.signs import ANY

Condition = tuple[sympy.Expr, frozenset[int]]
Number = flint.fmpq | flint.arb
Row = tuple[tuple[Number, ...], bool]  # coefficients and constant of a form that is positive, or not negative

_CELLS = 512  # above which a region is left as it is
_MANY = 1000  # pairs of rows, above which nothing is decided


@lru_cache(maxsize=512)
def simplified(region: Cells) -> Cells:
    """The same set of points; a region of very many cells, or that depends on parameters, as it is."""
    features = region.features
    if len(region.cells) > _CELLS or any(
        form.free_symbols - set(features) for cell in region.cells for form, _ in cell
    ):
        return region
    parts = (Cells(features, (part,)).substitute({}) for cell in region.cells for part in _affine(cell, features))
    settled = (_settled(cell, features) for part in parts for cell in part.cells)
    needed = (_needed(cell, features) for part in settled for cell in part.cells)
    return union(features, (Cells(features, (cell,)) for cell in _joined([c for c in needed if c is not None])))


def _affine(cell: Cell, features: tuple[sympy.Symbol, ...]) -> Iterator[Cell]:
    """A cell taken apart where a form is an absolute value, or a product of affine ones; empty parts left out."""
    if _contradict(row for c in cell for row in _only(c, features)):
        return
    kink = first_kink(list(cell), features)
    if kink is None:
        yield cell
        return
    for branch in branches(list(cell), kink):
        yield from _affine(tuple(branch), features)


def _settled(cell: Cell, features: tuple[sympy.Symbol, ...]) -> Cells:
    """A cell in which features that have one value are replaced by it in all other conditions."""
    found = Cells(features, (cell,))
    for feature in features:
        for form, signs in found.cells[0] if found.cells else ():
            if signs == {0} and form.free_symbols == {feature} and form.is_polynomial(feature):
                coefficients = sympy.Poly(form, feature).all_coeffs()
                if len(coefficients) == 2 and all(c.is_Rational for c in coefficients):
                    value = -coefficients[1] / coefficients[0]
                    others = tuple((f.xreplace({feature: value}), s) for f, s in found.cells[0] if f != form)
                    found = Cells(features, (others,)).substitute({}) & Cells(features, (((form, signs),),))
                    break
    return found


def _needed(cell: Cell, features: tuple[sympy.Symbol, ...]) -> Cell | None:
    """A cell without the conditions that its others imply; None where they contradict each other."""
    if _contradict(row for c in cell for row in _only(c, features)):
        return None
    kept = list(cell)
    for condition in cell:
        rest = [row for c in kept if c != condition for row in _only(c, features)]
        form, signs = condition
        against = _alternatives((form, ANY - signs), features)
        if against and all(_contradict([*rest, *rows]) for rows in against):
            kept.remove(condition)
    return tuple(kept)


def _only(condition: Condition, features: tuple[sympy.Symbol, ...]) -> tuple[Row, ...]:
    """The rows of a condition; none where they are not known, or alternatives."""
    found = _alternatives(condition, features)
    return found[0] if len(found) == 1 else ()


@lru_cache(maxsize=16384)
def _alternatives(condition: Condition, features: tuple[sympy.Symbol, ...]) -> tuple[tuple[Row, ...], ...]:
    """Rows of which all must hold, in one of some ways; nothing for a form that is not affine and rational."""
    form, signs = condition
    if not form.is_polynomial(*features):
        return ()
    poly = sympy.Poly(form, *features)
    numbers = [poly.coeff_monomial(x) for x in features]
    constant = poly.coeff_monomial(1)
    if poly.total_degree() > 1 or not all(c.is_Rational for c in numbers) or constant.free_symbols:
        return ()
    above = (*(flint.fmpq(int(c.p), int(c.q)) for c in numbers), _number(constant))
    below = tuple(-c for c in above)
    if signs == {0}:
        return (((above, False), (below, False)),)
    return tuple(((row, 0 not in signs),) for row, side in ((above, 1), (below, -1)) if side in signs)


def _number(constant: sympy.Expr) -> Number:
    """A rational number, or a ball around another one."""
    return flint.fmpq(int(constant.p), int(constant.q)) if constant.is_Rational else ball(constant)


def _contradict(rows: Iterable[Row]) -> bool:
    """Whether no point satisfies all rows; False also where that is open, or would take long."""
    rest = list(rows)
    width = max((len(row) for row, _ in rest), default=1) - 1
    for k in range(width):
        up, down = (_tightest(rest, k, side) for side in (1, -1))
        if len(up) * len(down) > _MANY:
            return False
        rest = [r for r in rest if r[0][k] == 0]
        rest += [(tuple(map(sub, a, b)), strict or also) for (a, strict), (b, also) in product(up, down)]
        if any(_never(row) for row in rest):
            return True
    return False


def _never(row: Row) -> bool:
    (*numbers, constant), strict = row
    return not any(numbers) and bool(constant < 0 or (strict and constant == 0))


def _tightest(rows: Iterable[Row], k: int, side: int) -> list[Row]:
    """Those with the k-th coefficient on one side of 0, divided by it; of parallel ones the one that says most."""
    found: dict[tuple[Number, ...], tuple[Number, bool]] = {}
    for row, strict in rows:
        if side * row[k] > 0:
            *numbers, constant = (x / row[k] for x in row)
            known = found.get(tuple(numbers))
            if known is None or side * constant < side * known[0] or (strict and constant == known[0]):
                found[tuple(numbers)] = constant, strict
    return [((*numbers, constant), strict) for numbers, (constant, strict) in found.items()]


def _joined(cells: Iterable[Cell]) -> list[Cell]:
    """The cells, those that differ in the signs of one form made one."""
    rest = list(dict.fromkeys(cells))
    while True:
        before = len(rest)
        for form in dict.fromkeys(form for cell in rest for form, _ in cell):
            rest = _without_difference_in(form, rest)
        if len(rest) == before:
            return rest


def _without_difference_in(form: sympy.Expr, cells: list[Cell]) -> list[Cell]:
    signs: dict[Cell, frozenset[int]] = {}
    for cell in cells:
        others = tuple(c for c in cell if c[0] != form)
        signs[others] = signs.get(others, frozenset()) | dict(cell).get(form, ANY)
    return [cell if own == ANY else (*cell, (form, own)) for cell, own in signs.items()]
