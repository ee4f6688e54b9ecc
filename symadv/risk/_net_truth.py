"""Conditions on two coordinates as sides of lines, and tiles cut until each condition holds on all of a tile or on none
of it: the true labels, and where perturbed points may be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sympy

from symadv.language.aggregates import spelled_out
from symadv.language.forms import expand_outside
from symadv.language.intervals import AFTER, BEFORE, Intervals
from symadv.language.kinks import branches, first_kink
from symadv.language.order import Undecided, sign
from symadv.language.roots import NoClosedForm, sign_sets
from symadv.risk._net_curves import Curve, curve_of
from symadv.risk._net_levels import Level
from symadv.risk._net_possible import possible
from symadv.risk._net_tiles import COORDINATES, Line, P, Q, Signs, Tile

UNKNOWN = "unknown"  # the true label is not known in closed form
Truth = int | str | None

Condition = tuple[sympy.Expr, Signs]
Border = Line | Curve | Level
Side = tuple[Border, Signs]
_FINE, _FINER = 2, 3  # times that a tile is halved at a curve, and again where that matters


@dataclass(frozen=True)
class Case:
    """A label of one kind of truth where some conditions hold."""

    kind: str
    label: Truth
    sides: tuple[Side, ...]


def tiled(
    tile: Tile,
    room: Sequence[Side],
    cases: Sequence[Case],
    *,
    fine: int = _FINE,
    fenced: frozenset[Border] = frozenset(),
) -> Iterator[tuple[Tile, tuple[Case, ...]]]:
    """The parts of a tile in a room, small enough for one truth of each kind: the cases that hold there.

    At borders that are no rational lines narrow parts are left in which some cases are open.
    """
    left = _left(tile, room)
    if left is None:
        return
    open_ = _pending(tile, cases)
    borders = [border for sides in (left, *(c.sides for c in open_)) for border, _ in sides]
    line = next((b for b in borders if isinstance(b, Line) and b.rational), None)
    rest = [b for b in borders if b not in fenced]
    if line is not None:
        parts = tile.split(line)
    elif left:
        raise Undecided(f"where perturbed points may be has no rational border: {left}")
    elif rest and tile.narrow and isinstance(rest[0], Curve) and rest[0].form.has(P):
        yield from tiled(tile, left, tuple(along({P: tile.p[0]}, open_)), fine=fine, fenced=fenced)
        return
    elif rest and len(columns := _cut(tile, rest[0].stops(tile))) > 1:
        parts = columns
    elif rest and fine and isinstance(rest[0], Curve) and (middle := tile.middle) is not None:
        parts, fine = tile.split_at(middle), fine - 1
    elif rest:
        parts, fenced = _cut(tile, rest[0].fences(tile)), fenced | {rest[0]}
    else:
        yield tile, tuple(open_)
        return
    for part in parts:
        yield from tiled(part, left, open_, fine=fine, fenced=fenced)


def told(cases: Iterable[Case]) -> Mapping[str, Truth]:
    """The truth of each kind on a tile on which some cases hold or are open."""
    return {case.kind: UNKNOWN if case.sides else case.label for case in cases}


def finer(tile: Tile, cases: Sequence[Case]) -> Iterator[tuple[Tile, tuple[Case, ...]]]:
    """The parts of a tile beside a curve where that is followed more closely; the tile itself where it cannot be."""
    columns = [tile] if any(isinstance(border, Curve) for case in cases for border, _ in case.sides) else []
    for _ in range(_FINER):
        columns = [part for column in columns for part in _halved(column)]
    for column in columns if len(columns) > 1 else ():
        yield from tiled(column, (), cases, fine=0)


def _halved(tile: Tile) -> list[Tile]:
    return [tile] if tile.narrow or (middle := tile.middle) is None else tile.split_at(middle)


def _cut(tile: Tile, lines: Sequence[Line]) -> list[Tile]:
    """The parts of a tile on all sides of some lines."""
    crossing = next((line for line in lines if tile.sign(line) is None), None)
    return [tile] if crossing is None else [part for piece in tile.split(crossing) for part in _cut(piece, lines)]


def _left(tile: Tile, sides: Iterable[Side]) -> list[Side] | None:
    """The sides that are not decided on a tile; None where one does not hold on it."""
    found: list[Side] = []
    for border, wanted in sides:
        here = border.sign(tile)
        if here is None:
            found.append((border, wanted))
        elif here not in wanted:
            return None
    return found


def _pending(tile: Tile, cases: Iterable[Case]) -> list[Case]:
    """The cases that may hold on a tile, with what is open; of a kind that is decided the one that holds."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        left = _left(tile, case.sides)
        if left is not None:
            found.setdefault(case.kind, []).append(Case(case.kind, case.label, tuple(left)))
    return [case for own in found.values() for case in _sure(own) or own]


