"""S18: the figure shows four clusters."""

import sympy as sp

import symadv as sa


def the_figure_shows_four_clusters() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    at_figure = d.at(p="9/10", eta=3)
    masses = [at_figure.prior_of(y) * weighted.weight for c in at_figure.components for y, weighted in c.densities]
    wanted = [sp.Rational(9, 20), sp.Rational(1, 20), sp.Rational(1, 20), sp.Rational(9, 20)]
    return sa.Claim(
        name="the_figure_shows_four_clusters",
        number="S18",
        source="stutz2019",
        place="Figure 2",
        sentence=(
            "Figure 2: Illustration of the toy dataset proposed in [] for $p = 0.9$ and $\\eta = 3$; "
            "see the text for details."
        ),
        says=(
            "At $p = 9/10$ the four clusters, one for each value of $x_1$ and each label, have masses 9/20, "
            "1/20, 1/20 and 9/20."
        ),
        statement=sp.And(*(sp.Eq(mass, value, evaluate=False) for mass, value in zip(masses, wanted, strict=True))),
    )
