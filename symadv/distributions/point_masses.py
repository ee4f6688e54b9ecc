"""Two point masses at distance gap, one for each label: the article's first example."""

from symadv.geometry.strata import Point
from symadv.language.parameters import parameter
from symadv.probability.densities import Atom
from symadv.probability.distribution import Component, Distribution


def point_masses() -> Distribution:
    r"""Label 1 at x = 0 and label -1 at x = gap, equal priors; ties of the projection go to 0 [stutz2019, Example]."""
    gap = parameter("gap", positive=True)
    return Distribution(
        name="point_masses",
        features=("x",),
        labels=(-1, 1),
        prior={-1: "1/2", 1: "1/2"},
        components=(Component(Point((0,)), {1: Atom()}), Component(Point((gap,)), {-1: Atom()})),
        tie_rule="first",
        source="stutz2019",
    )
