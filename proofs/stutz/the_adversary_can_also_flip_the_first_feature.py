"""S13: the adversary can also flip the first feature."""

import sympy as sp

import symadv as sa


def the_adversary_can_also_flip_the_first_feature() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    _, eta = d.parameters
    E = sa.parameter("E", positive=True)
    return sa.Claim(
        name="the_adversary_can_also_flip_the_first_feature",
        number="S13",
        source="stutz2019",
        place="Discussion",
        sentence=(
            "For an $L_\\infty$-bounded adversary with $\\epsilon \\geq 2 \\eta$, that is, an attacker "
            "that can manipulate the samples by $2\\eta$ or more per dimension"
        ),
        says=(
            r"An adversary with a budget of at least $2\eta$ can move $x_1$ from one value to the other (a "
            "distance of 2)."
        ),
        statement=sa.ForAll(sp.Tuple(E), sp.Implies(2 * eta <= E, E >= 2)),
        exactly_when=eta >= 1,
        expects="REFUTED",
        expects_exactness="PROVED",
        why=(r"in d dimensions with $\eta/\sqrt{d}$ in its place it cannot; at the figure's $\eta = 3$ it can"),
    )
