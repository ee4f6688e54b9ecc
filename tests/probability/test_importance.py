"""Importance sampling: the mean is kept, the weights are bounded, rare events can be tested."""

import mpmath
import numpy as np
import pytest

from symadv.language.errors import SymadvError
from symadv.probability.eprocess import sequential_test
from symadv.probability.importance import defensive, defensive_bounds

EDGE = 6.0


def log_normal(x):
    return -(x**2) / 2 - np.log(2 * np.pi) / 2


def log_tail(x):
    """The exponential law of rate EDGE on [EDGE, oo)."""
    return np.where(x >= EDGE, np.log(EDGE) - EDGE * (x - EDGE), -np.inf)


def beyond(x):
    return x > EDGE


normal_tail = defensive(
    lambda n, rng: rng.standard_normal(n),
    lambda n, rng: EDGE + rng.exponential(1 / EDGE, n),
    log_normal,
    log_tail,
    value=beyond,
)
GAIN = float(np.exp(log_tail(EDGE) - log_normal(EDGE)))  # the ratio rises beyond the edge


def tail_mass():
    with mpmath.workdps(30):
        return float(mpmath.erfc(EDGE / mpmath.sqrt(2)) / 2)


@pytest.mark.parametrize(("factor", "outcome"), [(1, "PASS"), (0.98, "FAIL"), (1.02, "FAIL")])
def test_a_mass_of_1e_9_is_tested_to_one_percent(factor, outcome):
    claimed = tail_mass() * factor
    result = sequential_test(
        normal_tail, claimed, tolerance=0.01 * claimed, bounds=defensive_bounds(GAIN), rng=np.random.default_rng(0)
    )
    assert result.outcome == outcome
    assert abs(result.estimate - tail_mass()) < 6 * result.standard_error


def test_weights_keep_the_mean_and_stay_in_bounds():
    """Target uniform on [0, 1], proposal on [1/2, 2]: weight 2 where the target is alone, 0 where the proposal is."""
    draw = defensive(
        lambda n, rng: rng.random(n),
        lambda n, rng: rng.uniform(0.5, 2, n),
        lambda x: np.where((x >= 0) & (x <= 1), 0.0, -np.inf),
        lambda x: np.where((x >= 0.5) & (x <= 2), np.log(2 / 3), -np.inf),
        value=lambda x: np.ones(len(x)),
    )
    w = draw(200_000, np.random.default_rng(1))
    assert set(np.round(w, 12)) == {0.0, 1.2, 2.0}
    assert abs(w.mean() - 1) < 5 * w.std() / np.sqrt(len(w))


def test_bounds():
    assert defensive_bounds(0) == (0, pytest.approx(2, rel=1e-8))
    assert defensive_bounds(3, largest=4) == (0, pytest.approx(2, rel=1e-8))
    with pytest.raises(SymadvError, match="gain >= 0"):
        defensive_bounds(-1)


def test_points_with_features_keep_their_shape():
    draw = defensive(
        lambda n, rng: rng.standard_normal((n, 2)),
        lambda n, rng: 3 + rng.standard_normal((n, 2)),
        lambda x: log_normal(x).sum(1),
        lambda x: log_normal(x - 3).sum(1),
        value=lambda x: x[:, 0] > 2,
    )
    w = draw(100_000, np.random.default_rng(2))
    assert w.shape == (100_000,) and w.max() <= 2
    assert abs(w.mean() - float(mpmath.erfc(2 / mpmath.sqrt(2)) / 2)) < 5 * w.std() / np.sqrt(len(w))
