r"""The ball as seen from a stratum: from which values of its coordinate a point is within reach.

A point with the coordinates p and q is within reach of the sample with coordinate t if q - t lies between two bounds
that depend on p: affine forms in the $\ell_\infty$ and $\ell_1$ balls, an arch in the $\ell_2$ ball.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import sympy

from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError
from symadv.language.order import INFINITESIMAL, order
from symadv.probability.distribution import TieRule
from symadv.risk._net_atoms import Atom, Surroundings
from symadv.risk._net_bounds import BoundSpread
from symadv.risk._net_cells import DecisionCells
from symadv.risk._net_labels import RULES
from symadv.risk._net_oval import OvalSpread
from symadv.risk._net_reach import AffineSpread, Spread
from symadv.risk._net_round import RoundSpread
from symadv.risk._net_section import BEYOND, HERE, INSIDE, Span


@dataclass(frozen=True)
class Situation:
    """The conventions: a closed ball, one that is infinitely little larger, which label (by index) is said at ties of
    the logits, and the rule at ties of the projection."""

    closed: bool
    above: bool
    tie: int
    rule: TieRule


def otherwise(given: Situation, labels: Sequence[int]) -> Iterator[tuple[str, Situation]]:
    """The situations with another convention, by what that is."""
    yield "open ball" if given.closed else "closed ball", replace(given, closed=not given.closed)
    for k, tie in enumerate(labels):
        if k != given.tie:
            yield f"f = {tie} at its ties", replace(given, tie=k)
    (rule,) = (r for r in RULES if r != given.rule)
    yield f"tie rule {rule!r} of the projection", replace(given, rule=rule)


def stays(threat: ThreatModel) -> bool:
    """Whether nobody can move."""
    return not isinstance(threat.eps, tuple) and order(threat.eps, sympy.S.Zero) == 0


def resized(threat: ThreatModel, share: sympy.Rational) -> ThreatModel:
    """The threat model with a share of all budgets."""
    return replace(
        threat, eps=tuple(e * share for e in threat.eps) if isinstance(threat.eps, tuple) else threat.eps * share
    )


def budgets_of(threat: ThreatModel, features: int) -> tuple[sympy.Expr, ...]:
    """The budgets as numbers, exactly 0 for features that are frozen; infinitely small where nobody can move, for the
    limit from above."""
    budgets = threat.budgets(features)
    if any(e.free_symbols for e in budgets):
        raise SymadvError(f"exact risk needs a numeric budget, got {threat.eps}")
    if stays(threat):
        return (INFINITESIMAL,) * len(budgets)
    return tuple(sympy.S.Zero if order(e, sympy.S.Zero) == 0 else e for e in budgets)


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
    spans = [atom.span for atom in atoms]
    lower, upper = ([span.form(side, extra) for span, extra in zip(spans, more, strict=True)] for side in (-1, 1))

    def made(kind: type[Spread]) -> Spread:
        if kind is BoundSpread:
            return BoundSpread(decided, [span.bounds for span in spans], more)
        if kind is OvalSpread:
            return OvalSpread(decided, (lower, upper), [span.oval for span in spans])
        if kind is RoundSpread:
            return RoundSpread(decided, lower, upper, [span.arch for span in spans])
        return AffineSpread(decided, lower, upper)

    kinds: dict[type[Spread], set[int]] = {}
    for k, span in enumerate(spans):
        kinds.setdefault(_kind(span), set()).add(k)
    return [(frozenset(own), made(kind)) for kind, own in kinds.items()]


def _kind(span: Span) -> type[Spread]:
    if span.bounds or span.oval:
        return BoundSpread if span.bounds else OvalSpread
    rational = all(span.form(side, sympy.S.Zero).p.is_Rational for side in (-1, 1))
    return AffineSpread if rational and span.arch.width is None else RoundSpread


def _more(atom: Atom, where: Surroundings, above: bool) -> sympy.Expr:
    """What a slightly larger ball adds, unless all of it is infinitely small."""
    larger = above and where.slides and atom.kind != HERE and INFINITESIMAL not in where.budgets
    return INFINITESIMAL if larger else sympy.S.Zero
