"""The ball that attacks move in: nearest points by the variational inequality, uniform draws by their radial law."""

import numpy as np
import pytest

from symadv.adversary.threat import ThreatModel

torch = pytest.importorskip("torch")
ORDER = {"linf": np.inf, "l2": 2, "l1": 1}
DUAL = {"linf": 1, "l2": 2, "l1": np.inf}


def ball(norm, eps, x):
    from symadv.attacks._ball import Ball

    return Ball(ThreatModel(norm, eps), torch.as_tensor(x))


@pytest.mark.parametrize("norm", ORDER)
def test_project_gives_the_nearest_point(norm):
    r"""$z^*$ is nearest to z iff $\langle z - z^*, v - z^* \rangle \le 0$ on the ball, whose maximum is a dual norm."""
    rng = np.random.default_rng(0)
    x, z = np.zeros((3000, 5)), rng.normal(size=(3000, 5)) * rng.choice([0.1, 1, 10], size=(3000, 1))
    nearest = ball(norm, 2, x).project(torch.as_tensor(z)).numpy()
    normal = z - nearest
    assert (2 * np.linalg.norm(normal, ord=DUAL[norm], axis=1) <= (normal * nearest).sum(1) + 1e-9).all()
    inside = np.linalg.norm(z, ord=ORDER[norm], axis=1) < 1.9
    assert 100 < inside.sum() < 2900 and np.allclose(nearest[inside], z[inside], atol=1e-12)


@pytest.mark.parametrize("norm", ORDER)
def test_random_is_uniform(norm):
    """The length of a uniform point in units of the budgets is r with probability r^k, k the moving features."""
    n = 20_000
    x = np.random.default_rng(1).normal(size=(n, 4))
    z = ball(norm, (1, 0, "1/3", 5), x).random(np.random.default_rng(2)).numpy()
    u = ((z - x) / [1, 1, 1 / 3, 5])[:, [0, 2, 3]]
    assert (z[:, 1] == x[:, 1]).all()
    length = np.sort(np.linalg.norm(u, ord=ORDER[norm], axis=1) ** 3)
    distance = np.abs(length - (np.arange(n) + 0.5) / n).max()
    assert distance < 2.5 / np.sqrt(n)  # Kolmogorov: passed by chance with probability 1 - 7e-6
    assert np.abs(u.mean(0)).max() < 5 / np.sqrt(n) and np.abs(np.corrcoef(u.T) - np.eye(3)).max() < 5 / np.sqrt(n)


@pytest.mark.parametrize("norm", ORDER)
def test_ascent_is_the_steepest_unit_step(norm):
    budget, gradient = np.array([1.0, 0.0, 0.5]), np.random.default_rng(3).normal(size=(200, 3))
    zero = torch.zeros(200, 3, dtype=torch.float64)
    step = ball(norm, (1, 0, "1/2"), np.zeros((200, 3))).ascent(zero, torch.as_tensor(gradient)).numpy()
    assert (step[:, 1] == 0).all()
    rise = np.linalg.norm(budget * gradient, ord=DUAL[norm], axis=1)
    assert np.allclose((step * gradient).sum(1), rise)
    assert np.allclose(np.linalg.norm(step[:, [0, 2]] / [1, 0.5], ord=ORDER[norm], axis=1), 1)
