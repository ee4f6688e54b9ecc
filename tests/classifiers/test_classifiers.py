"""Classifiers: their regions partition space, and their predictions at floats are those of the exact classifier."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from symadv import catalog
from symadv.adversary.classifier import Classifier
from symadv.adversary.pointwise import contains, signs_at
from symadv.classifiers import classifier
from symadv.distributions import distribution
from symadv.geometry.strata import Flat, Point
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.parameters import parameter
from symadv.language.regions import where
from symadv.probability.densities import Atom, Laplace
from symadv.probability.distribution import Component, Distribution


@pytest.fixture(scope="module")
def fig2():
    return distribution("tsipras").at(p="9/10", eta=3)


@pytest.fixture(scope="module")
def three():
    heads = {0: ("3/4", "1/2", "1/4"), 1: ("1/4", "1/2", "3/4")}
    return Distribution(
        "three",
        ("x1", "x2"),
        (0, 1, 2),
        {0: "1/2", 1: "1/4", 2: "1/4"},
        tuple(
            Component(Flat({0: s}), {y: w * Laplace(3 * y, "1/2") for y, w in enumerate(ws)}) for s, ws in heads.items()
        ),
    )


def members(d):
    yield "bayes", classifier("bayes", d)
    yield "constant", classifier("constant", d, label=d.labels[0])
    if len(d.labels) == 2:
        yield "linear", classifier("linear", d, weights=(sympy.log(9), "-2/5"), bias="1/3", tie=d.labels[0])
        yield "threshold", classifier("threshold", d, at="1/3", below=d.labels[1], tie=d.labels[1], feature=1)


@pytest.mark.parametrize("which", ["fig2", "three"])
def test_regions_partition_space_and_agree_with_predictions(which, request):
    d = request.getfixturevalue(which)
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(size=(40, 2)) * 3, rng.integers(-8, 9, (40, 2)) / 4, [[0, 0], [0.5, 3], [0.5, 9]]])
    for name, f in members(d):
        assert isinstance(f, Classifier) and f.name == name and f.labels == d.labels
        regions = f.regions()
        assert tuple(regions) == d.labels
        inside = np.array([[regions[y].contains(tuple(row)) for y in d.labels] for row in x])
        assert (inside.sum(1) == 1).all(), name
        assert np.array_equal(np.array(d.labels)[inside.argmax(1)], f.predict(x)), name


def test_every_member_is_tried(fig2):
    assert {name for name, _ in members(fig2)} == set(catalog.names("classifiers")) - {"relu"}


def test_bayes_against_numpy(fig2):
    x = np.random.default_rng(1).normal(size=(2000, 2)) * 3
    expected = np.where(6 * x[:, 1] + np.sign(x[:, 0]) * np.log(9) > 0, 1, -1)
    assert np.array_equal(classifier("bayes", fig2).predict(x), expected)


def test_bayes_with_three_labels_against_numpy(three):
    x = np.random.default_rng(2).normal(size=(2000, 2)) * 4
    heads = np.array([[0.75, 0.5, 0.25], [0.25, 0.5, 0.75]])[(x[:, 0] > 0.5).astype(int)]
    score = np.log(np.array([0.5, 0.25, 0.25]) * heads) - np.abs(x[:, 1:] - [0, 3, 6]) / 0.5
    assert np.array_equal(classifier("bayes", three).predict(x), score.argmax(1))


@pytest.mark.parametrize("tie", [-1, 1, None])
def test_bayes_at_its_ties(fig2, tie):
    f = classifier("bayes", fig2, tie=tie)
    expected = 1 if tie is None else tie
    assert f.tie == expected
    ties = [[0, 0], [0, 0.25], [0, -0.3]]  # both nearest points, with different labels
    assert f.predict(ties).tolist() == [expected] * 3
    assert f.predict([[0, 2], [0, -2]]).tolist() == [1, -1]  # both agree


def test_bayes_follows_the_first_nearest_point_by_that_rule():
    d = distribution("point_masses").at(gap=1)
    assert classifier("bayes", d, tie=-1).predict([[0.5], [0.5000001]]).tolist() == [1, -1]


@pytest.mark.parametrize("tie", [-1, 1])
def test_linear_at_its_tie(fig2, tie):
    f = classifier("linear", fig2, weights=(1, "2/5"), tie=tie)
    assert f.predict([[-2, 5], [2, -5], [2, 5], [-2, -5]]).tolist() == [tie, tie, 1, -1]
    nearly = np.array([[0.1, -0.25], [0.3, -0.75]])  # 0.1 - 2/5 * 0.25 is 0 in floats; the float 0.1 is more than 1/10
    score = [Fraction(a) + Fraction(2, 5) * Fraction(b) for a, b in nearly]
    assert f.predict(nearly).tolist() == [1 if s > 0 else -1 for s in score] and 0 not in score


def test_a_threshold_between_two_floats(fig2):
    """No float is 1/3: the one nearest to it lies below, its successor above."""
    f = classifier("threshold", fig2, at="1/3", below=-1, tie=1)
    low = float(Fraction(1, 3))
    assert Fraction(low) < Fraction(1, 3)
    assert f.predict([[low, 0], [np.nextafter(low, 1), 0]]).tolist() == [-1, 1]
    half = classifier("threshold", fig2, at="1/2", below=1, tie=-1)
    assert half.predict([[0.5, 0], [np.nextafter(0.5, 0), 0], [np.nextafter(0.5, 1), 0]]).tolist() == [-1, 1, -1]


def test_a_float_weight_is_not_log_9(fig2):
    f, g = (classifier("linear", fig2, weights=(w, 6), tie=1) for w in (2.1972245773362196, sympy.log(9)))
    assert f.regions() != g.regions()


def test_symbolic_regions():
    d = distribution("point_masses")
    (gap,) = d.parameters
    f = classifier("threshold", d, at=gap / 2, below=1, tie=1)
    assert f.regions()[1].substitute({gap: sympy.Integer(1)}).contains(("1/2",))
    with pytest.raises(SymadvError, match="gap"):
        f.predict([[0.0]])


@pytest.mark.parametrize(
    ("name", "options", "match"),
    [
        ("linear", {"weights": (1,), "tie": 1}, "2 numbers"),
        ("linear", {"weights": "12", "tie": 1}, "2 numbers"),
        ("linear", {"weights": (1, 2)}, "tie"),
        ("linear", {"weights": (1, 2), "tie": 0}, "-1, 1"),
        ("linear", {"weights": (1, float("nan")), "tie": 1}, "finite"),
        ("linear", {"weights": (1, 2), "tie": 1, "bais": 3}, "bais"),
        ("threshold", {"at": "a half", "below": 1, "tie": 1}, "number"),
        ("threshold", {"at": 0, "below": 2, "tie": 1}, "below"),
        ("threshold", {"at": 0, "below": 1, "tie": 1, "feature": 2}, "0 to 1"),
        ("constant", {"label": True}, "-1, 1"),
        ("bayes", {"tie": 3}, "-1, 1"),
        ("baies", {}, "bayes"),
        ("builtins:repr", {}, "gave str"),
    ],
)
def test_what_is_refused(fig2, name, options, match):
    with pytest.raises(SymadvError, match=match):
        classifier(name, fig2, **options)


def test_two_labels_are_needed(three):
    for name, options in (("linear", {"weights": (1, 2)}), ("threshold", {"at": 0, "below": 1})):
        with pytest.raises(SymadvError, match="two labels"):
            classifier(name, three, tie=1, **options)


@pytest.mark.parametrize(
    ("x", "match"), [([1.0, 2.0], r"\(n, 2\)"), ([[1.0, np.nan]], "finite"), ([[1.0, 2.0, 3.0]], r"\(n, 2\)")]
)
def test_points_that_are_none(fig2, x, match):
    with pytest.raises(SymadvError, match=match):
        classifier("bayes", fig2).predict(x)


def test_no_points(fig2):
    assert classifier("bayes", fig2).predict(np.empty((0, 2))).shape == (0,)


A, B = parameter("a", real=True), parameter("b", real=True)
FORMS = [
    A**2 - 2 * B,
    sympy.Abs(A - B) - sympy.Max(A, B, 1),
    sympy.log(3) * A - sympy.sqrt(2) * B + sympy.Rational(1, 3),
    (A - B) * (A + B) * 1000 - sympy.Rational(1, 10),
    sympy.exp(-sympy.Abs(A)) - sympy.exp(-sympy.Abs(B)),
    sympy.log(A**2 + 1) - sympy.log(B**2 + 1),
    sympy.Min(A, 2 * B) - B + 0 * A,
]


@given(st.lists(st.tuples(*[st.floats(-1e3, 1e3)] * 2), min_size=1, max_size=4), st.sampled_from(FORMS))
def test_signs_at_floats_are_exact(rows, form):
    from symadv.language.order import order

    x = np.array([*rows, *((b, b) for _, b in rows), *((-b, b) for _, b in rows)])
    found = signs_at(form, (A, B), x)
    for row, s in zip(x, found, strict=True):
        assert s == order(form.xreplace({A: exact(row[0]), B: exact(row[1])}), sympy.S.Zero)


def test_a_form_without_an_error_bound_is_refused():
    with pytest.raises(SymadvError, match="rounding error"):
        contains(where((A, B), sympy.gamma(A) - B, ">"), [[1.0, 2.0]])


def test_points_in_the_plane():
    """The nearest of some labelled points, by brute force."""
    places = {0: [(0, 0), (2, 1)], 1: [(1, 3)], 2: [(-2, "1/2")]}
    components = [Component(Point(q), {y: f"1/{len(qs)}" * Atom()}) for y, qs in places.items() for q in qs]
    d = Distribution("p", ("a", "b"), (0, 1, 2), {y: "1/3" for y in range(3)}, tuple(components))
    x = np.random.default_rng(3).normal(size=(500, 2)) * 3
    centres, owners = np.array([[0, 0], [2, 1], [1, 3], [-2, 0.5]]), np.array([0, 0, 1, 2])
    nearest = ((x[:, None] - centres) ** 2).sum(2).argmin(1)
    assert np.array_equal(classifier("bayes", d).predict(x), owners[nearest])
