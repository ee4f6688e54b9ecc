"""Risk in the plane of two scores, against scipy's bivariate normal law and against searches in feature space."""

import numpy as np
import pytest
import sympy
from scipy.optimize import linprog
from scipy.stats import multivariate_normal

import symadv as sa
from symadv.risk.half_planes import Law, mass
from symadv.risk.two_statistics import planar

NORMS = {"linf": np.inf, "l2": 2, "l1": 1}
TRUTH = ("corrupted_instance", "error_region", "label_invariant", "base_classifier", "invariance")
R = sympy.Rational


def mixture():
    return sa.distribution(
        "gaussian_mixture", mean=(1, "1/2", "1/3"), variance=((1, "1/2", 0), ("1/2", 1, 0), (0, 0, 2))
    )


@pytest.mark.parametrize("seed", range(6))
def test_quadrants_have_the_mass_of_the_bivariate_normal_law(seed: int) -> None:
    rng = np.random.default_rng(seed)
    factor = rng.integers(-4, 5, (2, 2)) + 5 * np.eye(2, dtype=int)
    matrix, mean = factor @ factor.T, rng.integers(-3, 4, 2)
    law = Law(tuple(R(int(m)) for m in mean), (R(int(matrix[0, 0])), R(int(matrix[1, 1]))), R(int(matrix[0, 1])))
    one, other = (sympy.Integer(int(s)) for s in rng.choice([-1, 1], 2))
    flip = np.diag([-float(one), -float(other)])
    expected = multivariate_normal(flip @ mean, flip @ matrix @ flip).cdf([0, 0])
    found = mass(law, [[(one, R(0), R(0)), (R(0), other, R(0))]])
    assert float(found.mid()) == pytest.approx(expected, abs=1e-7) and float(found.rad()) < 1e-14
    # the four quadrants and a union of everything
    quadrants = [[(R(s), R(0), R(0)), (R(0), R(t), R(0))] for s in (-1, 1) for t in (-1, 1)]
    assert float(mass(law, quadrants).mid()) == pytest.approx(1, abs=1e-14)
    assert sum(float(mass(law, [q]).mid()) for q in quadrants) == pytest.approx(1, abs=1e-14)


def test_unions_with_crossing_parallel_and_equal_lines() -> None:
    law = Law((R(1, 2), R(-1, 3)), (R(2), R(3)), R(1))
    square = [(R(1), R(0), R(1)), (R(-1), R(0), R(1)), (R(0), R(1), R(1)), (R(0), R(-1), R(1))]
    diamond = [(R(a), R(b), R(1)) for a in (-1, 1) for b in (-1, 1)]
    inside, outside = mass(law, [diamond]), mass(law, [square])
    assert mass(law, [square, diamond]).overlaps(outside) and inside < outside
    assert mass(law, [square, square]).overlaps(outside)
    assert mass(law, [[*square, (R(1), R(0), R(-1))]]).contains(0)  # u < 1 and u > 1
    assert mass(law, [[(R(0), R(0), R(-1))]]).contains(0) and mass(law, []).contains(0)
    half = mass(law, [[(R(1), R(1), R(0))]])
    split = mass(law, [[(R(1), R(1), R(0)), (R(1), R(-2), R(0))], [(R(1), R(1), R(0)), (R(-1), R(2), R(0))]])
    assert half.overlaps(split)


@pytest.mark.parametrize("norm", NORMS)
def test_what_speaks_of_the_classifier_alone_is_the_same_as_by_one_statistic(norm: str) -> None:
    d = mixture()
    f, threat = sa.classifier("linear", d, weights=(1, -1, 3), bias="1/4", tie=1), sa.ThreatModel(norm=norm, eps="3/4")
    problem = planar(f, d, threat)
    for name in ("adversarial_loss", "boundary", "misclassification", "prediction_change"):
        lower, upper = problem.bound(sa.load("definitions", name))
        assert lower - 1e-12 <= float(sa.risk(f, d, threat, definition=name)) <= upper + 1e-12
        assert upper - lower < 1e-12


