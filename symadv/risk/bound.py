"""What is known about a risk: a lower and an upper bound, how sure they are, and where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import flint
import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.stratum import Stratum
from symadv.language.balls import ball, bounds
from symadv.language.errors import SymadvError
from symadv.language.intervals import Intervals
from symadv.probability.distribution import TieRule

_CLOSE = 1e-9
_BITS = (96, 384, 1536)

Range = tuple[float, float]


@dataclass(frozen=True)
class Evidence:
    """Where an exact risk comes from, and whether it hangs on a convention.

    ``expression``: the risk in closed form; None when only bounds are known.
    ``vulnerable``: for each label and stratum the values of its free coordinate at which a sample is vulnerable (for a
    point: the whole line, or nothing; for a circle: of the tangent of half the angle).
    ``statistics``: of what the coordinates there are, where these are not the features themselves.
    ``below``, ``above``: the limits of the risk from smaller and from larger budgets.
    ``otherwise``: the risk with another convention: the other kind of ball, the other rule for ties of the projection,
    another label at ties of the classifier.
    ``knife_edge``: whether one of all these differs from the risk.
    ``semantics``: what the risk was computed for, in words.
    """

    knife_edge: bool
    below: Range
    above: Range
    otherwise: Mapping[str, Range]
    expression: sympy.Expr | None
    vulnerable: Mapping[int, Mapping[Stratum, Intervals]]
    semantics: tuple[str, ...]
    statistics: tuple[sympy.Symbol, ...] = ()


@dataclass(frozen=True)
class Bound:
    """``lower <= risk <= upper``, with probability ``confidence``; ``method`` is one of the following or an estimator.

    "exact" is a number's enclosure, or a formula in parameters whose cases are proved to be all; "cases" a formula that
    is exact on each case that was found; "bounded" means that a comparison of exact numbers, or the shape of a region,
    was beyond what can be decided.
    """

    lower: float
    upper: float
    method: str
    confidence: float = field(default=1.0, kw_only=True)
    evidence: Evidence | None = field(default=None, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.lower <= self.upper <= 1:
            raise SymadvError(f"got the bounds {self.lower} and {self.upper}, wanted 0 <= lower <= upper <= 1")

    def __float__(self) -> float:
        if self.upper - self.lower > _CLOSE:
            raise SymadvError(f"the risk is only known to lie in [{self.lower}, {self.upper}]; use .lower and .upper")
        return (self.lower + self.upper) / 2


def conventions(threat: ThreatModel, rule: TieRule, tie: int, *more: str) -> tuple[str, ...]:
    """What a risk is computed for, in words."""
    return (
        threat.words,
        *(["the perturbed point stays on the support"] if threat.on_support else []),
        *([f"the perturbed point stays in the box {threat.box}"] if threat.box is not None else []),
        "staying put is always admissible",
        *more,
        f"ties of the projection: {rule!r}",
        f"f = {tie} at its ties",
    )


def enclose(probability: sympy.Expr) -> Range:
    """Floats around a closed-form probability, tight to a few ulp even in the tails; 0 and 1 stay exact."""
    for bits in _BITS:
        value = ball(probability, bits=bits)
        if value.rel_accuracy_bits() >= 64 or value.is_exact():
            break
    lower, upper = bounds(probability, bits=bits)
    return max(lower, 0.0), min(upper, 1.0)


def differ(a: sympy.Expr, b: sympy.Expr) -> bool:
    """Whether two closed-form probabilities are different numbers, as far as balls of 1536 bits tell them apart."""
    return a != b and any(not ball(a - b, bits=bits).contains(flint.arb(0)) for bits in _BITS)
