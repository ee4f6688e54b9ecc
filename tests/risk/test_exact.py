"""Exact risks: published values, ties, knife edges, tails, laws between definitions, and what is refused."""

import mpmath
import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.adversary.definition import EVERYWHERE, Definition, Pair
from symadv.classifiers import classifier
from symadv.definitions import definition
from symadv.distributions import distribution
from symadv.geometry.strata import Flat, Point, Whole
from symadv.language.errors import SymadvError
from symadv.language.functions import Phi
from symadv.language.intervals import Intervals
from symadv.probability.densities import Atom, Independent, Laplace, Normal
from symadv.probability.distribution import Component, Distribution
from symadv.risk.bound import enclose
from symadv.risk.exact import risk, risks
from symadv.risk.measure import measure


def linf(eps, **options):
    return sa.ThreatModel("linf", eps, **options)


@pytest.fixture(scope="module")
def fig2():
    return distribution("tsipras").at(p="9/10", eta=3)


@pytest.fixture(scope="module")
def masses():
    return distribution("point_masses").at(gap=1)


def normal_cdf(z):
    return mpmath.ncdf(z)


def test_bayes_at_the_parameters_of_the_figure(fig2):
    found = risks("bayes", fig2, linf(6))
    with mpmath.workdps(30):
        shift = mpmath.log(9) / 6
        wrong = mpmath.mpf("0.9") * normal_cdf(-3 - shift) + mpmath.mpf("0.1") * normal_cdf(-3 + shift)
        attacked = normal_cdf(3 + shift)
    assert found["misclassification"].lower <= wrong <= found["misclassification"].upper
    assert found["adversarial_loss"].lower <= attacked <= found["adversarial_loss"].upper
    assert len(found) == 9
    for bound in found.values():
        assert bound.method == "exact" and bound.confidence == 1 and 0 <= bound.upper - bound.lower < 1e-15
        assert not bound.evidence.knife_edge
    for name in ("label_invariant", "base_classifier", "error_region", "invariance"):
        assert found[name].lower == found[name].upper == 0 and found[name].evidence.expression == 0
    assert found["adversarial_loss"].evidence.expression == Phi(sympy.log(9) / 6 + 3)


def test_the_extension_off_the_support_decides(fig2):
    linear = classifier("linear", fig2, weights=(sympy.log(9), 6), tie=1)
    assert float(risk(linear, fig2, linf(6))) == pytest.approx(0.999234259948, abs=1e-11)
    inside = risk(linear, fig2, linf(6, on_support=True))
    assert inside.lower == inside.upper == 0


def test_a_sliver_is_found(fig2):
    rounded = classifier("linear", fig2, weights=(2.1972245773362196, 6), tie=1)
    bound = risk(rounded, fig2, linf(6, on_support=True))
    assert float(bound) == pytest.approx(0.998853821037, abs=1e-9)
    assert float(risk(rounded, fig2, linf(0))) == 0  # nobody moves: the sliver itself is never reached


def test_point_masses_and_their_tie(masses):
    same = classifier("threshold", masses, at="1/2", below=1, tie=1)
    other = classifier("threshold", masses, at="1/2", below=1, tie=-1)
    good, bad = risk(same, masses, linf(1)), risk(other, masses, linf(1))
    assert (good.lower, good.upper) == (0, 0) and (bad.lower, bad.upper) == (0.5, 0.5)
    assert good.evidence.knife_edge and good.evidence.otherwise["f = -1 at its ties"] == (0.5, 0.5)
    everywhere = risk(same, masses, linf(1), definition="adversarial_loss")
    assert (everywhere.lower, everywhere.upper) == (1, 1) and not everywhere.evidence.knife_edge
    assert everywhere.evidence.vulnerable[1][Point((0,))] == Intervals.line()


@pytest.mark.parametrize(
    ("eps", "closed", "value", "below", "above"),
    [
        ("1/2", True, 0.5, 0.0, 1.0),  # x = 1 reaches 1/2, where f = 1; x = 0 does not get beyond
        ("1/2", False, 0.0, 0.0, 1.0),
        ("2/5", True, 0.0, 0.0, 0.0),
        ("3/5", True, 1.0, 1.0, 1.0),
    ],
)
def test_knife_edges_of_the_max_margin_classifier(masses, eps, closed, value, below, above):
    f = classifier("threshold", masses, at="1/2", below=1, tie=1)
    bound = risk(f, masses, linf(eps, closed=closed), definition="adversarial_loss")
    assert float(bound) == value
    assert bound.evidence.below == (below, below) and bound.evidence.above == (above, above)
    assert bound.evidence.knife_edge == (below != above)


