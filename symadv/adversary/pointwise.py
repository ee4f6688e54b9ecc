"""Regions at floating-point points: exactly the answer that the region gives at those binary rationals.

A form is evaluated in floats together with a bound for its rounding error; where that leaves its sign open, exact
arithmetic decides.
"""

from collections.abc import Mapping
from functools import singledispatch
from typing import Any, NamedTuple

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray

from symadv.language.aggregates import Aggregate, features_in
from symadv.language.errors import SymadvError
from symadv.language.functions import NamedDensity
from symadv.language.nearest import Nearest
from symadv.language.numbers import exact
from symadv.language.order import Undecided, sign
from symadv.language.regions import Cells

Floats = NDArray[np.float64]

_ULP = 2.0**-52  # twice the unit roundoff: also covers the rounding of the error bounds themselves
_TINY = 1e-300  # covers underflow


class Rounded(NamedTuple):
    """Values, and a bound for their distance from the true ones."""

    value: Floats
    error: Floats


def points(x: ArrayLike, d: int) -> Floats:
    """Points ``(n, d)`` as float64; refused when their shape is another one, or when one is not finite."""
    array = np.asarray(x, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != d:
        raise SymadvError(f"x: got the shape {array.shape}, wanted (n, {d})")
    if not np.isfinite(array).all():
        raise SymadvError(f"x: got {array[~np.isfinite(array)][0]}, wanted finite numbers")
    return array


def contains(region: Cells, x: ArrayLike) -> NDArray[np.bool_]:
    """Whether each row of ``x`` (n, d) lies in the region, without rounding; bool ``(n,)``."""
    array = points(x, len(region.features))
    signs: dict[sympy.Expr, NDArray[np.int8]] = {}
    result = np.zeros(len(array), dtype=bool)
    for cell in region.cells:
        inside = np.ones(len(array), dtype=bool)
        for form, wanted in cell:
            if form not in signs:
                signs[form] = signs_at(form, region.features, array)
            inside &= np.isin(signs[form], sorted(wanted))
        result |= inside
    return result


def signs_at(form: sympy.Expr, features: tuple[sympy.Symbol, ...], x: Floats) -> NDArray[np.int8]:
    """The sign of a form in the features at each row of ``x`` (n, d), without rounding."""
    columns = {f: x[:, k] for k, f in enumerate(features)}
    with np.errstate(all="ignore"):
        value, error = rounded(form, columns)
        open_ = np.flatnonzero(~(np.abs(value) > error) | ~np.isfinite(value))
        result = np.where(value > 0, 1, -1).astype(np.int8)
    depends = features_in(form)
    used = [k for k, f in enumerate(features) if f in depends]
    if len(open_):
        rows, back = np.unique(x[open_][:, used], axis=0, return_inverse=True)
        decided = [_sign(form, {features[k]: exact(v) for k, v in zip(used, row, strict=True)}) for row in rows]
        result[open_] = np.array(decided, dtype=np.int8)[back.ravel()]
    return result


def _sign(form: sympy.Expr, values: Mapping[sympy.Symbol, sympy.Expr]) -> int:
    result = sign(form.xreplace(dict(values)))
    if result is None:
        raise Undecided(f"cannot decide the sign of {form} at {values}")
    return result


@singledispatch
def rounded(node: Any, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    """An expression at points, given by their columns, with a bound for the error."""
    raise SymadvError(f"cannot evaluate {node} at points: {type(node).__name__} has no rounding error bound")


def _with_ulps(value: Floats, error: Floats, ulps: float = 1.0) -> Rounded:
    return Rounded(value, error + ulps * _ULP * np.abs(value) + _TINY)


def _number(node: sympy.Expr, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    if node.free_symbols:
        raise SymadvError(f"cannot evaluate {node} at points: {type(node).__name__} has no rounding error bound")
    value = np.asarray(float(node))
    exactly = node.is_Rational and exact(float(node)) == node
    return Rounded(value, np.zeros(())) if exactly else _with_ulps(value, np.zeros(()), 4.0)


for _kind in (sympy.Number, sympy.NumberSymbol, sympy.Function):
    rounded.register(_kind, _number)


@rounded.register(sympy.Symbol)
def _symbol(node: sympy.Symbol, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    if node not in x:
        raise SymadvError(f"cannot evaluate at points: {node} has no value; use d.at({node}=…)")
    return Rounded(x[node], np.zeros_like(x[node]))


@rounded.register(Nearest)
def _nearest(node: Nearest, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    at: Rounded = rounded(node.args[0], x)
    values = np.array([float(v) for v in node.values])
    middles = (values[1:] + values[:-1]) / 2
    beyond = at.value[..., None] > middles if node.rises else at.value[..., None] < middles
    doubt = np.abs(at.value[..., None] - middles) <= at.error[..., None] + 2 * _ULP * np.abs(middles)
    chosen = values[beyond.sum(axis=-1)]
    spread = np.abs(values[-1] - values[0])
    return _with_ulps(chosen, np.where(doubt.any(axis=-1), spread, 0.0))


@rounded.register(Aggregate)
def _aggregate(node: Aggregate, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    if node in x:
        return Rounded(x[node], np.zeros_like(x[node]))
    if any(f not in x for f in node.block) or any(c.free_symbols for c in node.coefficients or ()):
        return rounded(node.spelled_out, x)
    if node.values:
        return _of_nearest(node, x)
    neutral = 0.0 if node.head == "squares" else 1.0
    numbers = [neutral] * len(node.block) if node.coefficients is None else [float(c) for c in node.coefficients]
    value, size = np.zeros(()), np.zeros(())
    for f, number in zip(node.block, numbers, strict=True):
        term = x[f] - number if node.head == "squares" else x[f] * number
        term = term * term if node.head == "squares" else abs(term) if node.head == "size" else term
        value = value + term
        size = size + ((abs(x[f]) + abs(number)) ** 2 if node.head == "squares" else abs(term))
    return Rounded(value, (len(node.block) + 4) * _ULP * size + len(node.block) * _TINY)


def _of_nearest(node: Aggregate, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    total = Rounded(np.zeros(()), np.zeros(()))
    for k, f in enumerate(node.block):
        own = node.coefficients and node.coefficients[k : k + 1]
        term: Rounded = rounded(Aggregate(node.head, (f,), own, node.values).spelled_out, x)
        total = _with_ulps(total.value + term.value, total.error + term.error)
    return total


@rounded.register(sympy.Add)
def _add(node: sympy.Add, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    total = Rounded(np.zeros(()), np.zeros(()))
    for argument in node.args:
        term = rounded(argument, x)
        total = _with_ulps(total.value + term.value, total.error + term.error)
    return total


@rounded.register(sympy.Mul)
def _mul(node: sympy.Mul, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    total = Rounded(np.ones(()), np.zeros(()))
    for argument in node.args:
        a, b = total, rounded(argument, x)
        total = _with_ulps(a.value * b.value, np.abs(a.value) * b.error + np.abs(b.value) * a.error + a.error * b.error)
    return total


@rounded.register(sympy.Pow)
def _pow(node: sympy.Pow, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    if not node.free_symbols:
        return _number(node, x)
    base: Rounded = rounded(node.base, x)
    if node.exp == sympy.S.Half:
        root = np.sqrt(np.maximum(base.value, 0))
        return _with_ulps(root, np.minimum(base.error / np.maximum(root, _TINY), np.sqrt(base.error)), 4.0)
    if not (node.exp.is_Integer and node.exp > 0):
        raise SymadvError(
            f"cannot evaluate {node} at points: only positive integer powers and roots have a rounding error bound"
        )
    size, power = np.abs(base.value) + base.error, int(node.exp)
    return _with_ulps(base.value**power, power * size ** (power - 1) * base.error, 4.0)


@rounded.register(sympy.Abs)
def _abs(node: sympy.Abs, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    inside: Rounded = rounded(node.args[0], x)
    return Rounded(np.abs(inside.value), inside.error)


@rounded.register(sympy.Max)
@rounded.register(sympy.Min)
def _extreme(node: sympy.Expr, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    parts = [rounded(a, x) for a in node.args]
    choose = np.maximum if isinstance(node, sympy.Max) else np.minimum
    value, error = parts[0]
    for part in parts[1:]:
        value, error = choose(value, part.value), np.maximum(error, part.error)
    return Rounded(value, error)


@rounded.register(NamedDensity)
def _density(node: NamedDensity, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    written_out: Rounded = rounded(node.doit(), x)
    return written_out


@rounded.register(sympy.exp)
def _exp(node: sympy.exp, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    inside = rounded(node.args[0], x)
    value = np.exp(inside.value)
    return _with_ulps(value, value * np.expm1(inside.error), 8.0)


@rounded.register(sympy.log)
def _log(node: sympy.log, x: Mapping[sympy.Symbol, Floats]) -> Rounded:
    if not node.free_symbols:
        return _number(node, x)
    inside = rounded(node.args[0], x)
    return _with_ulps(np.log(inside.value), -np.log1p(-np.minimum(inside.error / np.abs(inside.value), 1.0)), 8.0)
