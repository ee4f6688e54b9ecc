r"""From where on a curve $x(t)$ a ball meets a piece of a curve $z(s)$: between events nothing changes.

Both curves are lines, parabolas or circles, so that a side of the ball is a polynomial condition $g_k(t, s) \ge 0$.
The ball meets the piece from t when some s in the piece satisfies all of them, which can only change at zeros of

* $g_k(t, e)$ for an end e of the piece,
* the discriminant of $g_k(t, \cdot)$, where a side touches the curve, or its leading coefficient, where s is infinite,
* the resultant of two of them, $g_j(t, \cdot)$ and $g_k(t, \cdot)$, where a corner lies on the curve.

Zeros at which nothing happens do no harm; between two zeros one rational t stands for all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import sympy

from symadv.language.forms import expand_outside
from symadv.language.intervals import Intervals
from symadv.language.order import sign
from symadv.risk._ball import Ball, Enclosed
from symadv.risk._isolated import Zero, gaps, ordered, read_in, where, zeros_of
from symadv.risk._overlaps import Grid, grid, overlap
from symadv.risk._paths import Path
from symadv.risk._slanted import T
from symadv.risk._sweeps import S, Sweep, sides_of

_INSIDE = frozenset({0, 1})
_STRICTLY = frozenset({1})


@dataclass(frozen=True)
class _Side:
    """A side of a ball: a polynomial in t and s that is not negative inside, and its zeros in t where it touches z.

    ``normal``: of a straight side.  ``has_room``: whether an open ball is without it.
    """

    form: sympy.Expr
    touching: tuple[sympy.Expr, ...]
    normal: tuple[sympy.Expr, sympy.Expr] | None
    has_room: bool


@dataclass(frozen=True)
class Events(Sweep):
    """A ball in two features around the points of a curve."""

    place: Path
    ball: Ball
    pair: tuple[int, int]

    def over(self, arc: Path, piece: Intervals, closed: bool) -> Enclosed:
        """The values of t from which the piece of a curve, s in some intervals, is within reach."""
        sides = _sides(self.place, arc, self.ball, self.pair)
        events = ordered(_events(sides, tuple(c.value for c in piece.cuts if c.value.is_finite is not False)))
        meets = [_meets(sides, piece, t, closed) for _, _, t in gaps(events)]
        inner = _union(events, [known is True for known in meets], closed, outward=False)
        exact = None not in meets and all(event.is_exact for event in events)
        return Enclosed(
            inner, inner if exact else _union(events, [m is not False for m in meets], closed, outward=True)
        )


# the sides of a ball


@lru_cache(maxsize=4096)
def _sides(place: Path, arc: Path, ball: Ball, pair: tuple[int, int]) -> tuple[_Side, ...]:
    if ball.norm == "l2" and not ball.is_product:
        return (_round(place, arc, (ball.budgets[pair[0]], ball.budgets[pair[1]])),)
    return tuple(_straight(place, arc, normal, r) for *normal, r in sides_of(ball, pair))


def _straight(place: Path, arc: Path, normal: Sequence[sympy.Expr], r: sympy.Expr) -> _Side:
    r"""$r - \langle n, z - x\rangle$, which touches a circle where it is $\mp \rho \|n\|$ at its centre."""
    a, b = normal
    both = place.weight * arc.weight
    across = a * (arc.x * place.weight - place.x * arc.weight) + b * (arc.y * place.weight - place.y * arc.weight)
    form = arc.without_weight(expand_outside(r * both - across))
    touching = _discriminant(form)
    if arc.circle is not None:
        radius, x, y = arc.circle
        at_centre = r * place.weight - a * (x * place.weight - place.x) - b * (y * place.weight - place.y)
        width = radius * sympy.sqrt(a**2 + b**2) * place.weight
        touching = [at_centre + width, at_centre - width]
    return _Side(form, _reduced(touching, place), (a, b), r != 0)


def _round(place: Path, arc: Path, budgets: tuple[sympy.Expr, sympy.Expr]) -> _Side:
    r"""$1 - \|(z - x) / E\|_2^2$, which touches a line at the distance 1, a circle at that of $|1 \pm \rho / E|$."""
    steps = [
        (z * place.weight - x * arc.weight) / e
        for z, x, e in zip((arc.x, arc.y), (place.x, place.y), budgets, strict=True)
    ]
    squares = sympy.Add(*(step**2 for step in steps))
    form = place.without_weight(arc.without_weight(expand_outside((place.weight * arc.weight) ** 2 - squares)))
    if arc.is_line and form.has(S):
        (u, v), size = (sympy.diff(z, S) / e for z, e in zip((arc.x, arc.y), budgets, strict=True)), place.weight
        across = u * steps[1] - v * steps[0]
        touching = [across + side * size * sympy.sqrt(u**2 + v**2) for side in (1, -1)]
    elif arc.circle is not None and budgets[0] == budgets[1]:
        radius, x, y = arc.circle
        between = (x * place.weight - place.x) ** 2 + (y * place.weight - place.y) ** 2
        touching = [between - ((radius + side * budgets[0]) * place.weight) ** 2 for side in (1, -1)]
    else:
        touching = _discriminant(form)
    return _Side(form, _reduced(touching, place), None, has_room=True)


def _discriminant(form: sympy.Expr) -> list[sympy.Expr]:
    return [read_in(form, S, T).discriminant().as_expr()] if form.has(S) and sympy.degree(form, S) > 1 else []


def _reduced(forms: Iterable[sympy.Expr], place: Path) -> tuple[sympy.Expr, ...]:
    return tuple(place.without_weight(expand_outside(form)) for form in forms)


# the places between which nothing changes


@lru_cache(maxsize=4096)
def _events(sides: tuple[_Side, ...], ends: tuple[sympy.Expr, ...]) -> tuple[Zero, ...]:
    return tuple(zero for form in dict.fromkeys(_forms(sides, ends)) for zero in zeros_of(form, T))


def _forms(sides: tuple[_Side, ...], ends: tuple[sympy.Expr, ...]) -> Iterator[sympy.Expr]:
    """The polynomials in t at whose zeros something may happen."""
    for side in sides:
        yield from side.touching
        yield from (expand_outside(side.form.xreplace({S: end})) for end in ends)
        yield expand_outside(sympy.LC(side.form, S) if side.form.has(S) else side.form)
    for one, other in combinations(sides, 2):
        if not _parallel(one, other) and one.form.has(S) and other.form.has(S):
            yield expand_outside(read_in(one.form, S, T).resultant(read_in(other.form, S, T)).as_expr())


def _parallel(one: _Side, other: _Side) -> bool:
    if one.normal is None or other.normal is None:
        return False
    return sign(one.normal[0] * other.normal[1] - one.normal[1] * other.normal[0]) == 0


@lru_cache(maxsize=4096)
def _grid(form: sympy.Expr) -> Grid | None:
    return grid(form, S, T)


@lru_cache(maxsize=16384)
def _meets(sides: tuple[_Side, ...], piece: Intervals, t: sympy.Rational, closed: bool) -> bool | None:
    """Whether a piece is within reach from one t; None where that is not decided."""
    grids = [_grid(side.form) for side in sides]
    known = overlap([g for g in grids if g is not None], t, piece) if None not in grids else None
    if known is not None:
        return known
    inner, outer = piece, piece
    for side in sides:
        wanted = _INSIDE if closed or not side.has_room else _STRICTLY
        there = where(expand_outside(side.form.xreplace({T: t})), S, wanted)
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
