"""Networks in planes under independent features of any law: quadrature, areas, half-planes, clouds and samples."""

from fractions import Fraction
from itertools import pairwise

import flint
import mpmath
import numpy as np
import pytest
import sympy
from scipy import stats

import symadv as sa
from symadv.adversary.definition import implies
from symadv.adversary.pointwise import contains
from symadv.classifiers import classifier
from symadv.definitions import definition
from symadv.probability.labels import label_regions
from symadv.risk._planes.marginal import marginal, place
from symadv.risk.networks import network_risk, network_risks, problem_of
from symadv.verify.opinions import opinions
from tests.risk.nets import NINE, affine, random_net
from tests.risk.test_networks_seconded import brute
from tests.risk.test_plane import clouds, square

torch = pytest.importorskip("torch")

BOTH = sa.Independent


def two(first, second, *, flat=None, name="two"):
    """One law for each of the labels 0 and 1."""
    return sa.Distribution(
        name=name, features=("x", "y"), labels=(0, 1), prior={0: "1/2", 1: "1/2"},
        components=[sa.Component(flat or sa.Whole(2), {0: first, 1: second})],
    )  # fmt: skip


LAPLACE = two(BOTH(sa.Laplace(0, 1), sa.Normal(0, 1)), BOTH(sa.Laplace(1, 1), sa.Normal(1, 1)))
OVERLAP = two(
    BOTH(sa.Uniform(-1, 1), sa.Uniform(0, 1)), BOTH(sa.Uniform("-1/3", 2), sa.Uniform("1/2", "3/2")), name="overlap"
)
HALF = two(
    BOTH(sa.Exponential(1, 0), sa.Normal(0, 1)),
    BOTH(sa.Exponential(2, 0), sa.Normal(1, 1)),
    flat=sa.Flat({}, 2, within={0: (0, sympy.oo)}),
)
MIXED = two(
    sa.Mixture(
        "1/3" * BOTH(sa.Laplace(0, 1), sa.Normal(0, 1)), "2/3" * sa.MultivariateNormal((0, 1), ((1, "1/2"), ("1/2", 1)))
    ),
    BOTH(sa.Uniform(-1, 3), sa.Laplace(1, "1/2")),
)


def cdf(law):
    """Of a law, in mpmath, typed in."""
    if isinstance(law, sa.Uniform):
        a, b = mpmath.mpf(law.lower.p) / law.lower.q, mpmath.mpf(law.upper.p) / law.upper.q
        return lambda t: min(max((t - a) / (b - a), mpmath.mpf(0)), mpmath.mpf(1))
    if isinstance(law, sa.Exponential):
        return lambda t: 1 - mpmath.exp(-law.rate * t) if t > 0 else mpmath.mpf(0)
    if isinstance(law, sa.Laplace):
        return lambda t: mpmath.exp(t - law.mean) / 2 if t < law.mean else 1 - mpmath.exp(law.mean - t) / 2
    return lambda t: mpmath.ncdf(t - law.mean)


def dilated(laws, norm, eps):
    """The mass of the square of side 2 around 0, dilated by a ball: an integral over x between all kinks."""
    drop = {"linf": lambda s: eps, "l2": lambda s: mpmath.sqrt(eps * eps - s * s), "l1": lambda s: eps - s}[norm]
    one, other = map(cdf, laws)
    density = lambda x: mpmath.diff(one, x)

    def strip(x):
        height = 1 + drop(min(max(abs(x) - 1, mpmath.mpf(0)), mpmath.mpf(eps)))
        return density(x) * (other(height) - other(-height))

    marks = [-1 - eps, -1, 1, 1 + eps]
    # where the height passes a kink of the other law
    for k in (k for k in KINKS if 1 < abs(k) < 1 + eps):
        rise = abs(k) - 1
        away = {"linf": eps, "l2": mpmath.sqrt(eps * eps - rise * rise), "l1": eps - rise}[norm]
        marks += [-1 - away, 1 + away]
    marks += [k for k in KINKS if abs(k) < 1 + eps]
    ends = sorted({mpmath.mpf(m) for m in marks})
    return mpmath.fsum(mpmath.quad(strip, pair) for pair in pairwise(ends) if pair[1] - pair[0] > mpmath.mpf(10) ** -12)


