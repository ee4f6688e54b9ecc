"""The perturbed point is misclassified although y is its Bayes label [stutz2019, Definition]."""

from symadv.adversary.definition import C, Definition, F, Pair, Y, not_F

label_invariant = Definition(
    "label_invariant",
    (Pair(F(Y), not_F(Y) & C(Y)),),
    source="stutz2019",
)
