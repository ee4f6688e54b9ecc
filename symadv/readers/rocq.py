"""Goals as statements of Rocq (Coq 8.16) over the reals, for proofs that a kernel checks."""

from collections.abc import Iterable
from functools import singledispatch
from textwrap import fill
from typing import Any

import sympy
from sympy.logic.boolalg import BooleanFalse, BooleanTrue

from symadv.language.errors import SymadvError
from symadv.language.goals import Exists, ForAll, Goal
from symadv.language.parameters import Parameter, domain_conditions
from symadv.readers._rocq_cases import by_cases, some_case
from symadv.readers._rocq_definitions import definition
from symadv.readers._rocq_names import Names, named
from symadv.readers._rocq_terms import defined, term

_WIDTH = 110
_IMPLIES, _OR, _AND, _NOT, _RELATION = range(5)
_RELATIONS: dict[type, str] = {
    sympy.StrictGreaterThan: ">",
    sympy.GreaterThan: ">=",
    sympy.Equality: "=",
    sympy.Unequality: "<>",
    sympy.LessThan: "<=",
    sympy.StrictLessThan: "<",
}


def rocq(term: Any) -> str:
    r"""What a goal states as a closed proposition, or a definition of adversarial example over any points and labels.

    A goal says: $\forall$ parameters in their domains, given $\to$ statement.  Rocq's division, logarithm and root are
    total functions, so the proposition also says that every term is defined: of an implication the conclusion where
    the premise holds, of everything else under the domains alone.
    """
    if isinstance(term, Goal):
        return _proposition(term)
    if hasattr(term, "pairs"):
        return definition(term)
    raise SymadvError(f"got {type(term).__name__}, wanted a goal or a definition of adversarial example")


def _proposition(goal: Goal) -> str:
    free = _free_parameters(goal)
    names = named(free, {})
    domains = [_formula(c, names, _IMPLIES + 1) for symbol in free for c in domain_conditions(symbol)]
    premise = sympy.And(*goal.given, evaluate=False) if len(goal.given) > 1 else goal.given[0] if goal.given else None
    stated = [_formula(c, names, _IMPLIES + 1) for c in goal.given]
    body = "\n".join(_paragraph(part) for part in [_arrows(stated), _formula(goal.statement, names, _IMPLIES)] if part)
    whole = goal.statement if premise is None else sympy.Implies(premise, goal.statement, evaluate=False)
    conditions = _conditions(whole, names)
    if conditions:
        body = f"{_paragraph(_joined(conditions))} /\\\n(\n{body})"
    quantified = f"forall {' '.join(names[symbol] for symbol in free)} : R," if free else ""
    return (
        "\n".join(_paragraph(part) for part in (quantified, _arrows(domains)) if part) + ("\n" if free else "") + body
    )


def _arrows(premises: Iterable[str]) -> str:
    return " ".join(f"{premise} ->" for premise in premises)


def _joined(conditions: Iterable[str]) -> str:
    return " /\\ ".join(conditions)


def _paragraph(text: str) -> str:
    lines = text.splitlines() or [""]
    return "\n".join(
        fill(line, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False) for line in lines
    )


def _free_parameters(goal: Goal) -> list[Parameter]:
    """By name: the order in which sympy keeps the parts of a condition is not the same in every process."""
    free: set[Any] = set().union(*(_free(c) for c in (goal.statement, *goal.given)))
    return sorted(free, key=sympy.default_sort_key)


def _free(node: Any) -> set[Any]:
    if isinstance(node, ForAll | Exists):
        return _free(node.args[1]) - set(node.args[0])
    if isinstance(node, sympy.Expr) or not node.args:
        return set(node.free_symbols)
    return set().union(*(_free(a) for a in node.args))


# formulas


def _formula(node: Any, names: Names, level: int) -> str:
    text, own = _write(node, names)
    return text if own >= level else f"({text})"


@singledispatch
def _write(node: Any, names: Names) -> tuple[str, int]:
    raise SymadvError(f"Rocq has no {type(node).__name__}: got {node}, wanted a condition in the parameters")


