"""Attacks on a network against the exact truth: the risk that each finds over the budget, and its recall."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.definitions import definition as definition_of
from symadv.language.errors import SymadvError
from symadv.plot.palette import COLOURS, INK, MARKERS
from symadv.plot.picture import captioned, drawing
from symadv.plot.steps import upper_end
from symadv.plot.words import at_values, ball, spaced
from symadv.probability.distribution import Distribution
from symadv.risk.graded import Grade, grade
from symadv.risk.networks import network_risk

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BUDGETS, _ATTACKED = 37, 7  # at how many budgets the risk is computed, and attacks are run
_ASIDE = 0.24  # how far the marks of several attacks are from each other, in rows

Grades = Mapping[str, Mapping[str, Grade]]


def attacks(
    network: Any,
    d: Distribution,
    *,
    upto: Any,
    names: Sequence[Any] = ("pgd", "label_pgd"),
    definition: str | Definition = "label_invariant",
    n: int = 1000,
    seed: int = 0,
    norm: str = "linf",
    **threat: Any,
) -> "Figure":
    """The exact risk of a network over the budget, and the share of ``n`` samples for which each attack found a point.

    What an attack misses is the gap between its marks and the line; a mark above the line is chance, since the marks
    are of a sample and the line is of the whole distribution.  ``threat``: ``box``, ``on_support`` and ``closed``, as
    in ``sa.ThreatModel``.
    """
    meaning = definition_of(definition) if isinstance(definition, str) else definition
    right = upper_end(upto)
    fine, coarse = np.linspace(0, right, _BUDGETS), np.linspace(0, right, _ATTACKED)
    threats, attacked = ([ThreatModel(norm, eps, **threat) for eps in budgets] for budgets in (fine, coarse))
    bounds = [network_risk(network, d, one, definition=meaning) for one in threats]
    with drawing(size=(5.2, 4.0)) as (figure, axes):
        low, high = ([getattr(bound, end) for bound in bounds] for end in ("lower", "upper"))
        axes.fill_between(fine, low, high, color=INK, alpha=0.2, linewidth=0)
        axes.plot(fine, low, color=INK, linewidth=0.5, alpha=0.5)
        axes.plot(fine, low, color=INK, linestyle="none", marker=".", markersize=4, label="exact, whole distribution")
        for k, attack in enumerate(names):
            found = [grade(attack, network, d, one, definition=meaning, n=n, seed=seed) for one in attacked]
            marks: dict[str, Any] = {"color": COLOURS[k % 6], "marker": MARKERS[k % 6], "markersize": 5.5}
            marks |= {"clip_on": False, "zorder": 3}
            axes.plot(coarse, [g.found / g.n for g in found], linestyle=(0, (2, 2)), label=found[0].attack, **marks)
        axes.set(xlim=(0, right), ylim=(-0.02, 1.03), xlabel="budget $E$", ylabel=f"risk, {spaced(meaning.name)}")
        axes.legend(loc="upper left", bbox_to_anchor=(0, -0.14), ncols=2)
    words = f"Exact risk at {_BUDGETS} budgets under {spaced(meaning.name)} of a network on {at_values(d)}"
    words += f", {ball(threats[0])}"
    return captioned(figure, f"{words}, and the share of {n} samples for which each attack found an example.")


def recall(grades: Grades, *, caption: str = "") -> "Figure":
    """The share of the vulnerable samples that each attack finds under each definition: ``grades[attack][definition]``.

    Where nothing is vulnerable there is no mark.
    """
    if not grades or not all(grades.values()):
        raise SymadvError("got no grades, wanted those of at least one attack under one definition")
    names = list(dict.fromkeys(name for column in grades.values() for name in column))
    with drawing(size=(5.4, 1.1 + 0.36 * len(names))) as (figure, axes):
        for k, (attack, column) in enumerate(grades.items()):
            rows = [(i, column[name].recall) for i, name in enumerate(names) if name in column]
            known = [(i + _ASIDE * (k - (len(grades) - 1) / 2), share) for i, share in rows if share is not None]
            marks: dict[str, Any] = {"color": COLOURS[k % 6], "marker": MARKERS[k % 6], "markersize": 6}
            heights, shares = [i for i, _ in known], [share for _, share in known]
            axes.plot(shares, heights, linestyle="none", clip_on=False, zorder=3, label=attack, **marks)
        axes.hlines(range(len(names)), 0, 1, color=INK, linewidth=0.5, alpha=0.4)
        for i, name in enumerate(names):
            if all(column[name].recall is None for column in grades.values() if name in column):
                axes.text(0.5, i, " nothing is vulnerable ", ha="center", va="center", fontsize=8, backgroundcolor="w")
        axes.set(xlim=(0, 1), ylim=(len(names) - 0.4, -0.6), xlabel="share of the vulnerable samples that are found")
        axes.set_yticks(range(len(names)), [spaced(name) for name in names])
        axes.tick_params(axis="y", length=0)
        axes.legend(loc="upper left", bbox_to_anchor=(0, -0.62 / (0.36 * len(names))), ncols=4)
    return captioned(figure, caption or "Recall of each attack under each definition.")
