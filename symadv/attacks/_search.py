"""What the attacks share: checked inputs, a network in float64, the best point of each sample so far."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symadv.adversary.threat import ThreatModel
from symadv.attacks._ball import Ball, Predicate, last_inside
from symadv.language.errors import SymadvError, unknown

try:
    import torch
    from torch import Tensor
except ImportError as missing:
    raise SymadvError("attacks need torch: pip install 'symadv[torch]'") from missing

LOSSES = ("margin", "cross_entropy")


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
        project: Callable[[Any], Any] | None = None,
    ) -> None:
        if threat.on_support and project is None:
            raise SymadvError(
                "an attack does not know the support: give project=oracle(d).project, or on_support=False"
            )
        self.given, self.allowed, self.visit = x, allowed, visit
        self.project = project if threat.on_support else None
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

    def random(self, ball: Ball, rng: np.random.Generator) -> Tensor:
        """A random point of each ball, on the support if the threat model stays there."""
        z = ball.random(rng)
        return z if self.project is None else self.settled(ball.x, z, ball.contains, halvings=12)

    def settled(self, anchor: Tensor, z: Tensor, inside: Predicate, *, halvings: int) -> Tensor:
        """``z`` where it lies inside, else the last point that does on the way from ``anchor``, by bisection.

        On the support, if the threat model stays there: it is then the projections of the way that are looked at, so
        that a step across the middle between two strata arrives on the other one.
        """
        way = last_inside(anchor, z, lambda point: inside(self.onto_support(point)), halvings=halvings)
        return self.onto_support(way)

    def onto_support(self, z: Tensor) -> Tensor:
        """The projections on the support if the threat model stays there, else the points as they are."""
        if self.project is None:
            return z
        return torch.as_tensor(self.project(self._as_given(z)), device=z.device).double()

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
        if self.project is not None:  # where x is outside the box, nothing on the way is admissible
            better &= self.ball.rows(rows).contains(z)
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


def check_options(*, loss: str, step: float | None, **counts: int) -> None:
    """Refuse an unknown loss, a step that is not positive, and counts below 1."""
    if loss not in LOSSES:
        raise unknown("loss", loss, LOSSES)
    if step is not None and not 0 < step < float("inf"):
        raise SymadvError(f"step must be a positive number (in units of eps), got {step!r}")
    for name, value in counts.items():
        if not isinstance(value, int) or value < 1:
            raise SymadvError(f"{name} must be a whole number >= 1, got {value!r}")


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
