"""S14: the bound p/(1-p) delta says something (is below 1)."""

import symadv as sa


def the_bound_is_vacuous_for_inaccurate_classifiers() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    p, delta = sa.parameter("p", between=(0, 1)), sa.parameter("delta", between=(0, 1))
    return sa.Claim(
        name="the_bound_is_vacuous_for_inaccurate_classifiers",
        number="S14",
        source="stutz2019",
        place="Discussion",
        sentence=("Tsipras et al. [] show that no classifier can be both robust and accurate on this dataset."),
        says=r"The bound $\frac{p}{1-p}\delta$ says something (is below 1).",
        statement=p / (1 - p) * delta < 1,
        exactly_when=delta < (1 - p) / p,
        expects="REFUTED",
        expects_exactness="PROVED",
        why="at $p = 9/10$ only for classifiers of accuracy above 8/9",
    )
