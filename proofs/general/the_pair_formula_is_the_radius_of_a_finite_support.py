"""General: the formula over pairs of points is sufficient only."""

import sympy as sp

import symadv as sa


def the_pair_formula_is_the_radius_of_a_finite_support() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("finite")  # labels -1 at (0, 0) and (0, 1), 1 at (3, 0) and (3, 1)
    label, x = sa.label(d), d.features
    places = {y: [] for y in d.labels}
    for component in d.components:
        places[component.densities[0][0]].append(sp.Matrix([value for _, value in component.stratum.fixed]))
    gaps = [b - a for a in places[-1] for b in places[1]]
    radius = min(gap.dot(gap) / (2 * gap.norm(1)) for gap in gaps)
    changed = []
    for component in d.components:
        ((y, _),) = component.densities
        q = [value for _, value in component.stratum.fixed]
        near = sp.And(*(sp.Abs(a - b) <= radius for a, b in zip(x, q, strict=True)))
        changed.append(sp.And(near, sp.Not(sa.lies_in(label.result[y], x))))
    return sa.Claim(
        name="the_pair_formula_is_the_radius_of_a_finite_support",
        number="G11",
        source="symadv",
        place="Finite supports",
        sentence="",
        says=(
            r"On the same four points some L-infinity perturbation of the size $\min \|b - a\|_2^2 / (2 \|b - a\|_1)$ "
            r"over differently labelled pairs changes the label of the projection, or leaves it without one at the "
            r"boundary."
        ),
        statement=sa.Exists(sp.Tuple(*x), sp.Or(*changed)),
        expects="REFUTED",
        why="the formula gives 5/4; at a nearest corner of the ball another point of the own label is nearer",
        because={"The label after projection, four points": label},
    )
