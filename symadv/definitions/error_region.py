"""The perturbed point does not get its own Bayes label [diochnos2018]."""

from symadv.adversary.definition import ANY, EVERYWHERE, C, Definition, Pair, not_F

error_region = Definition(
    "error_region",
    (Pair(EVERYWHERE, C(ANY) & not_F(ANY)),),
    aka=("exact in the ball",),
    source="diochnos2018",
)
