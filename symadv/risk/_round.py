r"""From which points of a line a polygon is within reach of an $\ell_2$ or $\ell_1$ ball: an interval with exact ends.

From $(u, t)$ the ball reaches the points $(q, s)$ with $|s - t| \le h(q - u)$, where $h(v) = E_s\sqrt{1 - (v/E_q)^2}$
for $\ell_2$ and $E_s(1 - |v|/E_q)$ for $\ell_1$.  A polygon lies between lines, so its least t is the least value of
the largest of some lines minus h: a convex function, least at a crossing, a touching point or an end.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import sympy

from symadv.language.forms import expand_outside
from symadv.language.intervals import Intervals
from symadv.language.order import compare
from symadv.risk.elimination import Inequality, projection

Line = tuple[sympy.Expr, sympy.Expr]  # slope and constant


@dataclass(frozen=True)
class Disc:
    """A ball across and along a line: the variables, the line's place ``home`` across it, the budgets.

    ``above``: the limit from larger balls, from which the closure of what is there is seen.
    """

    across: sympy.Symbol
    along: sympy.Symbol
    home: sympy.Expr
    width: sympy.Expr
    height: sympy.Expr
    norm: str
    closed: bool
    above: bool

    def reach(self, polygon: Sequence[Inequality]) -> Intervals:
        """The places on the line from which some point of a polygon, not empty or empty, is within the ball."""
        there = projection(polygon, self.across)
        if not there:
            return there
        if self.above:
            polygon = [replace(side, strict=False) for side in polygon]
        start, end = there.cuts[0].value, there.cuts[-1].value
        first, last = self.home - self.width, self.home + self.width
        low = first if compare(start, first) < 0 else start
        high = last if compare(end, last) > 0 else end
        if compare(low, high) == 0:
            return self._of_fibre(polygon, low)
        return self._between(polygon, low, high) if compare(low, high) < 0 else Intervals()

    def _of_fibre(self, polygon: Sequence[Inequality], q: sympy.Expr) -> Intervals:
        """From where the points above one q are reached."""
        at = Inequality({self.across: sympy.S.One}, -q, strict=False)
        fibre = projection([*polygon, at, at.scaled(sympy.S.NegativeOne)], self.along)
        return fibre.dilate(self._height(q), closed=self.closed or self.above)

    def _between(self, polygon: Sequence[Inequality], low: sympy.Expr, high: sympy.Expr) -> Intervals:
        closed = self.closed or self.above
        ends = []
        for side in (1, -1):
            lines = [line for s, line in self._lines(polygon) if s == side]
            ends.append(self._least(polygon, lines, side, low, high) if lines else (sympy.oo, False))
        (least, from_below), (most, from_above) = ends
        return Intervals.between(
            least if least is not sympy.oo else -sympy.oo,
            -most if most is not sympy.oo else sympy.oo,
            lower_closed=closed and from_below,
            upper_closed=closed and from_above,
        )

    def _lines(self, polygon: Iterable[Inequality]) -> Iterator[tuple[int, Line]]:
        """The sides of a polygon as lines over q: (1, the line) below it, (-1, the line turned over) above it."""
        for side in polygon:
            slope = side.coefficients.get(self.along)
            if slope is not None:
                s = compare(slope, sympy.S.Zero)
                yield s, (-side.coefficients.get(self.across, sympy.S.Zero) / (s * slope), -side.constant / (s * slope))

    def _least(
        self, polygon: Sequence[Inequality], lines: Sequence[Line], side: int, low: sympy.Expr, high: sympy.Expr
    ) -> tuple[sympy.Expr, bool]:
        """The least of the largest line minus the height, and whether it is attained in the polygon."""
        best: sympy.Expr | None = None
        where: list[tuple[sympy.Expr, sympy.Expr]] = []
        for q in dict.fromkeys(self._candidates(lines, low, high)):
            if compare(q, low) < 0 or compare(q, high) > 0:
                continue
            s = _largest(lines, q)
            value = expand_outside(s - self._height(q)) if self.norm == "l1" else s - self._height(q)
            ahead = -1 if best is None else compare(value, best)
            if ahead < 0:
                best, where = value, []
            if ahead <= 0:
                where.append((q, side * s))
        middle = [((a + c) / 2, (b + d) / 2) for (a, b), (c, d) in combinations(where, 2)]
        attained = any(self._inside(polygon, q, s) for q, s in [*where, *middle])
        return best if best is not None else sympy.oo, attained

    def _candidates(self, lines: Sequence[Line], low: sympy.Expr, high: sympy.Expr) -> Iterator[sympy.Expr]:
        yield from (low, high, self.home)
        for (m, c), (n, d) in combinations(lines, 2):
            if compare(m, n) != 0:
                yield expand_outside((d - c) / (m - n))
        if self.norm == "l2":
            for m, _ in lines:
                yield self.home - m * self.width**2 / sympy.sqrt(self.height**2 + m**2 * self.width**2)

    def _height(self, q: sympy.Expr) -> sympy.Expr:
        """How far the ball reaches along the line at a place across it."""
        way = q - self.home
        if self.norm == "l2":
            return self.height * sympy.sqrt(sympy.factor(1 - (way / self.width) ** 2))
        return self.height * (1 - way * compare(way, sympy.S.Zero) / self.width)

    def _inside(self, polygon: Iterable[Inequality], q: sympy.Expr, s: sympy.Expr) -> bool:
        return all(_holds(side, {self.across: q, self.along: s}) for side in polygon)


def _largest(lines: Iterable[Line], q: sympy.Expr) -> sympy.Expr:
    values = iter(expand_outside(m * q + c) for m, c in lines)
    best = next(values)
    for value in values:
        best = value if compare(value, best) > 0 else best
    return best


def _holds(side: Inequality, at: Mapping[sympy.Symbol, sympy.Expr]) -> bool:
    value = sympy.Add(side.constant, *(a * at[v] for v, a in side.coefficients.items()))
    return compare(value, sympy.S.Zero) >= (1 if side.strict else 0)
