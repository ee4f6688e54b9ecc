"""S3: the other point fools every separating classifier."""

import sympy as sp

import symadv as sa


def the_other_point_fools_every_separating_classifier() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    at_zero, at_gap = sa.parameter("f0", real=True), sa.parameter("f1", real=True)
    separates = sp.And(sp.Eq(at_zero, 1), sp.Eq(at_gap, -1))
    return sa.Claim(
        name="the_other_point_fools_every_separating_classifier",
        number="S3",
        source="stutz2019",
        place="Example and Definition",
        sentence=(
            "This adversarial example would fool any classifier that achieves linear separation; "
            'implying that no "good" classifier can be robust on this problem.'
        ),
        says=(
            "Whatever a classifier does elsewhere: when it is right at both points, the perturbed "
            "point x + gap of x = 0 gets a label other than y = 1."
        ),
        statement=sp.Implies(separates, sp.Ne(at_gap, 1)),
        where=("$f_0$ and $f_1$ are what the classifier says at 0 and at gap"),
    )