KINKS = (mpmath.mpf(-1) / 2, mpmath.mpf(0), mpmath.mpf(1) / 4, mpmath.mpf(5) / 4)


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize(
    "laws",
    [
        (sa.Laplace("1/4", 1), sa.Normal(0, 1)),
        (sa.Uniform("-1/2", "5/4"), sa.Laplace(0, 1)),
        (sa.Exponential(1, 0), sa.Uniform("-1/2", "5/4")),
    ],
    ids=["laplace", "uniform", "exponential"],
)
def test_a_square_grows_by_what_quadrature_says(norm, laws):
    """Label 1 is said outside the square: who may be brought into it lies in the dilated one."""
    d, eps = two(BOTH(*laws), BOTH(*laws)), 0.5
    wrong, found = (
        network_risk(square(), d, sa.ThreatModel(norm, eps), definition=name)
        for name in ("misclassification", "adversarial_loss")
    )
    assert float(wrong) == pytest.approx(0.5, abs=1e-11)
    with mpmath.workdps(20):
        one, other = map(cdf, laws)
        inner = (one(0.5) - one(-0.5)) * (other(0.5) - other(-0.5))
        expected = (1 - inner + dilated(laws, norm, mpmath.mpf(eps))) / 2
    assert found.upper - found.lower < 1e-11 and found.method == "exact"
    assert found.lower - 1e-12 <= float(expected) <= found.upper + 1e-12


def area(corners, weight, bias):
    """The area of the part of a convex polygon where a score is positive, in rationals."""
    score = lambda p: weight[0] * p[0] + weight[1] * p[1] + bias
    kept = []
    for p, q in pairwise([*corners, corners[0]]):
        a, b = score(p), score(q)
        kept += [p] if a > 0 else []
        if a * b < 0:
            kept.append(tuple(u + (v - u) * a / (a - b) for u, v in zip(p, q, strict=True)))
    return sum(p[0] * q[1] - q[0] * p[1] for p, q in pairwise([*kept, *kept[:1]])) / 2 if kept else Fraction(0)


@pytest.mark.parametrize(("norm", "dual"), [("linf", Fraction(9, 4)), ("l1", Fraction(3, 2))])
def test_uniform_laws_and_a_line_make_polygons(norm, dual):
    weight, bias, eps = (Fraction(3, 4), Fraction(3, 2)), Fraction(-1), Fraction(1, 5)
    net = affine([[0.0, 0.0], [0.75, 1.5]], [0.0, -1.0])
    boxes = [((-1, 0), (1, 0), (1, 1), (-1, 1)), ((Fraction(-1, 3), Fraction(1, 2)), (2, Fraction(1, 2)))]
    boxes[1] += ((2, Fraction(3, 2)), (Fraction(-1, 3), Fraction(3, 2)))
    sizes = [2, Fraction(7, 3)]
    found = network_risk(net, OVERLAP, sa.ThreatModel(norm, eps), definition="adversarial_loss")
    wrong = area(boxes[0], weight, bias + eps * dual) / sizes[0]
    missed = area(boxes[1], [-w for w in weight], -bias + eps * dual) / sizes[1]
    assert found.lower <= (wrong + missed) / 2 <= found.upper and found.upper - found.lower < 1e-12


@pytest.mark.parametrize("seed", range(3))
def test_independent_normal_features_are_both_kinds_of_law(seed):
    """A product with a law that no combination knows is integrated in features, a normal law in the frame."""
    product = BOTH(sa.Normal(0, 1), sa.Normal("1/2", 2))
    same = sa.Mixture("1/2" * product, "1/2" * BOTH(sa.Normal(0, 1), sa.Laplace(0, 1)))
    other = sa.Mixture("1/2" * BOTH(sa.Laplace(0, 1), sa.Laplace(0, 1)), "1/2" * product)
    threat, net = sa.ThreatModel("l2", "1/3"), random_net(seed)
    risk = lambda *laws: network_risk(net, two(*laws), threat, definition="adversarial_loss").lower
    halves = [BOTH(sa.Normal(0, 1), sa.Laplace(0, 1)), BOTH(sa.Laplace(0, 1), sa.Laplace(0, 1))]
    assert risk(same, other) == pytest.approx((risk(product, product) + risk(*halves)) / 2, abs=1e-11)


