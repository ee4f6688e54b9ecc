"""S8: the projection is the article s."""

import sympy as sp

import symadv as sa


def the_projection_is_the_article_s() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), (x,) = d.parameters, d.features
    projection = sa.projection(d)
    pieces = {image[0]: region.condition for region, image in projection.pieces}
    nearer = sp.Abs(x - gap) < sp.Abs(x)
    formula = sp.And(sp.Equivalent(pieces[gap], nearer), sp.Equivalent(pieces[sp.S.Zero], sp.Not(nearer)))
    nearest = sp.And(sp.Implies(nearer, (x - gap) ** 2 <= x**2), sp.Implies(sp.Not(nearer), x**2 <= (x - gap) ** 2))
    return sa.Claim(
        name="the_projection_is_the_article_s",
        number="S8",
        source="stutz2019",
        place="Example and Definition",
        sentence=("$\\pi(\\tilde{x}) = \\epsilon$ if $|\\tilde{x} - \\epsilon| < |\\tilde{x} - 0|$, $0$ otherwise"),
        says=(
            r"The derived projection sends x to gap exactly when $|x - \mathrm{gap}| < |x|$, to 0 otherwise, "
            "and no support point is nearer."
        ),
        statement=sp.And(formula, nearest),
        because={"The projection, two point masses": projection.derivation},
    )
