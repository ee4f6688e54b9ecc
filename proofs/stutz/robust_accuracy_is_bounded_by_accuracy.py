"""S14: robust accuracy is bounded by accuracy."""

import sympy as sp

import symadv as sa


def robust_accuracy_is_bounded_by_accuracy() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    p, delta = sa.parameter("p", between=(0, 1)), sa.parameter("delta", between=(0, 1))
    # Pr[f is right] given (x_1, the Gaussian of x_2): a for x_1 = y, b for x_1 = -y, under the label's own Gaussian.
    a1, b1, a2, b2 = masses = tuple(sa.parameter(name, real=True) for name in ("a1", "b1", "a2", "b2"))
    masses_are_probabilities = tuple(sp.And(m >= 0, m <= 1) for m in masses)
    accuracy = (p * a1 + (1 - p) * b1 + p * a2 + (1 - p) * b2) / 2
    # The shift by 2 eta swaps the Gaussians: f is right there with the probabilities that it was wrong with here.
    shifted = (p * (1 - b2) + (1 - p) * (1 - a2) + p * (1 - b1) + (1 - p) * (1 - a1)) / 2
    return sa.Claim(
        name="robust_accuracy_is_bounded_by_accuracy",
        number="S14",
        source="stutz2019",
        place="Discussion",
        sentence=("Tsipras et al. [] show that no classifier can be both robust and accurate on this dataset."),
        says=(
            r"Under the shift by $2\eta$, accuracy at least $1 - \delta$ implies shifted accuracy at most "
            r"$\frac{p}{1-p}\delta$, for $p \ge 1/2$ (the adversary that may shift can only do worse)."
        ),
        statement=sp.Implies(accuracy >= 1 - delta, shifted <= p / (1 - p) * delta),
        given=(p >= sp.Rational(1, 2), *masses_are_probabilities),
        where=(
            "$a_1$, $b_1$, $a_2$, $b_2$ are the probabilities that f is right: a for $x_1 = y$, b for $x_1 = -y$, "
            "the index 1 for "
            "y = 1, 2 for y = $-1$"
        ),
    )
