"""S5: the constant classifier has no adversarial example under the adversarial loss either."""

import sympy as sp

import symadv as sa


def a_constant_classifier_is_robust_under_the_adversarial_loss() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (x,) = d.features
    f = sa.classifier("constant", d, label=1).regions()
    x_adv = sa.parameter("x_adv", real=True)
    found = sp.Or(
        *(
            sp.And(
                sa.bayes_label_is(d, y, (x,)),
                sa.adversarial(sa.definition("adversarial_loss"), d, f, y, (x,), (x_adv,)),
            )
            for y in d.labels
        )
    )
    return sa.Claim(
        name="a_constant_classifier_is_robust_under_the_adversarial_loss",
        number="S5",
        source="stutz2019",
        place="Example and Definition",
        sentence=("Note, however, that a constant classifier will be robust — but not perform better than chance."),
        says=("The constant classifier has no adversarial example under the adversarial loss either."),
        statement=sa.ForAll(sp.Tuple(x, x_adv), sp.Not(found)),
        exactly_when=sp.false,
        expects="REFUTED",
        expects_exactness="PROVED",
        why="it counts the clean errors too: the sample of the other label is wrong already",
        because={"The Bayes rule, two point masses": sa.bayes_rule(d)},
    )
