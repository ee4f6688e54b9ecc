r"""Whether lines can have some signs together, as far as floats tell: what is impossible is so by a wide margin.

Between $q \ge s p + h$ and $q \le s' p + h'$ there is a point for $(s' - s) p \ge h - h'$; so all lines with
the one and the other side come down to an interval for p.
"""

from collections.abc import Iterable, Iterator
from math import inf

from symadv.geometry.charts import rounded
from symadv.risk._net_curves import Curve
from symadv.risk._net_levels import Level
from symadv.risk._net_tiles import Line, Signs

_STEEP, _CLEAR = 1e-4, 1e-6
_Bound = tuple[Line, float, float]  # slope and offset


def possible(sides: Iterable[tuple[Line | Curve | Level, Signs]]) -> bool:
    """Whether some point is on the wanted sides of all lines, or nearly; curves are taken to allow that."""
    below, above, ends = list[_Bound](), list[_Bound](), [(1.0, -inf), (-1.0, -inf)]
    for line, a, b, c in _forms(sides):
        if b:
            (below if b > 0 else above).append((line, -a / b, -c / b))
        elif a:
            ends.append((a / abs(a), -c / abs(a)))
    for line, s, h in below:
        for other, t, k in above:
            if abs(t - s) > _STEEP * (1 + abs(s) + abs(t)):
                ends.append(((t - s) / abs(t - s), (h - k) / abs(t - s)))
            elif (line.a, line.b) == (other.a, other.b) and h - k > _CLEAR * (1 + abs(h) + abs(k)):
                return False
    low, high = max(far for side, far in ends if side > 0), -max(far for side, far in ends if side < 0)
    return low <= high or low - high <= _CLEAR * (1 + abs(low) + abs(high))


def _forms(sides: Iterable[tuple[Line | Curve | Level, Signs]]) -> Iterator[tuple[Line, float, float, float]]:
    """Forms a p + b q + c that are not negative, with their lines, whose first coefficients are 1."""
    for line, wanted in sides:
        if isinstance(line, Line):
            for side in (1, -1):
                if -side not in wanted:
                    a, b, c = (side * rounded(v)[0] for v in (line.a, line.b, line.c))
                    yield line, a, b, c
