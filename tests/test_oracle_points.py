"""Oracles of hundreds of labelled points against all distances, in integers, where ties are exact."""

import time

import numpy as np
import pytest
import torch

import symadv as sa


def labelled(m, d, *, low=-8, high=9, labels=3, tie_rule="every"):
    rng = np.random.default_rng(m)
    points = np.unique(rng.integers(low, high, (m, d)), axis=0)
    rng.shuffle(points)
    said = rng.integers(0, labels, len(points))
    said[:labels] = range(labels)
    return points, said, sa.distribution("finite", points=points, labels=said.tolist(), tie_rule=tie_rule)


@pytest.mark.parametrize("tie_rule", ["every", "first"])
@pytest.mark.parametrize(("m", "d"), [(100, 1), (200, 2), (300, 4)])
def test_nearest_points_ties_and_labels_are_those_of_all_distances(m, d, tie_rule):
    points, said, law = labelled(m, d, tie_rule=tie_rule)
    o = sa.oracle(law)
    x = np.random.default_rng(1).integers(-24, 25, (3000, d)) / 2
    twice = (((2 * x).astype(int)[:, None] - 2 * points) ** 2).sum(2)  # of the doubled coordinates, in integers
    near = twice == twice.min(1)[:, None]
    first = near.argmax(1)
    agreed = np.array([len(set(said[row])) == 1 for row in near])
    truth = np.where(agreed | (tie_rule == "first"), said[first], o.no_label)
    for given in (x, torch.from_numpy(x), x.astype(np.float32)):
        assert np.array_equal(np.asarray(o.project(given)), points[first])
        assert np.array_equal(np.asarray(o.tied(given)), near.sum(1) > 1)
        assert np.array_equal(np.asarray(o.label(given)), truth)
    assert (near.sum(1) > 1).mean() > 0.005
    assert np.array_equal(o.posterior(points.astype(float)), np.eye(3)[said])


def test_a_nearly_tie_is_decided_by_its_last_digits():
    points, _, law = labelled(400, 3, low=-1000, high=1001)
    o, (a, b) = sa.oracle(law), points[:2]
    middle = (a + b) / 2
    near = np.linalg.norm(points - middle, axis=1)
    near[:2] = np.inf
    if near.min() < np.linalg.norm(a - middle):
        points = np.vstack([a, b, b + 3 * (b - a), a + 5 * (a - b)])
        o = sa.oracle(sa.distribution("finite", points=points, labels=[0, 1, 2, 2]))
    x = np.array([middle, middle, middle])
    x[1, 0], x[2, 0] = np.nextafter(middle[0], a[0]), np.nextafter(middle[0], b[0])
    assert o.tied(x).tolist() == [True, False, False]
    assert np.array_equal(o.project(x), [a, a, b])


def test_shared_points_have_the_shares_of_their_labels():
    law = sa.distribution("finite", points=[(0, 0), (0, 0), (0, 0), (1, 1)], labels=[0, 0, 1, 1])
    o = sa.oracle(law)
    assert np.allclose(o.posterior(np.array([[0.0, -0.0], [1, 1]])), [[2 / 3, 1 / 3], [0, 1]])
    assert o.log_odds(np.array([[0.0, 0.0], [1, 1]])).tolist() == [pytest.approx(-np.log(2)), np.inf]
    with pytest.raises(sa.SymadvError, match="distance"):
        o.posterior(np.array([[0.5, 0.5]]))
    assert len(o.label(np.empty((0, 2)))) == 0


def test_a_hundred_thousand_queries_take_no_loop_over_points():
    _, _, law = labelled(1000, 5, low=-20, high=21)
    o, x = sa.oracle(law), np.random.default_rng(0).normal(size=(100_000, 5)) * 12
    o.label(x[:1])
    start = time.process_time()
    o.label(x)
    assert time.process_time() - start < 12  # about 1.5 s by products of matrices; a loop over the points takes 60 s
