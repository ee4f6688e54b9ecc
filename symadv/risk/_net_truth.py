"""Conditions on two coordinates as sides of lines, and tiles cut until each condition holds on all of a tile or on none
of it: the true labels, and where perturbed points may be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import sympy

from symadv.language.aggregates import spelled_out
from symadv.language.forms import expand_outside
from symadv.language.intervals import AFTER, BEFORE, Intervals
from symadv.language.order import Undecided, sign
from symadv.language.roots import NoClosedForm, sign_sets
from symadv.risk._kinks import branches, first_kink
from symadv.risk._net_tiles import Line, Signs, Tile

P, Q = COORDINATES = sympy.symbols("p q", real=True)
UNKNOWN = "unknown"  # the true label is not known in closed form
Truth = int | str | None
Key = TypeVar("Key")

Condition = tuple[sympy.Expr, Signs]
Side = tuple[Line | None, Signs]  # None: a form that is no line


@dataclass(frozen=True)
class Case:
    """A label of one kind of truth where some conditions hold."""

    kind: str
    label: int
    sides: tuple[Side, ...]


def tiled(tile: Tile, room: Sequence[Side], cases: Sequence[Case]) -> Iterator[tuple[Tile, Mapping[str, Truth]]]:
    """The parts of a tile in a room, small enough for one truth of each kind: what it is."""
    left = _left(tile, room)
    if left is None:
        return
    open_ = _pending(tile, cases)
    line = next((line for side in (left, *(c.sides for c in open_)) for line, _ in side if line and line.cuts), None)
    if line is not None:
        for part in tile.split(line):
            yield from tiled(part, left, open_)
    elif left:
        raise Undecided(f"where perturbed points may be has no rational border: {left}")
    else:
        yield tile, _truths(open_)


def _left(tile: Tile, sides: Iterable[Side]) -> list[Side] | None:
    """The sides that are not decided on a tile; None where one does not hold on it."""
    found: list[Side] = []
    for line, wanted in sides:
        here = tile.sign(line) if line else None
        if here is None:
            found.append((line, wanted))
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
    sure = {kind: [c for c in own if not c.sides][:1] or own for kind, own in found.items()}
    return [case for own in sure.values() for case in own]


def _truths(cases: Iterable[Case]) -> dict[str, Truth]:
    return {case.kind: UNKNOWN if case.sides else case.label for case in cases}


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
                known = [*known, (None, wanted)]
            elif side not in wanted:
                return
            continue
        line = _line(form)
        if line is not None:
            known = [*known, _normal(line, wanted)]
        elif len(used) == 1 and (numbers := _numbers(form, used[0], wanted)) is not None:
            for sides in _between(used[0], numbers):
                yield from _read([*rest, *pending[k + 1 :]], [*known, *sides])
            return
        else:
            rest.append((form, wanted))
    kink = first_kink(rest, COORDINATES) if rest else None
    if kink is None:
        yield [*known, *((None, wanted) for _, wanted in rest)]
        return
    for branch in branches(rest, kink):
        yield from _read(branch, known)


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
        return None, wanted
    a, b = (v if v.is_Rational else sympy.simplify(v) for v in (line.a / first, line.b / first))
    return Line(a, b, line.c / first), frozenset(side * s for s in wanted)


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
