"""The arrays that an oracle takes: numpy or torch, float32 or float64, points in rows; all else is refused by name."""

import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from symadv.language.errors import SymadvError

Array = Any  # a numpy array or a torch tensor; which of the two, an oracle never mixes

_BLOCK = 1 << 17  # entries whose intermediate arrays stay in a cache
_LARGEST = 1 << 20  # entries of points of which only a few numbers each are kept
_FEWEST = 32  # rows of a block


def is_tensor(value: Any) -> bool:
    """Whether a value is a torch tensor; torch is not imported to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def namespace(x: Array) -> ModuleType:
    """The module whose functions work on x: ``numpy`` or ``torch``, which agree in those used here."""
    return sys.modules["torch"] if is_tensor(x) else np


def as_numpy(x: Array) -> np.ndarray[Any, Any]:
    """The values of x on the CPU, without a gradient."""
    return np.asarray(x.detach().cpu()) if is_tensor(x) else np.asarray(x)


def like(values: np.ndarray[Any, Any], x: Array) -> Array:
    """Values as an array of the kind of x and on its device."""
    return namespace(x).as_tensor(values, device=x.device) if is_tensor(x) else values


def needs_graph(x: Array) -> bool:
    """Whether what is computed from x has to be differentiable."""
    return is_tensor(x) and bool(x.requires_grad) and bool(namespace(x).is_grad_enabled())


def connected(values: Array, x: Array) -> Array:
    """Values computed from x, differentiable in x where that is asked for even if they do not depend on it."""
    if not needs_graph(x) or values.requires_grad or not values.is_floating_point():
        return values
    return values + 0 * (x[:, :1] if values.ndim == 2 else x[:, 0])


def refuse_undefined(values: Array, z: Array, at_jump: Callable[[Array], Array] | None = None) -> Array:
    """Values at points z as they are; refused at a jump of the posterior, or as the difference of two overflows."""
    if np.isnan(_total(values)):
        rows, *_ = np.nonzero(np.isnan(as_numpy(values)))
        if len(rows):
            point = tuple(as_numpy(z[rows[0]]).tolist())
            if at_jump is not None and bool(at_jump(z[rows[:1]]).all()):
                raise SymadvError(f"x: the posterior has no limit at {point}: densities jump there; it is undefined")
            raise SymadvError(
                f"x: the densities at {point} cannot be compared in {z.dtype}; wanted smaller coordinates"
            )
    return values


def check_points(name: str, x: Array, features: Sequence[Any]) -> None:
    """Refuse whatever is not an array ``(n, d)`` of float32 or float64 numbers."""
    wanted = f"a numpy array or torch tensor of shape (n, {len(features)}) in float64 or float32, one point a row"
    if not is_tensor(x) and not isinstance(x, np.ndarray):
        raise SymadvError(f"{name}: got {_described(x)}, wanted {wanted}; use np.array({name}, dtype=float)")
    kind = str(x.dtype).removeprefix("torch.")
    if kind not in ("float32", "float64"):
        raise SymadvError(f"{name}: got the dtype {kind}, wanted {wanted}{_cast(name, x, kind)}")
    if x.ndim != 2 or x.shape[1] != len(features):
        raise SymadvError(f"{name}: got the shape {tuple(x.shape)}, wanted {wanted}{_reshaped(name, x, len(features))}")


def check_finite(name: str, x: Array, features: Sequence[Any], first: int) -> None:
    """Refuse NaN and infinite coordinates in the rows from number ``first`` on."""
    if np.isfinite(_total(x)):
        return
    bad = np.argwhere(~np.isfinite(as_numpy(x)))
    if len(bad):
        row, column = (int(k) for k in bad[0])
        got = f"got {float(x[row, column])} in row {first + row}, feature {features[column]}"
        raise SymadvError(f"{name}: {got}; wanted finite numbers")


def _total(values: Array) -> float:
    """The sum of all entries: finite only if they all are, at a fraction of the cost of looking at each."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(values.detach().sum() if is_tensor(values) else values.sum())


def check_labels(name: str, y: Any, n: int, labels: Sequence[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """``y`` as int64 ``(n,)``; refused unless it holds one of the labels for each of the n points."""
    values = as_numpy(y)
    wanted = f"{n} labels, one per point, each one of {', '.join(map(str, labels))}"
    if values.shape != (n,):
        raise SymadvError(f"{name}: got the shape {values.shape}, wanted ({n},): {wanted}")
    if values.dtype.kind not in "iuf":
        raise SymadvError(f"{name}: got the dtype {values.dtype}, wanted {wanted}")
    strangers = np.flatnonzero(~np.isin(values, labels))
    if len(strangers):
        row = int(strangers[0])
        raise SymadvError(f"{name}: got {values[row]} in row {row}, wanted {wanted}")
    return values.astype(np.int64)


def by_blocks(function: Callable[[Array, int], Array], x: Array) -> Array:
    """``function(rows, number of the first)``, for blocks of rows or, where gradients or a device want it, for all."""
    if needs_graph(x) or (is_tensor(x) and x.device.type != "cpu"):
        return function(x, 0)
    rows = max(_FEWEST, _BLOCK // max(2, x.shape[1]), min(_BLOCK // 16, _LARGEST // x.shape[1]))
    if len(x) <= rows:
        return function(x, 0)
    result: Array = None
    for start in range(0, len(x), rows):
        part = function(x[start : start + rows], start)
        if result is None:
            result = namespace(x).empty((len(x), *part.shape[1:]), dtype=part.dtype)
        result[start : start + rows] = part
    return result


def _described(x: Any) -> str:
    return f"a {type(x).__name__}" if not np.isscalar(x) else f"the {type(x).__name__} {x!r}"


def _cast(name: str, x: Array, kind: str) -> str:
    if "complex" in kind:
        return f"; its real part is {name}.real"
    return f"; use {name}.double()" if is_tensor(x) else f"; use {name}.astype(float)"


def _reshaped(name: str, x: Array, d: int) -> str:
    if x.ndim != 1:
        return ""
    if len(x) == d:
        return f"; one point is {name}[None, :]"
    return f"; n points with one feature are {name}[:, None]" if d == 1 else ""
