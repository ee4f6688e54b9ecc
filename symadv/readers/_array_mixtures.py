"""Log-sum-exp and softmax, written once for numpy and torch; entries of minus infinity are weights of zero."""

from collections.abc import Callable
from functools import reduce
from operator import add
from typing import Any

Array = Any


def log_sum_exp(xp: Any, detached: Callable[[Array], Array], *logs: Array) -> Array:
    r"""$\log \sum_i e^{t_i}$; minus infinity, with slope 0, where all terms are."""
    largest = _largest(xp, detached, logs)
    shift = xp.where(xp.isfinite(largest), largest, 0.0)
    total = reduce(add, (xp.exp(t - shift) for t in logs))
    nothing = total == 0
    return xp.where(nothing, -xp.inf, xp.log(xp.where(nothing, 1.0, total)) + shift)


def softmax(xp: Any, detached: Callable[[Array], Array], *logs: Array) -> list[Array]:
    r"""$e^{t_k} / \sum_i e^{t_i}$ for each k; nan where all terms are minus infinity or one is infinity."""
    largest = _largest(xp, detached, logs)
    weights = [xp.exp(t - largest) for t in logs]
    total = reduce(add, weights)
    return [w / total for w in weights]


def _largest(xp: Any, detached: Callable[[Array], Array], logs: tuple[Array, ...]) -> Array:
    # The results do not depend on what is subtracted, so its gradient may be dropped.
    return detached(reduce(xp.maximum, logs))
