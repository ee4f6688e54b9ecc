r"""Where a point is, in floats: nearest points of the strata, ties between them, and whether it is one of the support.

Numbers of a stratum are rounded to floats, so that samples lie on it.  Distances are compared by
$\|x-z\|^2 - \|x-w\|^2 = \sum_k (w_k - z_k)\,(2x_k - (z_k + w_k))$, whose terms lose no digits.
"""

from collections.abc import Iterator
from functools import reduce
from operator import or_

import numpy as np

from symadv import catalog
from symadv.geometry.projection import choices
from symadv.geometry.strata import Flat
from symadv.language.errors import SymadvError
from symadv.language.regions import union
from symadv.oracle.inputs import Array, as_numpy, check_finite, connected, is_tensor, like, namespace
from symadv.probability.distribution import Distribution

_FEW = 8  # features all of which are treated alike
_ULPS = 8  # how far from the support a point may be for rounding's sake


class Places:
    """The strata of a distribution whose parameters are numbers, on arrays ``(n, d)``."""

    def __init__(self, d: Distribution) -> None:
        array = catalog.load("readers", "array")
        self.features = d.features
        images = [s.nearest(d.features) for s in d.support]
        # Coordinates that no stratum moves are the same at all nearest points, so that they need not be compared.
        moved = [k for k, x in enumerate(d.features) if any(z[k] is not x for z in images)] or [0]
        self._moved = list(range(len(d.features))) if len(d.features) <= _FEW else moved
        self._images = [array([z[k] for k in self._moved], d.features).points for z in images]
        curved = [float(abs(e)) for s in d.support if not isinstance(s, Flat) for e in s.terms]
        self._scale = max(curved, default=0.0)
        on_curved = [s for s in d.strata if s.dim == 0 and s not in d.support] if curved else []
        self._atoms = [s.embed(np.empty((1, 0)))[0] for s in on_curved]
        chosen = choices(d.features, d.support)
        self._choice = None if chosen.is_nowhere else array(chosen, d.features).points
        self._on_a_stratum = array(union(d.features, (s.region(d.features) for s in d.support)), d.features).points

    def nearest(self, x: Array) -> Array:
        r"""$\pi(x)$ row by row; where several strata are nearest, the point of the one listed first."""
        best, here = self._images[0](x), self._part(x)
        for image in self._images[1:]:
            z = image(x)
            best = namespace(x).where((_farther(here, best, z) > 0)[:, None], z, best)
        return connected(self._snapped(self._placed(best, x)), x)

    def _snapped(self, z: Array) -> Array:
        """Points of the support at which smaller strata lie on curved ones, up to rounding, are these."""
        xp = namespace(z)
        for atom in self._atoms:
            there = xp.zeros_like(z)
            there[:] = like(atom, z)
            z = xp.where(_off(z, there, self._scale)[:, None], z, there)
        return z

    def rivals(self, x: Array, nearest: Array) -> Iterator[tuple[Array, Array]]:
        """For each stratum its nearest points, and a mask of rows where they are as near as ``nearest`` and others."""
        here, chosen = self._part(x), self._part(nearest)
        for image in self._images:
            z = image(x)
            yield self._placed(z, x), (z != chosen).any(1) & (_farther(here, chosen, z) == 0)

    def _part(self, x: Array) -> Array:
        """The coordinates that strata move."""
        return x if len(self._moved) == x.shape[1] else x[:, self._moved]

    def _placed(self, part: Array, x: Array) -> Array:
        """The points x with those coordinates replaced."""
        if len(self._moved) == x.shape[1]:
            return part
        z = x.clone() if is_tensor(x) else x.copy()
        z[:, self._moved] = part
        return z

    def tied(self, x: Array) -> Array:
        """Whether more than one point of the support is nearest to a row; bool (n,)."""
        tied = reduce(or_, (tied for _, tied in self.rivals(x, self.nearest(x))))
        chosen = self.chosen(x)
        return tied if chosen is None else tied | chosen

    def chosen(self, x: Array) -> Array | None:
        """Where several points of one stratum are nearest; bool (n,), None where that never is."""
        return None if self._choice is None else self._choice(x)

    def settle(self, name: str, x: Array, first: int, *, validate: bool) -> Array:
        """The points of the support that the rows of x are up to rounding; other rows are refused."""
        if validate:
            check_finite(name, x, self.features, first)
        if bool(self._on_a_stratum(x).all()):
            return x
        z = self.nearest(x)
        if validate:
            self._refuse(name, x, z, first)
        return z

    def on_support(self, x: Array) -> Array:
        """Whether each row is a point of the support up to rounding; bool (n,)."""
        return ~_off(x, self.nearest(x), self._scale)

    def _refuse(self, name: str, x: Array, nearest: Array, first: int) -> None:
        rows = np.flatnonzero(as_numpy(_off(x, nearest, self._scale)))
        if len(rows):
            row = int(rows[0])
            point, there = (as_numpy(a[row]).astype(float) for a in (x, nearest))
            distance = f"at distance {np.linalg.norm(point - there):.3g} from the support"
            raise SymadvError(
                f"{name}: got {tuple(point.tolist())} in row {first + row}, {distance}; "
                f"wanted points of the support; the nearest one, by project, is {tuple(there.tolist())}"
            )


def _farther(x: Array, z: Array, w: Array) -> Array:
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


def _off(x: Array, z: Array, scale: float) -> Array:
    """Whether a coordinate of x is farther than 8 units in the last place from that of z, for each row.

    Points of curved strata are computed with numbers as large as ``scale``: units are at least those of that.
    """
    if is_tensor(x):
        x, z = x.detach(), z.detach()
    xp = namespace(x)
    size = xp.maximum(abs(x), abs(z))
    size = xp.maximum(size, xp.full_like(size, scale))
    ulp = xp.nextafter(size, xp.full_like(size, np.inf)) - size
    return (abs(x - z) > _ULPS * ulp).any(1)