@pytest.mark.parametrize("d", [LAPLACE, OVERLAP, HALF], ids=["laplace", "overlap", "half"])
@pytest.mark.parametrize("on_support", [False, True])
def test_true_labels_are_those_of_the_regions(d, on_support):
    """Kinks, ends of supports, what is nearest from outside: by signs of lines, against the symbolic regions."""
    planes = problem_of(
        classifier("relu", d, network=random_net(0)), d, sa.ThreatModel("linf", 1, on_support=on_support)
    )._planes
    (truth,) = planes.truths
    x, _ = d.sample(500, rng=0)
    if not on_support:
        x = np.concatenate([x, np.random.default_rng(1).uniform(-3, 3, (500, 2))])
    wanted = np.full(len(x), -1)
    for k, region in enumerate(label_regions(d).values()):
        wanted[contains(region, x)] = k
    assert (truth.labels(truth.signs(x)) == wanted).all() and {0, 1} <= set(wanted)


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize("d", [LAPLACE, HALF], ids=["laplace", "half"])
def test_points_of_a_cloud(norm, d):
    rng = np.random.default_rng(3)
    problem = problem_of(classifier("relu", d, network=random_net(11)), d, sa.ThreatModel(norm, "3/4"))
    x, y = d.sample(40, rng=rng)
    found = brute(problem, x, y, NINE, rng)
    for name in NINE:
        exact = problem.contains(definition(name), x, y)
        assert not (found[name] & ~exact).any(), name
        assert (exact & ~found[name]).sum() <= 2, name


@pytest.mark.parametrize("d", [LAPLACE, OVERLAP, HALF, MIXED], ids=["laplace", "overlap", "half", "mixed"])
def test_the_risk_is_the_probability_of_a_vulnerable_sample(d):
    threat = sa.ThreatModel("l2", "1/4", on_support=d is OVERLAP)
    problem = problem_of(classifier("relu", d, network=random_net(5)), d, threat)
    x, y = d.sample(20_000, rng=3)
    plain = [name for name in NINE if not definition(name).uses_truth]
    risks = {name: problem.bound(definition(name)) for name in NINE}
    for name in plain if d is MIXED else NINE:
        bound, rate = risks[name], problem.contains(definition(name), x, y).mean()
        assert bound.upper - bound.lower < 1e-11, name
        assert abs(rate - bound.lower) <= 5 * np.sqrt(max(bound.lower * (1 - bound.lower), 1e-4) / len(x)), name
    total = risks["misclassification"].lower + risks["boundary"].lower
    assert total == pytest.approx(risks["adversarial_loss"].lower, abs=1e-11)
    for one in NINE:
        for other in NINE:
            if implies(definition(one), definition(other), labels=d.labels):
                assert risks[one].lower <= risks[other].upper + 1e-11


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_nobody_leaves_two_rectangles(norm):
    """Second opinions that look at points of the support only; a parabola beyond the support does not matter."""
    threat = sa.ThreatModel(norm, "1/4", on_support=True)
    f, asked = classifier("relu", OVERLAP, network=random_net(5)), definition("label_invariant")
    risk = network_risk(f, OVERLAP, threat)
    grid, sampling = opinions(f, OVERLAP, threat, {asked: risk})
    assert grid.agrees and sampling.agrees and not grid.says.startswith("0 found")


def test_a_gap_in_the_support_is_jumped_where_the_budget_reaches():
    d = two(BOTH(sa.Uniform(0, 1), sa.Uniform(0, 1)), BOTH(sa.Uniform(2, 3), sa.Uniform(0, 1)))
    net = affine([[0.0, 0.0], [1.0, 0.0]], [0.0, -1.5])
    for eps, free, stays in (("1/2", 0, 0), ("3/4", 1 / 4, 0), (1, 1 / 2, 0), ("5/4", 3 / 4, 1 / 4), (2, 1, 1)):
        for on_support, expected in ((False, free), (True, stays)):
            threat = sa.ThreatModel("linf", (eps, "1/8"), on_support=on_support)
            found = network_risk(net, d, threat, definition="adversarial_loss")
            assert found.method == "exact" and found.lower == pytest.approx(expected, abs=1e-12), (eps, on_support)
        # off the support the nearest rectangle decides, in it the label never changes
        assert float(network_risk(net, d, sa.ThreatModel("linf", eps))) == pytest.approx(0, abs=1e-12)


def test_a_box_keeps_perturbed_points_and_not_clean_ones():
    d = clouds((0, 0), (1, "1/2"))
    free, boxed = (network_risks(random_net(11), d, sa.ThreatModel("linf", 1, box=box)) for box in (None, (0, "1/10")))
    assert boxed["misclassification"].lower == pytest.approx(free["misclassification"].lower, abs=1e-12)
    assert boxed["adversarial_loss"].upper < free["adversarial_loss"].lower - 0.1


def test_a_box_hides_no_true_label():
    """Those outside of a box may err against their own Bayes label, staying where they are."""
    f, kept = (
        classifier("relu", OVERLAP, network=affine([[0.0, 0.0], [0.0, 0.0]], [0.0, 1.0])),
        definition("error_region"),
    )
    for box in (None, ((0, 1), (0, "1/2"))):
        threat = sa.ThreatModel("linf", 0, on_support=True, box=box)
        found = network_risk(f, OVERLAP, threat, definition=kept)
        # label 1 is said, and right beyond the first rectangle only: 2/3 * 1/2 of the second is in the first
        assert float(found) == pytest.approx((1 + Fraction(4, 3) * Fraction(1, 2) / Fraction(7, 3)) / 2, abs=1e-12)


