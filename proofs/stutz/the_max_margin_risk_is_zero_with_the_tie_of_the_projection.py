"""S9: the label-invariant risk of the max-margin classifier, f(gap/2) = 1."""

import sympy as sp

import symadv as sa


def the_max_margin_risk_is_zero_with_the_tie_of_the_projection() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), E = d.parameters, sa.parameter("E", positive=True)
    threat = sa.ThreatModel(norm="linf", eps=E)
    f = sa.classifier("threshold", d, at=gap / 2, below=1, tie=1)
    risk = sa.risk(f, d, threat, definition="label_invariant")
    return sa.Claim(
        name="the_max_margin_risk_is_zero_with_the_tie_of_the_projection",
        number="S9",
        source="stutz2019",
        place="Example and Definition",
        sentence=(
            "Then, the max-margin classifier with threshold $\\frac{\\epsilon}{2}$ will be accurate and"
            " robust when only allowing adversarial examples adhering to the following definition"
        ),
        says=(
            "When f is 1 at the threshold, as the projection's tie, the label-invariant risk of the max-margin "
            "classifier is 0 for every gap and budget."
        ),
        statement=sp.Eq(risk.lower, 0, evaluate=False),
        because={"The label-invariant risk of the max-margin classifier, 1 at the threshold": risk.derivation},
    )
