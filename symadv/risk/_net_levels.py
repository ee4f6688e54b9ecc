r"""Forms in one coordinate whose zeros have no closed form, such as differences of mixtures of normal laws.

Outside narrow intervals around the zeros their sign is certain, by ball arithmetic on intervals that are halved until
it is; it is open beyond far ends, which laws hardly reach.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import heappop, heappush

import flint
import sympy

from symadv.geometry.charts import rounded
from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.language.functions import NamedDensity
from symadv.language.order import compare
from symadv.risk._net_tiles import Line, P, Tile, height

_FAR, _MOST, _THIN = 64, 20_000, 2.0**-49
Gap = tuple[sympy.Rational, sympy.Rational, int]  # between two numbers the sign


@dataclass(frozen=True)
class Level:
    """The zeros of a form in P or in Q."""

    form: sympy.Expr
    variable: sympy.Symbol

    def sign(self, tile: Tile) -> int | None:
        """The sign of the form on all of a tile; None where it has several, or where that is not seen."""
        low, high = self._range(tile)
        inside = (sign for a, b, sign in self._gaps if compare(a, low) <= 0 and compare(high, b) <= 0)
        return next(inside, None)

    def _range(self, tile: Tile) -> tuple[sympy.Expr, sympy.Expr]:
        if self.variable == P:
            return tile.p
        ends = []
        for edge, side in ((tile.below, -1), (tile.above, 1)):
            heights = [side * sympy.oo] if edge is None else [height(edge, p) for p in tile.p]
            best = heights[0]
            for other in heights[1:]:
                best = other if compare(other, best) == side else best
            ends.append(best)
        return ends[0], ends[1]

    def stops(self, tile: Tile) -> list[Line]:
        """The ends of the gaps."""
        one, zero = sympy.S.One, sympy.S.Zero
        a, b = (one, zero) if self.variable == P else (zero, one)
        return [Line(a, b, -end) for gap in self._gaps for end in gap[:2]]

    def fences(self, tile: Tile) -> list[Line]:
        """None: its stops are as close."""
        return []

    @cached_property
    def _gaps(self) -> tuple[Gap, ...]:
        return gaps(self.form, self.variable)


@lru_cache(maxsize=1024)
def gaps(form: sympy.Expr, variable: sympy.Symbol) -> tuple[Gap, ...]:
    """Intervals on which the sign of a form is certain, those that touch and agree as one."""
    alike = _alike(form)
    size = max((abs(rounded(n)[0]) for n in form.atoms(sympy.Rational)), default=1.0)
    far = flint.fmpq(1 << int(_FAR * (1 + size)).bit_length())
    waiting: list[tuple[float, flint.fmpq, flint.fmpq]] = []
    found: dict[flint.fmpq, tuple[flint.fmpq, int]] = {}

    def see(low: flint.fmpq, high: flint.fmpq) -> None:
        """Take in an interval, to be looked at again after all that are relatively wider."""
        sign = _sign(alike, {variable: flint.arb(low).union(flint.arb(high))})
        if sign:
            found[low] = high, sign
        else:
            share = float(high - low) / (1 + float(min(abs(low), abs(high))))
            heappush(waiting, (-share, low, high))

    see(-far, far)
    for _ in range(_MOST):
        if not waiting or -waiting[0][0] < _THIN:
            break
        _, low, high = heappop(waiting)
        middle = (low + high) / 2
        see(low, middle)
        see(middle, high)
    return _joined(found)


def _alike(form: sympy.Expr) -> list[sympy.Expr]:
    """Forms of the same sign: divided by each of the exponentials in it, so that none is much smaller than others."""
    plain = form.replace(lambda e: isinstance(e, NamedDensity), lambda e: e.doit())
    terms = []
    for term in sympy.Add.make_args(sympy.expand_mul(plain)):
        powers = [f for f in sympy.Mul.make_args(term) if isinstance(f, sympy.exp)]
        terms.append((term / sympy.Mul(*powers), sympy.Add(*(f.args[0] for f in powers))))
    ways = dict.fromkeys(g for _, g in terms)
    return [form, *(sympy.Add(*(c * sympy.exp(sympy.expand(g - h)) for c, g in terms)) for h in ways)]


def _sign(alike: Sequence[sympy.Expr], at: Mapping[sympy.Symbol, flint.arb]) -> int:
    for form in alike:
        try:
            value = ball(form, at)
        except SymadvError:
            continue
        if value > 0 or value < 0:
            return 1 if value > 0 else -1
    return 0


def _joined(found: Mapping[flint.fmpq, tuple[flint.fmpq, int]]) -> tuple[Gap, ...]:
    gaps: list[tuple[flint.fmpq, flint.fmpq, int]] = []
    for low in sorted(found):
        high, sign = found[low]
        if gaps and gaps[-1][1] == low and gaps[-1][2] == sign:
            low = gaps.pop()[0]
        gaps.append((low, high, sign))
    return tuple((_rational(low), _rational(high), sign) for low, high, sign in gaps)


def _rational(number: flint.fmpq) -> sympy.Rational:
    return sympy.Rational(int(number.p), int(number.q))
