"""The grid witness: corners, edges and the clean point are on it, and gradient attacks find nothing beyond it."""

import numpy as np
import pytest

from symadv.adversary.threat import ThreatModel
from symadv.attacks import exhaustive as module
from symadv.attacks.exhaustive import exhaustive
from symadv.attacks.label_pgd import label_pgd
from symadv.attacks.pgd import pgd
from symadv.language.errors import SymadvError

torch = pytest.importorskip("torch")
LABELS = (-1, 1)


def rng():
    return np.random.default_rng(5)


@pytest.mark.parametrize("points", [2, 3, 10])
def test_the_corners_of_a_linf_ball_decide_a_linear_network(linear, points):
    weights, x = np.array([1.0, -0.3]), rng().normal(size=(1000, 2))
    y = np.where(x @ weights > 0, 1, -1)
    best = y * (x @ weights) - 0.5 * np.abs(weights).sum()
    x_adv = exhaustive(linear(weights), x, y, threat=ThreatModel("linf", "1/2"), points=points)
    assert np.allclose((y * (x_adv @ weights))[best < -1e-12], best[best < -1e-12])
    assert (x_adv == x)[best >= 0].all()


@pytest.mark.parametrize("norm", ["l2", "l1"])
def test_the_sphere_is_dense_in_other_norms(linear, admissible, norm):
    weights, x = np.array([0.8, -0.6]), rng().normal(size=(200, 2))
    y, threat = np.where(x @ weights > 0, 1, -1), ThreatModel(norm, "1/2")
    best = y * (x @ weights) - 0.5 * np.linalg.norm(weights, ord={"l2": 2, "l1": np.inf}[norm])
    x_adv = exhaustive(linear(weights), x, y, threat=threat, points=61)
    reached = y * (x_adv @ weights)
    assert admissible(threat, x, x_adv).all()
    assert (reached[best < -1e-3] < best[best < -1e-3] + 1e-3).all() and (x_adv == x)[best > 0].all()


def test_a_narrow_dip_is_found_that_gradients_do_not_see():
    """The logit is flat but for a dip of width 1/10 in the middle of an edge."""

    def dip(z):
        return torch.stack([0 * z[:, 0], 1 - 2.0 * ((z[:, 0] == 1) & (z[:, 1].abs() < 0.05))], dim=1)

    x = np.zeros((3, 2))
    x_adv = exhaustive(dip, x, [1, 1, 1], threat=ThreatModel("linf", 1), labels=LABELS)
    assert (x_adv[:, 0] == 1).all() and (np.abs(x_adv[:, 1]) < 0.05).all()


def test_pgd_breaks_nothing_that_a_grid_misses_by_more_than_its_spacing(net, toy, predict):
    x, y = toy.sample(200, rng=rng())
    threat = ThreatModel("linf", "5/2")
    grid = exhaustive(net, x, y, threat=threat, points=101)
    free = pgd(net, x, y, threat=threat, rng=rng())
    by_grid, by_pgd = predict(net, grid) != y, predict(net, free) != y
    assert 20 < by_grid.sum() < 199
    slope = np.abs(weights_product(net)).sum()  # Lipschitz in the Linf norm of x
    margin = -y * difference(net, free)
    assert (by_pgd & ~by_grid & (margin > slope * 5 / 100 / 2)).sum() == 0
    assert (by_grid & ~by_pgd).sum() == 0


def weights_product(net):
    product = np.eye(2)
    for layer in net:
        if isinstance(layer, torch.nn.Linear):
            product = np.abs(layer.weight.detach().double().numpy()) @ product
    return product


def difference(net, z):
    import copy

    with torch.no_grad():
        logits = copy.deepcopy(net).double()(torch.as_tensor(z))
    return (logits[:, 1] - logits[:, 0]).numpy()


def test_label_pgd_finds_what_the_grid_finds_inside_the_set(net, toy, predict):
    x, y = toy.sample(60, rng=rng())
    threat, keeps = ThreatModel("linf", 6), lambda z: toy.label(z) == y
    grid = exhaustive(net, x, y, threat=threat, allowed=keeps, points=81)
    kept = label_pgd(net, x, y, threat=threat, allowed=keeps, rng=rng())
    broken = predict(net, grid) != y
    assert broken.sum() > 40 and keeps(grid)[(grid != x).any(1)].all()
    assert (predict(net, kept) != y)[broken].mean() > 0.95


def test_one_moving_feature_and_none(linear):
    x = rng().normal(size=(50, 3))
    y = np.where(x.sum(1) > 0, 1, -1)
    x_adv = exhaustive(linear([1.0, 1.0, 1.0]), x, y, threat=ThreatModel("linf", (0, 2, 0)), points=5)
    assert (x_adv[:, [0, 2]] == x[:, [0, 2]]).all()
    assert ((y * x_adv.sum(1) < 0) == (y * x.sum(1) < 2)).all()
    still = exhaustive(linear([1.0, 1.0, 1.0]), x, y, threat=ThreatModel("linf", 0))
    assert (still == x).all()


def test_the_box_cuts_the_grid_and_no_box_in_reach_means_staying_put(linear, admissible):
    x, threat = rng().uniform(-1, 1, size=(100, 2)), ThreatModel("linf", "1/2", box=(0, "1/3"))
    x_adv = exhaustive(linear([1.0, 0.2], bias=-0.1), x, np.ones(100), threat=threat, points=9, labels=LABELS)
    assert admissible(threat, x, x_adv).all()
    assert ((x_adv != x).any(1)).any() and (x_adv == x)[x[:, 0] < -0.5].all()


def test_memory_is_bounded_and_chunks_change_nothing(linear, monkeypatch):
    sizes, layer = [], linear([1.0, -0.3])

    def network(z):
        sizes.append(len(z))
        return layer(z)

    x = rng().normal(size=(40, 2))
    y = np.where(x @ [1.0, -0.3] > 0, 1, -1)
    whole = exhaustive(network, x, y, threat=ThreatModel("l2", 1), points=21)
    monkeypatch.setattr(module, "_POINTS_AT_ONCE", 500)
    sizes.clear()
    parts = exhaustive(network, x, y, threat=ThreatModel("l2", 1), points=21)
    assert max(sizes) <= 500 and len(sizes) > 21 * 21 * 40 // 500 and (whole == parts).all()


def test_three_moving_features_and_too_few_points_are_refused(linear):
    with pytest.raises(SymadvError, match="at most 2 features, got 3"):
        exhaustive(linear([1.0] * 3), np.zeros((1, 3)), [1], threat=ThreatModel("linf", 1), labels=LABELS)
    with pytest.raises(SymadvError, match="points must be a whole number >= 2"):
        exhaustive(linear([1.0]), np.zeros((1, 1)), [1], threat=ThreatModel("linf", 1), labels=LABELS, points=1)


def test_nothing_to_attack(linear):
    x_adv = exhaustive(linear([1.0, 1.0]), np.zeros((0, 2)), [], threat=ThreatModel("linf", 1), labels=LABELS, points=3)
    assert x_adv.shape == (0, 2)
