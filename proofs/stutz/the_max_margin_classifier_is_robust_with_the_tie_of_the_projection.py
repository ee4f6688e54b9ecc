"""S9: the max margin classifier is robust with the tie of the projection."""

import sympy as sp

import symadv as sa


def the_max_margin_classifier_is_robust_with_the_tie_of_the_projection() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), (x,) = d.parameters, d.features
    x_adv = sa.parameter("x_adv", real=True)
    f = sa.classifier("threshold", d, at=gap / 2, below=1, tie=1).regions()
    found = sp.Or(
        *(
            sp.And(
                sa.bayes_label_is(d, y, (x,)), sa.adversarial(sa.definition("label_invariant"), d, f, y, (x,), (x_adv,))
            )
            for y in d.labels
        )
    )
    return sa.Claim(
        name="the_max_margin_classifier_is_robust_with_the_tie_of_the_projection",
        number="S9",
        source="stutz2019",
        place="Example and Definition",
        sentence=(
            "Then, the max-margin classifier with threshold $\\frac{\\epsilon}{2}$ will be accurate and"
            " robust when only allowing adversarial examples adhering to the following definition"
        ),
        says=(
            "When f is 1 at the threshold, as the projection's tie, the max-margin classifier has no "
            "label-invariant adversarial example, at any budget."
        ),
        statement=sa.ForAll(sp.Tuple(x, x_adv), sp.Not(found)),
        expects="PROVED",
        because={
            "The label after projection, two point masses": sa.label(d),
            "The Bayes rule, two point masses": sa.bayes_rule(d),
        },
    )
