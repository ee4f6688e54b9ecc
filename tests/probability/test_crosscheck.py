"""Cross-checks pass true formulas and fail wrong ones."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from symadv.distributions.point_masses import point_masses
from symadv.distributions.tsipras import tsipras
from symadv.geometry.strata import Flat
from symadv.language.intervals import Intervals
from symadv.probability.accuracy import bayes_accuracy, label_change
from symadv.probability.crosscheck import calibration, cross_check, cross_checks
from symadv.probability.densities import Laplace
from symadv.probability.distribution import Component, Distribution
from symadv.probability.experiments import most_probable
from symadv.probability.tails import both_sides, interval_experiment

D = tsipras()
P, ETA = D.parameters
AT = {P: sp.Rational(3, 4), ETA: sp.Rational(1, 2)}
FIGURE = {P: sp.Rational(9, 10), ETA: sp.Integer(3)}


@pytest.mark.parametrize("values", [AT, FIGURE])
def test_true_formulas_pass(values):
    for derivation in (bayes_accuracy(D), label_change(D, {1: (0, -1), -1: (0, 1)})):
        assert {c.outcome for c in cross_checks(derivation.experiments[:3], [values])} == {"PASS"}


@pytest.mark.parametrize("factor", [sp.Rational(98, 100), sp.Rational(102, 100)])
def test_formulas_off_by_two_per_cent_fail(factor):
    (accuracy, *_) = bayes_accuracy(D).experiments
    assert cross_check(replace(accuracy, claimed=accuracy.claimed * factor), AT).outcome == "FAIL"


@pytest.mark.parametrize("family", ["normal", "laplace"])
@pytest.mark.parametrize("off", [1, sp.Rational(103, 100)])
def test_rare_masses_are_known_to_a_per_cent(family, off):
    density = D.components[0].densities[0][1].density if family == "normal" else Laplace(0, 1)
    lower, upper = sp.Integer(5), sp.oo  # 1e-15 of the mass at eta = 3
    experiment = interval_experiment(density, lower, upper)
    check = cross_check(replace(experiment, claimed=experiment.claimed * off), FIGURE)
    assert check.claimed < 0.05 and check.outcome == ("PASS" if off == 1 else "FAIL")


def test_a_tail_of_the_wrong_side_fails():
    density = D.components[0].densities[0][1].density
    wrong = replace(interval_experiment(density, sp.Integer(1), sp.oo), claimed=density.cdf(sp.Integer(1)))
    assert cross_check(wrong, FIGURE).outcome == "FAIL"


def test_half_lines_come_with_their_complements():
    assert both_sides(Intervals.between(sp.Integer(0), sp.oo)) == [(0, sp.oo), (-sp.oo, 0)]
    assert both_sides(Intervals.between(sp.Integer(0), sp.Integer(1))) == [(0, 1)] and both_sides(Intervals()) == []
    assert interval_experiment(Laplace(0, 1), -sp.oo, sp.oo) is None


def test_a_claimed_certainty_is_refuted_by_one_draw():
    (accuracy, *_) = bayes_accuracy(D).experiments
    check = cross_check(replace(accuracy, claimed=sp.S.One), AT)
    assert check.outcome == "FAIL" and check.samples < 40_000
    (certain,) = bayes_accuracy(point_masses()).experiments
    assert cross_check(certain, {point_masses().parameters[0]: sp.Integer(1)}).outcome == "PASS"


def test_calibration_sees_a_wrong_posterior():
    assert calibration(tsipras().at(p="3/4", eta="1/2")).outcome == "PASS"
    assert calibration(point_masses().at(gap=2)).outcome == "PASS"
    three = Distribution(
        name="three",
        features=("a",),
        labels=(0, 1, 2),
        prior={0: "1/2", 1: "1/4", 2: "1/4"},
        components=[Component(Flat({}, 1), {y: Laplace(900 * y, "1/2") for y in range(3)})],
    )
    assert calibration(three).outcome == "PASS"

    class Liar:
        """Draws with another eta than the posterior knows."""

        def __init__(self, believed, true):
            self.believed, self.true = believed, true

        def __getattr__(self, name):
            return getattr(self.true if name == "sample" else self.believed, name)

    assert calibration(Liar(tsipras().at(p="3/4", eta="1/2"), tsipras().at(p="3/4", eta="6/10"))).outcome == "FAIL"


def test_the_same_seed_gives_the_same_draws():
    (accuracy, *_) = bayes_accuracy(D).experiments
    assert cross_check(accuracy, AT) == cross_check(accuracy, AT) != cross_check(accuracy, AT, seed=1)


def test_the_witness_of_the_bayes_rule_against_counting():
    d = Distribution(
        name="three",
        features=("a", "b"),
        labels=(0, 1, 2),
        prior={0: "1/2", 1: "1/4", 2: "1/4"},
        components=[Component(Flat({0: s}), {y: "1/2" * Laplace(3 * y, 1) for y in range(3)}) for s in (0, 1)],
    )
    x = np.array([[0.0, -9.0], [1.0, 2.9], [0.0, 40.0]])
    assert most_probable(d, x).tolist() == [0, 1, 2]
    assert most_probable(point_masses().at(gap="1/3"), np.array([[0.0], [1 / 3]])).tolist() == [1, -1]
