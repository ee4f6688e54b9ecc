"""Projection, ties and labels off the support, against exact arithmetic at the same points."""

import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.probability.labels import label_regions
from tests.laws.written import WRITTEN, Written, exact


def anywhere(law: Written, n: int) -> np.ndarray:
    """Random points and points of a coarse grid, on which ties are."""
    rng = np.random.default_rng(11)
    random = rng.normal(size=(n, law.d)) * 3
    return np.vstack([random, np.round(rng.normal(size=(n, law.d)) * 4) / 4])


def exact_distances(law: Written, d, point) -> list:
    """The exact squared distance to each stratum."""
    return [sum((a - b) ** 2 for a, b in zip(point, s.nearest(point), strict=True)) for s in d.strata]


@pytest.mark.parametrize("law", WRITTEN, ids=lambda law: law.name)
def test_project_and_tied_against_exact_distances(law: Written) -> None:
    d = law.distribution()
    o, x = sa.oracle(d), anywhere(law, 60)
    z, tied = o.project(x), o.tied(x)
    for row, point in enumerate(x):
        at = exact(point)
        distances = exact_distances(law, d, at)
        least = min(distances)
        first = d.strata[distances.index(least)]
        assert z[row].tolist() == [float(c) for c in first.nearest(at)]
        images = {s.nearest(at) for s, distance in zip(d.strata, distances, strict=True) if distance == least}
        assert tied[row] == (len(images) > 1)


@pytest.mark.parametrize("law", WRITTEN, ids=lambda law: law.name)
def test_labels_against_the_exact_regions(law: Written) -> None:
    """On the grid, where all comparisons of distances are exact, and at random points."""
    d = law.distribution()
    o, x, regions = sa.oracle(d), anywhere(law, 25), label_regions(d)
    labels = o.label(x)
    for row, point in enumerate(x):
        here = [y for y, region in regions.items() if region.contains(exact(point))]
        assert ([labels[row]] if labels[row] != o.no_label else []) == here


@pytest.mark.parametrize("law", WRITTEN, ids=lambda law: law.name)
def test_projecting_twice_is_projecting_once(law: Written) -> None:
    o = sa.oracle(law.distribution())
    z = o.project(anywhere(law, 500))
    assert (o.project(z) == z).all() and not o.tied(z).any()
    assert (o.bayes_label(z) == o.label(z)).all()


def test_ties_of_the_articles_examples() -> None:
    o = sa.oracle(sa.distribution("tsipras").at(p="9/10", eta=3))
    x2 = np.array([-1e300, -2.0, -0.36, 0.0, 0.36, 5.0, 1e300])
    middle = np.stack([0 * x2, x2], 1)
    assert o.tied(middle).all() and not o.tied(middle - [[5e-324, 0]]).any() and not o.tied(middle - [[1e-9, 0]]).any()
    assert (o.project(middle)[:, 0] == -1).all()  # listed first
    assert o.label(middle).tolist() == [-1, -1, 0, 0, 0, 1, 1]  # the Bayes boundaries are at -.366 and .366
    for gap in ("1", "1/3", "7/1024", "1e-8", "0.3"):
        pair = sa.oracle(sa.distribution("point_masses").at(gap=gap))
        value = float(sa.distribution("point_masses").at(gap=gap).strata[1].fixed[0][1])
        x = np.array([[np.nextafter(value / 2, -1)], [value / 2], [np.nextafter(value / 2, 1)]])
        assert pair.tied(x)[1] and pair.project(x).ravel().tolist() == [0, 0, value]
        assert pair.label(x).tolist() == [1, 1, -1]


def points(*coordinates, tie_rule="every"):
    n = len(coordinates)
    return sa.oracle(sa.Distribution(
        name="points", features=tuple(f"x{k}" for k in range(len(coordinates[0]))), labels=tuple(range(n)),
        prior={y: f"1/{n}" for y in range(n)}, tie_rule=tie_rule,
        components=[sa.Component(sa.Point(c), {y: sa.Atom()}) for y, c in enumerate(coordinates)],
    ))  # fmt: skip


def test_distances_are_compared_where_their_squares_are_not() -> None:
    """Far away, where squared distances round to the same number, overflow, or vanish."""
    o = points((-1, 0), (1, 0))
    far = np.array([[1e17, 0], [-1e17, 1e17], [1e200, 1e250], [-1e200, 1e250], [0, 1e300], [1e-200, 0], [-1e-320, 3]])
    assert o.label(far).tolist() == [1, 0, 1, 0, -1, 1, 0] and o.tied(far).tolist() == [0, 0, 0, 0, 1, 0, 0]
    near = points(("0", "0"), ("1e-200", "0"))
    assert near.label(np.array([[2e-201, 0.0], [8e-201, 0.0], [5e-201, 1.0]])).tolist() == [0, 1, -1]
    large = points(("1e200", "0"), ("-1e200", "0"))
    assert large.label(np.array([[1.0, 1e200], [-1.0, 0.0], [0.0, 5.0], [1e300, 1.0]])).tolist() == [0, 1, -1, 0]