def test_the_limit_from_above_of_no_budget():
    """At eps = 0 nobody moves; any budget at all takes the point on the boundary across."""
    d = distribution("point_masses").at(gap=1)
    f = classifier("threshold", d, at=0, below=-1, tie=1)
    bound = risk(f, d, linf(0), definition="prediction_change")
    assert float(bound) == 0 and bound.evidence.above == (0.5, 0.5) and bound.evidence.knife_edge
    frozen = risk(f, d, linf((0,)), definition="prediction_change")
    assert float(frozen) == 0 and frozen.evidence.above == (0, 0) and not frozen.evidence.knife_edge


@pytest.mark.parametrize(("eps", "knife"), [("9/10", False), (1, True), ("11/10", False), ("19/10", False), (2, True)])
def test_knife_edges_where_the_first_feature_flips(eps, knife):
    d = distribution("tsipras").at(p="19/20", eta="1/2")
    on_support = eps in ("19/10", 2)
    bound = risk("bayes", d, linf(eps, on_support=on_support), definition="adversarial_loss")
    assert bound.evidence.knife_edge == knife
    if knife:
        (low, _), (high, _) = bound.evidence.below, bound.evidence.above
        assert low < bound.upper <= high + 1e-15 and low < high - 0.1


def test_conventions_are_said(fig2):
    semantics = risk("bayes", fig2, linf(1, closed=False, on_support=True, box=(-9, 9))).evidence.semantics
    text = "; ".join(semantics)
    for part in ("open", "eps = 1", "support", "box", "staying put", "'every'", "f = 1"):
        assert part in text


def test_budget_per_feature(fig2):
    first = classifier("linear", fig2, weights=(1, 0), tie=1)
    only_second = risk(first, fig2, linf((0, 6)), definition="adversarial_loss")
    assert float(only_second) == pytest.approx(0.1, abs=1e-15)
    assert only_second.evidence.expression == sympy.Rational(1, 10)
    for norm in ("l1", "l2"):  # one feature alone moves: all balls are the same
        assert risk(first, fig2, sa.ThreatModel(norm, (0, 6)), definition="adversarial_loss").upper == only_second.upper


def test_staying_put_is_always_allowed():
    d = distribution("tsipras").at(p="9/10", eta="1/10")
    boxed = linf("1/10", box=(0, 1))
    bound = risk(classifier("constant", d, label=-1), d, boxed, definition="adversarial_loss")
    assert (bound.lower, bound.upper) == (0.5, 0.5)
    nowhere = linf(5, box=(50, 60))
    assert float(risk("bayes", d, nowhere, definition="adversarial_loss")) == float(
        risk("bayes", d, linf(0), definition="misclassification")
    )


def test_tails_keep_their_relative_accuracy():
    d = distribution("tsipras").at(p="1/2", eta=30)
    bound = risk("bayes", d, linf(0), definition="misclassification")
    with mpmath.workdps(30):
        truth = normal_cdf(-30)
    assert bound.lower <= truth <= bound.upper and bound.upper / bound.lower - 1 < 1e-15


def test_far_intervals_keep_their_relative_accuracy():
    """The mass between 35 and 36 is a difference of upper tails, not of numbers next to 1."""
    law = Component(Whole(1), {y: Normal(0, 1) for y in (0, 1)})
    d = Distribution("u", ("u",), (0, 1), {0: "1/2", 1: "1/2"}, (law,))
    far = sympy.Integer(35), sympy.Integer(36)
    mass = measure(d).of(((far,), ()))
    with mpmath.workdps(350):
        truth = (normal_cdf(-35) - normal_cdf(-36)) / 2
    lower, upper = enclose(mass)
    assert mass == Phi(-35) / 2 - Phi(-36) / 2 and lower <= truth <= upper and upper / lower - 1 < 1e-15


def test_laplace_against_scipy():
    from scipy import stats

    d = Distribution(
        "u",
        ("u",),
        (-1, 1),
        {-1: "1/3", 1: "2/3"},
        (Component(Whole(1), {-1: Laplace(-1, 2), 1: Independent(Laplace(1, "1/2"))}),),
    )
    f = classifier("threshold", d, at="1/4", below=-1, tie=1)
    bound = risk(f, d, linf("1/2"), definition="adversarial_loss")
    wrong = stats.laplace(-1, 2).sf(0.25 - 0.5) / 3 + stats.laplace(1, 0.5).cdf(0.25 + 0.5) * 2 / 3
    assert float(bound) == pytest.approx(wrong, rel=1e-13)


def points_in_the_plane(tie_rule="every"):
    places = {0: [(0, 0), (0, 1)], 1: [(3, 0), (3, 1)]}
    return Distribution(
        "points",
        ("a", "b"),
        (0, 1),
        {0: "1/2", 1: "1/2"},
        tuple(Component(Point(q), {y: "1/2" * Atom()}) for y, qs in places.items() for q in qs),
        tie_rule=tie_rule,
    )


