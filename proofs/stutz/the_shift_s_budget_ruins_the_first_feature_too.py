"""S13: what a budget of at least 2 eta does to a classifier by the first feature."""

import sympy as sp

import symadv as sa


def the_shift_s_budget_ruins_the_first_feature_too() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (_, eta), E = d.parameters, sa.parameter("E", positive=True)
    threat = sa.ThreatModel(norm="linf", eps=E)
    f = sa.classifier("linear", d, weights=(1, 0), bias=0, tie=1)
    loss = sa.risk(f, d, threat, definition="adversarial_loss")
    return sa.Claim(
        name="the_shift_s_budget_ruins_the_first_feature_too",
        number="S13",
        source="stutz2019",
        place="Discussion",
        sentence=(
            "For an $L_\\infty$-bounded adversary with $\\epsilon \\geq 2 \\eta$, that is, an attacker "
            "that can manipulate the samples by $2\\eta$ or more per dimension"
        ),
        says=(
            r"With every budget $E \ge 2\eta$ the classifier by the sign of $x_1$ alone has an adversarial loss "
            r"of 1."
        ),
        statement=sa.ForAll(sp.Tuple(E), sp.Implies(2 * eta <= E, sp.Eq(loss.lower, 1))),
        exactly_when=eta > sp.Rational(1, 2),
        expects="REFUTED",
        expects_exactness="PROVED",
        why=r"a budget of $2\eta$ crosses $x_1 = 0$ only if it is above 1; its loss is $1 - p$ below",
        because={"The adversarial loss of the sign of $x_1$": loss.derivation},
    )
