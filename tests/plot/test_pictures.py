"""Pictures: what is in them, whatever the distribution; the same bytes on every run; nothing without matplotlib."""

import sys
from xml.etree import ElementTree

import numpy as np
import pytest

import symadv as sa
from symadv.plot import Picture, pictures
from symadv.plot.canvas import grid
from symadv.plot.scene import Scene

pytest.importorskip("matplotlib")

FIGURE = {"p": "9/10", "eta": 3}


@pytest.fixture(scope="module")
def figure2() -> Scene:
    return Scene(sa.distribution("tsipras").at(**FIGURE), 0)


def three_classes() -> sa.Distribution:
    """Points, a line and a tie rule of its own, with three labels, in the plane."""
    components = [
        sa.Component(sa.Point((0, 0)), {0: sa.Atom()}),
        sa.Component(sa.Point((2, 1)), {1: sa.Atom()}),
        sa.Component(sa.Flat({1: 3}), {2: sa.Laplace(1, 1)}),
    ]
    prior = {0: "1/4", 1: "1/4", 2: "1/2"}
    return sa.Distribution(name="three", features=("u", "v"), labels=(0, 1, 2), prior=prior, components=components)


def on_the_line() -> sa.Distribution:
    """A normal law and an atom on the line."""
    components = [
        sa.Component(sa.Whole(1), {0: sa.Normal(0, 1), 1: "1/2" * sa.Normal(2, 1)}),
        sa.Component(sa.Point((5,)), {1: "1/2" * sa.Atom()}),
    ]
    return sa.Distribution(
        name="mixed", features=("t",), labels=(0, 1), prior={0: "1/2", 1: "1/2"}, components=components
    )


def decoded(picture: Picture) -> np.ndarray:
    import io

    from matplotlib.image import imread

    return np.asarray(imread(io.BytesIO(picture.png), format="png"))


@pytest.mark.parametrize(
    ("d", "values"),
    [
        (sa.distribution("tsipras").at(**FIGURE), "p = 9/10, η = 3"),
        (sa.distribution("point_masses").at(gap=3), "gap = 3"),
        (three_classes(), ""),
        (on_the_line(), ""),
    ],
    ids=["tsipras", "point_masses", "three", "mixed"],
)
def test_every_picture_is_a_picture(d: sa.Distribution, values: str) -> None:
    threat = sa.ThreatModel("linf", 2)
    drawn = pictures(d, threat)
    assert [picture.name for picture in drawn] == ["samples", "regions", "perturbations"]
    for picture in drawn:
        assert ElementTree.fromstring(picture.svg).tag.endswith("svg") and d.name in picture.caption
        assert values in picture.caption
        image = decoded(picture)
        assert min(image.shape[:2]) > 200 and len(np.unique(image.reshape(-1, image.shape[2]), axis=0)) > 20
    assert drawn == pictures(d, threat)


def test_the_bayes_label_is_painted_where_it_is(figure2: Scene) -> None:
    """Pixels of the right panel of the regions have the colour of the oracle's label at their place."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.colors import to_rgb

    from symadv.plot.canvas import frame, paint_labels
    from symadv.plot.picture import drawing

    with drawing(size=(4, 4)) as (figure, axes):
        points, shape, extent = grid(figure2, ())
        paint_labels(axes, figure2, points, shape, extent)
        frame(axes, figure2, ())
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        image = np.asarray(canvas.buffer_rgba())[..., :3] / 255
        places = np.array([[-1.5, 4.0], [-1.5, -4.0], [-0.5, 0.2], [0.5, 0.2], [1.5, 5.0], [1.0, -3.0]])
        columns, rows = axes.transData.transform(places).round().astype(int).T
    seen = image[image.shape[0] - 1 - rows, columns]
    labels = figure2.oracle.label(places)
    tints = {label: 1 - 0.25 * (1 - np.array(to_rgb(figure2.colour(label)))) for label in figure2.d.labels}
    assert len(set(labels.tolist())) == 2
    assert np.allclose(seen, [tints[label] for label in labels.tolist()], atol=0.02)


def test_the_scene_shows_the_support_and_the_article_s_sample(figure2: Scene) -> None:
    x, y = figure2.example
    assert x.tolist() == [-1, 3] and y == 1
    low, high = figure2.window(0)
    assert low < -1 and high > 1 and figure2.fixed(0) == [-1, 1] and figure2.fixed(1) == []
    low, high = figure2.window(1, points=(-30.0, 2.0))
    assert low < -30 and high > 5


def test_samples_and_what_is_drawn_from_them_are_independent(figure2: Scene) -> None:
    """One generator for a sample and its spread once put each label on a side of its own."""
    assert figure2.rng(0).random() != figure2.rng(1).random()
    assert figure2.rng(1).random() == Scene(figure2.d, 0).rng(1).random()


def test_the_labels_have_markers_and_colours_of_their_own(figure2: Scene) -> None:
    assert len({figure2.marker(label) for label in figure2.d.labels}) == 2
    assert len({figure2.colour(label) for label in figure2.d.labels}) == 2


def test_more_than_two_features_are_not_drawn() -> None:
    space = [sa.Component(sa.Whole(3), {y: sa.Independent(*[sa.Normal(y, 1)] * 3) for y in (0, 1)})]
    prior = {0: "1/2", 1: "1/2"}
    d = sa.Distribution(name="deep", features=("a", "b", "c"), labels=(0, 1), prior=prior, components=space)
    assert pictures(d, sa.ThreatModel("linf", 1)) == ()


def test_parameters_must_be_numbers() -> None:
    with pytest.raises(sa.SymadvError, match="free parameters p, eta"):
        pictures(sa.distribution("tsipras"), sa.ThreatModel("linf", 1))


def test_without_matplotlib_there_is_a_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(sa.SymadvError, match=r"symadv\[plot\]"):
        pictures(sa.distribution("point_masses").at(gap=3), sa.ThreatModel("linf", 1))
