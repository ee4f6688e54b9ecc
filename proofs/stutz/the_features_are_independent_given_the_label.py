"""S11: the features are independent given the label."""

import sympy as sp

import symadv as sa


def the_features_are_independent_given_the_label() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, eta), (x1, x2) = d.parameters, d.features
    joint = sa.joint(d)
    minus, plus = joint.result
    gauss = {y: sp.exp(-((x2 - y * eta) ** 2) / 2) / sp.sqrt(2 * sp.pi) for y in d.labels}
    products = [
        sp.Eq(density.subs(x1, s), (p if s == y else 1 - p) * gauss[y] / 2, evaluate=False)
        for y, density in ((-1, minus), (1, plus))
        for s in (-1, 1)
    ]
    return sa.Claim(
        name="the_features_are_independent_given_the_label",
        number="S11",
        source="stutz2019",
        place="Discussion",
        sentence=("$p(x_1|y) = p$ if $x_1 = y$, $1 - p$ if $x_1 \\neq y$; $p(x_2|y) = \\mathcal{N}(x_2; y\\eta, 1)$"),
        says=(
            "Given the label the joint density is the product of the two conditionals (the article "
            "uses this and does not say it)."
        ),
        statement=sp.And(*products),
        because={"The joint density, the flip-and-Gaussian distribution": joint},
    )
