"""A compiled function of arrays: what it accepts, and which library computes it."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symadv.language.errors import SymadvError
from symadv.readers import _array_numpy
from symadv.readers._array_inputs import Input
from symadv.readers._array_program import Array, Program


@dataclass(frozen=True)
class ArrayFunction:
    """A function of arrays, one per argument; made by the reader ``array``.  It pickles."""

    arguments: tuple[str, ...]
    inputs: tuple[Input, ...]
    plain: Program
    differentiable: Program

    def __call__(self, *columns: Array) -> Array:
        """The values for one array per argument, all of one kind, dtype and device, of shapes that broadcast."""
        if len(columns) != len(self.arguments):
            raise SymadvError(f"got {len(columns)} arrays, wanted one for each of {', '.join(self.arguments)}")
        torch = sys.modules.get("torch")
        if torch is not None and any(isinstance(c, torch.Tensor) for c in columns):
            kinds = {(c.dtype, c.device) if isinstance(c, torch.Tensor) else type(c) for c in columns}
            if len(kinds) != 1 or not columns[0].is_floating_point():
                raise SymadvError(f"got {_kinds(columns)}, wanted tensors of one floating dtype on one device")
            arrays = list(columns)
        else:
            arrays = [np.asarray(c) for c in columns]
            if len({a.dtype for a in arrays}) != 1 or arrays[0].dtype.kind != "f":
                raise SymadvError(f"got arrays of {_kinds(arrays)}, wanted one floating dtype such as float64")
        shape = np.broadcast_shapes(*(a.shape for a in arrays))
        return self._values([i.of_columns(arrays) for i in self.inputs], shape)

    def points(self, x: Array) -> Array:
        """The values at the points that are the rows of x, of shape (..., number of arguments)."""
        if x.ndim == 0 or x.shape[-1] != len(self.arguments):
            raise SymadvError(f"got points of shape {tuple(x.shape)}, wanted (..., {len(self.arguments)})")
        torch = sys.modules.get("torch")
        tensor = torch is not None and isinstance(x, torch.Tensor)
        if not (x.is_floating_point() if tensor else np.asarray(x).dtype.kind == "f"):
            raise SymadvError(f"got {_kinds([x])}, wanted one floating dtype such as float64")
        points = x if tensor else np.asarray(x)
        with np.errstate(all="ignore"):
            return self._values([i.of_points(points) for i in self.inputs], tuple(points.shape[:-1]))

    def _values(self, values: Sequence[Array], shape: tuple[int, ...]) -> Array:
        torch = sys.modules.get("torch")
        if torch is None or not isinstance(values[0], torch.Tensor):
            return _array_numpy.evaluate(
                self.plain, [v if v.shape == shape else np.broadcast_to(v, shape) for v in values]
            )
        from symadv.readers import _array_torch

        tensors = [v.expand(shape) for v in values]
        program = self.differentiable if _array_torch.needs_graph(tensors) else self.plain
        return _array_torch.evaluate(program, tensors)


def _kinds(columns: Sequence[Array]) -> str:
    kinds = (f"{type(c).__name__} of {getattr(c, 'dtype', 'no dtype')}{_place(c)}" for c in columns)
    return ", ".join(dict.fromkeys(kinds))


def _place(column: Array) -> str:
    return f" on {column.device}" if hasattr(column, "device") else ""
