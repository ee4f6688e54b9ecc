"""Boolean combinations of sign conditions on polynomials in generators."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

import sympy

from symadv.provers._ranges import ANY, NONZERO, ZERO, Signs
from symadv.provers._rules import simpler
from symadv.provers._signs import Facts

_REWRITES = 8
_FORMS = 8


@dataclass(frozen=True)
class Atom:
    """The product of some irreducible polynomials, each to the power 1 or 2, has one of some signs."""

    factors: tuple[tuple[sympy.Expr, int], ...]
    signs: Signs


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True)
class Any_:
    """Some part holds."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True)
class Quantified:
    """For all values of some variables, or for some."""

    universal: bool
    variables: tuple[sympy.Symbol, ...]
    body: "Formula"


Formula = bool | Atom | All | Any_ | Quantified


def conjunction(parts: Iterable[Formula]) -> Formula:
    """All of some formulas."""
    kept: dict[Formula, None] = {}
    for part in parts:
        if part is False:
            return False
        if part is not True:
            kept.update(dict.fromkeys(part.parts if isinstance(part, All) else (part,)))
    return True if not kept else next(iter(kept)) if len(kept) == 1 else All(tuple(kept))


def negation(formula: Formula) -> Formula:
    """The opposite of a formula."""
    if isinstance(formula, bool):
        return not formula
    if isinstance(formula, Atom):
        return Atom(formula.factors, ANY - formula.signs)
    if isinstance(formula, Quantified):
        return Quantified(not formula.universal, formula.variables, negation(formula.body))
    parts = tuple(negation(part) for part in formula.parts)
    return disjunction(parts) if isinstance(formula, All) else conjunction(parts)


def disjunction(parts: Iterable[Formula]) -> Formula:
    """One or another of some formulas."""
    kept: dict[Formula, None] = {}
    for part in parts:
        if part is True:
            return True
        if part is not False:
            kept.update(dict.fromkeys(part.parts if isinstance(part, Any_) else (part,)))
    return False if not kept else next(iter(kept)) if len(kept) == 1 else Any_(tuple(kept))


def equivalence(first: Formula, second: Formula) -> Formula:
    """Both or neither."""
    if first == second:
        return True
    return disjunction((conjunction((first, second)), conjunction((negation(first), negation(second)))))


def condition(expression: sympy.Expr, signs: Signs, facts: Facts) -> Formula:
    """That an expression has one of some signs: known signs dropped, monotone functions stripped from both sides."""
    number, factors = facts.field.factored(expression)
    if number == 0:
        return 0 in signs
    possible = facts.signs(expression)
    if possible <= signs or not possible & signs:
        return possible <= signs
    outer = 1 if number > 0 else -1
    todo = [(f, k, 0) for f, k in factors]
    kept: dict[sympy.Expr, int] = {}
    while todo:
        f, k, rewrites = todo.pop()
        known = facts.signs(f)
        if len(known) == 1:
            (only,) = known
            if only == 0:
                return 0 in signs
            outer *= only ** (k % 2)
            continue
        if k % 2 == 0 and known <= NONZERO:
            continue
        other = simpler(f, facts) if rewrites < _REWRITES else None
        if other is None:
            kept[f] = kept.get(f, 0) + k
            continue
        inner_number, inner = facts.field.factored(other)
        if inner_number == 0:
            return 0 in signs
        outer *= (1 if inner_number > 0 else -1) ** (k % 2)
        todo += [(g, k * j, rewrites + 1) for g, j in inner]
    left = tuple(
        (f, 2 - k % 2)
        for f, k in sorted(kept.items(), key=lambda item: sympy.default_sort_key(item[0]))
        if k % 2 or not facts.signs(f) <= NONZERO
    )
    oriented = frozenset(s * outer for s in signs)
    if not left or oriented in (ANY, frozenset()):
        return 1 in oriented
    return Atom(left, oriented)


def polynomials(formula: Formula) -> Iterator[sympy.Expr]:
    """The irreducible polynomials in a formula, with repetitions."""
    if isinstance(formula, Atom):
        yield from (f for f, _ in formula.factors)
    elif isinstance(formula, Quantified):
        yield from polynomials(formula.body)
    elif not isinstance(formula, bool):
        for part in formula.parts:
            yield from polynomials(part)


def holds(formula: Formula, signs: Mapping[sympy.Expr, int]) -> bool:
    """Whether a formula without quantifiers holds when its polynomials have these signs."""
    if isinstance(formula, bool):
        return formula
    if isinstance(formula, Atom):
        return prod(signs[f] ** k for f, k in formula.factors) in formula.signs
    if isinstance(formula, Quantified):
        raise TypeError("a quantified formula has no truth value by signs")
    return (all if isinstance(formula, All) else any)(holds(part, signs) for part in formula.parts)


def always(formula: Formula, facts: Facts) -> bool:
    """Whether a formula holds for all signs that its polynomials can have, each by itself; no when there are many."""
    if isinstance(formula, bool):
        return formula
    forms = list(dict.fromkeys(polynomials(formula)))
    if len(forms) > _FORMS or _quantified(formula):
        return False
    patterns = product(*(sorted(facts.signs(f)) for f in forms))
    return all(holds(formula, dict(zip(forms, pattern, strict=True))) for pattern in patterns)


def _quantified(formula: Formula) -> bool:
    if isinstance(formula, All | Any_):
        return any(_quantified(part) for part in formula.parts)
    return isinstance(formula, Quantified)


def assume(formula: Formula, facts: Facts) -> None:
    """Add to the facts what follows from a formula for single polynomials."""
    if formula is False:
        facts.impossible = True
    elif isinstance(formula, All):
        for part in formula.parts:
            assume(part, facts)
    elif isinstance(formula, Atom):
        if len(formula.factors) == 1 and formula.factors[0][1] == 1:
            facts.learn(formula.factors[0][0], formula.signs)
        elif formula.factors and formula.signs <= NONZERO:
            for f, _ in formula.factors:
                facts.learn(f, NONZERO)
        elif len(formula.factors) == 1 and formula.signs == ZERO:
            facts.learn(formula.factors[0][0], ZERO)
