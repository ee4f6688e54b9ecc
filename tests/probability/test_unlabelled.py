"""Where the projection has no Bayes label, by construction and as the complement of where it has one."""

from itertools import product

import pytest
import sympy

import symadv as sa
from symadv.probability.labels import label_regions, unlabelled

LATTICE = [tuple(sympy.Rational(v, 2) for v in point) for point in product(range(-2, 7), repeat=2)]


def distribution(parts, tie_rule, labels=(0, 1, 2)):
    return sa.Distribution(
        name="several strata",
        features=("a", "b"),
        labels=labels,
        prior={y: sympy.Rational(1, len(labels)) for y in labels},
        components=[sa.Component(stratum, densities) for stratum, densities in parts],
        tie_rule=tie_rule,
    )


CASES = {
    "points": [(sa.Point((k, k * k)), {k: sa.Atom()}) for k in range(3)],
    "tie on a line": [
        (sa.Flat({0: 0}), {0: sa.Normal(0, 1), 1: sa.Normal(0, 1)}),
        (sa.Flat({0: 3}), {2: sa.Normal(0, 1)}),
    ],
    "crossing lines": [
        (sa.Flat({0: 0}), {0: sa.Normal(1, 1), 1: "1/2" * sa.Normal(-1, 1)}),
        (sa.Flat({1: 0}), {1: "1/2" * sa.Normal(1, 1), 2: sa.Normal(-1, 1)}),
    ],
    "segments": [
        (sa.Segment((0, 0), (2, 0)), {0: sa.Uniform(0, 2)}),
        (sa.Segment((0, 2), (0, 4)), {1: sa.Uniform(2, 4), 2: sa.Uniform(2, 4)}),
    ],
    "a circle and its centre": [
        (sa.Sphere(1, (0, 0)), {0: sa.Uniform()}),
        (sa.Point((0, 0)), {1: "1/2" * sa.Atom()}),
        (sa.Point((3, 0)), {1: "1/2" * sa.Atom(), 2: sa.Atom()}),
    ],
}


@pytest.mark.parametrize("rule", ["every", "first"])
@pytest.mark.parametrize("name", CASES)
def test_each_point_has_one_label_or_none(name, rule):
    d = distribution(CASES[name], rule)
    labels, none = label_regions(d), unlabelled(d)
    for point in LATTICE:
        holds = [region.contains(point) for region in labels.values()]
        assert sum(holds) + none.contains(point) == 1, point


@pytest.mark.parametrize("tie", [0, 1, 2])
def test_the_bayes_rule_says_one_label_everywhere(tie):
    for name in CASES:
        f = sa.classifier("bayes", distribution(CASES[name], "every"), tie=tie)
        regions = f.regions()
        for point in LATTICE:
            assert sum(region.contains(point) for region in regions.values()) == 1, (name, point)
