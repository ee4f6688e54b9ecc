"""Definitions with a margin for the Bayes label: by hand, against points on a grid, and near the Bayes rule."""

import numpy as np
import pytest
import sympy
from scipy.special import ndtr

import symadv as sa
from symadv.adversary.definition import implies
from symadv.geometry.strata import Flat, Point
from symadv.language.errors import SymadvError
from symadv.probability.bayes import bayes_regions, label_regions
from symadv.probability.densities import Atom, Normal
from symadv.probability.distribution import Component, Distribution
from symadv.risk.members import members

D9 = sa.distribution("tsipras").at(p="9/10", eta=3)
HALF = sa.distribution("tsipras").at(p="1/2", eta=1)
THICK = {m: sa.definition("label_invariant", margin=m) for m in ("1/10", "1/2", "9/10", "1")}
X1 = sa.classifier("linear", D9, weights=(1, 0), bias=0, tie=1)


def linear(d, *weights, bias=0):
    return sa.classifier("linear", d, weights=weights, bias=bias, tie=1)


def test_the_region_is_where_the_posterior_is_ahead_by_the_margin():
    o = sa.oracle(D9)
    x = np.stack(np.meshgrid([-1.0, 1.0], np.linspace(-1, 1, 401)), axis=-1).reshape(-1, 2)
    posterior = o.posterior(x)
    for margin in (0.1, 0.5, 0.9):
        regions = bayes_regions(D9) if margin == 0 else label_regions(D9, margin=sa.exact(str(margin)))
        for k, y in enumerate(D9.labels):
            ahead = posterior[:, k] - posterior[:, 1 - k] >= margin
            assert [regions[y].contains(row) for row in x[::7]] == ahead[::7].tolist()
        wanted = np.where(posterior[:, 1] - posterior[:, 0] >= margin, 1, 0)
        wanted = np.where(posterior[:, 0] - posterior[:, 1] >= margin, -1, wanted)
        assert o.bayes_label(x, margin=margin).tolist() == o.label(x, margin=margin).tolist() == wanted.tolist()


def test_a_classifier_that_reads_x1_by_hand():
    """A sample with x1 = y and x2 above the margin's threshold at the other line, minus the budget, is vulnerable."""
    for margin, thick in list(THICK.items())[:3]:
        m = float(sympy.Rational(margin))
        ahead = np.log((1 + m) / (1 - m))
        least = (np.log(9) + ahead) / 6  # x2 from which label 1 is ahead although x1 = -1
        for eps in (2, 6):
            found = sa.risk(X1, D9, sa.ThreatModel("linf", eps), definition=thick)
            assert found.method == "exact"
            assert float(found) == pytest.approx(0.9 * ndtr(3 - (least - eps)), abs=1e-12)


@pytest.mark.parametrize("tie_rule", ["every", "first"])
@pytest.mark.parametrize("d", [D9, HALF], ids=["9/10", "1/2"])
def test_a_grid_finds_no_more_and_nearly_all(d, tie_rule):
    from dataclasses import replace

    d = replace(d, tie_rule=tie_rule)
    o, f, eps = sa.oracle(d), linear(d, 1, "1/2"), 1.0
    steps = np.stack(np.meshgrid(np.linspace(-1, 1, 41), np.linspace(-1, 1, 41)), axis=-1).reshape(-1, 2) * eps
    x, y = d.sample(150, rng=3)
    x = np.round(x * 64) / 64
    for name in ("label_invariant", "corrupted_instance", "error_region"):
        thick = sa.definition(name, margin="1/4")
        bound = sa.risk(f, d, sa.ThreatModel("linf", 1), definition=thick)
        missed = 0
        for row, label in zip(x, y, strict=True):
            tried = row + steps
            same = np.repeat(row[None], len(tried), axis=0)
            found = o.is_adversarial(same, np.full(len(tried), label), tried, f, definition=thick).any()
            (at,) = [v for s, v in bound.evidence.vulnerable[int(label)].items() if s.contains(row)]
            exact = bool(members(at, row[1:2])[0])
            assert not found or exact
            missed += exact and not found
        assert missed <= 8  # samples within a step of the boundary


def test_near_the_bayes_rule_the_thick_risk_is_zero_and_the_plain_one_is_not():
    inside = sa.ThreatModel("linf", 6, on_support=True)
    for h in ("1e-16", "1/10000", "1/100"):
        f = linear(D9, sympy.log(9) * (1 + sa.exact(h)), 6)
        assert sa.risk(f, D9, inside, definition="label_invariant").lower > 0.9988
        assert sa.risk(f, D9, inside, definition=THICK["1/10"]).upper == 0
    float_weight = linear(D9, 2.1972245773362196, 6)
    assert sa.risk(float_weight, D9, inside, definition=sa.definition("label_invariant", margin="1e-15")).upper == 0


def test_a_larger_margin_has_a_smaller_risk():
    threat = sa.ThreatModel("linf", "5/4")
    f = linear(D9, 1, "1/3", bias="1/7")
    for name in ("label_invariant", "error_region", "corrupted_instance", "invariance", "base_classifier"):
        risks = [sa.risk(f, D9, threat, definition=sa.definition(name, margin=m)).lower for m in (0, "1/8", "1/2", "1")]
        assert risks == sorted(risks, reverse=True) and risks[-1] == 0 < risks[0], name


