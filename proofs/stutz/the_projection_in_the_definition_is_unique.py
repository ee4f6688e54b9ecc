"""S10: the projection in the definition is unique."""

import sympy as sp

import symadv as sa


def the_projection_in_the_definition_is_unique() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    x1, _ = d.features
    projection = sa.projection(d)
    return sa.Claim(
        name="the_projection_in_the_definition_is_unique",
        number="S10",
        source="stutz2019",
        place="Definition",
        sentence=(
            "Then, $\\tilde{x}$ is an adversarial example if $f(\\tilde{x}) \\neq y$ but "
            "$p(y|\\pi(\\tilde{x})) > p(y'|\\pi(\\tilde{x}))$ for any $y' \\neq y$ with $\\pi(\\tilde{x})$ "
            "being the orthogonal projection of $\\tilde{x}$ onto the support of $p$."
        ),
        says=(
            "On Tsipras' example every point has one nearest support point, so that the Definition needs no tie rule."
        ),
        statement=sp.Not(projection.ties.condition),
        exactly_when=sp.Ne(x1, 0),
        expects="REFUTED",
        expects_exactness="PROVED",
        why="at $x_1 = 0$ both lines are equally near: the projection is set-valued there",
        because={"The projection, the flip-and-Gaussian distribution": projection.derivation},
    )
