"""S3: the other point is within reach."""

import sympy as sp

import symadv as sa


def the_other_point_is_within_reach() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), (x,) = d.parameters, d.features
    E = sa.parameter("E", positive=True)
    return sa.Claim(
        name="the_other_point_is_within_reach",
        number="S3",
        source="stutz2019",
        place="Example and Definition",
        sentence=(
            "For example, let the observation $x = 0$ with $y = 1$ and the adversarial example "
            "$\\tilde{x} = x + \\epsilon = \\epsilon$."
        ),
        says=(
            "The point x + gap lies in the closed ball of radius E around x = 0 (an open ball of "
            "radius gap does not hold it)."
        ),
        statement=sp.Abs((x + gap) - x) <= E,
        exactly_when=gap <= E,
        expects="REFUTED",
        expects_exactness="PROVED",
    )
