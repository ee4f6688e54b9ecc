"""Exact risks on products of grids and lines against brute force over all corners, steps and labels."""

from fractions import Fraction
from itertools import product
from math import comb

import pytest

import symadv as sa
from tests.probability.test_categorical import flips
from tests.risk.test_grid import NONE, adversarial

DEFINITIONS = sa.names("definitions")
SHARE = Fraction(3, 4)  # of the signs that agree with the label


def truth(z, tie_rule):
    """The Bayes label of the projection of a point onto the corners; the prior odds are 2, the signs' odds are 3."""
    nearest = [(-1, 1) if v == 0 and tie_rule == "every" else (-1,) if v <= 0 else (1,) for v in z]
    sums = {sum(corner) for corner in product(*nearest)}
    said = {1 if total >= 0 else -1 for total in sums}  # 2 * 3^total is never 1
    return said.pop() if len(said) == 1 else NONE


def moves(eps, closed):
    """Steps of one coordinate that reach every kind of point: the ends, zeros, and places between them."""
    fine = [Fraction(k, 20) for k in range(-40, 41)]
    return [v for v in fine if abs(v) < eps or (closed and abs(v) == eps)]


def reach(d, f, eps, closed, tie_rule):
    """For every corner what f says and the label at all steps on a fine grid from there."""
    steps = moves(eps, closed)
    return {
        x: {(f(z), truth(z, tie_rule)) for z in product(*[[v + s for s in steps] for v in x])}
        for x in product((-1, 1), repeat=d)
    }


def brute(name, d, f, near, tie_rule):
    """The risk, from what is within reach of every corner with every label."""
    total = Fraction(0)
    for x, reached in near.items():
        for y, prior in ((-1, Fraction(1, 3)), (1, Fraction(2, 3))):
            agree = sum(v == y for v in x)
            mass = prior * SHARE**agree * (1 - SHARE) ** (d - agree)
            here = f(x), truth(x, tie_rule)
            found = any(bool(adversarial(name, y, here[0], a, here[1], c)) for a, c in reached)
            total += mass * bool(found or adversarial(name, y, here[0], here[0], here[1], here[1]))
    return total


@pytest.mark.parametrize("tie_rule", ["every", "first"])
@pytest.mark.parametrize(("eps", "closed"), [("3/5", True), ("1", True), ("1", False), ("6/5", True), ("2", False)])
@pytest.mark.parametrize("kind", ["linear", "bayes"])
def test_all_definitions_on_the_corners_of_a_square(kind, eps, closed, tie_rule):
    d = flips(2, chance="3/4", tie_rule=tie_rule)
    threat = sa.ThreatModel("linf", eps, closed=closed)
    if kind == "linear":
        f = sa.classifier("linear", d, weights=(1, 2), bias="1/5", tie=1)
        said = lambda z: 1 if z[0] + 2 * z[1] + Fraction(1, 5) >= 0 else -1
    else:
        f, said = "bayes", lambda z: 1 if truth(z, tie_rule) in (1, NONE) else -1
    near = reach(2, said, Fraction(eps), closed, tie_rule)
    for name, bound in sa.risks(f, d, threat).items():
        assert bound.method == "exact"
        assert float(bound) == pytest.approx(float(brute(name, 2, said, near, tie_rule)), abs=1e-12), name


def test_a_cube_of_three_features_with_labels():
    d = flips(3, chance="3/4")
    f = sa.classifier("linear", d, weights=(1, 1, 2), tie=-1)
    said = lambda z: 1 if z[0] + z[1] + 2 * z[2] > 0 else -1
    for eps in ("2/5", "1"):
        found = sa.risks(f, d, sa.ThreatModel("linf", eps))
        for name in ("adversarial_loss", "label_invariant", "error_region"):
            want = truth_on_quarters(name, said, Fraction(eps))
            assert float(found[name]) == pytest.approx(float(want), abs=1e-12), (name, eps)


def truth_on_quarters(name, said, eps):
    """As above, with fewer steps: a linear score and a nearest corner only need the ends and the middle."""
    total, steps = Fraction(0), sorted({-eps, -eps / 2, Fraction(0), eps / 2, eps, -eps + Fraction(1, 100)})
    for x in product((-1, 1), repeat=3):
        reached = {(said(z), truth(z, "every")) for z in product(*[[v + s for s in steps] for v in x])}
        for y, prior in ((-1, Fraction(1, 3)), (1, Fraction(2, 3))):
            agree = sum(v == y for v in x)
            here = said(x), truth(x, "every")
            found = any(bool(adversarial(name, y, here[0], a, here[1], c)) for a, c in reached)
            total += found * prior * SHARE**agree * (1 - SHARE) ** (3 - agree)
    return total


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
@pytest.mark.parametrize("n", [30, 200])
def test_the_sum_of_many_signs_is_binomial(n, norm):
    d = flips(n, chance="3/5")
    f = sa.classifier("linear", d, weights=(1,) * n, tie=1)
    eps = Fraction(1, 10)
    shift = {"linf": n * eps, "l1": eps, "l2": float(eps) * n**0.5}[norm]
    want = Fraction(0)
    for k in range(n + 1):
        total, chance = 2 * k - n, comb(n, k) * Fraction(3, 5) ** k * Fraction(2, 5) ** (n - k)
        want += Fraction(2, 3) * chance * (total - shift < 0) + Fraction(1, 3) * chance * (-total + shift >= 0)
    bound = sa.risk(f, d, sa.ThreatModel(norm, "1/10"), definition="adversarial_loss")
    assert bound.method == "exact" and float(bound) == pytest.approx(float(want), abs=1e-12)


