"""T9: the smallest adversarial loss of all classifiers once the budget moves x1 to 0."""

import sympy as sp

import symadv as sa


def the_smallest_adversarial_loss_once_the_first_feature_is_lost() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (x1, x2) = d.features
    E1, E2, rest = (sa.parameter(name, positive=True) for name in ("E1", "E2", "e"))
    before, after = d.at(eta=rest + E2), d.at(p="1/2", eta=rest)  # eta = e + E2; x1 says nothing at p = 1/2
    threat = sa.ThreatModel(norm="linf", eps=(E1, E2))
    f = sa.classifier("linear", before, weights=(0, 1), bias=0, tie=1)
    loss = sa.risk(f, before, threat, definition="adversarial_loss")
    accuracy, laws = sa.bayes_accuracy(after), (sa.joint(before), sa.joint(after))

    def second(density: sp.Expr) -> sp.Expr:
        """What is left when x1 has been moved to 0."""
        return density.subs(x1, -1) + density.subs(x1, 1)

    turned = [
        sp.Eq(second(old).subs(x2, x2 + y * E2), second(new), evaluate=False)
        for y, old, new in zip(d.labels, *(law.result for law in laws), strict=True)
    ]
    return sa.Claim(
        name="the_smallest_adversarial_loss_once_the_first_feature_is_lost",
        number="T9",
        source="tsipras2019",
        place="Theorem 2.1",
        sentence="",
        says=(
            r"Against $E_1 \ge 1$ and $E_2 < \eta$ (closed balls) it is $\Phi(E_2 - \eta)$, the Bayes error of $x_2$ "
            r"alone "
            r"with $\eta - E_2$ in place of $\eta$: the adversary moves every $x_1$ to 0 and shifts $x_2$ by $E_2$ "
            r"against "
            r"the label, so that nobody loses less, and the sign of $x_2$ loses no more."
        ),
        where=r"$e + E_2$ is $\eta$, and the equations say that the shifted density of $x_2$ is that with $e$",
        statement=sp.And(
            *turned,
            sp.Eq(loss.lower, 1 - accuracy.result, evaluate=False),
            sp.Eq(loss.lower, sa.Phi(-rest), evaluate=False),
        ),
        given=(E1 >= 1,),
        because={
            "The adversarial loss of the sign of $x_2$ for $\\eta = e + E_2$": loss.derivation,
            "The accuracy of the Bayes rule for $e$ at $p = 1/2$": accuracy,
            "The joint density for $\\eta = e + E_2$": laws[0],
            "The joint density for $e$ at $p = 1/2$": laws[1],
        },
    )
