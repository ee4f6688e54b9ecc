r"""The wealth of bets against a claimed mean: a nonnegative martingale that starts at 1 where the claim is true.

$W_n = \sum_k w_k \prod_{i \le n} (1 + \lambda_k (x_i - \mu))$ with bets $\lambda_k$ and weights
$w_k$ that are fixed beforehand.
"""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_GROUP = 16  # the wealth is looked at after every sixteenth sample ...
_GAIN = 1e18  # ... and one sample multiplies it by at most this: sixteen do not overflow, and less wealth stays valid
_RUIN = 50.0  # a bet that fell by e^-50 behind the best is dropped: that saves time, and less wealth stays valid


class EProcess:
    r"""The wealth $\sum_k w_k \prod_i (1 + \lambda_k (x_i - \mu))$ of fixed bets against the mean $\mu$ = `null`."""

    def __init__(self, null: float, bets: Floats, weights: Floats, alpha: float) -> None:
        """Start with wealth 1; `weights` sum to one."""
        self.null, self.bets, self.alpha = null, bets, alpha
        self.samples = 0
        self.rejected_at = math.inf
        self._log_wealth = np.log(weights)

    @property
    def log_wealth(self) -> float:
        """Logarithm of the present wealth."""
        return float(np.logaddexp.reduce(self._log_wealth))

    def update(self, x: Floats) -> None:
        """Bet on the next samples, shape (n,); `rejected_at` is the count when the wealth was first seen >= 1/alpha."""
        alive = self._log_wealth > self._log_wealth.max() - _RUIN
        self.bets, self._log_wealth = self.bets[alive], self._log_wealth[alive]
        deviation = x - self.null
        starts = np.arange(0, len(x), _GROUP)
        paths = np.empty((len(self.bets), len(starts)))
        gains = np.empty_like(deviation)
        for path, bet, before in zip(paths, self.bets, self._log_wealth, strict=True):
            np.multiply(bet, deviation, out=gains)
            gains += 1
            np.minimum(gains, _GAIN, out=gains)
            np.cumsum(np.log(np.multiply.reduceat(gains, starts)), out=path)
            path += before
        self._log_wealth = paths[:, -1].copy()
        top = paths.max(axis=0)
        rich = np.flatnonzero(top + np.log(np.exp(paths - top).sum(axis=0)) >= -math.log(self.alpha))
        if len(rich) and math.isinf(self.rejected_at):
            self.rejected_at = self.samples + min((int(rich[0]) + 1) * _GROUP, len(x))
        self.samples += len(x)


def bets(behind: float, ahead: float, tolerance: float) -> tuple[Floats, Floats]:
    """Bet sizes and weights against a mean `behind` away from the bound where the bets lose, `ahead` from the other.

    Half the weight is on the likelihood ratio of two-point laws a tolerance apart, the best bet for an indicator.  The
    others double from half of it, for smaller variances and larger deviations, until 1 % is left at the losing bound.
    """
    most = 0.99 / max(behind, 1e-300 * (behind + ahead))
    two_point = min(tolerance / behind / ahead, most) if behind > 0 else most
    doublings = max(math.ceil(math.log2(most / two_point)), 0)
    sizes = np.concatenate([[two_point / 2], np.geomspace(two_point, most, doublings + 1)])
    weights = np.full(len(sizes), 0.5 / (len(sizes) - 1))
    weights[1] = 0.5
    return sizes, weights / weights.sum()
