"""Risk curves: the exact risk at every budget under each definition, with its jumps as open and closed dots."""

from collections.abc import Iterable
from math import isfinite
from typing import TYPE_CHECKING, Any

from symadv.adversary.definition import Definition
from symadv.plot.palette import style
from symadv.plot.picture import captioned, drawing
from symadv.plot.steps import agreeing, far_enough, steps, upper_end
from symadv.plot.words import around, at_values, rule, together
from symadv.probability.distribution import Distribution
from symadv.risk.curve import curves as exact_curves
from symadv.risk.exact_curve import Curve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEGEND = 62  # letters in a line of the legend


def curves(
    classifier: Any,
    d: Distribution,
    *,
    definitions: Iterable[str | Definition] | None = None,
    upto: Any = None,
    distance: bool = False,
    norm: str = "linf",
    **threat: Any,
) -> "Figure":
    r"""$E \mapsto \Pr[\text{vulnerable with } \varepsilon = E]$ under each definition, for $0 \le E \le$ ``upto``.

    With ``distance`` the legend gives $\int (1 - \mathrm{risk})$, the mean of the smallest budget to which a sample is
    vulnerable, where that is finite: under ``adversarial_loss`` the mean distance to error of the literature.
    Definitions whose curves are the same share one line and one entry of the legend.  ``threat``: ``scale``, ``box``,
    ``on_support`` and ``closed``, as in ``sa.curve``.
    """
    found = exact_curves(classifier, d, definitions=definitions, norm=norm, **threat)
    right = far_enough(found.values()) if upto is None else upper_end(upto)
    groups = agreeing({name: steps(curve, right) for name, curve in found.items()})
    labels = [together(names, _LEGEND) for names, _ in groups]
    if distance:
        labels = [f"{label}{_distance(found[names[0]])}" for label, (names, _) in zip(labels, groups, strict=True)]
    abreast = 2 if max(map(len, labels)) < _LEGEND / 2 else 1
    with drawing(size=(5.6, 3.9 + 0.18 * len(groups) / abreast)) as (figure, axes):
        for k, (names, drawn) in enumerate(groups):
            own, share = style(names[0]), k / len(groups)  # thin lines on top of thick ones
            look = {"color": own.colour, "linestyle": own.line, "linewidth": 2.8 - 1.5 * share, "zorder": 2 + share}
            drawn.draw(axes, **look, label=labels[k])
        axes.set(xlim=(0, right), ylim=(-0.02, 1.03), xlabel="budget $E$", ylabel="exact risk")
        axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.14), handlelength=3.6, labelspacing=0.35, ncols=abreast)
    words = f"Exact risk of {rule(classifier)} on {at_values(d)}; {around(next(iter(found.values())).threat)}"
    dots = " A full dot is the risk at a jump, a hollow one a limit." if any(len(g.closed) for _, g in groups) else ""
    means = " In brackets: the mean of the smallest budget to which a sample is vulnerable." if distance else ""
    return captioned(figure, f"{words}.{dots}{means}")


def _distance(curve: Curve) -> str:
    """The mean distance of a curve for the legend."""
    mean = float(curve.integral)
    return f" ({mean:.4g})" if isfinite(mean) else " (infinite)"
