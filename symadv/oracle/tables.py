"""Numbers that depend on the face of the support alone, looked up by the face's number."""

from collections.abc import Callable, Sequence
from itertools import accumulate
from operator import and_
from typing import Any

import numpy as np

from symadv.oracle.inputs import Array, is_tensor, namespace

_AT_ONCE = 1 << 16  # rows, whose numbers as indices stay in a cache

Table = np.ndarray[Any, Any]


def numbered(tests: Sequence[Callable[[Array], Array]], z: Array) -> Array:
    """How many tests each point fails before it passes one: the number of that one, or of all; ``(n,)``."""
    xp = namespace(z)
    failed = accumulate((~test(z) for test in tests), and_)
    # Counting needs no branch, which a processor cannot foresee.
    return sum((xp.asarray(each, dtype=xp.int16) for each in failed), start=xp.zeros_like(z[:, 0], dtype=xp.int16))


def rows_of(table: Table, which: Array, z: Array) -> Array:
    """The rows of a table with some numbers, in the kind and dtype of z."""
    if is_tensor(z):
        return namespace(z).as_tensor(table, dtype=z.dtype, device=z.device)[which.long()]
    given, result = table.astype(z.dtype, copy=False), np.empty((len(which), table.shape[1]), dtype=z.dtype)
    for start in range(0, len(which), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        given.take(which[part], axis=0, out=result[part], mode="wrap")  # much faster than brackets, and unbuffered
    return result
