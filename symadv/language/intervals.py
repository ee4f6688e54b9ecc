"""Finite unions of intervals with exact ends, each open or closed as it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sympy

from symadv.language.order import compare, infinite

BEFORE, AFTER = 0, 1


@dataclass(frozen=True)
class Cut:
    """A place between the points of the line: just before or just after a number."""

    value: sympy.Expr
    side: int


def _compare(a: Cut, b: Cut) -> int:
    return compare(a.value, b.value) or (a.side > b.side) - (a.side < b.side)


@dataclass(frozen=True)
class Intervals:
    """The points between cuts 0 and 1, between cuts 2 and 3, and so on; cuts ascend strictly."""

    cuts: tuple[Cut, ...] = ()

    @staticmethod
    def between(
        lower: sympy.Expr, upper: sympy.Expr, *, lower_closed: bool = False, upper_closed: bool = False
    ) -> "Intervals":
        """One interval; empty when its ends do not leave room for a point."""
        start = Cut(lower, BEFORE if lower_closed and lower is not -sympy.oo else AFTER)
        end = Cut(upper, AFTER if upper_closed and upper is not sympy.oo else BEFORE)
        return Intervals((start, end)) if _compare(start, end) < 0 else Intervals()

    @staticmethod
    def point(value: sympy.Expr) -> "Intervals":
        """The set that holds one number."""
        return Intervals((Cut(value, BEFORE), Cut(value, AFTER)))

    @staticmethod
    def line() -> "Intervals":
        """All real numbers."""
        return Intervals((Cut(-sympy.oo, AFTER), Cut(sympy.oo, BEFORE)))

    def __iter__(self) -> Iterator[tuple[Cut, Cut]]:
        return iter(zip(self.cuts[::2], self.cuts[1::2], strict=True))

    def __bool__(self) -> bool:
        return bool(self.cuts)

    @property
    def is_line(self) -> bool:
        """Whether the set holds all real numbers."""
        return len(self.cuts) == 2 and self.cuts[0].value is -sympy.oo and self.cuts[1].value is sympy.oo

    def __and__(self, other: "Intervals") -> "Intervals":
        if self.is_line or not other.cuts:
            return other
        if other.is_line or not self.cuts:
            return self
        return _combine(self, other, lambda a, b: a and b)

    def __or__(self, other: "Intervals") -> "Intervals":
        if not self.cuts or not other.cuts:
            return self if self.cuts else other
        return _combine(self, other, lambda a, b: a or b)

    def __invert__(self) -> "Intervals":
        return _combine(Intervals.line(), self, lambda a, b: a and not b)

    def contains(self, value: sympy.Expr) -> bool:
        """Whether a number lies in the set, decided exactly."""
        here = Cut(value, BEFORE)
        return sum(_compare(cut, here) <= 0 for cut in self.cuts) % 2 == 1

    def dilate(self, amount: sympy.Expr, *, closed: bool) -> "Intervals":
        r"""$\{t : \exists s \in S, |t-s| \le a\}$, or with $<$ for the open ball."""
        result = Intervals()
        if not closed and compare(amount, sympy.S.Zero) == 0:
            return result  # an open ball of radius 0 holds no point
        for start, end in self:
            lower = Cut(_moved(start.value, -amount), start.side if closed else AFTER)
            upper = Cut(_moved(end.value, amount), end.side if closed else BEFORE)
            if _compare(lower, upper) < 0:
                result = result | Intervals((lower, upper))
        return result


def _moved(end: sympy.Expr, amount: sympy.Expr) -> sympy.Expr:
    return end if infinite(end) else end + amount


def _combine(a: Intervals, b: Intervals, keep: Callable[[bool, bool], bool]) -> Intervals:
    """The points that are kept by whether they lie in a and in b: one walk along the cuts of both."""
    cuts: list[Cut] = []
    i, j, inside = 0, 0, keep(False, False)
    while i < len(a.cuts) or j < len(b.cuts):
        side = -1 if j == len(b.cuts) else 1 if i == len(a.cuts) else _compare(a.cuts[i], b.cuts[j])
        cut = a.cuts[i] if side <= 0 else b.cuts[j]
        i, j = i + (side <= 0), j + (side >= 0)
        if keep(i % 2 == 1, j % 2 == 1) != inside:
            inside = not inside
            cuts.append(cut)
    return Intervals(tuple(cuts))
