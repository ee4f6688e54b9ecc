"""Where spheres meet lines, other spheres and flats in points: exact coordinates, with square roots."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import sympy

from symadv.geometry.ends import overlap
from symadv.geometry.strata import Flat, Point
from symadv.geometry.stratum import Exprs, Stratum, apart
from symadv.language.errors import SymadvError
from symadv.language.forms import expand_outside
from symadv.language.order import Undecided, order, sign


class Round(Protocol):
    """Whatever has a radius and a centre."""

    @property
    def radius(self) -> Any: ...
    @property
    def centre(self) -> Any: ...


def with_line(sphere: Round, line: Stratum) -> tuple[Flat, ...]:
    r"""The points of a line, or of a piece of one, at the distance r from the centre.

    With $|x(t) - c|^2 - r^2 = a t^2 + 2 b t + e$ these are $t = (-b \pm \sqrt{b^2 - a e}) / a$.
    """
    at, further = (line.place((sympy.Integer(k),)) for k in (0, 1))
    steps = [q - p for p, q in zip(at, further, strict=True)]
    a = sympy.Add(*(s**2 for s in steps))
    b = sympy.Add(*(s * (p - c) for s, p, c in zip(steps, at, sphere.centre, strict=True)))
    constant = apart(at, sphere.centre) - sphere.radius**2
    (ends,) = line.bounds
    what = f"a crossing of {sphere} and {line}"
    found = []
    for root in _roots(sympy.expand(b**2 - a * constant), sphere, line):
        t = expand_outside((root - b) / a)
        if overlap((t, t), (ends[0], ends[1]), what) is not None:
            found.append(Point(line.place((t,))))
    return tuple(found)


def with_sphere(sphere: Round, other: Round) -> tuple[Flat, ...]:
    r"""The points of two spheres at once: $c + s (c' - c) \pm h\, n$, n the normal of $c' - c$ in the plane.

    $s = (|c' - c|^2 + r^2 - r'^2) / (2 |c' - c|^2)$ and $h^2 = r^2 / |c' - c|^2 - s^2$.
    """
    between = sympy.expand(apart(sphere.centre, other.centre))
    if sign(between) == 0:
        return _concentric(sphere, other)
    share = (between + sphere.radius**2 - other.radius**2) / (2 * between)
    across = [q - p for p, q in zip(sphere.centre, other.centre, strict=True)]
    middle = [p + share * v for p, v in zip(sphere.centre, across, strict=True)]
    roots = list(_roots(sympy.factor(sphere.radius**2 / between - share**2), sphere, other))
    if len(roots) == 2 and len(across) > 2:
        raise SymadvError(_not_known(sphere, other))
    normal = (-across[1], across[0]) if len(across) == 2 else (sympy.S.Zero,) * len(across)
    return tuple(_point([m + h * n for m, n in zip(middle, normal, strict=True)]) for h in roots)


def _concentric(sphere: Round, other: Round) -> tuple[Flat, ...]:
    if sign(sphere.radius - other.radius) not in (-1, 1):
        raise Undecided(f"cannot decide whether {sphere} and {other} meet")
    return ()


def contains(flat: Flat, sphere: Round) -> bool:
    """Whether a sphere lies between the ends of a flat of full dimension."""
    return flat.dim == len(sphere.centre) and all(
        order(low, c - sphere.radius) in (-1, 0) and order(c + sphere.radius, high) in (-1, 0)
        for c, (low, high) in zip(sphere.centre, flat.bounds, strict=True)
    )


def with_flat(sphere: Round, flat: Flat) -> tuple[Flat, ...]:
    """A flat of two dimensions or more that is apart from a sphere or touches it; another one is refused."""
    nearest = flat.nearest(sphere.centre)
    gap = sign(apart(sphere.centre, nearest) - sphere.radius**2)
    if gap == 0:
        return (Point(nearest),)
    if gap != 1 and not _is_inside(flat, sphere):
        raise SymadvError(_not_known(sphere, flat))
    return ()


def _is_inside(flat: Flat, sphere: Round) -> bool:
    """Whether the farthest corner of a flat is nearer to the centre than the sphere."""
    if any(end.is_finite is False for ends in flat.ranges for end in ends):
        return False
    ranges = zip(sphere.centre, flat.ranges, strict=True)
    farthest = sympy.Add(*(sympy.Max(*((end - c) ** 2 for end in ends)) for c, ends in ranges))
    return order(farthest, sphere.radius**2) == -1


def _roots(square: sympy.Expr, sphere: Round, other: object) -> Iterator[sympy.Expr]:
    """The real square roots of a number, in ascending order."""
    side = sign(square)
    if side is None:
        raise Undecided(f"cannot decide whether {sphere} and {other} meet: the sign of {square} is open")
    if side == 0:
        yield sympy.S.Zero
    elif side > 0:
        yield from (-sympy.sqrt(square), sympy.sqrt(square))


def _point(coordinates: Sequence[sympy.Expr]) -> Flat:
    exact: Exprs = tuple(expand_outside(x) for x in coordinates)
    return Point(exact)


def _not_known(sphere: Round, other: object) -> str:
    return (
        f"{sphere} and {other} cross in more than points: the posterior there is not known; "
        "wanted strata that are apart, touch, or meet in points"
    )
