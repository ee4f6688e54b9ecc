r"""From where on a curve $x(t)$ a ball meets a piece of a curve $z(s)$: between events nothing changes.

Both curves are lines, parabolas or circles, so that a side of the ball is a polynomial condition $g_k(t, s) \ge 0$.  The
ball meets the piece from t when some s in the piece satisfies all of them, which can only change at zeros of

* $g_k(t, e)$ for an end e of the piece,
* the discriminant of $g_k(t, \cdot)$, or its leading coefficient, through which s leaves at infinity,
* the resultant of two of them, $g_j(t, \cdot)$ and $g_k(t, \cdot)$, at which a corner lies on the curve.

Zeros at which nothing happens do no harm; between two zeros one rational t stands for all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product

import sympy

from symadv.language.forms import expand_outside
from symadv.language.intervals import Intervals
from symadv.risk._ball import Ball, Enclosed
from symadv.risk._isolated import Zero, gaps, ordered, where, zeros_of
from symadv.risk._paths import Path
from symadv.risk._slanted import T
from symadv.risk._sweeps import S, Sweep, sides_of

Side = tuple[sympy.Expr, bool]  # a polynomial that is not negative inside, and whether an open ball is without its zeros

_INSIDE = frozenset({0, 1})
_STRICTLY = frozenset({1})


@dataclass(frozen=True)
class Events(Sweep):
    """A ball in two features around the points of a curve."""

    place: Path
    ball: Ball
    pair: tuple[int, int]

    def over(self, arc: Path, piece: Intervals, closed: bool) -> Enclosed:
        """The values of t from which the piece of a curve, s in some intervals, is within reach."""
        sides = self._sides(arc)
        events = ordered(_events(sides, tuple(c.value for c in piece.cuts if c.value.is_finite is not False)))
        meets = [_meets(sides, piece, t, closed) for _, _, t in gaps(events)]
        inner = _union(events, [known is True for known in meets], closed, outward=False)
        exact = None not in meets and all(event.is_exact for event in events)
        return Enclosed(inner, inner if exact else _union(events, [m is not False for m in meets], closed, outward=True))

    def _sides(self, arc: Path) -> tuple[Side, ...]:
        place, both = self.place, self.place.weight * arc.weight
        steps = [z * place.weight - x * arc.weight for z, x in ((arc.x, place.x), (arc.y, place.y))]
        if self.ball.norm == "l2" and not self.ball.is_product:
            squares = ((step / self.ball.budgets[i]) ** 2 for step, i in zip(steps, self.pair, strict=True))
            return ((self._reduced(both**2 - sympy.Add(*squares), arc), True),)
        rows = sides_of(self.ball, self.pair)
        return tuple(
            (self._reduced(r * both - sympy.Add(*(n * s for n, s in zip(normal, steps, strict=True))), arc), r != 0)
            for *normal, r in rows
        )

    def _reduced(self, polynomial: sympy.Expr, arc: Path) -> sympy.Expr:
        return arc.without_weight(self.place.without_weight(expand_outside(polynomial)))


@lru_cache(maxsize=4096)
def _events(sides: tuple[Side, ...], ends: tuple[sympy.Expr, ...]) -> tuple[Zero, ...]:
    return tuple(zero for form in dict.fromkeys(_forms(sides, ends)) for zero in zeros_of(form, T))


def _forms(sides: tuple[Side, ...], ends: tuple[sympy.Expr, ...]) -> Iterator[sympy.Expr]:
    """The polynomials in t at whose zeros something may happen."""
    for (g, _), end in product(sides, ends):
        yield expand_outside(g.xreplace({S: end}))
    read = [sympy.Poly(g, S) for g, _ in sides if g.has(S)]
    for g in read:
        yield expand_outside(g.LC())
        if g.degree() > 1:
            yield expand_outside(g.discriminant())
    yield from (expand_outside(g) for g, _ in sides if not g.has(S))
    yield from (expand_outside(g.resultant(h).as_expr()) for g, h in combinations(read, 2))


@lru_cache(maxsize=16384)
def _meets(sides: tuple[Side, ...], piece: Intervals, t: sympy.Rational, closed: bool) -> bool | None:
    """Whether a piece is within reach from one t; None where that is not decided."""
    inner, outer = piece, piece
    for g, strict in sides:
        there = where(expand_outside(g.xreplace({T: t})), S, _INSIDE if closed or not strict else _STRICTLY)
        inner, outer = inner & there.inner, outer & there.outer
        if not outer:
            return False
    return True if inner else None


def _union(events: list[Zero], taken: list[bool], closed: bool, *, outward: bool) -> Intervals:
    """The gaps between events that are taken, with events between two of them; of single points no more is known.

    Events that are not told exactly are left out, or with ``outward`` taken, too.
    """
    found = Intervals()
    low, high = ([e.low for e in events], [e.high for e in events])
    starts, ends = (low, high) if outward else (high, low)
    for k, here in enumerate(taken):
        if here:
            found = found | Intervals.between(
                starts[k - 1] if k else -sympy.oo,
                ends[k] if k < len(events) else sympy.oo,
                lower_closed=closed or (k > 0 and taken[k - 1]),
                upper_closed=closed or (k < len(events) and taken[k + 1]),
            )
    for event in events if outward else ():
        if not event.is_exact:
            found = found | Intervals.between(event.low, event.high, lower_closed=True, upper_closed=True)
    return found
