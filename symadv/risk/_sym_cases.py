"""The case distinction of a symbolic risk: every sign that a run asked for is turned over, also to zero."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import sympy

from symadv.language.forms import expand_outside
from symadv.language.order import Undecided, sign
from symadv.language.parameters import Parameter, domain_conditions
from symadv.risk._sym_place import Condition, Leaf, Place, Question, Values, condition
from symadv.risk._sym_points import Parameters, holding, values, witness
from symadv.risk.measure import Measure, Part
from symadv.risk.pieces import Spans

_EQUAL = 1e-11
_MOST_RUNS = 1000

Signs = frozenset[int]
Case = tuple[dict[sympy.Expr, Signs], tuple[Spans, ...]]  # signs of forms, and the vulnerable intervals of each part


@dataclass(frozen=True)
class Zero:
    """Where a form is zero: one parameter in terms of the others, and what still has to hold for these."""

    surface: Values
    parameters: Parameters
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Fork:
    """A form, and what follows from each of its signs."""

    form: sympy.Expr
    branches: dict[int, "Tree"]
    zero: Zero | None


Tree = Fork | Leaf


@dataclass(frozen=True)
class Explorer:
    """Finds all cases of a question; where one can choose, a form is solved for the last parameter."""

    question: Question
    parameters: Parameters
    given: tuple[Condition, ...] = ()
    _runs: list[Place] = field(default_factory=list)

    def tree(self) -> Tree:
        """The decisions of the program as a tree."""
        tree = self._explore(Zero({}, self.parameters, self.given))
        if tree is None:
            raise Undecided("found no values of the parameters that satisfy what is given")
        return tree

    def _explore(self, region: Zero) -> Tree | None:
        point = witness(region.conditions, region.parameters)
        if point is None:
            return None
        if len(self._runs) >= _MOST_RUNS:
            raise Undecided(f"more than {_MOST_RUNS} cases to distinguish; give values to some of the parameters")
        place = Place(point)
        self._runs.append(place)
        tree: Tree = self.question.at(place, region.surface)
        known = {form for form, _ in region.conditions}
        new = [c for c in place.conditions.items() if c[0] not in known]
        for k in reversed(range(len(new))):
            tree = self._forked(region, (*region.conditions, *new[:k]), new[k], tree)
        return tree

    def _forked(self, region: Zero, before: tuple[Condition, ...], last: Condition, tree: Tree) -> Tree:
        form, here = last
        branches: dict[int, Tree] = {here: tree}
        other = self._explore(Zero(region.surface, region.parameters, (*before, (form, -here))))
        if other is not None:
            branches[-here] = other
        zero = vanishing(form, Zero(region.surface, region.parameters, before))
        between = self._explore(zero) if zero is not None and other is not None else None
        if between is not None:
            branches[0] = between
        return Fork(form, branches, zero) if len(branches) > 1 else tree


def vanishing(form: sympy.Expr, region: Zero) -> Zero | None:
    """The part of a region where a form is zero; None when it is empty, or cannot be solved for a parameter."""
    solved = solution(form, region.parameters)
    if solved is None:
        return None
    symbol, root = solved
    found: dict[sympy.Expr, int] = {}
    wanted = [(c.gts - c.lts, 1) for c in domain_conditions(symbol)] + list(region.conditions)
    for other, s in wanted:
        short, orientation = condition(other.xreplace({symbol: root}))
        known = sign(short)
        if known is None:
            if found.setdefault(short, orientation * s) != orientation * s:
                return None
        elif known != orientation * s:
            return None
    surface = {s: e.xreplace({symbol: root}) for s, e in region.surface.items()} | {symbol: root}
    return Zero(surface, tuple(s for s in region.parameters if s != symbol), tuple(found.items()))


def solution(form: sympy.Expr, parameters: Parameters) -> tuple[Parameter, sympy.Expr] | None:
    """A parameter, the last that can be, and the value of it at which an affine form is zero."""
    for s in reversed(parameters):
        if form.has(s):
            slope = sympy.diff(form, s)
            if not slope.has(s) and sign(slope):
                return s, expand_outside(-form.xreplace({s: sympy.S.Zero}) / slope)
    return None


@dataclass(frozen=True)
class Merger:
    """Cases of one definition: what makes no difference to its risk is left out."""

    law: Measure
    definition: int
    parameters: Parameters

    def cases(self, tree: Tree) -> list[Case]:
        """The cases, with conditions that differ in one form's sign alone put together."""
        found = [({form: frozenset(s) for form, s in where}, spans) for where, spans in self._flat(tree)]
        return _together(found)

    def risk(self, cases: Sequence[Case]) -> sympy.Expr:
        """The risk as a case distinction."""
        pairs = [(total(self.law, spans), where_holds(where, self.parameters)) for where, spans in cases]
        return pairs[0][0] if len(pairs) == 1 else sympy.Piecewise(*pairs)

    def _flat(self, tree: Tree) -> Iterator[tuple[tuple[tuple[sympy.Expr, tuple[int, ...]], ...], tuple[Spans, ...]]]:
        if not isinstance(tree, Fork):
            yield (), tree[self.definition]
            return
        signs: dict[int, tuple[int, ...]] = {s: (s,) for s in tree.branches}
        if 0 in signs and tree.zero is not None:
            for side in (s for s in (1, -1) if s in signs):
                if self._agree(tree.branches[0], tree.branches[side], tree.zero):
                    signs = {s: t for s, t in {**signs, side: (side, 0)}.items() if s != 0}
                    break
        for s, together in signs.items():
            for where, spans in self._flat(tree.branches[s]):
                yield ((tree.form, together), *where), spans

    def _agree(self, between: Tree, side: Tree, zero: Zero) -> bool:
        """Whether two formulas are the same where a form is zero, at all of many random points there."""
        inside = holding(zero.conditions, zero.parameters) > 0
        a, b = (
            values(self.risk(self.cases(t)).xreplace(dict(zero.surface)), zero.parameters)[inside]
            for t in (between, side)
        )
        return bool(inside.any() and np.all(np.abs(a - b) <= _EQUAL))


