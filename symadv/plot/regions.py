"""A classifier and the truth in the plane: who says what, which samples are vulnerable, what one of them can reach."""

from collections.abc import Sequence
from dataclasses import dataclass, field
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
from symadv.language.numbers import exact
from symadv.oracle.predictions import predictions
from symadv.plot.canvas import curves_of, frame, grid, legend, paint, paint_labels, support
from symadv.plot.palette import COLOURS, INK
from symadv.plot.picture import captioned, drawing
from symadv.plot.scene import Scene
from symadv.plot.vulnerable import beside, hatched
from symadv.plot.words import around, at_values, rule, spaced
from symadv.probability.distribution import Distribution
from symadv.risk import risk
from symadv.risk.among import among_vulnerable
from symadv.risk.circles import on_circles
from symadv.risk.exact import known_classifier
from symadv.risk.networks import as_network
from symadv.risk.sampled import Among

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ADVERSARIAL, _RULE = COLOURS[3], COLOURS[4]
_CLOSE = 1e-9


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

    ``classifier``: one, its name, or a torch network.  The vulnerable samples are exact: one line for each label beside
    the support, hatched pixel by pixel where the support fills the plane.  With a ``sample`` and its ``label``: the
    admissible points around it, and those among them that are adversarial under the definition, pixel by pixel.
    """
    if len(d.features) != 2:
        raise SymadvError(f"regions are drawn in the plane; {d.name} has {len(d.features)} features")
    if (sample is None) != (label is None):
        raise SymadvError("wanted a sample and its label, or neither")
    scene, meaning = Scene(d, seed), definition_of(definition) if isinstance(definition, str) else definition
    known = _known(_classifier(classifier, d), d, threat, meaning)
    corners = [] if sample is None else _corners(sample, threat)
    with drawing(size=(5.2, 5.4)) as (figure, axes):
        points, shape, extent = grid(scene, corners)
        paint_labels(axes, scene, points, shape, extent)
        curves_of(axes, scene, projection(d).ties, corners, label="tie of the projection", colour=COLOURS[2])
        _boundary(axes, _ahead(classifier, d, points).reshape(*shape, -1), extent)
        support(axes, scene, corners)
        frame(axes, scene, corners)
        beside(axes, scene, known.places)
        hatched(axes, scene, known.among, points, shape, extent)
        if sample is not None and label is not None:
            _reach(axes, scene, classifier, threat, meaning, sample, label, (points, shape, extent))
        legend(axes)
    words = f"The Bayes label c of the projection, and {rule(classifier)}, on {at_values(d)}; {around(threat)}."
    told = "" if sample is None or label is None else _of_sample(known, sample, label)
    return captioned(figure, f"{words} {known.words}{told}")


def _of_sample(known: "_Known", sample: Sequence[Any], label: int) -> str:
    """Where a sample is and, as far as that is known, whether it is vulnerable."""
    at, hit = ", ".join(f"{float(v):g}" for v in map(exact, sample)), _hit(known, sample, label)
    verdict = f", and {'' if hit else 'not '}vulnerable" if hit or known.sure else ""
    return f" The sample is ({at}) with y = {label}{verdict}."


@dataclass(frozen=True)
class _Known:
    """The risk in words; who is certainly vulnerable: ``places`` on points, lines and circles by label and stratum,
    and ``among`` samples where the support fills the plane; whether these are all."""

    words: str
    places: Any = field(default_factory=dict)
    among: Among | None = None
    sure: bool = False


def _known(f: Any, d: Distribution, threat: ThreatModel, meaning: Definition) -> _Known:
    under = f"under {spaced(meaning.name)}"
    try:
        bound = _told(risk(f, d, threat, definition=meaning), f, d, threat, meaning)
    except SymadvError as refused:
        return _Known(f"Which samples are vulnerable {under} is not known: {refused}.")
    exact_risk = (
        f"{bound.lower:.6g}"
        if bound.upper - bound.lower < _CLOSE
        else f"between {bound.lower:.4g} and {bound.upper:.4g}"
    )
    evidence = bound.evidence
    places = evidence.vulnerable if evidence is not None and not evidence.statistics else {}
    fills = any(s.dim == len(d.features) for s in d.strata)
    among = among_vulnerable(f, d, threat, meaning, bound) if fills and bound.is_number else None
    shown = " and ".join([*(["beside the support"] if places else []), *(["hatched"] if among else [])])
    if not shown:
        return _Known(f"The exact risk {under}: {exact_risk}.")
    words = f"{shown.capitalize()} the samples that are vulnerable {under}; exact risk: {exact_risk}."
    return _Known(words, places, among, bound.method == "exact" and bool(among or places))


def _classifier(given: Any, d: Distribution) -> Any:
    return as_network(given, d) if of_network(given) else known_classifier(given, d)


def _told(bound: Any, f: Any, d: Distribution, threat: ThreatModel, meaning: Definition) -> Any:
    """A risk with the vulnerable samples point by point, where these are known on circles."""
    evidence = bound.evidence
    if of_network(f) or (evidence is not None and evidence.vulnerable and not evidence.statistics):
        return bound
    return on_circles(f, d, threat, [meaning]).get(meaning.name, bound)


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


def _hit(known: _Known, sample: Sequence[Any], label: int) -> bool:
    """Whether the exact sample is one of the vulnerable ones."""
    if known.among is not None:
        return bool(known.among(np.array([[float(exact(v)) for v in sample]]), np.array([label]))[0])
    at = [exact(v) for v in sample]
    return any(
        numbers and stratum.contains(at) and (stratum.dim == 0 or numbers.contains(_coordinate(stratum, at)))
        for stratum, numbers in known.places.get(label, {}).items()
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
