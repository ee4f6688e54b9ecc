"""Networks on planes together with points and lines: closed forms, clouds of points, samples, grading."""

from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from scipy.special import ndtr

import symadv as sa
from symadv.classifiers import classifier
from symadv.definitions import definition
from symadv.geometry.oblique import Oblique
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.probability.densities import Independent
from symadv.probability.multivariate import MultivariateNormal
from symadv.risk._mixed import MixedProblem
from symadv.risk.networks import network_risk, network_risks, problem_of
from symadv.verify.opinions import opinions
from tests.risk.mixed_cases import Part, broken, mixed
from tests.risk.nets import NINE, affine, random_net

torch = pytest.importorskip("torch")

CONSTANT = affine([[0.0, 0.0], [0.0, 0.0]], [1.0, 0.0])  # always 0
HALF = Fraction(1, 2)


def atom(y, *place, weight=1):
    return Part(sa.Point(place), {y: weight * sa.Atom()}, place, (), (), {y: lambda z: np.full(len(z), float(weight))})


def line(y, origin, way, ends, weight=1):
    """A uniform law on a segment; the leading feature is the first that varies."""
    leading = next(k for k, w in enumerate(way) if w)
    if sum(map(bool, way)) == 1:
        stratum = sa.Flat({k: v for k, v in enumerate(origin) if k != leading}, len(origin))
    else:
        stratum = Oblique(leading, tuple(map(exact, origin)), tuple(map(exact, way)))
    high = float(weight) / float(ends[1] - ends[0])
    return Part(stratum, {y: weight * sa.Uniform(*ends)}, origin, (way,), (ends,), {y: lambda z: np.full(len(z), high)})


def rectangle(y, x, z, *rest, weight=1):
    """A uniform law, and perhaps values of further features."""
    high = float(weight) / float((x[1] - x[0]) * (z[1] - z[0]))
    ways = tuple(tuple(float(k == i) for k in range(2 + len(rest))) for i in (0, 1))
    stratum = sa.Flat({2 + k: v for k, v in enumerate(rest)}, 2 + len(rest))
    law = {y: weight * Independent(sa.Uniform(*x), sa.Uniform(*z))}
    return Part(stratum, law, (0, 0, *rest), ways, (x, z), {y: lambda p: np.full(len(p), high)})


def clouds(means):
    """A normal law of variance 1 for each label."""
    laws = {y: MultivariateNormal(m, 1) for y, m in means.items()}
    densities = {
        y: lambda z, m=m: np.exp(-((z - np.array(m, dtype=float)) ** 2).sum(axis=1) / 2) / (2 * np.pi)
        for y, m in means.items()
    }
    return Part(sa.Flat({}, 2), laws, (0, 0), ((1, 0), (0, 1)), ((-np.inf, np.inf),) * 2, densities)


BEACON = [clouds({0: (0, 0)}), atom(1, 1, HALF)]
EVEN = {0: HALF, 1: HALF}


def around(norm, eps):
    """The mass of a ball around (1, 1/2) under the standard normal law, at 30 digits."""
    mpmath.mp.dps = 30
    phi, r = mpmath.ncdf, mpmath.mpf(eps.numerator) / eps.denominator
    if norm == "l2":
        far = mpmath.sqrt(mpmath.mpf(5) / 4)
        ring = lambda p: p * mpmath.exp(-(p * p + far * far) / 2) * mpmath.besseli(0, p * far)
        return mpmath.quad(ring, [0, r])
    turn = mpmath.sqrt(2) if norm == "l1" else mpmath.mpf(1)  # the l1 ball is a square, too
    middle = (mpmath.mpf(3) / 2 / turn, mpmath.mpf(1) / 2 / turn) if norm == "l1" else (1, mpmath.mpf(1) / 2)
    return mpmath.fprod(phi(m + r / turn) - phi(m - r / turn) for m in middle)


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize("more", [{}, {"closed": False}, {"on_support": True}], ids=str)
def test_a_point_in_a_normal_cloud(norm, more):
    """The network always says 0, which is wrong at the point of label 1 alone."""
    eps = Fraction(3, 4)
    found = network_risks(CONSTANT, mixed(BEACON, EVEN), sa.ThreatModel(norm, eps, **more))
    ball = float(around(norm, eps)) / 2
    expected = {"error_region": 0.5 + ball, "invariance": ball, "adversarial_loss": 0.5, "boundary": 0}
    for name, right in expected.items():
        assert found[name].lower - 1e-15 <= right <= found[name].upper + 1e-15, name
        assert found[name].method == "exact" and not found[name].evidence.knife_edge


