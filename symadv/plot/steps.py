"""A risk over the budget as it is drawn: stretches with gaps at jumps, open and closed dots there, how far it goes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.risk.exact_curve import Curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SAME, _SETTLED = 1e-12, 5e-3
_ROUND = np.array([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10])

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Steps:
    """Points along a curve ``(n,)``, NaN at its jumps; dots ``(k, 2)`` that do not belong to it, and that do."""

    eps: Floats
    risk: Floats
    open: Floats
    closed: Floats

    def same(self, other: "Steps") -> bool:
        """Whether nothing tells two curves apart."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in ("eps", "risk", "open", "closed"))
        return all(a.shape == b.shape and np.allclose(a, b, rtol=0, atol=_SAME, equal_nan=True) for a, b in pairs)

    def draw(self, axes: "Axes", *, size: float = 4.5, **style: Any) -> None:
        """The curve in a style, and its dots in the same colour."""
        axes.plot(self.eps, self.risk, **style)
        dot: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": size, "clip_on": False, "zorder": 4}
        axes.plot(*self.closed.T, color=style["color"], **dot)
        axes.plot(*self.open.T, color=style["color"], markerfacecolor="white", **dot)


def steps(curve: Curve, upto: float, *, points: int = 600) -> Steps:
    """The part of a curve from budget 0 to another, by about so many ``points``."""
    jumps = {float(j.eps): tuple(float(v) for v in (j.below, j.at, j.above)) for j in curve.jumps}
    eps: list[Any] = []
    risk: list[Any] = []
    for piece in curve.pieces:
        start, end = float(piece.start), min(float(piece.end), upto)
        if start >= upto:
            break
        x = np.linspace(start, end, max(8, int(points * (end - start) / upto)))
        y = np.array(curve(x))
        y[0], y[-1] = jumps[start][2] if start in jumps else y[0], jumps[end][0] if end in jumps else y[-1]
        if start in jumps and eps:
            eps.append([np.nan])
            risk.append([np.nan])
        eps.append(x)
        risk.append(y)
    seen = {at: values for at, values in jumps.items() if at <= upto}
    hollow = [(at, v) for at, (below, value, above) in seen.items() for v in {below, above} if abs(v - value) > _SAME]
    filled = [(at, value) for at, (_, value, _) in seen.items()]
    return Steps(
        np.concatenate(eps),
        np.concatenate(risk),
        np.array(sorted(hollow), dtype=float).reshape(-1, 2),
        np.array(filled, dtype=float).reshape(-1, 2),
    )


def agreeing(curves: Mapping[str, Steps]) -> list[tuple[list[str], Steps]]:
    """Curves with those that nothing tells apart together, the one with the largest area first."""
    groups: list[tuple[list[str], Steps]] = []
    for name, drawn in curves.items():
        known = next((names for names, other in groups if drawn.same(other)), None)
        if known is None:
            groups.append(([name], drawn))
        else:
            known.append(name)
    return sorted(groups, key=lambda group: -float(np.nanmean(group[1].risk)))


def upper_end(upto: Any) -> float:
    """The largest budget that is drawn, as asked for; it is exact, and refused unless it is positive."""
    end = float(exact(upto))
    if end <= 0:
        raise SymadvError(f"upto: got {upto}, wanted a budget > 0")
    return end


def far_enough(curves: Iterable[Curve]) -> float:
    """A round budget beyond all jumps, from which on the curves hardly change."""
    known = list(curves)
    last = max((float(point.start) for curve in known for point in curve.points), default=0.0)
    ends = [(curve, float(curve.limit)) for curve in known]
    for upto in _round_numbers():
        if upto >= 1.2 * last and all(abs(curve(upto) - end) <= _SETTLED for curve, end in ends):
            return upto
    raise SymadvError("the risk still grows at enormous budgets: say up to which one to draw")


def _round_numbers() -> Iterator[float]:
    for power in range(-3, 9):
        yield from (float(mantissa) * 10.0**power for mantissa in _ROUND[:-1])
