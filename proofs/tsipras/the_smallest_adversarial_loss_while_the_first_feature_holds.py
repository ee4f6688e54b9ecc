"""T8: the smallest adversarial loss of all classifiers while the budget cannot move x1 across 0."""

import sympy as sp

import symadv as sa


def the_smallest_adversarial_loss_while_the_first_feature_holds() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    x1, x2 = d.features
    E1, E2, rest = (sa.parameter(name, positive=True) for name in ("E1", "E2", "e"))
    before, after = d.at(eta=rest + E2), d.at(eta=rest)  # eta = e + E2: what the adversary leaves of eta is e
    threat = sa.ThreatModel(norm="linf", eps=(E1, E2))
    loss = sa.risk(sa.classifier("bayes", after), before, threat, definition="adversarial_loss")
    accuracy, laws = sa.bayes_accuracy(after), (sa.joint(before), sa.joint(after))
    turned = [
        sp.Eq(old.subs({x1: s, x2: x2 + y * E2}), new.subs(x1, s), evaluate=False)
        for y, old, new in zip(d.labels, *(law.result for law in laws), strict=True)
        for s in (-1, 1)
    ]
    return sa.Claim(
        name="the_smallest_adversarial_loss_while_the_first_feature_holds",
        number="T8",
        source="tsipras2019",
        place="Theorem 2.1",
        sentence="",
        says=(
            r"Against the budget $E_1 < 1$ for $x_1$ and $E_2 < \eta$ for $x_2$ the smallest adversarial loss of all "
            r"classifiers is the Bayes error with $e = \eta - E_2$ in place of $\eta$: a shift of $x_2$ by $E_2$ "
            r"against "
            r"the label turns the law into that one, so that nobody loses less, and its Bayes rule after projection "
            r"loses no more."
        ),
        where=r"$e + E_2$ is $\eta$, and the equations say that the shifted density is that with $e$",
        statement=sp.And(*turned, sp.Eq(loss.lower, 1 - accuracy.result, evaluate=False)),
        given=(E1 < 1,),
        because={
            "The adversarial loss of the Bayes rule for $e = \\eta - E_2$": loss.derivation,
            "The accuracy of the Bayes rule for $e$": accuracy,
            "The joint density for $\\eta = e + E_2$": laws[0],
            "The joint density for $e$": laws[1],
        },
    )
