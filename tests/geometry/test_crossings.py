"""Circles that cross or touch lines and each other: where, who is likely there, and what is nearest around."""

import mpmath
import numpy as np
import pytest
import sympy
import torch

import symadv as sa
from symadv.probability.bayes import label_regions
from symadv.probability.support import faces

UNIT = sa.Sphere(1, (0, 0))


def law(*parts, tie_rule="every"):
    """Each stratum has a label of its own, all equally likely."""
    labels = tuple(range(len(parts)))
    return sa.Distribution(
        name="crossing",
        features=("a", "b"),
        labels=labels,
        prior={y: f"1/{len(labels)}" for y in labels},
        tie_rule=tie_rule,
        components=[sa.Component(stratum, {y: density}) for y, (stratum, density) in enumerate(parts)],
    )


CASES = {
    "line": law((UNIT, sa.Uniform()), (sa.Flat({1: 0}), sa.Normal(0, 1))),
    "oblique line": law((UNIT, sa.Uniform()), (sa.Line((0, "1/4"), (1, 2)), sa.Normal(0, 1))),
    "segment": law((UNIT, sa.Uniform()), (sa.Segment((0, 0), (2, 1)), sa.Uniform())),
    "circle": law((UNIT, sa.Uniform()), (sa.Sphere("3/4", (1, "1/3")), sa.Uniform())),
    "tangent circle": law((UNIT, sa.Uniform()), (sa.Sphere("1/2", ("1/2", 0)), sa.Uniform())),
    "tangent line": law((UNIT, sa.Uniform()), (sa.Flat({1: 1}), sa.Normal(0, 1))),
}


def points(*coordinates):
    return tuple(sa.Point(p) for p in coordinates)


def test_where_circles_meet_lines():
    half, root = sa.exact("1/2"), sympy.sqrt(3) / 2
    assert UNIT.meet(sa.Flat({1: half}, 2)) == sa.Flat({1: half}, 2).meet(UNIT) == points((-root, half), (root, half))
    assert UNIT.meet(sa.Flat({1: 1}, 2)) == points((0, 1)) and UNIT.meet(sa.Flat({1: "101/100"}, 2)) == ()
    diagonal = sympy.sqrt(2) / 2
    assert UNIT.meet(sa.Segment((0, 0), (1, 1))) == points((diagonal, diagonal))
    assert UNIT.meet(sa.Segment((0, 0), ("7/10", "7/10"))) == ()
    assert UNIT.meet(sa.Ray((1, 0), (1, 5))) == points((1, 0))
    assert sa.Sphere(3, (0, 0, 0)).meet(sa.Line((0, 0, 0), (1, 2, 2))) == points((-1, -2, -2), (1, 2, 2))
    R = sa.parameter("R", positive=True)
    assert sa.Sphere(R, (0, 0)).meet(sa.Flat({1: 0}, 2)) == points((-R, 0), (R, 0))


def test_where_circles_meet_each_other():
    root = sympy.sqrt(3) / 2
    assert set(UNIT.meet(sa.Sphere(1, (1, 0)))) == set(points(("1/2", -root), ("1/2", root)))
    assert UNIT.meet(sa.Sphere(2, (3, 0))) == UNIT.meet(sa.Sphere("1/2", ("1/2", 0))) == points((1, 0))
    assert UNIT.meet(sa.Sphere(2, (0, 0))) == UNIT.meet(sa.Sphere(2, ("31/10", 0))) == ()
    assert sa.Sphere(1, (0, 0, 0)).meet(sa.Sphere(2, (0, 0, 3))) == points((0, 0, 1))
    assert UNIT.meet(sa.Whole(2)) == UNIT.meet(sa.Flat({}, 2, within={0: (-1, 1)})) == (UNIT,)
    assert UNIT.meet(sa.Flat({}, 2, within={0: (0, "1/2"), 1: (0, "1/2")})) == ()
    assert UNIT.lies_in(sa.Whole(2)) and sa.Point((1, 0)).lies_in(UNIT) and not sa.Point((1, 1)).lies_in(UNIT)


@pytest.mark.parametrize("other", [sa.Sphere(1, (0, 0, 1)), sa.Flat({2: 0}, 3)])
def test_spheres_that_cross_in_circles_are_refused_plainly(other):
    with pytest.raises(sa.SymadvError, match="cross in more than points"):
        sa.Sphere(1, (0, 0, 0)).meet(other)
    with pytest.raises(sa.SymadvError, match="cannot decide whether"):
        UNIT.meet(sa.Flat({1: sa.parameter("h", positive=True)}, 2))


