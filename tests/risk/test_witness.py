"""Nearest witnesses: against the vulnerable sets, grids, an optimiser, and the pointwise reading of the definitions."""

import numpy as np
import pytest
import sympy
from scipy.optimize import linprog

import symadv as sa
from symadv.language.errors import SymadvError

D9 = sa.distribution("tsipras").at(p="9/10", eta=3)
SLANTED = sa.classifier("linear", D9, weights=(1, "2/5"), bias="1/7", tie=1)
MASSES = sa.distribution("point_masses").at(gap=1)


def samples(n, seed):
    x, y = D9.sample(n, rng=seed)
    return [(tuple(sympy.Rational(*float(v).as_integer_ratio()) for v in row), int(k)) for row, k in zip(x, y)]


@pytest.mark.parametrize(
    "name", ["adversarial_loss", "label_invariant", "invariance", "error_region", "prediction_change"]
)
@pytest.mark.parametrize("options", [{}, {"closed": False}, {"on_support": True}, {"box": (-4, 4)}], ids=str)
def test_a_sample_is_vulnerable_from_its_infimum_on(name, options):
    big = sa.ThreatModel("linf", 3, **options)
    exact = sa.risk(SLANTED, D9, big, definition=name).evidence.vulnerable
    for x, y in samples(4, 11):
        found = sa.witness(SLANTED, D9, big, x, y, definition=name)
        (at,) = [numbers for flat, numbers in exact[y].items() if flat.contains(x)]
        assert (found is not None) == at.contains(x[1])
        if found is None:
            continue
        assert found.infimum <= found.length <= 1 and found.attained == (found.infimum == found.length)
        if found.infimum > 0:
            for share, wanted in (("999/1000", False), ("1001/1000", True)):
                threat = sa.ThreatModel("linf", 3 * found.infimum * sympy.Rational(share), **options)
                here = sa.risk(SLANTED, D9, threat, definition=name).evidence.vulnerable[y]
                assert next(n for flat, n in here.items() if flat.contains(x)).contains(x[1]) is wanted


def test_the_pointwise_reading_agrees_where_floats_are_exact_enough():
    o = sa.oracle(D9)
    for name in sa.names("definitions"):
        threat = sa.ThreatModel("linf", 4)
        for x, y in samples(6, 3):
            found = sa.witness(SLANTED, D9, threat, x, y, definition=name)
            if found is not None and not found.attained:  # an attained one stands on a boundary
                point, moved = (np.array([[float(v) for v in z]]) for z in (x, found.x_adv))
                assert o.is_adversarial(point, np.array([y]), moved, SLANTED, definition=name, threat=threat).all()


@pytest.mark.parametrize("norm", ["linf", "l1"])
def test_a_linear_program_finds_the_same_distance(norm):
    """To the half-plane where the linear rule says the other label: its distance in the dual norm, and by linprog."""
    w, b = np.array([1, 0.4]), 1 / 7
    for x, y in samples(5, 8):
        point = np.array([float(v) for v in x])
        found = sa.witness(SLANTED, D9, sa.ThreatModel(norm, 20), x, y, definition="adversarial_loss")
        side = y * (w @ point + b)
        wanted = max(0.0, side) / np.linalg.norm(w, ord=1 if norm == "linf" else np.inf)
        assert 20 * float(found.infimum) == pytest.approx(wanted, abs=1e-9)
        if norm == "linf" and side > 0:
            rows = [[*(y * w), 0], *([1, 0, -1], [0, 1, -1], [-1, 0, -1], [0, -1, -1])]
            limits = [-y * b, *point, *-point]
            solved = linprog([0, 0, 1], A_ub=rows, b_ub=limits, bounds=[(None, None)] * 3)
            assert solved.fun == pytest.approx(20 * float(found.infimum), abs=1e-8)


def test_a_grid_finds_nothing_nearer():
    o, steps = sa.oracle(D9), np.stack(np.meshgrid(*[np.linspace(-2, 2, 161)] * 2), axis=-1).reshape(-1, 2)
    thick = sa.definition("label_invariant", margin="1/3")
    for definition in ("label_invariant", "corrupted_instance", thick):
        for x, y in samples(8, 21):
            found = sa.witness(SLANTED, D9, sa.ThreatModel("linf", 2), x, y, definition=definition)
            tried = np.array([float(v) for v in x]) + steps
            same = np.repeat(np.array([[float(v) for v in x]]), len(tried), axis=0)
            hit = o.is_adversarial(same, np.full(len(tried), y), tried, SLANTED, definition=definition)
            lengths = np.abs(steps[hit]).max(axis=1)
            if found is None:
                assert not hit.any()
            else:
                assert not hit.any() or lengths.min() >= 2 * float(found.infimum) - 1e-12


def test_open_boundaries_are_said_and_staying_put_costs_nothing():
    threat = sa.ThreatModel("linf", 1)
    reached = sa.classifier("threshold", MASSES, at="1/2", below=1, tie=-1)
    beyond = sa.classifier("threshold", MASSES, at="1/2", below=1, tie=1)
    found = sa.witness(reached, MASSES, threat, (0,), 1, definition="adversarial_loss")
    assert (found.x_adv, found.infimum, found.attained) == ((sympy.S.Half,), sympy.S.Half, True)
    found = sa.witness(beyond, MASSES, threat, (0,), 1, definition="adversarial_loss")
    assert found.infimum == sympy.S.Half and not found.attained and 0.5 < float(found.x_adv[0]) < 0.51
    assert sa.witness(beyond, MASSES, sa.ThreatModel("linf", "1/2"), (0,), 1, definition="adversarial_loss") is None
    assert (
        sa.witness(reached, MASSES, sa.ThreatModel("linf", "1/2"), (0,), 1, definition="adversarial_loss").length == 1
    )
    wrong = sa.classifier("constant", MASSES, label=-1)
    found = sa.witness(wrong, MASSES, sa.ThreatModel("linf", 0), (0,), 1, definition="adversarial_loss")
    assert found == sa.Witness((sympy.S.Zero,), sympy.S.Zero, sympy.S.Zero, True)


def test_budgets_per_feature_and_frozen_ones():
    x = (1, "5/2")
    frozen = sa.witness(SLANTED, D9, sa.ThreatModel("l2", (0, 8)), x, 1, definition="adversarial_loss")
    assert frozen.x_adv[0] == 1 and float(frozen.infimum) == pytest.approx((2.5 + 20 / 7) / 8)
    uneven = sa.witness(SLANTED, D9, sa.ThreatModel("linf", (1, 4)), x, 1, definition="adversarial_loss")
    assert float(uneven.infimum) == pytest.approx((1 + 1 + 1 / 7) / (1 + 1.6))
    assert abs(float(uneven.x_adv[0]) - 1) <= float(uneven.length) + 1e-12


def test_the_bayes_rule_has_no_label_invariant_witness():
    for x, y in samples(5, 2):
        assert sa.witness("bayes", D9, sa.ThreatModel("linf", 50), x, y) is None


def test_what_is_refused():
    with pytest.raises(SymadvError, match="not in the support of label 1"):
        sa.witness("bayes", D9, sa.ThreatModel("linf", 1), (0, 0), 1)
    with pytest.raises(SymadvError, match="l2 norm"):
        sa.witness("bayes", D9, sa.ThreatModel("l2", 1), (1, 0), 1)
    with pytest.raises(SymadvError, match="y: got 7"):
        sa.witness("bayes", D9, sa.ThreatModel("linf", 1), (1, 0), 7)
