"""S9: the max margin threshold is the only robust one."""

import sympy as sp

import symadv as sa


def the_max_margin_threshold_is_the_only_robust_one() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), (x,) = d.parameters, d.features
    t, x_adv = sa.parameter("t", positive=True), sa.parameter("x_adv", real=True)
    f = sa.classifier("threshold", d, at=t, below=1, tie=1).regions()
    found = sp.Or(
        *(
            sp.And(
                sa.bayes_label_is(d, y, (x,)), sa.adversarial(sa.definition("label_invariant"), d, f, y, (x,), (x_adv,))
            )
            for y in d.labels
        )
    )
    return sa.Claim(
        name="the_max_margin_threshold_is_the_only_robust_one",
        number="S9",
        source="stutz2019",
        place="Example and Definition",
        sentence=(
            "Then, the max-margin classifier with threshold $\\frac{\\epsilon}{2}$ will be accurate and"
            " robust when only allowing adversarial examples adhering to the following definition"
        ),
        says=(
            "Among the accurate thresholds t (0 < t < gap, label 1 at t), a threshold classifier has "
            "no label-invariant adversarial example at any budget exactly when t = gap/2."
        ),
        statement=sa.ForAll(sp.Tuple(x, x_adv), sp.Not(found)),
        given=(t < gap,),
        exactly_when=sp.Eq(t, gap / 2),
        expects="REFUTED",
        expects_exactness="PROVED",
        because={
            "The label after projection, two point masses": sa.label(d),
            "The Bayes rule, two point masses": sa.bayes_rule(d),
        },
        where=(r"x is a sample and $\tilde{x}$ its perturbation"),
    )
