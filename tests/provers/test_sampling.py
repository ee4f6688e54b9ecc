"""The sampling prover: it supports, it never proves, and a disagreement stops the run."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from symadv.language.functions import Phi
from symadv.language.goals import Experiment, Goal
from symadv.language.limits import Limits
from symadv.language.parameters import parameter
from symadv.provers._contradiction import Contradiction
from symadv.provers.sampling import sampling

eta = parameter("eta", positive=True)
p = parameter("p", between=(0, 1))


def draw(values):
    """Whether a coin of probability p, or a normal number around eta, is positive."""
    share, mean = float(values[p]), float(values[eta])
    return lambda n, rng: ((rng.random(n) < share) | (rng.normal(mean, 1, n) > 0)).astype(float)


EXPERIMENT = Experiment("one of the two is positive", p + (1 - p) * Phi(eta), draw)


def test_a_right_formula_is_supported():
    verdict = sampling(Goal(sp.true, (), "union", EXPERIMENT), limits=Limits())
    assert verdict.status == "SUPPORTED" and len(verdict.reductions) == 3
    assert all("PASS" in line for line in verdict.reductions)


def test_a_wrong_formula_contradicts_by_name_point_and_sampler():
    wrong = replace(EXPERIMENT, claimed=p + (1 - p) * Phi(eta) / 2)
    with pytest.raises(
        Contradiction, match=r"union.*Phi\(eta\)/2.*disagree.*one of the two is positive.*p = 1/2, eta = 1"
    ):
        sampling(Goal(sp.true, (), "union", wrong), limits=Limits())


def test_it_stays_inside_what_is_given():
    seen = []

    def noting(values):
        seen.append(dict(values))
        return draw(values)

    sampling(Goal(sp.true, (p > sp.Rational(4, 5), eta > 2), "", replace(EXPERIMENT, draw=noting)), limits=Limits())
    assert len(seen) == 3 and all(v[p] > 0.8 and v[eta] > 2 for v in seen)


def test_what_does_not_decide_is_undecided():
    assert sampling(Goal(p < 1), limits=Limits()).status == "UNDECIDED"
    nowhere = Goal(sp.true, (p > sp.Rational(1, 2), p < sp.Rational(1, 3)), "", EXPERIMENT)
    assert "no exact point" in sampling(nowhere, limits=Limits()).why
    rare = Experiment("never", p * sp.Rational(1, 10**9), lambda values: lambda n, rng: np.zeros(n))

    class Few(Limits):
        @property
        def samples(self):
            return 20_000

    assert sampling(Goal(sp.true, (), "", rare), limits=Few()).status == "UNDECIDED"
