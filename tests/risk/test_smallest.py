"""The smallest risk of all classifiers: by hand, against linear programs over discretised laws, and brute force."""

from itertools import product

import numpy as np
import pytest
import sympy
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.special import ndtr

import symadv as sa
from symadv.geometry.strata import Flat, Point
from symadv.language.errors import SymadvError
from symadv.probability.densities import Atom, Laplace, Normal
from symadv.probability.distribution import Component, Distribution
from symadv.risk._conflicts import conflicts
from symadv.risk._flow import flow_bounds

D9 = sa.distribution("tsipras").at(p="9/10", eta=3)
ALMOST = 1e-12


def linf(eps, **options):
    return sa.ThreatModel("linf", eps, **options)


def by_hand(p, eta, e1, e2):
    """A threshold on each line while the lines are apart (its place from equal densities), on both together after."""
    if e1 >= 1:
        return ndtr(e2 - eta) if e2 < eta else 0.5
    if e2 >= eta:
        return min(p, 1 - p)
    b = -np.log(p / (1 - p)) / (2 * (eta - e2))
    return p * ndtr(e2 - eta + b) + (1 - p) * ndtr(e2 - eta - b)


@pytest.mark.parametrize("p", ["1/10", "1/2", "9/10"])
@pytest.mark.parametrize("eta", ["1/2", "3"])
def test_two_lines_by_hand(p, eta):
    d = sa.distribution("tsipras").at(p=p, eta=eta)
    for e1, e2 in product(("0", "1/2", "1", "2"), ("0", "1/2", "1", "3", "6")):
        bound = sa.smallest_risk(d, linf((e1, e2)))
        wanted = by_hand(*(float(sympy.Rational(v)) for v in (p, eta, e1, e2)))
        assert bound.method == "exact" and float(bound) == pytest.approx(wanted, abs=ALMOST), (e1, e2)


def test_the_open_ball_at_1_keeps_the_lines_apart():
    assert float(sa.smallest_risk(D9, linf((1, 2), closed=False))) == pytest.approx(by_hand(0.9, 3, 0.9, 2), abs=ALMOST)
    assert float(sa.smallest_risk(D9, linf((1, 2)))) == pytest.approx(by_hand(0.9, 3, 1, 2), abs=ALMOST)


@pytest.mark.parametrize("norm", ["l1", "l2"])
def test_other_norms_shorten_the_way_along_the_line(norm):
    """Between the lines, at distance 2, a budget E leaves E - 1 or (E^2 - 1)^(1/2) along them; on one line it is E."""
    mixed = sa.smallest_risk(D9, sa.ThreatModel(norm, 2))
    assert mixed.method == "bounded"  # on one line farther than between the two
    assert by_hand(0.9, 3, 0, 2) <= mixed.upper and mixed.lower <= by_hand(0.9, 3, 1, 2)
    apart = sa.smallest_risk(D9, sa.ThreatModel(norm, "9/10"))
    assert float(apart) == pytest.approx(by_hand(0.9, 3, 0, 0.9), abs=ALMOST)


def program(d, e1, e2, step=0.1, wide=9.0):
    """The largest mass of pairs within 2 E of each other, of laws that are concentrated on a grid."""
    t = np.arange(-wide, wide, step) + step / 2
    sides = []
    for y in d.labels:
        x1, x2, mass = [], [], []
        for component in d.components:
            ((_, s),) = component.stratum.fixed
            weighted = dict(component.densities).get(y)
            if weighted is not None:
                centre, scale = (float(v) for v in weighted.density.terms())
                cdf = ndtr((np.append(t - step / 2, wide) - centre) / scale)
                x1.append(np.full(len(t), float(s)))
                x2.append(t)
                mass.append(float(d.prior_of(y) * weighted.weight) * np.diff(cdf))
        sides.append([np.concatenate(c) for c in (x1, x2, mass)])
    (a1, a2, a), (b1, b2, b) = sides
    near = (np.abs(a1[:, None] - b1) <= 2 * e1 + 1e-9) & (np.abs(a2[:, None] - b2) <= 2 * e2 + 1e-9)
    rows, columns = np.nonzero(near)
    k = np.arange(len(rows))
    matrix = coo_array((np.ones(2 * len(k)), (np.concatenate([rows, columns + len(a)]), np.concatenate([k, k]))))
    found = linprog(-np.ones(len(k)), A_ub=matrix, b_ub=np.concatenate([a, b])[: matrix.shape[0]], method="highs")
    return -found.fun


