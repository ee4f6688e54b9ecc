"""The places that matter for a network's risk: feature space around each stratum, cut where the true label changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, cmp_to_key, lru_cache
from itertools import pairwise

import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.charts import UNIT, Chart, Ends
from symadv.geometry.ends import Interval
from symadv.geometry.strata import Flat
from symadv.language.errors import SymadvError
from symadv.language.order import INFINITESIMAL, Undecided, compare, sign
from symadv.language.regions import Cells
from symadv.language.roots import NoClosedForm, sign_sets
from symadv.probability.distribution import Distribution, TieRule

HERE, INSIDE, RIM, BEYOND = "here", "inside", "rim", "beyond"
UNKNOWN = "unknown"  # the true label is not known in closed form
Truth = int | str | None
Truths = Mapping[TieRule, Mapping[int, Cells]]
Range = tuple[sympy.Expr, sympy.Expr, str]  # the ends, equal for a point, and HERE, INSIDE, RIM or BEYOND
Place = dict[int, sympy.Expr]


@dataclass(frozen=True)
class Atom:
    """A point, an open segment or an open rectangle of feature space on which the Bayes label of the projection is one.

    ``kind``: on the stratum itself, strictly inside the ball's width, on its rim, or infinitely little beyond;
    ``truth``: for each tie rule the label, None where there is none.
    """

    stratum: Flat
    kind: str
    chart: Chart
    truth: Mapping[TieRule, Truth]


@dataclass(frozen=True)
class Surroundings:
    """A stratum with at most one free coordinate, and how far its points may move."""

    d: Distribution
    threat: ThreatModel
    stratum: Flat
    budgets: tuple[sympy.Expr, ...]

    @cached_property
    def along(self) -> int | None:
        """The feature whose values say where a sample is: the free one, for a point one that can move, or none."""
        moving = [i for i, e in enumerate(self.budgets) if e != 0]
        return self.stratum.free[0] if self.stratum.free else moving[0] if moving else None

    @cached_property
    def across(self) -> tuple[int, ...]:
        """The other features that can move."""
        return tuple(i for i, e in enumerate(self.budgets) if e != 0 and i != self.along)

    def atoms(self, truths: Truths) -> Iterator[Atom]:
        """All atoms on the stratum and within reach of it."""
        home = dict(self.stratum.fixed)
        standing = {} if self.stratum.dim == 0 else {self.stratum.free[0]: _line()}
        yield from self._tiles(home, standing, truths, HERE)
        if self.along is None:
            return
        for support, within in self._supports():
            place = {k: value for k, value in home.items() if k != self.along and k not in self.across}
            place.update({k: value for k, value in support.items() if k == self.along or k in self.across})
            kind = self._kind(support, home)
            if kind is None or any(compare(v, home[k]) for k, v in support.items() if k in home and k not in place):
                continue
            free = {k: _between(self._width(k), within.get(k)) for k in self.across if k not in place}
            if self.along not in place:
                free[self.along] = _between(self._box(self.along, _line()), within.get(self.along))
            if any(_outside(home[k], ends) for k, ends in within.items() if k not in free):
                continue
            if len(free) > 2:
                raise SymadvError(
                    f"the exact risk of a network is known where at most two features vary, got {len(free)}; "
                    "wanted budgets of 0 for the others, or on_support=True"
                )
            yield from self._tiles(place, free, truths, kind)

    def _supports(self) -> list[tuple[Place, Mapping[int, Interval]]]:
        """What perturbed points have in common: nothing, or what one of the support's strata fixes, and its ends."""
        if not self.threat.on_support:
            return [({}, {})]
        found: list[tuple[Place, Mapping[int, Interval]]] = []
        home = dict(self.stratum.fixed)
        for flat in self.d.support:
            if not isinstance(flat, Flat):
                raise SymadvError(
                    "the exact risk of a network on the support is known for points and axis-parallel flats, or on "
                    f"one slanted line, not for {flat}"
                )
            fixed = dict(flat.fixed)
            varying = (self.along, *self.across)
            if all(compare(v, home[k]) == 0 for k, v in fixed.items() if k not in varying):
                found.append((fixed, dict(flat.within)))
        return found

    def _kind(self, support: Place, home: Place) -> str | None:
        """Whether the features that the support fixes are inside the ball's width, on its rim or outside (None)."""
        kinds = [INSIDE]
        for k in self.across:
            if k in support:
                away = compare(abs(support[k] - home[k]), self.budgets[k])
                kinds.append(INSIDE if away < 0 else RIM if away == 0 else UNKNOWN)
        boxes = self.threat.boxes(len(self.d.features))
        if boxes and any(compare(v, boxes[k][0]) < 0 or compare(v, boxes[k][1]) > 0 for k, v in support.items()):
            return None
        return None if UNKNOWN in kinds else RIM if RIM in kinds else INSIDE

    def _width(self, k: int) -> list[Range]:
        """The values of a feature that moves across, with what is infinitely little outside."""
        centre, e = dict(self.stratum.fixed)[k], self.budgets[k]
        low, high = centre - e, centre + e
        ranges: list[Range] = [
            (low - INFINITESIMAL, low, BEYOND),
            (low, low, RIM),
            (low, centre, INSIDE),
            (centre, centre, INSIDE),
            (centre, high, INSIDE),
            (high, high, RIM),
            (high, high + INFINITESIMAL, BEYOND),
        ]
        if self.threat.norm == "linf":
            ranges[2:5] = [(low, high, INSIDE)]
        return self._box(k, ranges)

    def _box(self, k: int, ranges: list[Range]) -> list[Range]:
        boxes = self.threat.boxes(len(self.d.features))
        if boxes is None:
            return ranges
        return _between(ranges, boxes[k])

    def _tiles(self, place: Place, free: dict[int, list[Range]], truths: Truths, kind: str) -> Iterator[Atom]:
        """Atoms in a flat: the free feature along the stratum is listed last."""
        names = [i for i in free if i != self.along] + [i for i in free if i == self.along]
        symbols = [self.d.features[i] for i in names]
        forms = [form for form in self._forms(place, truths) if _readable(form, symbols)]
        first = (
            [(sympy.S.Zero, sympy.S.Zero, kind)]
            if not names
            else [part for r in free[names[0]] for part in _cut(r, _roots(forms, symbols[0]))]
        )
        for low, high, here in first:
            inner = dict(place)
            if names:
                inner[names[0]] = _inside((low, high, here))
            second: list[Range] = [(sympy.S.Zero, sympy.S.Zero, kind)]
            if len(names) == 2:
                roots = _roots([form.xreplace({symbols[0]: inner[names[0]]}) for form in forms], symbols[1])
                second = [part for r in free[names[1]] for part in _cut(r, roots)]
            found: list[tuple[Range, dict[TieRule, Truth]]] = []
            for part in second:
                if len(names) == 2:
                    inner[names[1]] = _inside(part)
                truth = {rule: self._label(regions, inner, place, symbols) for rule, regions in truths.items()}
                found.append((part, truth))
            for (left, right, there), truth in _merged(found):
                ranges = [(low, high), (left, right)][: len(names)]
                yield Atom(self.stratum, _worst(kind, here, there), self._chart(place, names, ranges), truth)

    def _forms(self, place: Place, truths: Truths) -> list[sympy.Expr]:
        values = {self.d.features[i]: v for i, v in place.items()}
        forms = dict.fromkeys(f for regions in truths.values() for r in regions.values() for c in r.cells for f, _ in c)
        return [sympy.expand(form.xreplace(values)) for form in forms]

    def _label(self, regions: Mapping[int, Cells], point: Place, place: Place, symbols: list[sympy.Symbol]) -> Truth:
        """The true label on the atom around a point; unknown where that hangs on a form that was not cut at."""
        at = {self.d.features[i]: v for i, v in place.items()}
        values = {feature: point[i] for i, feature in enumerate(self.d.features)}
        unknown = False
        for label, region in regions.items():
            for cell in region.cells:
                open_ = [not _readable(sympy.expand(form.xreplace(at)), symbols) for form, _ in cell]
                if all(o or _sign_of(f.xreplace(values)) in signs for (f, signs), o in zip(cell, open_, strict=True)):
                    if not any(open_):
                        return label
                    unknown = True
        return UNKNOWN if unknown else None

    def _chart(self, place: Place, names: Sequence[int], ranges: Sequence[Ends]) -> Chart:
        where: dict[int, str | sympy.Expr] = dict(place)
        p, q = UNIT, UNIT
        for i, ends in zip(names, ranges, strict=True):
            if compare(ends[0], ends[1]) == 0:
                where[i] = ends[0]
            elif i == self.along or "p" in where.values():
                where[i], q = "q", ends
            else:
                where[i], p = "p", ends
        return Chart(tuple(where[i] for i in range(len(self.d.features))), p, q)


