"""A feature that agrees with the label with probability p, and a Gaussian one: the article's second example."""

from symadv.geometry.strata import Flat
from symadv.language.parameters import parameter
from symadv.probability.densities import Normal
from symadv.probability.distribution import Component, Distribution


def tsipras() -> Distribution:
    r"""$x_1 = y$ with probability p, else $-y$; $x_2 \sim \mathcal N(\eta y, 1)$, equal priors [tsipras2019]."""
    p, eta = parameter("p", between=(0, 1)), parameter("eta", positive=True)
    return Distribution(
        name="tsipras",
        features=("x1", "x2"),
        labels=(-1, 1),
        prior={-1: "1/2", 1: "1/2"},
        components=tuple(
            Component(Flat({0: s}), {y: (p if s == y else 1 - p) * Normal(y * eta, 1) for y in (-1, 1)})
            for s in (-1, 1)
        ),
        source="tsipras2019",
    )