def lines(weights, prior, means=(-1, 1), scales=(1, 1), at=(-1, 1)):
    return Distribution(
        "lines",
        ("u", "v"),
        (-1, 1),
        dict(zip((-1, 1), prior)),
        tuple(
            Component(Flat({0: s}), {y: w * Normal(m, c) for y, w, m, c in zip((-1, 1), row, means, scales) if w != 0})
            for s, row in zip(at, weights)
        ),
    )


@pytest.mark.parametrize("eps", [(0.5, 0.6), (1.5, 0.6), (1.5, 1.5)])
@pytest.mark.parametrize("prior", [("1/2", "1/2"), ("4/5", "1/5")], ids=["even", "uneven"])
def test_linear_programs_agree(eps, prior):
    d = lines((("3/4", "2/5"), ("1/4", "3/5")), prior)
    bound = sa.smallest_risk(d, linf(tuple(sympy.Rational(str(e)) for e in eps)))
    assert bound.method == "exact"
    low, high = (program(d, eps[0], e) for e in (eps[1] - 0.05, eps[1] + 0.05))
    assert low - 1e-9 <= float(bound) <= high + 1e-9 and high - low < 0.05


def test_a_chain_of_lines_and_unequal_widths_are_bounded():
    chain = lines((("1/2", "1/4"), ("1/4", "1/4"), ("1/4", "1/2")), ("1/2", "1/2"), at=(0, 1, 2))
    wide = lines((("1/2", "1/2"), ("1/2", "1/2")), ("1/3", "2/3"), means=(0, 0), scales=(1, 3))
    for d, eps in ((chain, (0.5, 0.5)), (wide, (0.25, 0.5))):
        bound = sa.smallest_risk(d, linf(tuple(sympy.Rational(str(e)) for e in eps)))
        assert bound.method == "bounded" and 0 < bound.upper - bound.lower < 0.03
        low, high = (program(d, eps[0], e) for e in (eps[1] - 0.05, eps[1] + 0.05))
        assert low <= bound.upper and bound.lower <= high


def test_flows_and_cuts_enclose_the_exact_value():
    for eps in ((0, 1), (2, 1), (0, 4), (1, 0)):
        found = [flow_bounds(component) for component in conflicts(D9, linf(eps)).components()]
        exact = float(sa.smallest_risk(D9, linf(eps)))
        assert sum(low for low, _ in found) <= exact <= sum(high for _, high in found)


def test_laplace_laws_and_an_atom_on_a_line():
    laplace = Distribution(
        "laplace", ("v",), (0, 1), {0: "1/3", 1: "2/3"}, (Component(Flat({}), {0: Laplace(0, 1), 1: Laplace(2, 1)}),)
    )
    bound = sa.smallest_risk(laplace, linf("1/2"))
    assert bound.upper - bound.lower < 0.03
    mixed = Distribution(
        "mixed",
        ("v",),
        (0, 1),
        {0: "1/2", 1: "1/2"},
        (Component(Flat({}), {0: Normal(0, 1)}), Component(Point((0,)), {1: Atom()})),
    )
    bound = sa.smallest_risk(mixed, linf("1/2"))  # to be right at the atom loses all normal samples within 1
    wanted = 0.5 * (ndtr(1) - ndtr(-1))
    assert bound.lower <= wanted <= bound.upper and bound.upper - bound.lower < 0.03


