"""S5: the risks of a constant classifier as formulas."""

import sympy as sp

import symadv as sa


def a_constant_classifier_has_no_risk_under_three_definitions() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    E = sa.parameter("E", positive=True)
    threat = sa.ThreatModel(norm="linf", eps=E)
    f = sa.classifier("constant", d, label=1)
    counted = ("boundary", "prediction_change", "label_invariant", "adversarial_loss")
    bounds = sa.risks(f, d, threat, definitions=counted)
    *none, loss = (bounds[name].lower for name in counted)
    return sa.Claim(
        name="a_constant_classifier_has_no_risk_under_three_definitions",
        number="S5",
        source="stutz2019",
        place="Example and Definition",
        sentence="Note, however, that a constant classifier will be robust — but not perform better than chance.",
        says=(
            "For every gap and budget the risk of the constant classifier is 0 under boundary, prediction change "
            "and label-invariant, and 1/2 under the adversarial loss."
        ),
        statement=sp.And(
            *(sp.Eq(risk, 0, evaluate=False) for risk in none), sp.Eq(loss, sp.Rational(1, 2), evaluate=False)
        ),
        because={
            f"The risk of the constant classifier, {name.replace('_', ' ')}": bounds[name].derivation
            for name in counted
        },
    )
