"""Regions in simpler cells are the same sets: looked at on lattices, whose points lie on many of their boundaries."""

from itertools import product

import numpy as np
import pytest
import sympy

from symadv.language.parameters import parameter
from symadv.language.regions import everywhere, intersection, union, where
from symadv.language.simpler import simplified

A, B = FEATURES = (parameter("a", real=True), parameter("b", real=True))
RELATIONS = (">", ">=", "=", "<", "<=", "!=")
LATTICE = [tuple(sympy.Rational(v, 2) for v in point) for point in product(range(-5, 6), repeat=2)]


def form(rng):
    """An affine form, now and then a product of two, a parabola, a maximum, or one with an irrational constant."""
    w = [int(v) for v in rng.integers(-2, 3, 4)]
    affine = w[0] * A + w[1] * B + sympy.Rational(w[2], 2)
    other = w[3] * A - w[0] * B + 1
    return [
        affine,
        affine,
        affine * other,
        A**2 - 2 * w[1] * B + w[2],
        sympy.Max(A, B, w[2]) - sympy.Min(affine, 2),
        sympy.Abs(affine) - other,
        affine - sympy.sqrt(2),
        2 * A - sympy.log(3),
    ][rng.integers(8)]


def region(rng):
    cells = [
        intersection(
            FEATURES, [where(FEATURES, form(rng), str(rng.choice(RELATIONS))) for _ in range(rng.integers(1, 5))]
        )
        for _ in range(rng.integers(1, 5))
    ]
    return union(FEATURES, cells)


@pytest.mark.parametrize("seed", range(24))
def test_the_same_points(seed):
    given = region(np.random.default_rng(seed))
    found = simplified(given)
    assert [given.contains(p) for p in LATTICE] == [found.contains(p) for p in LATTICE]


def test_what_is_left_out_and_joined():
    positive, negative, zero = (where(FEATURES, A, relation) for relation in (">", "<", "="))
    assert simplified(positive & where(FEATURES, A + B, "<") & where(FEATURES, B, ">")).is_nowhere
    assert simplified(positive | negative | zero).is_everywhere
    assert simplified(positive & where(FEATURES, A + 1, ">")) == positive
    assert (
        simplified(where(FEATURES, A - 1, "=") & where(FEATURES, A * B - sympy.log(2), ">")).cells
        == (where(FEATURES, A - 1, "=") & where(FEATURES, B - sympy.log(2), ">")).cells
    )
    just_not = where(FEATURES, A, ">=") & where(FEATURES, A + B, "<=") & where(FEATURES, B, ">=")
    assert simplified(just_not).contains((0, 0)) and not simplified(just_not).contains((0, sympy.Rational(1, 10**30)))


def test_a_region_with_parameters_stays_as_it_is():
    p = parameter("p", positive=True)
    given = where(FEATURES, A - p, ">") & where(FEATURES, A + p, ">")
    assert simplified(given) is given and simplified(everywhere(FEATURES)).is_everywhere
