"""Networks in planes where the border between the true labels is curved: against quadrature, clouds and samples."""

from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.classifiers import classifier
from symadv.definitions import definition
from symadv.probability.multivariate import MultivariateNormal as Cloud
from symadv.risk._planes.forms import Form
from symadv.risk._planes.graphs import Turned
from symadv.risk._planes.polynomials import near_zero, on_part, ranges
from symadv.risk._planes.trace import traced
from symadv.risk.networks import network_risk, network_risks, problem_of
from tests.risk.nets import NINE, affine, random_net
from tests.risk.test_networks_seconded import brute

torch = pytest.importorskip("torch")

HALF = sympy.Rational(1, 2)


def laws(*clouds, prior=None):
    """One law for each label."""
    weights = prior or [Fraction(1, len(clouds))] * len(clouds)
    return sa.Distribution(
        name="curved", features=("x", "y"), labels=tuple(range(len(clouds))), prior=dict(enumerate(weights)),
        components=[sa.Component(sa.Whole(2), dict(enumerate(clouds)))],
    )  # fmt: skip


ISLAND = laws(Cloud((0, 0), 1), Cloud((0, 0), 4))
ELLIPSE = laws(Cloud((0, 0), 1), Cloud((1, 0), ((3, "1/2"), ("1/2", 2))))
HYPERBOLA = laws(Cloud((0, 0), ((1, 0), (0, 3))), Cloud((1, 0), ((2, "1/2"), ("1/2", 1))))
PARABOLA = laws(Cloud((0, 0), 1), Cloud((1, 1), ((1, 0), (0, 2))))
THREE = laws(Cloud((0, 0), 1), Cloud((2, 0), ((2, 0), (0, 1))), Cloud((0, 2), 2))
SUM = laws(sa.Mixture(HALF * Cloud((0, 0), 1), HALF * Cloud((3, 1), 1)), Cloud((1, 2), 2))


def upright(at):
    """Label 1 is said where x exceeds a number."""
    net = affine([[0.0, 0.0], [1.0, 0.0]], [0.0, 0.0])
    net[0].bias.data[1] = -at
    return net


def grown_disc(radius, eps, variance):
    """The mass of a disc dilated by a square under a centred law."""
    density = lambda x: mpmath.npdf(x, 0, mpmath.sqrt(variance))
    top = lambda x: mpmath.sqrt(radius**2 - max(abs(x) - eps, 0) ** 2) + eps
    column = lambda x: density(x) * mpmath.erf(top(x) / mpmath.sqrt(2 * variance))
    return 2 * mpmath.quad(column, [0, eps, eps + radius / 2, eps + radius])


@pytest.mark.parametrize("eps", ["1/2", 3])
def test_an_island_grows_by_what_quadrature_says(eps):
    """Label 0 is true in a disc, smaller than the ball or not; where label 1 is said everybody in reach of it errs."""
    found = network_risk(
        affine([[0.0, 0.0], [0.0, 0.0]], [0.0, 1.0]), ISLAND, sa.ThreatModel("linf", eps), definition="error_region"
    )
    with mpmath.workdps(25):
        radius, grown = mpmath.sqrt(mpmath.mpf(8) / 3 * mpmath.log(4)), mpmath.mpf(float(Fraction(eps)))
        expected = (grown_disc(radius, grown, 1) + grown_disc(radius, grown, 4)) / 2
    assert found.method == "exact" and found.lower - 1e-15 <= float(expected) <= found.upper + 1e-15


def test_a_network_whose_edge_nearly_touches_the_border():
    """A disc of label 0: beyond an upright line it has a sliver, or nothing, or that is not known."""
    radius, threat = np.sqrt(8 / 3 * np.log(4)), sa.ThreatModel("linf", "1/2")
    risk = lambda off: network_risk(upright(radius + off), ISLAND, threat)
    missed, sliver, touching = risk(1e-9), risk(-1e-9), risk(0.0)
    assert missed.method == "exact" and sliver.upper - sliver.lower < 1e-8
    assert sliver.lower > missed.upper + 0.009
    assert (
        touching.method == "bounded" and touching.lower <= missed.upper + 1e-8 and touching.upper >= sliver.lower - 1e-6
    )


def test_lines_of_irrational_slopes_cross():
    """x^2 / 3 = y^2 / 4, and label 0 is true left and right: the angles decide, after the law is made round."""
    weight = 1 / (1 + sympy.sqrt(sympy.Rational(2, 3)))
    d = laws(Cloud((0, 0), ((3, 0), (0, 1))), Cloud((0, 0), ((1, 0), (0, 2))), prior=[weight, 1 - weight])
    net = affine([[0.0, 0.0], [0.0, 0.0]], [0.0, 1.0])
    found = network_risk(net, d, sa.ThreatModel("linf", 0), definition="error_region")
    w, slope = float(weight), np.sqrt(4 / 3)
    beside = [2 / np.pi * np.arctan(slope * a / b) for a, b in ((np.sqrt(3), 1), (1, np.sqrt(2)))]
    outside = w * beside[0] + (1 - w) * beside[1]
    assert found.method == "exact" and found.lower == pytest.approx(outside, abs=1e-12)


