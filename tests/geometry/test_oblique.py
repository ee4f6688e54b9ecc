"""Oblique segments and rays as a user writes them: where they meet, nearest points, labels, derivations."""

from functools import cache

import mpmath
import numpy as np
import pytest

import symadv as sa
from symadv.probability.bayes import label_regions


@cache
def crossing():
    """An oblique segment, a ray across it, and a point on the segment."""
    return sa.Distribution(
        name="crossing",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            sa.Component(sa.Segment((0, 0), (1, 2)), {0: sa.Uniform(), 1: "1/4" * sa.Uniform(0, "1/4")}),
            sa.Component(sa.Ray((1, 0), (-1, 1)), {1: "1/2" * sa.Exponential(2)}),
            sa.Component(sa.Point(("3/4", "3/2")), {1: "1/4" * sa.Atom()}),
        ],
    )


def test_where_pieces_of_lines_meet():
    segment, ray = sa.Segment((0, 0), (1, 2)), sa.Ray((1, 0), (-1, 1))
    assert segment.meet(ray) == ray.meet(segment) == (sa.Point(("1/3", "2/3")),)
    assert segment.meet(sa.Flat({1: 1}, 2)) == (sa.Point(("1/2", 1)),) and not segment.meet(sa.Flat({1: 3}, 2))
    assert segment.meet(sa.Segment((2, 4), ("1/2", 1))) == (sa.Segment(("1/2", 1), (1, 2)),)
    assert not segment.meet(sa.Segment((0, 1), (1, 3))) and sa.Segment((1, 2), (0, 0)) == segment
    assert segment.meet(sa.Flat({}, 2, within={0: (0, "1/2")})) == (sa.Segment((0, 0), ("1/2", 1)),)
    assert segment.contains(("1/4", "1/2")) and not segment.contains((2, 4))
    with pytest.raises(sa.SymadvError, match="no direction"):
        sa.Segment((1, 1), (1, 1))


def test_nearest_points_and_labels_against_dense_points_of_the_support():
    d = crossing()
    o, rng = sa.oracle(d), np.random.default_rng(0)
    z, _ = d.sample(60_000, rng=1)
    x = rng.normal(size=(200, 2)) * 2
    distance = np.linalg.norm(x[:, None] - z[None], axis=2).min(1)
    own = np.linalg.norm(x - o.project(x), axis=1)
    near = x[:, 0] > -2  # farther out the ray has few samples
    assert (own <= distance + 1e-12).all() and (distance - own < 0.02)[near].all()
    regions = label_regions(d)
    for point, label in zip(x[:40], o.label(x[:40]), strict=True):
        exact = [sa.exact(float(v)) for v in point]
        assert [c for c, region in regions.items() if region.contains(exact)] == (
            [label] if label != o.no_label else []
        )


def test_posteriors_against_mpmath():
    """On the part of the segment that both labels share, and on the ray; the length of the pieces cancels."""
    o = sa.oracle(crossing())
    shared = np.array([[0.125, 0.25], [0.2, 0.4]])
    both = (mpmath.mpf(1) / 2) / (mpmath.mpf(1) / 2 + mpmath.mpf(1) / 2 / 4 * 4)
    assert np.allclose(o.posterior(shared)[:, 0], float(both), rtol=1e-15)
    alone = np.array([[0.5, 1.0], [0.75, 1.5], [0.5, 0.5], [-3.0, 4.0]])
    assert o.posterior(alone).tolist() == [[1, 0], [0, 1], [0, 1], [0, 1]]
    # Where the lines cross, densities with respect to length add: 1 / sqrt(5) against 2 e^(-4/3) / sqrt(2).
    x = np.array([[1 / 3, 2 / 3]])
    density = (1 / mpmath.sqrt(5) / 2, 2 * mpmath.exp(-mpmath.mpf(4) / 3) / mpmath.sqrt(2) / 4)
    assert o.distribution.strata[0].meet(o.distribution.strata[2])
    assert o.posterior(x)[0, 0] == pytest.approx(float(density[0] / sum(density)), rel=1e-12)


def test_samples_are_accepted_and_calibrated():
    d = crossing()
    o = sa.oracle(d)
    x, y = d.sample(20_000, rng=5)
    post = o.posterior(x)
    for k, label in enumerate(d.labels):
        assert abs(((y == label) - post[:, k]).mean()) < 0.02
    assert np.allclose(o.project(x), x, rtol=0, atol=1e-15)


def test_all_that_is_derived_is_proved():
    d = sa.Distribution(
        name="slope",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/3", 1: "2/3"},
        components=[
            sa.Component(sa.Segment((0, 0), (1, 2)), {0: sa.Uniform(), 1: "1/2" * sa.Uniform(0, "1/2")}),
            sa.Component(sa.Point((2, 0)), {1: "1/2" * sa.Atom()}),
        ],
    )
    for derivation in (sa.joint(d), sa.posterior(d), sa.bayes_rule(d), sa.label(d), sa.bayes_accuracy(d)):
        assert [row.claim for row in sa.check(derivation) if row.verdict.status != "PROVED"] == []
    # Label 0 is sure above 1/2; below, both have the joint density 1/3 * 1 and 2/3 * 1/2 * 2: label 1 is ahead.
    assert sa.bayes_accuracy(d).result == sa.exact("1/6") + sa.exact("2/3")