def test_densities_by_length_add_at_a_crossing():
    """The circle has the density 1 / (2 pi) of length; the oblique line that of its feature over sqrt(5)."""
    for name, stretch in (("line", 1), ("oblique line", mpmath.sqrt(5))):
        d = CASES[name]
        o = sa.oracle(d)
        for face in (face for face in faces(d) if face.flat.axes == 0):
            x = [mpmath.mpf(str(v.evalf(40))) for v in face.flat.place(())]
            here = np.array([[float(v) for v in x]])
            with mpmath.workdps(30):
                circle, line = 1 / (2 * mpmath.pi), mpmath.npdf(x[0]) / stretch
                assert o.posterior(here)[0, 0] == pytest.approx(float(circle / (circle + line)), rel=1e-14)
            told = o.posterior(torch.tensor(here, dtype=torch.float32))
            assert told[0, 0].item() == pytest.approx(o.posterior(here)[0, 0], rel=1e-6)
            assert o.project(here + 1e-17).tolist() == here.tolist() and not o.tied(here).any()


def test_three_curves_through_one_point_are_one_face():
    d = law(
        (UNIT, sa.Uniform()),
        (sa.Line((0, 0), (1, 1)), sa.Normal(0, 1)),
        (sa.Sphere(1, (sympy.sqrt(2), 0)), sa.Uniform()),
    )
    shared = [face for face in faces(d) if face.labels == (0, 1, 2)]
    assert (
        len(shared) == 1
        and shared[0].flat == sa.Point((sympy.sqrt(2) / 2, sympy.sqrt(2) / 2))
        and not shared[0].has_mass
    )


def test_where_a_segment_ends_on_a_circle_there_is_no_limit():
    o = sa.oracle(law((UNIT, sa.Uniform()), (sa.Segment((1, 0), (2, 1)), sa.Uniform())))
    with pytest.raises(sa.SymadvError, match="no limit"):
        o.posterior(np.array([[1.0, 0.0]]))
    assert o.posterior(np.array([[0.0, 1.0], [1.5, 0.5]])).tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("name", CASES)
def test_nearest_points_and_labels_against_dense_points_of_the_support(name):
    d, rng = CASES[name], np.random.default_rng(0)
    o, (z, y) = sa.oracle(d), d.sample(40_000, rng=1)
    x = rng.uniform(-1.3, 1.3, (300, 2))
    distance = np.linalg.norm(x[:, None] - z[None], axis=2)
    own = np.linalg.norm(x - o.project(x), axis=1)
    assert (own <= distance.min(1) + 1e-12).all() and (distance.min(1) - own < 5e-3).all()
    told = np.sort([np.where(y == c, distance, np.inf).min(1) for c in d.labels], axis=0)
    clear = told[1] - told[0] > 1e-2
    assert (o.label(x)[clear] == y[distance.argmin(1)][clear]).all() and clear.mean() > 0.8
    regions = label_regions(d)
    for point, label in zip(x[:25], o.label(x[:25]), strict=True):
        exact = [sa.exact(float(v)) for v in point]
        assert [c for c, region in regions.items() if region.contains(exact)] == [label]
    assert (o.posterior(z)[np.arange(len(y)), y] == 1).all()


def test_what_is_at_a_crossing_is_at_the_crossing_alone():
    """At (1, 0) the line is likelier, 0.24 against 0.16 of length; beside it on the circle its label is that of it."""
    o = sa.oracle(CASES["line"])
    assert o.label(np.array([[1, 0], [-1, 0], [0.6, 0.8], [np.cos(1e-6), np.sin(1e-6)]])).tolist() == [1, 1, 0, 0]
    regions = label_regions(CASES["line"])
    assert regions[1].contains((1, 0)) and not regions[0].contains((1, 0)) and regions[0].contains(("3/5", "4/5"))
    assert sa.projection(CASES["line"]).ties.contains((0, "1/2")) and not sa.projection(CASES["line"]).ties.contains(
        (1, 0)
    )


def test_all_that_is_derived_is_proved():
    circles, tangent = CASES["circle"], CASES["tangent circle"]
    for derivation in (
        sa.bayes_rule(circles),
        sa.label(circles),
        sa.projection(circles).derivation,
        sa.posterior(tangent),
    ):
        assert [row.claim for row in sa.check(derivation) if row.verdict.status != "PROVED"] == []
    assert sa.bayes_accuracy(circles).result == 1  # crossing points have no mass
