"""Products of grids and flats: nearest points, ties, meetings, against the flats one by one."""

from itertools import product

import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.geometry.product import Product
from symadv.language.numbers import exact

THREE = sa.Product(sa.Grid((-1, "1/3", 2), 2), sa.Segment((0,), (1,)), sa.Point((5,)), sa.Whole(1))


def features(n):
    return tuple(sympy.Symbol(f"x{i + 1}", real=True) for i in range(n))


def by_brute_force(point):
    """The distance to the nearest of the nine segments times a line, and how many corners are that near."""
    values = [exact(v) for v in (-1, "1/3", 2)]
    clipped = min(max(point[2], exact(0)), exact(1))
    rest = (point[2] - clipped) ** 2 + (point[3] - 5) ** 2
    found = [sum((a - v) ** 2 for a, v in zip(point[:2], corner, strict=True)) for corner in product(values, repeat=2)]
    return min(found) + rest, found.count(min(found))


def test_distances_and_ties_are_those_of_all_flats():
    x, rng = features(5), np.random.default_rng(0)
    # the middles between the values are -1/3 and 7/6
    choices = [exact(v) for v in ("-2", "-1/3", "1/3", "7/6", "3/2", "3")]
    for _ in range(200):
        point = [choices[k] for k in rng.integers(0, len(choices), 5)]
        distance, count = by_brute_force(point)
        assert THREE.squared_distance(point) == distance
        assert sum((a - b) ** 2 for a, b in zip(point, THREE.nearest(point), strict=True)) == distance
        assert THREE.choices(x).contains(point) == (count > 1)
        assert THREE.contains(point) == (distance == 0)


@pytest.mark.parametrize("d", [2, 3, 4, 7])
def test_long_and_short_formulas_say_the_same(d):
    """Up to three coordinates are written one by one, more of them in one statistic."""
    cube, x, rng = sa.Grid((-1, 1), d), features(d), np.random.default_rng(d)
    for _ in range(40):
        point = [sympy.Rational(int(k), 2) for k in rng.integers(-4, 5, d)]
        assert cube.choices(x).contains(point) == (0 in point)
        assert cube.region(x).contains(point) == all(abs(v) == 1 for v in point)
        assert cube.nearest(point) == tuple(1 if v > 0 else -1 for v in point)  # at 0 the smaller one


def test_the_smaller_of_two_nearest_values_is_listed_first():
    assert sa.Grid((3, 1), 1).nearest([exact(2)]) == (1,)


def test_a_product_is_flat_where_nothing_is_left_to_choose():
    assert sa.Product(sa.Point((1, 2)), sa.Whole(1)).within_dimension(3) == sa.Flat({0: 1, 1: 2}, 3)
    assert sa.Grid((7,), 2) == sa.Point((7, 7))


def test_products_and_flats_meet_coordinate_by_coordinate():
    cube = sa.Grid((-1, 1), 3)
    assert cube.meet(sa.Point((1, -1, 1))) == (sa.Point((1, -1, 1)),)
    assert not cube.meet(sa.Point((1, 0, 1)))
    assert cube.meet(sa.Flat({0: 1}, 3)) == (sa.Product(sa.Point((1,)), sa.Grid((-1, 1), 2)),)
    assert cube.meet(sa.Product(sa.Grid((1, 3), 1), sa.Whole(2))) == cube.meet(sa.Flat({0: 1}, 3))
    assert cube.meet(sa.Flat({}, 3, within={2: (0, 5)})) == (sa.Product(sa.Grid((-1, 1), 2), sa.Point((1,))),)
    assert not cube.meet(sa.Sphere(1, (9, 0, 0)))
    with pytest.raises(sa.SymadvError, match="not known"):
        sa.Grid((-1, 1), 2).meet(sa.Sphere(1, (0, 1)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: sa.Grid((-1, 1, -1), 2), "different ones"),
        (lambda: sa.Grid((), 2), "no values"),
        (lambda: sa.Grid((-1, 1), 0), "int >= 1"),
        (lambda: sa.Grid("12", 2), "wanted a few numbers"),
        (lambda: sa.Grid((0, sa.parameter("a", real=True)), 2), "order is proved"),
        (lambda: sa.Product(sa.Sphere(1, (0, 0))), "axis-parallel"),
        (lambda: sa.Product(sa.Flat({0: 1})), "does not know its space"),
    ],
)
def test_what_is_no_product_is_refused(wrong, message):
    with pytest.raises(sa.SymadvError, match=message):
        wrong()


def test_values_may_be_parameters():
    a = sa.parameter("a", positive=True)
    cube = sa.Grid((a, -a), 2)
    assert isinstance(cube, Product)
    assert cube.substitute({a: exact(2)}) == sa.Grid((-2, 2), 2)
