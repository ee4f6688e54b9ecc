"""T5: the average of the weak features, in d = 100 dimensions."""

import sympy as sp

import symadv as sa


def the_average_of_many_weak_features_is_accurate_and_not_robust() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    count = 100
    d = sa.distribution("tsipras", weak=count)
    (_, eta), E = d.parameters, sa.parameter("E", positive=True)
    f = sa.classifier("linear", d, weights=(0, *[1] * count), bias=0, tie=1)
    names = ("misclassification", "adversarial_loss")
    wrong, loss = (sa.risk(f, d, sa.ThreatModel(norm="linf", eps=E), definition=name) for name in names)
    little = sp.Rational(1, 100)
    return sa.Claim(
        name="the_average_of_many_weak_features_is_accurate_and_not_robust",
        number="T5",
        source="tsipras2019",
        place="Section 2.1",
        sentence="",
        says=(
            r"With d = 100 weak features and $\eta \ge 4/\sqrt{d}$ the sign of their average is right with a "
            r"probability of more than .99, and against an $L_\infty$ budget of $2\eta$ with less than .01."
        ),
        statement=sp.And(1 - wrong.lower > 1 - little, 1 - loss.lower.subs(E, 2 * eta) < little),
        given=(eta >= 4 / sp.sqrt(count),),
        because={
            "The error of the average of $d$ weak features": wrong.derivation,
            "The adversarial loss of the average of $d$ weak features": loss.derivation,
        },
    )
