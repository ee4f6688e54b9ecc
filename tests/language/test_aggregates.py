"""Aggregates: sums and squared norms of blocks of features as single symbols."""

import pickle

import numpy as np
import pytest
import sympy

import symadv as sa
from symadv import catalog
from symadv.adversary.pointwise import contains
from symadv.language.aggregates import (
    aggregates_of,
    block_size,
    block_sum,
    features_in,
    independent,
    numbered,
    spelled_out,
    squared_norm,
)
from symadv.language.regions import where

X = tuple(sa.parameter(f"x{i}", real=True) for i in range(1, 8))
Z = tuple(sa.parameter(f"z{i}", real=True) for i in range(1, 8))
WEIGHTS = (1, "-1/2", 0, 3, 2, 2, 5)
KINDS = [
    block_sum(X[1:]),
    block_sum(X[::2]),
    block_sum(X, weights=WEIGHTS),
    block_size(X, weights=WEIGHTS),
    squared_norm(X),
    squared_norm(X[2:], centre=(1, 2, "1/3", 0, -1)),
]
RNG = np.random.default_rng(0)
POINTS = RNG.integers(-8, 9, size=(50, len(X))) / 4


@pytest.mark.parametrize("aggregate", KINDS, ids=str)
def test_values_are_those_of_the_spelled_out_expression(aggregate) -> None:
    array = catalog.load("readers", "array")(aggregate, X)
    direct = sympy.lambdify(X, aggregate.spelled_out, "numpy")
    assert np.allclose(array.points(POINTS), direct(*POINTS.T), rtol=1e-14)
    assert np.allclose(array(*POINTS.T), direct(*POINTS.T), rtol=1e-14)
    for point in POINTS[:5]:
        values = {x: sympy.Rational(*float(v).as_integer_ratio()) for x, v in zip(X, point, strict=True)}
        assert aggregate.xreplace(values) == aggregate.spelled_out.xreplace(values)


@pytest.mark.parametrize("aggregate", KINDS, ids=str)
def test_in_torch_they_are_differentiable(aggregate) -> None:
    torch = pytest.importorskip("torch")
    x = torch.tensor(POINTS, requires_grad=True)
    catalog.load("readers", "array")(aggregate, X).points(x).sum().backward()
    for k, feature in enumerate(X):
        slope = sympy.lambdify(X, sympy.diff(aggregate.spelled_out, feature), "numpy")(*POINTS.T)
        smooth = POINTS[:, k] != 0
        assert np.allclose(x.grad[:, k].numpy()[smooth], np.broadcast_to(slope, len(POINTS))[smooth])


@pytest.mark.parametrize("aggregate", KINDS, ids=str)
def test_identity_is_the_kind_and_the_block(aggregate) -> None:
    copy = pickle.loads(pickle.dumps(aggregate))
    assert copy == aggregate and hash(copy) == hash(aggregate) and copy.block == aggregate.block
    assert sum(other == aggregate for other in KINDS) == 1
    assert catalog.load("readers", "array")(aggregate, X) == catalog.load("readers", "array")(copy, X)


def test_neutral_coefficients_are_no_coefficients() -> None:
    assert block_sum(X, weights=[1] * 7) == block_sum(X)
    assert squared_norm(X, centre=[0] * 7) == squared_norm(X)
    assert block_sum(X) != block_sum(X[:6]) and block_sum(X[:2]) != block_sum(X[1::-1])


def test_replacing_features_keeps_what_is_symbolic() -> None:
    total = block_sum(X)
    assert total.xreplace(dict(zip(X, Z, strict=True))) == block_sum(Z)
    assert (2 * total).xreplace({X[0]: sympy.Integer(3)}) == 2 * block_sum(X[1:]) + 6
    assert total.subs(X[0], 1) == block_sum(X[1:]) + 1
    assert block_sum(X[:2]).xreplace({X[0]: X[1]}) == 2 * X[1]
    assert spelled_out(1 + block_sum(X[:3], weights=(1, 2, 0))) == 1 + X[0] + 2 * X[1]
    apart = squared_norm(X, centre=Z)
    assert apart.xreplace(dict(zip(Z, X, strict=True))) == 0
    assert features_in(total + Z[0]) == {*X, Z[0]} and aggregates_of(total + apart, total) == (apart, total)


def test_signs_follow_from_the_kind() -> None:
    assert squared_norm(X).is_nonnegative and block_sum(X).is_nonnegative is None and block_sum(X).is_real
    assert independent([block_sum(X[:3]), squared_norm(X[3:]), Z[0]])
    assert not independent([block_sum(X), X[2]]) and not independent([block_sum(X), squared_norm(X)])


def test_names_that_count_up_are_written_as_an_index() -> None:
    latex, text = (catalog.load("readers", name) for name in ("latex", "text"))
    assert numbered(X) == ("x", 1, 7) and numbered(X[::2]) is None and numbered(X[:1]) is None
    assert latex(block_sum(X[1:])) == r"\sum_{i=2}^{7} x_i"
    assert text(block_sum(X[1:])) == "Σ[i = 2 to 7] x_i"
    assert latex(squared_norm(X, centre=Z)) == r"\sum_{i=1}^{7} (x_i - z_i)^{2}"
    assert latex(block_sum(X[:2], weights=(1, 2))) == "(x_1 + 2 x_2)"
    assert r"\left(\sum" in latex(block_sum(X) ** 2)
    for aggregate in KINDS:
        assert "None" not in latex(aggregate) + text(aggregate)


@pytest.mark.parametrize("aggregate", KINDS, ids=str)
def test_regions_contain_the_same_points_exactly_in_floats_and_on_arrays(aggregate) -> None:
    region = where(X, aggregate - 2, ">")
    plain = where(X, aggregate.spelled_out - 2, ">")
    exact = [plain.contains([sympy.Rational(*float(v).as_integer_ratio()) for v in point]) for point in POINTS]
    assert [region.contains([sympy.Rational(*float(v).as_integer_ratio()) for v in p]) for p in POINTS] == exact
    assert contains(region, POINTS).tolist() == exact
    array = catalog.load("readers", "array")
    sure = array(region, X, margin=True).points(POINTS) > np.finfo(float).eps
    assert (array(region, X).points(POINTS) == exact)[sure].all() and sure.mean() > 0.5


def test_provers_take_them_for_real_variables_but_not_for_unrelated_ones() -> None:
    total, squares = block_sum(X), squared_norm(X)
    assert sa.prove(squares + 1 > 0).status == "PROVED"
    refuted = sa.prove(sympy.Gt(total, 3, evaluate=False))
    assert refuted.status == "REFUTED" and refuted.witness[total] <= 3
    # Cauchy-Schwarz: true for sums of features, false for unrelated variables
    assert sa.prove(sympy.Le(total**2, 7 * squares, evaluate=False)).status == "UNDECIDED"


def test_blocks_and_coefficients_that_do_not_fit_are_refused() -> None:
    for wrong in ((), (X[0], X[0]), (1, 2)):
        with pytest.raises(sa.SymadvError, match="block"):
            block_sum(wrong)
    with pytest.raises(sa.SymadvError, match="weights: got 2 numbers, wanted 3"):
        block_sum(X[:3], weights=(1, 2))
