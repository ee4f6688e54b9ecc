"""The suite as a picture: a panel for each definition, the recall of each attack on each problem with its spread."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from symadv.plot.palette import COLOURS, INK, MARKERS
from symadv.plot.picture import captioned, drawing
from symadv.plot.words import spaced
from symadv.suite.run import Suite
from symadv.suite.table import spread

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = ("adversarial_loss", "label_invariant")
_STYLES = [(colour, marker) for colour, marker in zip(COLOURS, MARKERS, strict=True)] + [(INK, "X")]


def picture(found: Suite, *, definitions: Sequence[str] = SHOWN) -> "Figure":
    """Recall on each problem (down): a mark for the mean over the networks, a line from the lowest to the highest."""
    problems, attacks = found.problems, found.attacks
    step = 0.72 / max(len(attacks), 1)
    size = (2.2 + 2.5 * len(definitions), 1.3 + (0.09 * len(attacks) + 0.1) * len(problems))
    with drawing(len(definitions), size=size, sharey=True, squeeze=False) as (figure, grid):
        for axes, definition in zip(grid[0], definitions, strict=True):
            for k, attack in enumerate(attacks):
                _marks(axes, found, definition, attack, k, (k - (len(attacks) - 1) / 2) * step)
            axes.hlines([i + 0.5 for i in range(len(problems) - 1)], 0, 1, color=INK, linewidth=0.4, alpha=0.3)
            axes.set(xlim=(0, 1), ylim=(len(problems) - 0.5, -0.5), xlabel="recall")
            axes.set_title(spaced(definition))
            axes.tick_params(axis="y", length=0)
        grid[0, 0].set_yticks(range(len(problems)), problems)
        layout: Any = figure.get_layout_engine()
        layout.set(wspace=0.08)
        handles, labels = grid[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4)
    words = f"Share of the vulnerable among {found.n} samples that each attack finds on each problem of the suite, the "
    return captioned(figure, f"{words}same effort for all: mean over the networks, from the lowest to the highest.")


def _marks(axes: Any, found: Suite, definition: str, attack: str, k: int, aside: float) -> None:
    colour, marker = _STYLES[k % len(_STYLES)]
    spreads = [(i + aside, spread(found.of(problem, attack, definition))) for i, problem in enumerate(found.problems)]
    known = [(height, one) for height, one in spreads if one is not None]
    axes.hlines(
        [height for height, _ in known],
        [one.low for _, one in known],
        [one.high for _, one in known],
        color=colour,
        linewidth=1.2,
    )
    marks: dict[str, Any] = {"color": colour, "marker": marker, "markersize": 4, "linestyle": "none"}
    axes.plot(
        [one.mean for _, one in known], [height for height, _ in known], clip_on=False, zorder=3, label=attack, **marks
    )
