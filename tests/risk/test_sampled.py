"""Exact risks pass against samples; a risk that is off by two per cent fails."""

from dataclasses import replace

import pytest
import sympy as sp

from symadv.adversary.threat import ThreatModel
from symadv.classifiers import classifier
from symadv.distributions.point_masses import point_masses
from symadv.distributions.tsipras import tsipras
from symadv.language.errors import SymadvError
from symadv.language.parameters import parameter
from symadv.probability.crosscheck import cross_check
from symadv.risk import risk, risks
from symadv.risk.sampled import risk_experiment

D = tsipras().at(p="3/4", eta="1/2")
THREAT = ThreatModel("linf", "3/4")


def test_every_definition_passes():
    for name, bound in risks(classifier("linear", D, weights=(1, 2), bias=0, tie=1), D, THREAT).items():
        assert cross_check(risk_experiment(name, bound, D), {}).outcome == "PASS", name


@pytest.mark.parametrize("factor", ["98/100", "102/100"])
def test_a_wrong_risk_fails(factor):
    bound = risk("bayes", D, THREAT, definition="adversarial_loss")
    experiment = risk_experiment("wrong", bound, D)
    wrong = replace(experiment, claimed=experiment.claimed * sp.Rational(factor))
    assert cross_check(wrong, {}).outcome == "FAIL"


@pytest.mark.parametrize(("tie", "truth"), [(1, 0), (-1, sp.Rational(1, 2))])
def test_points_and_their_tie(tie, truth):
    d = point_masses().at(gap=1)
    f = classifier("threshold", d, at="1/2", below=1, tie=tie)
    experiment = risk_experiment("points", risk(f, d, ThreatModel("linf", 1)), d)
    assert experiment.claimed == truth and cross_check(experiment, {}).outcome == "PASS"


def test_formulas_are_refused():
    bound = risk("bayes", tsipras(), ThreatModel("linf", parameter("E", positive=True)), definition="adversarial_loss")
    with pytest.raises(SymadvError, match="at numbers"):
        risk_experiment("formula", bound, tsipras())
