"""S15: the feature s posterior is its density."""

import sympy as sp

import symadv as sa


def the_feature_s_posterior_is_its_density() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, eta), (_, x2) = d.parameters, d.features
    posterior, density = sa.Expit(2 * eta * x2).subs(x2, -eta), sa.NormalDensity(-eta, eta, 1)
    return sa.Claim(
        name="the_feature_s_posterior_is_its_density",
        number="S15",
        source="stutz2019",
        place="Discussion",
        sentence=(
            "$p(y = 1 | x = \\tilde{x}) = p(y = 1 | x_1 = -1) \\cdot p(y = 1 | x_2 = - \\eta) = (1 - p) "
            "\\cdot \\mathcal{N}(x_2 = - \\eta; \\eta, 1) \\not> p \\cdot \\mathcal{N}(x_2 = - \\eta; -\\eta, "
            "1)$"
        ),
        says=(
            r"$1-p$ times the posterior of label 1 given $x_2 = -\eta$ equals $1-p$ times the density "
            r"$\mathcal{N}(-\eta; \eta, 1)$."
        ),
        statement=sp.Eq((1 - p) * posterior, (1 - p) * density, evaluate=False),
        exactly_when=sp.false,
        expects="REFUTED",
        expects_exactness="PROVED",
        why="a posterior is no density; it is never equal here",
    )
