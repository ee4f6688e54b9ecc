"""The operations in numpy, and programs run piece by piece, so that intermediate results stay in the cache."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from symadv.readers._array_mixtures import log_sum_exp, softmax
from symadv.readers._array_program import Program, Table, parts

Array = np.ndarray[Any, Any]

_PART = 1 << 15  # entries of a piece: a few registers of that length fit into a core's second-level cache
_PIECES_PER_THREAD = 4  # fewer do not pay for a thread


def _special(name: str, *x: Array) -> Array:
    import scipy.special

    result: Array = getattr(scipy.special, name)(*x)
    return result


def _expit(x: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-x))
    return result


def _both_expits(x: Array) -> tuple[Array, Array]:
    r"""$\sigma(-\ell)$ and $\sigma(\ell)$ from one exponential, each accurate where it is small."""
    small = np.exp(-x)
    return 1 / (1 + 1 / small), 1 / (1 + small)


def _where(condition: Array, value: Array, other: Array) -> Array:
    # Looking two numbers up needs no branch, which a processor cannot foresee where conditions are random.
    if np.ndim(value) or np.ndim(other) or not np.ndim(condition):
        return np.where(condition, value, other)
    return np.stack([other, value]).take(condition.view(np.int8))


def _itself(x: Array) -> Array:
    return x


TABLE: Table = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "negative": np.negative,
    "power": np.power,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "abs": np.abs,
    "sign": np.sign,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "where": _where,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "equal": np.equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "not_equal": np.not_equal,
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
    "erf": partial(_special, "erf"),
    "erfc": partial(_special, "erfc"),
    "phi": partial(_special, "ndtr"),
    "log_phi": partial(_special, "log_ndtr"),
    "beta_cdf": partial(_special, "betainc"),
    "expit": _expit,
    "log_sum_exp": partial(log_sum_exp, np, _itself),
    "softmax": partial(softmax, np, _itself),
    "expits": _both_expits,
}


def evaluate(program: Program, columns: Sequence[Array], *, threads: int = 1) -> Array:
    """The results of a program for columns of one dtype and one shape."""
    shape, dtype = columns[0].shape, columns[0].dtype
    constants = [(k, np.bool_(v) if isinstance(v, bool) else dtype.type(v)) for k, v in program.constants]
    width = () if program.stacked is None else (program.stacked,)
    out = np.empty((*shape, *width), np.bool_ if program.truth else dtype)
    direct = program.last is not None and isinstance(TABLE[program.last], np.ufunc)

    def compute(pieces: Iterable[Any]) -> None:
        with np.errstate(all="ignore"):
            for part in pieces:
                inputs = [c[part] for c in columns]
                if direct:
                    program.run(TABLE, inputs, constants, out=out[part])
                else:
                    _store(program.run(TABLE, inputs, constants), out[part], program.stacked)

    pieces = list(parts(shape, _PART))
    if threads == 1 or len(pieces) < _PIECES_PER_THREAD * threads:
        compute(pieces)
        return out
    shares = [pieces[k * len(pieces) // threads : (k + 1) * len(pieces) // threads] for k in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(compute, shares))
    return out


def _store(values: Sequence[Array], out: Array, stacked: int | None) -> None:
    if stacked is None:
        out[...] = values[0]
        return
    for k, value in enumerate(values):
        out[..., k] = value
