"""The classifier leaves the Bayes label that clean and perturbed point share [suggala2019]."""

from symadv.adversary.definition import ANY, C, Definition, F, Pair, not_F

base_classifier = Definition(
    "base_classifier",
    (Pair(F(ANY) & C(ANY), C(ANY) & not_F(ANY)),),
    source="suggala2019",
)
