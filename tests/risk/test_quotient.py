"""Risk in many features as risk in few statistics, against problems written down in few features and closed forms."""

import numpy as np
import pytest
import sympy
from scipy import stats

import symadv as sa
from symadv.risk.quotient import quotient

P, ETA = "9/10", "3/10"
THREATS = [
    sa.ThreatModel(norm="linf", eps="6/10"),
    sa.ThreatModel(norm="linf", eps=1),
    sa.ThreatModel(norm="linf", eps=1, closed=False),
    sa.ThreatModel(norm="linf", eps=2),
    sa.ThreatModel(norm="linf", eps=0),
]


def linear(d, *weights, bias=0, tie=1):
    return sa.classifier("linear", d, weights=weights, bias=bias, tie=tie)


def same(bounds, others) -> None:
    for name, bound in bounds.items():
        assert float(bound) == pytest.approx(float(others[name]), rel=1e-13, abs=1e-300), name
        assert bound.evidence.knife_edge == others[name].evidence.knife_edge, name


@pytest.mark.parametrize("threat", THREATS, ids=str)
@pytest.mark.parametrize("p", [P, "1/2"])
def test_a_hundred_weak_features_are_one_of_their_mean(threat, p) -> None:
    """The scaled mean of the weak features is N(sqrt(d) eta y, 1), and moves by sqrt(d) times the budget."""
    d, plain = sa.distribution("tsipras", weak=100).at(p=p, eta=ETA), sa.distribution("tsipras").at(p=p, eta=3)
    scaled = sa.ThreatModel(norm="linf", eps=(threat.eps, 10 * threat.eps), closed=threat.closed)
    if threat.eps == 0:
        scaled = threat
    pairs = [
        ("bayes", "bayes"),
        (linear(d, 1, *(0,) * 100), linear(plain, 1, 0)),
        (linear(d, 0, *(1,) * 100), linear(plain, 0, 1)),
        (linear(d, 3, *(1,) * 100, bias="1/3"), linear(plain, 3, 10, bias="1/3")),
        (linear(d, *(0,) * 101, tie=-1), linear(plain, 0, 0, tie=-1)),
    ]
    for f, g in pairs:
        same(sa.risks(f, d, threat), sa.risks(g, plain, scaled))


def test_as_a_formula_it_is_the_one_of_the_mean() -> None:
    E = sa.parameter("E", positive=True)
    d, plain = sa.distribution("tsipras", weak=4), sa.distribution("tsipras")
    many = sa.risk(linear(d, 0, 1, 1, 1, 1), d, sa.ThreatModel(norm="linf", eps=E), definition="adversarial_loss")
    one = sa.risk(linear(plain, 0, 1), plain, sa.ThreatModel(norm="linf", eps=(0, E)), definition="adversarial_loss")
    eta, budget = np.array([0.1, 1, 2.5]), np.array([0.3, 1, 7])
    a, b = (r.derivation.numeric for r in (many, one))
    assert np.allclose(a(p=0.7, eta=eta, E=budget), b(p=0.7, eta=2 * eta, E=2 * budget))


WEIGHTS = np.array([0.5, -2, 1, 0.25])
DUAL = {"linf": 1, "l2": 2, "l1": np.inf}


@pytest.mark.parametrize("norm", DUAL)
@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("budgets", [("1/4", "1/2", 1, 2), ("1/4", 0, 1, 0), (0, 0, 0, 0), ("1/3",) * 4], ids=str)
def test_the_score_of_a_linear_classifier_moves_by_the_dual_norm(norm, closed, budgets) -> None:
    d = sa.distribution("tsipras", weak=3).at(p="3/4", eta="1/2")
    f = linear(d, *(sympy.Rational(str(w)) for w in WEIGHTS), bias="1/8")
    threat = sa.ThreatModel(norm=norm, eps=budgets, closed=closed)
    reach = np.linalg.norm(WEIGHTS * [float(sympy.Rational(b)) for b in budgets], ord=DUAL[norm])
    score = {
        (s, y): stats.norm(WEIGHTS[0] * s + y * WEIGHTS[1:].sum() / 2 + 0.125, np.linalg.norm(WEIGHTS[1:]))
        for s in (-1, 1)
        for y in (-1, 1)
    }
    share = {(s, y): (0.75 if s == y else 0.25) / 2 for s, y in score}
    wrong = sum(share[k] * (law.cdf(reach) if k[1] == 1 else law.sf(-reach)) for k, law in score.items())
    plain = sum(share[k] * (law.cdf(0) if k[1] == 1 else law.sf(0)) for k, law in score.items())
    change = sum(share[k] * (law.cdf(reach) - law.cdf(-reach)) for k, law in score.items())
    expected = {
        "adversarial_loss": wrong,
        "misclassification": plain,
        "boundary": wrong - plain,
        "prediction_change": change,
    }
    for name, value in expected.items():
        assert float(sa.risk(f, d, threat, definition=name)) == pytest.approx(value, abs=1e-12), name


def test_an_open_ball_differs_where_the_mass_is_an_atom() -> None:
    """x1 alone: at a budget of exactly 1 a closed ball reaches the threshold, an open one does not."""
    d = sa.distribution("tsipras", weak=10).at(p="3/4", eta=1)
    f = linear(d, 1, *(0,) * 10)
    ends = [sa.risk(f, d, sa.ThreatModel(norm="linf", eps=1, closed=c), definition="boundary") for c in (True, False)]
    assert [float(b) for b in ends] == [pytest.approx(3 / 8), 0]  # f = 1 at its ties: only label -1 is lost
    assert all(b.evidence.knife_edge for b in ends)


