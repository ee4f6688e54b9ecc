"""Importance sampling of rare events with bounded weights, for the sequential tests."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from symadv.language.errors import SymadvError
from symadv.probability.eprocess import Draw
from symadv.probability.wealth import Floats


def defensive(
    target_draw: Draw,
    proposal_draw: Draw,
    log_target: Callable[[Floats], ArrayLike],
    log_proposal: Callable[[Floats], ArrayLike],
    *,
    value: Callable[[Floats], ArrayLike],
) -> Draw:
    r"""Draws of value(x) w(x), whose mean is that of value(x) under the target p, for events rare under p.

    x comes from $\tfrac12 p + \tfrac12 q$, q the proposal, and $w = 2p/(p+q) \in [0, 2]$ [hesterberg1995].  Both laws
    draw arrays of shape (n, ...); the log densities and `value` map them to (n,).  q must be normalised without use of
    the claimed mean: a tail law normalised by the claimed mass would confirm any claim.  Bounds: `defensive_bounds`.
    """

    def draw(n: int, rng: np.random.Generator) -> Floats:
        from_target = int(rng.binomial(n, 0.5))
        x = np.concatenate([np.asarray(target_draw(from_target, rng)), np.asarray(proposal_draw(n - from_target, rng))])
        x = x[rng.permutation(n)]
        log_ratio = np.asarray(log_proposal(x)) - np.asarray(log_target(x))
        weight: Floats = 2 * np.exp(-np.logaddexp(0.0, log_ratio))
        return weight * np.asarray(value(x), dtype=np.float64)

    return draw


def defensive_bounds(gain: float, *, largest: float = 1.0) -> tuple[float, float]:
    r"""Bounds [0, 2 largest/(1 + gain)] of value(x) w(x), for values in [0, largest] that are 0 unless q >= gain p.

    A rare event needs a gain of the order of 1/probability: with weights up to 2 the cost is at least 2/tolerance.
    The bound is widened by 1e-9 of itself for rounding.
    """
    if not gain >= 0 or not largest > 0:
        raise SymadvError(f"gain {gain}, largest {largest}: wanted gain >= 0 and largest > 0")
    return 0.0, largest * 2 / (1 + gain) * (1 + 1e-9)
