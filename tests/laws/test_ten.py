"""Ten distributions × brute force: posterior to 30 digits, nearest points by dense sampling, risks on a grid."""

from itertools import product

import mpmath
import numpy as np
import pytest

import symadv as sa
from tests.laws.ten import TEN

every_case = pytest.mark.parametrize("case", TEN, ids=lambda case: case.name)
STEP = 1 / 64  # of the points of the support
CELL = 1 / 16  # of the samples
MOVES = np.linspace(-1, 1, 9)
BOUNDED = ("two crossing lines",)  # between them the label changes across diagonals: of that risk only bounds are known


@every_case
def test_the_posterior_to_thirty_digits(case):
    d = case.write()
    o = sa.oracle(d)
    x, _ = o.sample(60, rng=5)
    found = o.posterior(x)
    with mpmath.workdps(30):
        for row, place in zip(found, x, strict=True):
            here = [c for c in case.curves if c.contains(place[None])[0]]
            curve = next((c for c in here if c.is_point), here[0])
            t = mpmath.mpf(float(curve.where(place[None])[0]))
            joint = [curve.joint(t, y) for y in case.labels]
            assert np.allclose(row, [float(j / mpmath.fsum(joint)) for j in joint], rtol=1e-12, atol=1e-300)


def dense(case):
    """Many points of the support, the distance between neighbours at most, and the label at each."""
    curves = [(c, c.grid(STEP)) for c in case.curves]
    points = np.vstack([c.at(t) for c, t in curves])
    return points, np.concatenate([c.label(t) for c, t in curves])


def nearest(points, labels, z):
    """For each row of z the distance to the points, and the label of those about as near, 99 if there are several."""
    squares = np.maximum((z**2).sum(1)[:, None] - 2 * z @ points.T + (points**2).sum(1), 0)
    distance = np.sqrt(squares)
    best = distance.min(axis=1)
    said = np.full(len(z), 99)
    for y in np.unique(labels):
        near, other = distance[:, labels == y].min(axis=1), distance[:, labels != y].min(axis=1, initial=np.inf)
        said[near + 2 * STEP < other] = y
    return best, said


@every_case
def test_nearest_points_by_dense_sampling(case):
    o = sa.oracle(case.write())
    points, labels = dense(case)
    z = np.random.default_rng(3).uniform(-3, 3, size=(2000, points.shape[1]))
    image = o.project(z)
    distance, said = nearest(points, labels, z)
    found = np.linalg.norm(z - image, axis=1)
    on_support = np.any([c.contains(image) for c in case.curves], axis=0)
    assert on_support.all()
    assert (found <= distance + 1e-9).all() and (found >= distance - STEP).all()
    sure = said != 99
    assert sure.mean() > 0.5 and np.array_equal(o.label(z)[sure], said[sure])


def admissible(case, x):
    """Points of the ball around each row of x: ``(n, moves, d)``."""
    eps = np.broadcast_to(np.array([float(sa.exact(e)) for e in np.atleast_1d(case.threat["eps"])]), x.shape[1:])
    steps = np.array(list(product(*[MOVES * e if e else [0.0] for e in eps])))
    if case.threat["norm"] == "l2":
        angle = np.linspace(0, 2 * np.pi, 65)
        ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        steps = np.vstack([r * eps[0] * ring for r in np.linspace(0, 1, 9)])
    return x[:, None] + steps


def vulnerable(case, name, y, x, points, labels):
    """Whether the grid shows that samples of a label at x are vulnerable."""
    z = admissible(case, x)
    everywhere = z.reshape(-1, x.shape[1])

    def label(at):
        return nearest(points, labels, at)[1]

    def said(at):
        if not case.weights:
            return label(at)
        weights = np.array([float(sa.exact(w)) for w in case.weights])
        return np.where(at @ weights + float(sa.exact(case.bias)) > 0, case.labels[1], case.labels[0])

    f = said(everywhere).reshape(z.shape[:2])
    wrong = (f != y) & (f != 99)
    if name == "adversarial_loss":
        return wrong.any(axis=1)
    rows = np.flatnonzero((said(x) == y) & wrong.any(axis=1))
    result = np.zeros(len(x), dtype=bool)
    result[rows] = (wrong[rows] & (label(z[rows].reshape(-1, x.shape[1])).reshape(-1, z.shape[1]) == y)).any(axis=1)
    return result


@every_case
@pytest.mark.parametrize("name", ["adversarial_loss", "label_invariant"])
def test_risks_on_a_grid(case, name):
    d = case.write()
    f = "bayes"
    if case.weights:
        f = sa.classifier("linear", d, weights=case.weights, bias=case.bias, tie=d.labels[0])
    bound = sa.risk(f, d, sa.ThreatModel(**case.threat), definition=name)
    points, labels = dense(case)
    found = 0.0
    for curve in case.curves:
        edges = curve.grid(CELL)
        for y in curve.laws:
            shown = vulnerable(case, name, y, curve.at(edges), points, labels)
            if curve.is_point:
                found += float(sa.exact(curve.laws[y][0])) * shown[0]
            else:
                found += curve.mass(edges, y)[shown[1:] & shown[:-1]].sum()
    assert bound.method == "exact" or case.name in BOUNDED
    assert found <= bound.upper + 1e-9  # cells both of whose ends are vulnerable
    assert found >= bound.lower - 0.06
