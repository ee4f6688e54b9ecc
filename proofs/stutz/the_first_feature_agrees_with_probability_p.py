"""S11: the probability that the first feature equals the label is p."""

import sympy as sp

import symadv as sa


def the_first_feature_agrees_with_probability_p() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, _), (x1, x2) = d.parameters, d.features
    agree = sp.Add(
        *(
            d.prior_of(y) * weighted.weight
            for component in d.components
            for y, weighted in component.densities
            if component.stratum.nearest((x1, x2))[0] == y
        )
    )
    return sa.Claim(
        name="the_first_feature_agrees_with_probability_p",
        number="S11",
        source="stutz2019",
        place="Discussion",
        sentence="$p$ defines how reliable $x_1$ is in predicting the label",
        says="The probability that the first feature equals the label is p.",
        statement=sp.Eq(agree, p, evaluate=False),
    )
