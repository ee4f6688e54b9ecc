r"""How far a point of a finite support can move before the label of its projection changes, exactly.

$r(a) = \inf \{\|x - a\| : c(x) \ne c(a)\}$ over the Voronoi cells of the points with another label: for the
$\ell_\infty$ norm a linear program for each of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import flint
import sympy

from symadv.geometry.linear_program import Number, Optimum, Program, solve
from symadv.geometry.strata import Flat
from symadv.language.errors import SymadvError
from symadv.probability.bayes import bayes_regions
from symadv.probability.distribution import Distribution

Coordinates = tuple[sympy.Rational, ...]


@dataclass(frozen=True)
class Radius:
    """The least distance ``value`` from ``clean`` to the Voronoi cell of ``other``, which has another label.

    ``x`` is a point of that cell, or of its boundary, at this distance; ``proof`` shows that there is none nearer.
    """

    value: sympy.Rational
    clean: Coordinates
    other: Coordinates
    x: Coordinates
    proof: Optimum


def label_radius(d: Distribution) -> Radius:
    r"""$\min_a \inf \{\|x - a\|_\infty : c(x) \ne c(a)\}$ over the points a of a finite support, c(x) being a label.

    No smaller budget takes a sample to another label.  Refused: other supports, numbers that are not rational.  The
    formula for two points alone, $\|b-a\|_2^2 / (2 \|b-a\|_1)$, is only a lower bound.
    """
    found = radii(d)
    if not found:
        raise SymadvError(f"{d.name}: all points have one label, so that it never changes")
    return min(found.values(), key=lambda r: r.value)


def radii(d: Distribution) -> dict[Coordinates, Radius]:
    """The radius of each point of a finite support that has a Bayes label."""
    labelled = _labelled(d)
    found = {}
    for a, label in labelled.items():
        others = [b for b, other in labelled.items() if None not in (label, other) and other != label]
        if others:
            found[a] = _nearest_change(a, others, list(labelled))
    return found


def _labelled(d: Distribution) -> dict[Coordinates, int | None]:
    """The points of the support with their Bayes labels, None where two are equally probable."""
    d.require_numbers("the label radius")
    regions, found = bayes_regions(d), dict[Coordinates, int | None]()
    for stratum in d.strata:
        if not isinstance(stratum, Flat) or stratum.dim > 0:
            raise SymadvError(f"the label radius is known for finitely many points; {d.name} has {stratum}")
        point = tuple(value for _, value in stratum.fixed)
        if not all(v.is_Rational for v in point):
            raise SymadvError(f"the label radius needs rational coordinates; {d.name} has {point}")
        found[point] = next((y for y, region in regions.items() if region.contains(point)), None)
    return found


def _nearest_change(a: Coordinates, others: Sequence[Coordinates], points: Sequence[Coordinates]) -> Radius:
    """The radius of one point: the others in the order of what two points alone would allow, until that is too far."""
    least = sorted((_for_two(a, b), k) for k, b in enumerate(others))
    best = _between(a, others[least[0][1]], points)
    for bound, k in least[1:]:
        if bound >= best.value:
            break
        best = min(best, _between(a, others[k], points), key=lambda r: r.value)
    return best


def _for_two(a: Coordinates, b: Coordinates) -> sympy.Rational:
    r"""$\|b-a\|_2^2 / (2 \|b-a\|_1)$: how far it is from a to where b is as near as a."""
    apart = [v - u for u, v in zip(a, b, strict=True)]
    return sympy.Add(*(v**2 for v in apart)) / (2 * sympy.Add(*map(abs, apart)))


def _between(a: Coordinates, b: Coordinates, points: Sequence[Coordinates]) -> Radius:
    """How far it is from a to the points to which none is nearer than b."""
    d, start, end = len(a), _rational(a), _rational(b)
    rows, bounds = [], []
    for i in range(d):
        for side in (1, -1):
            rows.append((*(Number(side if j == i else 0) for j in range(d)), Number(-1)))
            bounds.append(side * start[i])
    for c in points:
        if c != b:
            other = _rational(c)
            rows.append((*(2 * (v - u) for u, v in zip(end, other, strict=True)), Number(0)))
            bounds.append(sum((v * v - u * u for u, v in zip(end, other, strict=True)), Number(0)))
    program = Program(tuple(rows), tuple(bounds), (*(Number(0) for _ in range(d)), Number(1)))
    optimum = solve(program, [0, 1, *range(2, 2 * d, 2)])
    *x, value = (sympy.Rational(int(v.p), int(v.q)) for v in optimum.point)
    return Radius(value, a, b, tuple(x), optimum)


def _rational(point: Coordinates) -> list[flint.fmpq]:
    return [flint.fmpq(int(v.p), int(v.q)) for v in point]
