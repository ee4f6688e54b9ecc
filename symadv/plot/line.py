"""One feature: the support, the cells of the projection, the Bayes label, one sample's perturbations, on one axis."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from symadv import catalog
from symadv.adversary.threat import ThreatModel
from symadv.geometry.projection import projection
from symadv.language.intervals import Intervals
from symadv.plot.palette import COLOURS, INK, NOBODY
from symadv.plot.picture import Picture, captioned, drawing
from symadv.plot.scene import Scene
from symadv.probability.labels import label_regions

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def line_pictures(scene: Scene, threat: ThreatModel) -> tuple[Picture, ...]:
    """The pictures of a distribution with one feature."""
    return (samples(scene), regions(scene), perturbations(scene, threat))


def samples(scene: Scene) -> Picture:
    """How often each label occurs where: a bar at each point of mass, a histogram elsewhere."""
    x, y = scene.sample
    low, high = scene.window(0)
    edges, points = np.linspace(low, high, 62), np.array(scene.fixed(0))
    width = edges[1] - edges[0]
    with drawing(size=(4.8, 2.4)) as (figure, axes):
        below, under = np.zeros(61), np.zeros(len(points))
        for label in scene.d.labels:
            own = x[y == label, 0]
            spread = np.histogram(own[~np.isin(own, points)], edges)[0] / len(x)
            masses = np.array([np.mean((x[:, 0] == point) & (y == label)) for point in points])
            axes.bar(points, masses, width, bottom=under, color=scene.colour(label), label=f"$y = {label}$")
            axes.bar(edges[:-1], spread, width, bottom=below, align="edge", color=scene.colour(label))
            below, under = below + spread, under + masses
        axes.set_xlim(low, high)
        axes.set_xlabel(scene.axis(0))
        axes.set_ylabel("share of samples")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.2), ncols=len(scene.d.labels))
    return Picture.of(captioned(figure, f"{len(x)} samples of {scene.at}."), "samples")


def regions(scene: Scene) -> Picture:
    """One strip for the cells of the projection, with its ties, and one for the Bayes label of the projection."""
    found, (x,) = projection(scene.d), scene.d.features
    cells = [region.section({}, x) for region, _ in found.pieces]
    labels = {label: region.section({}, x) for label, region in label_regions(scene.d).items()}
    window, name = scene.window(0), _tex(x)
    with drawing(size=(6.4, 2.6)) as (figure, axes):
        for k, own in enumerate(cells):
            _strip(axes, own, 1, COLOURS[(k + 2) % len(COLOURS)], window)
            _inside(axes, own, 1, rf"$\pi({name}) = {_tex(found.pieces[k][1][0])}$", window)
        for label, own in labels.items():
            _strip(axes, own, 0, scene.colour(label), window)
            _inside(axes, own, 0, f"$c({name}) = {label}$", window)
        ties = [float(start.value) for start, end in found.ties.section({}, x) if start.value == end.value]
        style: dict[str, Any] = {"marker": "d", "markersize": 7, "linestyle": "none", "zorder": 4}
        axes.plot(ties, [1] * len(ties), color=COLOURS[1], label="tie" if ties else "", **style)
        _support(axes, scene, (0, 1))
        _frame(axes, scene, window, ["Bayes label\nof the projection", "projection"])
    caption = f"Projection onto the support with its ties, and the Bayes label of the projection: {scene.at}."
    return Picture.of(captioned(figure, caption), "regions")


def perturbations(scene: Scene, threat: ThreatModel) -> Picture:
    """One sample, and which of its admissible perturbations keep the label y and which do not."""
    (centre,), y = scene.example
    (budget,), (x,) = threat.budgets(1), scene.d.features
    where = sympy.Rational(*float(centre).as_integer_ratio())
    ball = Intervals.between(where - budget, where + budget, lower_closed=threat.closed, upper_closed=threat.closed)
    labels = {label: region.section({}, x) & ball for label, region in label_regions(scene.d).items()}
    changing = Intervals()
    for label, own in labels.items():
        changing = changing if label == y else changing | own
    window = scene.window(0, points=(float(where - budget), float(where + budget)))
    with drawing(size=(6.4, 2.2)) as (figure, axes):
        rest = ball & ~(labels[y] | changing)
        for own, colour, name in (
            (labels[y], COLOURS[2], "label-invariant"),
            (changing, COLOURS[3], "label-changing"),
            (rest, NOBODY, "no label"),
        ):
            _strip(axes, own, 0, colour, window, name=name, hatch="///" if name == "label-changing" else None)
        _support(axes, scene, (0,))
        axes.plot(
            float(centre),
            0,
            marker="*",
            markersize=14,
            color=scene.colour(y),
            markeredgecolor="white",
            linestyle="none",
            label=f"sample with $y = {y}$",
            zorder=6,
        )
        _frame(axes, scene, window, ["ball around\nthe sample"])
    caption = f"Perturbations of the sample x = {float(centre):g}, y = {y}, within distance {threat.eps}: {scene.at}."
    return Picture.of(captioned(figure, caption), "perturbations")


def _strip(
    axes: "Axes",
    parts: Intervals,
    row: int,
    colour: str,
    window: Sequence[float],
    *,
    name: str = "",
    hatch: str | None = None,
) -> None:
    """A set of numbers as bars; its single points are left to markers."""
    for start, end in parts:
        low, high = np.clip([float(start.value), float(end.value)], window[0], window[1])
        if high > low:
            axes.barh(
                row,
                high - low,
                left=low,
                height=0.5,
                color=colour,
                alpha=0.35,
                hatch=hatch,
                edgecolor="white",
                linewidth=0,
                label=name,
            )
            name = ""


def _inside(axes: "Axes", parts: Intervals, row: int, words: str, window: Sequence[float]) -> None:
    spans = [np.clip([float(start.value), float(end.value)], window[0], window[1]) for start, end in parts]
    low, high = max(spans, key=lambda span: span[1] - span[0], default=(0.0, 0.0))
    if high > low:
        axes.text((low + high) / 2, row + 0.28, words, ha="center", va="bottom", zorder=5)


def _tex(expression: Any) -> str:
    return str(catalog.load("readers", "latex")(expression))


def _support(axes: "Axes", scene: Scene, rows: Sequence[int]) -> None:
    points = scene.fixed(0)
    style: dict[str, Any] = {"marker": "|", "markersize": 22, "markeredgewidth": 2.5, "linestyle": "none", "zorder": 4}
    for k, row in enumerate(rows):
        label = "point of mass" if k == 0 and points else ""
        axes.plot(points, [row] * len(points), color=INK, label=label, **style)


def _frame(axes: "Axes", scene: Scene, window: Sequence[float], rows: Sequence[str]) -> None:
    axes.set_xlim(*window)
    axes.set_ylim(-0.5, len(rows) - 0.3)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(scene.axis(0))
    if axes.get_legend_handles_labels()[0]:
        told: dict[str, Any] = {"columnspacing": 1.2, "handletextpad": 0.5, "markerscale": 0.6}
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.25), ncols=4, **told)
