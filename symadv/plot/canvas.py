"""What pictures in the plane are made of: a grid of points, painted regions, the support, axes and a legend."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from symadv.adversary.pointwise import rounded, signs_at
from symadv.geometry.spheres import Sphere
from symadv.geometry.stratum import Stratum
from symadv.language.regions import Cells
from symadv.plot.palette import INK
from symadv.plot.scene import Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Corners = Sequence[Sequence[float]]

_PIXELS = 601  # a side: odd, so that a tie in the middle of the window is met
_TINT = 0.25


def _windows(scene: Scene, corners: Corners) -> list[tuple[float, float]]:
    """What is shown of both features; as long in both directions where there are circles, which are drawn round."""
    windows = [scene.window(k, points=corners[k] if corners else ()) for k in range(2)]
    if not _is_round(scene):
        return windows
    half = max(high - low for low, high in windows) / 2
    return [((low + high) / 2 - half, (low + high) / 2 + half) for low, high in windows]


def _is_round(scene: Scene) -> bool:
    return any(isinstance(stratum, Sphere) for stratum in scene.d.strata)


def grid(scene: Scene, corners: Corners) -> tuple[Any, tuple[int, int], tuple[float, ...]]:
    """Points ``(n, 2)`` over the window, the shape of the grid, and its extent; ``corners`` must be seen as well."""
    windows = _windows(scene, corners)
    sides = [np.linspace(low, high, _PIXELS) for low, high in windows]
    first, second = np.meshgrid(*sides)
    return np.stack([first.ravel(), second.ravel()], axis=1), first.shape, (*windows[0], *windows[1])


def paint(axes: "Axes", values: Any, colours: Sequence[str], extent: Any, *, tint: float = _TINT) -> None:
    """Whole numbers on a grid as light colours, opaque as PDF and PNG blend differently; masked ones are left out."""
    from matplotlib.colors import ListedColormap, to_rgb

    light = [tuple(1 - tint * (1 - part) for part in to_rgb(colour)) for colour in colours]
    axes.imshow(
        values,
        cmap=ListedColormap(light),
        vmin=-0.5,
        vmax=len(colours) - 0.5,
        extent=extent,
        origin="lower",
        aspect=axes.get_aspect(),
        interpolation="nearest",
        zorder=0,
    )


def paint_labels(axes: "Axes", scene: Scene, points: Any, shape: tuple[int, int], extent: Any) -> None:
    """The Bayes label of the projection, with its boundaries."""
    labels = scene.oracle.label(points).reshape(shape)
    known = [*scene.d.labels, scene.oracle.no_label]
    paint(
        axes, np.searchsorted(sorted(known), labels), [dict(_palette(scene))[label] for label in sorted(known)], extent
    )
    for label in scene.d.labels:
        axes.contour((labels == label).astype(float), levels=[0.5], colors=INK, linewidths=0.6, extent=extent)
        axes.plot(
            [],
            [],
            marker="s",
            markersize=8,
            color=scene.colour(label),
            alpha=2 * _TINT,
            linestyle="none",
            label=f"$c = {label}$",
        )


def _palette(scene: Scene) -> list[tuple[int, str]]:
    return [*((label, scene.colour(label)) for label in scene.d.labels), (scene.oracle.no_label, "#ffffff")]


def support(axes: "Axes", scene: Scene, corners: Corners = ()) -> None:
    """Lines and circles as lines, points as squares; a stratum that fills the plane is not drawn."""
    windows = _windows(scene, corners)
    told = False
    for stratum in scene.d.strata:
        style: dict[str, Any] = {"color": INK, "zorder": 3, "label": None if told else "support"}
        if stratum.dim == 0:
            axes.plot(*stratum.embed(np.zeros((1, 0))).T, marker="s", markersize=6, linestyle="none", **style)
        elif stratum.dim == 1:
            axes.plot(*_outline(stratum, windows).T, linewidth=2, solid_capstyle="butt", **style)
        told = told or stratum.dim < 2


def _outline(stratum: Stratum, windows: Corners) -> Any:
    """Points ``(n, 2)`` along a circle, or the ends of a line in the window."""
    if isinstance(stratum, Sphere):
        turn = np.linspace(0, 2 * np.pi, 361)
        return stratum.embed(np.stack([np.cos(turn), np.sin(turn)], axis=1))
    low, high = in_window(stratum, windows)
    ((start, end),) = stratum.bounds
    return stratum.embed(np.array([[max(low, float(start))], [min(high, float(end))]]))


def in_window(line: Stratum, windows: Corners) -> tuple[float, float]:
    """Between which values of its coordinate a line is in the window."""
    start, after = line.embed(np.array([[0.0], [1.0]]))
    moving = after != start
    ends = ((np.array(windows).T - start) / np.where(moving, after - start, 1.0))[:, moving]
    low, high = ends.min(axis=0).max(), ends.max(axis=0).min()
    return float(low), float(max(low, high))


def curves_of(axes: "Axes", scene: Scene, region: Cells, corners: Corners, *, label: str, colour: str) -> None:
    """A region of curves, each a form that vanishes, drawn where the other conditions of its cell hold."""
    points, shape, extent = grid(scene, corners)
    columns = dict(zip(scene.d.features, points.T, strict=True))
    style: dict[str, Any] = {"linewidths": 2, "linestyles": "dashed", "zorder": 3}
    drawn = False
    for cell in region.cells:
        for form in (form for form, signs in cell if signs == {0}):
            holds = [
                np.isin(signs_at(other, scene.d.features, points), sorted(s)) for other, s in cell if other is not form
            ]
            there = np.all(holds, axis=0) if holds else np.ones(len(points), dtype=bool)
            values = np.broadcast_to(rounded(form, columns).value, (len(points),))
            masked = np.ma.masked_where(~there, values).reshape(shape)
            axes.contour(masked, levels=[0.0], colors=colour, extent=extent, **style)
            drawn = True
    if drawn:
        axes.plot([], [], color=colour, linewidth=2, linestyle="dashed", label=label)


def frame(axes: "Axes", scene: Scene, corners: Corners) -> None:
    """The window, the names of the features, and few ticks."""
    across, upwards = _windows(scene, corners)
    axes.set_xlim(*across)
    axes.set_ylim(*upwards)
    axes.set_xlabel(scene.axis(0))
    axes.set_ylabel(scene.axis(1))
    axes.locator_params(nbins=6, steps=[1, 2, 5, 10])
    if _is_round(scene):
        axes.set_aspect("equal")


def legend(axes: "Axes", *, columns: int = 2) -> None:
    """A legend below the axes."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(
            loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=columns, columnspacing=1.2, handletextpad=0.5
        )
