"""S19: the definition makes a difference for the bayes classifier."""

import sympy as sp

import symadv as sa


def the_definition_makes_a_difference_for_the_bayes_classifier() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    threat = sa.ThreatModel(norm="linf", eps=6)

    risks = sa.risks("bayes", d, threat)
    loss, invariant = (risks[name].evidence.expression for name in ("adversarial_loss", "label_invariant"))
    return sa.Claim(
        name="the_definition_makes_a_difference_for_the_bayes_classifier",
        number="S19",
        source="stutz2019",
        place="Conclusion",
        sentence=(
            "On toy datasets, I demonstrated that this definition of adversarial examples makes a "
            "significant difference."
        ),
        says=(
            "At the figure's parameters and a budget of 6, the Bayes rule after projection has an "
            "adversarial loss above .999 and no label-invariant risk at all."
        ),
        statement=sp.And(sp.Gt(loss, sp.Rational(999, 1000), evaluate=False), sp.Eq(invariant, 0, evaluate=False)),
    )
