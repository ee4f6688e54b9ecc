"""What the attacks share: a network in float64, a ball that holds every iterate exactly, the best point so far."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError, unknown
from symadv.language.order import compare

try:
    import torch
    from torch import Tensor
except ImportError as missing:
    raise SymadvError("attacks need torch: pip install 'symadv[torch]'") from missing

Predicate = Callable[[Tensor], Tensor]  # points (m, d) -> bool (m,)
LOSSES = ("margin", "cross_entropy")


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


class Search:
    """One run of an attack: checked inputs, the network's margin, and the best admissible point of each row so far."""

    def __init__(
        self,
        model: Any,
        x: Any,
        y: Any,
        *,
        threat: ThreatModel,
        allowed: Callable[[Any], Any] | None,
        labels: Sequence[int] | None,
        visit: Callable[[Any], None] | None,
    ) -> None:
        if threat.on_support and allowed is None:
            raise SymadvError("an attack does not know the support: give allowed=, true on it, or on_support=False")
        self.given, self.allowed, self.visit = x, allowed, visit
        self.x = _points(x)
        self.ball = Ball(threat, self.x)
        self.model = _in_float64(model)
        self.column = self._columns(y, labels)
        self.every_row = torch.arange(len(self.x), device=self.x.device)
        self.current = self.best = self.x
        nothing = torch.full_like(self.x[:, 0], torch.inf)
        self.best_margin = self.margin(self.x, self.every_row).where(self.permits(self.x, self.every_row), nothing)

    def unbroken(self) -> Tensor:
        """The rows with more than one admissible point and no adversarial one found so far."""
        return self.every_row[(self.best_margin >= 0) & ~self.ball.empty]

    def margin(self, z: Tensor, rows: Tensor) -> Tensor:
        """The logit of the label minus the largest other one; negative is adversarial, equal logits are not."""
        with torch.no_grad():
            return _margin(self.model(z), self.column[rows])

    def ascend(
        self, z: Tensor, rows: Tensor, retract: Callable[[Tensor], Tensor], *, loss: str, steps: int, step: float | None
    ) -> None:
        """Projected gradient ascent from ``z``; the step falls linearly to 0, by default over 3 eps at least."""
        ball, first = self.ball.rows(rows), max(0.25, 6 / (steps + 1)) if step is None else step
        for t in range(steps if len(rows) else 0):
            margin, gradient = self._climb(z, rows, loss)
            self.judge(z, margin, rows)
            z = retract(ball.project(z + first * (1 - t / steps) * ball.ascent(z, gradient)))
        self.judge(z, self.margin(z, rows), rows)

    def judge(self, z: Tensor, margin: Tensor, rows: Tensor) -> None:
        """Show an iterate to ``visit`` and keep it where it is the best admissible one."""
        if self.visit is not None and len(rows):
            self.current = self.current.index_copy(0, rows, z)
            self.visit(self._as_given(self.current))
        better = margin < self.best_margin[rows]
        if self.allowed is not None and bool(better.any()):
            better &= self.permits(z, rows)
        self.best = self.best.index_copy(0, rows[better], z[better])
        self.best_margin = self.best_margin.index_copy(0, rows[better], margin[better])

    def permits(self, z: Tensor, rows: Tensor) -> Tensor:
        """Whether ``allowed`` holds; it sees all rows in their order, so that it may speak of the rows' own labels."""
        if self.allowed is None:
            return torch.ones(len(z), dtype=torch.bool, device=z.device)
        answer = torch.as_tensor(self.allowed(self._as_given(self.x.index_copy(0, rows, z))), device=z.device)
        if answer.shape != (len(self.x),) or answer.dtype != torch.bool:
            got = f"{answer.dtype} {tuple(answer.shape)}"
            raise SymadvError(f"allowed must return one bool per row, ({len(self.x)},), got {got}")
        return answer[rows]

    def result(self) -> Any:
        """The best point of each broken row and ``x`` elsewhere, of the kind and dtype that ``x`` came in."""
        found = self.best.where((self.best_margin < 0)[:, None], self.x)
        dtype = torch.as_tensor(self.given).dtype
        if dtype.is_floating_point and dtype != torch.float64:
            found = self._rounded(found, dtype)
        return found if isinstance(self.given, Tensor) else found.cpu().numpy()

    def _rounded(self, found: Tensor, dtype: torch.dtype) -> Tensor:
        # Rounding towards x keeps each coordinate's travel from growing; a row that rounding still spoils stays at x.
        rounded, home = found.to(dtype), self.x.to(dtype)
        beyond = (rounded.double() - self.x).abs() > (found - self.x).abs()
        rounded = torch.nextafter(rounded, home).where(beyond, rounded)
        z = rounded.double()
        good = self.ball.contains(z) & (self.margin(z, self.every_row) < 0) & self.permits(z, self.every_row)
        return rounded.where(good[:, None], home)

    def _climb(self, z: Tensor, rows: Tensor, loss: str) -> tuple[Tensor, Tensor]:
        z = z.detach().requires_grad_(True)
        logits, column = self.model(z), self.column[rows]
        margin = _margin(logits, column)
        rising = -margin if loss == "margin" else logits.logsumexp(1) - logits.gather(1, column[:, None])[:, 0]
        (gradient,) = torch.autograd.grad(rising.sum(), z)
        return margin.detach(), gradient

    def _as_given(self, z: Tensor) -> Any:
        return z.clone() if isinstance(self.given, Tensor) else z.cpu().numpy().copy()

    def _columns(self, y: Any, labels: Sequence[int] | None) -> Tensor:
        y, n = np.asarray(y.detach().cpu() if isinstance(y, Tensor) else y), len(self.x)
        if y.shape != (n,):
            raise SymadvError(f"y must hold one label per row, ({n},), got {y.shape}")
        names = sorted(set(y.tolist())) if labels is None else list(labels)
        with torch.no_grad():
            logits = self.model(self.x)
        if not isinstance(logits, Tensor) or logits.ndim != 2 or len(logits) != n or logits.shape[1] < 2:
            raise SymadvError(f"the model must return logits ({n}, K), K >= 2, got {getattr(logits, 'shape', logits)}")
        if logits.shape[1] != len(names):
            raise SymadvError(f"got {logits.shape[1]} logits and the labels {names}; give labels=, one per column")
        if stray := sorted(set(y.tolist()) - set(names)):
            raise SymadvError(f"y holds the label {stray[0]}, wanted one of {names}")
        return torch.as_tensor([names.index(label) for label in y.tolist()], dtype=torch.int64, device=self.x.device)


