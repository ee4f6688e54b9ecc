r"""Which samples of two labels no classifier gets right together: their balls meet.

Samples lie on points and parallel lines: a *place* is what they have in common, and t is the coordinate along the line.
The balls of (place a, s) and (place b, t) meet when $|s - t| \le R_{ab}$, if they meet at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.strata import Flat
from symadv.language.errors import SymadvError
from symadv.language.order import compare
from symadv.probability.density import Univariate
from symadv.probability.distribution import Distribution
from symadv.risk.measure import Part, parts

Law = list[tuple[sympy.Expr, Univariate]]
Atoms = list[tuple[sympy.Expr, sympy.Expr]]  # probability, t


@dataclass(frozen=True)
class Node:
    """The samples of one label at one place, with their parts of the law."""

    label: int
    place: tuple[sympy.Expr, ...]
    parts: tuple[Part, ...]
    along: int

    @cached_property
    def law(self) -> Law:
        """Probabilities and densities of t, equal densities together."""
        found: dict[Univariate, sympy.Expr] = {}
        for part in self.parts:
            if isinstance(part.density, Univariate):
                found[part.density] = found.get(part.density, sympy.S.Zero) + part.probability
        return [(weight, density) for density, weight in found.items()]

    @cached_property
    def atoms(self) -> Atoms:
        """Probabilities and values of t of the single points."""
        return [(p.probability, dict(p.flat.fixed)[self.along]) for p in self.parts if p.stratum.dim == 0]


Located = tuple[Node, sympy.Expr, sympy.Expr]  # a point: its node, probability and t


@dataclass(frozen=True)
class Conflicts:
    """The nodes of two labels, and how near along the line two samples of them have to be for their balls to meet."""

    first: tuple[Node, ...]
    second: tuple[Node, ...]
    widths: dict[tuple[Node, Node], sympy.Expr]
    closed: bool

    def meet(self, a: Located, b: Located) -> bool:
        """Whether the balls around two points, the first of the first label, meet."""
        width = self.widths.get((a[0], b[0]))
        if width is None:
            return False
        side = compare(sympy.Abs(a[2] - b[2]), width)
        return side < 0 or (side == 0 and (self.closed or width == 0))

    def components(self) -> Iterator["Conflicts"]:
        """The connected parts; a node without any conflict is left out."""
        left = dict.fromkeys(node for pair in self.widths for node in pair)
        while left:
            grown, seen = {next(iter(left))}, set[Node]()
            while grown != seen:
                seen = set(grown)
                grown |= {node for pair in self.widths for node in pair if seen & set(pair)}
            first, second = (tuple(node for node in side if node in grown) for side in (self.first, self.second))
            kept = {pair: r for pair, r in self.widths.items() if pair[0] in grown}
            yield Conflicts(first, second, kept, self.closed)
            left = {node: None for node in left if node not in grown}

    @property
    def width(self) -> sympy.Expr | None:
        """The one width that all pairs have; None when they do not."""
        found = [self.widths.get((a, b)) for a in self.first for b in self.second]
        same = all(r is not None and compare(r, found[0]) == 0 for r in found)
        return found[0] if same else None


def conflicts(d: Distribution, threat: ThreatModel) -> Conflicts:
    """The conflicts between the samples of two labels; refused for other supports and for a box or the support."""
    if len(d.labels) != 2:
        raise SymadvError(f"the smallest risk is known for two labels, {d.name} has {len(d.labels)}")
    if threat.box is not None or threat.on_support:
        raise SymadvError("the smallest risk is known without a box and off the support")
    found = list(parts(d))
    along = {part.stratum.free[0] for part in found if isinstance(part.stratum, Flat) and part.stratum.dim}
    if len(along) > 1 or not all(isinstance(part.stratum, Flat) for part in found):
        raise SymadvError(f"the smallest risk is known for lines parallel to one axis; those of {d.name} are not")
    axis = along.pop() if along else 0
    first, second = (_nodes([part for part in found if part.label == y], y, axis) for y in d.labels)
    widths = {(a, b): _width(a, b, axis, threat) for a in first for b in second}
    return Conflicts(first, second, {pair: r for pair, r in widths.items() if r is not None}, threat.closed)


def _nodes(found: list[Part], label: int, axis: int) -> tuple[Node, ...]:
    places: dict[tuple[sympy.Expr, ...], list[Part]] = {}
    for part in found:
        places.setdefault(_place(part.flat, axis), []).append(part)
    return tuple(Node(label, place, tuple(here), axis) for place, here in places.items())


def _place(stratum: Flat, axis: int) -> tuple[sympy.Expr, ...]:
    return tuple(value for i, value in stratum.fixed if i != axis)


def _width(a: Node, b: Node, axis: int, threat: ThreatModel) -> sympy.Expr | None:
    """How near along the axis two samples must be for their balls to meet; None when they never do."""
    budgets = list(threat.budgets(len(a.place) + 1))
    own = budgets.pop(axis)
    shares = []  # of the sum of two budgets that the distance between the places takes
    for x, y, budget in zip(a.place, b.place, budgets, strict=True):
        if compare(budget, sympy.S.Zero) == 0:
            if compare(x, y) != 0:
                return None
        else:
            shares.append(sympy.Abs(x - y) / (2 * budget))
    if threat.norm == "linf":
        share = sympy.Max(sympy.S.Zero, *shares)
    else:
        share = sympy.Add(*(s if threat.norm == "l1" else s**2 for s in shares))
    rest = compare(share, sympy.S.One)
    if rest > 0 or (rest == 0 and not threat.closed):
        return None
    scale = {"linf": sympy.S.One, "l1": 1 - share, "l2": sympy.sqrt(1 - share)}[threat.norm]
    return 2 * own * scale
