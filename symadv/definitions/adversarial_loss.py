"""The perturbed point is misclassified, wherever the clean one lies [madry2018] [tsipras2019]."""

from symadv.adversary.definition import EVERYWHERE, Definition, Pair, Y, not_F

adversarial_loss = Definition(
    "adversarial_loss",
    (Pair(EVERYWHERE, not_F(Y)),),
    aka=("robust error", "1 - astuteness"),
    source="madry2018",
)
