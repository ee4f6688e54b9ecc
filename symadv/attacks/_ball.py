"""The set around each sample in which an attack moves, every answer inside it in exact arithmetic."""

import copy
from collections.abc import Callable

import numpy as np
import sympy
from numpy.typing import NDArray

from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError
from symadv.language.order import compare

try:
    import torch
    from torch import Tensor
except ImportError as missing:
    raise SymadvError("attacks need torch: pip install 'symadv[torch]'") from missing

Predicate = Callable[[Tensor], Tensor]  # points (m, d) -> bool (m,)


class Ball:
    r"""The set $B_\varepsilon(x_i) \cap \mathrm{box}$ of each row, every answer inside it in exact arithmetic.

    Coordinates are bounded by floats rounded inward; for L2 and L1 the computed length must stay below 1 by more than
    its own rounding error.  ``empty`` marks the rows where only ``x`` is admissible; there every answer is ``x``.
    """

    def __init__(self, threat: ThreatModel, x: Tensor) -> None:
        d = x.shape[1]
        self.x, self.norm = x, threat.norm
        self.budget = x.new_tensor([_float_below(e, strict=not threat.closed) for e in threat.budgets(d)])
        self.unit = self.budget.where(self.budget > 0, torch.ones_like(self.budget))  # frozen features never leave x
        self.rounding = (d + 8) * 2.0**-52
        boxes = threat.boxes(d) or ((-sympy.oo, sympy.oo),) * d
        lower = torch.maximum(-_sum_below(-x, self.budget), -x.new_tensor([_float_below(-low) for low, _ in boxes]))
        upper = torch.minimum(_sum_below(x, self.budget), x.new_tensor([_float_below(high) for _, high in boxes]))
        anchor = torch.minimum(torch.maximum(x, lower), upper)
        self.empty = (lower > upper).any(1) | ~self._short(anchor)
        self.lower, self.upper, self.anchor = (t.where(~self.empty[:, None], x) for t in (lower, upper, anchor))

    def contains(self, z: Tensor) -> Tensor:
        """Whether each row of ``z`` lies in its ball and box; bool (n,)."""
        return ((z >= self.lower) & (z <= self.upper)).all(1) & self._short(z)

    def project(self, z: Tensor) -> Tensor:
        """A nearby point of the set: clipped (Linf); projected in units of the budgets, then clipped to the box."""
        if self.norm != "linf":
            u = _onto_unit_ball(self._scaled(z), self.norm, 1 - 2 * self.rounding)
            z = self.x + self.budget * u
        z = torch.minimum(torch.maximum(z, self.lower), self.upper)
        return z if self.norm == "linf" else last_inside(self.anchor, z, self.contains, halvings=60)

    def ascent(self, z: Tensor, gradient: Tensor) -> Tensor:
        """The step of length 1, in units of the budgets, of steepest rise that does not run into the bounds."""
        stuck = ((z >= self.upper) & (gradient > 0)) | ((z <= self.lower) & (gradient < 0))
        g = torch.nan_to_num(gradient).masked_fill(stuck, 0) * self.budget
        if self.norm == "linf":
            u = g.sign()
        elif self.norm == "l2":
            u = g / _length(g, "l2").clamp_min(1e-300)
        else:
            u = g.sign() * torch.nn.functional.one_hot(g.abs().argmax(1), g.shape[1])
        return self.budget * u

    def random(self, rng: np.random.Generator) -> Tensor:
        """One point per row: uniform in ball and box (Linf), uniform in the ball, then projected (L2, L1)."""
        return self.spread(noise(self.norm, tuple(self.x.shape), rng))

    def spread(self, noise: NDArray[np.float64]) -> Tensor:
        """The points that ``noise`` of the same norm stands for."""
        u, radius = self.x.new_tensor(noise[:, :-1]), self.x.new_tensor(noise[:, -1:])
        if self.norm == "linf":
            return self.project(torch.lerp(self.lower, self.upper, u))
        u = u.where(self.budget > 0, torch.zeros_like(u))
        radius = radius ** (1 / max(int((self.budget > 0).sum()), 1))
        return self.project(self.x + self.budget * radius * u / _length(u, self.norm).clamp_min(1e-300))

    def rows(self, index: Tensor) -> "Ball":
        """The balls of some rows alone."""
        part = copy.copy(self)
        for name in ("x", "lower", "upper", "anchor", "empty"):
            setattr(part, name, getattr(self, name)[index])
        return part

    def _scaled(self, z: Tensor) -> Tensor:
        return (z - self.x) / self.unit

    def _short(self, z: Tensor) -> Tensor:
        if self.norm == "linf":
            return torch.ones(len(z), dtype=torch.bool, device=z.device)
        return _length(self._scaled(z), self.norm)[:, 0] <= 1 - self.rounding


def noise(norm: str, shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float64]:
    """What random points of balls are made of, (n, d + 1): places in a cube, or directions and shares of volume."""
    n = shape[0]
    if norm == "linf":
        return np.concatenate([rng.random(shape), np.ones((n, 1))], axis=1)
    directions = rng.standard_normal(shape) if norm == "l2" else rng.laplace(size=shape)
    return np.concatenate([directions, rng.random((n, 1))], axis=1)


def last_inside(anchor: Tensor, z: Tensor, inside: Predicate, *, halvings: int) -> Tensor:
    """``z`` where it lies inside, else a point inside on the segment to it from ``anchor`` (trusted), by bisection."""
    good = inside(z)
    if bool(good.all()):
        return z
    t, width = torch.zeros_like(z[:, :1]), 1.0
    for _ in range(halvings):
        width /= 2
        trial = z.where(good[:, None], anchor + (t + width) * (z - anchor))
        t = torch.where(inside(trial)[:, None], t + width, t)
    return z.where(good[:, None], anchor + t * (z - anchor))


def _float_below(value: sympy.Expr, *, strict: bool = False) -> float:
    """The largest float that is at most (``strict``: below) an exact number; a budget of 0 stays 0."""
    if value in (sympy.oo, -sympy.oo):
        return float(value)
    if value.free_symbols:
        raise SymadvError(f"an attack needs numbers for the budget and the box, got the expression {value}")
    number = float(value)
    while compare(sympy.Rational(*number.as_integer_ratio()), value) > (-1 if strict and value != 0 else 0):
        number = float(np.nextafter(number, -np.inf))
    return number


def _sum_below(x: Tensor, budget: Tensor) -> Tensor:
    """The largest float at most ``x + budget`` in exact arithmetic, by the error-free sum of two floats."""
    total = x + budget
    part = total - x
    error = (x - (total - part)) + (budget - part)
    return torch.nextafter(total, torch.full_like(total, -torch.inf)).where(error < 0, total)


def _length(u: Tensor, norm: str) -> Tensor:
    return (u.square().sum(1, keepdim=True).sqrt()) if norm == "l2" else u.abs().sum(1, keepdim=True)


def _onto_unit_ball(u: Tensor, norm: str, radius: float) -> Tensor:
    if norm == "l2":
        return u * (radius / _length(u, norm).clamp_min(1e-300)).clamp_max(1)
    size = u.abs()
    ordered = size.sort(dim=1, descending=True).values
    kept = torch.arange(1, u.shape[1] + 1, dtype=u.dtype, device=u.device)
    cuts = (ordered.cumsum(1) - radius) / kept  # the soft threshold if so many coordinates are kept
    cut = cuts.gather(1, (ordered > cuts).sum(1, keepdim=True) - 1).clamp_min(0)
    return u.sign() * (size - cut).clamp_min(0)
