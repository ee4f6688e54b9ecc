"""Derivations: chains of steps, each with its reason, each a goal for the provers."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy

from symadv.language.errors import SymadvError
from symadv.language.goals import Experiment, Goal
from symadv.language.parameters import parameters_of

RELATIONS = ("=", "<", "<=", ">", ">=", "iff", "implies")


@dataclass(frozen=True)
class Step:
    r"""``left relation right``, because of a reason, under conditions.

    Sides are sympy expressions (``=``, ``<`` …) or conditions (``iff``, ``implies``).  ``shown_left`` and ``shown``
    replace the printed form of a side (LaTeX); the meaning stays the sympy one.  A ``definition`` introduces notation
    and carries no goal.  A step goes on where the one before it ended, unless it ``begins`` a new chain.
    """

    left: sympy.Basic
    relation: str
    right: sympy.Basic
    because: str
    given: tuple[sympy.Basic, ...] = ()
    definition: bool = False
    begins: bool = False
    shown_left: str | None = None
    shown: str | None = None

    @property
    def statement(self) -> sympy.Basic:
        """The step as one condition."""
        build = {
            "=": sympy.Eq,
            "<": sympy.Lt,
            "<=": sympy.Le,
            ">": sympy.Gt,
            ">=": sympy.Ge,
            "iff": sympy.Equivalent,
            "implies": sympy.Implies,
        }[self.relation]
        evaluate = {"evaluate": False} if self.relation in ("=", "<", "<=", ">", ">=") else {}
        return build(self.left, self.right, **evaluate)


@dataclass(frozen=True)
class Derivation:
    """How a result follows: steps in order, the conditions under which all of it holds, and the result.

    ``conclusions`` pair each chain with what the result says under the chain's conditions: (given, last side of the
    chain, the result there), so that "the chain yields the result" is itself a goal.
    """

    name: str
    of: str
    steps: tuple[Step, ...]
    result: Any
    given: tuple[sympy.Basic, ...] = ()
    conclusions: tuple[tuple[tuple[sympy.Basic, ...], sympy.Basic, sympy.Basic], ...] = ()
    experiments: tuple[Experiment, ...] = ()

    def goals(self) -> tuple[Goal, ...]:
        """A goal for each step that is no definition, for each link between steps, and for the result."""
        goals: list[Goal] = []
        for k, step in enumerate(self.steps, 1):
            if not step.definition:
                goals.append(Goal(step.statement, (*self.given, *step.given), f"{self.name}, step {k}: {step.because}"))
            if k < len(self.steps) and not self.steps[k].begins:
                link = same(step.right, self.steps[k].left)
                goals.append(Goal(link, (*self.given, *step.given), f"{self.name}, link {k} to {k + 1}"))
        for k, (given, last, result) in enumerate(self.conclusions, 1):
            goals.append(Goal(same(last, result), (*self.given, *given), f"{self.name}, result {k}"))
        return tuple(goals)

    @property
    def chains(self) -> tuple[tuple[Step, ...], ...]:
        """The steps, one tuple per chain."""
        starts = [k for k, step in enumerate(self.steps) if k == 0 or step.begins]
        ends = [*starts[1:], len(self.steps)] if starts else []
        return tuple(self.steps[a:b] for a, b in zip(starts, ends, strict=True))

    @cached_property
    def numeric(self) -> Any:
        """The result, an expression, as a function of its parameters by name: numbers or arrays that broadcast."""
        if not isinstance(self.result, sympy.Expr):
            raise SymadvError(f"the result of {self.name} is no expression, so it has no values")
        from symadv import catalog

        return catalog.load("readers", "numeric")(self.result, parameters_of(*self.given, self.result))

    def _repr_latex_(self) -> str:
        from symadv import catalog

        return str(catalog.load("readers", "latex")(self))


def same(left: sympy.Basic, right: sympy.Basic) -> sympy.Basic:
    """The statement that two expressions are equal, or that two conditions are equivalent."""
    if isinstance(left, sympy.logic.boolalg.Boolean) and not isinstance(left, sympy.Symbol):
        return sympy.Equivalent(left, right)
    return sympy.Eq(left, right, evaluate=False)