def _between(ranges: list[Range], ends: Interval | None) -> list[Range]:
    """The parts of ranges in a closed interval."""
    if ends is None:
        return ranges
    return [
        cut
        for r in ranges
        for cut in _cut(r, [v for v in ends if v.is_finite])
        if compare(cut[0], ends[0]) >= 0 and compare(cut[1], ends[1]) <= 0
    ]


def _outside(value: sympy.Expr, ends: Interval) -> bool:
    return compare(value, ends[0]) < 0 or compare(value, ends[1]) > 0


def _line() -> list[Range]:
    return [(-sympy.oo, sympy.oo, INSIDE)]


def _cut(given: Range, values: Sequence[sympy.Expr]) -> list[Range]:
    """A range cut at some values: open intervals, and the points between them."""
    low, high, kind = given
    if low == high:
        return [given]
    inside = [v for v in values if compare(low, v) < 0 and compare(v, high) < 0]
    if not inside and low is -sympy.oo and high is sympy.oo:
        inside = [sympy.S.Zero]  # a chart has at most one infinite end
    ends: list[sympy.Expr] = [low]
    for v in [*sorted(inside, key=cmp_to_key(compare)), high]:
        if compare(ends[-1], v):
            ends.append(v)
    parts: list[Range] = []
    for a, b in pairwise(ends):
        parts += [(a, a, kind), (a, b, kind)] if parts else [(a, b, kind)]
    return parts


