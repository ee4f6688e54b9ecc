"""S2: linearly separable for every gap."""

import sympy as sp

import symadv as sa


def linearly_separable_for_every_gap() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,) = d.parameters
    w, b = sa.parameter("w", real=True), sa.parameter("b", real=True)
    value = {1: w * 0 + b, -1: w * gap + b}
    return sa.Claim(
        name="linearly_separable_for_every_gap",
        number="S2",
        source="stutz2019",
        place="Example and Definition",
        sentence="This problem is linearly separable for any $\\epsilon > 0$.",
        says=(
            "For every gap > 0 some affine function is positive at the point of label 1 and negative "
            "at the point of label -1."
        ),
        statement=sa.Exists(sp.Tuple(w, b), sp.And(value[1] > 0, value[-1] < 0)),
        where=("$w x + b$ is the function"),
    )
