"""The case distinction of a symbolic risk: every sign that a run asked for is turned over, also to zero."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import sympy

from symadv.language.forms import expand_outside
from symadv.language.order import Undecided, sign
from symadv.language.parameters import Parameter, domain_conditions, parameters_of
from symadv.language.signs import relation
from symadv.risk._sym_place import Condition, Leaf, OnBoundary, Place, Question, Values, condition, split
from symadv.risk._sym_points import Parameters
from symadv.risk._sym_proof import Point, Unproved, empty, point_of, zero_everywhere
from symadv.risk._sym_roots import all_zeros

_MOST_RUNS = 1000
_MOVES = 24
_MOST_UNPROVED = 3


@dataclass(frozen=True)
class Zero:
    """Where a form is zero: one parameter in terms of the others, and what still has to hold for these."""

    surface: Values
    parameters: Parameters
    conditions: tuple[Condition, ...]

    def and_(self, *more: Condition) -> "Zero":
        """The part on which other forms have certain signs, too."""
        return Zero(self.surface, self.parameters, (*self.conditions, *more))


@dataclass(frozen=True)
class Fork:
    """A form, and what follows from each of its signs, in a region; ``zero`` is where it is zero, if that is known."""

    form: sympy.Expr
    branches: dict[int, "Tree"]
    before: Zero
    zero: Zero | None


Tree = Fork | Leaf


class Unsolved(Exception):
    """A form that is zero on a surface which no parameter expresses."""


@dataclass(frozen=True)
class Explorer:
    """Finds all cases of a question; where one can choose, a form is solved for the last parameter.

    Each run of the program is valid wherever the signs that it asked for are the same; a sign that nobody turned over
    was proved to be impossible, or is told in ``unproved``.
    """

    question: Question
    start: Zero
    unproved: list[str] = field(default_factory=list)
    _runs: list[Place] = field(default_factory=list)

    def tree(self) -> Tree:
        """The decisions of the program as a tree."""
        tree = self._explore(self.start)
        if tree is None:
            raise Undecided("found no values of the parameters that satisfy what is given")
        self.unproved.extend(
            f"the ends of the domain of {s.name}"
            for s in self.start.parameters
            if not (s.domain.left_open and s.domain.right_open)
        )
        return tree

    def _explore(self, region: Zero) -> Tree | None:
        try:
            point = point_of(region.conditions, region.parameters)
        except Unproved:
            self.unproved.append(f"that {_told(region)} is impossible")
            if len(self.unproved) > _MOST_UNPROVED:
                raise Undecided(
                    "cannot decide which cases there are; give values to some of the parameters, or to the budget"
                ) from None
            return None
        if point is None:
            return None
        if len(self._runs) >= _MOST_RUNS:
            raise Undecided(f"more than {_MOST_RUNS} cases to distinguish; give values to some of the parameters")
        place, tree = self._run(region, point)
        self._runs.append(place)
        new = [c for c in place.conditions.items() if c not in region.conditions]
        for k in reversed(range(len(new))):
            tree = self._forked(region.and_(*new[:k]), new[k], tree)
        return tree

    def _run(self, region: Zero, point: Point) -> tuple[Place, Tree]:
        """The program at a point of a region, or at one beside it when it stands just where a form changes its sign."""
        zeros: set[sympy.Expr] = set()
        while True:
            for moved in islice(_around(point, region.conditions), _MOVES):
                place = Place(moved, conditions=region.conditions, zeros=zeros)
                try:
                    return place, self.question.at(place, region.surface)
                except OnBoundary as boundary:
                    form = boundary.form
            if form in zeros or not zero_everywhere(form, region.conditions):
                raise Undecided(f"cannot decide whether {form} is zero")
            zeros.add(form)

    def _forked(self, before: Zero, last: Condition, tree: Tree) -> Tree:
        form, here = last
        branches: dict[int, Tree] = {here: tree}
        other = self._explore(before.and_((form, -here)))
        if other is not None:
            branches[-here] = other
        zero = None
        try:
            zero = vanishing(form, before)
        except Unsolved:
            if not empty((*before.conditions, (form, 0))):
                self.unproved.append(f"what holds where {form} = 0")
        between = self._explore(zero) if zero is not None else None
        if between is not None:
            branches[0] = between
        return Fork(form, branches, before, zero) if len(branches) > 1 else tree


def _around(point: Point, conditions: Sequence[Condition]) -> Iterator[Point]:
    """A point of an open set, and others beside it, closer and closer."""
    yield point
    rng = np.random.default_rng(0)
    for k in range(2, 200):
        moved = {s: v + sympy.Rational(int(rng.integers(1, 1000)), 1000 * 4**k) for s, v in point.items()}
        if all(sign(form.xreplace(moved)) == wanted for form, wanted in _own_domain(moved, conditions)):
            yield moved


def _own_domain(point: Point, conditions: Sequence[Condition]) -> Iterator[Condition]:
    for s in point:
        yield from ((c.gts - c.lts, 1) for c in domain_conditions(s))
    yield from conditions


def _told(region: Zero) -> str:
    where = [f"{s.name} = {value}" for s, value in region.surface.items()]
    return ", ".join([*where, *(str(relation(form, frozenset({s}))) for form, s in region.conditions)])


def vanishing(form: sympy.Expr, region: Zero) -> Zero | None:
    """The part of a region where a form is zero; None when it is empty, Unsolved when no parameter expresses it."""
    solved = solution(form, region.parameters, dict(region.conditions))
    if solved is not None:
        symbol, root, _ = solved
    else:
        symbol, *others = parameters_of(form)
        zeros = None if others else all_zeros(form, symbol)
        if zeros == []:
            return None
        if zeros is None or len(zeros) > 1:
            raise Unsolved
        (root,) = zeros
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


def solution(
    form: sympy.Expr, parameters: Parameters, known: Mapping[sympy.Expr, int]
) -> tuple[Parameter, sympy.Expr, int] | None:
    """A parameter, the last that can be, the value of it at which an affine form is zero, and the sign of its slope."""
    for s in reversed(parameters):
        if form.has(s):
            slope = sympy.diff(form, s)
            side = None if slope.has(s) else _known_sign(slope, known)
            if side:
                return s, expand_outside(-form.xreplace({s: sympy.S.Zero}) / slope), side
    return None


def _known_sign(form: sympy.Expr, known: Mapping[sympy.Expr, int]) -> int | None:
    """The sign of a form by the domains and by known signs; of a sum where all its terms agree."""
    orientation, forms = split(form)
    for short, power in forms:
        here = known.get(short)
        if here is None and short.is_Add:
            terms = {_known_sign(term, known) for term in short.args}
            here = terms.pop() if len(terms) == 1 else None
        if here is None:
            return None
        orientation *= here**power
    return orientation