def noise(norm: str, shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float64]:
    """What random points of balls are made of, (n, d + 1): places in a cube, or directions and shares of volume."""
    n = shape[0]
    if norm == "linf":
        return np.concatenate([rng.random(shape), np.ones((n, 1))], axis=1)
    directions = rng.standard_normal(shape) if norm == "l2" else rng.laplace(size=shape)
    return np.concatenate([directions, rng.random((n, 1))], axis=1)


def check_options(*, loss: str, step: float | None, **counts: int) -> None:
    """Refuse an unknown loss, a step that is not positive, and counts below 1."""
    if loss not in LOSSES:
        raise unknown("loss", loss, LOSSES)
    if step is not None and not 0 < step < float("inf"):
        raise SymadvError(f"step must be a positive number (in units of eps), got {step!r}")
    for name, value in counts.items():
        if not isinstance(value, int) or value < 1:
            raise SymadvError(f"{name} must be a whole number >= 1, got {value!r}")


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


def _margin(logits: Tensor, column: Tensor) -> Tensor:
    own = logits.gather(1, column[:, None])
    others = logits.scatter(1, column[:, None], -torch.inf)
    return own[:, 0] - others.amax(1)


def _in_float64(model: Any) -> Any:
    if isinstance(model, torch.nn.Module):
        return copy.deepcopy(model).double().eval().requires_grad_(False)
    if not callable(model):
        raise SymadvError(f"model must be a torch.nn.Module or a function to logits, got {type(model).__name__}")
    return model


def _points(x: Any) -> Tensor:
    points = torch.as_tensor(x).detach().double()
    if points.ndim != 2 or points.shape[1] == 0:
        raise SymadvError(f"x must have shape (n, d), got {tuple(points.shape)}")
    if not bool(points.isfinite().all()):
        raise SymadvError("x must be finite, got NaN or infinity")
    return points


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
