r"""How far a round ball can push a sum of coordinates each of which stays in an interval.

With $u = \delta / E$ it is the largest $\sum_k n_k g_k u_k$ for $a_k \le u_k \le b_k$ and $\sum_k n_k |u_k|^r \le 1$:
for $r = 2$ at $u_k = \lambda g_k$, cut off at $a_k$ and $b_k$; for r = 1 by spending on the largest $g_k$ first.
The same steps are taken with exact numbers, and with balls as long as these tell numbers apart.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
import sympy

from symadv.language.balls import ball
from symadv.language.order import INFINITESIMAL, Undecided, compare


@dataclass(frozen=True)
class Pushed:
    """The gain of a coordinate, and the interval of u around or beside 0, its ends open or closed."""

    gain: Any
    low: Any
    high: Any
    low_closed: bool
    high_closed: bool

    @cached_property
    def rough(self) -> "Pushed":
        """The same with balls for numbers."""
        gain, low, high = (_ball(number) for number in (self.gain, self.low, self.high))
        return Pushed(gain, low, high, self.low_closed, self.high_closed)


Parts = Sequence[tuple[int, Pushed]]  # with how many coordinates are like that


def furthest(parts: Parts, norm: str, *, closed: bool, above: bool) -> tuple[sympy.Expr, bool]:
    """The supremum of the sum, and whether it is attained; ``above``: its limit from larger balls."""
    problem = _Exact(parts)
    places, spent = problem.solved(norm)
    total = sympy.Add(*(n * p.gain * u for (n, p), u in zip(parts, places, strict=True)))
    pairs = [(p, u) for (_, p), u in zip(parts, places, strict=True)]
    if above and spent and any(p.gain != 0 and compare(u, p.high) < 0 for p, u in pairs):
        return total + INFINITESIMAL, True
    at_open_ends = any(_is_open_at(p, u) for p, u in pairs if p.gain != 0 or (spent and not above))
    return total, (closed or above or not spent) and not at_open_ends


def roughly(parts: Parts, norm: str) -> Any:
    """A ball around the supremum; None where balls do not tell numbers apart."""
    rough = [(n, p.rough) for n, p in parts]
    try:
        places, _ = _Rough(rough).solved(norm)
    except Undecided:
        return None
    return sum((n * p.gain * u for (n, p), u in zip(rough, places, strict=True)), flint.arb(0))


def _is_open_at(part: Pushed, u: sympy.Expr) -> bool:
    """Whether u is an end of the interval that does not belong to it."""
    at_low = not part.low_closed and compare(u, part.low) == 0
    return at_low or (not part.high_closed and compare(u, part.high) == 0)


@dataclass(frozen=True)
class _Problem(ABC):
    """Where each coordinate is at the supremum, by some arithmetic."""

    parts: Parts

    @abstractmethod
    def compare(self, a: Any, b: Any) -> int:
        """Which of two numbers is larger."""

    @abstractmethod
    def root(self, a: Any) -> Any:
        """The square root."""

    def solved(self, norm: str) -> tuple[list[Any], bool]:
        """The places, and whether they take the whole budget."""
        return self._in_l2() if norm == "l2" else self._in_l1()

    def _at(self, part: Pushed, u: Any) -> Any:
        """The nearest number of the closed interval."""
        if self.compare(u, part.low) < 0:
            return part.low
        return part.high if self.compare(u, part.high) > 0 else u

    def _in_l2(self) -> tuple[list[Any], bool]:
        """By the multiplier, between those at which a coordinate starts or stops to move."""
        last: Any = 0
        for end in self._ascending(self._kinks()):
            if self.compare(self._spent(end), 1) > 0:
                break
            last = end
        moving = [self._moves(part, last) for _, part in self.parts]
        pairs = list(zip(self.parts, moving, strict=True))
        rest = sum((n * self._at(p, last * p.gain) ** 2 for (n, p), free in pairs if not free), 0 * last)
        whole = any(moving) or self.compare(rest, 1) == 0
        if any(moving):
            last = self.root((1 - rest) / sum(n * p.gain**2 for (n, p), free in pairs if free))
        return [last * p.gain if free else self._at(p, last * p.gain) for (_, p), free in pairs], whole

    def _kinks(self) -> Iterable[Any]:
        for _, p in self.parts:
            if self.compare(p.gain, 0) > 0:
                yield from (e / p.gain for e in (p.low, p.high) if _finite(e) and self.compare(e, 0) > 0)

    def _spent(self, multiplier: Any) -> Any:
        return sum(n * self._at(p, multiplier * p.gain) ** 2 for n, p in self.parts)

    def _moves(self, part: Pushed, multiplier: Any) -> bool:
        """Whether a larger multiplier moves it."""
        u = multiplier * part.gain
        return self.compare(part.gain, 0) > 0 and self.compare(u, part.low) >= 0 and self.compare(u, part.high) < 0

    def _ascending(self, numbers: Iterable[Any]) -> list[Any]:
        found: list[Any] = []
        for number in numbers:
            at = sum(self.compare(known, number) < 0 for known in found)
            if at == len(found) or self.compare(found[at], number) != 0:
                found.insert(at, number)
        return found

    def _in_l1(self) -> tuple[list[Any], bool]:
        """The largest gains first; those that are equal share what is left in proportion to the room they have."""
        places = [self._at(p, 0 * p.gain) for _, p in self.parts]
        left = 1 - sum(n * abs(u) for (n, _), u in zip(self.parts, places, strict=True))
        for gain in reversed(self._ascending(p.gain for _, p in self.parts if self.compare(p.gain, 0) > 0)):
            same = [k for k, (_, p) in enumerate(self.parts) if self.compare(p.gain, gain) == 0]
            roomy = [k for k in same if self.compare(self.parts[k][1].high, 0) > 0]
            left = self._shared(places, left, roomy)
        return places, self.compare(left, 0) == 0

    def _shared(self, places: list[Any], left: Any, roomy: list[int]) -> Any:
        """Move coordinates of one gain into the room that they have, and tell what is left."""
        if not roomy or self.compare(left, 0) == 0:
            return left
        bounded = {k: self.parts[k][1].high - places[k] for k in roomy if _finite(self.parts[k][1].high)}
        unbounded = [k for k in roomy if k not in bounded]
        capacity = sum((self.parts[k][0] * size for k, size in bounded.items()), 0 * left)
        full = not unbounded and self.compare(capacity, left) <= 0
        share = 1 if full else left / (2 * capacity + 2) if unbounded else left / capacity
        for k, size in bounded.items():
            places[k] = places[k] + share * size
        rest = left - share * capacity
        for k in unbounded:
            places[k] = places[k] + rest / sum(self.parts[j][0] for j in unbounded)
        return rest if full else 0 * left


class _Exact(_Problem):
    """With exact numbers."""

    def compare(self, a: Any, b: Any) -> int:
        return compare(sympy.sympify(a, strict=True), sympy.sympify(b, strict=True))

    def root(self, a: Any) -> Any:
        return sympy.sqrt(a)


class _Rough(_Problem):
    """With balls, as long as they do not overlap."""

    def compare(self, a: Any, b: Any) -> int:
        if a < b:
            return -1
        if a > b:
            return 1
        if a == b:
            return 0
        raise Undecided("balls overlap")

    def root(self, a: Any) -> Any:
        return a.sqrt()


def _finite(number: Any) -> bool:
    return bool(number.is_finite() if isinstance(number, flint.arb) else number.is_finite)


def _ball(number: sympy.Expr) -> Any:
    if number.is_finite is False:
        return flint.arb.pos_inf() if number is sympy.oo else flint.arb.neg_inf()
    return ball(number)
