r"""The ball as seen from a stratum: from which values of its coordinate a point is within reach.

A point with the coordinates p and q is within reach of the sample with coordinate t if q - t lies between two bounds
that depend on p: affine forms in the $\ell_\infty$ and $\ell_1$ balls, an arch in the $\ell_2$ ball.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sympy

from symadv.language.order import INFINITESIMAL
from symadv.probability.distribution import TieRule
from symadv.risk._net_atoms import Atom, Surroundings
from symadv.risk._net_bounds import BoundSpread
from symadv.risk._net_cells import DecisionCells
from symadv.risk._net_oval import OvalSpread
from symadv.risk._net_reach import Affine, AffineSpread, Spread
from symadv.risk._net_round import RoundSpread
from symadv.risk._net_section import BEYOND, HERE, INSIDE


@dataclass(frozen=True)
class Situation:
    """The conventions: a closed ball, one that is infinitely little larger, which label (by index) is said at ties of
    the logits, and the rule at ties of the projection."""

    closed: bool
    above: bool
    tie: int
    rule: TieRule


def within(atom: Atom, situation: Situation, stays: bool) -> bool:
    """Whether an atom lies within the width of the ball."""
    if atom.kind == HERE or (stays and not situation.above):
        return False
    return atom.kind == INSIDE or situation.above or (situation.closed and atom.kind != BEYOND)


Group = tuple[frozenset[int], Spread]


def spreads(
    decided: DecisionCells, atoms: Sequence[Atom], around: Iterable[Surroundings], *, above: bool
) -> list[Group]:
    """From where the pieces of a decision set on some atoms are within reach; ``above``: of a slightly larger ball."""
    places = {where.stratum: where for where in around}
    more = [_more(atom, places[atom.stratum], above) for atom in atoms]
    bounds, ovals = ([getattr(atom.span, name) for atom in atoms] for name in ("bounds", "oval"))
    elsewhere, across = (frozenset(k for k, known in enumerate(own) if known) for own in (bounds, ovals))
    middle = [[atom.span.form(side, extra) for atom, extra in zip(atoms, more, strict=True)] for side in (-1, 1)]
    groups: list[Group] = [(elsewhere, BoundSpread(decided, bounds, more))] if elsewhere else []
    groups += [(across, OvalSpread(decided, middle, ovals))] if across else []
    return [*groups, (frozenset(range(len(atoms))) - elsewhere - across, _around(decided, atoms, *middle))]


def _around(decided: DecisionCells, atoms: Sequence[Atom], lower: Sequence[Affine], upper: Sequence[Affine]) -> Spread:
    """The spread around the stratum itself, and on planes in tiles."""
    arches = [atom.span.arch for atom in atoms]
    if any(arch.width is not None for arch in arches) or not all(form.p.is_Rational for form in (*lower, *upper)):
        return RoundSpread(decided, lower, upper, arches)
    return AffineSpread(decided, lower, upper)


def _more(atom: Atom, where: Surroundings, above: bool) -> sympy.Expr:
    """What a slightly larger ball adds, unless all of it is infinitely small."""
    larger = above and where.slides and atom.kind != HERE and INFINITESIMAL not in where.budgets
    return INFINITESIMAL if larger else sympy.S.Zero