def test_point_masses_and_their_knife_edge():
    d = sa.distribution("point_masses").at(gap=1)
    assert sa.smallest_risk(d, linf("49/100")).upper == 0
    assert float(sa.smallest_risk(d, linf("1/2"))) == 0.5
    assert sa.smallest_risk(d, linf("1/2", closed=False)).upper == 0
    assert float(sa.smallest_risk(d, linf(1, closed=False))) == 0.5


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
@pytest.mark.parametrize("seed", range(3))
def test_scattered_points_by_trying_all_labellings(seed, norm):
    """Each choice of the samples to be right at, that no two balls of different labels meet, by enumeration."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 5, (9, 2)), np.array([0, 1] * 4 + [0])
    weight = {0: [], 1: []}
    for label in (0, 1):
        raw = rng.integers(1, 5, int((y == label).sum()))
        weight[label] = iter([sympy.Rational(int(r), int(raw.sum())) for r in raw])
    share = [next(weight[label]) for label in y]
    components = tuple(
        Component(Point(tuple(map(int, row))), {int(k): w * Atom()}) for row, k, w in zip(x, y, share, strict=True)
    )
    d = Distribution("scattered", ("u", "v"), (0, 1), {0: "2/5", 1: "3/5"}, components)
    order = {"linf": np.inf, "l1": 1, "l2": 2}[norm]
    apart = np.linalg.norm(x[:, None] - x[None], ord=order, axis=2) > 2 + 1e-12
    mass = np.array([float(d.prior_of(int(k)) * w) for k, w in zip(y, share, strict=True)])
    best = 0.0
    for kept in product((False, True), repeat=len(x)):
        k = np.flatnonzero(kept)
        if np.all(apart[np.ix_(k, k)] | (y[k][:, None] == y[k])):
            best = max(best, mass[k].sum())
    assert float(sa.smallest_risk(d, sa.ThreatModel(norm, 1))) == pytest.approx(1 - best, abs=1e-12)


def test_no_classifier_is_better_and_more_budget_is_worse():
    previous = 0.0
    for eps in ("0", "1/4", "1/2", "1", "3/2", "3", "6"):
        least = float(sa.smallest_risk(D9, linf(eps)))
        for f in ("bayes", sa.classifier("linear", D9, weights=(1, 0), tie=1), sa.classifier("constant", D9, label=1)):
            assert least <= sa.risk(f, D9, linf(eps), definition="adversarial_loss").upper + 1e-15
        assert previous <= least
        previous = least
    constant = sa.smallest_risk(D9, linf(1), definition="misclassification")
    assert float(constant) == pytest.approx(1 - float(sa.bayes_accuracy(D9).result), abs=ALMOST)


def test_definitions_that_a_constant_or_the_bayes_rule_satisfies():
    for name in ("label_invariant", "boundary", "prediction_change", "base_classifier"):
        bound = sa.smallest_risk(D9, linf(6), definition=name)
        assert bound.upper == 0 and "constant" in bound.reason
    assert "Bayes" in sa.smallest_risk(D9, linf(6), definition="error_region").reason


def test_what_is_not_known_is_refused():
    with pytest.raises(SymadvError, match="corrupted_instance is not known"):
        sa.smallest_risk(D9, linf(1), definition="corrupted_instance")
    with pytest.raises(SymadvError, match="without a box"):
        sa.smallest_risk(D9, linf(1, box=(-1, 1)))
    with pytest.raises(SymadvError, match="the smallest risk"):
        sa.smallest_risk(sa.distribution("tsipras"), linf(1))


def test_laws_on_intervals_are_bounded_not_extrapolated():
    """On (0, 2) and (1, 3) with half of the mass each, the samples within 2 E of the other law's can all be matched."""
    d = Distribution(
        "uniform",
        ("v",),
        (0, 1),
        {0: "1/2", 1: "1/2"},
        (Component(Flat({}), {0: sa.Uniform(0, 2), 1: sa.Uniform(1, 3)}),),
    )
    for eps, wanted in (("1/4", 0.375), ("1/2", 0.5)):
        bound = sa.smallest_risk(d, linf(eps))
        assert bound.method == "bounded" and bound.lower <= wanted <= bound.upper and bound.upper - bound.lower < 0.02
