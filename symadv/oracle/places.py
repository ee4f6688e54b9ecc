"""Where a point is, in floats: nearest points of the strata, ties between them, and whether it is one of the support.

Numbers of a stratum are rounded to floats, so that samples lie on it.
"""

from collections.abc import Iterator
from functools import reduce
from operator import or_

import numpy as np

from symadv import catalog
from symadv.geometry.product import Product
from symadv.geometry.projection import choices
from symadv.geometry.strata import Flat, are_distinct_points
from symadv.language.errors import SymadvError
from symadv.language.regions import nowhere, union
from symadv.oracle.images import image
from symadv.oracle.inputs import Array, as_numpy, check_finite, connected, is_tensor, namespace
from symadv.oracle.points import Cloud
from symadv.oracle.signs import farther
from symadv.probability.distribution import Distribution
from symadv.probability.support import faces, without_limit

_FEW = 8  # features all of which are treated alike
_ULPS = 8  # how far from the support a point may be for rounding's sake


class Places:
    """The strata of a distribution whose parameters are numbers, on arrays ``(n, d)``."""

    def __init__(self, d: Distribution) -> None:
        self.features = d.features
        # Coordinates that no stratum moves are the same at all nearest points, so that they need not be compared.
        self._moved = _moved(d)
        self.cloud = Cloud.of(d.support)
        # Where all strata are told apart by distances, or there is one, a point in doubt may stay where it is.
        self._settled = len(d.strata) == 1 or not any(isinstance(s, Flat | Product) for s in d.strata)
        self._images = () if self.cloud else tuple(image(s, d.features, self._moved) for s in d.support)
        curved = [float(abs(e)) for s in d.support if not isinstance(s, Flat | Product) for e in s.terms]
        self._scale = max(curved, default=0.0)
        points = (face.flat for face in (*faces(d), *without_limit(d)) if face.flat.axes == 0) if curved else ()
        everything = range(len(d.features))
        self._atoms = [image(s, d.features, everything) for s in points if s not in d.support]
        array, chosen = catalog.load("readers", "array"), nowhere(d.features)
        if not self.cloud:
            chosen = choices(d.features, d.support)
        self._choice = None if chosen.is_nowhere else array(chosen, d.features).points
        told = [s.region(d.features) for s in d.support if not self.cloud and not isinstance(s, Product)]
        self._on_a_stratum = array(union(d.features, told), d.features).points if told else None
        which = enumerate(d.support) if not self.cloud else ()
        self._products = [self._images[k] for k, s in which if isinstance(s, Product)]

    def nearest(self, x: Array) -> Array:
        r"""$\pi(x)$ row by row; where several strata are nearest, the point of the one listed first."""
        if self.cloud:
            return connected(self.cloud.nearest(x), x)
        best, here = self._images[0](x), self._part(x)
        for image_of in self._images[1:]:
            z = image_of(x)
            best = namespace(x).where((farther(here, best, z) > 0)[:, None], z, best)
        return connected(self._snapped(self._placed(best, x)), x)

    def _snapped(self, z: Array) -> Array:
        """Points of the support that are, up to rounding, such at which curved strata meet smaller or other ones."""
        xp = namespace(z)
        for atom in self._atoms:
            there = atom(z)
            z = xp.where(_off(z, there, self._scale)[:, None], z, there)
        return z

    def rivals(self, x: Array, nearest: Array) -> Iterator[tuple[Array, Array]]:
        """For each stratum its nearest points, and a mask of rows where they are as near as ``nearest`` and others."""
        if self.cloud:
            yield from self.cloud.rivals(x, nearest)
            return
        here, chosen = self._part(x), self._part(nearest)
        for image_of in self._images:
            z = image_of(x)
            yield self._placed(z, x), (z != chosen).any(1) & (farther(here, chosen, z) == 0)

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
        nothing = namespace(x).zeros_like(x[:, 0], dtype=namespace(x).bool if is_tensor(x) else bool)
        tied = reduce(or_, (tied for _, tied in self.rivals(x, self.nearest(x))), nothing)
        chosen = self.chosen(x)
        return tied if chosen is None else tied | chosen

    def chosen(self, x: Array) -> Array | None:
        """Where several points of one stratum are nearest; bool (n,), None where that never is."""
        return None if self._choice is None else self._choice(x)

    def settle(self, name: str, x: Array, first: int, *, validate: bool) -> Array:
        """The points of the support that the rows of x are up to rounding; other rows are refused."""
        if validate:
            check_finite(name, x, self.features, first)
        if (self._settled and not validate) or self._all_on_a_stratum(x):
            return self._snapped(x)
        z = self.nearest(x)
        if validate:
            self._refuse(name, x, z, first)
        return z

    def _all_on_a_stratum(self, x: Array) -> bool:
        """Whether each row is told to be a point of a stratum at a glance."""
        if self.cloud:
            return bool((self.cloud.exactly(x) >= 0).all())
        told = [self._on_a_stratum(x)] if self._on_a_stratum else []
        told += [(image_of(x) == self._part(x)).all(1) for image_of in self._products]
        return bool(reduce(or_, told).all())

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


def _moved(d: Distribution) -> list[int]:
    if len(d.features) <= _FEW or are_distinct_points(d.support):
        return list(range(len(d.features)))
    images = [s.nearest(d.features) for s in d.support]
    return [k for k, x in enumerate(d.features) if any(z[k] is not x for z in images)] or [0]


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
