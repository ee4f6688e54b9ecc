"""S5: a constant classifier is robust."""

import sympy as sp

import symadv as sa


def a_constant_classifier_is_robust() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (x,) = d.features
    f = sa.classifier("constant", d, label=1).regions()
    x_adv = sa.parameter("x_adv", real=True)
    found = sp.Or(
        *(
            sp.And(sa.bayes_label_is(d, y, (x,)), sa.adversarial(sa.definition(name), d, f, y, (x,), (x_adv,)))
            for y in d.labels
            for name in ("boundary", "prediction_change", "label_invariant")
        )
    )
    return sa.Claim(
        name="a_constant_classifier_is_robust",
        number="S5",
        source="stutz2019",
        place="Example and Definition",
        sentence=("Note, however, that a constant classifier will be robust — but not perform better than chance."),
        says=(
            "The constant classifier has no adversarial example under boundary, prediction change and label-invariant."
        ),
        statement=sa.ForAll(sp.Tuple(x, x_adv), sp.Not(found)),
        because={
            "The label after projection, two point masses": sa.label(d),
            "The Bayes rule, two point masses": sa.bayes_rule(d),
        },
    )
