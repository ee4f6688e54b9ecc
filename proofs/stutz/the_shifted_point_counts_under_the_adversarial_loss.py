"""S17: the shifted point counts under the adversarial loss."""

import sympy as sp

import symadv as sa


def the_shifted_point_counts_under_the_adversarial_loss() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    _, eta = d.parameters
    f = sa.classifier("linear", d, weights=(0, 1), bias=0, tie=1).regions()
    x, x_adv = (sp.Integer(-1), eta), (sp.Integer(-1), -eta)
    return sa.Claim(
        name="the_shifted_point_counts_under_the_adversarial_loss",
        number="S17",
        source="stutz2019",
        place="Discussion",
        sentence=(
            "the adversarial example is valid when considered in the context of the adversarial loss as defined in []"
        ),
        says=(
            r"For a classifier by the sign of $x_2$, $\tilde{x} = (-1, -\eta)$ is an adversarial example for "
            r"$(x, y) = ((-1, \eta), 1)$ under the adversarial loss."
        ),
        statement=sa.adversarial(sa.definition("adversarial_loss"), d, f, 1, x, x_adv),
    )
