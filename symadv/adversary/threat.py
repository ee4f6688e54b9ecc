"""The adversary's budget: which perturbed points count as reachable from a clean one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray

from symadv.language.errors import SymadvError, nearest
from symadv.language.numbers import exact
from symadv.language.order import order

NORMS = ("linf", "l2", "l1")
Interval = tuple[sympy.Expr, sympy.Expr]


@dataclass(frozen=True)
class ThreatModel:
    r"""The admissible points $\{x\} \cup (B_\varepsilon(x) \cap \mathrm{box} \cap [\mathrm{support}])$ around $x$.

    Staying put is always allowed.  With one budget the ball is $\{\tilde x : \|\tilde x - x\| \le \varepsilon\}$; with
    a budget $E_i$ per feature it is $\{x + \delta : \|(\delta_i / E_i)_i\| \le 1\}$, where a feature with $E_i = 0$ is
    frozen, $\delta_i = 0$.

    ``norm``: ``"linf"``, ``"l2"`` or ``"l1"``.  ``eps``: one budget, or a tuple of one per feature; exact, parameters
    allowed (an expression whose sign its domains do not decide is taken as nonnegative).  ``box``: ``(lower, upper)``
    for every feature or a tuple of such pairs, closed, with ``inf`` for no bound.  ``on_support``: the perturbed point
    must lie in the distribution's support.  ``closed``: whether $\|\tilde x - x\| = \varepsilon$ belongs to the ball.
    """

    norm: str
    eps: Any
    box: Any = field(default=None, kw_only=True)
    on_support: bool = field(default=False, kw_only=True)
    closed: bool = field(default=True, kw_only=True)

    def __post_init__(self) -> None:
        if self.norm not in NORMS:
            raise _unknown_norm(self.norm)
        for name in ("on_support", "closed"):
            if not isinstance(getattr(self, name), bool):
                raise SymadvError(f"{name} must be True or False, got {getattr(self, name)!r}")
        eps = tuple(_budget(e) for e in self.eps) if _is_sequence(self.eps) else _budget(self.eps)
        if eps == ():
            raise SymadvError("eps must be a number or one number per feature, got an empty sequence")
        object.__setattr__(self, "eps", eps)
        object.__setattr__(self, "box", None if self.box is None else _box(self.box))

    @property
    def words(self) -> str:
        """The ball, in words."""
        return f"{'closed' if self.closed else 'open'} {self.norm} ball, eps = {self.eps}"

    def budgets(self, d: int) -> tuple[sympy.Expr, ...]:
        """The budget of each of ``d`` features, exact; 0 is a frozen feature."""
        if not isinstance(self.eps, tuple):
            return (self.eps,) * d
        if len(self.eps) != d:
            raise SymadvError(f"eps has {len(self.eps)} budgets, wanted {d}: one per feature, or one number for all")
        return self.eps

    def boxes(self, d: int) -> tuple[Interval, ...] | None:
        """The closed interval that each of ``d`` perturbed features must stay in, exact; None without a box."""
        if self.box is None:
            return None
        if isinstance(self.box[0], sympy.Expr):
            return (self.box,) * d
        if len(self.box) != d:
            raise SymadvError(f"box has {len(self.box)} pairs, wanted {d}: one per feature, or one pair for all")
        return tuple(self.box)

    def allows(self, x: ArrayLike, x_adv: ArrayLike) -> NDArray[np.bool_]:
        """Whether each row of ``x_adv`` (n, d) is admissible for the same row of ``x``; bool (n,).

        A coordinate may overstep by 8 ulp of the largest of |x|, |x_adv| and its budget (in the coarser of the two
        dtypes), so that an attack which rounds is not refused; inside that band an open ball reads as a closed one.
        The exact risk uses no tolerance.  The support is not looked at: it belongs to the distribution.
        """
        clean, moved = np.asarray(x), np.asarray(x_adv)
        if clean.ndim != 2 or clean.shape != moved.shape:
            raise SymadvError(f"x and x_adv must have one shape (n, d), got {clean.shape} and {moved.shape}")
        ulp = max(_resolution(clean), _resolution(moved))
        clean, moved = clean.astype(float), moved.astype(float)
        budget = np.array([_number(e) for e in self.budgets(clean.shape[1])])
        with np.errstate(invalid="ignore", over="ignore"):
            slack = 8 * ulp * np.maximum(np.maximum(np.abs(clean), np.abs(moved)), budget)
            over = np.maximum(np.abs(moved - clean) - slack, 0)
            frozen_rest = np.all(over[:, budget == 0] == 0, axis=1)
            near = self._length(over[:, budget > 0] / budget[budget > 0]) <= 1 + 8 * ulp
        boxed = np.ones(len(clean), dtype=bool)
        for i, (lower, upper) in enumerate(self.boxes(clean.shape[1]) or ()):
            boxed &= (moved[:, i] >= _number(lower) - slack[:, i]) & (moved[:, i] <= _number(upper) + slack[:, i])
        stayed = np.all(clean == moved, axis=1)
        return np.asarray(stayed | (frozen_rest & near & boxed))

    def _length(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        if scaled.shape[1] == 0:
            return np.zeros(len(scaled))
        return np.asarray(np.linalg.norm(scaled, ord={"linf": np.inf, "l2": 2, "l1": 1}[self.norm], axis=1))


def _is_sequence(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, Sequence) and not isinstance(value, str)


def _unknown_norm(got: object) -> SymadvError:
    text = str(got).lower()
    close = nearest(text if text.startswith("l") else f"l{text}", NORMS)
    hint = f"nearest: {close[0]!r}; " if close else ""
    return SymadvError(f"unknown norm {got!r}; {hint}known: {', '.join(map(repr, NORMS))}")


def _budget(value: Any) -> sympy.Expr:
    try:
        budget = exact(value)
    except SymadvError as error:
        raise SymadvError(f"eps must be a finite number >= 0, got {value!r}") from error
    if budget.is_real is False or order(budget, sympy.Integer(0)) == -1:
        raise SymadvError(f"eps must be a finite number >= 0, got {value!r}")
    return budget


def _box(value: Any) -> Interval | tuple[Interval, ...]:
    if not _is_sequence(value) or len(value) == 0:
        raise SymadvError(f"box must be (lower, upper) or one such pair per feature, got {value!r}")
    return tuple(_pair(v) for v in value) if any(_is_sequence(v) for v in value) else _pair(value)


def _pair(value: Any) -> Interval:
    if not _is_sequence(value) or len(value) != 2:
        raise SymadvError(f"box must be (lower, upper) or one such pair per feature, got the part {value!r}")
    lower, upper = (_end(v) for v in value)
    if order(lower, upper) == 1 or lower == sympy.oo or upper == -sympy.oo:
        raise SymadvError(f"box must have lower <= upper, got ({value[0]}, {value[1]})")
    return lower, upper


def _end(value: Any) -> sympy.Expr:
    if value in (sympy.oo, -sympy.oo):
        return sympy.oo if value > 0 else -sympy.oo
    try:
        return exact(value)
    except SymadvError as error:
        raise SymadvError(f"box must hold numbers (or inf for no bound), got {value!r}") from error


def _number(value: sympy.Expr) -> float:
    if value.free_symbols:
        raise SymadvError(f"floating-point points need a numeric budget and box, got the expression {value}")
    return float(value)


def _resolution(array: NDArray[Any]) -> float:
    return float(np.finfo(array.dtype).eps) if np.issubdtype(array.dtype, np.floating) else 0.0
