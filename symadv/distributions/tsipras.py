"""A feature that agrees with the label with probability p, and weak Gaussian ones: the article's second example."""

from symadv.geometry.strata import Flat
from symadv.language.errors import SymadvError
from symadv.language.parameters import Parameter, parameter
from symadv.probability.densities import Normal
from symadv.probability.density import Density
from symadv.probability.distribution import Component, Distribution
from symadv.probability.repeated import Repeated


def tsipras(*, weak: int = 1) -> Distribution:
    r"""$x_1 = y$ with probability p, else $-y$; all others $\mathcal N(\eta y, 1)$, equal priors [tsipras2019].

    ``weak``: the number d of weak features, 1 in the article.
    """
    if not isinstance(weak, int) or isinstance(weak, bool) or weak < 1:
        raise SymadvError(f"tsipras: got weak = {weak!r}, wanted a number of weak features, an int >= 1")
    p, eta = parameter("p", between=(0, 1)), parameter("eta", positive=True)
    return Distribution(
        name="tsipras",
        features=tuple(f"x{i + 1}" for i in range(weak + 1)),
        labels=(-1, 1),
        prior={-1: "1/2", 1: "1/2"},
        components=tuple(
            Component(Flat({0: s}), {y: (p if s == y else 1 - p) * _weak(eta, y, weak) for y in (-1, 1)})
            for s in (-1, 1)
        ),
        source="tsipras2019",
    )


def _weak(eta: Parameter, y: int, count: int) -> Density:
    one = Normal(y * eta, 1)
    return one if count == 1 else Repeated(one, count)
