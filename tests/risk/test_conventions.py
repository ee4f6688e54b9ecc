"""Formulas under other conventions: what the numeric risk says at numbers, and what is known without the program."""

import numpy as np
import pytest
import sympy
from scipy.special import ndtr

import symadv as sa
from symadv.risk.bound import enclose

E = sa.parameter("E", positive=True)
POINTS = [("1/2", "3/10", 1), ("9/10", 3, "1/2"), ("9/10", 3, 1), ("3/10", 1, 2), ("9/10", "2/5", 6)]


def value(formula: sympy.Expr, **numbers: object) -> float:
    exact = {s: sa.exact(numbers[s.name]) for s in formula.free_symbols}
    return sum(enclose(formula.subs(exact).doit())) / 2


@pytest.mark.parametrize("weights", [None, (1, 0), (0, 1)], ids=["bayes", "x1", "x2"])
@pytest.mark.parametrize("definition", ["adversarial_loss", "label_invariant", "prediction_change"])
def test_a_formula_under_another_convention_is_the_number_there(weights, definition):
    d = sa.distribution("tsipras")

    def f(law):
        return sa.classifier("linear", law, weights=weights, tie=1) if weights else sa.classifier("bayes", law)

    found = sa.risk(f(d), d, sa.ThreatModel("linf", E), definition=definition).evidence.otherwise
    for p, eta, eps in POINTS:
        law = d.at(p=p, eta=eta)
        right = sa.risk(f(law), law, sa.ThreatModel("linf", eps), definition=definition).evidence.otherwise
        assert (
            set(found)
            == set(right)
            == {
                "open ball",
                "f = -1 at its ties",
                "tie rule 'first' of the projection",
            }
        )
        for words, formula in found.items():
            assert value(formula, p=p, eta=eta, E=eps) == pytest.approx(sum(right[words]) / 2, abs=1e-12), words


def test_the_tie_of_the_max_margin_classifier_decides_at_every_gap():
    d = sa.distribution("point_masses")
    (gap,) = d.parameters
    f = sa.classifier("threshold", d, at=gap / 2, below=1, tie=1)
    bound = sa.risk(f, d, sa.ThreatModel("linf", gap), definition="label_invariant")
    assert bound.lower == 0 and bound.evidence.otherwise["f = -1 at its ties"] == sympy.Rational(1, 2)


def test_an_open_ball_of_budget_one_does_not_reach_the_tie_of_the_projection():
    d = sa.distribution("tsipras")
    f = sa.classifier("linear", d, weights=(1, 0), tie=-1)  # at x1 = 0 it says -1: only samples at x1 = 1 are lost
    bound = sa.risk(f, d, sa.ThreatModel("linf", 1), definition="adversarial_loss")
    p = d.parameters[0]
    assert sympy.simplify(bound.lower - (1 - p / 2)) == 0
    assert sympy.simplify(bound.evidence.otherwise["open ball"] - (1 - p)) == 0
    assert sympy.simplify(bound.evidence.otherwise["f = 1 at its ties"] - bound.lower) == 0  # by symmetry


def test_open_balls_have_closed_ones_as_their_other_convention():
    d = sa.distribution("tsipras")
    f = sa.classifier("linear", d, weights=(1, 0), tie=1)
    open_, closed = (sa.ThreatModel("linf", 1, closed=c) for c in (False, True))
    first = sa.risk(f, d, open_, definition="adversarial_loss")
    second = sa.risk(f, d, closed, definition="adversarial_loss")
    assert first.evidence.otherwise["closed ball"] == second.lower
    assert second.evidence.otherwise["open ball"] == first.lower


def test_the_bayes_rule_of_one_distribution_is_judged_on_another_as_it_is():
    """Whether or not an equal distribution was seen before, and under the other tie rule too."""
    before, after = (sa.distribution("tsipras").at(p="9/10", eta=eta) for eta in (3, 1))
    threat = sa.ThreatModel("linf", "1/2")
    sa.risk("bayes", sa.distribution("tsipras").at(p="9/10", eta=3), threat)
    bound = sa.risk(sa.classifier("bayes", after), before, threat, definition="misclassification")
    low, high = (ndtr(-3 + s * np.log(9) / 2) for s in (1, -1))  # x2 against the thresholds of eta = 1
    assert float(bound) == pytest.approx(0.9 * high + 0.1 * low, abs=1e-12)
    for value in bound.evidence.otherwise.values():
        assert value == pytest.approx((float(bound), float(bound)), abs=1e-12)


def test_the_bayes_rule_of_another_distribution_in_many_features():
    before, after = (sa.distribution("tsipras", weak=9).at(p="9/10", eta=eta) for eta in (1, "1/3"))
    f = sa.classifier("bayes", after)
    bound = sa.risk(f, before, sa.ThreatModel("linf", 0), definition="misclassification")
    # the sum of nine features is 3 N + 9 eta y; the log-odds are 2 eta' sum +- log 9
    low, high = (ndtr((-9 + s * np.log(9) * 3 / 2) / 3) for s in (1, -1))
    assert float(bound) == pytest.approx(0.9 * high + 0.1 * low, abs=1e-12)
    for value in bound.evidence.otherwise.values():
        assert value == pytest.approx((float(bound), float(bound)), abs=1e-12)
