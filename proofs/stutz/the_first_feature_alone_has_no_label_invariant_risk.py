"""S19: the classifier by the first feature under the Definition."""

import sympy as sp

import symadv as sa


def the_first_feature_alone_has_no_label_invariant_risk() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    E = sa.parameter("E", positive=True)
    threat = sa.ThreatModel(norm="linf", eps=E)
    f = sa.classifier("linear", d, weights=(1, 0), bias=0, tie=1)
    risk = sa.risk(f, d, threat, definition="label_invariant")
    return sa.Claim(
        name="the_first_feature_alone_has_no_label_invariant_risk",
        number="S19",
        source="stutz2019",
        place="Conclusion",
        sentence=(
            "On toy datasets, I demonstrated that this definition of adversarial examples makes a "
            "significant difference."
        ),
        says=("The classifier by the sign of $x_1$ alone has no label-invariant risk."),
        statement=sp.Eq(risk.lower, 0),
        exactly_when=E < 1,
        expects="REFUTED",
        expects_exactness="PROVED",
        why=(
            r"from E = 1 on it is reached where it differs from the Bayes rule: $p\,\Phi(E + \eta - "
            r"\frac{1}{2\eta}\log\frac{p}{1-p})$ beyond 1"
        ),
        because={"The label-invariant risk of the sign of $x_1$": risk.derivation},
    )