def test_implications_between_margins():
    plain = sa.definition("label_invariant")
    assert implies(THICK["1/2"], plain) and not implies(plain, THICK["1/2"])
    assert implies(THICK["1/2"], THICK["1/10"]) and not implies(THICK["1/10"], THICK["1/2"])
    assert implies(THICK["1/2"], sa.definition("boundary"))
    assert implies(THICK["1/2"], sa.definition("error_region", margin="1/2"))
    assert not implies(THICK["1/10"], sa.definition("error_region", margin="1/2"))


def test_the_margin_may_be_a_parameter():
    delta = sa.parameter("delta", between=(0, 1))
    bound = sa.risk(X1, D9, sa.ThreatModel("linf", 6), definition=sa.definition("label_invariant", margin=delta))
    numbers = [sa.risk(X1, D9, sa.ThreatModel("linf", 6), definition=t).lower for t in list(THICK.values())[:3]]
    assert bound.derivation.numeric(delta=np.array([0.1, 0.5, 0.9])) == pytest.approx(numbers, abs=1e-13)


def test_several_margins_at_once_and_their_curves():
    several = ("label_invariant", THICK["1/2"], "boundary", THICK["1/10"])
    threat = sa.ThreatModel("linf", 2)
    together = sa.risks(X1, D9, threat, definitions=several)
    assert list(together) == [
        "label_invariant",
        "label_invariant(margin 1/2)",
        "boundary",
        "label_invariant(margin 1/10)",
    ]
    curves = sa.curves(X1, D9, definitions=several)
    for name, definition in zip(together, several):
        assert together[name].lower == sa.risk(X1, D9, threat, definition=definition).lower
        assert curves[name](2) == pytest.approx(together[name].lower, abs=1e-14)


def test_point_masses_are_certain_and_a_margin_of_1_keeps_them():
    d = sa.distribution("point_masses").at(gap=1)
    f = sa.classifier("threshold", d, at="1/3", below=1, tie=1)
    for definition in ("label_invariant", THICK["1/2"], THICK["1"]):
        assert float(sa.risk(f, d, sa.ThreatModel("linf", "2/5"), definition=definition)) == 0.5
    assert float(sa.risk(f, d, sa.ThreatModel("linf", "1/3"), definition=THICK["1"])) == 0


def three():
    components = [
        Component(Flat({0: 0}), {0: "1/2" * Normal(-1, 1), 1: Normal(0, 1), 2: Normal(2, 1)}),
        Component(Point((4, 0)), {0: "1/2" * Atom()}),
    ]
    return Distribution("three", ("u", "v"), (0, 1, 2), {0: "1/2", 1: "1/4", 2: "1/4"}, tuple(components))


def test_three_labels_are_bounded_and_the_bounds_hold():
    d, thick = three(), sa.definition("error_region", margin="1/5")
    f, threat = sa.classifier("constant", d, label=1), sa.ThreatModel("linf", (0, "1/2"))
    bound = sa.risk(f, d, threat, definition=thick)
    o = sa.oracle(d)
    x, y = d.sample(20_000, rng=1)
    hit = np.zeros(len(x), dtype=bool)
    for step in np.linspace(-0.5, 0.5, 21):
        hit |= o.is_adversarial(x, y, x + np.array([0, step]), f, definition=thick)
    error = 5 * np.sqrt(0.25 / len(x))
    assert bound.lower - error <= hit.mean() + 0.02 and hit.mean() <= bound.upper + error


def network(d):
    """The linear rule of a classifier as a network: its logits are -s and s."""
    import torch

    layer = torch.nn.Linear(2, 2).double()
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[-1.0, -0.5], [1.0, 0.5]]))
        layer.bias.zero_()
    return torch.nn.Sequential(layer)


def test_networks_have_the_risk_of_the_same_rule():
    f, threat = linear(D9, 1, "1/2"), sa.ThreatModel("linf", "5/4")
    for name in ("label_invariant", "error_region"):
        thick = sa.definition(name, margin="1/4")
        wanted = sa.risk(f, D9, threat, definition=thick)
        assert float(sa.risk(network(D9), D9, threat, definition=thick)) == pytest.approx(float(wanted), abs=1e-12)
    graded = sa.grade("label_pgd", network(D9), D9, threat, definition=THICK["1/2"], n=200, seed=0)
    assert graded.found <= graded.vulnerable


def test_margins_that_are_none():
    with pytest.raises(SymadvError, match="wanted a number from 0 to 1"):
        sa.definition("label_invariant", margin="3/2")
    with pytest.raises(SymadvError, match="wanted a number from 0 to 1"):
        sa.definition("label_invariant", margin=-1)
    with pytest.raises(SymadvError, match="does not speak of the Bayes label"):
        sa.definition("boundary", margin="1/2")
    with pytest.raises(SymadvError, match="wanted one margin"):
        THICK["1/2"] & sa.definition("error_region")
    assert (THICK["1/2"] & sa.definition("boundary")).margin == sympy.Rational(1, 2)
    assert THICK["1/2"].thick(0) == sa.definition("label_invariant")
    assert r"\ge \frac{1}{2}" in THICK["1/2"].latex
