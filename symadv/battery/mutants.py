"""The mutants of a true goal: one slip at one site, everywhere that it type-checks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sympy

from symadv.battery.operators import OPERATORS
from symadv.language.goals import Claim, Goal

Path = tuple[int, ...]


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


def mutants(goal: Goal) -> tuple[Mutant, ...]:
    """Every different goal that one slip in the statement, or one forgotten condition of ``given``, makes of a goal."""
    found: dict[tuple[Any, ...], Mutant] = {}
    for operator, site, statement, given in _slips(goal):
        if (statement, given) == (goal.statement, goal.given) or not _says_something(statement):
            continue
        name = f"{goal.name}: {operator} at {'.'.join(map(str, site)) or 'the top'}"
        changed = replace(goal, statement=statement, given=given, name=name)
        found.setdefault((statement, given), Mutant(name, goal.name, operator, changed))
    return _distinct(tuple(found.values()))


def _distinct(found: tuple[Mutant, ...]) -> tuple[Mutant, ...]:
    """The same mutants with different names: an operator may have several slips at one site."""
    counts: dict[str, int] = {}
    named = []
    for mutant in found:
        counts[mutant.name] = counts.get(mutant.name, 0) + 1
        name = f"{mutant.name}, slip {counts[mutant.name]}"
        named.append(replace(mutant, name=name, goal=replace(mutant.goal, name=name)))
    return tuple(named)


def _slips(goal: Goal) -> Iterator[tuple[str, Path, Any, tuple[Any, ...]]]:
    for name, operator in OPERATORS.items():
        for site, node in _nodes(goal.statement, ()):
            for wrong in operator(node):
                changed = _put(goal.statement, site, wrong)
                if changed is not None:
                    yield name, site, changed, goal.given
    for k in range(len(goal.given)):
        yield "hypothesis", (k,), goal.statement, tuple(g for j, g in enumerate(goal.given) if j != k)


def _says_something(statement: Any) -> bool:
    """Whether a statement is about its parameters, and its terms are real numbers."""
    if statement in (sympy.true, sympy.false) or statement.has(sympy.I, sympy.zoo, sympy.nan):
        return False
    return not any(node.args[0].is_negative or node.args[0].is_zero for node in statement.atoms(sympy.log))


def _nodes(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The nodes of a statement but the variables that it binds."""
    yield path, node
    for k, child in enumerate(node.args):
        if not isinstance(child, sympy.Tuple) or isinstance(node, sympy.Piecewise):
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
