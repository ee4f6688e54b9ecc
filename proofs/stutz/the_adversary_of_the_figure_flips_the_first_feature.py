"""S13: at the figure's eta = 3 every budget of at least 2 eta lets the adversary flip x_1."""

import sympy as sp

import symadv as sa


def the_adversary_of_the_figure_flips_the_first_feature() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    E = sa.parameter("E", positive=True)
    return sa.Claim(
        name="the_adversary_of_the_figure_flips_the_first_feature",
        number="S13",
        source="stutz2019",
        place="Discussion",
        sentence=(
            "For an $L_\\infty$-bounded adversary with $\\epsilon \\geq 2 \\eta$, that is, an attacker "
            "that can manipulate the samples by $2\\eta$ or more per dimension"
        ),
        says=r"At the figure's $\eta = 3$ every budget of at least $2\eta$ lets the adversary flip $x_1$.",
        statement=sp.Implies(E >= 2 * 3, E >= 2),
    )