def test_a_small_coordinate_beside_a_large_one_decides() -> None:
    assert points(("1",), ("1e17",)).label(np.array([[5e16], [5e16 + 8]])).tolist() == [0, 1]
    assert points(("1e-20",), ("1",)).label(np.array([[0.5]])).tolist() == [0]


@pytest.mark.parametrize("power", [-560, -30, 0, 500])
def test_ties_of_all_sizes(power: int) -> None:
    """The point (-5, -4, 6) is as far from 0 as from (1, 1, 2)."""
    size = sympy.Integer(2) ** power
    o = points((0, 0, 0), (size, size, 2 * size))
    x = np.ldexp(np.array([[-5.0, -4.0, 6.0], [-5.0, -4.0, 6.0 - 2**-50], [-5.0, -4.0, 6.0 + 2**-50]]), power)
    assert o.label(x).tolist() == [-1, 0, 1]


def test_single_precision_far_away() -> None:
    o = points((-1, 0), (1, 0))
    far = np.array([[1e30, 1e30], [-1e-30, 2.0], [0.0, 1e38]], dtype=np.float32)
    assert o.label(far).tolist() == [1, 0, -1] and o.project(far).dtype == np.float32


@pytest.mark.parametrize("tie_rule", ["every", "first"])
def test_three_nearest_points(tie_rule: str) -> None:
    o = points((0, 0), (2, 0), (0, 2), tie_rule=tie_rule)
    x = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [2.0, 2.0], [1.0, -1.0]])
    assert o.tied(x).all()
    assert o.project(x).tolist() == [[0, 0], [0, 0], [0, 0], [2, 0], [0, 0]]
    assert o.label(x).tolist() == ([-1] * 5 if tie_rule == "every" else [0, 0, 0, 1, 0])


def test_nearest_points_that_agree_have_a_label_under_both_rules() -> None:
    for rule in ("every", "first"):
        law = sa.Distribution(
            name="agree", features=("a", "b"), labels=(1, 2), prior={1: "1/2", 2: "1/2"}, tie_rule=rule,
            components=[sa.Component(sa.Point((-1, 0)), {1: "1/2" * sa.Atom()}),
                        sa.Component(sa.Point((1, 0)), {1: "1/2" * sa.Atom()}),
                        sa.Component(sa.Point((0, 3)), {2: sa.Atom()})],
        )  # fmt: skip
        o = sa.oracle(law)
        x = np.array([[0.0, 0.0], [0.0, 1.25], [0.0, 5.0]])
        assert o.tied(x).tolist() == [True, True, False] and o.label(x).tolist() == [1, 1, 2]


def test_a_posterior_tie_at_the_nearest_point_is_no_label_under_both_rules() -> None:
    for rule in ("every", "first"):
        law = sa.Distribution(
            name="even", features=("a",), labels=(1, 2), prior={1: "1/2", 2: "1/2"}, tie_rule=rule,
            components=[sa.Component(sa.Point((0,)), {1: "1/2" * sa.Atom(), 2: "1/2" * sa.Atom()}),
                        sa.Component(sa.Point((2,)), {1: "1/2" * sa.Atom(), 2: "1/4" * sa.Atom()}),
                        sa.Component(sa.Point((4,)), {2: "1/4" * sa.Atom()})],
        )  # fmt: skip
        o = sa.oracle(law)
        assert o.bayes_label(np.array([[0.0], [2.0], [4.0]])).tolist() == [0, 1, 2]
        assert o.label(np.array([[0.5], [1.0], [1.5], [3.0]])).tolist() == [0, 0, 1, 0 if rule == "every" else 1]


def test_a_parabola_of_ties() -> None:
    law = next(law for law in WRITTEN if law.name == "a line and a point off it")
    o = sa.oracle(law.distribution())
    a = np.arange(-6, 7) / 2
    on = np.stack([a, (a * a + 1) / 2], 1)
    assert o.tied(on).all() and (o.label(on) == o.no_label).all()
    step = np.array([0, 1e-9])
    above, below = on + step, on - step
    assert (o.label(above) == 1).all() and (o.label(below) == 0).all() and not o.tied(np.vstack([above, below])).any()


def test_three_labels_at_an_exact_tie_of_two_that_are_not_the_first() -> None:
    """Labels 1 and 2 tie at 9/2, though their log-odds against label 0 round differently."""
    law = sa.Distribution(
        name="three", features=("u",), labels=(0, 1, 2), prior={0: "1/2", 1: "1/4", 2: "1/4"},
        components=[sa.Component(sa.Whole(1), {y: sa.Normal(3 * y, 1) for y in range(3)})],
    )  # fmt: skip
    x = np.array([[4.5], [np.nextafter(4.5, 0)], [np.nextafter(4.5, 9)], [0.0]])
    assert sa.oracle(law).bayes_label(x).tolist() == [-1, 1, 2, 0]
