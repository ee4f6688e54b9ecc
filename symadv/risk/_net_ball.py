r"""The ball as seen from a stratum: from which values of its coordinate a point is within reach.

A point z is within reach of the sample with coordinate t if $|z_j - t| \le h(z)$; for the $\ell_\infty$ ball h is the
budget $E_j$, for the $\ell_1$ ball $E_j (1 - \sum_i |z_i - x_i| / E_i)$, affine where no coordinate changes sides, for
the $\ell_2$ ball $E_j \sqrt{1 - \sum_i ((z_i - x_i) / E_i)^2}$.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sympy

from symadv.geometry.strata import Flat
from symadv.language.errors import SymadvError
from symadv.language.order import INFINITESIMAL, compare
from symadv.probability.distribution import TieRule
from symadv.risk._net_atoms import BEYOND, HERE, INSIDE, Atom, Surroundings
from symadv.risk._net_cells import DecisionCells
from symadv.risk._net_reach import Affine, AffineSpread, Spread
from symadv.risk._net_round import Arch, RoundSpread

_ZERO = sympy.S.Zero
_FLAT = Affine(_ZERO, _ZERO, _ZERO)


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


def spread(
    decided: DecisionCells, atoms: Sequence[Atom], around: Mapping[Flat, Surroundings], *, above: bool
) -> Spread:
    """From where the pieces of a decision set on some atoms are within reach; ``above``: of a slightly larger ball."""
    places = [_place(atom, around[atom.stratum]) for atom in atoms]
    if any(where.threat.norm == "l2" and where.across for where in around.values()):
        return RoundSpread(decided, places, [_arch(atom, around[atom.stratum], above) for atom in atoms])
    heights = [_height(atom, around[atom.stratum], above) for atom in atoms]
    lower, upper = (
        [
            Affine(*(a + side * b for a, b in zip(place, height, strict=True)))
            for place, height in zip(places, heights, strict=True)
        ]
        for side in (-1, 1)
    )
    return AffineSpread(decided, lower, upper)


def _place(atom: Atom, where: Surroundings) -> Affine:
    """The coordinate along the stratum."""
    if where.along is None:
        return _FLAT
    a, b, constant = atom.chart.form(where.along)
    return Affine(a, b, constant)


def _stands(atom: Atom, where: Surroundings) -> bool:
    return atom.kind == HERE or where.along is None or where.budgets[where.along] == 0


def _more(where: Surroundings, above: bool) -> sympy.Expr:
    return INFINITESIMAL if above and INFINITESIMAL not in where.budgets else _ZERO


def _height(atom: Atom, where: Surroundings, above: bool) -> Affine:
    if where.along is None or _stands(atom, where):
        return _FLAT
    e, more = where.budgets[where.along], _more(where, above)
    if where.threat.norm == "linf":
        return Affine(_ZERO, _ZERO, e + more)
    if atom.kind == BEYOND:
        return Affine(_ZERO, _ZERO, more)
    height = Affine(_ZERO, _ZERO, e + more)
    for i in where.across:
        height = Affine(*(h - t for h, t in zip(height, _share(atom, where, i, e), strict=True)))
    return height


def _share(atom: Atom, where: Surroundings, i: int, e: sympy.Expr) -> Affine:
    """What moving in feature i takes from the budget: $E_j |z_i - x_i| / E_i$."""
    centre, ratio = dict(where.stratum.fixed)[i], e / where.budgets[i]
    if not ratio.is_Rational:
        raise SymadvError(f"the l1 ball needs budgets with rational ratios, got {where.budgets}")
    a, b, constant = atom.chart.form(i)
    at = sum(atom.chart.p if a else atom.chart.q, _ZERO) / 2 if a or b else constant
    side = compare(at, centre) * ratio
    return Affine(side * a, side * b, side * (constant - centre))


def _arch(atom: Atom, where: Surroundings, above: bool) -> Arch:
    if where.along is None or _stands(atom, where):
        return Arch(_ZERO, sympy.S.One, _ZERO, _ZERO, _ZERO)
    more = _more(where, above)
    if atom.kind == BEYOND:
        return Arch(_ZERO, sympy.S.One, _ZERO, _ZERO, more)
    centre, width, rest = _ZERO, None, sympy.S.One
    for i in where.across:
        a, b, constant = atom.chart.form(i)
        home, e = dict(where.stratum.fixed)[i], where.budgets[i]
        if b or (a and width is not None):
            raise SymadvError("the l2 ball of a network is known where one feature moves across the stratum")
        if a:
            centre, width = home, e
        else:
            rest = rest - ((constant - home) / e) ** 2
    return Arch(centre, width, where.budgets[where.along], rest, more)
