"""S15: the posterior is the product of the features posteriors."""

import sympy as sp

import symadv as sa


def the_posterior_is_the_product_of_the_features_posteriors() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, eta), (x1, x2) = d.parameters, d.features
    posterior = sa.posterior(d)
    both = posterior.result[1].subs({x1: -1, x2: -eta})
    first, second = 1 - p, sa.Expit(2 * eta * x2).subs(x2, -eta)
    return sa.Claim(
        name="the_posterior_is_the_product_of_the_features_posteriors",
        number="S15",
        source="stutz2019",
        place="Discussion",
        sentence=(
            "$p(y = 1 | x = \\tilde{x}) = p(y = 1 | x_1 = -1) \\cdot p(y = 1 | x_2 = - \\eta) = (1 - p) "
            "\\cdot \\mathcal{N}(x_2 = - \\eta; \\eta, 1) \\not> p \\cdot \\mathcal{N}(x_2 = - \\eta; -\\eta, "
            "1)$"
        ),
        says=(
            r"At $\tilde{x} = (-1, -\eta)$ the posterior of label 1 equals the product of the posteriors "
            "given each feature alone."
        ),
        statement=sp.Eq(both, first * second, evaluate=False),
        exactly_when=sp.false,
        expects="REFUTED",
        expects_exactness="PROVED",
        why="a product of posteriors lacks the normalisation; it is never equal here",
        because={"The posterior, the flip-and-Gaussian distribution": posterior},
    )
