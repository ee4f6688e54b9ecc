"""T5: the average of the weak features, in 16 and in 100 dimensions."""

import sympy as sp

import symadv as sa


def the_average_of_many_weak_features_is_accurate_and_not_robust() -> sa.Claim:
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
        little = sp.Rational(1, 100)
        known = sp.And(1 - wrong.lower > 1 - little, 1 - loss.lower.subs(E, 2 * eta) < little)
        parts.append(sp.Implies(eta >= 4 / sp.sqrt(count), known))
        because |= {
            f"The error of the average of {count} weak features": wrong.derivation,
            f"The adversarial loss of the average of {count} weak features": loss.derivation,
        }
    return sa.Claim(
        name="the_average_of_many_weak_features_is_accurate_and_not_robust",
        number="T5",
        source="tsipras2019",
        place="Theorem 2.2",
        sentence="",
        says=(
            r"With d = 16 and d = 100 weak features and $\eta \ge 4/\sqrt{d}$ the sign of their average (the "
            r"unit-norm mean classifier) is right with a probability of more than .99, and against an $L_\infty$ "
            r"budget "
            r"of $2\eta$ with less than .01."
        ),
        statement=sp.And(*parts),
        because=because,
    )
