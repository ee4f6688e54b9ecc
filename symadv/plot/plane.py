"""Two features: samples on the strata, projection cells with ties, Bayes regions, one sample's perturbations."""

from typing import TYPE_CHECKING, Any

import numpy as np

from symadv.adversary.threat import ThreatModel
from symadv.geometry.projection import projection
from symadv.plot.canvas import curves_of, frame, grid, legend, paint, paint_labels, support
from symadv.plot.palette import COLOURS, INK, NOBODY
from symadv.plot.picture import Picture, captioned, drawing
from symadv.plot.scene import Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GOLDEN = 0.6180339887498949


def plane_pictures(scene: Scene, threat: ThreatModel) -> tuple[Picture, ...]:
    """The pictures of a distribution with two features."""
    return (samples(scene), regions(scene), perturbations(scene, threat))


def samples(scene: Scene) -> Picture:
    """A sample, spread a little across the lines of the support so that its points can be told apart."""
    x, y = scene.sample
    rng = scene.rng(1)
    shown = x[:1000].copy()
    for k in range(2):
        values = scene.fixed(k)
        apart = min(np.diff(values)) if len(values) > 1 else 1.0
        on_line = np.isin(shown[:, k], values)
        shown[on_line, k] += 0.12 * apart * rng.uniform(-1, 1, int(on_line.sum()))
    with drawing(size=(4.6, 3.8)) as (figure, axes):
        for label in scene.d.labels:
            own = y[:1000] == label
            axes.scatter(
                shown[own, 0],
                shown[own, 1],
                s=11,
                marker=scene.marker(label),
                color=scene.colour(label),
                alpha=0.55,
                linewidths=0,
                label=f"$y = {label}$",
            )
        frame(axes, scene, ())
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.12), ncols=len(scene.d.labels), handletextpad=0.2)
    spread = (
        " Points on the lines of the support are spread a little across them." if any(map(scene.fixed, (0, 1))) else ""
    )
    return Picture.of(captioned(figure, f"1000 samples of {scene.at}.{spread}"), "samples")


def regions(scene: Scene) -> Picture:
    """Left the cells of the projection and its ties, right the Bayes label of the projection; the support in both."""
    with drawing(2, size=(8.2, 4.1), sharey=True) as (figure, (left, right)):
        points, shape, extent = grid(scene, ())
        nearest = _nearest_stratum(scene, points).reshape(shape)
        paint(left, nearest, [COLOURS[(k + 2) % len(COLOURS)] for k in range(len(scene.d.strata))], extent)
        _arrows(left, scene, points)
        left.set_title("nearest stratum, and the projection")
        paint_labels(right, scene, points, shape, extent)
        right.set_title(r"Bayes label of the projection")
        ties = projection(scene.d).ties
        for axes in (left, right):
            frame(axes, scene, ())
            support(axes, scene)
        curves_of(left, scene, ties, (), label="tie: two nearest points", colour=COLOURS[1])
        right.set_ylabel("")
        legend(left)
        legend(right, columns=4)
    caption = f"Projection onto the support, and the Bayes label of the projection: {scene.at}."
    return Picture.of(captioned(figure, caption), "regions")


def perturbations(scene: Scene, threat: ThreatModel) -> Picture:
    """One sample, and which of its admissible perturbations keep the label y and which do not."""
    centre, y = scene.example
    budgets = np.array([float(b) for b in threat.budgets(2)])
    corners = [(c - b, c + b) for c, b in zip(centre, budgets, strict=True)]
    with drawing(size=(4.8, 5.2)) as (figure, axes):
        points, shape, extent = grid(scene, corners)
        labels = scene.oracle.label(points)
        inside = threat.allows(np.broadcast_to(centre, points.shape), points)
        kinds = np.where(inside, np.where(labels == y, 1, np.where(labels == scene.oracle.no_label, 2, 3)), 0).reshape(
            shape
        )
        paint(axes, np.ma.masked_equal(kinds, 0) - 1, [COLOURS[2], NOBODY, COLOURS[3]], extent)
        axes.contour(inside.reshape(shape).astype(float), levels=[0.5], colors=INK, linewidths=0.8, extent=extent)
        support(axes, scene)
        frame(axes, scene, corners)
        _cloud(axes, scene, threat, centre, y, budgets)
        axes.plot(
            *centre,
            marker="*",
            markersize=13,
            color=scene.colour(y),
            markeredgecolor="white",
            linestyle="none",
            label=f"sample with $y = {y}$",
            zorder=6,
        )
        low, high = (axes.get_xlim(), axes.get_ylim())
        if 0.5 < (high[1] - high[0]) / (low[1] - low[0]) < 2:
            axes.set_aspect("equal")
        legend(axes)
    at = ", ".join(f"{v:g}" for v in centre)
    caption = (
        f"Perturbations of the sample x = ({at}), y = {y}, within {threat.norm} distance {threat.eps}: {scene.at}."
    )
    return Picture.of(captioned(figure, caption), "perturbations")


def _nearest_stratum(scene: Scene, points: Any) -> Any:
    """The index of the first-listed nearest stratum."""
    nearest = scene.oracle.project(points)
    result = np.full(len(points), -1)
    for k, stratum in reversed(list(enumerate(scene.d.strata))):
        result[stratum.near(nearest)] = k
    return result


def _arrows(axes: "Axes", scene: Scene, points: Any) -> None:
    """Some points, spread evenly, and where they are projected to."""
    low, high = points.min(axis=0), points.max(axis=0)
    k = np.arange(1, 17)
    starts = low + (high - low) * (0.05 + 0.9 * np.stack([k * _GOLDEN % 1, k / 17], axis=1))
    ends = scene.oracle.project(starts)
    far = np.abs((ends - starts) / (high - low)).max(axis=1) > 0.05
    axes.quiver(
        *starts[far].T,
        *(ends - starts)[far].T,
        angles="xy",
        scale_units="xy",
        scale=1,
        width=0.004,
        color=INK,
        zorder=4,
    )
    axes.scatter(starts[far, 0], starts[far, 1], s=9, color=INK, zorder=4)


def _cloud(axes: "Axes", scene: Scene, threat: ThreatModel, centre: Any, y: int, budgets: Any) -> None:
    """Random admissible perturbations, by whether the true label stays."""
    rng = scene.rng(2)
    tried = centre + budgets * rng.uniform(-1, 1, size=(400, 2))
    tried = tried[threat.allows(np.broadcast_to(centre, tried.shape), tried)][:120]
    kept = scene.oracle.label(tried) == y
    axes.scatter(
        tried[kept, 0],
        tried[kept, 1],
        s=13,
        marker="o",
        color=COLOURS[2],
        linewidths=0,
        label="label-invariant",
        zorder=4,
    )
    axes.scatter(
        tried[~kept, 0],
        tried[~kept, 1],
        s=15,
        marker="x",
        color=COLOURS[3],
        linewidths=1,
        label="label-changing",
        zorder=4,
    )
