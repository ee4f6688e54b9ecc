"""S16: the shifted point is not label invariant."""

import sympy as sp

import symadv as sa


def the_shifted_point_is_not_label_invariant() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, eta) = d.parameters
    label = sa.label(d)
    t = sp.exp(-2 * eta**2)
    return sa.Claim(
        name="the_shifted_point_is_not_label_invariant",
        number="S16",
        source="stutz2019",
        place="Discussion",
        sentence="which contradicts our definition of adversarial examples",
        says=(
            r"$\tilde{x} = (-1, -\eta)$ is no label-invariant adversarial example for y = 1, whatever the "
            "classifier does."
        ),
        statement=sp.Not(sa.lies_in(label.result[1], (sp.Integer(-1), -eta))),
        exactly_when=p >= t / (1 + t),
        expects="REFUTED",
        expects_exactness="PROVED",
        why=r"for $p \ge 1/2$ it is none",
        because={
            "The log-odds, the flip-and-Gaussian distribution": sa.log_odds(d),
            "The label after projection, the flip-and-Gaussian distribution": label,
        },
    )