def test_who_may_not_go_to_the_point():
    for threat in (
        sa.ThreatModel("linf", ("3/4", 0)),
        sa.ThreatModel("linf", 0),
        sa.ThreatModel("l2", 1, box=((-9, "7/8"), (-9, 9))),
    ):
        found = network_risk(CONSTANT, mixed(BEACON, EVEN), threat, definition="error_region")
        assert float(found) == pytest.approx(0.5, abs=1e-13)
    # a box that is a line leaves those beneath and above the point
    found = network_risk(
        CONSTANT, mixed(BEACON, EVEN), sa.ThreatModel("linf", 1, box=((-9, 9), (HALF, HALF))), definition="invariance"
    )
    assert float(found) == pytest.approx(
        ndtr(2) * (ndtr(1.5) - ndtr(-0.5)) / 2 - 0.5 * ndtr(0) * (ndtr(1.5) - ndtr(-0.5))
    )


@pytest.mark.parametrize(("eps", "width"), [(("1/2", 0), 0.5), ((0, "1/2"), 0), ("1/2", 0.5)])
def test_a_line_in_a_normal_cloud(eps, width):
    """Label 1 is on the line x = 1 alone."""
    upright = Part(sa.Flat({0: 1}, 2), {1: sa.Normal(0, 1)}, (1, 0), ((0, 1),), ((-np.inf, np.inf),), {})
    d = mixed([clouds({0: (0, 0)}), upright], EVEN)
    found = network_risk(CONSTANT, d, sa.ThreatModel("l2", eps), definition="invariance")
    assert float(found) == pytest.approx((ndtr(1 + width) - ndtr(1 - width)) / 2, abs=1e-13)


def test_what_is_said_on_a_line_alone_is_true_on_a_part_of_it():
    """Label 1 is said at x = 1/4 only, where it is true on a segment, and label 0 beyond."""
    net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU(), torch.nn.Linear(2, 2)).double()
    with torch.no_grad():
        net[0].weight[:], net[0].bias[:] = torch.tensor([[1.0, 0], [-1, 0]]), torch.tensor([-0.25, 0.25])
        net[2].weight[:], net[2].bias[:] = torch.tensor([[1.0, 1], [0, 0]]), 0
    d = mixed([clouds({0: (0, 0)}), line(1, (Fraction(1, 4), 0), (0, 1), (0, 1))], EVEN)
    found = network_risks(net, d, sa.ThreatModel("linf", "1/4"))
    strip, inner = ndtr(0.5) - ndtr(0), ndtr(0.75) - ndtr(0.25)
    assert float(found["adversarial_loss"]) == pytest.approx(
        strip / 2 + 0.5, abs=1e-13
    )  # the segment's have neighbours
    assert float(found["label_invariant"]) == pytest.approx(strip * (1 - inner) / 2, abs=1e-13)
    tie = found["boundary"].evidence.otherwise["f = 0 at its ties"]
    assert tie[1] <= 1e-13 and found["boundary"].evidence.knife_edge


CENTRES = {0: (0, 0), 1: (1, HALF)}
CASES = {
    "cloud": (
        [clouds(CENTRES), atom(2, HALF, -HALF, weight=HALF), line(2, (0, 1), (1, 0), (-1, 1), weight=HALF)],
        {0: Fraction(2, 5), 1: Fraction(2, 5), 2: Fraction(1, 5)},
    ),
    "oblique": (
        [clouds({0: (0, 0)}), line(1, (0, Fraction(1, 4)), (1, HALF), (-1, 2)), atom(2, 0, Fraction(1, 4))],
        {0: HALF, 1: Fraction(1, 4), 2: Fraction(1, 4)},
    ),
    "edge": (
        [
            rectangle(0, (-1, 1), (-1, HALF)),
            atom(1, HALF, HALF, weight=HALF),
            line(1, (0, 0), (0, 1), (-1, 0), weight=HALF),
        ],
        EVEN,
    ),
    "beside": (
        [
            rectangle(0, (-1, 1), (-1, HALF), weight=HALF),
            line(0, (Fraction(3, 2), 0), (0, 1), (-1, 1), weight=HALF),
            line(1, (0, 0), (1, HALF), (-1, 0)),
        ],
        EVEN,
    ),
    "above": (
        [
            rectangle(0, (-1, 1), (-1, HALF), 0),
            line(1, (0, 0, HALF), (1, 0, 0), (-2, 1), weight=HALF),
            atom(1, 0, 1, -HALF, weight=HALF),
        ],
        EVEN,
    ),
}


