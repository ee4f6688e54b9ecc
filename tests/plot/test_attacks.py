"""Attacks against the exact truth: the exact risk at each budget, what was found, the recall."""

from typing import Any

import numpy as np
import pytest

import symadv as sa
from symadv.plot import attacks, caption_of, recall

pytest.importorskip("matplotlib")
pytest.importorskip("torch")

FIG2 = sa.distribution("tsipras").at(p="9/10", eta=3)


@pytest.fixture(scope="module")
def network() -> Any:
    return sa.train(FIG2, hidden=(4,), steps=60, seed=0)


def points(figure: Any, name: str) -> Any:
    handles, labels = figure.axes[0].get_legend_handles_labels()
    return np.array(handles[labels.index(name)].get_data())


def test_the_exact_risk_and_what_was_found(network: Any) -> None:
    drawn = attacks(network, FIG2, upto=2, names=["pgd"], definition="boundary", n=40, seed=3)
    for eps, risk in points(drawn, "exact, whole distribution").T[::9]:
        truth = sa.risk(network, FIG2, sa.ThreatModel("linf", float(eps)), definition="boundary")
        assert risk == pytest.approx(float(truth), abs=1e-12)
    eps, share = points(drawn, "pgd").T[-1]
    graded = sa.grade("pgd", network, FIG2, sa.ThreatModel("linf", 2), definition="boundary", n=40, seed=3)
    assert eps == 2 and share == graded.found / 40
    assert "40 samples" in caption_of(drawn) and "boundary" in caption_of(drawn)


def test_a_box_and_the_support_bind_both_the_risk_and_the_attack(network: Any) -> None:
    threat = {"box": (-2, 2), "on_support": True, "closed": False}
    drawn = attacks(network, FIG2, upto=6, names=["pgd"], n=10, seed=3, **threat)
    eps, risk = points(drawn, "exact, whole distribution").T[-1]
    bound = sa.risk(network, FIG2, sa.ThreatModel("linf", 6, **threat), definition="label_invariant")
    assert eps == 6 and risk == pytest.approx(float(bound), abs=1e-12)
    graded = sa.grade("pgd", network, FIG2, sa.ThreatModel("linf", 6, **threat), n=10, seed=3)
    assert points(drawn, "pgd").T[-1].tolist() == [6, graded.found / 10]
    assert all(words in caption_of(drawn) for words in ("open L∞ ball", "on the support", "in the box (-2, 2)"))


def test_recall_is_that_of_the_grades(network: Any) -> None:
    names = ("boundary", "misclassification")
    threat = sa.ThreatModel("linf", 3)
    found = {"pgd": {k: sa.grade("pgd", network, FIG2, threat, definition=k, n=40) for k in names}}
    drawn = recall(found, caption="told")
    known = [found["pgd"][k].recall for k in names if found["pgd"][k].recall is not None]
    assert points(drawn, "pgd")[0].tolist() == known and caption_of(drawn) == "told"
    told = [text.get_text().strip() for text in drawn.axes[0].texts]
    assert told.count("nothing is vulnerable") == len(names) - len(known)


def test_what_cannot_be_drawn_is_told(network: Any) -> None:
    with pytest.raises(sa.SymadvError, match="budget > 0"):
        attacks(network, FIG2, upto=0)
    with pytest.raises(sa.SymadvError, match="no grades"):
        recall({})