@pytest.mark.parametrize(("eps", "value"), [("149/100", 0.0), ("3/2", 0.0), ("151/100", 1.0)])
def test_the_exact_radius_of_a_finite_support(eps, value):
    """3/2 is the radius, not the 5/4 that a bound by pairs gives; at exactly 3/2 there is no label."""
    d = points_in_the_plane()
    constant = classifier("constant", d, label=0)
    bound = risk(constant, d, linf(eps), definition="error_region")
    assert float(bound) == (0.5 if value == 0 else 1.0)  # label 1's own points are in error already
    assert risk(constant, d, linf(eps), definition="invariance").upper == (0 if value == 0 else 0.5)


def test_a_line_and_a_point_off_it():
    """The bisector is the parabola b = (a^2 + 1) / 2, which is within reach up to |a| = 4/5 + sqrt(3/5)."""
    d = Distribution(
        "l",
        ("a", "b"),
        (0, 1),
        {0: "1/2", 1: "1/2"},
        (Component(Flat({1: 0}), {0: Normal(0, 1)}), Component(Point((0, 1)), {1: Atom()})),
    )
    bound = risk("bayes", d, linf("4/5"), definition="adversarial_loss")
    assert bound.method == "exact"
    z = 0.8 + np.sqrt(0.6)
    assert float(bound) == pytest.approx(float(mpmath.ncdf(z)), abs=1e-12)  # (0, 1) itself reaches b < 1/2
    exact_on_support = risk("bayes", d, linf("4/5", on_support=True), definition="adversarial_loss")
    assert exact_on_support.method == "exact" and exact_on_support.upper == 0


def test_what_cannot_be_decided_is_enclosed():
    one = Phi(sympy.Integer(1)) + Phi(sympy.Integer(-1))
    d = distribution("point_masses").at(gap=1)
    f = classifier("threshold", d, at=one, below=1, tie=1)
    bound = risk(f, d, linf(0), definition="misclassification")
    assert (bound.lower, bound.upper, bound.method) == (0, 0.5, "bounded")


def test_an_atom_on_a_line():
    """A point of mass on the line of a density: each law has its own stratum, the point decides its label."""
    d = Distribution(
        "a",
        ("u",),
        (0, 1),
        {0: "1/4", 1: "3/4"},
        (Component(Whole(1), {0: Normal(0, 1)}), Component(Point((0,)), {1: Atom()})),
    )
    still = risk("bayes", d, linf(0), definition="misclassification")
    assert (still.lower, still.upper) == (0, 0)
    near = risk("bayes", d, linf(1), definition="adversarial_loss")
    with mpmath.workdps(30):
        truth = mpmath.mpf(3) / 4 + (normal_cdf(1) - normal_cdf(-1)) / 4
    assert near.lower <= truth <= near.upper and not near.evidence.knife_edge


def test_combined_definitions(fig2):
    either = definition("misclassification") | definition("boundary")
    both = definition("label_invariant") & definition("adversarial_loss")
    found = risks("bayes", fig2, linf(1), definitions=[either, both, "adversarial_loss", "label_invariant"])
    assert found[either.name].evidence.expression == found["adversarial_loss"].evidence.expression
    assert found[both.name].upper == found["label_invariant"].upper
    everything = Definition("everything", (Pair(EVERYWHERE, EVERYWHERE),))
    certain = risk("bayes", fig2, linf(0), definition=everything)
    assert (certain.lower, certain.upper) == (1, 1)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda d: ("nonsense", d, linf(1)), "bayes"),
        (lambda d: ("bayes", d, linf(sympy.Symbol("E", positive=True))), "numeric"),
        (lambda d: (lambda x: x, d, linf(1)), "wanted"),
        (lambda d: (classifier("bayes", points_in_the_plane()), d, linf(1)), "labels"),
        (lambda d: ("bayes", d, linf((1, 1, 1))), "one per feature"),
    ],
)
def test_what_is_refused(fig2, change, match):
    with pytest.raises(SymadvError, match=match):
        risk(*change(fig2))


def test_planes_and_networks_are_refused(fig2):
    torch = pytest.importorskip("torch")
    with pytest.raises(SymadvError, match="network"):
        risk(torch.nn.Linear(2, 2), fig2, linf(1))
    plane = Distribution(
        "g",
        ("a", "b"),
        (0, 1),
        {0: "1/2", 1: "1/2"},
        (Component(Whole(2), {y: Independent(Normal(y, 1), Normal(0, y + 1)) for y in (0, 1)}),),
    )
    with pytest.raises(SymadvError, match="dimension"):
        risk("bayes", plane, linf(1))


def test_an_unknown_definition_is_refused(fig2):
    with pytest.raises(SymadvError, match="label_invariant"):
        risk("bayes", fig2, linf(1), definition="label_invariants")
