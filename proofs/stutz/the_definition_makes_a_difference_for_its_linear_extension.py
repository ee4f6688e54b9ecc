"""S19: the definition makes a difference for its linear extension."""

import sympy as sp

import symadv as sa


def the_definition_makes_a_difference_for_its_linear_extension() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    threat = sa.ThreatModel(norm="linf", eps=6)

    f = sa.classifier("linear", d, weights=(sp.log(9), 6), bias=0, tie=1)
    risks = sa.risks(f, d, threat)
    boundary, invariant = (risks[name].evidence.expression for name in ("boundary", "label_invariant"))
    return sa.Claim(
        name="the_definition_makes_a_difference_for_its_linear_extension",
        number="S19",
        source="stutz2019",
        place="Conclusion",
        sentence=(
            "On toy datasets, I demonstrated that this definition of adversarial examples makes a "
            "significant difference."
        ),
        says=(
            "For the linear classifier that agrees with the Bayes rule on the support, the label-"
            "invariant risk is below the boundary risk by more than 1/100."
        ),
        statement=sp.Gt(boundary - invariant, sp.Rational(1, 100), evaluate=False),
        expects="REFUTED",
        why="the label-invariant risk is discontinuous in f: any mismatch off the support is in reach",
    )
