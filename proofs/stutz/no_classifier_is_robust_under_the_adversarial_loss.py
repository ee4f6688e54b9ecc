"""S4: no classifier is robust under the adversarial loss."""

import sympy as sp

import symadv as sa


def no_classifier_is_robust_under_the_adversarial_loss() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), (x,) = d.parameters, d.features
    E, f = sa.parameter("E", positive=True), sa.parameter("f", real=True)
    in_reach_of_both = sp.And(sp.Abs(x) <= E, sp.Abs(x - gap) <= E)
    wrong_for_one = sa.ForAll(sp.Tuple(f), sp.Or(sp.Ne(f, 1), sp.Ne(f, -1)))
    return sa.Claim(
        name="no_classifier_is_robust_under_the_adversarial_loss",
        number="S4",
        source="stutz2019",
        place="Example and Definition",
        sentence=(
            "However, it seems that no classifier can be adversarially robust against an "
            "$\\epsilon$-constrained adversary."
        ),
        says=(
            "Under the adversarial loss and the closed ball of radius E, every classifier has a "
            "vulnerable sample: one point is in reach of both samples, and whatever its label, it is "
            "wrong for one of them."
        ),
        statement=sa.Exists(sp.Tuple(x), sp.And(in_reach_of_both, wrong_for_one)),
        exactly_when=gap / 2 <= E,
        expects="REFUTED",
        expects_exactness="PROVED",
        why="true for the article's budget E = gap, and already from E = gap/2 on",
        where=("x is the point in reach of both samples and f its label"),
    )
