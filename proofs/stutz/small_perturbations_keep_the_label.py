"""S1: small perturbations keep the label."""

import sympy as sp

import symadv as sa


def small_perturbations_keep_the_label() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (gap,), (x,) = d.parameters, d.features
    E = sa.parameter("E", positive=True)
    label = sa.label(d)
    keeps = sp.And(
        sp.Implies(sp.Abs(x) < E, sa.lies_in(label.result[1], (x,))),
        sp.Implies(sp.Abs(x - gap) < E, sa.lies_in(label.result[-1], (x,))),
    )
    return sa.Claim(
        name="small_perturbations_keep_the_label",
        number="S1",
        source="stutz2019",
        place="Background",
        sentence=(
            "Here, the $\\epsilon$-constraint ensures label invariance: perturbations smaller than "
            "$\\epsilon$ will never change the true label of the image."
        ),
        says=(
            "On the point masses at distance gap, perturbations smaller than E never change the Bayes"
            " label of the projected point."
        ),
        statement=sa.ForAll(sp.Tuple(x), keeps),
        exactly_when=gap / 2 >= E,
        expects="REFUTED",
        expects_exactness="PROVED",
        why="an assumption in the article; with E = gap, the budget of its first example, it fails",
        because={"The label after projection, two point masses": label},
    )
