"""T6: the accuracies of the average of d weak features."""

import sympy as sp

import symadv as sa


def the_average_of_many_weak_features_is_normal() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    count = 100
    d = sa.distribution("tsipras", weak=count)
    (_, eta), E = d.parameters, sa.parameter("E", positive=True)
    f = sa.classifier("linear", d, weights=(0, *[1] * count), bias=0, tie=1)
    names = ("misclassification", "adversarial_loss")
    wrong, loss = (sa.risk(f, d, sa.ThreatModel(norm="linf", eps=E), definition=name) for name in names)
    root = sp.sqrt(count)
    return sa.Claim(
        name="the_average_of_many_weak_features_is_normal",
        number="T6",
        source="tsipras2019",
        place="Section 2.1",
        sentence="",
        says=(
            r"With d = 100 the sign of the average of the weak features has accuracy $\Phi(\eta\sqrt{d})$, and "
            r"$\Phi((\eta - E)\sqrt{d})$ against an $L_\infty$ budget of E."
        ),
        statement=sp.And(
            sp.Eq(1 - wrong.lower, sa.Phi(eta * root), evaluate=False),
            sp.Eq(1 - loss.lower, sa.Phi((eta - E) * root), evaluate=False),
        ),
        because={
            "The error of the average of $d$ weak features": wrong.derivation,
            "The adversarial loss of the average of $d$ weak features": loss.derivation,
        },
    )
