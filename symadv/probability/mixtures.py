"""Mixtures: sums of weighted densities, which a distribution takes apart into summands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from symadv.geometry.ends import Range
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.order import sign
from symadv.probability.density import Density, Floats, Values, Weighted


@dataclass(frozen=True, init=False)
class Mixture(Density):
    r"""$\sum_k w_k f_k$, written ``Mixture("1/3" * Normal(0, 1), "2/3" * Uniform(0, 1))``; the weights sum to 1."""

    summands: tuple[Weighted, ...]

    def __init__(self, *summands: Any) -> None:
        weighted = tuple(1 * s if isinstance(s, Density) else s for s in summands)
        if not weighted or not all(isinstance(w, Weighted) for w in weighted):
            raise SymadvError(f"Mixture: got {summands}, wanted weight * density, one or more times")
        total = sympy.Add(*(w.weight for w in weighted))
        if sign(total - 1) != 0:
            raise SymadvError(f"Mixture: the weights sum to {sympy.factor(total)}, wanted 1")
        for w in weighted:
            if sign(w.weight) not in (0, 1):
                raise SymadvError(f"Mixture: got the weight {w.weight}, wanted something proved to be nonnegative")
        object.__setattr__(self, "summands", weighted)

    @property
    def dim(self) -> int:
        """The dimension that all summands have."""
        dims = {w.density.dim for w in self.summands}
        if len(dims) > 1:
            raise SymadvError(f"Mixture: got densities of {sorted(dims)} coordinates, wanted one number of them")
        return dims.pop()

    @property
    def parts(self) -> tuple[Weighted, ...]:
        """The summands' parts."""
        return tuple(w.weight * part for w in self.summands for part in w.density.parts)

    @property
    def support(self) -> tuple[Range, ...]:
        """Refused: summands may have different ones."""
        raise SymadvError("the support of a mixture is that of its parts")

    def on(self, stratum: Stratum) -> "Mixture":
        """The mixture of the summands on a stratum."""
        return Mixture(*(Weighted(w.weight, w.density.on(stratum)) for w in self.summands))

    def density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The weighted sum, where all summands are positive."""
        return sympy.Add(*(w.weight * w.density.density(x) for w in self.summands))

    def log_density(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The logarithm of the density."""
        return sympy.log(self.density(x))

    def integral(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """The weighted sum of the integrals."""
        return sympy.Add(*(w.weight * w.density.integral(x) for w in self.summands))

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """``(n, dim)`` draws."""
        which = rng.choice(len(self.summands), size=n, p=[float(w.weight) for w in self.summands])
        drawn = np.empty((n, self.dim))
        for k, w in enumerate(self.summands):
            drawn[which == k] = w.density.sample(int((which == k).sum()), rng)
        return drawn

    def substitute(self, values: Values) -> "Mixture":
        """The law with values in place of parameters."""
        table = dict(values)
        return Mixture(*(Weighted(w.weight.xreplace(table), w.density.substitute(values)) for w in self.summands))

    def terms(self) -> tuple[sympy.Expr, ...]:
        """The weights and the parameters of the summands."""
        return tuple(term for w in self.summands for term in (w.weight, *w.density.terms()))