CASES = [
    (ELLIPSE, 2, "linf", {"eps": "1/2"}),
    (HYPERBOLA, 2, "l1", {"eps": ("1/3", 1), "closed": False}),
    (PARABOLA, 2, "linf", {"eps": (0, "1/2")}),
    (THREE, 3, "linf", {"eps": "1/2", "box": ((-1, 2), (-2, 1))}),
    (SUM, 2, "l1", {"eps": "1/2"}),
]
NAMES = ["ellipse", "hyperbola", "parabola", "three", "sum"]


@pytest.mark.parametrize(("d", "outputs", "norm", "threat"), CASES, ids=NAMES)
def test_vulnerable_points_and_their_probability(d, outputs, norm, threat):
    rng = np.random.default_rng(3)
    net = classifier("relu", d, network=random_net(11, outputs=outputs))
    problem = problem_of(net, d, sa.ThreatModel(norm, **threat))
    x, y = d.sample(20, rng=rng)
    found = brute(problem, x, y, NINE, rng, points=4000)
    many, labels = d.sample(20_000, rng=rng)
    for name in NINE:
        exact = problem.contains(definition(name), x, y)
        assert not (found[name] & ~exact).any(), name
        assert (exact & ~found[name]).sum() <= 2, name
        bound, rate = problem.bound(definition(name)), problem.contains(definition(name), many, labels).mean()
        assert bound.method == "exact" and bound.upper - bound.lower < 1e-12, name
        assert abs(rate - bound.lower) <= 5 * np.sqrt(max(bound.lower * (1 - bound.lower), 1e-4) / len(many)), name


def test_a_margin_makes_borders_thick():
    """A label that is true by a margin is true in a smaller disc, and the other one beyond a larger one."""
    net, threat = affine([[0.0, 0.0], [0.0, 0.0]], [0.0, 1.0]), sa.ThreatModel("linf", 0)
    for margin, ratio in ((0, 1), ("1/3", 2)):
        q = definition("error_region").thick(margin)
        found = network_risks(net, ISLAND, threat, definitions=[q])[q.name]
        square = 8 / 3 * np.log(4 / ratio)
        expected = (2 - np.exp(-square / 2) - np.exp(-square / 8)) / 2
        assert found.method == "exact" and found.lower == pytest.approx(expected, abs=1e-13)


def test_discs_where_no_border_is_asked_for():
    said = network_risk(random_net(2), ELLIPSE, sa.ThreatModel("l2", "1/2"), definition="boundary")
    assert said.method == "exact" and said.upper - said.lower < 1e-12


def test_equal_laws_have_no_true_label():
    found = network_risks(random_net(1), laws(Cloud((0, 0), 1), Cloud((0, 0), 1)), sa.ThreatModel("linf", "1/2"))
    assert found["error_region"].upper < 1e-14 and found["label_invariant"].upper < 1e-14
    assert found["boundary"].method == "exact" and found["boundary"].lower > 0.1


def test_all_zeros_of_a_function_are_traced():
    """Two branches of a hyperbola: every zero is next to a graph, or in a box around one of two vertical tangents."""
    x, y = sympy.symbols("x y", real=True)
    one, zero = flint.arb(1), flint.arb(0)
    function = Turned(Form(x**2 / 3 - (y - x / 2) ** 2 - 1, (), (x, y)), ((one, zero), (zero, one)))
    found = traced(function, np.array([[-6.0, -6.0], [6.0, 6.0]]))
    assert len(found.boxes) == 2 and found.steep.all()
    area = (found.boxes[:, 1] - found.boxes[:, 0]) * (found.boxes[:, 3] - found.boxes[:, 2])
    assert area.max() < 1e-14
    for s in np.concatenate([np.linspace(-6, -1.7321, 300), np.sqrt(3) + np.geomspace(1e-9, 4, 300)]):
        heights = s / 2 + np.array([-1, 1]) * np.sqrt(s * s / 3 - 1)
        own = [g for g in found.graphs if abs(s - g.middle) <= g.half]
        traces = [np.polynomial.polynomial.polyval((s - g.middle) / g.half, g.terms) for g in own]
        assert len(own) >= 2 and all(min(abs(h - t) for t in traces) < 1e-8 for h in heights), s


