"""Circles and spheres as a user writes them: nearest points, ties at the centre, labels, derivations, risks."""

import numpy as np
import pytest
import torch

import symadv as sa
from symadv.probability.bayes import label_regions


def circle_and_centre(tie_rule="every", *, centre_first=False):
    """Label 0 uniform on the unit circle around (1, 0), label 1 at its centre."""
    parts = [sa.Component(sa.Sphere(1, (1, 0)), {0: sa.Uniform()}), sa.Component(sa.Point((1, 0)), {1: sa.Atom()})]
    return sa.Distribution(
        name="target",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "3/4", 1: "1/4"},
        tie_rule=tie_rule,
        components=parts[::-1] if centre_first else parts,
    )


def two_circles(tie_rule):
    """Two circles beside each other, and a point of another label on the first."""
    return sa.Distribution(
        name="two circles",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        tie_rule=tie_rule,
        components=[
            sa.Component(sa.Sphere(1, (0, 0)), {0: sa.Uniform()}),
            sa.Component(sa.Sphere("1/2", (4, 0)), {1: "1/2" * sa.Uniform()}),
            sa.Component(sa.Point((0, 1)), {1: "1/2" * sa.Atom()}),
        ],
    )


@pytest.mark.parametrize("d", [circle_and_centre(), two_circles("every")], ids=lambda d: d.name)
def test_nearest_points_and_labels_against_dense_points_of_the_support(d):
    o, rng = sa.oracle(d), np.random.default_rng(0)
    z, y = d.sample(60_000, rng=1)
    x = rng.normal(size=(300, 2)) * 2 + [1, 0]
    distance = np.linalg.norm(x[:, None] - z[None], axis=2)
    nearest, own = distance.argmin(1), np.linalg.norm(x - o.project(x), axis=1)
    assert (own <= distance.min(1) + 1e-12).all() and (distance.min(1) - own < 1e-3).all()
    told = np.sort([np.where(y == c, distance, np.inf).min(1) for c in d.labels], axis=0)
    clear = told[1] - told[0] > 1e-2  # rows whose nearest points of both labels are not equally far
    assert (o.label(x)[clear] == y[nearest][clear]).all() and clear.mean() > 0.9
    regions = label_regions(d)
    for point, label in zip(x[:40], o.label(x[:40]), strict=True):
        exact = [sa.exact(float(v)) for v in point]
        assert [c for c, region in regions.items() if region.contains(exact)] == (
            [label] if label != o.no_label else []
        )
    assert np.array_equal(o.label(torch.from_numpy(x)).numpy(), o.label(x))
    assert np.isfinite(o.posterior(d.sample(1000, rng=3)[0])).all()


def test_the_centre_is_a_tie_of_all_points_of_the_circle():
    o, centre = sa.oracle(two_circles("every")), np.array([[0.0, 0.0], [4.0, 0.0]])
    assert o.tied(centre).tolist() == [True, True]
    assert o.project(centre).tolist() == [[1, 0], [4.5, 0]]  # the point in the direction of the first feature
    assert o.label(centre).tolist() == [o.no_label, 1]  # the circle around (0, 0) has a point of label 1
    assert sa.oracle(two_circles("first")).label(centre).tolist() == [0, 1]
    ties = sa.projection(two_circles("every")).ties
    assert ties.contains((0, 0)) and ties.contains((4, 0)) and not ties.contains((0, "1/2"))


def test_a_centre_with_mass_is_nearest_to_itself():
    d = circle_and_centre()
    o, ties = sa.oracle(d), sa.projection(d).ties
    assert not ties.contains((1, 0)) and ties.contains((1, "1/2")) and ties.contains(("3/2", 0))
    assert o.label(np.array([[1.0, 0.0], [1.0, 0.25], [1.0, 0.75], [1.0, 0.5]])).tolist() == [1, 1, 0, o.no_label]
    first = sa.oracle(circle_and_centre("first", centre_first=True))
    assert first.label(np.array([[1.0, 0.5]])).tolist() == [1]
    assert o.log_odds(np.array([[2.0, 0.0], [1.0, 0.0]])).tolist() == [-np.inf, np.inf]


def test_all_that_is_derived_is_proved():
    d = circle_and_centre()
    for derivation in (
        sa.joint(d),
        sa.posterior(d),
        sa.log_odds(d),
        sa.bayes_rule(d),
        sa.label(d),
        sa.bayes_accuracy(d),
    ):
        assert [row.claim for row in sa.check(derivation) if row.verdict.status != "PROVED"] == []
    assert sa.bayes_accuracy(d).result == 1 and r"\le" not in sa.latex(sa.label(d))


@pytest.mark.parametrize(("eps", "value"), [("1/4", 0), ("1/2", 0.25), ("51/100", 1)])
def test_l2_risks_of_concentric_spheres_are_exact(eps, value):
    """At exactly half the radius the circle is at a tie, where f says 1: from there all of it is broken, too."""
    bound = sa.risk("bayes", circle_and_centre(), sa.ThreatModel("l2", eps), definition="adversarial_loss")
    assert bound.method == "exact"
    assert float(bound) == {0.25: 0.75}.get(value, value)
    assert bound.evidence.knife_edge == (eps == "1/2")


def test_adversarial_spheres_in_the_plane_and_far_from_it():
    for dimension in (2, 40):
        d = sa.distribution("spheres", dimension=dimension).at(R="13/10")
        for eps, value in (("14/100", 0), ("16/100", 1)):
            bound = sa.risk("bayes", d, sa.ThreatModel("l2", eps), definition="adversarial_loss")
            assert float(bound) == value
        assert sa.risk("bayes", d, sa.ThreatModel("l2", 5), definition="label_invariant").upper == 0


def test_what_is_not_known_is_refused():
    crossing = sa.Distribution(
        name="crossing",
        features=("a", "b", "c"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            sa.Component(sa.Sphere(1, (0, 0, 0)), {0: sa.Uniform()}),
            sa.Component(sa.Flat({1: 0}), {1: sa.Independent(sa.Normal(0, 1), sa.Normal(0, 1))}),
        ],
    )
    with pytest.raises(sa.SymadvError, match="cross"):
        sa.posterior(crossing)
    with pytest.raises(sa.SymadvError, match="positive"):
        sa.Sphere(0, (0, 0))


@pytest.mark.parametrize(
    ("norm", "eps", "value"),
    [("linf", "1/4", 0), ("linf", "1/2", 1), ("linf", "3/5", 1), ("l1", "1/2", 0), ("l1", 1, 1)],
)
def test_balls_that_are_not_round_are_exact_in_the_plane(norm, eps, value):
    """The label changes half-way between the circle and its centre, where a tie counts for all but the clean label.

    An l1 ball of 1/2 touches it in four points of the circle, which have no mass; a linf ball of 1/2 has its corners
    beyond it.
    """
    bound = sa.risk("bayes", circle_and_centre(), sa.ThreatModel(norm, eps), definition="adversarial_loss")
    assert bound.method == "exact" and float(bound) == value