@pytest.mark.parametrize("budgets", ["3/4", ("1/2", 0, 1), 0], ids=str)
@pytest.mark.parametrize("norm", ["linf", "l1"])
def test_each_sample_is_vulnerable_when_a_linear_program_says_so(norm: str, budgets) -> None:
    d, n = mixture(), 120
    f, threat = (
        sa.classifier("linear", d, weights=(1, -1, 3), bias="1/4", tie=1),
        sa.ThreatModel(norm=norm, eps=budgets),
    )
    x, y = d.sample(n, rng=3)
    eps = np.array([float(e) for e in threat.budgets(3)])
    w, v, b = *scores(d), 0.25
    for name in TRUTH:
        pairs = {label: sa.load("definitions", name).types(label, d.labels) for label in d.labels}
        hits = sum(
            any(reached(q, point, w, v, b, eps, norm) for q in pairs[label]) for point, label in zip(x, y, strict=True)
        )
        bound = sa.risk(f, d, threat, definition=name)
        assert bound.method == "exact" and not bound.evidence.knife_edge
        assert abs(hits / n - float(bound)) <= 4.5 * np.sqrt(max(float(bound) * (1 - float(bound)), 0.01) / n), name


def scores(d) -> tuple[np.ndarray, np.ndarray]:
    """The weights of the classifier and of the log-odds."""
    odds = sa.log_odds(d).result
    return np.array([1.0, -1.0, 3.0]), np.array([float(odds.coeff(x)) for x in d.features])


def reached(pair, point, w, v, b, eps, norm) -> bool:
    """Whether a clean point is in its place and some point of the ball in the other: a linear program in steps."""
    clean, perturbed = pair
    if not inside(clean, w @ point + b, v @ point):
        return False
    rows, bounds = [], []
    for labels, weights, value in ((perturbed.f, w, w @ point + b), (perturbed.c or {-1, 1}, v, v @ point)):
        if len(labels) == 1:
            (label,) = labels
            rows.append(-label * weights * eps)
            bounds.append(label * value)
    if not rows:
        return True
    if norm == "linf":
        return linprog(np.zeros(3), A_ub=rows, b_ub=bounds, bounds=(-1, 1)).status == 0
    split = [np.concatenate([r, -r]) for r in rows]
    return linprog(np.zeros(6), A_ub=[*split, np.ones(6)], b_ub=[*bounds, 1], bounds=(0, None)).status == 0


def inside(types, u: float, v: float) -> bool:
    return int(np.sign(u)) in types.f and (types.c is None or int(np.sign(v)) in types.c)


def test_in_a_euclidean_ball_two_bounds_enclose_what_a_search_finds() -> None:
    """The best step lies in the plane of the two weight vectors: a search over its directions and lengths."""
    d, eps, n = mixture(), 0.75, 5_000
    f, threat = sa.classifier("linear", d, weights=(1, -1, 3), bias="1/4", tie=1), sa.ThreatModel(norm="l2", eps="3/4")
    x, y = d.sample(n, rng=5)
    w, v = scores(d)
    plane, _ = np.linalg.qr(np.stack([w, v]).T)
    found = {name: np.zeros(n, dtype=bool) for name in TRUTH}
    f_x, c_x = np.sign(x @ w + 0.25).astype(int), np.sign(x @ v).astype(int)
    for t in np.linspace(0, 2 * np.pi, 180, endpoint=False):
        for length in (0, 0.6, 1):
            z = x + length * eps * plane @ [np.cos(t), np.sin(t)]
            f_z, c_z = np.sign(z @ w + 0.25).astype(int), np.sign(z @ v).astype(int)
            for name in TRUTH:
                found[name] |= sa.load("definitions", name).holds(y, f_x, f_z, c_x, c_z, labels=d.labels)
    noise = 4.5 * np.sqrt(0.25 / n)
    for name, bound in sa.risks(f, d, threat, definitions=TRUTH).items():
        assert 0 < bound.upper - bound.lower < 0.01 or bound.method == "exact"
        assert bound.lower - 0.01 - noise <= found[name].mean() <= bound.upper + noise


def test_other_problems_are_not_taken_for_planar_ones() -> None:
    threat, plain = sa.ThreatModel(norm="linf", eps=1), sa.distribution("tsipras").at(p="9/10", eta=1)
    assert planar(sa.classifier("linear", plain, weights=(1, 1), tie=1), plain, threat) is None
    d = mixture()
    boxed = sa.ThreatModel(norm="linf", eps=1, box=(-1, 1))
    f = sa.classifier("linear", d, weights=(1, -1, 3), tie=1)
    assert planar(f, d, boxed) is None and planar(f, d, threat) is not None
    assert planar(sa.classifier("constant", d, label=1), d, threat) is None
    with pytest.raises(sa.SymadvError, match="dimension"):
        sa.risk(f, d, boxed, definition="error_region")
