"""S5: its accuracy is the prior of its label, which is 1/2, the accuracy of a guess among two labels."""

import sympy as sp

import symadv as sa


def a_constant_classifier_is_no_better_than_chance() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    accuracy = d.prior_of(1)
    return sa.Claim(
        name="a_constant_classifier_is_no_better_than_chance",
        number="S5",
        source="stutz2019",
        place="Example and Definition",
        sentence=("Note, however, that a constant classifier will be robust — but not perform better than chance."),
        says=("Its accuracy is the prior of its label, which is 1/2, the accuracy of a guess among two labels."),
        statement=sp.Eq(accuracy, sp.Rational(1, len(d.labels)), evaluate=False),
    )
