"""The perturbation changes the Bayes label, and the classifier does not follow [tramer2020]."""

from symadv.adversary.definition import ANY, OTHER, C, Definition, F, Pair

invariance = Definition(
    "invariance",
    (Pair(F(ANY) & C(ANY), F(ANY) & C(OTHER), different=((ANY, OTHER),)),),
    source="tramer2020",
)
