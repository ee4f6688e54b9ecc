"""The perturbed point does not get the Bayes label of the clean one [diochnos2018]."""

from symadv.adversary.definition import ANY, C, Definition, Pair, not_F

corrupted_instance = Definition(
    "corrupted_instance",
    (Pair(C(ANY), not_F(ANY)),),
    aka=("constant in the ball, with the Bayes label",),
    source="diochnos2018",
)
