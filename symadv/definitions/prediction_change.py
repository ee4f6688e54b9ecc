"""The perturbation changes what the classifier says [diochnos2018]."""

from symadv.adversary.definition import ANY, Definition, F, Pair, not_F

prediction_change = Definition(
    "prediction_change",
    (Pair(F(ANY), not_F(ANY)),),
    aka=("local robustness",),
    source="diochnos2018",
)