def test_three_borders_meet_at_an_irrational_point():
    """One of them is upright: x = 1/2 from the point where all three labels are as probable downwards."""
    means, weights = ((1, 1), (-1, -1), (2, -1)), ("3/7", "2/7", "2/7")
    d = sa.Distribution(
        name="junction", features=("x", "y"), labels=(0, 1, 2), prior=dict(enumerate(weights)),
        components=[sa.Component(sa.Whole(2), {k: sa.MultivariateNormal(m, 1) for k, m in enumerate(means)})],
    )  # fmt: skip
    net = affine([[0.0, 0.0]] * 3, [0.0, 1.0, 0.0])
    found = network_risk(net, d, sa.ThreatModel("linf", 0), definition="corrupted_instance")
    x, _ = d.sample(20_000, rng=0)
    joint = [
        np.log(float(sympy.Rational(w))) - ((x - m) ** 2).sum(axis=1) / 2 for w, m in zip(weights, means, strict=True)
    ]
    rate = (np.argmax(joint, axis=0) != 1).mean()
    assert abs(rate - float(found)) < 5 * np.sqrt(rate * (1 - rate) / len(x)) and 0.1 < rate < 0.9


def test_a_label_said_at_one_point_only_is_within_reach():
    """max(|x|, |y|) > 0: label 0 only at the origin, if ties go there."""
    d, threat = clouds((0, 0), (0, 0)), sa.ThreatModel("linf", "1/2")
    share = float(2 * mpmath.ncdf(0.5) - 1) ** 2
    for tie, expected in ((0, (1 + share) / 2), (1, 1 / 2)):
        f = classifier("relu", d, network=square(0.0), tie=tie)
        found = network_risk(f, d, threat, definition="adversarial_loss")
        assert float(found) == pytest.approx(expected, abs=1e-12)
        other = found.evidence.otherwise[f"f = {1 - tie} at its ties"]
        assert found.evidence.knife_edge and other[0] == pytest.approx(1 / 2 + share / 2 * tie, abs=1e-12)


@pytest.mark.parametrize(
    "law",
    [sa.Laplace(3, 2), sa.Exponential(5, "1/3", direction=-1), sa.Uniform("1/3", 7), sa.Normal(-4, "1/100")],
    ids=str,
)
def test_windows_and_densities_of_marginals(law):
    own = marginal(law)
    low, high = own.window
    assert law.cdf(sympy.Rational(low)).evalf() < 1e-16 and law.survival(sympy.Rational(high)).evalf() < 1e-16
    assert high - low < 200 and own.outside(100.0) < 1e-8
    at = np.linspace(low, high, 301)
    pieces = [own.pieces[place(own.kinks, flint.arb(t))] for t in at.tolist()]
    density = [float(piece(flint.arb(t))[0].mid()) for piece, t in zip(pieces, at.tolist(), strict=True)]
    assert (own.largest(at - 1e-3, at + 1e-3) >= np.array(density) * (1 - 1e-12)).all()
    assert own.largest(np.array([high + 1.0]), np.array([high + 2.0]))[0] == 0


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_a_line_across_a_plane(norm):
    """The network says 1 above z = 1: the line y = z = 2 is within reach of the plane z = 0, and the plane of it."""
    law = {0: "1/2" * sa.Normal(0, 1), 1: "1/2" * sa.Normal(0, 1)}
    parts = [
        sa.Component(sa.Flat({1: 2, 2: 2}), law),
        sa.Component(sa.Flat({2: 0}), {0: "1/2" * sa.MultivariateNormal((0, 0), 1)}),
        sa.Component(sa.Point((0, 5, 5)), {1: "1/2" * sa.Atom()}),
    ]
    d = sa.Distribution(
        name="crossing", features=("x", "y", "z"), labels=(0, 1), prior={0: "1/2", 1: "1/2"}, components=parts
    )
    net = affine([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]], [0.0, -1.0])
    found = network_risk(net, d, sa.ThreatModel(norm, (1, 1, 3), on_support=True), definition="adversarial_loss")
    step = {"linf": 1, "l1": 1 / 3, "l2": np.sqrt(5) / 3}[norm]  # of y, where z takes 2 / 3 of the budget
    wrong = stats.norm.cdf(2 + step) - stats.norm.cdf(2 - step)
    assert found.method == "exact" and float(found) == pytest.approx((wrong / 2 + 1 / 2) / 2 + 1 / 4, abs=1e-13)
