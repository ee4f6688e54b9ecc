"""S12: at x_2 the density of label 1 is below that of label -1 exactly when x_2 < 0."""

import sympy as sp

import symadv as sa


def left_of_zero_the_density_of_the_positive_label_is_smaller() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (_, eta), (_, x2) = d.parameters, d.features
    plus, minus = (sa.NormalDensity(x2, y * eta, 1) for y in (1, -1))
    return sa.Claim(
        name="left_of_zero_the_density_of_the_positive_label_is_smaller",
        number="S12",
        source="stutz2019",
        place="Discussion",
        sentence="$\\eta$ defines the overlap of both distributions over $x_2$",
        says="At $x_2$ the density of label 1 is below that of label -1 exactly when $x_2 < 0$.",
        statement=sp.Equivalent(sp.Lt(plus, minus, evaluate=False), x2 < 0),
    )
