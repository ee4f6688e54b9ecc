"""The places that matter for a network's risk: feature space around each stratum, cut where the true label changes."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from math import ceil

import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.charts import Chart, rounded
from symadv.geometry.oblique import Oblique
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Stratum
from symadv.language.order import compare
from symadv.probability.distribution import Distribution, TieRule
from symadv.risk._net_across import Across
from symadv.risk._net_between import Between
from symadv.risk._net_frame import Frame, crosses, frame_of, plane_frame, slides, standing, substitution
from symadv.risk._net_labels import RULES, TrueLabels
from symadv.risk._net_section import HERE, STANDING, WITHIN, Section, Span
from symadv.risk._net_tiles import Edge, P, Q, Tile, height
from symadv.risk._net_truth import UNKNOWN, Case, Truth, along, finer, sides_of, tiled, told

Condition = tuple[sympy.Expr, frozenset[int]]
Known = Mapping[sympy.Symbol, sympy.Expr]
_NOT_TOLD = tuple(Case(rule, UNKNOWN, ()) for rule in RULES)


@dataclass(frozen=True)
class Open:
    """A tile of a frame on which it is open which cases hold."""

    frame: Frame
    tile: Tile
    cases: tuple[Case, ...]


@dataclass(frozen=True, eq=False)
class Atom:
    """A point, an open segment or an open trapezoid of feature space on which the Bayes label of the projection is one.

    ``span``: how far from the sample; ``truth``: for each tie rule the label, None where there is none; ``open``: what
    is known where that is unknown.
    """

    stratum: Stratum
    chart: Chart
    truth: Mapping[TieRule, Truth]
    span: Span = WITHIN
    open: Open | None = None

    @property
    def kind(self) -> str:
        """On the stratum itself, strictly inside the ball's width, on its rim, or infinitely little beyond."""
        return self.span.kind

    @cached_property
    def parts(self) -> "tuple[Atom, ...]":
        """Smaller atoms, on fewer of which the label is unknown; none where that cannot be had."""
        if self.open is None:
            return ()
        frame = self.open.frame
        return tuple(_atom(self.stratum, frame, self.span, *part) for part in finer(self.open.tile, self.open.cases))


def _atom(stratum: Stratum, frame: Frame, span: Span, tile: Tile, cases: tuple[Case, ...]) -> Atom:
    known = told(cases)
    left = Open(frame, tile, cases) if UNKNOWN in known.values() else None
    return Atom(stratum, frame.chart(tile), {rule: known.get(rule) for rule in RULES}, span, left)


