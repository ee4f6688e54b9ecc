"""The label-constrained attack: always inside the allowed set, and complete where plain ascent finds nothing."""

import numpy as np
import pytest

from symadv.adversary.threat import ThreatModel
from symadv.attacks.label_pgd import label_pgd
from symadv.attacks.pgd import pgd
from symadv.language.errors import SymadvError

torch = pytest.importorskip("torch")
SIX = ThreatModel("linf", 6)


def rng():
    return np.random.default_rng(11)


def vulnerable(toy, predict, net, x, y, eps):
    """Rows with a point of a fine grid of the plane in their Linf ball that keeps the label y and fools the network."""
    ticks = np.linspace(-10, 10, 2001)
    plane = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    fooled, label = predict(net, plane), toy.label(plane)
    found = np.zeros(len(x), bool)
    for c in (-1, 1):
        points = plane[(fooled == -c) & (label == c)]
        for row in np.flatnonzero(y == c):
            found[row] = (np.abs(points - x[row]) <= eps).all(axis=1).any()
    return found


@pytest.fixture(scope="module")
def attacked(toy, net):
    x, y = toy.sample(400, rng=rng())
    seen = []
    kept = label_pgd(net, x, y, threat=SIX, allowed=lambda z: toy.label(z) == y, rng=rng(), visit=seen.append)
    return x, y, pgd(net, x, y, threat=SIX, rng=rng()), kept, seen


def test_it_finds_the_label_invariant_examples_that_pgd_loses(attacked, toy, net, predict):
    x, y, free, kept, _ = attacked
    truth = vulnerable(toy, predict, net, x, y, 6) & (predict(net, x) == y)

    def breaks(z):
        return (predict(net, x) == y) & (predict(net, z) != y) & (toy.label(z) == y)

    assert truth.sum() > 300
    assert (breaks(kept) & truth).sum() > 0.95 * truth.sum()
    assert (predict(net, free) != y).mean() > 0.99
    assert breaks(free).mean() < 0.05  # almost every point that pgd returns changes the true label


def test_every_point_is_inside_the_ball_and_keeps_the_label(attacked, toy, admissible):
    x, y, _, kept, seen = attacked
    assert len(seen) > 20
    for z in [*seen, kept]:
        moved = (z != x).any(axis=1)
        assert (toy.label(z) == y)[moved].all()
    for z in (seen[0], seen[-1], kept):
        assert admissible(SIX, x, z).all()


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_a_sliver_is_found_in_every_ball(linear, norm):
    """Network x1 < 0, allowed x1 > -1/1000: what both leave is a strip that random points hardly meet."""
    x = np.stack([np.full(300, 1.0), np.linspace(-3, 3, 300)], axis=1)

    def sliver(z):
        return z[:, 0] > -1e-3

    options = dict(threat=ThreatModel(norm, 2), labels=(-1, 1), rng=rng())
    x_adv = label_pgd(linear([1.0, 0.0]), x, np.ones(300), allowed=sliver, **options)
    assert ((x_adv[:, 0] < 0) & sliver(x_adv)).all()


def test_a_slanted_sliver_is_found(linear):
    weights = np.array([1.0, 0.7])
    x = rng().normal(size=(300, 2))
    x = x[x @ weights > 0.05]

    def sliver(z):
        return z @ weights > -1e-3

    options = dict(threat=ThreatModel("linf", 3), labels=(-1, 1), rng=rng())
    x_adv = label_pgd(linear(weights), x, np.ones(len(x)), allowed=sliver, **options)
    assert ((x_adv @ weights < 0) & sliver(x_adv)).all()


def test_an_anchor_is_found_when_the_clean_point_is_not_allowed(linear):
    """Every clean point has the wrong true label; the allowed set is elsewhere in the ball."""
    x = np.stack([rng().uniform(0.5, 1, 200), rng().normal(size=200)], axis=1)

    def allowed(z):
        return z[:, 0] < 0.3

    options = dict(threat=ThreatModel("linf", 2), labels=(-1, 1), rng=rng())
    x_adv = label_pgd(linear([1.0, 0.0]), x, np.ones(200), allowed=allowed, **options)
    assert ((x_adv[:, 0] < 0) & allowed(x_adv)).all()


def test_each_row_has_an_allowed_set_of_its_own(linear):
    x, y = rng().normal(size=(200, 2)), np.where(np.arange(200) % 2 == 0, 1, -1)
    side = np.where(np.arange(200) % 3 == 0, 1, -1)
    x_adv = label_pgd(
        linear([1.0, 0.0]), x, y, threat=ThreatModel("linf", 4), rng=rng(), allowed=lambda z: z[:, 1] * side > 0
    )
    assert (x_adv[:, 1] * side > 0).all() and (x_adv[:, 0] * y < 0).all()


def test_nothing_allowed_means_staying_put(linear):
    x, y = rng().normal(size=(100, 2)), np.where(np.arange(100) % 2 == 0, 1, -1)
    x_adv = label_pgd(linear([1.0, 0.0]), x, y, threat=SIX, rng=rng(), allowed=lambda z: np.zeros(len(z), bool))
    assert (x_adv == x).all()


def test_frozen_features_the_box_and_a_zero_budget(linear, admissible):
    x, y = rng().uniform(0, 1, size=(200, 2)), np.where(np.arange(200) % 2 == 0, 1, -1)
    threats = ThreatModel("l2", (0, "7/10"), box=(0, 1)), ThreatModel("linf", 0), ThreatModel("l1", "1/3", box=(0, 1))

    def allowed(z):
        return z[:, 0] + z[:, 1] < 1.5

    for threat in threats:
        x_adv = label_pgd(linear([1.0, 1.0], bias=-1.0), x, y, threat=threat, rng=rng(), allowed=allowed)
        assert admissible(threat, x, x_adv).all()
        moved = (x_adv != x).any(axis=1)
        assert allowed(x_adv)[moved].all() and moved.any() == (threat.eps != 0)


def test_without_a_set_it_breaks_what_pgd_breaks(net, toy, predict):
    x, y = toy.sample(300, rng=rng())
    threat = ThreatModel("linf", "5/2")
    free, kept = (attack(net, x, y, threat=threat, rng=rng()) for attack in (pgd, label_pgd))
    assert ((predict(net, free) != y) == (predict(net, kept) != y)).all()


def test_equal_generators_give_equal_points(net, toy):
    x, y = toy.sample(60, rng=rng())
    one, two = (label_pgd(net, x, y, threat=SIX, rng=rng(), allowed=lambda z: toy.label(z) == y) for _ in range(2))
    assert (one == two).all()


def test_torch_in_torch_out_with_a_torch_set(net, toy):
    x, y = toy.sample(60, rng=rng())
    kept = label_pgd(
        net,
        torch.as_tensor(x).float(),
        torch.as_tensor(y),
        threat=SIX,
        rng=rng(),
        allowed=lambda z: torch.as_tensor(toy.label(z.numpy()) == y),
    )
    moved = (kept != torch.as_tensor(x).float()).any(1).numpy()
    assert kept.dtype == torch.float32 and moved.mean() > 0.9
    assert (toy.label(kept.double().numpy()) == y)[moved].all()


@pytest.mark.parametrize("option", [dict(halvings=0), dict(draws=0), dict(restarts=-1)])
def test_counts_below_one_are_refused(net, option):
    with pytest.raises(SymadvError, match="must be a whole number >= 1"):
        label_pgd(net, np.zeros((1, 2)), [1], threat=SIX, rng=rng(), labels=(-1, 1), **option)