@_write.register(BooleanTrue)
@_write.register(BooleanFalse)
def _truth(node: Any, names: Names) -> tuple[str, int]:
    return ("True" if node else "False"), _RELATION


@_write.register(sympy.core.relational.Relational)
def _relation(node: Any, names: Names) -> tuple[str, int]:
    said = by_cases(node)
    if said is not node:
        return _write(said, names)
    left, right = (term(a, names) for a in node.args)
    return f"{left} {_RELATIONS[type(node)]} {right}", _RELATION


@_write.register(sympy.And)
def _and(node: sympy.And, names: Names) -> tuple[str, int]:
    return _joined(_formula(a, names, _NOT) for a in _ordered(node)), _AND


@_write.register(sympy.Or)
def _or(node: sympy.Or, names: Names) -> tuple[str, int]:
    return " \\/ ".join(_formula(a, names, _AND) for a in _ordered(node)), _OR


@_write.register(sympy.Not)
def _not(node: sympy.Not, names: Names) -> tuple[str, int]:
    return f"~ ({_formula(node.args[0], names, _IMPLIES)})", _NOT


@_write.register(sympy.Implies)
def _implies(node: sympy.Implies, names: Names) -> tuple[str, int]:
    premise, conclusion = node.args
    return f"{_formula(premise, names, _OR)} -> {_formula(conclusion, names, _IMPLIES)}", _IMPLIES


@_write.register(sympy.Equivalent)
def _equivalent(node: sympy.Equivalent, names: Names) -> tuple[str, int]:
    first, *others = (_formula(a, names, _OR) for a in _ordered(node))
    if len(others) == 1:
        return f"{first} <-> {others[0]}", _IMPLIES
    return _joined(f"({first} <-> {other})" for other in others), _AND


@_write.register(ForAll)
@_write.register(Exists)
def _quantified(node: Any, names: Names) -> tuple[str, int]:
    variables, body = node.args
    inner = named(variables, names)
    domains = [_formula(c, inner, _NOT) for v in variables for c in domain_conditions(v)]
    bound = f"{' '.join(inner[v] for v in variables)} : R"
    if isinstance(node, ForAll):
        return f"forall {bound}, {_arrows(domains)}{' ' if domains else ''}{_formula(body, inner, _IMPLIES)}", _IMPLIES
    return f"exists {bound}, {_joined([*domains, _formula(body, inner, _NOT if domains else _IMPLIES)])}", _IMPLIES


def _ordered(node: Any) -> list[Any]:
    return list(sympy.ordered(node.args))


# when a formula is defined


def _conditions(node: Any, names: Names) -> list[str]:
    """The conditions under which every term is defined, each once, in a form that can be joined by "and"."""
    if isinstance(node, sympy.Implies):
        premise, conclusion = node.args
        first = _conditions(premise, names)
        later = [c for c in _conditions(conclusion, names) if c not in first]
        under = f"({_formula(premise, names, _OR)} -> {_joined(later)})"
        return [*first, under] if later else first
    if isinstance(node, ForAll | Exists):
        variables, body = node.args
        inner = named(variables, names)
        conditions = _conditions(body, inner)
        premises = _arrows(_formula(c, inner, _NOT) for v in variables for c in domain_conditions(v))
        quantified = f"(forall {' '.join(inner[v] for v in variables)} : R, {premises} {_joined(conditions)})"
        return [quantified.replace(",  ", ", ")] if conditions else []
    if isinstance(node, sympy.core.relational.Relational):
        said = by_cases(node)
        if said is not node:
            some = some_case(node)
            first = [] if some is sympy.true else [_formula(some, names, _NOT)]
            return list(dict.fromkeys([*first, *_conditions(some, names), *_conditions(said, names)]))
        return list(dict.fromkeys(c for a in node.args for c in defined(a, names)))
    return list(dict.fromkeys(c for a in getattr(node, "args", ()) for c in _conditions(a, names)))
