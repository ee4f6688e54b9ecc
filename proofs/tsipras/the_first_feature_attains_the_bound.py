"""T4: the sign of x1 attains the bound, with small budgets alone."""

import sympy as sp

import symadv as sa


def the_first_feature_attains_the_bound() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, _), E = d.parameters, sa.parameter("E", positive=True)
    threat = sa.ThreatModel(norm="linf", eps=E)
    f = sa.classifier("linear", d, weights=(1, 0), bias=0, tie=1)
    loss, wrong = (sa.risk(f, d, threat, definition=name) for name in ("adversarial_loss", "misclassification"))
    return sa.Claim(
        name="the_first_feature_attains_the_bound",
        number="T4",
        source="tsipras2019",
        place="Theorem 2.1",
        sentence="",
        says=(
            r"Against a closed $L_\infty$ ball of radius E the robust accuracy of the sign of $x_1$ is "
            r"$\frac{p}{1-p}\delta$, where $\delta$ is its error (at $x_1 = 0$ it says 1)."
        ),
        statement=sp.Eq(1 - loss.lower, p / (1 - p) * wrong.lower),
        exactly_when=E < 1,
        expects="REFUTED",
        expects_exactness="PROVED",
        why=r"from E = 1 on the budget moves $x_1$ itself to its tie or across it; the theorem's budget is $2\eta$",
        because={
            "The adversarial loss of the sign of $x_1$": loss.derivation,
            "The error of the sign of $x_1$": wrong.derivation,
        },
    )
