"""T11: the smallest adversarial loss over all classifiers at the figure's parameters."""

import sympy as sp

import symadv as sa


def the_smallest_adversarial_losses_of_the_figure() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras").at(p="9/10", eta=3)

    def least(eps: object) -> sp.Expr:
        return sa.smallest_risk(d, sa.ThreatModel(norm="linf", eps=eps)).expression

    return sa.Claim(
        name="the_smallest_adversarial_losses_of_the_figure",
        number="T11",
        source="tsipras2019",
        place="Theorem 2.1",
        sentence="",
        says=(
            r"At $p = 9/10$, $\eta = 3$ no classifier has a smaller adversarial loss than 1/2 against a budget of 3 or "
            r"6; $\Phi(-1)$ against 2; $1 - p$ against 3 for $x_2$ alone, $x_1$ being left."
        ),
        statement=sp.And(
            sp.Eq(least(6), sp.Rational(1, 2), evaluate=False),
            sp.Eq(least(3), sp.Rational(1, 2), evaluate=False),
            sp.Eq(least(2), sa.Phi(-1), evaluate=False),
            sp.Eq(least((0, 3)), sp.Rational(1, 10), evaluate=False),
        ),
    )
