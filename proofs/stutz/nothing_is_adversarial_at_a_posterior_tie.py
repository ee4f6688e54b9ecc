"""S10: nothing is adversarial at a posterior tie."""

import sympy as sp

import symadv as sa


def nothing_is_adversarial_at_a_posterior_tie() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    x1, x2 = d.features
    label, log_odds = sa.label(d), sa.log_odds(d)
    tie = sp.Eq(log_odds.result, 0)
    strict = sp.Or(*(sa.lies_in(region, (x1, x2)) for region in label.result.values()))
    return sa.Claim(
        name="nothing_is_adversarial_at_a_posterior_tie",
        number="S10",
        source="stutz2019",
        place="Definition",
        sentence=(
            "Then, $\\tilde{x}$ is an adversarial example if $f(\\tilde{x}) \\neq y$ but "
            "$p(y|\\pi(\\tilde{x})) > p(y'|\\pi(\\tilde{x}))$ for any $y' \\neq y$ with $\\pi(\\tilde{x})$ "
            "being the orthogonal projection of $\\tilde{x}$ onto the support of $p$."
        ),
        says=(
            "Where the posterior at the projection ties, no label is strictly the most probable one, "
            "so that nothing is adversarial."
        ),
        statement=sp.Implies(sp.And(tie, sp.Or(sp.Eq(x1, -1), sp.Eq(x1, 1))), sp.Not(strict)),
        because={
            "The label after projection, the flip-and-Gaussian distribution": label,
            "The log-odds, the flip-and-Gaussian distribution": log_odds,
        },
    )
