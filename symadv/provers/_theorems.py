"""The theorems that a kernel can check for a claim: what is to be proved in Rocq, and under which name."""

import sympy

from symadv.language.goals import Claim, Exists, Goal
from symadv.provers._substitution import free_parameters


def theorems(claim: Claim) -> dict[str, Goal]:
    """The goals of a claim by the names of their theorems: it holds, it fails somewhere, its condition is exact.

    What is true as soon as it is written down needs no kernel and is left out.
    """
    if claim.statement is None:
        return {}
    goals: dict[str, Goal] = {}
    if claim.expects == "PROVED":
        goals[claim.name] = claim.goal()
    if claim.expects == "REFUTED":
        goals[f"{claim.name}_is_refuted"] = refutation(claim)
    if claim.exactly_when is not None and claim.expects_exactness == "PROVED":
        exact = sympy.Equivalent(claim.statement, claim.exactly_when)
        goals[f"{claim.name}_exactly_when"] = Goal(exact, claim.given)
    named = {name: Goal(goal.statement, goal.given, name) for name, goal in goals.items()}
    return {name: goal for name, goal in named.items() if goal.statement is not sympy.true}


def refutation(claim: Claim) -> Goal:
    """That the statement fails for some values of its parameters, in their domains, that satisfy what is given."""
    fails = sympy.And(*claim.given, sympy.Not(claim.statement))
    parameters = sorted(free_parameters(claim.statement, *claim.given), key=sympy.default_sort_key)
    return Goal(Exists(sympy.Tuple(*parameters), fails) if parameters else fails)
