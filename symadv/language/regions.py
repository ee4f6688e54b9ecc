"""Regions: subsets of feature space, between what is defined and what is computed, printed or proved."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

import sympy

from symadv.language.errors import SymadvError
from symadv.language.forms import expand_outside
from symadv.language.intervals import Intervals
from symadv.language.numbers import exact
from symadv.language.order import Undecided, sign
from symadv.language.roots import sign_sets, without_root
from symadv.language.signs import ANY, RELATIONS

# A cell is a conjunction of sign conditions: each form (an expression in the features) takes one of some signs.
Cell = tuple[tuple[sympy.Expr, frozenset[int]], ...]

LARGEST = 4096  # cells of a complement


class Region(ABC):
    """A subset of feature space whose every boundary is open or closed as it is."""

    features: tuple[sympy.Symbol, ...]

    @abstractmethod
    def contains(self, point: Sequence[Any]) -> bool:
        """Whether a point, one exact coordinate per feature, lies in the region; raises Undecided when that is open."""

    @abstractmethod
    def section(self, line: Mapping[sympy.Symbol, sympy.Expr], variable: sympy.Symbol) -> Intervals:
        """The values of ``variable`` for which the point that ``line`` gives, by feature, lies in the region."""


@dataclass(frozen=True)
class Cells(Region):
    """A union of cells, each a conjunction of sign conditions on forms in the features."""

    features: tuple[sympy.Symbol, ...]
    cells: tuple[Cell, ...]

    def contains(self, point: Sequence[Any]) -> bool:
        """Whether a point, one exact coordinate per feature, lies in the region; raises Undecided when that is open."""
        if len(point) != len(self.features):
            raise SymadvError(f"got a point with {len(point)} coordinates, wanted {len(self.features)}")
        values = {f: exact(value) for f, value in zip(self.features, point, strict=True)}
        undecided = None
        for cell in self.cells:
            signs = [(sign(form.xreplace(values)), wanted) for form, wanted in cell]
            if any(s is not None and s not in wanted for s, wanted in signs):
                continue
            if all(s is not None for s, _ in signs):
                return True
            undecided = cell
        if undecided is not None:
            raise Undecided(f"cannot decide whether {tuple(point)} lies in {self.condition}")
        return False

    def section(self, line: Mapping[sympy.Symbol, sympy.Expr], variable: sympy.Symbol) -> Intervals:
        """The values of ``variable`` for which the point that ``line`` gives, by feature, lies in the region."""
        total = Intervals()
        for cell in self.cells:
            part = Intervals.line()
            for form, wanted in cell:
                sets = sign_sets(expand_outside(form.xreplace(dict(line))), variable)
                part = part & reduce(lambda a, b: a | b, (sets[s] for s in sorted(wanted)))
                if not part:
                    break
            total = total | part
        return total

    def substitute(self, values: Mapping[sympy.Symbol, sympy.Expr]) -> "Cells":
        """The region with expressions in place of symbols (parameters, or features for a preimage)."""
        return _union(
            self.features, [[(form.xreplace(dict(values)), wanted) for form, wanted in cell] for cell in self.cells]
        )

    @property
    def condition(self) -> sympy.Basic:
        """The region as a sympy condition on the features."""
        return sympy.Or(*(sympy.And(*(RELATIONS[signs](form, 0) for form, signs in cell)) for cell in self.cells))

    @property
    def is_nowhere(self) -> bool:
        """True when no cell is left (the converse need not hold: a cell may be empty without its being seen)."""
        return not self.cells

    @property
    def is_everywhere(self) -> bool:
        """True when one cell has no conditions."""
        return () in self.cells

    def __and__(self, other: "Cells") -> "Cells":
        return _pruned(self._shared(other), (_merged([*a, *b]) for a in self.cells for b in other.cells))

    def __or__(self, other: "Cells") -> "Cells":
        return _pruned(self._shared(other), [*self.cells, *other.cells])

    def __invert__(self) -> "Cells":
        result = everywhere(self.features)
        for cell in self.cells:
            if len(result.cells) * len(cell) > LARGEST:
                raise SymadvError(f"the complement of a region of {len(self.cells)} cells has more than {LARGEST}")
            result = result & Cells(self.features, tuple(((form, ANY - signs),) for form, signs in cell))
        return result

    def _shared(self, other: "Cells") -> tuple[sympy.Symbol, ...]:
        if self.features != other.features:
            raise SymadvError(
                f"got regions over the features {self.features} and {other.features}; wanted the same ones"
            )
        return self.features


def everywhere(features: tuple[sympy.Symbol, ...]) -> Cells:
    """All of feature space."""
    return Cells(features, ((),))


def nowhere(features: tuple[sympy.Symbol, ...]) -> Cells:
    """The empty region."""
    return Cells(features, ())


def where(features: tuple[sympy.Symbol, ...], form: sympy.Expr, relation: str) -> Cells:
    """The points at which ``form`` is ``">"``, ``">="``, ``"="``, ``"<"``, ``"<="`` or ``"!="`` 0."""
    signs = {">": {1}, ">=": {0, 1}, "=": {0}, "<": {-1}, "<=": {-1, 0}, "!=": {-1, 1}}[relation]
    return taking(features, form, frozenset(signs))


def taking(features: tuple[sympy.Symbol, ...], form: sympy.Expr, signs: frozenset[int]) -> Cells:
    """The points at which ``form`` has one of some signs."""
    return _union(features, without_root(form, signs))


def union(features: tuple[sympy.Symbol, ...], regions: Iterable[Cells]) -> Cells:
    """The union of some regions."""
    nothing = nowhere(features)
    return _pruned(features, [cell for region in regions if nothing._shared(region) for cell in region.cells])


def intersection(features: tuple[sympy.Symbol, ...], regions: Iterable[Cells]) -> Cells:
    """The intersection of some regions."""
    return reduce(lambda a, b: a & b, regions, everywhere(features))


def _union(features: tuple[sympy.Symbol, ...], cells: Iterable[Iterable[tuple[sympy.Expr, frozenset[int]]]]) -> Cells:
    return _pruned(features, (_conjunction(conditions) for conditions in cells))


def _pruned(features: tuple[sympy.Symbol, ...], cells: Iterable[Cell | None]) -> Cells:
    kept = {cell: dict(cell) for cell in cells if cell is not None}
    return Cells(
        features, tuple(c for c in kept if not any(other is not c and _implies(kept[c], other) for other in kept))
    )


def _conjunction(conditions: Iterable[tuple[sympy.Expr, frozenset[int]]]) -> Cell | None:
    """One canonical form per condition, conditions on one form merged; None when they contradict each other."""
    canonical = []
    for given_form, given_signs in conditions:
        form, orientation = _canonical(given_form)
        signs = frozenset(orientation * s for s in given_signs)
        if form.is_Pow and form.exp.is_even:  # a square is zero where its base is, and positive elsewhere
            form, signs = form.base, frozenset(s for s in ANY if s * s in signs)
        known = sign(form)
        if known is None:
            canonical.append((form, signs))  # no sign at all is told to be a contradiction when they are merged
        elif known not in signs:
            return None
    return _merged(canonical)


def _merged(conditions: Iterable[tuple[sympy.Expr, frozenset[int]]]) -> Cell | None:
    merged: dict[sympy.Expr, frozenset[int]] = {}
    for form, signs in conditions:
        merged[form] = merged.get(form, ANY) & signs
        if not merged[form]:
            return None
    return tuple(sorted(((f, s) for f, s in merged.items() if len(s) < 3), key=lambda item: item[0].sort_key()))


@lru_cache(maxsize=16384)
def _canonical(form: sympy.Expr) -> tuple[sympy.Expr, int]:
    """A form without its positive factors, and whether the sign of what is left is its own (1) or the opposite (-1)."""
    factors = sympy.Mul.make_args(sympy.factor_terms(expand_outside(form)))
    orientation, kept = 1, []
    for factor in factors:
        if factor.is_number and factor.is_negative:
            orientation = -orientation
        elif not factor.is_positive:
            kept.append(factor)
    primitive = expand_outside(sympy.Mul(*kept))
    if primitive.could_extract_minus_sign():
        return expand_outside(-primitive), -orientation
    return primitive, orientation


def _implies(conditions: Mapping[sympy.Expr, frozenset[int]], other: Cell) -> bool:
    return all(form in conditions and conditions[form] <= signs for form, signs in other)
