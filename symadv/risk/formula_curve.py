"""A risk as a formula in the budget and in parameters that have no values yet."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sympy

from symadv.language.derivations import Derivation
from symadv.language.parameters import Parameter
from symadv.risk.exact_curve import Curve
from symadv.risk.symbolic import SymbolicBound


@dataclass(frozen=True)
class FormulaCurve:
    """The risk as a case distinction in the budget and the parameters; :meth:`at` gives the exact curve at numbers."""

    bound: SymbolicBound
    budget: Parameter
    fixed: Callable[..., Curve] = field(repr=False)

    def __call__(self, eps: Any, **values: Any) -> Any:
        """The risk at budgets > 0 and parameters by name: numbers or arrays that broadcast."""
        return self.derivation.numeric(**{self.budget.name: eps}, **values)

    def at(self, **values: Any) -> Curve:
        """The exact curve at values of the distribution's parameters."""
        return self.fixed(**values)

    @property
    def expression(self) -> sympy.Expr:
        """The risk, with its cases."""
        return self.bound.lower

    @property
    def derivation(self) -> Derivation:
        """How it follows."""
        return self.bound.derivation
