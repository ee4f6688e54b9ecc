r"""The mass of a union of convex sets in the plane under a normal law, enclosed by ball arithmetic.

Each set is an intersection of half-planes.  Above each s the union is one of intervals between lines; where the lines
do not cross, its mass is $\int \varphi(s) \sum (\Phi(u(s)) - \Phi(l(s)))\, ds$, an integral of entire functions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import flint
import sympy

from symadv.language.balls import ball
from symadv.language.order import sign

BITS = 160
_FAR = 12  # standard deviations, beyond which the mass is bounded and not integrated
_STEEPEST = flint.arb("0.4")  # more than the largest value of the standard normal density

# a u + b v + c > 0, open or closed: lines have no mass
HalfPlane = tuple[sympy.Expr, sympy.Expr, sympy.Expr]


@dataclass(frozen=True)
class Law:
    """A normal law of (u, v) that is not concentrated on a line."""

    mean: tuple[sympy.Expr, sympy.Expr]
    variance: tuple[sympy.Expr, sympy.Expr]
    covariance: sympy.Expr

    def standardised(self, h: HalfPlane) -> HalfPlane:
        """The half-plane in coordinates (s, t) that are independent and standard normal."""
        a, b, c = h
        along = self.covariance / sympy.sqrt(self.variance[0])
        rest = sympy.sqrt(self.variance[1] - self.covariance**2 / self.variance[0])
        offset = a * self.mean[0] + b * self.mean[1] + c
        return a * sympy.sqrt(self.variance[0]) + b * along, b * rest, offset


@dataclass(frozen=True, eq=False)
class _Line:
    """t = slope s + offset; without a slope a bound at infinity."""

    slope: flint.arb
    offset: flint.arb
    end: int = 0  # -1 and 1: minus and plus infinity

    def at(self, s: flint.arb) -> flint.arb:
        """The height above s; far away for an infinite end."""
        return self.slope * s + self.offset if self.end == 0 else flint.arb(self.end * 10**6)


_LOWEST, _HIGHEST = (_Line(flint.arb(0), flint.arb(0), end) for end in (-1, 1))


@dataclass
class _Set:
    """An intersection of half-planes as lower and upper lines, and an interval of s."""

    lower: list[_Line] = field(default_factory=lambda: [_LOWEST])
    upper: list[_Line] = field(default_factory=lambda: [_HIGHEST])
    left: flint.arb = field(default_factory=lambda: flint.arb(-_FAR))
    right: flint.arb = field(default_factory=lambda: flint.arb(_FAR))
    empty: bool = False


def mass(law: Law, sets: Iterable[Sequence[HalfPlane]]) -> flint.arb:
    """The probability of the union."""
    with flint.ctx.workprec(BITS):
        read = [_read(law, planes) for planes in sets]
        kept = [s for s in read if not s.empty]
        ends = _ends(kept)
        # Ends are rounded to numbers: where a set begins and ends moves by at most the radius of its ball.
        error = sum((_STEEPEST * e.rad() for e in ends), flint.arb(0))
        total = flint.arb(0)
        for a, b in pairwise([e.mid() for e in ends]):
            part, slack = _between(kept, a, b)
            total += part
            error += slack
        tails = 2 * _phi(flint.acb(-_FAR)).real
        return _grown(total, error + tails)


def _read(law: Law, planes: Sequence[HalfPlane]) -> _Set:
    found = _Set()
    for plane in planes:
        a, b, c = law.standardised(plane)
        side, value = sign(b), ball(c, bits=BITS)
        if side == 0:
            along = sign(a)
            if along == 0:
                found.empty = found.empty or sign(c) != 1
                continue
            end = -value / ball(a, bits=BITS)
            if along == 1:
                found.left = max(found.left, end, key=_middle)
            else:
                found.right = min(found.right, end, key=_middle)
            continue
        height = ball(b, bits=BITS)
        line = _Line(-ball(a, bits=BITS) / height, -value / height)
        (found.lower if side == 1 else found.upper).append(line)
    found.empty = found.empty or bool(found.left >= found.right)
    return found


def _ends(sets: Sequence[_Set]) -> list[flint.arb]:
    """Where sets begin and end and where lines cross, in ascending order."""
    found = [flint.arb(-_FAR), flint.arb(_FAR)]
    for s in sets:
        found += [s.left, s.right]
    lines = [line for s in sets for line in (*s.lower, *s.upper) if line.end == 0]
    for one, other in combinations(lines, 2):
        apart = one.slope - other.slope
        if not apart.contains(0):
            found.append((other.offset - one.offset) / apart)
    inside = [e for e in found if -_FAR <= _middle(e) <= _FAR]
    kept: list[flint.arb] = []
    for e in sorted(inside, key=_middle):
        if not kept or e.mid() > kept[-1].mid():
            kept.append(e)
    return kept


def _between(sets: Sequence[_Set], a: flint.arb, b: flint.arb) -> tuple[flint.arb, flint.arb]:
    """The mass above an interval in which the order of lines does not change, and a bound for the error of that."""
    order = _Order(a, b)
    intervals = []
    for s in sets:
        if _middle(s.left) < order.middle < _middle(s.right):
            low, high = order.highest(s.lower), order.lowest(s.upper)
            if order.below(low, high):
                intervals.append((low, high))
    merged: list[tuple[_Line, _Line]] = []
    for low, high in sorted(intervals, key=lambda pair: _middle(pair[0].at(order.centre))):
        if merged and order.below(low, merged[-1][1]):
            merged[-1] = (merged[-1][0], order.highest([merged[-1][1], high]))
        else:
            merged.append((low, high))
    if not merged:
        return flint.arb(0), _STEEPEST * order.slack
    value = flint.acb.integral(lambda z, _: _density(z) * _heights(z, merged), flint.acb(a), flint.acb(b))
    return value.real, _STEEPEST * order.slack


class _Order:
    """Comparisons of lines over an interval, decided in its middle; ``slack``: how far they can fail at its ends."""

    def __init__(self, a: flint.arb, b: flint.arb) -> None:
        self.ends, self.centre, self.slack = (a, b), ((a + b) / 2).mid(), flint.arb(0)
        self.middle = float(self.centre)

    def below(self, one: _Line, other: _Line) -> bool:
        """Whether one line is below another one."""
        smaller = _middle(one.at(self.centre) - other.at(self.centre)) < 0
        low, high = (one, other) if smaller else (other, one)
        for end in self.ends:
            self.slack += max(flint.arb(0), (low.at(end) - high.at(end)).upper(), key=_middle)
        return smaller

    def highest(self, lines: Sequence[_Line]) -> _Line:
        """The highest of some lines."""
        best = lines[0]
        for line in lines[1:]:
            best = line if self.below(best, line) else best
        return best

    def lowest(self, lines: Sequence[_Line]) -> _Line:
        """The lowest of some lines."""
        best = lines[0]
        for line in lines[1:]:
            best = line if self.below(line, best) else best
        return best


def _heights(z: flint.acb, intervals: Sequence[tuple[_Line, _Line]]) -> flint.acb:
    total = flint.acb(0)
    for low, high in intervals:
        total += _cdf(z, high) - _cdf(z, low)
    return total


def _cdf(z: flint.acb, line: _Line) -> flint.acb:
    return flint.acb((line.end + 1) // 2) if line.end else _phi(z * line.slope + line.offset)


def _phi(z: flint.acb) -> flint.acb:
    return (-z / flint.acb(2).sqrt()).erfc() / 2


def _density(z: flint.acb) -> flint.acb:
    return (-z * z / 2).exp() / (2 * flint.acb.pi()).sqrt()


def _grown(value: flint.arb, error: flint.arb) -> flint.arb:
    return value + flint.arb(0, error.upper())


def _middle(number: flint.arb) -> float:
    return float(number.mid())
