"""The clean point is misclassified: the standard risk."""

from symadv.adversary.definition import EVERYWHERE, Definition, Pair, Y, not_F

misclassification = Definition(
    "misclassification",
    (Pair(not_F(Y), EVERYWHERE),),
    aka=("standard risk",),
)
