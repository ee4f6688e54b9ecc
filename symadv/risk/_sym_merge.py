"""From the decisions of the program to the cases of a definition: what makes no difference to its risk is left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import sympy

from symadv.language.order import sign
from symadv.language.parameters import Parameter
from symadv.language.signs import ANY, RELATIONS, Signs
from symadv.risk._sym_cases import Fork, Tree, Zero, solution
from symadv.risk._sym_place import condition
from symadv.risk._sym_points import Parameters
from symadv.risk._sym_proof import empty, identical, without_implied
from symadv.risk.measure import Measure, Part
from symadv.risk.pieces import Spans

_FACTORED = 12  # terms

Where = dict[sympy.Expr, Signs]
Case = tuple[Where, tuple[Spans, ...]]  # signs of forms, and the vulnerable intervals of each part


@dataclass(frozen=True)
class Surface:
    """A surface of the parameters on which a risk is not what it is beside: one parameter at a value, if ``given``.

    ``below``, ``above``: the limits from smaller and from larger values of the parameter (None: no values there).
    """

    parameter: Parameter
    value: sympy.Expr
    given: tuple[sympy.Basic, ...]
    below: sympy.Expr | None
    here: sympy.Expr
    above: sympy.Expr | None


@dataclass(frozen=True)
class Merger:
    """The cases of one definition, of all that a tree distinguishes."""

    law: Measure
    definition: int
    start: Zero
    _known: dict[int, tuple[int, ...]] = field(default_factory=dict, compare=False)

    def cases(self, tree: Tree) -> list[Case]:
        """The cases, with conditions that differ in one form's sign alone put together, and none that others imply."""
        found = [({form: frozenset(s) for form, s in where}, spans) for where, spans in self._flat(tree)]
        return [(without_implied(where, self.start.conditions), spans) for where, spans in _together(found)]

    def risk(self, cases: Sequence[Case]) -> sympy.Expr:
        """The risk as a case distinction."""
        pairs = [(total(self.law, spans), where_holds(where, self.start.parameters)) for where, spans in cases]
        return pairs[0][0] if len(pairs) == 1 else sympy.Piecewise(*pairs, evaluate=False)

    def jumps(self, tree: Tree) -> Iterator[Surface]:
        """The surfaces on which the risk is not the limit from both sides."""
        if not isinstance(tree, Fork):
            return
        solved = solution(tree.form, tree.before.parameters, dict(tree.before.conditions))
        jumps = 0 in tree.branches and len(self._agreeing(tree)) + 1 < len(tree.branches)
        if jumps and solved is not None and tree.zero is not None:
            yield self._jump(tree, tree.zero, *solved)
        for s, branch in tree.branches.items():
            if s or not self._agreeing(tree):
                yield from self.jumps(branch)

    def agree(self, there: Sequence[Spans], here: Sequence[Spans], region: Zero) -> bool:
        """Whether vulnerable intervals are proved to have the same probability in a region."""
        a, b = (total(self.law, tuple(spans)).xreplace(dict(region.surface)) for spans in (there, here))
        return identical(a, b, region.conditions, region.parameters)

    def _jump(self, fork: Fork, zero: Zero, parameter: Parameter, value: sympy.Expr, slope: int) -> Surface:
        found = {s: self.risk(self.cases(tree)) for s, tree in fork.branches.items()}
        below, above = (found[s].xreplace(dict(zero.surface)) if s in found else None for s in (-slope, slope))
        where = without_implied({form: frozenset({s}) for form, s in zero.conditions}, self.start.conditions)
        held = where_holds(where, self.start.parameters)
        return Surface(parameter, value, conjuncts(held), below, found[0], above)

    def _flat(self, tree: Tree) -> Iterator[tuple[tuple[tuple[sympy.Expr, tuple[int, ...]], ...], tuple[Spans, ...]]]:
        if not isinstance(tree, Fork):
            yield (), tree[self.definition]
            return
        signs: dict[int, tuple[int, ...]] = {s: (s,) for s in tree.branches}
        for side in self._agreeing(tree)[:1]:
            signs = {s: t for s, t in {**signs, side: (side, 0)}.items() if s != 0}
        for s, together in signs.items():
            for where, spans in self._flat(tree.branches[s]):
                yield ((tree.form, together), *where), spans

    def _agreeing(self, fork: Fork) -> tuple[int, ...]:
        """The sides whose formulas hold where the form is zero, too: proved on each part of that surface."""
        if id(fork) not in self._known:
            parts = [] if fork.zero is None or 0 not in fork.branches else [*self._leaves(fork.branches[0], fork.zero)]
            self._known[id(fork)] = tuple(
                s
                for s in (1, -1)
                if parts and s in fork.branches and all(self._same(fork.branches[s], *part) for part in parts)
            )
        return self._known[id(fork)]

    def _leaves(self, tree: Tree, region: Zero) -> Iterator[tuple[Zero, tuple[Spans, ...]]]:
        if not isinstance(tree, Fork):
            yield region, tree[self.definition]
            return
        for s, branch in tree.branches.items():
            here = tree.zero if s == 0 else region.and_((tree.form, s))
            if here is not None:
                yield from self._leaves(branch, here)

    def _same(self, side: Tree, region: Zero, spans: tuple[Spans, ...]) -> bool:
        """Whether the decisions of a side, followed on a part of the surface, end in the same formula everywhere."""
        if not isinstance(side, Fork):
            return self.agree(side[self.definition], spans, region)
        short, orientation = condition(side.form.xreplace(dict(region.surface)))
        known = sign(short)
        if known is None:
            known = dict(region.conditions).get(short)
        if known is not None:
            branch = side.branches.get(orientation * known)
            return branch is not None and self._same(branch, region, spans)
        for s in sorted(ANY):
            part, branch = region.and_((short, orientation * s)), side.branches.get(s)
            if not empty(part.conditions) and not (branch is not None and self._same(branch, part, spans)):
                return False
        return True


@lru_cache(maxsize=4096)
def total(law: Measure, spans: tuple[Spans, ...]) -> sympy.Expr:
    """The probability of the vulnerable samples, the weights of equal masses added."""
    weights: dict[sympy.Expr, list[sympy.Expr]] = {}
    for part, mass in masses(law, spans):
        weights.setdefault(mass, []).append(part.probability)
    return sympy.Add(*(_weight(found) * mass for mass, found in weights.items()))


def _weight(found: Sequence[sympy.Expr]) -> sympy.Expr:
    """A sum of weights in factors; of many, such as binomial ones, as it is: expanded, its terms would cancel."""
    whole = sympy.Add(*found)
    return sympy.factor(whole) if len(found) <= _FACTORED else whole


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
                if joined[form] == ANY:
                    del joined[form]
                return _together([*cases[:other], (joined, spans), *cases[other + 1 : k], *cases[k + 1 :]])
    return cases


def where_holds(where: Where, parameters: Parameters) -> sympy.Basic:
    """Signs of forms as a condition, each solved for a parameter where it can be."""
    relations = []
    known = {form: s for form, signs in where.items() for s in signs if len(signs) == 1}
    for form, signs in where.items():
        solved = solution(form, parameters, known)
        if solved is None:
            relations.append(RELATIONS[signs](form, 0))
        else:
            symbol, root, side = solved
            relations.append(RELATIONS[frozenset(side * s for s in signs)](symbol, root))
    return sympy.And(*relations)


def conjuncts(condition: sympy.Basic) -> tuple[sympy.Basic, ...]:
    """The parts of a conjunction."""
    if condition == sympy.true:
        return ()
    return condition.args if isinstance(condition, sympy.And) else (condition,)
