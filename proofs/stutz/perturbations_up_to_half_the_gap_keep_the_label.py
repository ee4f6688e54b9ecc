"""S1: perturbations up to half the gap keep the label."""

import sympy as sp

import symadv as sa


def perturbations_up_to_half_the_gap_keep_the_label() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), (x,) = d.parameters, d.features
    E = sa.parameter("E", positive=True)
    label = sa.label(d)
    keeps = sp.And(
        sp.Implies(sp.Abs(x) <= E, sa.lies_in(label.result[1], (x,))),
        sp.Implies(sp.Abs(x - gap) <= E, sa.lies_in(label.result[-1], (x,))),
    )
    return sa.Claim(
        name="perturbations_up_to_half_the_gap_keep_the_label",
        number="S1",
        source="stutz2019",
        place="Background",
        sentence=(
            "Here, the $\\epsilon$-constraint ensures label invariance: perturbations smaller than "
            "$\\epsilon$ will never change the true label of the image."
        ),
        says=(
            "Corrected: with the closed ball, perturbations of size at most E keep the Bayes label "
            "exactly when E < gap/2."
        ),
        statement=sa.ForAll(sp.Tuple(x), keeps),
        given=(gap / 2 > E,),
        because={"The label after projection, two point masses": label},
    )
