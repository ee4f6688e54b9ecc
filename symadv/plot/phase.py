"""Phase diagrams: exact risks, or how much two definitions disagree, over two parameters, of which one may be eps."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError
from symadv.language.parameters import parameters_of
from symadv.plot.over import Plane, plane
from symadv.plot.palette import INK, NOBODY, differences, shares
from symadv.plot.picture import captioned, drawing
from symadv.plot.words import around, at_values, axis, rule, shown, spaced, together
from symadv.probability.distribution import Distribution
from symadv.risk import risks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SAME = 1e-12
_ABREAST, _TITLE = 3, 34  # panels in a row, letters in a line of a panel's title


def phase(
    classifier: Any,
    d: Distribution,
    threat: ThreatModel,
    *,
    over: Mapping[str, tuple[Any, Any]],
    definition: str | Definition | None = None,
    against: str | Definition | None = None,
    side: int = 301,
) -> "Figure":
    r"""The exact risk over two parameters, a panel for each definition, those that agree everywhere in one.

    ``over`` gives the span of each parameter, the first to the right; one of them may be the budget,
    ``ThreatModel("linf", sa.parameter("eps", positive=True))``.  With ``against``
    $\mathrm{risk}_{\text{definition}} - \mathrm{risk}_{\text{against}}$ is drawn.  Dashed lines are where the formula
    changes; what is hatched lies outside the domains.  ``side``: how many points there are a side.
    """
    if against is not None and definition is None:
        raise SymadvError("against: got one definition to subtract, wanted definition=… to subtract it from as well")
    chosen = None if definition is None else (definition,) if against is None else (definition, against)
    found = {name: _formula(bound, name) for name, bound in risks(classifier, d, threat, definitions=chosen).items()}
    symbols = dict.fromkeys((*d.parameters, *parameters_of(*threat.budgets(len(d.features)), *found.values())))
    shown_plane = plane(over, tuple(symbols), d.given, side)
    caption = f"{rule(classifier)} on {at_values(d)}; {around(threat)}."
    if against is not None:
        return _disagreement(shown_plane, found, caption)
    return _panels(shown_plane, found, caption)


def _formula(bound: Any, name: str) -> sympy.Expr:
    symbolic = isinstance(bound.lower, sympy.Expr)
    expression = bound.evidence.expression if not symbolic else bound.lower if bound.lower == bound.upper else None
    if expression is None:
        raise SymadvError(f"the risk under {name} is only known between two bounds; a phase diagram needs a formula")
    return expression


def _panels(on: Plane, found: Mapping[str, sympy.Expr], caption: str) -> "Figure":
    groups = _agreeing({name: on.values(risk) for name, risk in found.items()})
    across = min(_ABREAST, len(groups))
    rows = math.ceil(len(groups) / across)
    size = (0.9 + 2.4 * across, 0.5 + 2.3 * rows) if len(groups) > 1 else (4.6, 3.7)
    with drawing(across, rows=rows, size=size, sharex=True, sharey=True, squeeze=False) as (figure, axes):
        edges: dict[str, None] = {}
        for panel, (names, values) in zip(axes.flat, groups, strict=False):
            image = _paint(panel, on, values, shares(), 0.0)
            edges |= dict.fromkeys(_edges(panel, on, found[names[0]]))
            panel.set_title(together(names, _TITLE), fontsize=9)
            if values.min() == values.max():
                panel.text(0.5, 0.5, f"{values.min():.4g}", transform=panel.transAxes, ha="center", va="center")
        _frame(figure, on, axes, len(groups))
        figure.colorbar(image, ax=axes, label="exact risk", shrink=0.9, pad=0.02)
    return captioned(figure, f"Exact risk of {caption}{_lines(edges)}")


def _disagreement(on: Plane, found: Mapping[str, sympy.Expr], caption: str) -> "Figure":
    first, second = found if len(found) == 2 else [*found] * 2
    values = on.values(found[first]) - on.values(found[second])
    largest = max(float(np.abs(values).max()), _SAME)
    with drawing(size=(4.9, 3.7)) as (figure, axes):
        image = _paint(axes, on, values, differences(), -largest, largest)
        edges = dict.fromkeys(e for name in (first, second) for e in _edges(axes, on, found[name]))
        axes.set_title(f"{spaced(first)} − {spaced(second)}")
        _frame(figure, on, np.array([[axes]]), 1)
        figure.colorbar(image, ax=axes, label="difference of exact risks", pad=0.02)
    words = f"Exact risk under {spaced(first)} minus that under {spaced(second)}, "
    return captioned(figure, f"{words}of {caption}{_lines(edges)}")


def _agreeing(fields: Mapping[str, Any]) -> list[tuple[list[str], Any]]:
    """The fields, with those that agree at every point together."""
    groups: list[tuple[list[str], Any]] = []
    for name, values in fields.items():
        same = (names for names, other in groups if np.ma.allclose(values, other, rtol=0, atol=_SAME))
        known = next(same, None)
        if known is None:
            groups.append(([name], values))
        else:
            known.append(name)
    return groups


def _paint(axes: "Axes", on: Plane, values: Any, colours: Any, low: float, high: float = 1.0) -> Any:
    axes.patch.set(facecolor="white", edgecolor=NOBODY, hatch="////")
    options: dict[str, Any] = {"origin": "lower", "aspect": "auto", "interpolation": "nearest"}
    return axes.imshow(values, cmap=colours, vmin=low, vmax=high, extent=on.extent, **options)


def _frame(figure: "Figure", on: Plane, axes: Any, used: int) -> None:
    left, right, bottom, top = on.extent
    axes[0, 0].set(xlim=(left, right), ylim=(bottom, top))
    for k, panel in enumerate(axes.flat):
        panel.locator_params(nbins=4)
        panel.set_visible(k < used)
        panel.spines[:].set_visible(True)
        panel.tick_params(labelbottom=k + axes.shape[1] >= used)
    figure.supxlabel(axis(on.parameters[0]), fontsize=10)
    figure.supylabel(axis(on.parameters[1]), fontsize=10)
    figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06)


def _edges(axes: "Axes", on: Plane, risk: sympy.Expr) -> list[str]:
    """Draw where the formula changes from one case to another, and say where that is."""
    drawn = []
    for cases in risk.atoms(sympy.Piecewise):
        conditions = [condition for _, condition in cases.args]
        case = on.values(sympy.Piecewise(*((sympy.Integer(k), c) for k, c in enumerate(conditions))))
        near = _changing(case)
        for left, right in sorted(
            {(r.lhs, r.rhs) for c in conditions for r in c.atoms(sympy.core.relational.Relational)}, key=str
        ):
            margin = np.ma.masked_where(~near, on.values(left - right))
            if margin.count() and margin.min() <= 0 <= margin.max():
                for colour, line in (("white", "solid"), (INK, "dashed")):  # seen on light and on dark
                    axes.contour(*on.columns, margin, levels=[0.0], colors=colour, linewidths=0.9, linestyles=line)
                drawn.append(f"{shown(left)} = {shown(right)}")
    return drawn


def _changing(case: Any) -> Any:
    """The points at which the case is another one than at some neighbour."""
    known = np.ma.filled(case, -1)
    near = np.zeros(known.shape, dtype=bool)
    for axis_ in (0, 1):
        for step in (-1, 1):
            near |= np.roll(known, step, axis_) != known
    near[[0, -1]] |= near[[1, -2]]
    return near


def _lines(edges: Mapping[str, None]) -> str:
    return f" Dashed: the formula changes, {', '.join(edges)}." if edges else ""
