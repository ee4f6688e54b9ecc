r"""Reach between two strata of the support, points or lines: from which x(t) the other one's z(s) is within reach.

With the budgets E that is $\|(z(s) - x(t)) / E\| \le 1$, where a frozen feature asks for equality.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import sympy

from symadv.language.order import INFINITESIMAL, compare
from symadv.risk._net_body import Edge, Elliptic, Polygonal, body_of
from symadv.risk._net_bounds import Arched, Bounds, Straight, constant
from symadv.risk._net_frame import Exprs, Frame
from symadv.risk._net_section import BEYOND, INSIDE, RIM, Span, ascending

Row = tuple[sympy.Expr, sympy.Expr, sympy.Expr]  # c + a t + b s
_ZERO, _ONE = sympy.S.Zero, sympy.S.One
_ONLY = (_ZERO, _ZERO)


@dataclass(frozen=True, eq=False)
class Between:
    """The frames of both strata, the budgets and the norm."""

    sample: Frame
    other: Frame
    budgets: Exprs
    norm: str

    def spans(self) -> Iterator[Span]:
        """The values of s within reach, in pieces, with bounds for t."""
        if self._known is None or not any(self.budgets):
            return
        body, bounds = self._body, self._given
        if body.room is None:
            return
        kind, (_, s) = INSIDE if body.room else RIM, self._known
        a, b = self._pivot
        if self._rank == 1 and a != 0:
            bounds = Straight(*([(-b / a, end)] for end in body.ends(0)))
        if s is not None:
            yield _at(s, bounds, kind)
        elif self._rank == 0 or (self._rank == 1 and a != 0):
            yield Span(_ONLY, kind, q=(None, None), bounds=bounds)
        elif self._rank == 1:
            yield from _ranges(body.ends(0), (), bounds, kind)
        else:
            yield from _ranges(body.ends(1), body.turns(), _bounds(body), kind)

    @cached_property
    def _known(self) -> tuple[Edge | None, sympy.Expr | None] | None:
        """What frozen features leave: t, perhaps as a form in s, and perhaps one s; None where they are apart."""
        t: Edge | None = None
        s = None if any(self.other.along) else _ZERO
        for row, e in zip(self._rows, self.budgets, strict=True):
            if e != 0:
                continue
            c, a, b = _reduced(row, t, s)
            if _differs(a):
                t = (-b / a, -c / a)
            elif _differs(b):
                s = -c / b
            elif _differs(c):
                return None
        return t, s

    @property
    def _rows(self) -> list[Row]:
        """The step from x(t) to z(s), feature by feature."""
        pairs = zip(self.sample.home, self.sample.along, self.other.home, self.other.along, strict=True)
        return [(z - x, -v, w) for x, v, z, w in pairs]

    @property
    def _given(self) -> Bounds:
        """Bounds for t where the ball asks for none: t is known, or the sample is a point."""
        t = self._known and self._known[0]
        return Straight([t], [t]) if t else constant(-_ONE, _ONE)

    @cached_property
    def _left(self) -> list[Row]:
        """The step in units of the budgets, as far as it is open."""
        t, s = self._known or (None, None)
        whole = [1 if e == INFINITESIMAL else e for e in self.budgets]
        pairs = zip(self._rows, whole, strict=True)
        rows = [_reduced(tuple(v / e for v in row), t, s) for row, e in pairs if e != 0]
        return [tuple(v if v.is_Rational else sympy.expand(v) for v in row) for row in rows]

    @cached_property
    def _pivot(self) -> tuple[sympy.Expr, sympy.Expr]:
        return next(((a, b) for _, a, b in self._left if _differs(a) or _differs(b)), _ONLY)

    @cached_property
    def _rank(self) -> int:
        """In how many independent ways t and s move the step."""
        x, y = self._pivot
        if self._pivot == _ONLY:
            return 0
        return 1 + any(_differs(a * y - b * x) for _, a, b in self._left)

    @cached_property
    def _body(self) -> Elliptic | Polygonal:
        """The pairs (t, s) within reach; or with one way or none, which is put first, and others that do not matter."""
        a, _ = self._pivot
        rows = self._left if self._rank == 2 else [(c, v if a != 0 else w, _ZERO) for c, v, w in self._left]
        ways = [(_ZERO, _ONE, _ZERO), (_ZERO, _ZERO, _ONE)][self._rank :]
        small = INFINITESIMAL in self.budgets  # then all balls are the same
        return body_of([*rows, *ways], INFINITESIMAL if small else _ONE, "linf" if small else self.norm)


def _reduced(row: Row, t: Edge | None, s: sympy.Expr | None) -> Row:
    """A form with what is known put in."""
    c, a, b = row
    if t is not None:
        c, a, b = c + a * t[1], _ZERO, b + a * t[0]
    return (c, a, b) if s is None else (c + b * s, a, _ZERO)


def _differs(number: sympy.Expr) -> bool:
    return compare(number, _ZERO) != 0


def _bounds(body: Elliptic | Polygonal) -> Bounds:
    return Arched(body) if isinstance(body, Elliptic) else Straight(body.edges(-1), body.edges(1))


def _at(s: sympy.Expr, bounds: Bounds, kind: str) -> Span:
    return Span(_ONLY, kind, q=(s, s), bounds=constant(bounds.at(-1, s), bounds.at(1, s)))


def _ranges(ends: Sequence[sympy.Expr], turns: Sequence[sympy.Expr], bounds: Bounds, kind: str) -> Iterator[Span]:
    """The spans between two ends, cut where the bounds turn, and what is infinitely little beyond."""
    stops = ascending([*ends, *turns])
    first, last = stops[0], stops[-1]
    for end, around in ((first, (first - INFINITESIMAL, first)), (last, (last, last + INFINITESIMAL))):
        yield replace(_at(end, bounds, BEYOND), q=around)
    for stop in stops:
        yield _at(stop, bounds, RIM if stop in (first, last) else kind)
    for low, high in pairwise(stops):
        yield Span(_ONLY, kind, q=(low, high), bounds=bounds)
