"""Counting what an attack broke, with definitions written out here."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from symadv.adversary.threat import ThreatModel
from symadv.attacks.pgd import pgd
from symadv.language.errors import SymadvError
from symadv.risk.attacked import Tally, attack_report


@dataclass
class Written:
    rule: Any

    def holds(self, y, f_x, f_adv, c_x, c_adv, *, labels):
        assert labels == (-1, 1)
        return self.rule(y, f_x, f_adv, c_x, c_adv)


DEFINITIONS = {
    "misclassification": Written(lambda y, f, g, c, k: f != y),
    "boundary": Written(lambda y, f, g, c, k: (f == y) & (g != y)),
    "adversarial_loss": Written(lambda y, f, g, c, k: g != y),
    "label_invariant": Written(lambda y, f, g, c, k: (f == y) & (g != y) & (k == y)),
}


def sign(z):
    """The classifier."""
    return np.where(z[:, 0] > 0, 1, -1)


def truth(z):
    """The true label: 1 above -2, -1 below, none at -2."""
    return np.where(z[:, 0] == -2, 0, np.where(z[:, 0] > -2, 1, -1))


OPTIONS = dict(definitions=DEFINITIONS, labels=(-1, 1), predict=sign, label=truth)


def column(*values):
    return np.array(values, dtype=float)[:, None]


def counts(report):
    return {name: tuple(broken.counts.values()) for name, broken in report.broken.items()}


def test_last_any_and_returned_are_counted_apart():
    x, y = column(1, 1, 1, -5), np.array([1, 1, 1, 1])
    iterates = [column(-1, 1, -2, -5), column(-3, 2, 2, -5)]  # keeps the label, does nothing, has none; wrong at x
    report = attack_report(x, y, iter(iterates), returned=column(-1, 1, -2, -5), **OPTIONS)
    assert counts(report) == {
        "misclassification": (1, 1, 1),
        "boundary": (1, 2, 2),
        "adversarial_loss": (2, 3, 3),
        "label_invariant": (0, 1, 1),
    }
    assert (report.n, report.iterates, report.moved, report.label_changed) == (4, 2, 2, 1)
    assert report.on_support is None and report.outside == 0
    assert report.broken["boundary"].any.tolist() == [True, False, True, False]


def test_without_an_iterate_staying_put_counts():
    report = attack_report(column(1, -5), [1, 1], [], returned=column(1, -5), **OPTIONS)
    assert counts(report)["adversarial_loss"] == (1, 1, 1) and counts(report)["boundary"] == (0, 0, 0)
    assert report.iterates == report.moved == report.label_changed == 0


def test_points_on_the_support_are_counted_among_those_that_moved():
    report = attack_report(
        column(1, 1, 1),
        [1, 1, 1],
        [],
        returned=column(1, -1, -1.5),
        **OPTIONS,
        on_support=lambda z: np.isin(z[:, 0], [-1, 1]),
    )
    assert (report.moved, report.on_support) == (2, 1)


def test_points_outside_the_threat_model_count_as_staying_put():
    threat = ThreatModel("linf", 1)
    points = column(-0.5, -1)
    report = attack_report(column(0.5, 0.5), [1, 1], [points], returned=points, threat=threat, **OPTIONS)
    assert report.outside == 2 and report.moved == 1
    assert counts(report)["boundary"] == (1, 1, 1)


def test_a_report_may_be_asked_for_twice():
    tally = Tally(column(0.5), [1], threat=ThreatModel("linf", 1), **OPTIONS)
    tally(column(-0.1))
    first, second = tally.report(column(-3)), tally.report(column(-3))
    assert first.outside == second.outside == 1 and counts(first) == counts(second)
    assert counts(first)["boundary"] == (1, 1, 0)


def test_it_watches_an_attack(net, toy, predict):
    x, y = toy.sample(300, rng=np.random.default_rng(0))
    threat = ThreatModel("linf", 6)
    tally = Tally(
        x, y, definitions=DEFINITIONS, labels=(-1, 1), predict=lambda z: predict(net, z), label=toy.label, threat=threat
    )
    x_adv = pgd(net, x, y, threat=threat, rng=np.random.default_rng(1), visit=tally)
    report = tally.report(x_adv, on_support=lambda z: np.abs(z[:, 0]) == 1)
    found = report.broken
    assert report.iterates >= 41 and report.outside == 0 and report.moved > 290
    assert found["adversarial_loss"].returned.sum() >= 295
    assert report.label_changed > 0.95 * report.moved and report.on_support < 0.05 * report.moved
    assert found["label_invariant"].last.sum() < 0.05 * 300 < found["label_invariant"].any.sum()
    for broken in found.values():
        assert (broken.last <= broken.any).all() and (broken.returned <= broken.any).all()


def test_wrong_shapes_are_named():
    with pytest.raises(SymadvError, match=r"wanted x \(n, d\)"):
        Tally(np.zeros(3), [1, 1, 1], **OPTIONS)
    with pytest.raises(SymadvError, match=r"the shape \(2, 1\) of x, got \(1, 1\)"):
        attack_report(column(1, 1), [1, 1], [column(1)], returned=column(1, 1), **OPTIONS)
    with pytest.raises(SymadvError, match="predict must return one label per row"):
        Tally(column(1, 1), [1, 1], **OPTIONS | dict(predict=lambda z: z))
