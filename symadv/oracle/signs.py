r"""Which of two points is nearer, in floats: by a sum whose terms lose no digits.

$\|x-z\|^2 - \|x-w\|^2 = \sum_k (w_k - z_k)\,(2x_k - (z_k + w_k))$.
"""

import numpy as np

from symadv.oracle.inputs import Array, is_tensor, namespace


def farther(x: Array, z: Array, w: Array) -> Array:
    r"""A number of the sign of $\|x-z\|^2 - \|x-w\|^2$ for each row."""
    if is_tensor(x):
        x, z, w = x.detach(), z.detach(), w.detach()
    xp = namespace(x)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        apart, total, error = w - z, *_exact_sum(z, w)
        twice = (2 * x - total) - error
        result = (apart * twice).sum(1)
        lost = ~xp.isfinite(result) | ((result == 0) & (apart != 0).any(1))
        if not bool(lost.any()):
            return result
        return xp.where(lost, (_scaled(apart) * _scaled(twice)).sum(1), result)


def _exact_sum(z: Array, w: Array) -> tuple[Array, Array]:
    """The rounded sum and what it lacks to the true one."""
    total = z + w
    part = total - z
    return total, (z - (total - part)) + (w - part)


def _scaled(values: Array) -> Array:
    """Each row divided by a power of two of its own size, so that products neither overflow nor vanish."""
    xp = namespace(values)
    size = xp.amax(abs(values), 1)
    mantissa, _ = xp.frexp(size)
    return values / xp.where(size > 0, size / (2 * mantissa), 1)[:, None]