def _sure(cases: Sequence[Case]) -> list[Case]:
    """The case of one kind that holds: with nothing open, or with a label on all sides of a border."""
    sides: dict[tuple[Truth, Border], Signs] = {}
    for case in cases:
        if not case.sides:
            return [case]
        if len(case.sides) == 1:
            ((border, wanted),) = case.sides
            sides[case.label, border] = sides.get((case.label, border), frozenset()) | wanted
    known = (label for (label, _), wanted in sides.items() if len(wanted) == 3)
    return [Case(cases[0].kind, label, ()) for label in known][:1]


def along(known: Mapping[sympy.Symbol, sympy.Expr], cases: Iterable[Case]) -> Iterator[Case]:
    """Cases on a line or at a point, where P or Q is known: there curves come down to numbers."""
    for case in cases:
        curved = [(border.form, wanted) for border, wanted in case.sides if isinstance(border, Curve)]
        straight = tuple(side for side in case.sides if not isinstance(side[0], Curve))
        for sides in sides_of(tuple((form.xreplace(dict(known)), wanted) for form, wanted in curved)):
            yield Case(case.kind, case.label, (*straight, *sides))


@lru_cache(maxsize=4096)
def sides_of(cell: tuple[Condition, ...]) -> tuple[tuple[Side, ...], ...]:
    """A cell of the plane as a union of cells that are sides of lines, as far as its borders are lines."""
    return tuple(tuple(sides) for sides in _read(list(cell), []))


def _read(pending: list[Condition], known: list[Side]) -> Iterator[list[Side]]:
    """What is left of a cell, with the sides read so far."""
    rest: list[Condition] = []
    for k, (given, wanted) in enumerate(pending):
        form = expand_outside(spelled_out(given))
        used = [v for v in COORDINATES if form.has(v)]
        if not used:
            side = sign(form)
            if side is None:
                known = [*known, (Curve(form, None), wanted)]
            elif side not in wanted:
                return
            continue
        line = _line(form)
        if line is not None:
            known = [*known, _normal(line, wanted)]
            if not possible(known):
                return
        elif len(used) == 1 and (numbers := _numbers(form, used[0], wanted)) is not None:
            for sides in _between(used[0], numbers):
                yield from _read([*rest, *pending[k + 1 :]], [*known, *sides])
            return
        else:
            rest.append((form, wanted))
    kink = first_kink(rest, COORDINATES) if rest else None
    if kink is None:
        yield [*known, *((_border(form), wanted) for form, wanted in rest)]
        return
    for branch in branches(rest, kink):
        yield from _read(branch, known)


def _border(form: sympy.Expr) -> Border:
    used = [v for v in COORDINATES if form.has(v)]
    return Level(form, used[0]) if len(used) == 1 else curve_of(form)


def _line(form: sympy.Expr) -> Line | None:
    if not form.is_polynomial(P, Q):
        return None
    poly = sympy.Poly(form, P, Q)
    if poly.total_degree() > 1:
        return None
    a, b, c = (poly.coeff_monomial(m) for m in (P, Q, 1))
    return Line(a, b, c)


def _normal(line: Line, wanted: Signs) -> Side:
    """The side of a line whose first coefficient is 1."""
    first = line.a if line.a != 0 else line.b
    side = sign(first)
    if side is None:
        raise Undecided(f"cannot decide the sign of {first}")
    a, b = (_quotient(v, first) for v in (line.a, line.b))
    return Line(a, b, line.c / first), frozenset(side * s for s in wanted)


@lru_cache(maxsize=4096)
def _quotient(a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
    """A quotient in a form by which equal ones are known."""
    quotient = a / b
    return quotient if quotient.is_Rational else sympy.simplify(quotient)


def _numbers(form: sympy.Expr, variable: sympy.Symbol, wanted: Signs) -> Intervals | None:
    try:
        sets = sign_sets(form, variable)
    except (NoClosedForm, Undecided):
        return None
    found = Intervals()
    for s in wanted:
        found = found | sets[s]
    return found


def _between(variable: sympy.Symbol, numbers: Intervals) -> Iterator[list[Side]]:
    """One coordinate in a union of intervals."""
    one, zero = sympy.S.One, sympy.S.Zero
    for start, end in numbers:
        sides: list[Side] = []
        for cut, inner, direction in ((start, BEFORE, 1), (end, AFTER, -1)):
            if cut.value.is_finite is not False:
                line = Line(one, zero, -cut.value) if variable == P else Line(zero, one, -cut.value)
                sides.append((line, frozenset({0, direction} if cut.side == inner else {direction})))
        yield sides
