r"""The pairs (t, s) with $\|c + t a + s b\| \le \ell$, exactly: a polygon, or an ellipse.

In the $\ell_\infty$ and $\ell_1$ norms the convex function is the largest of finitely many affine ones: a polygon is
cut along the one that is largest at a corner outside, until there is none.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, cmp_to_key
from itertools import combinations

import sympy

from symadv.risk._net_clip import (
    Number,
    Pair,
    Polygon,
    Row,
    as_expression,
    as_number,
    clipped,
    crossing,
    sign_of,
    value,
)
from symadv.risk._net_round import square_root

Edge = tuple[sympy.Expr, sympy.Expr]  # slope and offset: t against slope * s + offset


class Body(ABC):
    """The pairs, where the directions a and b are independent."""

    @property
    @abstractmethod
    def room(self) -> int | None:
        """1 if some pair is strictly inside, 0 if all are on the boundary, None if there is none."""

    @abstractmethod
    def ends(self, axis: int) -> tuple[sympy.Expr, sympy.Expr]:
        """The least and the largest t (axis 0) or s (axis 1)."""

    @abstractmethod
    def turns(self) -> list[sympy.Expr]:
        """Between which s t is largest, or least: elsewhere these bounds are strictly monotone."""


@dataclass(frozen=True, eq=False)
class Polygonal(Body):
    """In the l-infinity norm, or (``total``) in the l1 norm."""

    rows: Sequence[Row]
    level: Number
    total: bool

    @cached_property
    def _cut(self) -> tuple[list[Pair], list[Row]]:
        """The corners in cyclic order, and the forms that are at most 0: those of sides are among them."""
        first, second = next((x, y) for x, y in combinations(self.rows, 2) if sign_of(x[1] * y[2] - x[2] * y[1]) != 0)
        forms = [
            self._lowered(tuple(side * v for v in row))
            for side, row in ((1, first), (1, second), (-1, first), (-1, second))
        ]
        corners: Polygon = [(crossing(forms[k - 1], form), form) for k, form in enumerate(forms)]
        fine: set[Pair] = set()
        while corners:
            open_ = next((at for at, _ in corners if at not in fine), None)
            if open_ is None:
                break
            form = self._largest(open_)
            if sign_of(value(form, open_)) > 0:
                corners = clipped(corners, form)
                forms.append(form)
            else:
                fine.add(open_)
        return [at for at, _ in corners], forms

    def _lowered(self, row: Row) -> Row:
        return row[0] - self.level, row[1], row[2]

    def _largest(self, at: Pair) -> Row:
        """The affine form that is as large as the norm less the level at a pair."""
        values = [value(row, at) for row in self.rows]
        signs = [sign_of(v) for v in values]
        if self.total:
            parts = [tuple(side * v for v in row) for side, row in zip(signs, self.rows, strict=True)]
            return self._lowered(tuple(sum(column[1:], column[0]) for column in zip(*parts, strict=True)))
        best = 0
        for k in range(1, len(values)):
            if sign_of(signs[k] * values[k] - signs[best] * values[best]) > 0:
                best = k
        return self._lowered(tuple((signs[best] or 1) * v for v in self.rows[best]))

    @cached_property
    def room(self) -> int | None:
        corners, _ = self._cut
        if not corners:
            return None
        middle = tuple(sum(column[1:], column[0]) / len(corners) for column in zip(*corners, strict=True))
        return int(sign_of(value(self._largest(middle), middle)) < 0)

    def ends(self, axis: int) -> tuple[sympy.Expr, sympy.Expr]:
        least, most = self._extreme(axis)
        return as_expression(least[0][axis]), as_expression(most[0][axis])

    def turns(self) -> list[sympy.Expr]:
        return [as_expression(at[1]) for corners in self._extreme(0) for at in corners]

    def _extreme(self, axis: int) -> tuple[list[Pair], list[Pair]]:
        """The corners where a coordinate is least, and those where it is largest."""

        def order(x: Pair, y: Pair) -> int:
            return sign_of(x[axis] - y[axis])

        corners = sorted(self._cut[0], key=cmp_to_key(order))
        least, most = ([c for c in corners if order(c, best) == 0] for best in (corners[0], corners[-1]))
        return least, most

    def edges(self, side: int) -> list[Edge]:
        """Bounds for t from above (side 1), or from below: on each s the lowest, or the highest, counts."""
        bounds = [(-b / a, -c / a) for c, a, b in self._cut[1] if sign_of(a) == side]
        return [(as_expression(slope), as_expression(offset)) for slope, offset in bounds]


@dataclass(frozen=True, eq=False)
class Elliptic(Body):
    r"""In the $\ell_2$ norm: $A t^2 + 2 B t s + C s^2 + 2 D t + 2 F s + G \le 0$.

    On each s it is $t = \kappa s + \tau \pm \sqrt{w (h^2 - (s - m)^2)}$.
    """

    rows: Sequence[Row]
    level: Number

    @cached_property
    def _six(self) -> tuple[Number, ...]:
        def dot(i: int, j: int) -> Number:
            return sum((row[i] * row[j] for row in self.rows[1:]), self.rows[0][i] * self.rows[0][j])

        return dot(1, 1), dot(1, 2), dot(2, 2), dot(1, 0), dot(2, 0), dot(0, 0) - self.level**2

    @cached_property
    def _bent(self) -> Number:
        a, b, c, *_ = self._six
        return a * c - b * b

    @cached_property
    def _depth(self) -> Number:
        """How much of the level is left at the centre."""
        a, b, c, d, f, g = self._six
        return (c * d * d - 2 * b * d * f + a * f * f) / self._bent - g

    @cached_property
    def room(self) -> int | None:
        side = sign_of(self._depth)
        return None if side < 0 else side

    @cached_property
    def centre(self) -> tuple[sympy.Expr, sympy.Expr]:
        """The pair in the middle."""
        a, b, c, d, f, _ = self._six
        return as_expression((b * f - c * d) / self._bent), as_expression((b * d - a * f) / self._bent)

    @cached_property
    def spread(self) -> tuple[sympy.Expr, sympy.Expr]:
        """How far t and s are at most from the centre."""
        a, _, c, *_ = self._six
        return tuple(square_root(as_expression(self._depth * v / self._bent)) for v in (c, a))

    @property
    def slope(self) -> sympy.Expr:
        """How the middle of t moves with s."""
        return as_expression(-self._six[1] / self._six[0])

    @property
    def width(self) -> sympy.Expr:
        """The square of how much wider t is than s, on the axes."""
        return as_expression(self._bent / self._six[0] ** 2)

    def ends(self, axis: int) -> tuple[sympy.Expr, sympy.Expr]:
        return self.centre[axis] - self.spread[axis], self.centre[axis] + self.spread[axis]

    def turns(self) -> list[sympy.Expr]:
        across = as_expression(-self._six[1] / self._six[2]) * self.spread[0]
        return [self.centre[1] - across, self.centre[1] + across]


def body_of(rows: Sequence[tuple[sympy.Expr, ...]], level: sympy.Expr, norm: str) -> Elliptic | Polygonal:
    """The pairs with a norm of at most a level."""
    numbers = [tuple(row) for row in rows]
    if level.is_Rational and all(v.is_Rational for row in rows for v in row):
        numbers, level = [tuple(map(as_number, row)) for row in rows], as_number(level)
    return Elliptic(numbers, level) if norm == "l2" else Polygonal(numbers, level, norm == "l1")
