"""S9: the threshold at gap/2 classifies both points rightly, whatever it does at the threshold itself."""

import sympy as sp

import symadv as sa


def the_max_margin_classifier_is_accurate() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), (x,) = d.parameters, d.features
    right = [
        sp.Implies(
            sa.bayes_label_is(d, y, (x,)),
            sa.lies_in(sa.classifier("threshold", d, at=gap / 2, below=1, tie=tie).regions()[y], (x,)),
        )
        for y in d.labels
        for tie in d.labels
    ]
    return sa.Claim(
        name="the_max_margin_classifier_is_accurate",
        number="S9",
        source="stutz2019",
        place="Example and Definition",
        sentence=(
            "Then, the max-margin classifier with threshold $\\frac{\\epsilon}{2}$ will be accurate and"
            " robust when only allowing adversarial examples adhering to the following definition"
        ),
        says=("The threshold at gap/2 classifies both points rightly, whatever it does at the threshold itself."),
        statement=sa.ForAll(sp.Tuple(x), sp.And(*right)),
        because={"The Bayes rule, two point masses": sa.bayes_rule(d)},
    )
