"""Phase diagrams: each pixel against the exact risk at its numbers; the domain; where the formula changes."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import symadv as sa
from symadv.plot import caption_of, phase

pytest.importorskip("matplotlib")

TSIPRAS = sa.distribution("tsipras")
EPS = sa.parameter("eps", positive=True)
SIDE = 20


@pytest.fixture(scope="module")
def over_eta_and_eps() -> Any:
    """Bayes at p = 9/10, budgets from 0 to 8."""
    d, spans = TSIPRAS.at(p="9/10"), {"eta": (0, 4), "eps": (0, 8)}
    return phase("bayes", d, sa.ThreatModel("linf", EPS), over=spans, side=SIDE)


def panels(figure: Any) -> dict[str, Any]:
    """The image of each definition."""
    found = {}
    for axes in figure.axes:
        for image in axes.images:
            for name in axes.get_title().replace("\n", " ").split(", "):
                found[name.strip().replace("\N{NO-BREAK SPACE}", "_").replace(" ", "_")] = image.get_array()
    return found


def test_every_definition_is_in_one_panel(over_eta_and_eps: Any) -> None:
    assert set(panels(over_eta_and_eps)) == set(sa.names("definitions"))
    assert len([axes for axes in over_eta_and_eps.axes if axes.images]) < 9


@pytest.mark.parametrize("column", [0, 7, 19])
@pytest.mark.parametrize("row", [0, 1, 2, 3, 10, 19])
def test_pixels_are_exact_risks(over_eta_and_eps: Any, column: int, row: int) -> None:
    """At the centre of the pixel, by the program for numbers, which shares no cases with the one for formulas."""
    eta, eps = Fraction(4 * (2 * column + 1), 2 * SIDE), Fraction(8 * (2 * row + 1), 2 * SIDE)
    truth = sa.risks("bayes", TSIPRAS.at(p="9/10", eta=eta), sa.ThreatModel("linf", eps))
    for name, values in panels(over_eta_and_eps).items():
        assert values[row, column] == pytest.approx(float(truth[name]), abs=1e-12)


def test_a_difference_is_one_of_risks() -> None:
    threat, spans = sa.ThreatModel("linf", 2), {"p": ("1/2", 1), "eta": (0, 4)}
    drawn = phase(
        "bayes", TSIPRAS, threat, over=spans, definition="adversarial_loss", against="misclassification", side=6
    )
    (values,) = [image.get_array() for axes in drawn.axes for image in axes.images]
    p, eta = (float(low) + (float(high) - float(low)) * 5 / 12 for low, high in ((0.5, 1), (0, 4)))
    d = TSIPRAS.at(p=p, eta=eta)
    risks = [float(sa.risk("bayes", d, threat, definition=n)) for n in ("adversarial_loss", "misclassification")]
    assert values[2, 2] == pytest.approx(risks[0] - risks[1], abs=1e-12)
    assert "minus" in caption_of(drawn) and "budget 2" in caption_of(drawn)


def test_what_lies_outside_the_domain_is_left_out() -> None:
    threat = sa.ThreatModel("linf", 1)
    drawn = phase("bayes", TSIPRAS, threat, over={"p": ("-1/2", "3/2"), "eta": (-1, 1)}, definition="boundary", side=8)
    (values,) = [image.get_array() for axes in drawn.axes for image in axes.images]
    p, eta = np.meshgrid(-0.5 + 2 * (np.arange(8) + 0.5) / 8, -1 + 2 * (np.arange(8) + 0.5) / 8)
    assert (np.ma.getmaskarray(values) == ~((p > 0) & (p < 1) & (eta > 0))).all()


def test_lines_stand_where_the_formula_changes(over_eta_and_eps: Any) -> None:
    by_title = {axes.get_title(): axes for axes in over_eta_and_eps.axes}
    paths = [path for drawn in by_title["boundary"].collections for path in drawn.get_paths()]
    heights = np.concatenate([path.vertices[:, 1] for path in paths])
    assert heights == pytest.approx(1.0) and "ε = 1" in caption_of(over_eta_and_eps)
    assert not by_title["misclassification"].collections


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"over": {"p": (0, 1)}}, "1 parameters"),
        ({"over": {"p": (0, 1), "eat": (0, 1)}}, "nearest: eta"),
        ({"over": {"p": (1, 0), "eta": (0, 1)}}, "the smaller first"),
        ({"over": {"p": (2, 3), "eta": (0, 1)}}, "domains"),
        ({"over": {"p": (0, 1), "eps": (0, 1)}, "threat": sa.ThreatModel("linf", EPS)}, "depends on eta"),
        ({"over": {"p": (0, 1), "eta": (0, 1)}, "against": "boundary"}, "definition="),
        ({"over": {"p": (0, 1), "eta": (0, 1)}, "d": TSIPRAS.at(p="1/2", eta=1)}, "all parameters have values"),
    ],
)
def test_what_cannot_be_drawn_is_told(options: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"d": TSIPRAS, "threat": sa.ThreatModel("linf", 6), "side": 4, **options}
    with pytest.raises(sa.SymadvError, match=words):
        phase("bayes", given.pop("d"), given.pop("threat"), **given)
