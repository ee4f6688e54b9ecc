"""Strata and the projection against dense sampling of the strata."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from symadv.distributions.point_masses import point_masses
from symadv.distributions.tsipras import tsipras
from symadv.geometry.projection import projection
from symadv.geometry.strata import Flat, Point, Whole
from symadv.language.errors import SymadvError
from symadv.language.order import Undecided
from symadv.language.parameters import parameter
from symadv.probability.densities import Atom, Independent, Normal
from symadv.probability.distribution import Component, Distribution


def _line_and_point():
    return Distribution(
        name="l",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[Component(Flat({1: 0}), {0: Normal(0, 1)}), Component(Point((0, 1)), {1: Atom()})],
    )


def _crossing():
    return Distribution(
        name="c",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[Component(Flat({1: 0}), {0: Normal(0, 1)}), Component(Flat({0: 0}), {1: Normal(0, 1)})],
    )


def _three_points():
    return Distribution(
        name="t",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            Component(Point(q), {y: w * Atom()})
            for q, y, w in (((0, 0), 0, 1), ((2, 1), 1, "1/2"), ((-1, "3/2"), 1, "1/2"))
        ],
    )


CASES = [tsipras().at(p="9/10", eta=3), point_masses().at(gap="4/3"), _line_and_point(), _crossing(), _three_points()]


def _dense(stratum):
    """Many points of a flat, with free coordinates on a grid."""
    grid = np.linspace(-6, 6, 2401)
    columns, fixed = [], dict(stratum.fixed)
    for i in range(stratum.ambient):
        columns.append(np.full(len(grid) if stratum.free else 1, float(fixed[i])) if i in fixed else grid)
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("d", CASES, ids=lambda d: d.name)
def test_nearest_point_against_dense_sampling(d):
    rng = np.random.default_rng(0)
    found = projection(d)
    clouds = [_dense(s) for s in d.strata]
    for point in rng.uniform(-3, 3, (40, len(d.features))):
        exact_point = [sp.Rational(Fraction(c).numerator, Fraction(c).denominator) for c in point]
        (image,) = [im for region, im in found.pieces if region.contains(exact_point)]  # exactly one piece holds it
        image = np.array([float(e.subs(dict(zip(d.features, exact_point)))) for e in image])
        best = min(np.linalg.norm(cloud - point, axis=1).min() for cloud in clouds)
        assert abs(np.linalg.norm(image - point) - best) < 5e-3
        assert not found.ties.contains(exact_point)


@pytest.mark.parametrize("d", CASES, ids=lambda d: d.name)
def test_projection_is_idempotent_and_partitions(d):
    found = projection(d)
    for point in [(a, b)[: len(d.features)] for a in (-1, 0, "2/3", 1, 2) for b in (-1, 0, "1/2", 3)]:
        holders = [image for region, image in found.pieces if region.contains(point)]
        assert len(holders) == 1
        at = {f: sp.Rational(c) for f, c in zip(d.features, point)}
        image = tuple(e.subs(at) for e in holders[0])
        again = [im for region, im in found.pieces if region.contains(image)]
        assert tuple(e.subs(dict(zip(d.features, image))) for e in again[0]) == image


def test_ties():
    assert projection(tsipras()).ties.contains((0, 5)) and not projection(tsipras()).ties.contains(
        (Fraction(1, 10**9), 5)
    )
    gap = point_masses().parameters[0]
    assert projection(point_masses()).ties.contains((gap / 2,)) and not projection(point_masses()).ties.contains(
        (gap / 3,)
    )
    parabola = projection(_line_and_point()).ties  # b = (a² + 1)/2
    assert parabola.contains((1, 1)) and parabola.contains((0, "1/2")) and not parabola.contains((1, "1001/1000"))
    diagonals = projection(_crossing()).ties
    assert diagonals.contains((2, 2)) and diagonals.contains((2, -2)) and not diagonals.contains((2, 1))
    assert not diagonals.contains((0, 0))  # both lines are as near, and their nearest point is the same one


def test_a_tie_of_far_strata_is_no_tie():
    d = Distribution(
        name="row",
        features=("a",),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[Component(Point((q,)), {y: w * Atom()}) for q, y, w in ((-1, 0, "1/2"), (0, 1, 1), (1, 0, "1/2"))],
    )
    assert not projection(d).ties.contains((0,)) and projection(d).ties.contains(("1/2",))


def test_one_stratum_has_no_ties():
    d = Distribution(
        name="w",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[Component(Whole(2), {y: Independent(Normal(y, 1), Normal(0, 1)) for y in (0, 1)})],
    )
    assert projection(d).ties.is_nowhere and projection(d).pieces[0][0].is_everywhere


def test_flats_refuse_what_does_not_fit():
    for call in (
        lambda: Flat({2: 0}).within_dimension(2),
        lambda: Flat({-1: 0}),
        lambda: Point((0, 1)).within_dimension(3),
        lambda: Flat({0: 1}).dim,
        lambda: Flat({0: "x"}),
    ):
        with pytest.raises(SymadvError):
            call()
    a = parameter("a", real=True)
    with pytest.raises(Undecided):
        Point((a,)).meet(Point((0,)))
    assert not Point((a,)).meet(Point((a + 1,))) and Flat({0: 1}, 2).meet(Flat({1: 2}, 2)) == (Point((1, 2)),)
