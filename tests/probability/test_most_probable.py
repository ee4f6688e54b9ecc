"""The accuracy of the Bayes rule on grids, against brute force over all points and against binomial sums."""

from fractions import Fraction
from itertools import product

import pytest
from scipy import stats

import symadv as sa
from symadv.language.roots import NoClosedForm
from tests.probability.test_categorical import flips, three_valued


def brute(d, p, prior=Fraction(1, 2)):
    """The sum of the larger joint probability over all points: at ties one of the two labels is right."""
    total = Fraction(0)
    for x in product((-1, 1), repeat=d):
        joint = {1: prior, -1: 1 - prior}
        for y in joint:
            for v in x:
                joint[y] *= p if v == y else 1 - p
        total += max(joint.values())
    return total


@pytest.mark.parametrize("d", [1, 2, 5, 6])
def test_the_formula_in_p_is_right_on_both_sides_and_at_one_half(d):
    found = sa.bayes_accuracy(sa.distribution("bernoulli", dimension=d))
    assert sa.check(found).proved
    for p in ("1/10", "1/2", "4/7", "9/10"):
        at = sa.distribution("bernoulli", dimension=d).at(p=p)
        want = brute(d, Fraction(p))
        assert sa.bayes_accuracy(at).result == want
        assert found.numeric(p=float(Fraction(p))) == pytest.approx(float(want), rel=1e-13)


def test_an_uneven_prior():
    for d in (2, 5, 6):
        at = flips(d, chance="5/8")
        assert sa.bayes_accuracy(at).result == brute(d, Fraction(5, 8), Fraction(2, 3))


def test_it_is_one_minus_the_misclassification_of_bayes():
    for d in (7, 40):
        at = sa.distribution("bernoulli", dimension=d).at(p="3/5")
        for tie in (-1, 1):
            f = sa.classifier("bayes", at, tie=tie)
            lost = sa.risk(f, at, sa.ThreatModel("linf", 0), definition="misclassification").evidence.expression
            assert sa.bayes_accuracy(at).result == 1 - lost


@pytest.mark.parametrize("d", [100, 1000])
def test_many_signs_are_a_binomial_sum(d):
    accuracy = sa.bayes_accuracy(sa.distribution("bernoulli", dimension=d).at(p="51/100")).result
    assert accuracy.is_Rational
    law = stats.binom(d, 0.51)
    assert float(accuracy) == pytest.approx(law.sf(d // 2) + law.pmf(d // 2) / 2, rel=1e-10)


def test_a_hundred_signs_are_proved_and_a_thousand_need_numbers():
    found = sa.bayes_accuracy(sa.distribution("bernoulli", dimension=100))
    assert sa.check(found).proved and len(found.result.args) == 51
    with pytest.raises(NoClosedForm, match="give values to p"):
        sa.bayes_accuracy(sa.distribution("bernoulli", dimension=1000))


def test_sampling_does_not_contradict_it():
    d = sa.distribution("bernoulli", dimension=6).at(p="3/4")
    x, y = d.sample(100_000, rng=5)
    score = x.sum(axis=1) * y
    sampled = float((score > 0).mean() + (score == 0).mean() / 2)
    exact = float(sa.bayes_accuracy(d).result)
    assert abs(sampled - exact) < 4 * (exact * (1 - exact) / 100_000) ** 0.5


def test_signs_beside_normal_features_are_refused():
    with pytest.raises(NoClosedForm, match="closed form on points and lines"):
        sa.bayes_accuracy(flips(3, 1, chance="3/4"))


def test_grids_within_grids_are_refused():
    """A law that never takes one of the values splits the grid into faces, on which points are not counted alike."""
    with pytest.raises(NoClosedForm, match="closed form on points and lines"):
        sa.bayes_accuracy(three_valued(3)[1])


def test_three_values():
    laws = {0: sa.Categorical({0: "1/2", 1: "1/4", 3: "1/4"}), 1: sa.Categorical({0: "1/8", 1: "1/8", 3: "3/4"})}
    d = sa.Distribution(
        name="three",
        features=("a", "b", "c"),
        labels=(0, 1),
        prior={0: "2/3", 1: "1/3"},
        components=[sa.Component(sa.Grid((0, 1, 3), 3), {y: sa.Repeated(law, 3) for y, law in laws.items()})],
    )
    total = Fraction(0)
    chances = {0: (2, 1, 1, 4), 1: (1, 1, 6, 8)}
    for x in product(range(3), repeat=3):
        joint = {0: Fraction(2, 3), 1: Fraction(1, 3)}
        for y in joint:
            for v in x:
                joint[y] *= Fraction(chances[y][v], chances[y][3])
        total += max(joint.values())
    assert sa.bayes_accuracy(d).result == total
