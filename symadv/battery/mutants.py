"""The mutants of a true goal: one slip at one site, everywhere that it type-checks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

import numpy as np
import sympy

from symadv.battery.operators import OPERATORS
from symadv.language.functions import LaplaceDensity, NormalDensity
from symadv.language.goals import Claim, Goal
from symadv.probability.seeds import seed_of

Path = tuple[int, ...]

_HYPOTHESIS = "hypothesis"


@dataclass(frozen=True)
class Mutant:
    """A goal with one slip in it; ``name`` says of which claim, which slip, and at which site."""

    name: str
    claim: str
    operator: str
    goal: Goal


def true_goals(claim: Claim) -> Iterator[Goal]:
    """What a claim expects to be proved: its statement, and that its condition is sufficient and necessary."""
    if claim.statement is None:
        return
    if claim.expects == "PROVED":
        yield claim.goal()
    if claim.exactly_when is not None and claim.expects_exactness == "PROVED":
        exact = sympy.Equivalent(claim.statement, claim.exactly_when)
        yield Goal(exact, claim.given, f"{claim.name}, exactly when")


def mutants(goal: Goal, *, count: int | None = None) -> tuple[Mutant, ...]:
    """The different goals that one slip in the statement, or one forgotten condition of ``given``, makes of a goal.

    ``count``: at most so many, of each kind of slip in turn, kinds and sites drawn by the goal's name; else all.
    """
    found: dict[tuple[Any, ...], Mutant] = {}
    for slip in _in_turn(goal):
        if count is not None and len(found) >= count:
            break
        changed = slip.made(goal)
        if changed is not None and (changed.statement, changed.given) != (goal.statement, goal.given):
            found.setdefault((changed.statement, changed.given), Mutant(changed.name, goal.name, slip.kind, changed))
    return tuple(found.values())


@dataclass(frozen=True)
class _Slip:
    """What to write at a site of the statement, or, for a hypothesis, which one to forget."""

    kind: str
    site: Path
    wrong: Any
    number: int

    def made(self, goal: Goal) -> Goal | None:
        """The goal with the slip; None where it makes no statement about the parameters."""
        place = ".".join(map(str, self.site)) or "the top"
        name = f"{goal.name}: {self.kind} {self.number} at {place}"
        if self.kind == _HYPOTHESIS:
            return replace(goal, given=tuple(g for j, g in enumerate(goal.given) if j != self.site[0]), name=name)
        statement = _put(goal.statement, self.site, self.wrong)
        return replace(goal, statement=statement, name=name) if _says_something(statement) else None


def _in_turn(goal: Goal) -> Iterator[_Slip]:
    """All slips: one of each kind, then another of each kind, and so on; kinds and sites drawn by the goal's name."""
    nodes = list(_nodes(goal.statement, ()))
    pools = [
        [_Slip(kind, site, wrong, k) for site, node in nodes for k, wrong in enumerate(operator(node), 1)]
        for kind, operator in OPERATORS.items()
    ]
    pools.append([_Slip(_HYPOTHESIS, (k,), None, 1) for k in range(len(goal.given))])
    rng = np.random.default_rng(seed_of("slips", goal.name))
    drawn = [[pools[j][k] for k in rng.permutation(len(pools[j]))] for j in rng.permutation(len(pools))]
    return (slip for turn in zip_longest(*drawn) for slip in turn if slip is not None)


def _says_something(statement: Any) -> bool:
    """Whether a statement is about its parameters, and its terms are real numbers."""
    if statement in (None, sympy.true, sympy.false) or statement.has(sympy.I, sympy.zoo, sympy.nan):
        return False
    if any(density.args[2].is_nonpositive for density in statement.atoms(NormalDensity, LaplaceDensity)):
        return False
    return not any(node.args[0].is_nonpositive for node in statement.atoms(sympy.log))


def _nodes(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The nodes of a statement but the variables that it binds, and the tests of a case distinction: one must apply."""
    yield path, node
    for k, child in enumerate(node.args):
        if isinstance(node, sympy.Piecewise):
            yield from _nodes(child.args[0], (*path, k, 0))
        elif not isinstance(child, sympy.Tuple):
            yield from _nodes(child, (*path, k))


def _put(node: Any, path: Path, wrong: Any) -> Any:
    """The statement with another node at a site; None where that is no statement."""
    if not path:
        return wrong
    k, *rest = path
    child = _put(node.args[k], tuple(rest), wrong)
    try:
        return None if child is None else node.func(*(child if j == k else arg for j, arg in enumerate(node.args)))
    except (TypeError, ValueError, AttributeError):
        return None
