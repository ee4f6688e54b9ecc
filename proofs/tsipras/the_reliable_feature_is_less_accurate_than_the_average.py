"""T7: where the first feature must not be too reliable."""

import sympy as sp

import symadv as sa


def the_reliable_feature_is_less_accurate_than_the_average() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    count = 100
    d = sa.distribution("tsipras", weak=count)
    (p, eta), threat = d.parameters, sa.ThreatModel(norm="linf", eps=0)
    weights = {"average": (0, *[1] * count), "first": (1, *[0] * count)}
    average, first = (
        sa.risk(sa.classifier("linear", d, weights=w, bias=0, tie=1), d, threat, definition="misclassification")
        for w in weights.values()
    )
    return sa.Claim(
        name="the_reliable_feature_is_less_accurate_than_the_average",
        number="T7",
        source="tsipras2019",
        place="Theorem 2.2",
        sentence="",
        says=(
            r"With d = 100, $\eta \ge 4/\sqrt{d}$ and the theorem's hypothesis $p \le .975$ the sign of the average "
            r"is more "
            r"accurate than the sign of $x_1$, by more than .02."
        ),
        statement=sp.Gt(first.lower - average.lower, sp.Rational(2, 100), evaluate=False),
        given=(eta >= 4 / sp.sqrt(count), p <= sp.Rational(975, 1000)),
        because={
            "The error of the average of 100 weak features": average.derivation,
            "The error of the sign of $x_1$ beside 100 weak features": first.derivation,
        },
    )
