"""The operations in torch, and programs run in one piece for a gradient, else in pieces that fit into the cache."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import torch

from symadv.readers._array_mixtures import log_sum_exp, softmax
from symadv.readers._array_program import Program, Table, parts

Tensor = torch.Tensor

_PART = 1 << 15  # entries of a piece per thread: what torch gives to one thread at least


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


TABLE: Table = {
    "add": torch.add, "subtract": torch.subtract, "multiply": torch.multiply, "divide": torch.divide,
    "negative": torch.negative, "power": torch.pow, "sqrt": _sqrt, "exp": torch.exp, "log": torch.log, "abs": torch.abs,
    "sign": torch.sign, "maximum": torch.maximum, "minimum": torch.minimum, "where": torch.where, "hold": _hold,
    "greater": torch.greater, "greater_equal": torch.greater_equal, "equal": torch.eq,
    "less": torch.less, "less_equal": torch.less_equal, "not_equal": torch.not_equal,
    "and": torch.logical_and, "or": torch.logical_or, "not": torch.logical_not,
    "erf": torch.special.erf, "erfc": torch.special.erfc, "phi": _phi, "log_phi": torch.special.log_ndtr,
    "expit": torch.sigmoid, "expits": _both_expits,
    "log_sum_exp": partial(log_sum_exp, torch, Tensor.detach), "softmax": partial(softmax, torch, Tensor.detach),
}


def needs_graph(columns: Sequence[Tensor]) -> bool:
    """Whether what is computed from some tensors has to be differentiable."""
    return torch.is_grad_enabled() and any(c.requires_grad for c in columns)


def evaluate(program: Program, columns: Sequence[Tensor]) -> Tensor:
    """The results of a program for columns of one dtype and device whose shapes broadcast."""
    shape = np.broadcast_shapes(*(c.shape for c in columns))
    columns = [c.expand(shape) for c in columns]
    kind: dict[str, Any] = {"dtype": columns[0].dtype, "device": columns[0].device}
    constants = [
        (k, torch.tensor(v, device=kind["device"]) if isinstance(v, bool) else torch.tensor(v, **kind))
        for k, v in program.constants
    ]
    pieces = list(parts(shape, _PART * torch.get_num_threads()))
    if len(pieces) == 1 or needs_graph(columns) or kind["device"].type != "cpu":
        return _in_one_piece(program, columns, constants, shape)
    width = () if program.stacked is None else (program.stacked,)
    out = torch.empty((*shape, *width), dtype=torch.bool if program.truth else kind["dtype"], device=kind["device"])
    for part in pieces:
        values = program.run(TABLE, [c[part] for c in columns], constants)
        if program.stacked is None:
            out[part] = values[0]
        else:
            for k, value in enumerate(values):
                out[part][..., k] = value
    return out


def _in_one_piece(program: Program, columns: Sequence[Tensor], constants: Any, shape: tuple[int, ...]) -> Tensor:
    values = program.run(TABLE, columns, constants)
    if program.stacked is not None:
        return torch.stack([v.expand(shape) for v in values], dim=-1)
    value: Tensor = values[0]
    given = any(value is v for v in (*columns, *(v for _, v in constants)))
    return value.expand(shape).clone() if given or value.shape != shape else value
