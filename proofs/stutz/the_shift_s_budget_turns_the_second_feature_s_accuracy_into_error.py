"""S17: the adversarial loss of the classifier by the second feature."""

import sympy as sp

import symadv as sa


def the_shift_s_budget_turns_the_second_feature_s_accuracy_into_error() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (_, eta), E = d.parameters, sa.parameter("E", positive=True)
    threat = sa.ThreatModel(norm="linf", eps=E)
    f = sa.classifier("linear", d, weights=(0, 1), bias=0, tie=1)
    loss, wrong = (sa.risk(f, d, threat, definition=name) for name in ("adversarial_loss", "misclassification"))
    return sa.Claim(
        name="the_shift_s_budget_turns_the_second_feature_s_accuracy_into_error",
        number="S17",
        source="stutz2019",
        place="Discussion",
        sentence=(
            "the adversarial example is valid when considered in the context of the adversarial loss as defined in []"
        ),
        says=(r"For the classifier by the sign of $x_2$ the adversarial loss at the budget $2\eta$ is its accuracy."),
        statement=sp.Eq(loss.lower.subs(E, 2 * eta), 1 - wrong.lower, evaluate=False),
        because={
            "The adversarial loss of the sign of $x_2$": loss.derivation,
            "The error of the sign of $x_2$": wrong.derivation,
        },
    )
