"""Affine classifiers on spheres: against steps on a grid in the ball, sampling, and masses of caps at 30 digits."""

from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
from scipy import integrate, stats

import symadv as sa
from symadv.language.balls import ball
from symadv.probability.on_spheres import OnSphere

NONE = 99
NAMES = (
    "misclassification",
    "boundary",
    "adversarial_loss",
    "corrupted_instance",
    "prediction_change",
    "error_region",
    "label_invariant",
    "base_classifier",
    "invariance",
)


def adversarial(name, y, f_x, f_adv, c_x, c_adv):
    """The nine definitions, written out once more."""
    return {
        "misclassification": f_x != y,
        "boundary": (f_x == y) & (f_adv != y),
        "adversarial_loss": f_adv != y,
        "corrupted_instance": (c_x != NONE) & (f_adv != c_x),
        "prediction_change": f_x != f_adv,
        "error_region": (c_adv != NONE) & (f_adv != c_adv),
        "label_invariant": (f_x == y) & (f_adv != y) & (c_adv == y),
        "base_classifier": (f_x == c_x) & (c_adv == c_x) & (f_adv != c_x),
        "invariance": (f_x == c_x) & (c_adv != NONE) & (c_adv != c_x) & (f_adv == f_x),
    }[name]


def cap(h, n):
    """The mass of heights of at most h on the unit sphere of R^n, by quadrature in units of the integrand at h."""
    a = mpmath.mpf(n - 1) / 2
    ends = [-1, *(h - (h + 1) / 2**k for k in range(1, 14)), h]  # it may be steep there
    relative = mpmath.quad(lambda s: ((1 - s**2) / (1 - h**2)) ** (a - 1), ends)
    return relative * (1 - h**2) ** (a - 1) / mpmath.beta(mpmath.mpf(1) / 2, a)


@pytest.mark.parametrize("n", [3, 4, 5, 50, 500])
@pytest.mark.parametrize("h", ["-9/10", "-1/7", "0", "1/3", "4/5"])
def test_masses_of_caps_to_25_digits(n, h):
    """Of a sphere of radius 2 about 1, seen along one axis; both tails."""
    law, x = OnSphere(sa.exact(1), sa.exact(2), n), 1 + 2 * sa.exact(h)
    with mpmath.workdps(40):
        height = mpmath.mpf(Fraction(h).numerator) / Fraction(h).denominator
        below, above = cap(height, n), cap(-height, n)
    for mine, truth in ((law.cdf(x), below), (law.survival(x), above)):
        with mpmath.workdps(40), flint.ctx.workprec(200):
            digits = ball(mine, bits=200).str(40, radius=False)
            assert abs(mpmath.mpf(digits) / truth - 1) < mpmath.mpf(10) ** -25


@pytest.mark.parametrize("n", [2, 3, 6])
def test_integrals_of_the_cdf(n):
    """What the mean distance rests on, by quadrature."""
    law = OnSphere(sa.exact("1/2"), sa.exact("3/2"), n)  # from -1 to 2
    shape = (n - 1) / 2
    for x in ("-3/4", "0", "1/2", "7/5", "5/2"):
        top = float(Fraction(x))
        cdf, _ = integrate.quad(lambda t: stats.beta.cdf((t + 1) / 3, shape, shape), -1, top, points=[min(top, 2)])
        assert abs(float(law.integrated_cdf(sa.exact(x))) - cdf) < 1e-7, x


def worlds():
    """Dimension, radii, threshold b of the classifier (height > b is 1), budget."""
    rng = np.random.default_rng(7)
    for n in (2, 3):
        for _ in range(5):
            r, R = 1, Fraction(int(rng.integers(11, 26)), 10)
            yield n, r, R, Fraction(int(rng.integers(-14, 15)), 10), Fraction(int(rng.integers(1, 15)), 10)


@pytest.mark.parametrize("on_support", [False, True])
@pytest.mark.parametrize(("n", "r", "R", "b", "eps"), list(worlds()))
def test_against_steps_in_the_ball(n, r, R, b, eps, on_support):
    """No step reaches what is said to be out of reach, and steps on a grid come near all that is in reach."""
    d = sa.distribution(f"spheres(dimension={n})").at(R=str(R))
    f = sa.classifier("linear", d, weights=(1,) + (0,) * (n - 1), bias=str(-b), tie=1)
    bounds = sa.risks(f, d, sa.ThreatModel("l2", str(eps), on_support=on_support))
    total = dict.fromkeys(NAMES, 0.0)
    for y, radius in ((0, r), (1, float(R))):
        h = np.cos((np.arange(160) + 0.5) * np.pi / 160)  # angles are uniform on a circle
        x = radius * np.stack([h, np.sqrt(1 - h**2), *(np.zeros_like(h) for _ in range(n - 2))], axis=1)
        z = [point + step for point, step in zip(x, _steps(x, n, float(eps), (r, float(R)), on_support), strict=True)]
        f_x, c_x = _said(x, float(b)), _true(x, float(R), on_support)
        for name in NAMES:
            hit = adversarial(name, y, f_x, f_x, c_x, c_x)
            for k, moved in enumerate(z):
                f_adv, c_adv = _said(moved, float(b)), _true(moved, float(R), on_support)
                hit[k] |= adversarial(name, y, f_x[k], f_adv, c_x[k], c_adv).any()
            (heights,) = bounds[name].evidence.vulnerable[y].values()
            inside = np.array([heights.contains(sa.exact(float(t))) for t in x[:, 0]])
            assert not (hit & ~inside).any(), (name, y)
            total[name] += 0.5 * float(np.average(hit, weights=np.sin(np.arccos(h)) ** (n - 2)))
    for name in NAMES:
        assert bounds[name].method == "exact" and abs(float(bounds[name]) - total[name]) < 0.03, name