@dataclass(frozen=True)
class Surroundings:
    """A stratum with at most one free coordinate, and how far its points may move."""

    d: Distribution
    threat: ThreatModel
    stratum: Stratum
    budgets: tuple[sympy.Expr, ...]

    @cached_property
    def slides(self) -> bool:
        """Whether points can move along the stratum; for a point, whether they can move at all."""
        return slides(standing(self.stratum).along, self.budgets) if self.stratum.dim else any(self.budgets)

    def atoms(self, truths: TrueLabels, *, told: bool) -> Iterator[Atom]:
        """All atoms on the stratum and within reach of it; there true labels are ``told`` apart, or unknown."""
        here = standing(self.stratum)
        home = self._home
        yield from self._tiles(here, STANDING, {}, (), truths.on(home) if home else truths.around(here))
        for support in self._supports:
            if support is not None and support.dim <= 1:
                yield from self._between(support, standing(support), partial(truths.on, support))
                continue
            if isinstance(support, Flat) and support.dim == 2 and crosses(self.stratum, support):
                yield from self._across(support, truths)
                continue
            frame = frame_of(self.stratum, self.budgets, support)
            known = frame.unused if support is None else substitution(frame, support)
            if known is None:
                continue
            limits = (*self._box(frame), *(_ends(support, frame) if support else ()))
            cases = truths.around(frame) if told else _NOT_TOLD
            if known.keys() - frame.unused.keys():
                cases = tuple(along(known, cases))
            for span in Section(frame, self.budgets, self.threat.norm).spans():
                yield from self._tiles(frame, span, known, limits, cases)

    def _between(self, support: Stratum, frame: Frame, known: Callable[[], tuple[Case, ...]]) -> Iterator[Atom]:
        """The atoms on a point or a line of the support, with the true labels that are known there."""
        limits, cases = (*self._box(frame), *_ends(support, frame)), None
        for span in Between(standing(self.stratum), frame, self.budgets, self.threat.norm).spans():
            cases = known() if cases is None else cases
            yield from self._tiles(frame, span, {}, limits, cases)

    def _across(self, plane: Flat, truths: TrueLabels) -> Iterator[Atom]:
        """The atoms on a plane of the support that is not parallel to the stratum, a line."""
        across = Across(standing(self.stratum), plane, self.budgets, self.threat.norm)
        if (line := across.line) is not None:
            yield from self._between(plane, line, partial(truths.around, line))
            return
        frame = plane_frame(plane)
        limits, cases = (*self._box(frame), *_ends(plane, frame)), None
        for span in across.spans():
            cases = truths.around(frame) if cases is None else cases
            yield from self._tiles(frame, span, {}, limits, cases)

    @property
    def _home(self) -> Stratum | None:
        """The stratum with the same coordinate on which true labels are asked for alone, if there is one."""
        if not self.threat.on_support:
            return None
        homes = self.d.support if self.stratum.dim else self.d.strata
        return next((s for s in homes if s.dim == self.stratum.dim and self.stratum.lies_in(s)), None)

    @property
    def _supports(self) -> tuple[Stratum | None, ...]:
        """What perturbed points may not leave: nothing, or one of the support's strata."""
        return self.d.support if self.threat.on_support else (None,)

    def _box(self, frame: Frame) -> Iterator[Condition]:
        for form, ends in zip(frame.place, self.threat.boxes(len(self.budgets)) or (), strict=False):
            yield from _between(form, ends)

    def _tiles(
        self, frame: Frame, span: Span, known: Known, limits: tuple[Condition, ...], cases: tuple[Case, ...]
    ) -> Iterator[Atom]:
        """The atoms at some p, where P and Q are perhaps ``known``, within limits."""
        tile = self._first(frame, span, known)
        if tile is None:
            return
        for room in sides_of(limits):
            for part, left in tiled(tile, room, cases):
                yield from (_atom(self.stratum, frame, span, piece, left) for piece in _halves(part))

    def _first(self, frame: Frame, span: Span, known: Known) -> Tile | None:
        """What a span leaves of the plane, or of the line or point that is known."""
        if span.tile is not None:
            return span.tile
        p = span.p
        if P in known and not known[P].has(Q):
            at = known[P]
            inside = compare(p[0], at) < 0 < compare(p[1], at) if p[0] != p[1] else compare(p[0], at) == 0
            if not inside:
                return None
            p = (at, at)
        if Q in known:
            edge = _edge(known[Q], p)
            return Tile(p, edge, edge)
        if self.stratum.dim or span.kind == HERE or span.bounds:
            return Tile(p, *(end if end is None else (sympy.S.Zero, end) for end in span.q))
        far = sympy.Integer(max(ceil(abs(rounded(height(e, x))[0])) for e in (span.back, span.ahead) for x in p) + 2)
        if span.arch.width is not None:
            far = far + ceil(rounded(span.arch.height)[0])
        return Tile(p, (sympy.S.Zero, -far), (sympy.S.Zero, far))


def _edge(form: sympy.Expr, p: tuple[sympy.Expr, sympy.Expr]) -> Edge:
    """Q as a form in P, which is perhaps one number."""
    form = sympy.expand(form)
    slope = form.coeff(P)
    return (sympy.S.Zero, form.xreplace({P: p[0]})) if p[0] == p[1] else (slope, form.coeff(P, 0))


def _ends(support: Stratum, frame: Frame) -> Iterator[Condition]:
    """The ends of a stratum of the support."""
    if isinstance(support, Oblique):
        yield from _between(frame.place[support.leading], support.ends)
    elif isinstance(support, Flat):
        for i, ends in support.within:
            yield from _between(frame.place[i], ends)


def _between(form: sympy.Expr, ends: tuple[sympy.Expr, sympy.Expr]) -> Iterator[Condition]:
    for side, end in zip((1, -1), ends, strict=True):
        if end.is_finite:
            yield side * (form - end), frozenset({0, 1})


def _halves(tile: Tile) -> list[Tile]:
    """A tile without ends above and below in parts, since a chart has at most one infinite end."""
    if tile.below is None and tile.above is None:
        zero = (sympy.S.Zero, sympy.S.Zero)
        return [Tile(tile.p, None, zero), Tile(tile.p, zero, zero), Tile(tile.p, zero, None)]
    return [tile]


def taken_apart(atoms: Iterable[Atom], finer: Container[Atom]) -> Iterator[Atom]:
    """The atoms, with their parts in the place of some."""
    for atom in atoms:
        if atom in finer:
            yield from taken_apart(atom.parts, finer)
        else:
            yield atom


# What does not depend on the network is computed once for many of them.
surroundings = lru_cache(maxsize=64)(Surroundings)
_truths = lru_cache(maxsize=64)(TrueLabels)


@lru_cache(maxsize=64)
def atoms_around(around: Surroundings, margin: sympy.Expr, told: bool = True) -> tuple[Atom, ...]:
    """All atoms on a stratum and within reach of it; there true labels are ``told`` apart, or unknown."""
    return tuple(around.atoms(_truths(around.d, margin, around.threat.on_support), told=told))