def test_signs_and_normal_features_in_one_score():
    """Weights 1 on six signs and 1/2 on a normal feature: a mixture of seven normal laws."""
    from scipy.stats import norm

    d = flips(6, 1, chance="3/4")
    f = sa.classifier("linear", d, weights=(*(1,) * 6, "1/2"), tie=1)
    shift, want = 6.5 / 4, 0.0
    for k in range(7):
        chance = comb(6, k) * 0.75**k * 0.25 ** (6 - k)
        want += 2 / 3 * chance * norm.cdf(-(2 * k - 6) + shift, loc=0.5, scale=1)
        want += 1 / 3 * chance * norm.sf((2 * k - 6) - shift, loc=-0.5, scale=1)
    bound = sa.risk(f, d, sa.ThreatModel("linf", "1/4"), definition="adversarial_loss")
    assert bound.method == "exact" and float(bound) == pytest.approx(want, abs=1e-12)


def test_labels_on_large_products_of_many_kinds_of_coordinates_leave_bounds_or_a_refusal():
    d = flips(40, chance="3/4")
    weights = [2**k for k in range(40)]
    g = sa.classifier("linear", d, weights=(1, 2) + (0,) * 38, tie=1)
    assert sa.risk(g, d, sa.ThreatModel("linf", "1/4"), definition="label_invariant").method == "exact"
    many = sa.classifier("linear", d, weights=[2 ** (k % 8) for k in range(40)], tie=1)
    found = sa.risks(many, d, sa.ThreatModel("linf", "1/4"))
    assert {n for n, b in found.items() if b.method == "exact"} >= {"adversarial_loss", "boundary", "misclassification"}
    assert found["label_invariant"].method == "bounded"
    assert found["label_invariant"].upper <= found["boundary"].upper
    with pytest.raises(sa.SymadvError, match="at most 2048 sums"):
        h = sa.classifier("linear", d, weights=weights, tie=1)
        sa.risk(h, d, sa.ThreatModel("linf", "1/4"), definition="adversarial_loss")


def test_curves_witnesses_and_smallest_risks_know_the_corners():
    d = sa.distribution("bernoulli").at(p="3/4")
    f = sa.classifier("linear", d, weights=(1, 2), bias="1/5", tie=1)
    for name in ("adversarial_loss", "label_invariant"):
        curve = sa.curve(f, d, definition=name)
        for eps in ("1/4", "1", "11/10", "3/2", "5/2"):
            risk = sa.risk(f, d, sa.ThreatModel("linf", eps), definition=name)
            assert float(curve(sa.exact(eps))) == pytest.approx(float(risk), abs=1e-12)
    found = sa.witness(f, d, sa.ThreatModel("linf", 2), (-1, -1), -1, definition="label_invariant")
    said = found.x_adv[0] + 2 * found.x_adv[1] + Fraction(1, 5)
    assert said >= 0 and truth_of_even_odds(found.x_adv) == -1
    assert sa.witness(f, d, sa.ThreatModel("linf", 2), (1, 1), 1, definition="label_invariant") is None
    # Below a budget of 1 no two corners' balls meet: (1/4)^2 for each label and half of the undecided corners.
    assert float(sa.smallest_risk(d, sa.ThreatModel("linf", "1/2"))) == 1 / 4
    assert float(sa.smallest_risk(d, sa.ThreatModel("linf", 1))) == 1 / 2


def truth_of_even_odds(z):
    """The label of the projection for equal priors; the corners with one sign each are ties."""
    nearest = [(-1, 1) if v == 0 else (-1,) if v < 0 else (1,) for v in z]
    sums = {sum(corner) for corner in product(*nearest)}
    said = {0 if total == 0 else 1 if total > 0 else -1 for total in sums}
    return said.pop() if len(said) == 1 else NONE


def test_a_network_on_the_corners_of_a_square():
    torch = pytest.importorskip("torch")
    d = sa.distribution("bernoulli").at(p="3/4")
    net = torch.nn.Sequential(torch.nn.Linear(2, 2)).double()
    with torch.no_grad():  # the logit of label 1 is x1 + 2 x2 + 1/4, the other one 0
        net[0].weight[:] = torch.tensor([[0.0, 0.0], [1.0, 2.0]])
        net[0].bias[:] = torch.tensor([0.0, 0.25])
    f = sa.classifier("linear", d, weights=(1, 2), bias="1/4", tie=1)
    for eps in ("1/2", "11/10"):
        threat = sa.ThreatModel("linf", eps)
        for name in ("adversarial_loss", "boundary", "prediction_change"):
            ours, theirs = (float(sa.risk(g, d, threat, definition=name)) for g in (net, f))
            assert ours == pytest.approx(theirs, abs=1e-12), (name, eps)