def test_polynomials_stay_between_their_bernstein_coefficients():
    rng = np.random.default_rng(0)
    terms = rng.normal(size=(50, 9)) * 0.5 ** np.arange(9)
    part = on_part(terms, np.full(50, -0.25), np.full(50, 0.75))
    at = np.linspace(-1, 1, 101)
    values = np.polynomial.polynomial.polyval(0.25 + 0.5 * at, terms.T)
    assert np.allclose(np.polynomial.polynomial.polyval(at, part.T), values, atol=1e-13)
    low, high = ranges(part)
    assert (low[:, None] <= values).all() and (values <= high[:, None]).all()
    which, zones = near_zero(part, np.full(50, 1e-9))
    crossed = set(np.nonzero((values[:, 1:] > 0) != (values[:, :-1] > 0))[0].tolist())
    assert crossed and crossed <= set(which.tolist()) and (zones[:, 1] - zones[:, 0] < 1e-3).all()


@pytest.mark.parametrize(
    "threat",
    [
        sa.ThreatModel("linf", (1, 0, 0), on_support=True),
        sa.ThreatModel("l1", HALF, on_support=True),  # exactly as far as the other plane
    ],
)
def test_curved_borders_of_another_plane_are_seen_where_one_point_of_it_is_within_reach(threat):
    first = {0: Cloud((0, 0), 1), 1: Cloud((0, "1/4"), ((2, 0), (0, 1)))}
    second = {0: Cloud(("1/2", 0), ((1, "1/2"), ("1/2", 2))), 1: Cloud((-1, "1/4"), 1)}
    halves = [{y: HALF * law for y, law in own.items()} for own in (first, second)]
    d = sa.Distribution(
        name="two planes", features=("x", "y", "z"), labels=(0, 1), prior={0: HALF, 1: HALF},
        components=[sa.Component(sa.Flat({0: at}), own) for at, own in zip((0, HALF), halves, strict=True)],
    )  # fmt: skip
    net = affine([[0.0, 0.0, 0.0], [0.4, 1.0, 0.3]], [0.0, 0.25])
    bound = network_risk(net, d, threat, definition="invariance")
    x, y = d.sample(20_000, rng=0)
    truth, jumped = sa.oracle(d), x.copy()
    jumped[:, 0] = 0.5 - x[:, 0]
    said, here = np.zeros_like(y), truth.label(x)
    differ = definition("invariance").holds(y, said, said, here, truth.label(jumped), labels=d.labels)
    if threat.norm == "linf":  # nothing else can be reached
        assert bound.method == "exact"
        assert abs(bound.upper - differ.mean()) < 0.014
    else:
        near = sa.ThreatModel("l1", HALF, on_support=True, closed=False)
        inside = network_risk(net, d, near, definition="invariance")
        assert inside.upper < bound.lower <= inside.upper + differ.mean() + 0.01
        assert bound.upper > differ.mean() - 0.01


def test_mixtures_are_traced_far_away():
    """Three labels, one a mixture of a wide and a narrow law: against a grid whose neighbourhoods are filtered."""
    from scipy import ndimage, stats

    one, other = (sa.Independent(sa.Normal(m, s), sa.Normal(-1, 1)) for m, s in (("-5/4", 1), ("3/4", HALF)))
    last = Cloud((-HALF, 1), ((Fraction(3, 2), -HALF), (-HALF, 1)))
    d = sa.Distribution(
        name="mixed", features=("x", "y"), labels=(0, 1, 2), prior=dict.fromkeys((0, 1, 2), Fraction(1, 3)),
        components=[
            sa.Component(sa.Whole(2), {0: 1 * Cloud((-HALF, 1), 2), 1: HALF * one, 2: 1 * last}),
            sa.Component(sa.Whole(2), {1: HALF * other}),
        ],
    )  # fmt: skip
    net = random_net(5, outputs=3)
    found = network_risks(net, d, sa.ThreatModel("linf", (HALF, 1)), definitions=("error_region", "label_invariant"))
    step = 0.05
    x, y = np.meshgrid(np.arange(-9, 9, step), np.arange(-8, 9, step))
    z = np.stack([x.ravel(), y.ravel()], axis=1)
    normal = stats.multivariate_normal
    mixture = [stats.norm(m, s).pdf(z[:, 0]) * stats.norm(-1, 1).pdf(z[:, 1]) for m, s in ((-1.25, 1), (0.75, 0.5))]
    laws_ = [normal((-0.5, 1), 2 * np.eye(2)).pdf(z), sum(mixture) / 2]
    laws_.append(normal((-0.5, 1), [[1.5, -0.5], [-0.5, 1]]).pdf(z))
    density, true = np.array(laws_) / 3, np.argmax(laws_, axis=0)
    said = net(torch.tensor(z)).argmax(1).numpy()
    within = lambda places: ndimage.maximum_filter(places.reshape(x.shape), size=(41, 21)).ravel()
    broken = {"error_region": density.sum(axis=0) @ within(said != true)}
    broken["label_invariant"] = sum(density[k] @ ((said == k) & within((true == k) & (said != k))) for k in range(3))
    for name, bound in found.items():
        assert bound.method == "exact" and bound.upper - bound.lower <= 1e-12, name
        assert abs(float(broken[name]) * step**2 - float(bound)) < 0.02, name