def total(law: Measure, spans: Sequence[Spans]) -> sympy.Expr:
    """The probability of the vulnerable samples, the weights of equal masses added."""
    weights: dict[sympy.Expr, list[sympy.Expr]] = {}
    for part, mass in masses(law, spans):
        weights.setdefault(mass, []).append(part.probability)
    return sympy.Add(*(sympy.factor(sympy.Add(*found)) * mass for mass, found in weights.items()))


def masses(law: Measure, spans: Sequence[Spans]) -> list[tuple[Part, sympy.Expr]]:
    """The mass of each vulnerable interval under the density of its part."""
    return [
        (part, law.mass(part.density, *span)) for part, found in zip(law.parts, spans, strict=True) for span in found
    ]


def _together(cases: list[Case]) -> list[Case]:
    for k, (where, spans) in enumerate(cases):
        for other, (there, same) in enumerate(cases[:k]):
            differing = [f for f in {**where, **there} if where.get(f) != there.get(f)]
            if spans == same and len(differing) == 1 and differing[0] in where and differing[0] in there:
                (form,) = differing
                joined = {**there, form: where[form] | there[form]}
                if len(joined[form]) == 3:
                    del joined[form]
                return _together([*cases[:other], (joined, spans), *cases[other + 1 : k], *cases[k + 1 :]])
    return cases


_RELATIONS = {
    frozenset({1}): sympy.Gt,
    frozenset({0, 1}): sympy.Ge,
    frozenset({0}): sympy.Eq,
    frozenset({-1}): sympy.Lt,
    frozenset({-1, 0}): sympy.Le,
    frozenset({-1, 1}): sympy.Ne,
}


def where_holds(where: dict[sympy.Expr, Signs], parameters: Parameters) -> sympy.Basic:
    """Signs of forms as a condition, each solved for a parameter where it can be."""
    relations = []
    for form, signs in where.items():
        solved = solution(form, parameters)
        if solved is None:
            relations.append(_RELATIONS[signs](form, 0))
        else:
            symbol, root = solved
            side = sign(sympy.diff(form, symbol)) or 1
            relations.append(_RELATIONS[frozenset(side * s for s in signs)](symbol, root))
    return sympy.And(*relations)
