"""Finitely many labelled points: projection to the nearest one, posterior by counts."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sympy

from symadv.geometry.strata import Point
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.probability.densities import Atom
from symadv.probability.distribution import Component, Distribution, TieRule

_RECTANGLE = ((0, 0), (0, 1), (3, 0), (3, 1))


def finite(
    *, points: Any = _RECTANGLE, labels: Sequence[int] = (-1, -1, 1, 1), tie_rule: TieRule = "every"
) -> Distribution:
    r"""$\Pr[(x, y) = (q, c)]$ is the share of the rows that are (q, c).

    ``points``: an array ``(n, d)``, read exactly; ``labels``: the n labels, at least two different ones.
    """
    rows = _rows(points)
    if len(rows) != len(labels):
        raise SymadvError(f"finite: got {len(rows)} points and {len(labels)} labels, wanted one label for each point")
    said = [int(y) for y in labels]
    of_label = Counter(said)
    counts: dict[tuple[sympy.Expr, ...], Counter[int]] = {}
    for row, y in zip(rows, said, strict=True):
        counts.setdefault(row, Counter())[y] += 1
    return Distribution(
        name="finite",
        features=tuple(f"x{i + 1}" for i in range(len(rows[0]))),
        labels=tuple(sorted(of_label)),
        prior={y: sympy.Rational(count, len(rows)) for y, count in of_label.items()},
        components=tuple(
            Component(Point(q), {y: sympy.Rational(count, of_label[y]) * Atom() for y, count in sorted(own.items())})
            for q, own in counts.items()
        ),
        tie_rule=tie_rule,
    )


def _rows(points: Any) -> list[tuple[sympy.Expr, ...]]:
    wanted = "an array (n, d) of numbers, one point a row"
    if isinstance(points, str) or not hasattr(points, "__len__") or len(points) == 0:
        raise SymadvError(f"finite: got the points {points!r}, wanted {wanted}")
    if any(isinstance(row, str) or not hasattr(row, "__len__") for row in points):
        raise SymadvError(f"finite: got a point that is a single number, wanted {wanted}")
    rows = [tuple(exact(v) for v in row) for row in points]
    sizes = {len(row) for row in rows}
    if len(sizes) > 1 or 0 in sizes:
        raise SymadvError(f"finite: got points of {sorted(sizes)} coordinates, wanted {wanted}")
    return rows