def test_gaussian_mixtures_have_the_closed_form_of_the_literature() -> None:
    """The robust error of a linear classifier [schmidt2018], with any covariance."""
    rng = np.random.default_rng(0)
    for covariance in ("4", ("1", "2", "1/4"), ((2, 1, 0), (1, 2, "1/2"), (0, "1/2", 1))):
        d = sa.distribution("gaussian_mixture", mean=("1/2", 1, "1/4"), variance=covariance)
        matrix = np.array(
            [[float(sympy.Rational(str(c))) for c in row] for row in covariance]
            if isinstance(covariance[0], tuple)
            else np.diag(np.broadcast_to([float(sympy.Rational(c)) for c in covariance], 3))
        )
        for norm, dual in DUAL.items():
            w = rng.integers(-6, 7, 3) / 4
            f = linear(d, *w)
            exact = sa.risk(f, d, sa.ThreatModel(norm=norm, eps="1/5"), definition="adversarial_loss")
            margin = 0.2 * np.linalg.norm(w, ord=dual) - w @ [0.5, 1, 0.25]
            assert float(exact) == pytest.approx(stats.norm.cdf(margin / np.sqrt(w @ matrix @ w)), abs=1e-12)


def test_bayes_against_itself_is_exact_for_every_definition() -> None:
    d = sa.distribution("gaussian_mixture", mean=[1] * 30 + list(range(20)), variance=[1] * 30 + [2] * 20)
    found = sa.risks("bayes", d, sa.ThreatModel(norm="l2", eps="1/10"))
    assert all(b.method == "exact" for b in found.values())
    assert all(float(found[name]) == 0 for name in ("label_invariant", "error_region", "invariance", "base_classifier"))
    assert float(found["boundary"]) > 0


def test_what_does_not_reduce_is_not_reduced() -> None:
    d = sa.distribution("gaussian_mixture", mean=(1, 1), variance=1)
    slanted = linear(d, 1, 2)
    assert quotient(slanted, d, sa.ThreatModel(norm="linf", eps=1), with_labels=False) is not None
    boxed = sa.ThreatModel(norm="linf", eps=1, box=(-1, 1))
    two = quotient(slanted, d, boxed, with_labels=False)
    assert two is None or len(two.statistics) == 2


@pytest.mark.parametrize("name", ["adversarial_loss", "prediction_change", "error_region", "label_invariant"])
def test_vulnerable_samples_are_found_as_often_by_search(name) -> None:
    """A search in the features, not in statistics: over the whole ball in (x1, sum), and at random."""
    d = sa.distribution("tsipras", weak=5).at(p="3/4", eta="1/2")
    threat, f = sa.ThreatModel(norm="linf", eps="11/10"), linear(d, 1, *("1/2",) * 5)
    exact, o = float(sa.risk(f, d, threat, definition=name)), sa.oracle(d)
    n, rng = 3_000, np.random.default_rng(4)
    x, y = d.sample(n, rng=5)
    found = np.zeros(n, dtype=bool)
    for first in (-1.1, -1.001, -0.999, -0.5, 0, 0.5, 0.999, 1.001, 1.1):
        for total in np.linspace(-1.1, 1.1, 67):
            moved = x + np.array([first] + [total] * 5)
            found |= o.is_adversarial(x, y, moved, f, definition=name)
    for _ in range(20):
        found |= o.is_adversarial(x, y, x + rng.uniform(-1.1, 1.1, x.shape), f, definition=name)
    found |= o.is_adversarial(x, y, x, f, definition=name)
    assert found.mean() <= exact + 5 * np.sqrt(exact / n) and found.mean() >= exact - 0.04


def test_where_nothing_is_known_bounds_are_those_that_hold_by_definition() -> None:
    """A classifier with different weights and a label of another sum: two statistics on each stratum."""
    d = sa.distribution("tsipras", weak=3).at(p="3/4", eta="1/2")
    f, threat = linear(d, 1, 1, 2, 3), sa.ThreatModel(norm="linf", eps="1/2")
    found, o = sa.risks(f, d, threat), sa.oracle(d)
    exact = {name: float(b) for name, b in found.items() if b.method == "exact"}
    assert set(exact) == {"adversarial_loss", "boundary", "misclassification", "prediction_change"}
    assert found["label_invariant"].upper == pytest.approx(min(exact["boundary"], exact["prediction_change"]))
    x, y = d.sample(4000, rng=0)
    rng = np.random.default_rng(1)
    for name in set(found) - set(exact):
        bound, hit = found[name], o.is_adversarial(x, y, x, f, definition=name)
        for _ in range(60):
            hit |= o.is_adversarial(x, y, x + rng.choice([-0.5, 0.5], x.shape), f, definition=name)
        assert hit.mean() <= bound.upper + 4.5 * np.sqrt(0.25 / len(x)) and bound.lower <= bound.upper
        assert bound.method == "bounded"


def test_samples_in_many_features_are_looked_up_by_their_statistics() -> None:
    from symadv.risk.sampled import risk_experiment

    d = sa.distribution("tsipras", weak=5).at(p="3/4", eta="1/2")
    bound = sa.risk("bayes", d, sa.ThreatModel(norm="linf", eps="1/4"), definition="adversarial_loss")
    hits = risk_experiment("a risk", bound, d).draw({})(20_000, np.random.default_rng(0))
    assert abs(hits.mean() - float(bound)) < 5 * np.sqrt(0.25 / 20_000)
