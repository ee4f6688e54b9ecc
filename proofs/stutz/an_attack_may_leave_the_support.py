"""S7: an attack may leave the support."""

import sympy as sp

import symadv as sa


def an_attack_may_leave_the_support() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), (x,) = d.parameters, d.features
    E, x_adv = sa.parameter("E", positive=True), sa.parameter("x_adv", real=True)
    f = sa.classifier("threshold", d, at=gap / 2, below=1, tie=1).regions()
    off_support = sp.And(sp.Ne(x_adv, 0), sp.Ne(x_adv, gap))
    found = sp.Or(
        *(
            sp.And(
                sa.bayes_label_is(d, y, (x,)),
                sp.Abs(x_adv - x) <= E,
                off_support,
                sa.adversarial(sa.definition("boundary"), d, f, y, (x,), (x_adv,)),
            )
            for y in d.labels
        )
    )
    return sa.Claim(
        name="an_attack_may_leave_the_support",
        number="S7",
        source="stutz2019",
        place="Example and Definition",
        sentence=(
            "the data distribution is zero for any $\\tilde{x} \\notin \\{0, \\epsilon\\}$ — and it is not"
            " guaranteed that standard attacks will produce adversarial examples with non-zero "
            "probability."
        ),
        says=(
            "Against the max-margin classifier, the closed ball of radius E holds a misclassified "
            "point off the support."
        ),
        statement=sa.Exists(sp.Tuple(x, x_adv), found),
        exactly_when=gap / 2 <= E,
        expects="REFUTED",
        expects_exactness="PROVED",
        why="with a smaller budget the max-margin classifier has no misclassified point in reach at all",
        because={"The Bayes rule, two point masses": sa.bayes_rule(d)},
    )
