"""Normal laws of several features at once, with any covariance."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from symadv.language.aggregates import statistic, weighted_sum
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.order import sign
from symadv.probability.densities import Normal
from symadv.probability.density import Density, Floats, Univariate, Values, Weights

Exprs = tuple[sympy.Expr, ...]


@dataclass(frozen=True)
class MultivariateNormal(Density):
    r"""$\mathcal N(m, C)$ by its mean and its covariance: one variance, one per feature, or a matrix of rows.

    The covariance is refused unless it is proved to be symmetric and positive definite.
    """

    mean: Any
    covariance: Any

    def __post_init__(self) -> None:
        if not _is_row(self.mean) or len(self.mean) == 0:
            raise SymadvError(f"mean: got {self.mean!r}, wanted one number for each feature, such as (0, '1/2')")
        mean = tuple(exact(m) for m in self.mean)
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "covariance", _covariance(self.covariance, len(mean)))
        for pivot in self._pivots:
            if sign(pivot) != 1:
                raise SymadvError(f"got the covariance {self.covariance}, wanted one proved to be positive definite")

    @property
    def dim(self) -> int:
        """The number of features."""
        return len(self.mean)

    @property
    def is_diagonal(self) -> bool:
        """Whether the features are independent; then the covariance is the tuple of their variances."""
        return not isinstance(self.covariance[0], tuple)

    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\exp(-\tfrac12 (x-m)^\top C^{-1} (x-m)) / \sqrt{(2\pi)^d \det C}$."""
        scale = sympy.sqrt((2 * sympy.pi) ** self.dim * sympy.Mul(*self._pivots))
        return sympy.exp(-self._quadratic(x) / 2) / scale

    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$-\tfrac12 (x-m)^\top C^{-1} (x-m) - \tfrac12 \log\det C - \tfrac d2 \log 2\pi$."""
        determinant = sympy.Add(*(sympy.log(v) for v in self._pivots))
        return -(self._quadratic(x) + determinant + self.dim * sympy.log(2 * sympy.pi)) / 2

    def integral(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The integral as a product: a linear map of determinant 1 makes the coordinates independent."""
        return sympy.Mul(*(Normal(0, sympy.sqrt(v)).integral([t]) for t, v in zip(x, self._pivots, strict=True)))

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, dim)`` draws."""
        draws = rng.standard_normal((n, self.dim)) * np.sqrt([float(v) for v in self._pivots])
        if not self.is_diagonal:
            draws = draws @ np.array(self._factors[0].tolist(), dtype=float).T
        result: Floats = draws + np.array([float(m) for m in self.mean])
        return result

    def substitute(self, values: Values) -> "MultivariateNormal":
        """The law with values in place of parameters."""
        mean = tuple(m.xreplace(dict(values)) for m in self.mean)
        return MultivariateNormal(mean, _each(self.covariance, lambda c: c.xreplace(dict(values))))

    def terms(self) -> Exprs:
        """The mean, then the entries of the covariance."""
        rows = (self.covariance,) if self.is_diagonal else self.covariance
        return (*self.mean, *(entry for row in rows for entry in row))

    @property
    def means(self) -> Exprs:
        """The mean."""
        return tuple(self.mean)

    def combinations(self, weights: Sequence[Weights]) -> tuple[Univariate, ...] | None:
        r"""$\langle w, x\rangle \sim \mathcal N(\langle w, m\rangle, w^\top C w)$; None when two are correlated."""
        for k, a in enumerate(weights):
            if any(sign(self.covariance_of(a, b)) != 0 for b in weights[:k]):
                return None
        means = (sympy.Add(*(c * self.mean[i] for i, c in w.items())) for w in weights)
        return tuple(Normal(mean, sympy.sqrt(self.covariance_of(w, w))) for mean, w in zip(means, weights, strict=True))

    def covariance_of(self, a: Weights, b: Weights) -> sympy.Expr:
        r"""$a^\top C b$."""
        if self.is_diagonal:
            return sympy.Add(*(w * b[i] * self.covariance[i] for i, w in a.items() if i in b))
        return sympy.Add(*(w * v * self.covariance[i][j] for i, w in a.items() for j, v in b.items()))

    def _quadratic(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        if not self.is_diagonal:
            centred = sympy.Matrix([a - m for a, m in zip(x, self.mean, strict=True)])
            return sympy.expand((centred.T * self._precision * centred)[0, 0])
        blocks: dict[sympy.Expr, list[int]] = {}
        for i, v in enumerate(self.covariance):
            blocks.setdefault(v, []).append(i)
        return sympy.Add(*(self._distance(x, block) / v for v, block in blocks.items()))

    def _distance(self, x: Sequence[sympy.Expr], block: Sequence[int]) -> sympy.Expr:
        r"""$\sum_i (x_i - m_i)^2$, short where the features are many symbols."""
        if len(block) <= 1 or not all(x[i].is_Symbol for i in block):
            return sympy.Add(*((x[i] - self.mean[i]) ** 2 for i in block))
        squares = statistic("squares", [x[i] for i in block])
        crossed = weighted_sum({x[i]: self.mean[i] for i in block})
        return squares - 2 * crossed + sympy.Add(*(self.mean[i] ** 2 for i in block))

    @cached_property
    def _factors(self) -> tuple[sympy.Matrix, sympy.Matrix]:
        """A unit lower triangular L and a diagonal D with $C = L D L^T$."""
        lower, diagonal = sympy.Matrix(self.covariance).LDLdecomposition(hermitian=False)
        return lower, diagonal

    @cached_property
    def _pivots(self) -> Exprs:
        """The variances of the independent coordinates: positive exactly when the covariance is positive definite."""
        return self.covariance if self.is_diagonal else tuple(self._factors[1].diagonal())

    @cached_property
    def _precision(self) -> sympy.Matrix:
        return sympy.Matrix(self.covariance).inv()


def _covariance(given: Any, d: int) -> Any:
    if isinstance(given, str) or not hasattr(given, "__len__"):
        return (exact(given),) * d
    rows = tuple(tuple(exact(v) for v in row) if _is_row(row) else exact(row) for row in given)
    matrix = all(isinstance(row, tuple) and len(row) == d for row in rows)
    if len(rows) != d or d == 0 or not (matrix or not any(isinstance(row, tuple) for row in rows)):
        raise SymadvError(f"covariance: got {given!r}, wanted a variance, {d} variances, or {d} rows of {d} numbers")
    if matrix and any(sign(rows[i][j] - rows[j][i]) != 0 for i in range(d) for j in range(i)):
        raise SymadvError(f"covariance: got {given!r}, wanted a symmetric matrix")
    diagonal = matrix and all(rows[i][j] == 0 for i in range(d) for j in range(d) if i != j)
    return tuple(rows[i][i] for i in range(d)) if diagonal else rows


def _is_row(value: Any) -> bool:
    return not isinstance(value, str) and hasattr(value, "__len__")


def _each(entries: Any, change: Any) -> Any:
    return tuple(tuple(change(c) for c in row) if isinstance(row, tuple) else change(row) for row in entries)
