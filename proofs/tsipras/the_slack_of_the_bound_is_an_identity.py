"""T1: by how much the bound on the shifted accuracy is missed."""

import sympy as sp

import symadv as sa


def the_slack_of_the_bound_is_an_identity() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    p = d.parameters[0]
    # Pr[f = 1] at each value of x_1 under the Gaussian of each label: all that the theorem knows of a classifier.
    says_1 = {(s, y): sa.parameter(f"m{'ab'[s > 0]}{'12'[y > 0]}", real=True) for s in d.labels for y in d.labels}

    def accuracy(gaussian: int) -> sp.Expr:
        """Of f when label y comes with the Gaussian of ``gaussian * y``: -1 for the shift by 2 eta."""
        return sum(
            d.prior_of(y) * weighted.weight * (says_1[s, gaussian * y] if y == 1 else 1 - says_1[s, gaussian * y])
            for component in d.components
            for (_, s), *_ in [component.stratum.fixed]
            for y, weighted in component.densities
        )

    delta, shifted = 1 - accuracy(1), accuracy(-1)
    slack = (1 - (says_1[1, 1] - says_1[-1, -1])) * (2 * p - 1) / (2 * (1 - p))
    return sa.Claim(
        name="the_slack_of_the_bound_is_an_identity",
        number="T1",
        source="tsipras2019",
        place="Theorem 2.1",
        sentence="",
        says=(
            r"Whatever a classifier is: with $\delta$ its error, the bound $\frac{p}{1-p}\delta$ exceeds its "
            r"accuracy under the shift by $2\eta$ by exactly $\frac{(1-A)(2p-1)}{2(1-p)}$, where $A = \Pr[f=1 "
            r"\mid x_1=1, G_+] - \Pr[f=1 \mid x_1=-1, G_-]$."
        ),
        statement=sp.Eq(p / (1 - p) * delta - shifted, slack, evaluate=False),
        where=(
            r"$\mathrm{ma}$ and $\mathrm{mb}$ are $\Pr[f = 1]$ at $x_1 = -1$ and at $x_1 = 1$, the index 1 for the "
            r"Gaussian of the label "
            r"$-1$, 2 for that of 1"
        ),
    )
