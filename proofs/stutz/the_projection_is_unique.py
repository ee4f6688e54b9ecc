"""S8: no point has two nearest support points: the projection needs no choice."""

import sympy as sp

import symadv as sa


def the_projection_is_unique() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), (x,) = d.parameters, d.features
    projection = sa.projection(d)
    return sa.Claim(
        name="the_projection_is_unique",
        number="S8",
        source="stutz2019",
        place="Example and Definition",
        sentence=("$\\pi(\\tilde{x}) = \\epsilon$ if $|\\tilde{x} - \\epsilon| < |\\tilde{x} - 0|$, $0$ otherwise"),
        says="No point has two nearest support points: the projection needs no choice.",
        statement=sp.Not(projection.ties.condition),
        exactly_when=sp.Ne(x, gap / 2),
        expects="REFUTED",
        expects_exactness="PROVED",
        why="the article selects 0 at the midpoint; the selection is a tie rule",
        because={"The projection, two point masses": projection.derivation},
    )
