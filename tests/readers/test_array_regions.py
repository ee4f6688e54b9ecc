"""Regions and conditions as masks, against exact membership."""

from fractions import Fraction
from operator import and_, invert, or_

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from symadv.language.errors import SymadvError
from symadv.language.regions import everywhere, nowhere, where
from symadv.readers.array import array

torch = pytest.importorskip("torch")

x, y = X = sympy.symbols("x y", real=True)
R = sympy.Rational

# On quarters all of these are computed without rounding, but for those with a logarithm, which have no zero there.
EXACT_ON_QUARTERS = [
    x, y, x - R(1, 2), 2 * y + R(3, 4), x + y, x - 2 * y + 1, 3 * x + 5 * y - R(1, 4), x**2 - y, x**2 + y**2 - 1,
    x * y - R(1, 4),
    sympy.Abs(x) - y, sympy.Max(x, y) - R(1, 2), sympy.Min(x, -y) + sympy.Abs(y), 6 * y + sympy.log(9),
    6 * y + x * sympy.log(9), sympy.log(2) * x - y, -x * R(7, 2) + sympy.log(3), (x - R(1, 4)) ** 2 - (x + y) ** 2,
]  # fmt: skip
ROUNDED = [
    x - R(1, 3), 3 * x + 10 * y - R(1, 10), R(1, 3) * x + R(1, 7) * y, x**2 - 2, x**2 / 3 - y * sympy.pi, 10 * y - 3,
]  # fmt: skip

RELATIONS = (">", ">=", "=", "<", "<=", "!=")
QUARTERS = [Fraction(k, 4) for k in range(-8, 9)]


def regions(forms):
    atoms = st.builds(where, st.just(X), st.sampled_from(forms), st.sampled_from(RELATIONS))
    atoms |= st.sampled_from([everywhere(X), nowhere(X)])
    return st.recursive(
        atoms,
        lambda r: st.builds(and_, r, r) | st.builds(or_, r, r) | st.builds(invert, r),
        max_leaves=4,
    )


def by_condition(region):
    """The region through its sympy condition: connectives, relations and truth values instead of cells."""
    return array(region.condition, X)


@given(regions(EXACT_ON_QUARTERS), st.lists(st.tuples(*[st.sampled_from(QUARTERS)] * 2), min_size=8, max_size=8))
def test_masks_agree_with_exact_membership(region, points):
    exact = [region.contains(point) for point in points]
    floats = np.array(points, dtype=float)
    mask = array(region, X).points(floats)
    assert mask.dtype == bool and mask.tolist() == exact
    assert by_condition(region).points(floats).tolist() == exact
    assert array(region, X).points(torch.from_numpy(floats)).tolist() == exact
    assert array(region, X).points(floats.astype(np.float32)).tolist() == exact


POINTS = st.lists(st.tuples(*[st.floats(-4, 4, width=32)] * 2), min_size=4, max_size=4)


@given(regions([*EXACT_ON_QUARTERS, *ROUNDED]), POINTS)
def test_outside_the_margin_masks_are_exact(region, points):
    floats = np.array(points)
    mask, margin = array(region, X).points(floats), array(region, X, margin=True).points(floats)
    for point, inside, distance in zip(points, mask.tolist(), margin.tolist(), strict=True):
        if distance > np.finfo(float).eps:
            assert inside == region.contains([Fraction(c) for c in point])


