"""T2: the theorem, and that p must be at least 1/2."""

import sympy as sp

import symadv as sa


def the_theorem_holds_from_one_half_on() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    p = d.parameters[0]
    # Pr[f = 1] at each value of x_1 under the Gaussian of each label: all that the theorem knows of a classifier.
    says_1 = {(s, y): sa.parameter(f"m{'ab'[s > 0]}{'12'[y > 0]}", real=True) for s in d.labels for y in d.labels}
    probabilities = tuple(sp.And(m >= 0, m <= 1) for m in says_1.values())

    def accuracy(gaussian: int) -> sp.Expr:
        """Of f when label y comes with the Gaussian of ``gaussian * y``: -1 for the shift by 2 eta."""
        return sum(
            d.prior_of(y) * weighted.weight * (says_1[s, gaussian * y] if y == 1 else 1 - says_1[s, gaussian * y])
            for component in d.components
            for (_, s), *_ in [component.stratum.fixed]
            for y, weighted in component.densities
        )

    delta, shifted = 1 - accuracy(1), accuracy(-1)
    bound = sa.ForAll(sp.Tuple(*says_1.values()), sp.Implies(sp.And(*probabilities), shifted <= p / (1 - p) * delta))
    return sa.Claim(
        name="the_theorem_holds_from_one_half_on",
        number="T2",
        source="tsipras2019",
        place="Theorem 2.1",
        sentence="",
        says=(
            r"For every classifier the accuracy under the shift by $2\eta$ is at most $\frac{p}{1-p}\delta$, "
            r"where $\delta$ is its error."
        ),
        statement=bound,
        exactly_when=p >= sp.Rational(1, 2),
        expects="REFUTED",
        expects_exactness="PROVED",
        why=r"the hypothesis $p \ge 1/2$ is needed: below, the slack is negative unless A = 1",
        where=(
            r"$\mathrm{ma}$ and $\mathrm{mb}$ are $\Pr[f = 1]$ at $x_1 = -1$ and at $x_1 = 1$, the index 1 for the "
            r"Gaussian of the label "
            r"$-1$, 2 for that of 1"
        ),
    )
