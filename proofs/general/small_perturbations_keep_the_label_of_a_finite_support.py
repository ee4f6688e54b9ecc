"""General: the label-invariance radius of four points."""

import sympy as sp

import symadv as sa


def small_perturbations_keep_the_label_of_a_finite_support() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("finite")  # labels -1 at (0, 0) and (0, 1), 1 at (3, 0) and (3, 1)
    label, x = sa.label(d), d.features
    E = sa.parameter("E", positive=True)
    changed = []
    for component in d.components:
        ((y, _),) = component.densities
        q = [value for _, value in component.stratum.fixed]
        near = sp.And(*(sp.Abs(a - b) < E for a, b in zip(x, q, strict=True)))
        changed.append(sp.And(near, sp.Or(*(sa.lies_in(label.result[other], x) for other in d.labels if other != y))))
    return sa.Claim(
        name="small_perturbations_keep_the_label_of_a_finite_support",
        number="G10",
        source="symadv",
        place="Finite supports",
        sentence="",
        says=(
            "On the four points of a rectangle (labels -1 at (0, 0) and (0, 1), 1 at (3, 0) and (3, 1)) an "
            "L-infinity perturbation below E never changes the label of the projection."
        ),
        statement=sa.ForAll(sp.Tuple(*x), sp.Not(sp.Or(*changed))),
        exactly_when=sp.Rational(3, 2) >= E,
        expects="REFUTED",
        expects_exactness="PROVED",
        why="the exact radius is half the distance of the two sides",
        because={"The label after projection, four points": label},
    )
