"""The nearest points of one stratum as a function of arrays."""

from collections.abc import Callable, Sequence

import sympy

from symadv import catalog
from symadv.geometry.product import Product
from symadv.geometry.stratum import Features, Stratum
from symadv.language.nearest import Nearest
from symadv.oracle.inputs import Array, is_tensor

Image = Callable[[Array], Array]
Part = tuple[slice | list[int], slice | list[int], Image]  # columns that change, where they stand, what they become


def image(stratum: Stratum, features: Features, columns: Sequence[int]) -> Image:
    """Some columns of the nearest points ``(n, d)`` of a stratum."""
    if isinstance(stratum, Product):
        return _by_blocks(stratum, features, columns)
    nearest = stratum.nearest(features)
    found: Image = catalog.load("readers", "array")([nearest[k] for k in columns], features).points
    return found


def _by_blocks(stratum: Product, features: Features, columns: Sequence[int]) -> Image:
    """All coordinates with the same values at once, the others one by one."""
    array, place = catalog.load("readers", "array"), {k: j for j, k in enumerate(columns)}
    parts: list[Part] = []
    for values, which in stratum.groups.items():
        t = sympy.Symbol("t", real=True)
        parts.append((_run(which), _run([place[i] for i in which]), array(Nearest(t, *values), (t,))))
    moved = dict(enumerate(stratum.flat.nearest(features)))
    for i in {i for i, _ in (*stratum.flat.fixed, *stratum.flat.within)}:
        parts.append((slice(i, i + 1), slice(place[i], place[i] + 1), array(moved[i], (features[i],))))
    listed = _run(columns)

    def nearest(x: Array) -> Array:
        z = x[:, listed]
        z = z.clone() if is_tensor(x) else z.copy()
        for source, target, become in parts:
            z[:, target] = become(x[:, source])
        return z

    return nearest


def _run(columns: Sequence[int]) -> slice | list[int]:
    """Columns as a slice, where they follow each other."""
    listed = list(columns)
    first = listed[0]
    return slice(first, first + len(listed)) if listed == list(range(first, first + len(listed))) else listed
