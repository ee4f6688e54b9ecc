r"""Coordinates with finitely many values by how many have each: where the labels depend on their nearest values.

The Bayes label of the projection onto $\{-1, 1\}^d$ depends on how many coordinates are positive.  A ball changes the
nearest value of every coordinate, of none, or of those that share its budget; so the risk is that of tallies of
coordinates that are alike, $d + 1$ for $\{-1, 1\}^d$ instead of $2^d$ points.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import product
from math import prod
from operator import or_

import sympy

from symadv.adversary.classifier import Classifier
from symadv.adversary.threat import ThreatModel
from symadv.geometry.product import Product
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Stratum
from symadv.language.intervals import Intervals
from symadv.language.regions import Cell, Cells
from symadv.language.roots import NoClosedForm
from symadv.probability.categorical import Categorical
from symadv.probability.densities import Atom
from symadv.probability.density import Density, Weighted
from symadv.probability.distribution import Component, Distribution
from symadv.probability.labels import label_regions
from symadv.probability.tallies import law_of, require_few, taken_apart
from symadv.risk._ball import Ball, Enclosed
from symadv.risk._conventions import other_conventions
from symadv.risk._counted_cells import condition, sets
from symadv.risk._counted_extremes import is_slanted
from symadv.risk._counted_moves import Block, Moves, Numbers
from symadv.risk._implied_signs import without_implied
from symadv.risk._shares import Sum, alike, as_sum, orders
from symadv.risk.pieces import Type
from symadv.risk.quotient import Group, Quotient, dual_norm, grouped, statistic_of

Sets = dict[Type, list[Enclosed]]


@dataclass(frozen=True, eq=False)
class Counts:
    """A problem by how many coordinates of each block have each value, and by one statistic of the free ones."""

    fewer: Quotient
    features: tuple[sympy.Symbol, ...]
    blocks: tuple[Block, ...]
    free: Group
    rows: Mapping[Stratum, int]
    _moves: dict[tuple[object, Ball], Moves] = field(default_factory=dict)
    _known: list[tuple[object, Ball, Sets]] = field(default_factory=list)

    def sections(self, line: Stratum, regions: Mapping[Type, Cells], ball: Ball) -> dict[Type, Enclosed]:
        """From which values of the free statistic, beside some tallies, the region of each type is within reach."""
        row = self.rows[line]
        return {kind: own[row] for kind, own in self._all(regions, ball).items()}

    def _all(self, regions: Mapping[Type, Cells], ball: Ball) -> Sets:
        """For each type what is within reach of each row; kept for the same objects, which are asked line by line."""
        for given, around, found in self._known:
            if given is regions and around is ball:
                return found
        found = {kind: self._of(region, ball) for kind, region in regions.items()}
        self._known.append((regions, ball, found))
        return found

    def _of(self, region: Cells, ball: Ball) -> list[Enclosed]:
        nothing = [Intervals()] * len(self.rows)
        parts = [nothing, *(self._reached(cell, ball) for cell in region.cells)]
        found = (reduce(or_, own) for own in zip(*parts, strict=True))
        return [Enclosed(known, known) for known in found]

    def _reached(self, cell: Cell, ball: Ball) -> list[Intervals]:
        """For each row from where a cell is within reach."""
        given = {self._sum(form): wanted for form, wanted in cell}
        left = without_implied(given, self._moving(given, ball), tuple(self.free))
        if left is None:
            return [Intervals()] * len(self.rows)
        moves = self._moving(left, ball)
        if sum(is_slanted(moves, form) for form in left) > 1:
            raise NoClosedForm("several sums of coordinates beside their nearest values")
        return sets(
            moves, [condition(moves, form, self._slope(form), w) for form, w in left.items()], self._budget(ball)
        )

    def _moving(self, forms: Iterable[Sum], ball: Ball) -> Moves:
        used = tuple(tuple(orders(form.of(block.features[0]) for form in forms)) for block in self.blocks)
        return self._moves.setdefault((used, ball), Moves(self.blocks, used, ball))

    def _sum(self, form: sympy.Expr) -> Sum:
        found = as_sum(form, self.features)
        if found is None or any(found.of(x) != found.of(b.features[0]) for b in self.blocks for x in b.features):
            raise NoClosedForm(f"{form} is no sum over coordinates that are alike")
        return found

    def _slope(self, form: Sum) -> sympy.Expr:
        """What the free statistic is multiplied with."""
        slopes = {form.of(x).slope / w for x, w in self.free.items()}
        if len(slopes) > 1:
            raise NoClosedForm("several statistics of the free coordinates")
        return slopes.pop() if slopes else sympy.S.Zero

    def _budget(self, ball: Ball) -> sympy.Expr | None:
        if not self.free:
            return None
        places = {x: i for i, x in enumerate(self.features)}
        norm = "linf" if ball.is_product else ball.norm
        return dual_norm(norm, [sympy.Abs(w) * ball.budgets[places[x]] for x, w in self.free.items()])


def counts(f: Classifier, d: Distribution, threat: ThreatModel) -> Counts | None:
    """The problem by tallies; None where classifier, Bayes label, law or ball depend on more than these."""
    (stratum, *others) = d.strata
    if others or not isinstance(stratum, Product) or stratum.flat.within or f.regions() is None:
        return None
    sums = [as_sum(form, d.features) for form in _forms(f, d)]
    known = [s for s in sums if s is not None]
    free = None if len(known) < len(sums) else _free(d, stratum, known, threat)
    if free is None:
        return None
    blocks = _blocks(d, stratum, known, threat)
    require_few(prod(len(b.tallies) for b in blocks))
    smaller, rows = _law(d, stratum, blocks, free)
    return (
        None
        if smaller is None
        else Counts(Quotient(f, smaller, threat, _words(blocks)), d.features, blocks, free, rows)
    )


def _words(blocks: Sequence[Block]) -> str:
    """By what the risk is found."""
    return f"by how many of {' and '.join(str(len(b.features)) for b in blocks)} coordinates that are alike go where"


def _forms(f: Classifier, d: Distribution) -> list[sympy.Expr]:
    """The forms of classifier and Bayes label under all conventions."""
    found = dict[sympy.Expr, None]()
    problems = [(f, d), *((o.classifier, o.d) for o in other_conventions(f, d, closed=True))]
    for g, law in problems:
        for region in [*(g.regions() or {}).values(), *label_regions(law).values()]:
            found |= dict.fromkeys(form for cell in region.cells for form, _ in cell)
    return list(found)


def _free(d: Distribution, stratum: Product, sums: Sequence[Sum], threat: ThreatModel) -> Group | None:
    """The weights of the one statistic of the free coordinates, {} if they do not matter; None where it is not one."""
    chosen = dict(stratum.values)
    others = [d.features[i] for i in stratum.flat.free if i not in chosen]
    if any(s.of(x).readings for s in sums for x in others):
        return None
    columns = {x: tuple((k, s.of(x).slope) for k, s in enumerate(sums) if s.of(x).slope != 0) for x in others}
    groups = grouped({x: column for x, column in columns.items() if column}, set())
    boxed = any(end.is_finite is not False for ends in threat.boxes(len(d.features)) or () for end in ends)
    if len(groups) > 1 or (groups and boxed) or any(w.free_symbols for g in groups for w in g.values()):
        return None
    return groups[0] if groups else {}


def _blocks(d: Distribution, stratum: Product, sums: Sequence[Sum], threat: ThreatModel) -> tuple[Block, ...]:
    n = len(d.features)
    budgets, boxes = threat.budgets(n), threat.boxes(n) or (None,) * n
    values = {**dict(stratum.values), **{i: (v,) for i, v in stratum.flat.fixed}}
    given = {d.features[i]: (own, budgets[i], boxes[i]) for i, own in sorted(values.items())}
    places = {x: i for i, x in enumerate(d.features)}
    return tuple(Block(block, tuple(values[places[block[0]]]), places[block[0]]) for block in alike(given, sums))


# the law of the tallies


def _law(
    d: Distribution, stratum: Product, blocks: Sequence[Block], free: Group
) -> tuple[Distribution | None, dict[Stratum, int]]:
    """The law of the statistics that tell the tallies, and of the free one; which row of tallies each stratum is."""
    flats = [_flat(blocks, chosen, free) for chosen in product(*(b.tallies for b in blocks))]
    found: dict[Stratum, list[tuple[int, Weighted]]] = {flat: [] for flat in flats}
    for c in d.with_mass:
        for y, w in c.densities:
            laws, rest = taken_apart(w.density, stratum)
            along = _along(rest, d, stratum, free)
            if along is None:
                return None, {}
            chances = [_chances(b, laws, d) for b in blocks]
            for flat, own in zip(flats, product(*chances), strict=True):
                found[flat].append((y, w.weight * sympy.Mul(*own) * along))
    features = tuple(s for b in blocks for s in b.statistics) + ((statistic_of(free),) if free else ())
    components = tuple(Component(flat, tuple(densities)) for flat, densities in found.items())
    smaller = replace(d, features=features, components=components, prior=dict(d.prior))
    return smaller, {flat: row for row, flat in enumerate(flats)}


def _chances(block: Block, laws: Mapping[int, Categorical], d: Distribution) -> list[sympy.Expr]:
    """The probability of each tally of a block."""
    if len(block.values) == 1:
        return [sympy.S.One]
    law = law_of(laws[d.features.index(x)] for x in block.features)
    return [law.get(tuple(map(int, tally)), sympy.S.Zero) for tally in block.tallies]


def _along(rest: Density, d: Distribution, stratum: Product, free: Group) -> Density | None:
    """The law of the free statistic."""
    if not free:
        return Atom()
    chosen = dict(stratum.values)
    others = [i for i in stratum.flat.free if i not in chosen]
    weights = {k: free[d.features[i]] for k, i in enumerate(others) if d.features[i] in free}
    found = rest.combinations([weights])
    return found[0] if found else None


def _flat(blocks: Sequence[Block], chosen: Sequence[Numbers], free: Group) -> Flat:
    """The point or line of some tallies."""
    fixed = [
        sympy.Add(*(int(n) * v**power for n, v in zip(tally, block.values, strict=True)))
        for block, tally in zip(blocks, chosen, strict=True)
        for power in range(1, len(block.statistics) + 1)
    ]
    return Flat(dict(enumerate(fixed)), len(fixed) + bool(free))
