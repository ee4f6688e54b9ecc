"""S6: at x = gap the posterior of label -1 is 1, that of label 1 is 0."""

import sympy as sp

import symadv as sa


def the_other_point_has_the_other_label() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), (x,) = d.parameters, d.features
    posterior = sa.posterior(d)
    minus, plus = (value.subs(x, gap) for value in posterior.result)
    return sa.Claim(
        name="the_other_point_has_the_other_label",
        number="S6",
        source="stutz2019",
        place="Example and Definition",
        sentence="$1 = p(y = -1 | x = \\epsilon) > p(y = 1| x = \\epsilon) = 0$.",
        says="At x = gap the posterior of label -1 is 1, that of label 1 is 0.",
        statement=sp.And(
            sp.Eq(minus, 1, evaluate=False), sp.Gt(minus, plus, evaluate=False), sp.Eq(plus, 0, evaluate=False)
        ),
        because={"The posterior, two point masses": posterior},
    )
