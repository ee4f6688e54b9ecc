"""S16: the shift by 2 eta against the label changes the Bayes label of every point."""

import sympy as sp

import symadv as sa


def the_shift_always_changes_the_label() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (_, eta), (_, x2) = d.parameters, d.features
    label = sa.label(d)
    changes = sp.And(
        *(
            sp.Implies(sa.lies_in(label.result[y], (s, x2)), sa.lies_in(label.result[-y], (s, x2 - 2 * eta * y)))
            for y in d.labels
            for s in (sp.Integer(-1), sp.Integer(1))
        )
    )
    return sa.Claim(
        name="the_shift_always_changes_the_label",
        number="S16",
        source="stutz2019",
        place="Discussion",
        sentence="which contradicts our definition of adversarial examples",
        says=r"The shift by $2\eta$ against the label changes the Bayes label of every point.",
        statement=sa.ForAll(sp.Tuple(x2), changes),
        exactly_when=sp.false,
        expects="REFUTED",
        expects_exactness="PROVED",
        why="points far out keep their label; how often it changes is the next claim",
        because={
            "The log-odds, the flip-and-Gaussian distribution": sa.log_odds(d),
            "The label after projection, the flip-and-Gaussian distribution": label,
        },
    )
