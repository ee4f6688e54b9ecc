"""The clean point is classified correctly, the perturbed one is not [stutz2019, Background] [zhang2019]."""

from symadv.adversary.definition import Definition, F, Pair, Y, not_F

boundary = Definition(
    "boundary",
    (Pair(F(Y), not_F(Y)),),
    aka=("boundary error",),
    source="stutz2019",
)
