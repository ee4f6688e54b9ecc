"""S12: the overlap 2 Phi(-eta) decreases strictly in eta: it and eta determine each other."""

import sympy as sp

import symadv as sa


def the_overlap_shrinks_as_eta_grows() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    _, eta = d.parameters

    return sa.Claim(
        name="the_overlap_shrinks_as_eta_grows",
        number="S12",
        source="stutz2019",
        place="Discussion",
        sentence="$\\eta$ defines the overlap of both distributions over $x_2$",
        says=r"The overlap $2\Phi(-\eta)$ decreases strictly in $\eta$: it and $\eta$ determine each other.",
        statement=sp.Lt(sp.diff(2 * sa.Phi(-eta), eta), 0, evaluate=False),
    )
