"""S7: a point lies on the support exactly when it is 0 or gap."""

import sympy as sp

import symadv as sa


def the_support_is_the_two_points() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), (x,) = d.parameters, d.features
    on_support = sp.Or(*(sp.Eq(stratum.squared_distance((x,)), 0) for stratum in d.strata))
    return sa.Claim(
        name="the_support_is_the_two_points",
        number="S7",
        source="stutz2019",
        place="Example and Definition",
        sentence=(
            "the data distribution is zero for any $\\tilde{x} \\notin \\{0, \\epsilon\\}$ — and it is not"
            " guaranteed that standard attacks will produce adversarial examples with non-zero "
            "probability."
        ),
        says="A point lies on the support exactly when it is 0 or gap.",
        statement=sp.Equivalent(on_support, sp.Or(sp.Eq(x, 0), sp.Eq(x, gap))),
    )