@lru_cache(maxsize=4096)
def _signs_known(form: sympy.Expr, symbol: sympy.Symbol) -> bool:
    try:
        sign_sets(form, symbol)
    except (NoClosedForm, Undecided):
        return False
    return True


def _readable(form: sympy.Expr, symbols: list[sympy.Symbol]) -> bool:
    """Whether a form speaks of one symbol at most, and has signs in closed form."""
    mine = form.free_symbols & set(symbols)
    if mine:
        return len(mine) == 1 and _signs_known(form, *mine)
    return sign(form) is not None


def _inside(given: Range) -> sympy.Expr:
    """A number of a range."""
    low, high, _ = given
    if low.is_finite and high.is_finite:
        return (low + high) / 2
    return low + 1 if low.is_finite else high - 1


def _merged(parts: list[tuple[Range, dict[TieRule, Truth]]]) -> list[tuple[Range, dict[TieRule, Truth]]]:
    """Neighbours of one kind and one label together, unless that makes both ends infinite."""
    result: list[tuple[Range, dict[TieRule, Truth]]] = []
    for part, truth in parts:
        result.append((part, truth))
        while len(result) >= 3:
            ((low, _, kind), first), ((_, _, middle), second), ((_, high, last), third) = result[-3:]
            if not (first == second == third and kind == middle == last) or (low is -sympy.oo and high is sympy.oo):
                break
            result[-3:] = [((low, high, kind), first)]
    return result


def _roots(forms: Sequence[sympy.Expr], variable: sympy.Symbol) -> list[sympy.Expr]:
    """Where the signs of those forms change that speak of one variable alone."""
    found: dict[sympy.Expr, None] = {}
    for form in forms:
        if form.free_symbols - {INFINITESIMAL} == {variable}:
            for numbers in sign_sets(form, variable).values():
                found.update({c.value: None for c in numbers.cuts if c.value.is_finite})
    return list(found)


def _sign_of(form: sympy.Expr) -> int:
    return compare(form, sympy.S.Zero)


def _worst(*kinds: str) -> str:
    return next(k for k in (HERE, BEYOND, RIM, INSIDE) if k in kinds)
