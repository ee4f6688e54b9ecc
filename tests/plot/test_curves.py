"""Risk curves: what is drawn against the exact risks; jumps; curves that are one; several classifiers at a glance."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import symadv as sa
from symadv.plot import caption_of, curves, definitions
from symadv.plot.palette import style

pytest.importorskip("matplotlib")

FIG2 = sa.distribution("tsipras").at(p="9/10", eta=3)
MASSES = sa.distribution("point_masses").at(gap=3)


@pytest.fixture(scope="module")
def bayes() -> Any:
    return curves("bayes", FIG2, upto=4)


def lines(figure: Any) -> dict[str, Any]:
    """The line of each definition, by name."""
    (axes,) = figure.axes
    handles, labels = axes.get_legend_handles_labels()
    known = zip(handles, (label.replace("\N{NO-BREAK SPACE}", "_").replace("\n", " ") for label in labels))
    return {name: handle for handle, label in known for name in label.split(", ")}


def dots(figure: Any) -> dict[bool, set[tuple[float, float]]]:
    """Full dots (True) and hollow ones."""
    found: dict[bool, set[tuple[float, float]]] = {True: set(), False: set()}
    for line in figure.axes[0].lines:
        if line.get_marker() == "o":
            hollow = line.get_markerfacecolor() == "white"
            found[not hollow] |= {(float(x), round(float(y), 9)) for x, y in zip(*line.get_data())}
    return found


def test_every_definition_is_told_once_and_equal_curves_share_a_line(bayes: Any) -> None:
    assert set(lines(bayes)) == set(sa.names("definitions"))
    assert lines(bayes)["label_invariant"] is lines(bayes)["error_region"]
    assert len({id(line) for line in lines(bayes).values()}) == 5


@pytest.mark.parametrize("eps", ["1/5", "9/10", "11/10", "5/2", "4"])
def test_lines_are_exact_risks(bayes: Any, eps: str) -> None:
    truth = sa.risks("bayes", FIG2, sa.ThreatModel("linf", eps))
    for name, line in lines(bayes).items():
        x, y = line.get_data()
        behind, known = float(Fraction(eps)), np.isfinite(y)
        assert np.interp(behind, x[known], y[known]) == pytest.approx(float(truth[name]), abs=2e-4)


def test_a_jump_has_its_value_and_both_limits(bayes: Any) -> None:
    found = dots(bayes)
    for name in ("adversarial_loss", "boundary"):
        edge = sa.risk("bayes", FIG2, sa.ThreatModel("linf", 1), definition=name).evidence
        value = sa.risk("bayes", FIG2, sa.ThreatModel("linf", 1), definition=name)
        assert (1.0, round(float(value), 9)) in found[True]
        assert {(1.0, round(edge.below[0], 9)), (1.0, round(edge.above[0], 9))} <= found[False]
    assert "hollow" in caption_of(bayes)


def test_lines_are_broken_at_jumps(bayes: Any) -> None:
    x, y = lines(bayes)["adversarial_loss"].get_data()
    (gap,) = np.flatnonzero(~np.isfinite(y))
    assert x[gap - 1] == x[gap + 1] == 1 and y[gap - 1] < y[gap + 1]


def test_an_attained_limit_has_no_hollow_dot() -> None:
    """Any budget lets the point at the threshold go back over it; only one of exactly 3 lets the other one reach it."""
    f = sa.classifier("threshold", MASSES, at=3, below=1, tie=-1)
    found = dots(curves(f, MASSES, definitions=["adversarial_loss"]))
    assert found == {True: {(0.0, 0.0), (3.0, 1.0)}, False: {(0.0, 0.5), (3.0, 0.5)}}


def test_open_balls_jump_later() -> None:
    f = sa.classifier("threshold", MASSES, at="3/2", below=1, tie=-1)
    for closed, at in ((True, 0.5), (False, 0.0)):
        found = dots(curves(f, MASSES, definitions=["adversarial_loss"], closed=closed))
        assert (1.5, at) in found[True]


def test_the_picture_goes_on_until_nothing_changes() -> None:
    (axes,) = curves("bayes", FIG2).axes
    _, right = axes.get_xlim()
    risk = sa.curve("bayes", FIG2, definition="adversarial_loss")
    assert 5 <= right <= 10 and float(risk.limit) - risk(right) < 0.005


def test_mean_distances_are_integrals_of_what_is_drawn() -> None:
    drawn = curves("bayes", FIG2, definitions=["adversarial_loss", "label_invariant"], upto=12, distance=True)
    told = {name.partition(" (")[0]: (name, line) for name, line in lines(drawn).items()}
    name, line = told["adversarial_loss"]
    x, y = (values[np.isfinite(line.get_ydata())] for values in line.get_data())
    assert float(name.partition("(")[2].rstrip(")")) == pytest.approx(
        np.sum(np.diff(x) * (1 - (y[1:] + y[:-1]) / 2)), abs=2e-3
    )
    assert told["label_invariant"][0].endswith("(infinite)") and "smallest budget" in caption_of(drawn)


def test_no_two_definitions_look_alike() -> None:
    looks = [style(name) for name in sa.names("definitions")]
    assert len({look.colour for look in looks}) == len({(look.colour, str(look.line)) for look in looks}) == 9


def test_several_classifiers_at_a_glance() -> None:
    drawn = definitions(FIG2, eps=6)
    rows = [axes.get_ylabel() for axes in drawn.axes if axes.get_ylabel()]
    assert sorted(rows) == sorted(name.replace("_", " ") for name in sa.names("definitions"))
    assert len(drawn.axes) == 9 * 4
    row = rows.index("label invariant")
    written = [text.get_text().strip() for axes in drawn.axes[4 * row : 4 * row + 4] for text in axes.texts]
    x1 = sa.classifier("threshold", FIG2, at=0, below=-1, tie=1)
    truth = [float(sa.risk(f, FIG2, sa.ThreatModel("linf", 6))) for f in ("bayes", x1)]
    assert written[:2] == ["0", f"{truth[1]:.3f}"] and truth[0] == 0
    assert all(low.startswith("adversarial") for low in rows[:1])


def test_what_cannot_be_drawn_is_told() -> None:
    with pytest.raises(sa.SymadvError, match="eta"):
        curves("bayes", sa.distribution("tsipras").at(p="9/10"))
    with pytest.raises(sa.SymadvError, match="budget > 0"):
        curves("bayes", MASSES, upto=0)
