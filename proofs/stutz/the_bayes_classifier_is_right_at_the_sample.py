"""S16: at the sample x = (-1, eta) with y = 1 the Bayes rule says 1, so that f(x) = y for it."""

import sympy as sp

import symadv as sa


def the_bayes_classifier_is_right_at_the_sample() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, eta) = d.parameters
    label = sa.label(d)
    t = sp.exp(-2 * eta**2)
    return sa.Claim(
        name="the_bayes_classifier_is_right_at_the_sample",
        number="S16",
        source="stutz2019",
        place="Discussion",
        sentence="which contradicts our definition of adversarial examples",
        says=r"At the sample $x = (-1, \eta)$ with y = 1 the Bayes rule says 1, so that $f(x) = y$ for it.",
        statement=sa.lies_in(label.result[1], (sp.Integer(-1), eta)),
        exactly_when=p < 1 / (1 + t),
        expects="REFUTED",
        expects_exactness="PROVED",
        why="otherwise the Definition does not apply: $f(x) = y$ fails already",
        because={
            "The log-odds, the flip-and-Gaussian distribution": sa.log_odds(d),
            "The label after projection, the flip-and-Gaussian distribution": label,
        },
    )
