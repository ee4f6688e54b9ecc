"""S12: the common area under the two densities of x_2 is 2 Phi(-eta)."""

import sympy as sp

import symadv as sa


def the_overlap_is_a_function_of_eta() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (_, eta), (_, x2) = d.parameters, d.features
    plus, minus = (sa.NormalDensity(x2, y * eta, 1) for y in (1, -1))
    overlap = sp.Integral(plus, (x2, -sp.oo, 0)) + sp.Integral(minus, (x2, 0, sp.oo))
    return sa.Claim(
        name="the_overlap_is_a_function_of_eta",
        number="S12",
        source="stutz2019",
        place="Discussion",
        sentence="$\\eta$ defines the overlap of both distributions over $x_2$",
        says=r"The common area under the two densities of $x_2$ is $2\Phi(-\eta)$.",
        statement=sp.Eq(overlap, 2 * sa.Phi(-eta), evaluate=False),
        why="the smaller density is that of label 1 left of 0 and that of label -1 right of it: the next claim",
    )
