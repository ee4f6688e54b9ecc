"""S4: the adversarial loss of the max-margin classifier, at every budget."""

import sympy as sp

import symadv as sa


def the_max_margin_classifier_has_no_adversarial_loss() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), E = d.parameters, sa.parameter("E", positive=True)
    threat = sa.ThreatModel(norm="linf", eps=E)
    f = sa.classifier("threshold", d, at=gap / 2, below=1, tie=1)
    loss = sa.risk(f, d, threat, definition="adversarial_loss")
    return sa.Claim(
        name="the_max_margin_classifier_has_no_adversarial_loss",
        number="S4",
        source="stutz2019",
        place="Example and Definition",
        sentence=(
            "However, it seems that no classifier can be adversarially robust against an "
            "$\\epsilon$-constrained adversary."
        ),
        says=(
            "Under the adversarial loss and the closed ball of radius E, the risk of the max-margin classifier is 0."
        ),
        statement=sp.Eq(loss.lower, 0),
        exactly_when=gap / 2 > E,
        expects="REFUTED",
        expects_exactness="PROVED",
        why="the risk is 0, 1/2 or 1: below half the gap, there, and beyond; the article's budget is the whole gap",
        because={"The adversarial loss of the max-margin classifier": loss.derivation},
    )
