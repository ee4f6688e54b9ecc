"""T6: the accuracies of the average of d weak features."""

import sympy as sp

import symadv as sa


def the_average_of_many_weak_features_is_normal() -> sa.Claim:
    """The claim, with its statement built from the distributions."""
    parts, because = [], {}
    for count in (16, 100):
        d = sa.distribution("tsipras", weak=count)
        (_, eta), E = d.parameters, sa.parameter("E", positive=True)
        threat = sa.ThreatModel(norm="linf", eps=E)
        average = sa.classifier("linear", d, weights=(0, *[1] * count), bias=0, tie=1)
        wrong, loss = (
            sa.risk(average, d, threat, definition=name) for name in ("misclassification", "adversarial_loss")
        )
        root = sp.sqrt(count)
        parts += [
            sp.Eq(1 - wrong.lower, sa.Phi(eta * root), evaluate=False),
            sp.Eq(1 - loss.lower, sa.Phi((eta - E) * root), evaluate=False),
        ]
        because |= {
            f"The error of the average of {count} weak features": wrong.derivation,
            f"The adversarial loss of the average of {count} weak features": loss.derivation,
        }
    return sa.Claim(
        name="the_average_of_many_weak_features_is_normal",
        number="T6",
        source="tsipras2019",
        place="Theorem 2.2",
        sentence="",
        says=(
            r"With d = 16 and d = 100 the sign of the average of the weak features has accuracy "
            r"$\Phi(\eta\sqrt{d})$, "
            r"and $\Phi((\eta - E)\sqrt{d})$ against an $L_\infty$ budget of E: the average has variance 1/d."
        ),
        statement=sp.And(*parts),
        because=because,
    )
