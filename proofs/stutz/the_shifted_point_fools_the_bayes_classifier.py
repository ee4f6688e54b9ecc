"""S17: the shifted point fools the bayes classifier."""

import sympy as sp

import symadv as sa


def the_shifted_point_fools_the_bayes_classifier() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, eta) = d.parameters
    f = sa.classifier("bayes", d).regions()
    x, x_adv = (sp.Integer(-1), eta), (sp.Integer(-1), -eta)
    t = sp.exp(-2 * eta**2)
    return sa.Claim(
        name="the_shifted_point_fools_the_bayes_classifier",
        number="S17",
        source="stutz2019",
        place="Discussion",
        sentence=(
            "the adversarial example is valid when considered in the context of the adversarial loss as defined in []"
        ),
        says=(
            r"For the Bayes rule, $\tilde{x} = (-1, -\eta)$ is an adversarial example for y = 1 under the "
            "adversarial loss (ties of the rule count for label 1)."
        ),
        statement=sa.adversarial(sa.definition("adversarial_loss"), d, f, 1, x, x_adv),
        exactly_when=p > t / (1 + t),
        expects="REFUTED",
        expects_exactness="PROVED",
        because={
            "The log-odds, the flip-and-Gaussian distribution": sa.log_odds(d),
            "The label after projection, the flip-and-Gaussian distribution": sa.label(d),
        },
    )