@pytest.mark.parametrize(
    ("name", "threat"),
    [
        ("cloud", sa.ThreatModel("linf", "3/4")),
        ("cloud", sa.ThreatModel("l2", 1, box=((-1, 1), ("-1/2", 2)), closed=False)),
        ("oblique", sa.ThreatModel("l1", ("3/4", "1/2"))),
        ("edge", sa.ThreatModel("l2", "3/5")),
        ("beside", sa.ThreatModel("l2", "7/10", on_support=True)),
        ("beside", sa.ThreatModel("linf", (0, "7/10"), on_support=True)),
        ("above", sa.ThreatModel("linf", "3/5", on_support=True)),
        ("above", sa.ThreatModel("l2", ("3/5", 1, "4/5"), on_support=True)),
        ("above", sa.ThreatModel("l1", 1, on_support=True, closed=False)),
    ],
    ids=lambda v: v if isinstance(v, str) else v.words,
)
def test_points_of_a_cloud_and_many_samples(name, threat):
    """What a cloud of points breaks is vulnerable, hardly anything else is, and so often as is said."""
    parts, prior = CASES[name]
    d, rng = mixed(parts, prior), np.random.default_rng(3)
    net = classifier("relu", d, network=random_net(4, inputs=len(d.features), outputs=len(prior)))
    problem = problem_of(net, d, threat)
    assert isinstance(problem, MixedProblem)
    x, y = d.sample(30, rng=rng)
    found = broken(parts, prior, net, threat, x, y, NINE, rng)
    many = d.sample(4000, rng=rng)
    for q in map(definition, NINE):
        bound, vulnerable = problem.bound(q), problem.contains(q, x, y)
        assert bound.upper - bound.lower <= 1e-11, q.name
        assert not (found[q.name] & ~vulnerable).any(), q.name
        assert (vulnerable & ~found[q.name]).sum() <= 3, q.name
        rate = problem.contains(q, *many).mean()
        assert abs(rate - bound.lower) <= 5 * np.sqrt(max(bound.lower * (1 - bound.lower), 1e-4) / 4000), q.name


@pytest.mark.parametrize("closed", [True, False])
def test_a_point_that_is_just_within_reach(closed):
    """One above the plane of three features: half the samples of the plane below its square, or none."""
    flat = Part(sa.Flat({2: 0}, 3), clouds({0: (0, 0)}).laws, (0, 0, 0), ((1, 0, 0), (0, 1, 0)), (), {})
    net = affine([[0.0] * 3, [0.0] * 3], [1.0, 0.0])
    threat = sa.ThreatModel("linf", 1, on_support=True, closed=closed)
    found = network_risk(net, mixed([flat, atom(1, 0, 0, 1)], EVEN), threat, definition="error_region")
    square = (2 * ndtr(1) - 1) ** 2 / 2
    assert float(found) == pytest.approx(0.5 + closed * square, abs=1e-13)
    assert found.evidence.knife_edge
    assert found.evidence.below[1] == pytest.approx(0.5, abs=1e-13)
    assert found.evidence.above[0] == pytest.approx(0.5 + square, abs=1e-13)


def test_attacks_are_graded_and_missed_samples_have_witnesses():
    d, threat = mixed(BEACON, EVEN), sa.ThreatModel("linf", "3/4")
    found = sa.grade("pgd", CONSTANT, d, threat, definition="invariance", n=300)
    near = (np.abs(found.x - [1, 0.5]) < 0.75).all(axis=1) & (found.y == 0)
    assert found.vulnerable == near.sum() > 10 and found.found == 0
    assert found.witness(found.missed[0]).tolist() == [1, 0.5]
    trained = sa.train(d, hidden=(8,), steps=100, seed=0)
    found = sa.grade("pgd", trained, d, threat, definition="adversarial_loss", n=300)
    assert 0 < found.found <= found.vulnerable


def test_attacks_are_not_graded_beside_lines_between_the_floats():
    for low in (atom(1, Fraction(1, 3), 0), line(1, (0, 0), (1, HALF), (0, 1))):
        d = mixed([clouds({0: (0, 0)}), low], EVEN)
        with pytest.raises(SymadvError, match="beside slanted lines, and beside points and lines"):
            sa.grade("pgd", CONSTANT, d, sa.ThreatModel("linf", "1/4"), definition="invariance", n=50)


def test_second_opinions():
    parts, prior = CASES["cloud"]
    d, threat, asked = mixed(parts, prior), sa.ThreatModel("linf", "1/2", on_support=True), definition("invariance")
    f = classifier("relu", d, network=random_net(4, outputs=3))
    right = network_risk(f, d, threat, definition=asked)
    rows = list(opinions(f, d, threat, {asked: right}))
    assert [row.by for row in rows] == ["grid", "sampling"] and all(row.agrees for row in rows)
    wrong = replace(right, lower=right.lower + 0.03, upper=right.upper + 0.03)
    assert not all(row.agrees for row in opinions(f, d, threat, {asked: wrong}))


def test_a_float32_pass_has_a_narrow_band_around_the_real_risk():
    d, threat, net = mixed(BEACON, EVEN), sa.ThreatModel("linf", "1/4"), random_net(5, hidden=(4,)).float()
    for name in ("boundary", "label_invariant"):
        real, found = (network_risk(net, d, threat, definition=name, semantics=s) for s in ("real", "float32"))
        assert found.lower <= real.lower and real.upper <= found.upper and found.upper - found.lower < 1e-4
