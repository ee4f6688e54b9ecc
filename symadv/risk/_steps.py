r"""What one coordinate with values may become: the places where its nearest values are the same, and what they cost.

A step to another place takes a share of the budget: nothing or everything in an $\ell_\infty$ ball,
$(|\delta| / E)^r$ in an $\ell_r$ ball, where the shares of all coordinates add up to at most 1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import sympy

from symadv.geometry.ends import Interval
from symadv.language.intervals import AFTER, BEFORE, Cut, Intervals
from symadv.language.order import INFINITESIMAL, compare, order
from symadv.risk._ball import Ball
from symadv.risk._shares import Order, Share


@dataclass(frozen=True)
class Place:
    """A piece of the line, and the nearest value there by each order of values."""

    piece: Intervals
    nearest: tuple[tuple[Order, sympy.Expr], ...]

    def adds(self, share: Share) -> sympy.Expr:
        """What the nearest values of a coordinate there add to a form."""
        known = dict(self.nearest)
        return sympy.Add(*(reading.at(known[reading.order]) for reading in share.readings))


@dataclass(frozen=True)
class Step:
    """From a value to a place: its ``price`` in shares of the budget, more than that if ``strict``.

    ``ends``: where the coordinate can be there, in a ball that is a product.
    """

    price: sympy.Expr
    strict: bool
    ends: Intervals


def places(used: Iterable[Order], within: Interval | None, among: Sequence[sympy.Expr] | None) -> list[Place]:
    """The places of one coordinate, ascending: in an interval, and among some values, if there are such."""
    cuts = {known: _cuts(known) for known in used}
    ends = [Cut(-sympy.oo, AFTER), Cut(sympy.oo, BEFORE)]
    every = _ascending([*ends, *(c for own in cuts.values() for c in own)])
    pieces = [Intervals(pair) for pair in pairwise(every)] if among is None else [Intervals.point(v) for v in among]
    if within is not None:
        stay = Intervals.between(*within, lower_closed=True, upper_closed=True)
        pieces = [piece & stay for piece in pieces]
    return [Place(p, tuple((known, _nearest(known, own, p)) for known, own in cuts.items())) for p in pieces if p]


def step(value: sympy.Expr, place: Place, budget: sympy.Expr, ball: Ball) -> Step | None:
    """The step from a value to a place; None where the budget never allows it."""
    if ball.is_product or budget == 0:
        ends = place.piece & _around(value, budget, closed=ball.closed)
        return Step(sympy.S.Zero, False, ends) if ends else None
    if place.piece.contains(value):
        return Step(sympy.S.Zero, False, place.piece)
    start, end = place.piece.cuts
    below = compare(value, start.value) <= 0
    distance = start.value - value if below else value - end.value
    attained = start.side == BEFORE if below else end.side == AFTER
    price = (distance / budget) ** (2 if ball.norm == "l2" else 1)
    return Step(price, not attained, place.piece)


def _around(value: sympy.Expr, budget: sympy.Expr, *, closed: bool) -> Intervals:
    if budget == 0:
        return Intervals.point(value)
    return Intervals.between(value - budget, value + budget, lower_closed=closed, upper_closed=closed)


def _cuts(known: Order) -> list[Cut]:
    """Where the nearest value changes, ascending."""
    side = AFTER if order(known[0], known[-1]) == -1 else BEFORE
    return _ascending([Cut((v + w) / 2, side) for v, w in pairwise(known)])


def _nearest(known: Order, cuts: Sequence[Cut], piece: Intervals) -> sympy.Expr:
    rising = known if order(known[0], known[-1]) == -1 else known[::-1]
    return rising[sum(not _before(piece.cuts[0], cut) for cut in cuts)]


def _before(a: Cut, b: Cut) -> bool:
    return (compare(a.value, b.value), a.side - b.side) < (0, 0)


def _ascending(cuts: Iterable[Cut]) -> list[Cut]:
    found: list[Cut] = []
    for cut in cuts:
        at = sum(_before(known, cut) for known in found)
        if at == len(found) or _before(cut, found[at]):
            found.insert(at, cut)
    return found


def plain(budget: sympy.Expr) -> sympy.Expr:
    """A budget without what is infinitely small."""
    return budget.xreplace({INFINITESIMAL: sympy.S.Zero})
