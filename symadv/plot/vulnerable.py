"""The vulnerable samples in a picture: lines and dots beside the support, and hatched where it fills the plane."""

from typing import TYPE_CHECKING, Any

import numpy as np

from symadv.geometry.spheres import Sphere
from symadv.language.intervals import Intervals
from symadv.plot.canvas import in_window
from symadv.plot.scene import Scene
from symadv.risk.measure import is_straight
from symadv.risk.sampled import Among

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_POINTS = 60  # of a circle, for each radian
_ASIDE = 0.012  # how far beside the support vulnerable samples are drawn, of the window's side
_AT_ONCE = 40  # in so many parts pixels are asked about, for the sake of memory
_HATCHES = ("////", "\\\\\\\\", "||", "--", "..", "++")  # those of several labels can be seen through each other


def hatched(axes: "Axes", scene: Scene, among: Among | None, points: Any, shape: tuple[int, int], extent: Any) -> None:
    """Where samples of each label are vulnerable, pixel by pixel."""
    from matplotlib.patches import Rectangle

    if among is None:
        return
    for label, hatch in zip(scene.d.labels, _HATCHES, strict=False):
        rows = [among(row, np.full(len(row), label)) for row in np.array_split(points, _AT_ONCE)]
        there = np.concatenate(rows).reshape(shape)
        colour = scene.colour(label)
        if there.any():
            drawn = axes.contourf(there, levels=[0.5, 1.5], colors="none", hatches=[hatch], extent=extent, zorder=2)
            drawn.set_edgecolor(colour)
            drawn.set_linewidth(0)
        axes.add_patch(Rectangle((0, 0), 0, 0, fill=False, hatch=hatch, edgecolor=colour, lw=0, label=_told(label)))


def _told(label: int) -> str:
    return f"vulnerable, $y = {label}$"


def beside(axes: "Axes", scene: Scene, vulnerable: Any) -> None:
    """The vulnerable samples of each label, as lines and dots beside the support."""
    windows = axes.get_xlim(), axes.get_ylim()
    for side, label in zip((-1, 1, -2, 2, -3, 3), scene.d.labels, strict=False):
        style: dict[str, Any] = {"color": scene.colour(label), "zorder": 4, "solid_capstyle": "butt"}
        for stratum, numbers in vulnerable.get(label, {}).items():
            for points in _parts(stratum, numbers, windows):
                marker = scene.marker(label) if len(points) == 1 else None
                aside = side * _ASIDE * _across(stratum, points, windows)
                axes.plot(*(points + aside).T, linewidth=4, marker=marker, **style)
        if vulnerable:
            axes.plot([], [], linewidth=4, label=_told(label), **style)


def _across(stratum: Any, points: Any, windows: Any) -> Any:
    """As long as the window is wide, at right angles to a line as it is drawn; outward; for a point to the right."""
    size = np.ptp(np.array(windows), axis=1)
    if isinstance(stratum, Sphere):
        return (points - np.array([float(c) for c in stratum.centre])) / float(stratum.radius) * size.mean()
    along = (points[-1] - points[0]) / size if len(points) > 1 else np.array([0.0, 1.0])
    across = np.array([along[1], -along[0]]) / np.linalg.norm(along)
    return across * size * (1 if across.sum() > 0 else -1)


def _parts(stratum: Any, numbers: Intervals, windows: Any) -> list[Any]:
    """The ends ``(2, 2)`` of each interval of a line within the window, points along a circle, a point itself."""
    if isinstance(stratum, Sphere):
        return _turned_together([_turns(stratum, a.value, b.value) for a, b in numbers])
    if not is_straight(stratum) or not numbers:
        return []
    if stratum.dim == 0:
        return [stratum.embed(np.zeros((1, 0)))]
    low, high = in_window(stratum, windows)
    drawn = [np.clip([float(a.value), float(b.value)], low, high) for a, b in numbers]
    return [stratum.embed(pair.reshape(2, 1)) for pair in drawn if pair[0] < pair[1]]


def _turns(circle: Sphere, start: Any, end: Any) -> Any:
    """Points ``(n, 2)`` along the part of a circle between two tangents of half the angle."""
    low, high = (2 * np.arctan(float(t)) for t in (start, end))
    angle = np.linspace(low, high, max(2, int((high - low) * _POINTS)))
    return circle.embed(np.stack([np.cos(angle), np.sin(angle)], axis=1))


def _turned_together(parts: list[Any]) -> list[Any]:
    """The parts of a circle with the last and the first as one, where both end at half a turn."""
    if len(parts) > 1 and np.allclose(parts[0][0], parts[-1][-1]):
        return [*parts[1:-1], np.concatenate([parts[-1], parts[0][1:]])]
    return parts
