"""The plane: what is painted against the oracle, the vulnerable samples against the exact risk, ties as lines."""

from typing import Any

import numpy as np
import pytest

import symadv as sa
from symadv.plot import caption_of, regions

pytest.importorskip("matplotlib")

FIG2 = sa.distribution("tsipras").at(p="9/10", eta=3)
LINEAR = sa.classifier("linear", FIG2, weights=(1, "2/5"), tie=1)


@pytest.fixture(scope="module")
def drawn() -> Any:
    return regions(LINEAR, FIG2, sa.ThreatModel("linf", 2), sample=(-1, 3), label=1)


def labelled(figure: Any, words: str) -> bool:
    return words in figure.axes[0].get_legend_handles_labels()[1]


def test_the_vulnerable_samples_stand_beside_the_support(drawn: Any) -> None:
    """The ends of the lines are those of the exact evidence, where they lie in the window."""
    evidence = sa.risk(LINEAR, FIG2, sa.ThreatModel("linf", 2)).evidence
    wanted = {
        round(float(end.value), 9)
        for by_stratum in evidence.vulnerable.values()
        for numbers in by_stratum.values()
        for pair in numbers
        for end in pair
        if end.value.is_finite
    }
    thick = [line for line in drawn.axes[0].lines if line.get_linewidth() == 4 and len(line.get_xdata())]
    low, high = drawn.axes[0].get_ylim()
    ends = {round(float(y), 9) for line in thick for y in line.get_ydata() if low < y < high}
    assert ends == {y for y in wanted if low < y < high} and len(ends) == 6


def test_adversarial_pixels_are_adversarial(drawn: Any) -> None:
    axes = drawn.axes[0]
    image = axes.images[-1]
    shown = ~np.ma.getmaskarray(image.get_array())
    left, right, bottom, top = image.get_extent()
    rows, columns = np.nonzero(np.ones_like(shown))
    side = shown.shape[0] - 1
    z = np.stack([left + (right - left) * columns / side, bottom + (top - bottom) * rows / side], axis=1)
    picked = np.random.default_rng(0).choice(len(z), 400, replace=False)
    inside = np.abs(z[picked] - [-1, 3]).max(axis=1) <= 2
    f, c = LINEAR.predict(z[picked]), sa.oracle(FIG2).label(z[picked])
    assert (shown.ravel()[picked] == (inside & (f != 1) & (c == 1))).all() and shown.any()


def test_ties_and_the_sample_are_told(drawn: Any) -> None:
    assert labelled(drawn, "tie of the projection") and labelled(drawn, "sample with $y = 1$")
    assert "vulnerable" in caption_of(drawn) and "(-1, 3)" in caption_of(drawn)


@pytest.mark.parametrize("options", [{"on_support": True}, {"closed": False}, {"box": (-2, 4)}])
def test_all_threat_models_are_drawn(options: dict[str, Any]) -> None:
    threat = sa.ThreatModel("linf", 3, **options)
    figure = regions("bayes", FIG2, threat, definition="adversarial_loss", sample=(1, -1), label=1)
    assert labelled(figure, "within reach of the sample")


def test_what_is_not_known_exactly_is_said() -> None:
    """A ball for which the risk of this classifier is refused, or only bounded, is drawn all the same."""
    figure = regions(LINEAR, FIG2, sa.ThreatModel("l2", 2), sample=(-1, 3), label=1)
    assert labelled(figure, "adversarial for it") and "L2 ball" in caption_of(figure)


def test_a_network_is_a_classifier() -> None:
    pytest.importorskip("torch")
    network = sa.train(FIG2, hidden=(4,), steps=20, seed=0)
    figure = regions(network, FIG2, sa.ThreatModel("linf", 1), sample=(1, 2), label=1)
    exact = sa.risk(network, FIG2, sa.ThreatModel("linf", 1))
    assert "vulnerable." in caption_of(figure)  # whether or not, it is known
    assert "a network" in caption_of(figure) and f"exact risk: {exact.lower:.6g}" in caption_of(figure)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sample": (-1, 3)}, "its label"),
        ({"sample": (-1,), "label": 1}, "one per feature"),
        ({"sample": (0, 3), "label": 1}, "support"),
        ({"definition": "label_invarient"}, "nearest"),
        ({"d": sa.distribution("point_masses").at(gap=3), "classifier": "bayes"}, "in the plane"),
    ],
)
def test_what_cannot_be_drawn_is_told(options: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"classifier": LINEAR, "d": FIG2, "threat": sa.ThreatModel("linf", 2), **options}
    with pytest.raises(sa.SymadvError, match=words):
        regions(given.pop("classifier"), given.pop("d"), given.pop("threat"), **given)


def gaussians() -> sa.Distribution:
    return sa.distribution("gaussian_mixture").at(variance=1)


def hatches(figure: Any) -> int:
    return sum(any(c.hatches or [None]) for c in figure.axes[0].collections if getattr(c, "hatches", None))


def test_in_a_plane_the_vulnerable_samples_are_hatched() -> None:
    """Half-planes: of the label on their other side, as far from the border as the ball reaches."""
    d, threat = gaussians(), sa.ThreatModel("l2", "1/2")
    f = sa.classifier("linear", d, weights=(3, 4), tie=1)
    drawn = regions(f, d, threat, definition="prediction_change", sample=(-1, 1), label=1)
    assert "Hatched" in caption_of(drawn) and "and vulnerable" in caption_of(drawn) and hatches(drawn) == 2
    drawn = regions(f, d, threat, definition="prediction_change", sample=(1, 0), label=1)
    assert "not vulnerable" in caption_of(drawn)


def test_hatched_are_the_pixels_among_the_vulnerable(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    net = torch.nn.Sequential(torch.nn.Linear(2, 2))
    with torch.no_grad():
        net[0].weight[:] = torch.tensor([[0.0, 0.0], [1.0, 0.0]])
        net[0].bias[:] = 0
    seen: dict[int, Any] = {}
    import matplotlib.axes

    contourf = matplotlib.axes.Axes.contourf

    def spy(axes: Any, there: Any, **options: Any) -> Any:
        seen[len(seen)] = there, options["extent"]
        return contourf(axes, there, **options)

    monkeypatch.setattr(matplotlib.axes.Axes, "contourf", spy)
    regions(net, gaussians(), sa.ThreatModel("linf", 1), definition="adversarial_loss")
    (negative, (left, right, *_)), (positive, _) = seen[0], seen[1]
    x = np.linspace(left, right, negative.shape[1])
    clear = (np.abs(x - 1) > 1e-6) & (np.abs(x + 1) > 1e-6)
    assert (negative[:, clear] == (x > -1)[clear]).all() and (positive[:, clear] == (x < 1)[clear]).all()
