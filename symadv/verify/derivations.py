"""Everything that follows from a distribution, by name, and the derivations with their verdicts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy

from symadv.check import check
from symadv.geometry.projection import projection
from symadv.language.derivations import Derivation
from symadv.language.errors import SymadvError, unknown
from symadv.language.goals import Goal, Report, Row
from symadv.language.limits import Limits
from symadv.language.order import Undecided
from symadv.language.roots import NoClosedForm
from symadv.probability.accuracy import bayes_accuracy, label_change
from symadv.probability.distribution import Distribution
from symadv.probability.joint import joint, log_odds
from symadv.probability.posterior import posterior
from symadv.probability.rule import bayes_rule, label

Shift = Mapping[int, Sequence[Any]]

_OF: dict[str, Callable[[Distribution], Derivation]] = {
    "joint": joint,
    "log-odds": log_odds,
    "posterior": posterior,
    "bayes-rule": bayes_rule,
    "projection": lambda d: projection(d).derivation,
    "label": label,
    "bayes-accuracy": bayes_accuracy,
}

WHAT = (*_OF, "label-change")
PATIENT = Limits(seconds=120.0)  # the counted budgets decide, also on a busy machine


@dataclass(frozen=True)
class Proof:
    """A derivation and the verdict on each of its goals."""

    derivation: Derivation
    report: Report

    @property
    def open(self) -> tuple[Row, ...]:
        """The steps, links and results that no prover accepts."""
        return tuple(row for row in self.report if row.verdict.status != "PROVED")


def derive(d: Distribution, what: str, *, shift: Shift | None = None) -> Derivation:
    """One of ``WHAT``; ``label-change`` takes a ``shift``, by default the one between the labels' means."""
    if what not in WHAT:
        raise unknown("derivation", what, WHAT)
    if what != "label-change":
        if shift is not None:
            raise SymadvError(f"{what} takes no shift; label-change does")
        return _OF[what](d)
    chosen = mean_shift(d) if shift is None else shift
    if chosen is None:
        raise SymadvError(
            f"{d.name} has no shift that carries each label's mean to the other one's; give a shift for each label"
        )
    return label_change(d, chosen)


def everything(d: Distribution, *, at: Distribution | None = None) -> tuple[tuple[Derivation, ...], tuple[str, ...]]:
    """All that can be derived from a distribution, and why the rest cannot; the label change by the natural shift.

    What has no closed form in the parameters is derived ``at`` numbers, where they are given.
    """
    found, left_out = [], []
    for name in WHAT if mean_shift(d) is not None else _OF:
        try:
            found.append(derive(d, name))
        except (NoClosedForm, Undecided) as error:
            try:
                found.append(derive(at or d, name))
            except (NoClosedForm, Undecided):
                left_out.append(f"No {name} of {d.name}: {error}")
    return tuple(found), tuple(left_out)


def mean_shift(d: Distribution) -> dict[int, tuple[sympy.Expr, ...]] | None:
    r"""$\delta_y = \mu_{y'} - \mu_y$ on every line of the support, for two labels; None where no one shift does that.

    Strata have one free coordinate each, and there one density with a mean for either label.
    """
    if len(d.labels) != 2:
        return None
    low, high = d.labels
    found = set()
    for component in d.components:
        means = [[m for y, w in component.densities if y == label for m in w.density.means] for label in d.labels]
        if component.stratum.dim != 1 or any(len(own) != 1 or own[0] is None for own in means):
            return None
        points = [component.stratum.nearest([mean] * len(d.features)) for (mean,) in means]
        found.add(tuple(sympy.expand(b - a) for a, b in zip(*points, strict=True)))
    if len(found) != 1:
        return None
    up = found.pop()
    return {low: up, high: tuple(-e for e in up)}


def prove(
    derivations: Iterable[Derivation], *, progress: Callable[[int, int], None] | None = None, cache: bool = True
) -> tuple[Proof, ...]:
    """The derivations with the verdicts on their goals, all goals in one round of the provers, equal ones once."""
    listed = tuple(derivations)
    goals = {(g.statement, g.given): g for d in listed for g in d.goals()}
    rows = check(goals.values(), limits=PATIENT, progress=progress, cache=cache).rows if goals else ()
    found = dict(zip(goals, rows, strict=True))
    return tuple(Proof(d, Report(d.name, tuple(_of(g, found) for g in d.goals()))) for d in listed)


def _of(goal: Goal, found: Mapping[Any, Row]) -> Row:
    return replace(found[goal.statement, goal.given], claim=goal.name, subject=goal)
