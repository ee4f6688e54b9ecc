"""What is known about a risk: a lower and an upper bound, how sure they are, and where they come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

import flint
import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.stratum import Stratum
from symadv.language.balls import ball, bounds
from symadv.language.errors import SymadvError
from symadv.language.intervals import Intervals
from symadv.probability.distribution import TieRule

EXACT = 1e-12  # the width of an enclosure that is called exact
_CLOSE = 1e-9  # the ends of a risk that is known as a number
_BITS = (96, 384, 1536)

Range = tuple[float, float]
_ANYTHING: Range = (0.0, 1.0)


@dataclass(frozen=True)
class Others:
    """The risk beside the budget and with other conventions; None where it is the same."""

    below: Range | None = None
    above: Range | None = None
    otherwise: Mapping[str, Range | None] = field(default_factory=dict)


def _itself(found: Others) -> Others:
    return found


def nothing_known() -> Others:
    """What is said of the risk beside the budget where that is not known."""
    return Others(_ANYTHING, _ANYTHING)


@dataclass(frozen=True)
class Evidence:
    """Where an exact risk comes from, and whether it hangs on a convention, which is found out when it is asked for.

    ``value``: the risk, as floats around it.  ``expression``: the risk in closed form; None when only bounds are known.
    ``vulnerable``: for each label and stratum the values of its free coordinate at which a sample is vulnerable (for a
    point: the whole line, or nothing; for a circle: of the tangent of half the angle).
    ``statistics``: of what the coordinates there are, where these are not the features themselves.
    ``below``, ``above``: the limits of the risk from smaller and from larger budgets.
    ``otherwise``: the risk with another convention: the other kind of ball, the other rule for ties of the projection,
    another label at ties of the classifier.
    ``knife_edge``: whether one of all these differs from the risk.
    ``semantics``: what the risk was computed for, in words.
    """

    value: Range
    semantics: tuple[str, ...]
    expression: sympy.Expr | None = None
    vulnerable: Mapping[int, Mapping[Stratum, Intervals]] = field(default_factory=dict)
    statistics: tuple[sympy.Symbol, ...] = ()
    others: Callable[[], Others] = field(default=Others, repr=False, compare=False)

    @property
    def below(self) -> Range:
        """The limit of the risk from smaller budgets."""
        return self.found.below or self.value

    @property
    def above(self) -> Range:
        """The limit of the risk from larger budgets."""
        return self.found.above or self.value

    @property
    def otherwise(self) -> Mapping[str, Range]:
        """The risk with another convention, by what that is."""
        return {words: other or self.value for words, other in self.found.otherwise.items()}

    @property
    def knife_edge(self) -> bool:
        """Whether one of all these differs from the risk, as far as they are known."""
        found = self.found
        return any(other not in (None, _ANYTHING) for other in (found.below, found.above, *found.otherwise.values()))

    @cached_property
    def found(self) -> Others:
        """The risk beside the budget and with other conventions, found out now."""
        return self.others()

    def __getstate__(self) -> dict[str, object]:
        """What is sent to another process is found out before."""
        return {**self.__dict__, "others": partial(_itself, self.found)}


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

    @property
    def is_number(self) -> bool:
        """Whether both ends are one number, but for rounding."""
        return self.upper - self.lower <= _CLOSE

    def __float__(self) -> float:
        if not self.is_number:
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
