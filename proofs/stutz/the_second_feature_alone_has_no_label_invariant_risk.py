"""S19: the classifier by the second feature under the Definition."""

import sympy as sp

import symadv as sa


def the_second_feature_alone_has_no_label_invariant_risk() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, _), E = d.parameters, sa.parameter("E", positive=True)
    threat = sa.ThreatModel(norm="linf", eps=E)
    f = sa.classifier("linear", d, weights=(0, 1), bias=0, tie=1)
    risk = sa.risk(f, d, threat, definition="label_invariant")
    return sa.Claim(
        name="the_second_feature_alone_has_no_label_invariant_risk",
        number="S19",
        source="stutz2019",
        place="Conclusion",
        sentence=(
            "On toy datasets, I demonstrated that this definition of adversarial examples makes a "
            "significant difference."
        ),
        says=("The classifier by the sign of $x_2$ alone has no label-invariant risk."),
        statement=sp.Eq(risk.lower, 0),
        exactly_when=sp.Eq(p, sp.Rational(1, 2)),
        expects="REFUTED",
        expects_exactness="PROVED",
        why="it is the Bayes rule at p = 1/2 alone; elsewhere some $x_2$ in reach has the label of $x_1$",
        because={"The label-invariant risk of the sign of $x_2$": risk.derivation},
    )
