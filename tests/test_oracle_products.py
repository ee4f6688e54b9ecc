"""Oracles of products against all flats one by one, and of thousands of features."""

from itertools import product

import numpy as np
import pytest
import torch

import symadv as sa
from tests.probability.test_categorical import flips


@pytest.mark.parametrize("tie_rule", ["every", "first"])
@pytest.mark.parametrize(("d", "m"), [(2, 0), (3, 1), (4, 2), (6, 1)])
def test_labels_projections_and_ties_are_those_of_all_flats(d, m, tie_rule):
    o = sa.oracle(flips(d, m, chance="3/4", tie_rule=tie_rule))
    x = np.round(np.random.default_rng(d).normal(size=(2000, d + m)) * 2) / 2  # many coordinates at the middle
    corners = np.array(list(product((-1.0, 1.0), repeat=d)))  # the smaller values first
    distance = ((x[:, None, :d] - corners) ** 2).sum(2)
    near = distance == distance.min(1)[:, None]
    first = near.argmax(1)
    odds = np.log(2) + np.log(3) * corners.sum(1) + (x[:, d:].sum(1) / 2)[:, None]
    sign = np.where(np.abs(odds) < 1e-12, 0, np.sign(odds))
    if tie_rule == "first":
        truth = sign[np.arange(len(x)), first]
    else:
        truth = np.where((sign == 1) | ~near, 1, 0).all(1) * 1 - np.where((sign == -1) | ~near, 1, 0).all(1) * 1
    assert np.array_equal(o.project(x), np.hstack([corners[first], x[:, d:]]))
    assert np.array_equal(o.tied(x), near.sum(1) > 1)
    assert np.array_equal(o.label(x), truth)
    assert np.array_equal(o.label(torch.from_numpy(x)).numpy(), truth)
    assert np.array_equal(o.label(x.astype(np.float32)), truth)
    assert o.tied(x).mean() > 0.1


@pytest.mark.parametrize("features", [1000, 10_000])
def test_thousands_of_signs(features):
    d = flips(features, 2, chance="51/100")
    o = sa.oracle(d)
    x, _ = d.sample(200, rng=0)
    odds = np.log(2) + np.log(51 / 49) * x[:, :-2].sum(1) + x[:, -2:].sum(1) / 2
    assert np.allclose(o.log_odds(x), odds, rtol=1e-9)
    assert np.allclose(o.posterior(torch.from_numpy(x)).numpy()[:, 1], 1 / (1 + np.exp(-odds)), rtol=1e-9)
    moved = x.copy()
    moved[:, :-2] *= np.random.default_rng(1).uniform(0.01, 3, size=(200, features))
    assert np.array_equal(o.project(moved), x)
    assert np.array_equal(o.label(moved), np.sign(odds))
    moved[:, 0] = 0
    assert o.tied(moved).all()


def test_gradients_flow_where_features_are_free():
    o = sa.oracle(flips(3, 1, chance="3/4"))
    x = torch.tensor([[1.0, 1.0, -1.0, 0.5]], dtype=torch.float64, requires_grad=True)
    o.log_odds(x).sum().backward()
    # At a point of the support the log-odds are those of the formula, affine in the signs, too.
    assert torch.allclose(x.grad, torch.tensor([[*(np.log(3),) * 3, 0.5]], dtype=torch.float64))
    logits = o.module()(x)
    assert torch.allclose(logits.exp().sum(1), torch.ones(1, dtype=torch.float64))


def test_values_that_no_float_has_are_those_next_to_them():
    law = {
        y: sa.Repeated(sa.Categorical({"1/3": "1/4" if y else "3/4", "2/3": "3/4" if y else "1/4"}), 2) for y in (0, 1)
    }
    corner = sa.Component(sa.Point(("2/3", "2/3")), {1: "1/2" * sa.Atom()})
    d = sa.Distribution(
        name="thirds",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[sa.Component(sa.Grid(("1/3", "2/3"), 2), {0: law[0], 1: "1/2" * law[1]}), corner],
    )
    o = sa.oracle(d)
    x, _ = d.sample(500, rng=0)
    assert np.array_equal(o.project(x), x)
    top = o.posterior(np.array([[2 / 3, 2 / 3], [1 / 3, 1 / 3], [np.nextafter(1 / 3, 1), 2 / 3]]))
    assert np.allclose(top[:, 1], [(9 / 32 + 1 / 2) / (9 / 32 + 1 / 2 + 1 / 16), (1 / 32) / (1 / 32 + 9 / 16), 1 / 3])
    with pytest.raises(sa.SymadvError, match="distance"):
        o.posterior(np.array([[0.5, 1 / 3]]))
