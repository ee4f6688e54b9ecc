"""What a network is taken for: the real function of its weights, or whatever a float32 pass may compute."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy

from symadv.classifiers._network import Floats, Network
from symadv.geometry.charts import Chart, rounded
from symadv.geometry.oblique import Oblique
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.order import compare
from symadv.probability.densities import Atom as Mass
from symadv.risk._net_atoms import Atom, Surroundings
from symadv.risk._net_frame import BESIDE, standing
from symadv.risk._net_said import Said
from symadv.risk._net_shifts import FLOAT32, Shifts
from symadv.risk.measure import Measure, Part
from symadv.risk.pieces import Spans

REAL = "real"


def known_semantics(name: str) -> str:
    """The name of a semantics, or an error."""
    if name not in (REAL, FLOAT32):
        raise SymadvError(f'semantics: got {name!r}, wanted "{REAL}" or "{FLOAT32}"')
    return name


@dataclass(frozen=True, eq=False)
class Pass(ABC):
    """A forward pass on some atoms, as sets on which a label is said for sure, or possibly."""

    network: Network
    charts: tuple[Chart, ...]
    atoms: tuple[Atom, ...]
    around: Mapping[Stratum, Surroundings]
    off: Floats | None = None  # how far charts may be from what they stand for

    words = ""

    @cached_property
    def real(self) -> Said:
        """The real function of the stored weights."""
        return Said(self.network, self.charts, self.atoms, self.around)

    @abstractmethod
    def reading(self, label: int, tie: int, *, sure: bool) -> tuple[Said, int]:
        """A network, and the label (an index) of its ties, that says a label only where the pass surely does, or
        everywhere where it possibly does."""

    @abstractmethod
    def overflowing(self, law: Measure, budgets: Sequence[sympy.Expr]) -> tuple[Spans, ...]:
        """For each part of a law where samples lie from which the pass may overflow."""


class RealPass(Pass):
    """The real function: nothing is in doubt."""

    words = "the network is the real function of its stored weights"

    def reading(self, label: int, tie: int, *, sure: bool) -> tuple[Said, int]:
        """The network itself."""
        return self.real, tie

    def overflowing(self, law: Measure, budgets: Sequence[sympy.Expr]) -> tuple[Spans, ...]:
        """Nowhere."""
        return ((),) * len(law.parts)


class Float32Pass(Pass):
    """Any order of the sums: the decision set is shifted by the rounding bound of the logits."""

    words = "the network is its float32 pass at the point rounded to float32, sums in any order, rounded to nearest"

    def reading(self, label: int, tie: int, *, sure: bool) -> tuple[Said, int]:
        """The network with the label's logit lowered and the others raised, or the other way round."""
        network, ties = self._shifts.reading(label, sure=sure)
        if network not in self._said:
            self._said[network] = Said(network, self.charts, self.atoms, self.around)
        return self._said[network], ties

    def overflowing(self, law: Measure, budgets: Sequence[sympy.Expr]) -> tuple[Spans, ...]:
        """Far from the origin: where a feature may come to be beyond the radius of the bound."""
        return tuple(self._beyond(part, budgets) for part in law.parts)

    def _beyond(self, part: Part, budgets: Sequence[sympy.Expr]) -> Spans:
        most = [sympy.Rational(self._shifts.rounding.radius) - sympy.ceiling(e) for e in budgets]
        everywhere = (-sympy.oo, sympy.oo)
        frame = standing(part.stratum)
        pairs = list(zip(frame.home, frame.along, most, strict=True))
        if min(most) <= 0 or any(compare(abs(v), m) > 0 for v, slope, m in pairs if slope == 0):
            return (everywhere,)
        if isinstance(part.density, Mass):
            return ()
        middle = [(-v / slope, m / abs(slope)) for v, slope, m in pairs if slope != 0]
        low, high = sympy.Max(*(c - m for c, m in middle)), sympy.Min(*(c + m for c, m in middle))
        return ((-sympy.oo, low), (high, sympy.oo)) if compare(low, high) < 0 else (everywhere,)

    @cached_property
    def _shifts(self) -> Shifts:
        return Shifts(self.network, self.off)

    @cached_property
    def _said(self) -> dict[Network, Said]:
        return {}


class NearPass(Float32Pass):
    """The real function on charts that are beside lines of irrational slopes: a band as wide as it may differ."""

    words = RealPass.words

    def overflowing(self, law: Measure, budgets: Sequence[sympy.Expr]) -> tuple[Spans, ...]:
        """Nowhere."""
        return ((),) * len(law.parts)

    @cached_property
    def _shifts(self) -> Shifts:
        return Shifts(self.network, self.off, rounds=False)


def the_pass(
    semantics: str,
    network: Network,
    charts: tuple[Chart, ...],
    atoms: tuple[Atom, ...],
    around: Mapping[Stratum, Surroundings],
) -> Pass:
    """The pass of a network on some atoms that a semantics means."""
    off = _off([*around, *(s for where in around.values() for s in where.d.support)], charts)
    kind = Float32Pass if semantics == FLOAT32 else RealPass if off is None else NearPass
    return kind(network, charts, atoms, around, off)


def _off(strata: Iterable[Stratum], charts: Sequence[Chart]) -> Floats | None:
    r"""How far the points of charts may be beside lines of irrational slopes, on which $x_i = a_i + b_i x_l$.

    For each feature by shares of all |x_l|, and a constant for moves across; None without such lines.
    """
    d, found = len(charts[0].place), None
    far = max(abs(rounded(v)[0]) for chart in charts for v in (*chart.p, *chart.q) if v.is_finite) + 1
    for stratum in strata:
        if isinstance(stratum, Oblique) and not all(s.is_Rational for s in stratum.slopes):
            found = np.zeros((d, d + 1)) if found is None else found
            slack = [0.0 if s.is_Rational else BESIDE * (2 + 2 * abs(rounded(s)[0])) for s in stratum.slopes]
            found[:, stratum.leading] = np.maximum(found[:, stratum.leading], slack)
            found[:, -1] = np.maximum(found[:, -1], np.array(slack) * far)
    return found
