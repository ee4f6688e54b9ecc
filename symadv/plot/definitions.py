"""What difference a definition makes: the risk over the budget of several classifiers under every definition."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from symadv.classifiers._usual import usual
from symadv.language.numbers import exact
from symadv.plot.palette import COLOURS, INK
from symadv.plot.picture import captioned, drawing
from symadv.plot.steps import Steps, far_enough, steps, upper_end
from symadv.plot.words import around, at_values, rule, shown, spaced
from symadv.probability.distribution import Distribution
from symadv.risk.curve import curves as exact_curves
from symadv.risk.exact_curve import Curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEFT, _ABOVE, _BELOW = 1.5, 0.3, 0.5  # inches around the panels

Table = Mapping[str, Mapping[str, Curve]]


def definitions(
    d: Distribution,
    *,
    classifiers: Mapping[str, Any] | None = None,
    eps: Any = None,
    upto: Any = None,
    norm: str = "linf",
    **threat: Any,
) -> "Figure":
    """A panel for each classifier (across) and definition (down): the exact risk over the budget, each from 0 to 1.

    ``classifiers`` by what they are called (default: Bayes after projection, each feature alone, a linear one); ``eps``
    is a budget at which the risks are written out.  The definitions are in the order of their risks there.
    """
    chosen = usual(d) if classifiers is None else classifiers
    found: Table = {name: exact_curves(f, d, norm=norm, **threat) for name, f in chosen.items()}
    right = max(far_enough(column.values()) for column in found.values()) if upto is None else upper_end(upto)
    marked = None if eps is None else exact(eps)
    right = right if marked is None else max(right, 1.15 * float(marked))
    names = _ordered(found, right if marked is None else float(marked))
    size = (_LEFT + 1.4 * len(found), _ABOVE + _BELOW + 0.58 * len(names))
    shared: dict[str, Any] = {"sharex": True, "sharey": True, "squeeze": False}
    with drawing(len(found), rows=len(names), size=size, layout=None, **shared) as (figure, axes):
        for row, name in zip(axes, names, strict=True):
            for panel, column in zip(row, found.values(), strict=True):
                _panel(panel, steps(column[name], right, points=120), column[name], marked)
        axes[0, 0].set_xlim(0, right)
        _frame(figure, axes, names, list(found))
    where = f"; the numbers are those at E = {shown(marked)}" if marked is not None else ""
    words = f"Exact risk, from 0 to 1, of several classifiers (across) under every definition (down), on {at_values(d)}"
    ball = around(next(iter(next(iter(found.values())).values())).threat)
    return captioned(figure, f"{words}; {ball}{where}.{_rules(chosen)}")


def _frame(figure: "Figure", axes: Any, definitions: list[str], classifiers: list[str]) -> None:
    """The names of rows and columns, ticks, and the space between the panels."""
    from matplotlib.ticker import MaxNLocator

    for k, (panel, name) in enumerate(zip(axes[:, 0], definitions, strict=True)):
        panel.set_ylabel(spaced(name), rotation=0, ha="right", va="center", fontsize=9)
        panel.yaxis.set_label_coords(-0.16, 0.5)
        panel.tick_params(labelleft=k == 0)
    for panel, name in zip(axes[0], classifiers, strict=True):
        panel.set_title(_title(name), fontsize=9)
    axes[0, 0].set(ylim=(0, 1.0), yticks=[0, 1])
    axes[0, 0].xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10], prune="upper"))
    width, height = figure.get_size_inches()
    figure.supxlabel("budget $E$", fontsize=10, x=0.5 + _LEFT / width / 2, y=0)
    edges = {"left": _LEFT / width, "right": 0.99, "bottom": _BELOW / height, "top": 1 - _ABOVE / height}
    figure.subplots_adjust(**edges, hspace=0.3, wspace=0.18)


def _ordered(found: Table, at: float) -> list[str]:
    """The names of the definitions, the largest risks first."""
    first = next(iter(found.values()))
    height = {name: float(np.mean([column[name](at) for column in found.values()])) for name in first}
    return sorted(first, key=lambda name: (-round(height[name], 9), name))


def _panel(axes: "Axes", drawn: Steps, curve: Curve, eps: Any) -> None:
    axes.fill_between(drawn.eps, drawn.risk, color=COLOURS[0], alpha=0.3, linewidth=0)
    drawn.draw(axes, size=2.5, color=COLOURS[0], linewidth=1.2)
    if eps is not None:
        risk = float(curve.bound(eps))
        axes.axvline(float(eps), color=INK, linewidth=0.6, linestyle=(0, (2, 2)))
        inside: dict[str, Any] = {"ha": "right", "va": "center", "fontsize": 8, "color": INK}
        axes.text(float(eps), 0.5, f"{_rounded(risk)} ", **inside, in_layout=False)


def _title(name: str) -> str:
    return {"bayes": r"Bayes$\,\circ\,\pi$"}.get(name, name)


def _rules(chosen: Mapping[str, Any]) -> str:
    """What the classifiers say where, for those of which one condition tells it."""
    told = [f"{name}: {rule(f).partition('(')[2].rstrip(')')}" for name, f in chosen.items() if "(" in rule(f)]
    return f" {'; '.join(told)}." if told else ""


def _rounded(risk: float) -> str:
    """Three decimals; what is not 0 or 1 does not look like it."""
    near = {"0.000": "< 0.001", "1.000": "> 0.999"}
    return f"{risk:.0f}" if risk in (0.0, 1.0) else near.get(f"{risk:.3f}", f"{risk:.3f}")
