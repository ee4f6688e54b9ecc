"""The operations in torch, and programs run in one piece, or by numpy where that is faster."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.autograd.forward_ad import unpack_dual
from torch.utils._python_dispatch import _get_current_dispatch_mode

from symadv.language.errors import SymadvError
from symadv.readers import _array_numpy
from symadv.readers._array_mixtures import log_sum_exp, softmax
from symadv.readers._array_program import Program, Table

Tensor = torch.Tensor

_LARGE = 1 << 15  # entries above which working through tensors piece by piece in numpy is faster, for the cache's sake
_MOST_THREADS = 8  # more would wait for Python's lock


def _sqrt(x: Tensor) -> Tensor:
    """The square root, with slope 0 at 0, so that norms have a subgradient there."""
    zero = x == 0
    return torch.where(zero, 0.0, torch.sqrt(torch.where(zero, 1.0, x)))


def _phi(x: Tensor) -> Tensor:
    result: Tensor = torch.special.erfc(x * -(0.5**0.5))
    return result / 2


def _hold(condition: Tensor, x: Tensor) -> Tensor:
    """x, passing on gradients where a condition holds."""
    return torch.where(condition, x, x.detach())


def _both_expits(x: Tensor) -> tuple[Tensor, Tensor]:
    return torch.sigmoid(-x), torch.sigmoid(x)


def _beta_cdf(a: Tensor, b: Tensor, x: Tensor) -> Tensor:
    raise SymadvError("torch knows no incomplete beta function; wanted numpy arrays")


TABLE: Table = {
    "add": torch.add,
    "subtract": torch.subtract,
    "multiply": torch.multiply,
    "divide": torch.divide,
    "negative": torch.negative,
    "power": torch.pow,
    "sqrt": _sqrt,
    "exp": torch.exp,
    "log": torch.log,
    "abs": torch.abs,
    "sign": torch.sign,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "where": torch.where,
    "hold": _hold,
    "greater": torch.greater,
    "greater_equal": torch.greater_equal,
    "equal": torch.eq,
    "less": torch.less,
    "less_equal": torch.less_equal,
    "not_equal": torch.not_equal,
    "and": torch.logical_and,
    "or": torch.logical_or,
    "not": torch.logical_not,
    "beta_cdf": _beta_cdf,
    "erf": torch.special.erf,
    "erfc": torch.special.erfc,
    "phi": _phi,
    "log_phi": torch.special.log_ndtr,
    "expit": torch.sigmoid,
    "expits": _both_expits,
    "log_sum_exp": partial(log_sum_exp, torch, Tensor.detach),
    "softmax": partial(softmax, torch, Tensor.detach),
}


def needs_graph(columns: Sequence[Tensor]) -> bool:
    """Whether what is computed from some tensors has to be differentiable."""
    return torch.is_grad_enabled() and any(c.requires_grad for c in columns)


def evaluate(program: Program, columns: Sequence[Tensor]) -> Tensor:
    """The results of a program for columns of one dtype and device whose shapes broadcast."""
    shape = np.broadcast_shapes(*(c.shape for c in columns))
    arrays = _as_arrays(columns) if math.prod(shape) > _LARGE else None
    if arrays is not None:
        threads = min(torch.get_num_threads(), _MOST_THREADS)
        return torch.from_numpy(_array_numpy.evaluate(program, arrays, threads=threads))
    columns = [c.expand(shape) for c in columns]
    kind: dict[str, Any] = {"dtype": columns[0].dtype, "device": columns[0].device}
    constants = [
        (k, torch.tensor(v, device=kind["device"]) if isinstance(v, bool) else torch.tensor(v, **kind))
        for k, v in program.constants
    ]
    values = program.run(TABLE, columns, constants)
    if program.stacked is not None:
        return torch.stack([v.expand(shape) for v in values], dim=-1)
    value: Tensor = values[0]
    given = any(value is v for v in (*columns, *(v for _, v in constants)))
    return value.expand(shape).clone() if given or value.shape != shape else value


def _as_arrays(columns: Sequence[Tensor]) -> list[Any] | None:
    """The memory of tensors as numpy arrays, where nobody but the caller follows what becomes of them; else None."""
    followed = (
        needs_graph(columns)
        or torch.jit.is_tracing()  # type: ignore[attr-defined, no-untyped-call]
        or torch.compiler.is_compiling()
        or _get_current_dispatch_mode() is not None
        or any(unpack_dual(c).tangent is not None for c in columns)  # type: ignore[no-untyped-call]
    )
    if followed or columns[0].dtype not in (torch.float32, torch.float64):
        return None
    try:
        return [c.detach().numpy() for c in columns]
    except (RuntimeError, TypeError):  # on another device, transformed by torch.func, or of a class of its own
        return None
