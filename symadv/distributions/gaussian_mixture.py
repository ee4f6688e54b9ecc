"""Two normal clouds around a point and its mirror image: robust linear classification in any dimension."""

from collections.abc import Sequence
from typing import Any

from symadv.geometry.strata import Whole
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.parameters import parameter
from symadv.probability.distribution import Component, Distribution
from symadv.probability.multivariate import MultivariateNormal


def gaussian_mixture(*, mean: Sequence[Any] = (1, "1/2"), variance: Any = None, prior: Any = "1/2") -> Distribution:
    r"""$x \sim \mathcal N(y\,\mu, \Sigma)$ in as many features as the mean has numbers [schmidt2018].

    ``variance``: $\sigma^2$ of $\Sigma = \sigma^2 I$, one variance per feature, or the rows of $\Sigma$; by default the
    parameter ``variance``.  ``prior``: the probability of label 1.
    """
    if isinstance(mean, str) or not hasattr(mean, "__len__") or len(mean) == 0:
        raise SymadvError(f"gaussian_mixture: got mean = {mean!r}, wanted one number per feature, such as (1, '1/2')")
    covariance = parameter("variance", positive=True) if variance is None else variance
    centre, share = [exact(m) for m in mean], exact(prior)
    return Distribution(
        name="gaussian_mixture",
        features=tuple(f"x{i + 1}" for i in range(len(centre))),
        labels=(-1, 1),
        prior={-1: 1 - share, 1: share},
        components=(
            Component(
                Whole(len(centre)), {y: MultivariateNormal([y * m for m in centre], covariance) for y in (-1, 1)}
            ),
        ),
        source="schmidt2018",
    )
