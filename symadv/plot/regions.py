"""A classifier and the truth in the plane: who says what, which samples are vulnerable, what one of them can reach."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import of_network
from symadv.definitions import definition as definition_of
from symadv.geometry.projection import projection
from symadv.geometry.spheres import Sphere
from symadv.language.errors import SymadvError
from symadv.language.intervals import Intervals
from symadv.language.numbers import exact
from symadv.oracle.predictions import predictions
from symadv.plot.canvas import curves_of, frame, grid, in_window, legend, paint, paint_labels, support
from symadv.plot.palette import COLOURS, INK
from symadv.plot.picture import captioned, drawing
from symadv.plot.scene import Scene
from symadv.plot.words import around, at_values, rule, spaced
from symadv.probability.distribution import Distribution
from symadv.risk import risk
from symadv.risk.circles import on_circles
from symadv.risk.exact import known_classifier
from symadv.risk.measure import is_straight
from symadv.risk.networks import as_network

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ADVERSARIAL, _RULE = COLOURS[3], COLOURS[4]
_CLOSE = 1e-9
_POINTS = 60  # of a circle, for each radian
_ASIDE = 0.012  # how far beside the support vulnerable samples are drawn, of the window's side


def regions(
    classifier: Any,
    d: Distribution,
    threat: ThreatModel,
    *,
    definition: str | Definition = "label_invariant",
    sample: Sequence[Any] | None = None,
    label: int | None = None,
    seed: int = 0,
) -> "Figure":
    r"""In the plane: the label of $\pi$ with its ties, the classifier, the vulnerable samples, what one can reach.

    ``classifier``: one, its name, or a torch network.  The vulnerable samples are exact, one line for each label beside
    the support.  With a ``sample`` and its ``label``: the admissible points around it, and those among them that are
    adversarial under the definition, pixel by pixel.
    """
    if len(d.features) != 2:
        raise SymadvError(f"regions are drawn in the plane; {d.name} has {len(d.features)} features")
    if (sample is None) != (label is None):
        raise SymadvError("wanted a sample and its label, or neither")
    scene, meaning = Scene(d, seed), definition_of(definition) if isinstance(definition, str) else definition
    known, vulnerable, sure = _vulnerable(classifier, d, threat, meaning)
    corners = [] if sample is None else _corners(sample, threat)
    with drawing(size=(5.2, 5.4)) as (figure, axes):
        points, shape, extent = grid(scene, corners)
        paint_labels(axes, scene, points, shape, extent)
        curves_of(axes, scene, projection(d).ties, corners, label="tie of the projection", colour=COLOURS[2])
        _boundary(axes, _ahead(classifier, d, points).reshape(*shape, -1), extent)
        support(axes, scene, corners)
        frame(axes, scene, corners)
        _beside(axes, scene, vulnerable)
        if sample is not None and label is not None:
            _reach(axes, scene, classifier, threat, meaning, sample, label, (points, shape, extent))
        legend(axes)
    words = f"The Bayes label c of the projection, and {rule(classifier)}, on {at_values(d)}; {around(threat)}. {known}"
    if sample is not None and label is not None:
        words += f" The sample is ({', '.join(f'{float(v):g}' for v in map(exact, sample))}) with y = {label}"
        hit = _hit(vulnerable, sample, label)
        words += f", and {'' if hit else 'not '}vulnerable." if hit or sure else "."
    return captioned(figure, words)


def _vulnerable(classifier: Any, d: Distribution, threat: ThreatModel, meaning: Definition) -> tuple[str, Any, bool]:
    """The risk in words, the samples that are certainly vulnerable by label and stratum, whether these are all."""
    under = f"under {spaced(meaning.name)}"
    try:
        bound = _told(risk(classifier, d, threat, definition=meaning), classifier, d, threat, meaning)
    except SymadvError as refused:
        return f"Which samples are vulnerable {under} is not known: {refused}.", {}, False
    told = (
        f"{bound.lower:.6g}"
        if bound.upper - bound.lower < _CLOSE
        else f"between {bound.lower:.4g} and {bound.upper:.4g}"
    )
    told_here = bound.evidence is not None and not bound.evidence.statistics
    vulnerable = bound.evidence.vulnerable if bound.evidence is not None and told_here else {}
    if not vulnerable:
        return f"The exact risk {under}: {told}.", {}, False
    return (
        f"Beside the support the samples that are vulnerable {under}; exact risk: {told}.",
        vulnerable,
        bound.method == "exact" and bool(vulnerable),
    )


def _told(bound: Any, classifier: Any, d: Distribution, threat: ThreatModel, meaning: Definition) -> Any:
    """A risk with the vulnerable samples point by point, where these are known on circles."""
    evidence = bound.evidence
    if of_network(classifier) or (evidence is not None and evidence.vulnerable and not evidence.statistics):
        return bound
    return on_circles(known_classifier(classifier, d), d, threat, [meaning]).get(meaning.name, bound)


def _corners(sample: Sequence[Any], threat: ThreatModel) -> list[tuple[float, float]]:
    if len(sample) != 2:
        raise SymadvError(f"sample: got {len(sample)} numbers, wanted one per feature, 2")
    centre = [float(exact(v)) for v in sample]
    return [(c - float(b), c + float(b)) for c, b in zip(centre, threat.budgets(2), strict=True)]


def _ahead(classifier: Any, d: Distribution, points: Any) -> Any:
    """``(n, K)``: by how much each label is ahead of the others; of a network its logits, else only who is ahead."""
    if of_network(classifier):
        logits, _ = as_network(classifier, d).logits(points)
        others = [np.delete(logits, k, axis=1).max(axis=1) for k in range(len(d.labels))]
        return logits - np.stack(others, axis=1)
    return np.where(predictions(classifier, points, d)[:, None] == np.array(d.labels), 1.0, -1.0)


def _boundary(axes: "Axes", ahead: Any, extent: Any) -> None:
    """Where the classifier changes its mind."""
    for k in range(1, ahead.shape[-1]):
        if ahead[..., k].min() < 0 < ahead[..., k].max():
            axes.contour(ahead[..., k], levels=[0.0], colors=_RULE, linewidths=1.8, linestyles="solid", extent=extent)
    axes.plot([], [], color=_RULE, linewidth=1.8, label="boundary of the classifier")


def _beside(axes: "Axes", scene: Scene, vulnerable: Any) -> None:
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
            axes.plot([], [], linewidth=4, label=f"vulnerable, $y = {label}$", **style)


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


def _hit(vulnerable: Any, sample: Sequence[Any], label: int) -> bool:
    """Whether the exact sample is one of the vulnerable ones."""
    at = [exact(v) for v in sample]
    return any(
        numbers and stratum.contains(at) and (stratum.dim == 0 or numbers.contains(_coordinate(stratum, at)))
        for stratum, numbers in vulnerable.get(label, {}).items()
    )


def _coordinate(stratum: Any, at: Any) -> Any:
    """Where an exact point is on a line or a circle."""
    coordinates = stratum.coordinates(at)
    if not isinstance(stratum, Sphere):
        return coordinates[0]
    first, second = coordinates
    return sympy.oo if first == -stratum.radius else second / (stratum.radius + first)


def _reach(
    axes: "Axes",
    scene: Scene,
    classifier: Any,
    threat: ThreatModel,
    meaning: Definition,
    sample: Sequence[Any],
    label: int,
    pixels: tuple[Any, tuple[int, int], Any],
) -> None:
    """The admissible points around a sample, and the adversarial ones among them."""
    points, shape, extent = pixels
    x = np.array([[float(exact(v)) for v in sample]])
    if threat.on_support:
        points = scene.oracle.project(points)
    repeated, labels = np.repeat(x, len(points), axis=0), np.full(len(points), label)
    inside = threat.allows(repeated, points)
    adversarial = scene.oracle.is_adversarial(repeated, labels, points, classifier, definition=meaning, threat=threat)
    line = "solid" if threat.closed else "dashed"
    if threat.on_support:
        for chosen, colour, size in ((inside, INK, 3.0), (adversarial, _ADVERSARIAL, 2.2)):
            axes.plot(*points[chosen].T, marker="o", markersize=size, color=colour, zorder=4, linestyle="none", mew=0)
    else:
        axes.contour(inside.reshape(shape).astype(float), levels=[0.5], colors=INK, linestyles=line, extent=extent)
        shown = np.ma.masked_equal(adversarial.reshape(shape).astype(int), 0)
        paint(axes, shown - 1, [_ADVERSARIAL], extent, tint=0.75)
    axes.plot([], [], color=INK, linewidth=1.2, linestyle=line, label="within reach of the sample")
    axes.plot([], [], marker="s", markersize=8, color=_ADVERSARIAL, linestyle="none", label="adversarial for it")
    star: dict[str, Any] = {
        "marker": "*",
        "markersize": 14,
        "markeredgecolor": "white",
        "linestyle": "none",
        "zorder": 6,
    }
    axes.plot(*x[0], color=scene.colour(label), label=f"sample with $y = {label}$", **star)
