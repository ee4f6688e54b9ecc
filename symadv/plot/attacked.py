"""What attacks returned for a network in the plane: which points kept their true label, and the network's boundary."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symadv.plot.canvas import frame, grid, paint_labels, support
from symadv.plot.palette import COLOURS, INK
from symadv.plot.picture import Picture, captioned, drawing
from symadv.plot.scene import Scene

_SHOWN = 300


def attacked_picture(
    scene: Scene, x: Any, y: Any, returned: Mapping[str, Any], predict: Callable[[Any], Any], *, name: str, network: str
) -> Picture:
    """A panel for each attack: the points it returned, on the Bayes label of the projection; for two features."""
    corners = [tuple(np.quantile(np.concatenate([x, *returned.values()])[:, k], (0.0, 1.0))) for k in range(2)]
    with drawing(len(returned), size=(4.1 * len(returned), 4.4), sharey=True, squeeze=False) as (figure, (panels,)):
        points, shape, extent = grid(scene, corners)
        said = predict(points).reshape(shape)
        for axes, (attack, x_adv) in zip(panels, returned.items(), strict=True):
            paint_labels(axes, scene, points, shape, extent)
            for label in scene.d.labels[1:]:
                axes.contour(
                    (said == label).astype(float), levels=[0.5], colors=COLOURS[4], linewidths=1.6, extent=extent
                )
            axes.plot([], [], color=COLOURS[4], linewidth=1.6, label="boundary of the network")
            support(axes, scene)
            _returned(axes, scene, x[:_SHOWN], y[:_SHOWN], x_adv[:_SHOWN])
            frame(axes, scene, corners)
            axes.set_title(attack)
        for axes in panels[1:]:
            axes.set_ylabel("")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, columnspacing=1.4, handletextpad=0.5)
    caption = (
        f"Points that attacks returned for {min(len(x), _SHOWN)} samples, and the boundary of {network}: {scene.at}."
    )
    return Picture.of(captioned(figure, caption), name)


def _returned(axes: Any, scene: Scene, x: Any, y: Any, x_adv: Any) -> None:
    kept = scene.oracle.label(x_adv) == y
    moved = (x_adv != x).any(axis=1)
    styles = ((kept & moved, "o", COLOURS[2], "true label kept"), (~kept & moved, "x", INK, "true label changed"))
    for chosen, marker, colour, words in styles:
        axes.scatter(
            *x_adv[chosen].T,
            s=14,
            marker=marker,
            color=colour,
            linewidths=0.9 if marker == "x" else 0,
            zorder=5,
            label=words,
        )
