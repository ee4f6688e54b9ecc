"""S19: Bayes after projection: no label-invariant risk, and an adversarial loss of at least 1/2."""

import sympy as sp

import symadv as sa


def the_definition_makes_a_difference_at_all_parameters() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, eta), E = d.parameters, sa.parameter("E", positive=True)
    threat = sa.ThreatModel(norm="linf", eps=E)
    risks = sa.risks("bayes", d, threat, definitions=("adversarial_loss", "label_invariant"))
    loss, invariant = (risks[name] for name in ("adversarial_loss", "label_invariant"))
    return sa.Claim(
        name="the_definition_makes_a_difference_at_all_parameters",
        number="S19",
        source="stutz2019",
        place="Conclusion",
        sentence=(
            "On toy datasets, I demonstrated that this definition of adversarial examples makes a "
            "significant difference."
        ),
        says=(
            r"For every $p \ge 1/2$, $\eta$ and budget $E \ge 2\eta$ above 1, the Bayes rule after projection has "
            r"no label-invariant risk and an adversarial loss of at least $\Phi(\eta) > 1/2$."
        ),
        statement=sp.And(
            sp.Eq(invariant.lower, 0, evaluate=False), loss.lower >= sa.Phi(eta), sa.Phi(eta) > sp.Rational(1, 2)
        ),
        given=(p >= sp.Rational(1, 2), 2 * eta <= E, E > 1),
        because={
            "The adversarial loss of Bayes after projection": loss.derivation,
            "The label-invariant risk of Bayes after projection": invariant.derivation,
        },
    )
