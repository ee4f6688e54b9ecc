"""S4: no classifier is robust under the boundary definition."""

import sympy as sp

import symadv as sa


def no_classifier_is_robust_under_the_boundary_definition() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (x,) = d.features
    f = sa.classifier("constant", d, label=1).regions()
    x_adv = sa.parameter("x_adv", real=True)
    found = sp.Or(
        *(
            sp.And(sa.bayes_label_is(d, y, (x,)), sa.adversarial(sa.definition("boundary"), d, f, y, (x,), (x_adv,)))
            for y in d.labels
        )
    )
    return sa.Claim(
        name="no_classifier_is_robust_under_the_boundary_definition",
        number="S4",
        source="stutz2019",
        place="Example and Definition",
        sentence=(
            "However, it seems that no classifier can be adversarially robust against an "
            "$\\epsilon$-constrained adversary."
        ),
        says=(
            r"Under the definition of the article's own Background, $f(x) = y$ and $f(\tilde{x}) \ne y$, no "
            "classifier is robust."
        ),
        statement=sa.Exists(sp.Tuple(x, x_adv), found),
        expects="REFUTED",
        why="the constant classifier has no adversarial example under it",
        because={"The Bayes rule, two point masses": sa.bayes_rule(d)},
    )