@pytest.mark.parametrize("form", ROUNDED + EXACT_ON_QUARTERS, ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_next_to_a_boundary_the_margin_tells_the_truth(form, dtype):
    rng = np.random.default_rng(0)
    region = where(X, form, ">")
    variable, fixed = (y, x) if form.has(y) else (x, y)
    steps = np.concatenate([np.arange(-20, 21), 2.0 ** np.arange(5, 12), -(2.0 ** np.arange(5, 12))]).astype(dtype)
    for other in rng.uniform(-2, 2, 5).astype(dtype):
        start = dtype(_zero(form.xreplace({fixed: sympy.Rational(float(other))}), variable))
        column = start + steps * np.spacing(np.abs(start))
        point = {variable: column, fixed: np.full_like(column, other)}
        columns = [point[x], point[y]]
        mask, margin = array(region, X)(*columns), array(region, X, margin=True)(*columns)
        exact = [region.contains([Fraction(float(c)) for c in row]) for row in zip(*columns, strict=True)]
        assert margin.dtype == dtype
        assert not ((mask != exact) & (margin > np.finfo(dtype).eps)).any()


def _zero(line, variable):
    """A real zero of an expression in one variable, or some number where there is none."""
    zeros = sympy.Poly(line, variable).nroots() if line.is_polynomial(variable) else []
    return next((float(z) for z in zeros if z.is_real), 0.5)


def test_far_from_all_boundaries_the_margin_is_large():
    region = where(X, 6 * y + x * sympy.log(9), ">") & where(X, x**2 + y**2 - 1, "<")
    points = np.random.default_rng(0).uniform(-2, 2, (1000, 2))
    assert (array(region, X, margin=True).points(points) > 1e-6).mean() > 0.99


def test_thresholds_that_are_floats_are_never_in_doubt():
    region = where(X, 2 * x - 1, ">") & where(X, y, "<=")
    assert array(region, X, margin=True).points(np.array([[0.5, 0.0], [1e300, -5e-324]])).tolist() == [np.inf] * 2
    assert array(everywhere(X), X, margin=True).points(np.zeros((2, 2))).tolist() == [np.inf] * 2


def test_a_threshold_is_the_float_that_it_rounds_to():
    third = 1 / 3
    points = np.array([[np.nextafter(third, 0), 0], [third, 0], [np.nextafter(third, 1), 0]])
    for form in (x - R(1, 3), 3 * x - 1, R(2, 3) - 2 * x):
        assert array(where(X, form, "="), X).points(points).tolist() == [False, True, False]
        left, right = ("<", ">") if form.coeff(x) > 0 else (">", "<")
        assert array(where(X, form, left), X).points(points).tolist() == [True, False, False]
        assert array(where(X, form, right), X).points(points).tolist() == [False, False, True]
    assert array(where(X, x - R(1, 3), "="), X).points(points.astype(np.float32)).tolist() == [True] * 3


@given(st.lists(st.tuples(*[st.sampled_from(QUARTERS)] * 2), min_size=5, max_size=5))
def test_connectives(points):
    a, b = x > y, sympy.Ne(x, 1)
    floats = np.array(points, dtype=float)
    for connective, truth in (
        (sympy.Implies(a, b), lambda p, q: not p or q), (sympy.Equivalent(a, b), lambda p, q: p == q),
        (sympy.Xor(a, b), lambda p, q: p != q), (sympy.Not(sympy.And(a, b)), lambda p, q: not (p and q)),
        (sympy.ITE(a, b, sympy.false), lambda p, q: p and q), (sympy.Nor(a, b), lambda p, q: not (p or q)),
    ):  # fmt: skip
        wanted = [truth(p > q, p != 1) for p, q in points]
        assert array(connective, X).points(floats).tolist() == wanted
        assert array(connective, X).points(torch.from_numpy(floats)).tolist() == wanted


@pytest.mark.parametrize("condition", [1 - 3 * x > 0, -x >= R(1, 2), -y / 3 > 2, sympy.Ne(1 - x, y)], ids=str)
def test_relations_turn_with_the_sign_of_their_slope(condition):
    points = [(a, b) for a in QUARTERS for b in (-7, -6, Fraction(-23, 4), 0, 1)]
    wanted = [bool(condition.subs({x: R(str(a)), y: R(str(b))})) for a, b in points]
    assert array(condition, X).points(np.array(points, dtype=float)).tolist() == wanted


def test_each_form_is_computed_once():
    form = x**2 + y**2 - 1
    region = (where(X, form, ">") & where(X, x, "<")) | (where(X, form, "=") & where(X, y, ">"))
    steps = [s.operation for s in array(region, X).plain.steps]
    assert steps.count("multiply") == 2 and steps.count("less") == 1 and len(steps) == 11


def test_regions_in_parameters_are_refused():
    eta = sympy.Symbol("eta", positive=True)
    with pytest.raises(SymadvError, match="eta"):
        array(where(X, x - eta, ">"), X)
    with pytest.raises(SymadvError, match="region"):
        array(x - 1, X, margin=True)
    with pytest.raises(SymadvError, match="rounding error"):
        array(where(X, sympy.exp(x) - y, ">"), X, margin=True)
