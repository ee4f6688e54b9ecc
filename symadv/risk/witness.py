"""The nearest adversarial example for one sample, with exact coordinates, and replayed by exact arithmetic."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import sympy

from symadv.adversary.classifier import Classifier, known_label
from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.definitions import definition as definition_of
from symadv.geometry.strata import Flat
from symadv.language.errors import SymadvError
from symadv.language.intervals import AFTER, BEFORE, Cut
from symadv.language.numbers import exact
from symadv.language.opened import opened
from symadv.language.order import compare
from symadv.language.regions import Cells
from symadv.probability.distribution import Distribution
from symadv.probability.labels import label_regions
from symadv.provers._contradiction import Contradiction
from symadv.risk._polyhedra import polyhedra
from symadv.risk.elimination import Inequality, projection
from symadv.risk.exact import known_classifier
from symadv.risk.sums import by_flats

Point = tuple[sympy.Expr, ...]
System = list[Inequality]

_BEYOND = sympy.Rational(1, 1024)  # of the room behind an infimum that is not attained
_LENGTH = sympy.Symbol("length", real=True)


@dataclass(frozen=True)
class Witness:
    r"""An adversarial example for a sample, and how near one can be.

    ``length``: $\|\tilde x - x\|$ in the norm of the threat, in units of its budget (1 is the boundary of the ball).
    ``infimum``: the smallest length of all adversarial examples; where it is not ``attained``, because a boundary is
    open, ``x_adv`` is a point close behind it.
    """

    x_adv: Point
    length: sympy.Expr
    infimum: sympy.Expr
    attained: bool


def witness(
    classifier: Any,
    d: Distribution,
    threat: ThreatModel,
    x: Sequence[Any],
    y: int,
    *,
    definition: str | Definition = "label_invariant",
) -> Witness | None:
    r"""$\arg\min \|\tilde x - x\|$ over the admissible $\tilde x$ that are adversarial for (x, y); None without any.

    ``x``: one coordinate per feature, read exactly, on the support of label y.  For classifiers with regions whose
    forms are affine, and the l-infinity and l1 balls, or any where one feature alone can move.
    """
    d.require_numbers("a witness")
    meaning = definition_of(definition) if isinstance(definition, str) else definition
    f, point, label = known_classifier(classifier, d), tuple(exact(v) for v in x), known_label("y", y, d.labels)
    if not any(c.stratum.contains(point) for c in d.with_mass if label in dict(c.densities)):
        raise SymadvError(f"({', '.join(map(str, point))}) is not in the support of label {label}")
    return _Sample(f, d, threat, meaning, point, label).witness()


@dataclass(frozen=True)
class _Sample:
    classifier: Classifier
    d: Distribution
    threat: ThreatModel
    definition: Definition
    x: Point
    y: int

    def witness(self) -> Witness | None:
        """The nearest one, replayed."""
        places = [perturbed for clean, perturbed in self.pairs if clean.contains(self.x)]
        if any(place.contains(self.x) for place in places):
            return self._replayed(Witness(self.x, sympy.S.Zero, sympy.S.Zero, True))
        best: tuple[Cut, Cut, System] | None = None
        for system in self._systems(places):
            for start, end in projection(system, _LENGTH):
                if best is None or _before(start, best[0]):
                    best = start, end, system
        if best is None:
            return None
        start, end, system = best
        attained = start.side == BEFORE
        length = start.value if attained else start.value + _BEYOND * (end.value - start.value)
        return self._replayed(Witness(self._solved(system, length), length, start.value, attained))

    @cached_property
    def pairs(self) -> list[tuple[Cells, Cells]]:
        """Where the clean point and the perturbed one must be."""
        said = self.classifier.regions()
        if said is None:
            raise SymadvError(
                f"a witness needs a classifier with regions; {self.classifier.name} does not know its own"
            )
        true = label_regions(self.d, margin=self.definition.margin)
        plain, labels = ({y: opened(region) for y, region in part.items()} for part in (said, true))
        return self.definition.regions(self.y, plain, labels, self.d.labels)

    def _systems(self, places: list[Cells]) -> Iterator[System]:
        """The admissible points of a length at most LENGTH in each polyhedron that is adversarial."""
        features = self.d.features
        flats: tuple[Flat | None, ...] = (None,)
        if self.threat.on_support:
            support = by_flats(self.d).support
            flats = tuple(s for s in support if isinstance(s, Flat))
            if len(flats) < len(support):
                raise SymadvError("the nearest witness on the support is known for axis-parallel strata")
        fixed = [*self._ball(), *self._box()]
        for place, flat in product(places, flats):
            stay = list(_staying(flat, features)) if flat is not None else []
            for cell in place.cells:
                for system in polyhedra(cell, features):
                    yield [*system, *stay, *fixed]

    def _ball(self) -> Iterator[Inequality]:
        moving = [i for i, e in enumerate(self._budgets) if compare(e, sympy.S.Zero) > 0]
        if self.threat.norm == "l2" and len(moving) > 1:
            raise SymadvError("the nearest witness in the l2 norm is known where one feature alone can move")
        yield _at_least({_LENGTH: 1}, 0)
        yield _at_least({_LENGTH: -1}, 1, strict=not self.threat.closed)
        shares = [_LENGTH] * len(moving)
        if self.threat.norm == "l1" and len(moving) > 1:
            shares = [sympy.Symbol(f"share{i}", real=True) for i in moving]
            yield _at_least({_LENGTH: 1, **dict.fromkeys(shares, -1)}, 0)
        for i, (z, x, e) in enumerate(zip(self.d.features, self.x, self._budgets, strict=True)):
            if i not in moving:
                yield from _equal(z, x)
                continue
            share = shares[moving.index(i)]
            yield _at_least({share: e, z: -1}, x)
            yield _at_least({share: e, z: 1}, -x)

    def _box(self) -> Iterator[Inequality]:
        for z, (lower, upper) in zip(self.d.features, self.threat.boxes(len(self.x)) or (), strict=False):
            if lower.is_finite:
                yield _at_least({z: 1}, -lower)
            if upper.is_finite:
                yield _at_least({z: -1}, upper)

    @cached_property
    def _budgets(self) -> Point:
        return self.threat.budgets(len(self.x))

    def _solved(self, system: System, length: sympy.Expr) -> Point:
        """A point of a polyhedron at a length, each coordinate as near to that of x as the ones before allow."""
        left, found = _put(system, _LENGTH, length), []
        for z, x in zip(self.d.features, self.x, strict=True):
            found.append(_nearest(x, *next(iter(projection(left, z)))))
            left = _put(left, z, found[-1])
        return tuple(found)

    def _replayed(self, found: Witness) -> Witness:
        """The same witness, after its definition was read once more at its coordinates."""
        adversarial = any(clean.contains(self.x) and moved.contains(found.x_adv) for clean, moved in self.pairs)
        if not (adversarial and self._admissible(found)):
            raise Contradiction(
                f"{found} is no adversarial example for {self.x}, {self.y} under {self.definition.name}"
            )
        return found

    def _admissible(self, found: Witness) -> bool:
        if found.x_adv == self.x:
            return True
        moved = [abs(a - b) for a, b in zip(found.x_adv, self.x, strict=True)]
        shares = [m / e for m, e in zip(moved, self._budgets, strict=True) if e != 0]
        total = sympy.Add(*shares) if self.threat.norm == "l1" else sympy.Max(*shares)
        frozen = all(compare(m, sympy.S.Zero) == 0 for m, e in zip(moved, self._budgets, strict=True) if e == 0)
        boxed = all(
            compare(low, z) <= 0 <= compare(high, z)
            for z, (low, high) in zip(found.x_adv, self.threat.boxes(len(self.x)) or (), strict=False)
        )
        within = compare(total, found.length) <= 0 and compare(total, sympy.S.One) < self.threat.closed
        supported = not self.threat.on_support or any(s.contains(found.x_adv) for s in self.d.support)
        return frozen and boxed and within and supported


def _before(a: Cut, b: Cut) -> bool:
    side = compare(a.value, b.value)
    return side < 0 or (side == 0 and a.side < b.side)


def _at_least(coefficients: dict[Any, Any], constant: Any, *, strict: bool = False) -> Inequality:
    return Inequality({v: exact(a) for v, a in coefficients.items()}, exact(constant), strict)


def _staying(flat: Flat, features: tuple[sympy.Symbol, ...]) -> Iterator[Inequality]:
    for i, value in flat.fixed:
        yield from _equal(features[i], value)
    for i, (lower, upper) in flat.within:
        if lower.is_finite is not False:
            yield _at_least({features[i]: 1}, -lower)
        if upper.is_finite is not False:
            yield _at_least({features[i]: -1}, upper)


def _equal(z: sympy.Symbol, value: sympy.Expr) -> tuple[Inequality, Inequality]:
    return _at_least({z: 1}, -value), _at_least({z: -1}, value)


def _put(system: System, variable: sympy.Symbol, value: sympy.Expr) -> System:
    """A system with a value for one variable."""
    found = []
    for q in system:
        rest = {v: a for v, a in q.coefficients.items() if v != variable}
        shift = q.coefficients.get(variable, sympy.S.Zero) * value
        found.append(Inequality(rest, sympy.expand(q.constant + shift), q.strict))
    return found


def _nearest(x: sympy.Expr, start: Cut, end: Cut) -> sympy.Expr:
    """A number of an interval: x, else the end next to x, else, where that one is open, one inside."""
    low, high = start.value, end.value
    if compare(low, x) < (start.side == BEFORE) and compare(x, high) < (end.side == AFTER):
        return x
    near, far, closed = (low, high, start.side == BEFORE) if compare(x, low) <= 0 else (high, low, end.side == AFTER)
    if closed:
        return near
    return near + _BEYOND * (far - near) if far.is_finite else near + (_BEYOND if near is low else -_BEYOND)