def _steps(x, n, eps, radii, on_support):
    if on_support:
        turns = np.linspace(-np.pi, np.pi, 2001)
        for point in x:  # in the plane of the axis and the point; a radial step of eps is one of them
            angle = np.arctan2(point[1], point[0]) + turns
            circles = [rho * np.stack([np.cos(angle), np.sin(angle)], axis=1) for rho in radii]
            moved = np.concatenate([np.pad(c, ((0, 0), (0, n - 2))) for c in circles])
            yield (moved - point)[np.linalg.norm(moved - point, axis=1) <= eps * (1 + 1e-12)]
        return
    m = 81 if n == 2 else 25
    side = np.linspace(-1, 1, m) * eps
    grid = np.stack(np.meshgrid(*[side] * n), axis=-1).reshape(-1, n)
    grid = grid[np.linalg.norm(grid, axis=1) < eps]
    shell = np.random.default_rng(0).normal(size=(4000, n))  # and close to the boundary of the ball
    shell *= eps * (1 - 1e-9) / np.linalg.norm(shell, axis=1, keepdims=True)
    for _ in x:
        yield np.concatenate([grid, shell])


def _said(z, b):
    return np.where(z[:, 0] >= b, 1, 0)


def _true(z, R, on_support):
    rho = np.linalg.norm(z, axis=1)
    middle = (1 + R) / 2
    return np.where(np.abs(rho - middle) < 1e-9, NONE, np.where(rho < middle, 0, 1))


def test_a_sphere_and_its_centre():
    """The centre is an atom: it reaches a half-space or not, and at the edge by the closed ball alone."""
    d = sa.Distribution(
        name="target",
        features=("a", "b", "c"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            sa.Component(sa.Point((0, 0, 0)), {0: sa.Atom()}),
            sa.Component(sa.Sphere(2, (0, 0, 0)), {1: sa.Uniform()}),
        ],
    )
    f = sa.classifier("linear", d, weights=(3, 0, 4), bias="-5/2", tie=1)  # heights of at least 1/2 are 1
    for eps, at_centre in (("1/4", 0), ("1/2", 1), ("3/4", 1)):
        found = sa.risks(f, d, sa.ThreatModel("l2", eps))
        wrong = Fraction(1, 2) + Fraction(1, 4) * (Fraction(1, 2) + Fraction(eps))  # heights are uniform on [-2, 2]
        assert abs(float(found["adversarial_loss"]) - float(at_centre * Fraction(1, 2) + (wrong) / 2)) < 1e-12
        assert float(found["label_invariant"]) == pytest.approx(at_centre / 2 + float(Fraction(eps) / 8), abs=1e-12)
        assert found["label_invariant"].evidence.knife_edge == (eps == "1/2")


def test_far_from_the_plane():
    """In 500 dimensions, by sampling: nearly all samples are near the equator and within reach."""
    d = sa.distribution("spheres(dimension=500)").at(R="13/10")
    f = sa.classifier("linear", d, weights=(1,) * 500, bias="-1/5", tie=1)
    found = sa.risks(f, d, sa.ThreatModel("l2", "1/10"), definitions=("adversarial_loss", "misclassification"))
    x, y = d.sample(10_000, rng=0)
    score = (x.sum(1) - 0.2) / np.sqrt(500)
    moved = np.where(y == 1, score - 0.1 < 0, score + 0.1 >= 0)
    error = 4 * np.sqrt(0.25 / 10_000)  # four standard deviations: fails once in 15 000
    assert found["adversarial_loss"].method == "exact"
    assert abs(float(found["adversarial_loss"]) - moved.mean()) < error
    assert abs(float(found["misclassification"]) - np.where(y == 1, score < 0, score >= 0).mean()) < error


@pytest.mark.parametrize("n", [2, 3, 20])
def test_the_curve_and_the_mean_distance(n):
    """At budgets against the risk there, and the mean distance to the error set against that of samples."""
    d = sa.distribution(f"spheres(dimension={n})").at(R=2)
    f = sa.classifier("linear", d, weights=(3, 4) + (0,) * (n - 2), bias="-1", tie=1)
    curve = sa.curve(f, d, definition="adversarial_loss", norm="l2")
    for eps in ("1/10", "4/5", "3/2"):
        risk = sa.risk(f, d, sa.ThreatModel("l2", eps), definition="adversarial_loss")
        assert abs(curve(float(Fraction(eps))) - float(risk)) < 1e-12
    x, y = d.sample(20_000, rng=3)
    height = (3 * x[:, 0] + 4 * x[:, 1] - 1) / 5
    distance = np.maximum(np.where(y == 1, height, -height), 0)
    assert abs(float(curve.integral) - distance.mean()) < 4 * distance.std() / np.sqrt(20_000)
