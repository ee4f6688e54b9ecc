"""Random signs, each of which agrees with the label with one probability: the Bernoulli model."""

from symadv.geometry.product import Grid
from symadv.language.errors import SymadvError
from symadv.language.parameters import parameter
from symadv.probability.categorical import Categorical
from symadv.probability.distribution import Component, Distribution
from symadv.probability.repeated import Repeated


def bernoulli(*, dimension: int = 2) -> Distribution:
    r"""$x \in \{-1, 1\}^d$, independently $x_i = y$ with probability p, else $-y$; equal priors [schmidt2018]."""
    if isinstance(dimension, bool) or not isinstance(dimension, int) or dimension < 1:
        raise SymadvError(f"bernoulli: got dimension = {dimension!r}, wanted a number of features, an int >= 1")
    p = parameter("p", between=(0, 1))
    return Distribution(
        name="bernoulli",
        features=tuple(f"x{i + 1}" for i in range(dimension)),
        labels=(-1, 1),
        prior={-1: "1/2", 1: "1/2"},
        components=(
            Component(
                Grid((-1, 1), dimension), {y: Repeated(Categorical({y: p, -y: 1 - p}), dimension) for y in (-1, 1)}
            ),
        ),
        source="schmidt2018",
    )
